"""Why: everything that is said of a thing, each with source, place and certainty."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, fields

from pyoxigraph import Literal, NamedNode, Quad

from ..graph import predicates as p
from ..graph.dataset import Graph
from ..graph.export import write_triples
from ..ontology.namespaces import GRAPH, shorten
from .formats import check_format
from .labels import key_of, labels_of
from .names import resolve
from .output import write_rows
from .property_words import property_name

_NOT_SHOWN = {p.DERIVED_FROM, p.ROW, p.SEARCH_KEY, p.TIME_TEXT, p.SOURCE_TEXT}


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about a thing: in which relation, when, where it is said, by which row."""

    what: str
    relation: str
    time: str
    source: str
    row: str


def explain(graph: Graph, text: str, format_name: str = "table") -> str:
    """Returns what is said of the thing or relation that `text` names, as text.

    `format_name`: table (for reading), md, csv, json or ttl. Raises NameNotFoundError, UsageError.
    """
    check_format(format_name)
    node = resolve(graph, text)
    relations = _relations(graph, node)
    buffer = io.BytesIO()
    if format_name == "ttl":
        quads = (quad for one in (node, *relations) for quad in graph.quads(one, None, None))
        write_triples([quad.triple for quad in _sourced(quads)], buffer, "turtle")
        return buffer.getvalue().decode()
    own = [q for q in _sourced(graph.quads(node, None, None)) if q.predicate not in _NOT_SHOWN]
    terms = {term for quad in own for term in (quad.predicate, quad.object)}
    named = [term.value for term in (node, *relations, *terms) if isinstance(term, NamedNode)]
    labels = labels_of(graph, named)
    said = [_said(graph, relation, labels) for relation in relations]
    label = _called(node, labels)
    match format_name:
        case "json":
            whole = {"iri": node.value, "label": label, "properties": _properties(own, labels),
                     "said": [asdict(one) for one in said]}  # fmt: skip
            return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        case "csv":
            write_rows([f.name for f in fields(Said)], list(map(astuple, said)), "csv", buffer)
            return buffer.getvalue().decode()
        case "table":
            return _readable(graph, node, label, _worded(own, labels), said)
        case _:
            return _markdown(node, label, _worded(own, labels), said)


def _sourced(quads: Iterable[Quad]) -> Iterable[Quad]:
    return (
        quad
        for quad in quads
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value != GRAPH + "derived"
    )


def _relations(graph: Graph, node: NamedNode) -> list[NamedNode]:
    """Relations and things whose own statements name the node, in order of IRI."""
    subjects = {
        quad.subject
        for quad in _sourced(graph.quads(None, None, node))
        if isinstance(quad.subject, NamedNode) and quad.predicate != p.TYPE
    }
    return sorted(
        (s for s in subjects if _value(graph, s, p.SOURCE_TEXT)), key=lambda iri: iri.value
    )


def _said(graph: Graph, relation: NamedNode, labels: Mapping[str, str]) -> Said:
    return Said(
        what=_called(relation, labels),
        relation=shorten(relation.value),
        time=_value(graph, relation, p.TIME_TEXT),
        source=_value(graph, relation, p.SOURCE_TEXT),
        row=_value(graph, relation, p.ROW),
    )


def _value(graph: Graph, node: NamedNode, predicate: NamedNode) -> str:
    values = {
        quad.object.value
        for quad in graph.quads(node, predicate, None)
        if isinstance(quad.object, Literal)
    }
    return ", ".join(sorted(values))


def _called(node: NamedNode, labels: Mapping[str, str]) -> str:
    return labels.get(node.value) or key_of(node.value)


def _properties(own: Iterable[Quad], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns properties and values for programs: properties and classes by their short names."""

    def shown(quad: Quad) -> str:
        if not isinstance(quad.object, NamedNode):
            return getattr(quad.object, "value", "")
        is_class = quad.predicate == p.TYPE
        return shorten(quad.object.value) if is_class else _called(quad.object, labels)

    return sorted({(shorten(quad.predicate.value), shown(quad)) for quad in own})


def _worded(own: Iterable[Quad], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns properties and values for people; a class that has no label goes without saying."""

    def shown(term: object) -> str:
        return _called(term, labels) if isinstance(term, NamedNode) else getattr(term, "value", "")

    return sorted(
        {
            (property_name(quad.predicate.value, labels), shown(quad.object))
            for quad in own
            if quad.predicate != p.TYPE or getattr(quad.object, "value", "") in labels
        }
    )


def _markdown(node: NamedNode, label: str, head: list[tuple[str, str]], said: list[Said]) -> str:
    lines = [f"# {label}", "", f"`{shorten(node.value)}`", ""]
    lines += [f"- {name}: {value}" for name, value in head]
    if said:
        lines += ["", f"## {len(said)} statements name it", ""]
        lines += [f"- {s.what} ({s.time or '–'}) – {s.source} `{s.row}`" for s in said]
    return "\n".join(lines) + "\n"


def _readable(
    graph: Graph, node: NamedNode, label: str, head: list[tuple[str, str]], said: list[Said]
) -> str:
    lines = [f"{label}  ({shorten(node.value)})", ""]
    if time := _value(graph, node, p.TIME_TEXT):
        lines.append(f"  {time}")
    lines.extend(f"  {name}: {value}" for name, value in head)
    for title, predicate in (("Said by", p.SOURCE_TEXT), ("Table row", p.ROW)):
        if value := _value(graph, node, predicate):
            lines.append(f"  {title}: {value}")
    if said:
        lines.append("")
        lines.append(f"{len(said)} statements name it:")
        kind = ""
        for one in said:
            if (now := one.relation.partition(":")[0]) != kind:
                kind = now
                lines.append(f"\n{kind}")
            lines.append(f"  {one.what}" + (f" — {one.time}" if one.time else ""))
            lines.append(f"      {one.source}  [{one.row}]")
    return "\n".join(lines) + "\n"
