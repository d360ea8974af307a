"""Replies: answers as ASGI sends them, errors in the form that the client reads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any, Final

import orjson

from .job import BrokenOffError
from .negotiate import HTML, PLAIN, PROBLEM, choose
from .refusal import RefusalError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may do: run and show what comes from here, ask here, and be framed nowhere."""

EDITOR_POLICY: Final = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""The same where the editor lays out its own parts; script is still only what comes from here."""

BARE_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The same for what is no page."""

PART_SECONDS: Final = 30.0
"""Seconds that a client has to take a part of an answer."""

_CAREFUL: Final[RawHeaders] = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class Reply:
    """An answer: status, headers and a body, whole or in parts; an ASGI application itself."""

    __slots__ = ("body", "headers", "parts", "status")

    def __init__(
        self,
        status: int,
        headers: RawHeaders,
        body: bytes = b"",
        parts: AsyncGenerator[bytes] | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer. Raises BrokenOffError when its parts end before their end."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if self.parts is None:
            # Of an answer to HEAD the server sends the length only.
            await send({"type": "http.response.body", "body": self.body})
            return
        async with contextlib.aclosing(self.parts) as parts:
            async for part in parts:
                if scope["method"] == "HEAD" or self.status == 304:
                    break
                await _pass_on(send, part)
        await send({"type": "http.response.body", "body": b""})


async def _pass_on(send: Send, part: bytes) -> None:
    """Sends a part. Raises BrokenOffError when the client takes too long to read it."""
    try:
        async with asyncio.timeout(PART_SECONDS):
            await send({"type": "http.response.body", "body": part, "more_body": True})
    except TimeoutError:
        raise BrokenOffError from None


def secured(headers: Iterable[tuple[bytes, bytes]], *, cors: str = "") -> RawHeaders:
    """Returns the headers with those that every answer has."""
    given = list(headers)
    names = {name for name, _ in given}
    if b"content-security-policy" not in names:
        page = any(n == b"content-type" and v.startswith(b"text/html") for n, v in given)
        given.append((b"content-security-policy", (POLICY if page else BARE_POLICY).encode()))
    given += _CAREFUL
    if not cors:
        given.append((b"cross-origin-resource-policy", b"same-origin"))
        return given
    given.append((b"cross-origin-resource-policy", b"cross-origin"))
    given.append((b"access-control-allow-origin", cors.encode()))
    given.append((b"access-control-expose-headers", b"etag, kommunegraf-understood, link"))
    if cors != "*":
        given.append((b"vary", b"Origin"))
    return given


def problem(
    refusal: RefusalError, accept: str, page: Callable[[int, str, str], str] | None = None
) -> Reply:
    """Returns an error as the client reads it: a page, problem+json, or one line of text.

    `page` makes the page of a status, its title and the sentence.
    """
    status = HTTPStatus(refusal.status)
    sentence = str(refusal)
    extra = [(name.encode(), value.encode()) for name, value in refusal.headers]
    extra.append((b"cache-control", b"no-store"))
    chosen = choose(accept, (PLAIN, PROBLEM, HTML)) or PLAIN
    if chosen is HTML and page is not None:
        kind, body = HTML.content_type, page(status.value, status.phrase, sentence).encode()
    elif chosen is PROBLEM:
        kind = PROBLEM.media
        body = orjson.dumps({"title": status.phrase, "status": status.value, "detail": sentence})
    else:
        kind, body = PLAIN.content_type, f"{sentence}\n".encode()
    return Reply(status.value, [(b"content-type", kind.encode()), *extra], body)
