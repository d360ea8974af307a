"""The routes: which address is answered by what."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.routing import Route

from ...ontology.namespaces import PREFIXES
from . import api, endpoint, openapi
from .admission import Settings
from .files import drawn_pages, files
from .links import iri_at, path_of
from .negotiate import GRAPHS, HTML, OBJECT, ROWS, Format, choose, named
from .pool import Pool
from .protocol import fields
from .refusal import RefusalError
from .render import render
from .replies import Reply, secured
from .service import Seen, Service
from .validators import tagged
from .views import view_headers

_RDF: Final = tuple(one for one in GRAPHS if one.name in ("ttl", "jsonld", "nt", "rdf"))
_OF_PAGES: Final = ("at", "kind", "page")
"""What a thing's page can be asked for; its data are the same whatever the day."""

_GIVEN_MOST: Final = 2000


def make_service(pool: Pool, settings: Settings) -> Service:
    """Returns the service over a pool of query processes."""
    service = Service(pool, settings, endpoint.answer)
    service.routes = Pages(service).routes()
    return service


class Pages:
    """What is at each address but /sparql."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def routes(self) -> list[Route]:
        """Returns the addresses and what answers there."""
        return [
            Route("/", self.home),
            Route("/search", self.search),
            Route("/search.json", self.search),
            Route("/api", self.api_page),
            Route("/api/openapi.json", self.openapi),
            Route("/api/questions", self.questions),
            Route("/api/questions.{suffix}", self.questions),
            Route("/api/questions/{name}", self.question),
            Route("/thing", self.thing_of_iri),
            Route("/thing/{prefix}/{local:path}", self.thing),
            Route("/id/{rest:path}", self.mirror),
            Route("/code/{rest:path}", self.mirror),
            Route("/views", self.views),
            Route("/views/{name}", self.view),
            Route("/lang/{lang}", self.language),
            Route("/static/{file:path}", self.static),
            Route("/favicon.ico", self.icon),
        ]

    async def home(self, request: Request) -> Reply:
        """The first page."""
        _fit(request, (HTML,))
        arguments = {"build": self.service.pool.build.name}
        return await self._ask(request, "home", arguments)

    async def search(self, request: Request) -> Reply:
        """What a text may mean."""
        chosen = (
            OBJECT if request.scope["path"].endswith(".json") else _fit(request, (OBJECT, HTML))
        )
        given = _given(request, ("q",))
        return await self._ask(
            request, "search", {"text": given.get("q", ""), "format": _name(chosen)}
        )

    async def questions(self, request: Request) -> Reply:
        """The list of questions."""
        offers = (OBJECT, HTML)
        suffix = request.path_params.get("suffix")
        chosen = _suffixed(suffix, offers) if suffix else _fit(request, offers)
        if chosen is HTML:
            return _page(request, render("questions.html", _lang(request), themes=api.themes()))
        return _plain(request, OBJECT.media, orjson.dumps(openapi.listing()))

    async def question(self, request: Request) -> Reply:
        """One question, answered."""
        name = request.path_params["name"]
        name, dot, suffix = name.partition(".")
        given = _given(request)
        offers = (*ROWS, HTML)
        wanted = given.pop("format", "")
        if dot:
            chosen = _suffixed(suffix, offers)
            if wanted and _suffixed(wanted, offers) is not chosen:
                raise RefusalError(
                    400, f"the address ends in .{suffix}, and asks for {wanted[:40]}"
                )
        else:
            chosen = _suffixed(wanted, offers) if wanted else _fit(request, offers)
        return await self._ask(
            request, "question", {"name": name, "given": given, "format": chosen.name}
        )

    async def thing(self, request: Request) -> Reply:
        """All about one thing."""
        prefix, local = request.path_params["prefix"], request.path_params["local"]
        offers = (*_RDF, HTML)
        chosen = None
        stem, dot, suffix = local.rpartition(".")
        if dot and stem and (chosen := named(suffix, offers)) is not None:
            local = stem
        if chosen is None:
            chosen = _fit(request, offers)
        given = _given(request, _OF_PAGES if chosen is HTML else ())
        number = given.get("page", "1")
        if not re.fullmatch(r"[1-9]\d{0,5}", number):
            raise RefusalError(400, f"“{number[:20]}” is no number of a page")
        return await self._ask(
            request,
            "thing",
            {
                "prefix": prefix,
                "local": local,
                "format": chosen.name,
                "at": given.get("at", ""),
                "kind": given.get("kind", ""),
                "page": int(number),
            },
        )

    async def thing_of_iri(self, request: Request) -> Reply:
        """Goes to the page of an IRI or prefixed name."""
        iri = _given(request, ("iri",)).get("iri", "").strip().removeprefix("<").removesuffix(">")
        prefix, _, local = iri.partition(":")
        if prefix in PREFIXES and local and not local.startswith("//"):
            iri = PREFIXES[prefix] + local
        path = path_of(iri)
        if not path:
            raise RefusalError(404, "no thing of this graph has that IRI")
        return _see(request, path)

    async def mirror(self, request: Request) -> Reply:
        """Goes from the address that mirrors an IRI to the page or the data about it."""
        iri = iri_at(request.scope["path"])
        path = path_of(iri)
        if not path:
            raise RefusalError(404, "the graph has no things of that kind")
        chosen = _fit(request, (*_RDF, HTML))
        return _see(request, path if chosen is HTML else f"{path}.{chosen.name}")

    async def views(self, request: Request) -> Reply:
        """The views that there are."""
        _fit(request, (HTML,))
        return _page(
            request,
            render(
                "views.html",
                _lang(request),
                views=api.views(),
                drawn=drawn_pages(self.service.pool.build.folder),
            ),
        )

    async def view(self, request: Request) -> Reply:
        """A view: one that the build has drawn, else one drawn now."""
        name, given = request.path_params["name"], _given(request)
        if name.endswith(".html"):
            return await self._drawn_view(request, name)
        given = {key: value for key, value in given.items() if value != ""}
        return await self._ask(request, "view", {"name": name, "given": given})

    async def _drawn_view(self, request: Request, name: str) -> Reply:
        folder = self.service.pool.build.folder
        if name not in drawn_pages(folder):
            raise RefusalError(404, "the build has drawn no such page")
        page = (folder / "pages" / name).read_text("utf-8")
        headers = [(key.encode(), value.encode()) for key, value in view_headers(page)]
        return tagged(secured(headers), page.encode())

    async def openapi(self, request: Request) -> Reply:
        """The questions as OpenAPI describes them."""
        return _plain(request, OBJECT.media, openapi.openapi())

    async def api_page(self, request: Request) -> Reply:
        """The page that says how programs ask."""
        chosen = _fit(request, (HTML, OBJECT))
        if chosen is OBJECT:
            return _see(request, "/api/openapi.json")
        return _page(request, render("api.html", _lang(request), themes=api.themes()))

    async def language(self, request: Request) -> Reply:
        """Changes the language of pages, and goes back."""
        lang = request.path_params["lang"]
        back = _given(request).get("back", "/")
        if lang not in ("nb", "en"):
            raise RefusalError(404, "pages are in nb and en")
        if not re.fullmatch(r"/(?![/\\])[^\\\s\x00-\x1f]*", back):
            back = "/"
        reply = _see(request, quote(back, safe="/?&=%:;,+@!~*'()-._"))
        cookie = f"lang={lang}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly"
        reply.headers.append((b"set-cookie", cookie.encode()))
        return reply

    async def static(self, request: Request) -> Reply:
        """Script, style and pictures of the pages."""
        found = files().get(request.path_params["file"])
        if found is None:
            raise RefusalError(404, "there is nothing at this address")
        return tagged(secured([(b"content-type", found[0])]), found[1])

    async def icon(self, request: Request) -> Reply:
        """The sign in a browser's tab."""
        kind, body = files()["icon.svg"]
        return tagged(secured([(b"content-type", kind)]), body)

    async def _ask(self, request: Request, kind: str, arguments: dict[str, Any]) -> Reply:
        return await self.service.ask(request.scope, request.receive, kind, arguments)


def _lang(request: Request) -> str:
    seen: Seen = request.scope["seen"]
    return seen.lang


def _fit(request: Request, offers: tuple[Format, ...]) -> Format:
    """Returns the offer that the client likes best. Raises RefusalError when it likes none."""
    seen: Seen = request.scope["seen"]
    chosen = choose(seen.accept, offers)
    if chosen is None:
        raise RefusalError(406, f"this is to be had as {', '.join(one.media for one in offers)}")
    return chosen


def _suffixed(suffix: str, offers: tuple[Format, ...]) -> Format:
    chosen = named(suffix, offers)
    if chosen is None:
        known = ", ".join(one.name for one in offers)
        raise RefusalError(404, f"“{suffix[:40]}” is no format here; known: {known}")
    return chosen


def _name(chosen: Format) -> str:
    return HTML.name if chosen is HTML else OBJECT.name


def _given(request: Request, known: Collection[str] | None = None) -> dict[str, str]:
    """Returns the parameters of a request.

    Raises RefusalError for one that is given twice, and for any but the known where these are all.
    """
    given: dict[str, str] = {}
    for name, value in fields(request.scope["query_string"]):
        if name in given:
            raise RefusalError(400, f"the parameter {name[:60]} is given twice")
        if known is not None and name not in known:
            takes = f"takes {', '.join(known)}" if known else "takes none"
            raise RefusalError(400, f"there is no parameter {name[:60]} here; the address {takes}")
        if len(value) > _GIVEN_MOST:
            raise RefusalError(400, f"the parameter {name[:60]} is longer than {_GIVEN_MOST} signs")
        given[name] = value
    return given


def _cors(request: Request) -> str:
    seen: Seen = request.scope["seen"]
    return seen.cors


def _page(request: Request, body: bytes) -> Reply:
    headers = [(b"content-type", HTML.content_type.encode()), (b"vary", b"Accept, Cookie")]
    headers.append((b"cache-control", b"no-cache"))
    return Reply(200, secured(headers, cors=_cors(request)), body)


def _plain(request: Request, kind: str, body: bytes) -> Reply:
    headers = [(b"content-type", kind.encode()), (b"vary", b"Accept")]
    return tagged(secured(headers, cors=_cors(request)), body)


def _see(request: Request, path: str) -> Reply:
    headers = [(b"location", path.encode()), (b"vary", b"Accept")]
    return Reply(303, secured(headers, cors=_cors(request)))
