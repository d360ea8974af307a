"""Why: everything that is said of a thing, each with source, place and certainty."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pyoxigraph import Literal, NamedNode, Quad

from ..graph import predicates as p
from ..graph.errors import UsageError
from ..graph.export import write_triples
from ..graph.store import Graph
from ..ontology.namespaces import GRAPH, shorten
from .names import label_of, resolve

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
    node = resolve(graph, text)
    if format_name == "ttl":
        buffer = io.BytesIO()
        about = [quad.triple for quad in _sourced(graph.quads(node, None, None))]
        for relation in _relations(graph, node):
            quads = graph.quads(relation, None, None)
            about.extend(quad.triple for quad in _sourced(quads))
        write_triples(about, buffer, "turtle")
        return buffer.getvalue().decode()
    said = [_said(graph, relation) for relation in _relations(graph, node)]
    head = _properties(graph, node)
    match format_name:
        case "json":
            whole = {"iri": node.value, "label": label_of(graph, node), "properties": head,
                     "said": [asdict(one) for one in said]}  # fmt: skip
            return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        case "csv":
            import csv

            buffer_text = io.StringIO()
            writer = csv.writer(buffer_text, lineterminator="\n")
            writer.writerow(["what", "relation", "time", "source", "row"])
            writer.writerows([s.what, s.relation, s.time, s.source, s.row] for s in said)
            return buffer_text.getvalue()
        case "table":
            return _readable(graph, node, head, said)
        case "md":
            return _markdown(graph, node, head, said)
        case _:
            raise UsageError(f"“{format_name}” is no format; known: table, md, csv, json, ttl")


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


def _said(graph: Graph, relation: NamedNode) -> Said:
    return Said(
        what=label_of(graph, relation),
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


def _properties(graph: Graph, node: NamedNode) -> list[tuple[str, str]]:
    rows = {
        (
            shorten(quad.predicate.value),
            label_of(graph, quad.object)
            if isinstance(quad.object, NamedNode) and quad.predicate != p.TYPE
            else shorten(quad.object.value)
            if isinstance(quad.object, NamedNode)
            else getattr(quad.object, "value", ""),
        )
        for quad in _sourced(graph.quads(node, None, None))
        if quad.predicate not in _NOT_SHOWN
    }
    return sorted(rows)


def _markdown(graph: Graph, node: NamedNode, head: list[tuple[str, str]], said: list[Said]) -> str:
    lines = [f"# {label_of(graph, node)}", "", f"`{shorten(node.value)}`", ""]
    lines += [f"- {name}: {value}" for name, value in head]
    if said:
        lines += ["", f"## {len(said)} statements name it", ""]
        lines += [f"- {s.what} ({s.time or '–'}) – {s.source} `{s.row}`" for s in said]
    return "\n".join(lines) + "\n"


def _readable(graph: Graph, node: NamedNode, head: list[tuple[str, str]], said: list[Said]) -> str:
    lines = [f"{label_of(graph, node)}  ({shorten(node.value)})", ""]
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
