"""The page of a thing, as a query process answers it: what it is, what is said of it, where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Final, cast
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Triple, serialize

from ...graph import predicates as p
from ...graph.public import Hidden
from ...graph.store import StoredGraph
from ...ontology.namespaces import GRAPH, ID, shorten
from ...queries.as_of import read_day
from . import thing_reading as reading
from .api import declared
from .engine import Out
from .links import iri_of
from .negotiate import HTML
from .refusal import RefusalError
from .render import render
from .sparql import PREFIXED, TRIPLE_KINDS, content_type, used_prefixes
from .thing_words import ORDER, heading
from .visible import WHY, hidden

FIRST: Final = 25
"""Relations of a kind on the first page of a thing."""
PAGE: Final = 200
"""Relations of a kind on a page of their own."""
MOST: Final = 10_000
"""Relations that the RDF of a thing holds."""

_DERIVED: Final = GRAPH + "derived"


def answer(graph: StoredGraph, asked: Mapping[str, Any], out: Out) -> None:
    """Answers for a thing. `asked`: prefix, local, format, at, kind, page, lang, staff."""
    iri = iri_of(asked["prefix"], asked["local"])
    try:
        thing = NamedNode(iri)
    except ValueError:
        raise RefusalError(404, "the address names no thing") from None
    if not iri or next(iter(graph.quads(thing, None, None)), None) is None:
        raise RefusalError(404, f"the graph does not know {shorten(iri) if iri else 'that prefix'}")
    hide = hidden(graph, staff=asked["staff"])
    if hide.has(thing):
        raise RefusalError(404, WHY)
    if asked["format"] == HTML.name:
        _page(graph, thing, hide, asked, out)
    else:
        _triples(graph, thing, hide, asked["format"], out)


def _triples(graph: StoredGraph, thing: NamedNode, hide: Hidden, wanted: str, out: Out) -> None:
    """Writes what the sources say of a thing and of the relations that name it, with evidence."""
    said: dict[Triple, None] = {}
    evidence: dict[NamedNode, None] = {}

    def add(node: NamedNode) -> None:
        for quad in graph.quads(node, None, None):
            if not isinstance(quad.graph_name, NamedNode) or quad.graph_name.value == _DERIVED:
                continue
            if hide.has(quad.object):
                continue
            said[quad.triple] = None
            if quad.predicate == p.DERIVED_FROM and isinstance(quad.object, NamedNode):
                evidence[quad.object] = None

    add(thing)
    for relation in reading.naming(graph, thing, MOST):
        if not hide.has(relation):
            add(relation)
    for node in list(evidence):
        add(node)
    out.begin(200, (("content-type", content_type(wanted)),))
    prefixes = used_prefixes(said) if wanted in PREFIXED else None
    ordered = sorted(said, key=str)
    serialize(ordered, cast("IO[bytes]", out), format=TRIPLE_KINDS[wanted], prefixes=prefixes)


def _page(
    graph: StoredGraph,
    thing: NamedNode,
    hide: Hidden,
    asked: Mapping[str, Any],
    out: Out,
) -> None:
    lang, kind = asked["lang"], asked["kind"]
    at = read_day(graph, asked["at"] or "latest").isoformat()
    told = reading.relations(graph, thing, hide)
    groups: dict[str, list[reading.Told]] = {}
    for one in told:
        groups.setdefault(one.kind, []).append(one)
    if kind and kind not in groups:
        raise RefusalError(404, f"nothing of the kind “{kind[:40]}” names this")
    size = PAGE if kind else FIRST
    number = asked["page"] if kind else 1
    shown: list[dict[str, Any]] = []
    for name in sorted(groups, key=lambda name: (ORDER.get(name, len(ORDER)), name)):
        if kind and name != kind:
            continue
        every = groups[name]
        pages = -(-len(every) // size)
        if number > pages:
            raise RefusalError(404, f"there are {pages} pages of this, not {number}")
        shown.append(
            {
                "kind": name,
                "title": heading(name, lang),
                "count": len(every),
                "told": every[(number - 1) * size : number * size],
                "pages": pages,
            }
        )
    on_page = [one for group in shown for one in group["told"]]
    reading.add_standings(graph, on_page, at)
    reading.add_ends(graph, thing, on_page, hide)
    head = reading.head(graph, thing, lang, hide)
    local = asked["local"]
    query = {key: asked[key] for key in ("at", "kind") if asked[key]}
    page = render(
        "thing.html", lang,
        head=head, iri=thing.value, prefix=asked["prefix"], local=local,
        kind_of=", ".join(head.type_labels) or heading(asked["prefix"], lang),
        groups=shown, total=len(told), most=reading.MOST, kind=kind, number=number,
        at=at, given_at=asked["at"], query=urlencode(query), sparql=_query(thing),
        view_of=_views(head, thing),
    )  # fmt: skip
    out.answer(200, (("content-type", HTML.content_type),), page)


def _query(thing: NamedNode) -> str:
    return declared(
        "SELECT ?relation ?property ?value WHERE {\n"
        f"  {{ BIND({thing} AS ?relation) }}\n"
        f"  UNION {{ SELECT DISTINCT ?relation WHERE {{ ?relation ?names {thing} ; "
        "kg:sourceText ?source } }\n"
        "  ?relation ?property ?value .\n"
        "}\nORDER BY ?relation ?property ?value\nLIMIT 1000\n"
    )


def _views(head: reading.Head, thing: NamedNode) -> list[tuple[str, str]]:
    """Returns the views that can be drawn of a thing: name and words' key."""
    codes = {code.rpartition("/")[2] for code in head.types}
    found = []
    if "partnership" in codes:
        found.append("partnership")
    if thing.value.startswith((f"{ID}org/", f"{ID}system/", f"{ID}person/", f"{ID}body/")):
        found.append("surroundings")
    if "municipality" in codes:
        found.append("family-tree")
    return [(name, urlencode({"thing": thing.value})) for name in found]
