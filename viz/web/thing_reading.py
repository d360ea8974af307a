"""Reading a thing from the graph: its own properties, and the statements that name it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode

from ...graph import predicates as p
from ...graph.dataset import Graph
from ...graph.public import Hidden
from ...ontology.namespaces import BASE, CODE, GRAPH, ID, shorten
from ...queries.as_of import STANDINGS
from ...queries.fragments import fragment
from ...queries.labels import label_of
from ...queries.property_words import property_name
from .links import outside, path_of

MOST: Final = 20_000
"""Statements that name a thing and are read for its page."""

_SCANNED: Final = 200_000
"""Triples that are looked through for them; a code of a register has more."""

_DERIVED: Final = GRAPH + "derived"
_STATED_FROM: Final = NamedNode(f"{BASE}ns#statedFrom")

_STANDINGS: Final = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
SELECT DISTINCT ?relation ?standing WHERE {
  VALUES ?relation { %s }
%s}
"""

_LABELS: Final = (
    p.PREF_LABEL, p.NAME, p.LABEL, p.LEGAL_NAME, NamedNode("http://purl.org/dc/terms/title"),
)  # fmt: skip

_EVIDENCE: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?evidence ?source ?title ?section ?line ?record ?certainty WHERE {
  ?_thing_iri prov:wasDerivedFrom ?evidence .
  ?evidence dcterms:source ?source .
  OPTIONAL { ?source dcterms:title ?title }
  OPTIONAL { ?evidence kg:section ?section }
  OPTIONAL { ?evidence kg:line ?line }
  OPTIONAL { ?evidence kg:record ?record }
  OPTIONAL { ?evidence kg:certainty ?certainty }
} ORDER BY ?source ?section ?line ?evidence LIMIT 200
"""

_NOT_SHOWN: Final = frozenset(
    (
        p.DERIVED_FROM.value, p.ROW.value, p.SEARCH_KEY.value, p.TIME_TEXT.value,
        p.SOURCE_TEXT.value, p.PREF_LABEL.value, p.LABEL.value, p.NAME.value,
        f"{BASE}ns#topConceptOf",
    )
)  # fmt: skip


@dataclass(slots=True)
class Told:
    """A statement that names the thing: what, when, how it stands on the day, where it is said."""

    iri: str
    path: str
    kind: str
    label: str
    time: str
    start: str
    standing: str
    sources: list[str]
    ends: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of the thing itself."""

    label: str
    time: str
    types: tuple[str, ...]
    type_labels: tuple[str, ...]
    properties: tuple[dict[str, Any], ...]
    sources: tuple[dict[str, str], ...]
    row: str


def naming(graph: Graph, thing: NamedNode, most: int) -> list[NamedNode]:
    """Returns the statements of the sources that name a thing, in order of IRI."""
    subjects = {
        quad.subject
        for quad in islice(graph.quads(None, None, thing), _SCANNED)
        if isinstance(quad.subject, NamedNode)
        and isinstance(quad.graph_name, NamedNode)
        and quad.graph_name.value != _DERIVED
        and quad.subject.value.startswith(ID)
        and quad.predicate not in (p.TYPE, p.DERIVED_FROM)
    }
    return list(islice(sorted(subjects, key=lambda iri: iri.value), most))


def relations(graph: Graph, thing: NamedNode, hide: Hidden) -> list[Told]:
    """Returns the statements that name a thing, by kind and time."""
    found = [_told(graph, node, hide) for node in naming(graph, thing, MOST) if not hide.has(node)]
    return sorted(found, key=lambda one: (one.kind, one.start, one.label, one.iri))


def _told(graph: Graph, node: NamedNode, hide: Hidden) -> Told:
    said: dict[NamedNode, list[Literal]] = {}
    for quad in graph.quads(node, None, None, DefaultGraph()):
        if isinstance(quad.object, Literal) and not hide.has(quad.object):
            said.setdefault(quad.predicate, []).append(quad.object)

    def text(predicate: NamedNode) -> str:
        values = sorted(said.get(predicate, ()), key=lambda v: (v.language == "en", v.value))
        return values[0].value if values else ""

    return Told(
        iri=node.value,
        path=path_of(node.value),
        kind=node.value.removeprefix(ID).partition("/")[0],
        label=text(p.LABEL) or text(p.PREF_LABEL) or text(p.NAME) or shorten(node.value),
        time=text(p.TIME_TEXT),
        start=text(_STATED_FROM),
        standing="",
        sources=sorted(value.value for value in said.get(p.SOURCE_TEXT, ())),
    )


def add_standings(graph: Graph, told: Sequence[Told], at: str) -> None:
    """Says of each statement how it stands on a day: “other” when it does not."""
    if not told:
        return
    values = " ".join(str(NamedNode(one.iri)) for one in told)
    rows = graph.select(
        _STANDINGS % (values, fragment("standing")),
        {
            "_at_xsd_date": Literal(at, datatype=p.XSD_DATE),
            "_standing_literal": Literal(" ".join(STANDINGS)),
        },
    )
    standings = {row["relation"].value: row["standing"].value for row in rows}
    for one in told:
        one.standing = standings.get(one.iri, "other" if one.time else "")


def add_ends(graph: Graph, thing: NamedNode, told: Sequence[Told], hide: Hidden) -> None:
    """Adds to statements the other things that they name."""
    for one in told:
        others = {
            quad.object.value
            for quad in graph.quads(NamedNode(one.iri), None, None)
            if isinstance(quad.object, NamedNode)
            and isinstance(quad.graph_name, NamedNode)
            and quad.graph_name.value != _DERIVED
            and quad.predicate not in (p.TYPE, p.DERIVED_FROM)
            and quad.object != thing
            and quad.object.value.startswith((ID, CODE))
            and not hide.has(quad.object)
        }
        one.ends = [{"iri": iri} for iri in sorted(others)]
    names = labels(graph, {end["iri"] for one in told for end in one.ends}, hide)
    for one in told:
        for end in one.ends:
            iri = end["iri"]
            end["path"], end["label"] = path_of(iri), names[iri]
            end["code"] = "code" if iri.startswith(CODE) else ""
        one.ends.sort(key=lambda end: (end["code"], end["label"]))


def labels(graph: Graph, iris: Iterable[str], hide: Hidden) -> dict[str, str]:
    """Returns what each thing is called: in Norwegian where it has such a name."""
    return {iri: _label(graph, NamedNode(iri), hide) for iri in set(iris)}


def _label(graph: Graph, node: NamedNode, hide: Hidden) -> str:
    for predicate in _LABELS:
        found = [
            quad.object
            for quad in graph.quads(node, predicate, None)
            if isinstance(quad.object, Literal) and not hide.has(quad.object)
        ]
        if found:
            best = min(found, key=lambda one: (one.language not in ("nb", "no"), one.value))
            return best.value
    return shorten(node.value)


def head(graph: Graph, thing: NamedNode, lang: str, hide: Hidden) -> Head:
    """Returns what the sources say of the thing itself."""
    values: dict[str, list[Any]] = {}
    texts: dict[str, set[str]] = {}
    types: set[str] = set()
    for quad in islice(graph.quads(thing, None, None), MOST):
        predicate, term = quad.predicate.value, quad.object
        if hide.has(term):
            continue
        if predicate in (p.ROW.value, p.TIME_TEXT.value) and isinstance(term, Literal):
            texts.setdefault(predicate, set()).add(term.value)
        if not isinstance(quad.graph_name, NamedNode) or quad.graph_name.value == _DERIVED:
            continue
        if predicate == p.KIND.value and isinstance(term, NamedNode):
            types.add(term.value)
        if predicate in _NOT_SHOWN:
            continue
        if term not in values.setdefault(predicate, []):
            values[predicate].append(term)
    nodes = {t.value for terms in values.values() for t in terms[:200] if isinstance(t, NamedNode)}
    names = labels(graph, nodes | set(values), hide)
    label = label_of(graph, thing)
    properties = [
        {
            "name": property_name(predicate, names, lang),
            "values": sorted(
                (_shown(term, names) for term in terms[:200]), key=lambda one: one["text"]
            ),
            "more": max(0, len(terms) - 200),
            "order": _order(predicate, terms[0]),
        }
        for predicate, terms in values.items()
    ]
    properties.sort(key=lambda one: (one["order"], str(one["name"])))
    return Head(
        label=_label(graph, thing, hide) if hide.named_in(label) else label,
        time=", ".join(sorted(texts.get(p.TIME_TEXT.value, ()))),
        types=tuple(sorted(types)),
        type_labels=tuple(sorted(names[code] for code in types if code in names)),
        properties=tuple(properties),
        sources=tuple(_evidence(graph, thing, hide)),
        row=", ".join(sorted(texts.get(p.ROW.value, ()))),
    )


def _order(predicate: str, term: Any) -> int:
    """Returns where a property stands: things first, then codes, then texts, classes last."""
    if predicate == p.TYPE.value:
        return 3
    if not isinstance(term, NamedNode):
        return 2
    return 0 if term.value.startswith(ID) else 1


def _shown(term: Any, names: dict[str, str]) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"text": names.get(term.value, shorten(term.value)), "path": path_of(term.value),
                "outside": outside(term.value), "lang": ""}  # fmt: skip
    return {"text": getattr(term, "value", str(term)), "path": "", "outside": "",
            "lang": getattr(term, "language", None) or ""}  # fmt: skip


def _evidence(graph: Graph, thing: NamedNode, hide: Hidden) -> list[dict[str, str]]:
    rows = list(graph.select(_EVIDENCE, {"_thing_iri": thing}))
    names = labels(graph, {row["certainty"].value for row in rows if row["certainty"]}, hide)

    def text(term: Any) -> str:
        return "" if term is None or hide.has(term) else str(term.value)

    return [
        {
            "source": text(row["title"]) or shorten(row["source"].value),
            "path": path_of(row["source"].value),
            "section": text(row["section"]),
            "line": text(row["line"]),
            "record": text(row["record"]),
            "certainty": names[row["certainty"].value] if row["certainty"] else "",
        }
        for row in rows
    ]
