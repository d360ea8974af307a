"""The service: what every request passes through, and the short way of SPARQL queries.

Host and sizes are looked at here, an answer that is kept is given here; all else goes to the
routes.
"""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.routing import Match, Route

from . import protocol
from .admission import Settings, admit, cors_of, read_body
from .cache import Cache
from .negotiate import GRAPHS, HTML, LONGEST, ROWS, TURTLE, choose
from .pool import Pool
from .refusal import RefusalError
from .replies import (
    EDITOR_POLICY,
    RawHeaders,
    Receive,
    Reply,
    Scope,
    Send,
    problem,
    secured,
)

_CHANGING: Final = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\s*\(|\bservice\b")
_CHANGERS: Final = ("now", "rand", "uuid", "bnode", "service")
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
    """The ASGI application."""

    def __init__(
        self,
        pool: Pool,
        settings: Settings,
        error_page: Callable[[int, str, str, str], str],
        describe: Callable[[str], tuple[str, bytes]],
        editor: Callable[[str], bytes],
    ) -> None:
        self.pool = pool
        self.settings = settings
        self.cache = Cache()
        self.routes: list[Route] = []
        self._error_page = error_page
        self._describe = describe
        self._editor = editor
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
        key = (scope["path"], scope["query_string"], accept, lang) if method == "GET" else None
        began = time.monotonic() if self.settings.log else 0.0
        seen = Seen(headers, accept.decode("latin-1"), lang, key, cors_of(self.settings, scope))
        try:
            admit(self.settings, scope, headers)
            reply = self.cache.get(key) if key else None
            if reply is None:
                reply = await self._answer(scope, receive, seen)
            elif _knows(headers, reply.headers):
                reply = _not_modified(reply.headers)
        except RefusalError as refusal:
            reply = self.refuse(refusal, scope, seen)
        except asyncio.CancelledError:
            return  # the client has left
        except Exception as error:
            traceback.print_exception(error)
            failed = RefusalError(500, "the service failed at this request; its log says where")
            reply = self.refuse(failed, scope, seen)
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
            return await self._sparql(scope, receive, seen)
        if scope["method"] == "OPTIONS":
            return self._options(scope, seen, self._methods(scope))
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
        scope["seen"] = seen
        reply = await route.endpoint(Request(scope, receive))
        assert isinstance(reply, Reply)
        return reply

    def _methods(self, scope: Scope) -> list[str]:
        found: set[str] = set()
        for route in self.routes:
            if route.matches(scope)[0] != Match.NONE:
                found |= route.methods or set()
        return [*sorted(found), "OPTIONS"] if found else []

    def _options(self, scope: Scope, seen: Seen, allowed: list[str]) -> Reply:
        if not allowed:
            raise RefusalError(404, "there is nothing at this address")
        headers = [(b"allow", ", ".join(allowed).encode())]
        if cors_of(self.settings, scope) and b"access-control-request-method" in seen.headers:
            headers += [
                (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
                (b"access-control-allow-headers", b"accept, content-type"),
                (b"access-control-max-age", b"600"),
            ]
        return Reply(204, secured(headers, cors=cors_of(self.settings, scope)))

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
        if tag and _knows(seen.headers, [(b"etag", tag)]):
            said = [(b"etag", tag), (b"cache-control", b"no-cache"), (b"vary", b"Accept, Cookie")]
            return _not_modified(secured(said, cors=seen.cors))
        gone = None if receive is None else _until_gone(receive)
        given = await self.pool.ask(kind, {**arguments, "lang": seen.lang}, gone)
        if given.status >= 400 and b'"x-problem"' in given.headers:
            raise RefusalError(given.status, given.body.decode(), _wanted(given.headers))
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
        said = b"\0".join((path.encode(), query, accept, lang.encode()))
        digest = blake2b(said, digest_size=9, key=self.pool.build.tag.encode())
        return b'"%s"' % digest.hexdigest().encode()

    def _headers(self, said: bytes, cors: str) -> RawHeaders:
        known = self._read.get((said, cors))
        if known is None:
            pairs = [(name.encode(), value.encode()) for name, value in orjson.loads(said)]
            pairs.append((b"vary", b"Accept, Cookie" if b"text/html" in said else b"Accept"))
            known = secured(pairs, cors=cors)
            if len(self._read) < 1000:
                self._read[said, cors] = known
        return known

    def refuse(self, refusal: RefusalError, scope: Scope, seen: Seen) -> Reply:
        """Returns an error in the form that the client reads."""
        reply = problem(
            refusal,
            seen.accept,
            lambda status, title, sentence: self._error_page(status, title, sentence, seen.lang),
        )
        reply.headers = secured(reply.headers, cors=cors_of(self.settings, scope))
        return reply

    # SPARQL

    async def _sparql(self, scope: Scope, receive: Receive, seen: Seen) -> Reply:
        scope["seen"] = seen
        method, query = scope["method"], scope["query_string"]
        if method == "POST":
            body = await read_body(receive, seen.headers)
            kind = seen.headers.get(b"content-type", b"").decode("latin-1")
            asked = protocol.read_post(kind, query, body, seen.accept)
        elif method in ("GET", "HEAD"):
            likes_page = choose(seen.accept, (*ROWS, TURTLE, HTML)) is HTML
            if not protocol.has_query(query) or (likes_page and not protocol.has_format(query)):
                return self._description(scope, seen)
            asked = protocol.read_get(query, seen.accept)
        elif method == "OPTIONS":
            return self._options(scope, seen, ["GET", "HEAD", "POST", "OPTIONS"])
        else:
            raise RefusalError(
                405,
                f"{method[:20]} is not for this address; queries come by GET or POST",
                (("allow", "GET, HEAD, POST, OPTIONS"),),
            )
        return await self.ask(
            scope,
            receive,
            "sparql",
            {
                "query": asked.query,
                "default": asked.default,
                "named": asked.named,
                "rows": asked.rows and asked.rows.name,
                "triples": asked.triples and asked.triples.name,
            },
            keep=not _changes(asked.query),
        )

    def _description(self, scope: Scope, seen: Seen) -> Reply:
        """Returns the editor's page for browsers, the service's description for programs."""
        chosen = choose(seen.accept, (*(one for one in GRAPHS if one.name in _DESCRIBED), HTML))
        if chosen is None:
            raise RefusalError(406, "the service is described in Turtle, JSON-LD, RDF/XML and HTML")
        if chosen is HTML:
            kind, body = HTML.content_type, self._editor(seen.lang)
        else:
            kind, body = self._describe(chosen.name)
        vary = b"Accept, Cookie" if chosen is HTML else b"Accept"
        headers = [(b"content-type", kind.encode()), (b"vary", vary)]
        if chosen is HTML:
            headers.append((b"content-security-policy", EDITOR_POLICY.encode()))
        return Reply(200, secured(headers, cors=cors_of(self.settings, scope)), body)


_DESCRIBED: Final = ("ttl", "nt", "jsonld", "rdf")


def _changes(query: str) -> bool:
    """Whether a query may be answered otherwise the next time, on the same graph."""
    lowered = query.lower()
    # The words first: they are found ten times faster than the pattern, and most queries lack them.
    return any(word in lowered for word in _CHANGERS) and bool(_CHANGING.search(lowered))


def _until_gone(receive: Receive) -> Callable[[], Any]:
    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    return wait


def _knows(headers: Mapping[bytes, bytes], said: RawHeaders) -> bool:
    """Whether the client has the answer already, by its tag."""
    known = headers.get(b"if-none-match")
    if known is None:
        return False
    tag = next((value for name, value in said if name == b"etag"), None)
    return tag is not None and (known.strip() == b"*" or tag in known)


def _not_modified(said: RawHeaders) -> Reply:
    kept = (b"etag", b"vary", b"cache-control", b"access-control-allow-origin")
    return Reply(304, [pair for pair in said if pair[0] in kept])


def _wanted(said: bytes) -> list[tuple[str, str]]:
    """Returns the headers of an error that go with it."""
    return [
        (name, value)
        for name, value in orjson.loads(said)
        if name not in ("x-problem", "content-type")
    ]
