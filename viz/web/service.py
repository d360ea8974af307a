"""The service: what every request passes through on its way to the endpoint or a route.

Host and sizes are looked at here, and an answer that is kept is given here.
"""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.routing import Match, Route

from .admission import Settings, admit, cors_of
from .cache import Cache
from .negotiate import LONGEST
from .pool import Pool
from .refusal import RefusalError
from .render import error_page
from .replies import RawHeaders, Receive, Reply, Scope, Send, problem, secured
from .validators import has_tag, not_modified, tag_of, unchanged

_ENGLISH: Final = re.compile(rb"(?:^|;\s*)lang=en(?:;|$)")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of a request before it was routed."""

    headers: Mapping[bytes, bytes]
    accept: str
    lang: str
    key: tuple[Any, ...] | None
    cors: str


class Service:
    """The ASGI application; `endpoint` answers at /sparql, the routes elsewhere."""

    def __init__(
        self,
        pool: Pool,
        settings: Settings,
        endpoint: Callable[[Service, Scope, Receive], Awaitable[Reply]],
    ) -> None:
        self.pool = pool
        self.settings = settings
        self.cache = Cache()
        self.routes: list[Route] = []
        self._endpoint = endpoint
        self._read: dict[tuple[bytes, str], RawHeaders] = {}
        pool.on_swap.append(self.cache.clear)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            return
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            headers[name] = headers[name] + b", " + value if name in headers else value
        method, accept = scope["method"], headers.get(b"accept", b"")[:LONGEST]
        lang = "en" if b"cookie" in headers and _ENGLISH.search(headers[b"cookie"]) else "nb"
        key = None
        if method in ("GET", "HEAD"):  # what HEAD says is said of the answer to GET
            key = (scope["path"], scope["query_string"], accept, lang)
        began = time.monotonic() if self.settings.log else 0.0
        seen = Seen(headers, accept.decode("latin-1"), lang, key, cors_of(self.settings, scope))
        scope["seen"] = seen
        try:
            admit(self.settings, scope, headers)
            reply = self.cache.get(key) if key else None
            if reply is None:
                reply = await self._answer(scope, receive, seen)
            if key:
                reply = unchanged(headers, reply)
        except RefusalError as refusal:
            reply = self.refuse(refusal, seen)
        except asyncio.CancelledError:
            return  # the client has left
        except Exception as error:
            traceback.print_exception(error)
            failed = RefusalError(500, "the service failed at this request; its log says where")
            reply = self.refuse(failed, seen)
        try:
            await reply(scope, receive, send)
        finally:
            if self.settings.log:
                spent = (time.monotonic() - began) * 1000
                target = (scope["raw_path"] + b"?" * bool(scope["query_string"]))[:200]
                said = (target + scope["query_string"][:200]).decode("latin-1")
                self.settings.log(f"{method} {said!r} {reply.status} {spent:.1f} ms")

    async def _answer(self, scope: Scope, receive: Receive, seen: Seen) -> Reply:
        if scope["path"] == "/sparql":
            return await self._endpoint(self, scope, receive)
        if scope["method"] == "OPTIONS":
            return self.options(seen, self._methods(scope))
        route, matched = None, None
        for route in self.routes:
            match, found = route.matches(scope)
            if match == Match.FULL:
                matched = found
                break
        if matched is None or route is None:
            allowed = self._methods(scope)
            if allowed:
                raise RefusalError(
                    405,
                    f"{scope['method'][:20]} is not for this address, {', '.join(allowed)} are",
                    (("allow", ", ".join(allowed)),),
                )
            raise RefusalError(404, "there is nothing at this address")
        scope.update(matched)
        reply = await route.endpoint(Request(scope, receive))
        assert isinstance(reply, Reply)
        return reply

    def _methods(self, scope: Scope) -> list[str]:
        found: set[str] = set()
        for route in self.routes:
            if route.matches(scope)[0] != Match.NONE:
                found |= route.methods or set()
        return [*sorted(found), "OPTIONS"] if found else []

    def options(self, seen: Seen, allowed: Sequence[str]) -> Reply:
        """Returns which methods an address takes, and what pages from elsewhere may send."""
        if not allowed:
            raise RefusalError(404, "there is nothing at this address")
        headers = [(b"allow", ", ".join(allowed).encode())]
        if seen.cors and b"access-control-request-method" in seen.headers:
            headers += [
                (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
                (b"access-control-allow-headers", b"accept, content-type"),
                (b"access-control-max-age", b"600"),
            ]
        return Reply(204, secured(headers, cors=seen.cors))

    # Answers of query processes

    async def ask(
        self,
        scope: Scope,
        receive: Receive | None,
        kind: str,
        arguments: dict[str, Any],
        *,
        keep: bool = True,
        more: Iterable[tuple[bytes, bytes]] = (),
    ) -> Reply:
        """Has a query process answer; what it answers is kept when it stays the same.

        An answer that the client has already, by its tag, is not made again.
        """
        seen: Seen = scope["seen"]
        build = self.pool.build
        tag = self._tag(seen) if keep and seen.key else b""
        if tag and has_tag(seen.headers, tag):
            said = [(b"etag", tag), (b"cache-control", b"no-cache"), (b"vary", b"Accept, Cookie")]
            return not_modified(Reply(200, secured(said, cors=seen.cors)))
        gone = None if receive is None else _until_gone(receive)
        given = await self.pool.ask(kind, {**arguments, "lang": seen.lang}, gone)
        if given.status >= 400 and b'"x-problem"' in given.headers:
            raise RefusalError(given.status, given.body.decode())
        headers = self._headers(given.headers, seen.cors)
        if given.status == 200:
            headers = [*headers, (b"cache-control", b"no-cache"), *more]
            if tag:
                headers.append((b"etag", tag))
        reply = Reply(given.status, headers, given.body, given.parts)
        if tag and given.status == 200 and given.parts is None and self.pool.build is build:
            assert seen.key is not None
            self.cache.put(seen.key, reply, len(seen.key[0]) + len(seen.key[1]) + len(seen.key[2]))
        return reply

    def _tag(self, seen: Seen) -> bytes:
        assert seen.key is not None
        path, query, accept, lang = seen.key
        return tag_of(path.encode(), query, accept, lang.encode(), key=self.pool.key)

    def _headers(self, said: bytes, cors: str) -> RawHeaders:
        known = self._read.get((said, cors))
        if known is None:
            pairs = [(name.encode(), value.encode()) for name, value in orjson.loads(said)]
            pairs.append((b"vary", b"Accept, Cookie" if b"text/html" in said else b"Accept"))
            known = secured(pairs, cors=cors)
            if len(self._read) < 1000:
                self._read[said, cors] = known
        return known

    def refuse(self, refusal: RefusalError, seen: Seen) -> Reply:
        """Returns an error in the form that the client reads."""
        reply = problem(
            refusal,
            seen.accept,
            lambda status, title, sentence: error_page(status, title, sentence, seen.lang),
        )
        reply.headers = secured(reply.headers, cors=seen.cors)
        return reply


def _until_gone(receive: Receive) -> Callable[[], Any]:
    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    return wait
