"""The SPARQL endpoint: a query is asked; without one it says what it is, to browsers the editor."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ...ontology.namespaces import PREFIXES
from . import api, protocol
from .admission import read_body
from .description import describe
from .negotiate import GRAPHS, HTML, ROWS, TURTLE, choose
from .refusal import RefusalError
from .render import render
from .replies import EDITOR_POLICY, Receive, Reply, Scope, secured
from .service import Seen, Service

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")

_DESCRIBED: Final = tuple(one for one in GRAPHS if one.name in ("ttl", "nt", "jsonld", "rdf"))
_CHANGING: Final = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\s*\(|\bservice\b")
_CHANGERS: Final = ("now", "rand", "uuid", "bnode", "service")


async def answer(service: Service, scope: Scope, receive: Receive) -> Reply:
    """Answers a request to the endpoint."""
    seen: Seen = scope["seen"]
    method, query = scope["method"], scope["query_string"]
    if method == "POST":
        body = await read_body(receive, seen.headers)
        kind = seen.headers.get(b"content-type", b"").decode("latin-1")
        asked = protocol.read_post(kind, query, body, seen.accept)
    elif method in ("GET", "HEAD"):
        likes_page = choose(seen.accept, (*ROWS, TURTLE, HTML)) is HTML
        if not protocol.has_query(query) or (likes_page and not protocol.has_format(query)):
            return _description(service, scope, seen)
        asked = protocol.read_get(query, seen.accept)
    elif method == "OPTIONS":
        return service.options(seen, METHODS)
    else:
        raise RefusalError(
            405,
            f"{method[:20]} is not for this address; queries come by GET or POST",
            (("allow", ", ".join(METHODS)),),
        )
    return await service.ask(
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


def _description(service: Service, scope: Scope, seen: Seen) -> Reply:
    """Returns the editor's page for browsers, the service's description for programs."""
    chosen = choose(seen.accept, (*_DESCRIBED, HTML))
    if chosen is None:
        raise RefusalError(406, "the service is described in Turtle, JSON-LD, RDF/XML and HTML")
    if chosen is HTML:
        headers = [
            (b"content-type", HTML.content_type.encode()),
            (b"vary", b"Accept, Cookie"),
            (b"content-security-policy", EDITOR_POLICY.encode()),
        ]
        return Reply(200, secured(headers, cors=seen.cors), _editor(seen.lang))
    # The name is one that this service answers to, and so can stand in an address.
    host = seen.headers[b"host"].decode("ascii").lower()
    address = f"{scope.get('scheme', 'http')}://{host}/sparql"
    pool = service.pool
    kind, body = describe(
        chosen.name, pool.build.tag, address, federated=bool(pool.limits.services)
    )
    headers = [(b"content-type", kind.encode()), (b"vary", b"Accept, Host")]
    return Reply(200, secured(headers, cors=seen.cors), body)


@cache
def _editor(lang: str) -> bytes:
    return render("editor.html", lang, prefixes=dict(PREFIXES), examples=api.examples())


def _changes(query: str) -> bool:
    """Whether a query may be answered otherwise the next time, on the same graph."""
    lowered = query.lower()
    # The words first: they are found ten times faster than the pattern, and most queries lack them.
    return any(word in lowered for word in _CHANGERS) and bool(_CHANGING.search(lowered))
