"""Who may ask, and how much: names, origins, sizes and time of a request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from .refusal import RefusalError
from .replies import Receive, Scope

MAX_BODY: Final = 1 << 20
"""Bytes of a request's body; a query that is longer is data, not a question."""

MAX_HEADERS: Final = 32 << 10
MANY_HEADERS: Final = 64
BODY_SECONDS: Final = 15.0

_PORT: Final = re.compile(r":\d+$")
_BAD_PATH: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SHARED: Final = ("/sparql", "/api", "/thing", "/id", "/code")
"""Paths whose answers a page from elsewhere may read, if such pages may ask at all."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service is run: names that it answers to, who may ask from elsewhere, its log."""

    hosts: frozenset[str]
    cors: str = ""
    log: Callable[[str], None] | None = None


def admit(settings: Settings, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Lets a request in that names this service and is well formed."""
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if host not in settings.hosts and _PORT.sub("", host) not in settings.hosts:
        raise RefusalError(
            421,
            "this service does not answer to that name; "
            "start it with --allow-host NAME if it should",
        )
    followed = headers.get(b"sec-fetch-mode") == b"navigate" and scope["method"] == "GET"
    if (
        headers.get(b"sec-fetch-site") == b"cross-site"
        # A link that leads here is welcome; a page that asks behind its reader's back is not.
        and not followed
        and not cors_of(settings, scope)
    ):
        raise RefusalError(
            403, "a page of another site asks; start the service with --cors if it may"
        )
    path = scope["raw_path"]
    if b"%" in path and _BAD_PATH.search(path):
        raise RefusalError(400, "the address has a % that two hexadecimal digits do not follow")
    if "\ufffd" in scope["path"]:
        raise RefusalError(400, "the address is not UTF-8")
    if len(scope["headers"]) > MANY_HEADERS or sum(map(len, headers.values())) > MAX_HEADERS:
        raise RefusalError(431, "the request has too many headers")


def cors_of(settings: Settings, scope: Scope) -> str:
    """Returns the origin whose pages may read what is at an address; empty for none."""
    return settings.cors if scope["path"].startswith(_SHARED) else ""


async def read_body(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
    """Returns a request's body. Raises RefusalError when it is too large or too slow to come."""
    too_large = RefusalError(413, f"the request is larger than {MAX_BODY >> 10:,} kB")
    coding = headers.get(b"content-encoding", b"identity").lower()
    if coding != b"identity":
        raise RefusalError(415, "a request is read here only as it is, with no Content-Encoding")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > MAX_BODY:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RefusalError(400, "the request broke off")
                body += message.get("body", b"")
                if len(body) > MAX_BODY:
                    raise too_large
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise RefusalError(
            408, "the request took too long to come", (("connection", "close"),)
        ) from None
    if length.isdigit() and int(length) != len(body):
        raise RefusalError(400, "the request's length is not what it says")
    return bytes(body)
