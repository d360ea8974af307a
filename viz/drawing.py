"""The network as pyvis holds it: numbered nodes and edges with places, and the options.

pyvis gathers and checks nodes and edges; its own page is not used (see `page.html`). It is
imported only here and only when a picture is drawn, because it pulls IPython in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..ontology.namespaces import ID
from .boxes import wrap
from .layout import Layout
from .network import Graph, Relation, relations, thing, things
from .style import Style

OPTIONS: Final[Mapping[str, Any]] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "dragNodes": False,
        "hover": True,
        "hoverConnectedEdges": False,
        "selectConnectedEdges": False,
        "tooltipDelay": 100_000_000,
    },
    "nodes": {"borderWidth": 1},
    "edges": {"smooth": False, "arrows": {"to": {"scaleFactor": 0.35}}},
}

HUB: Final = 30.0  # least size and font of a hub
_BEND: Final = 0.14  # how far parallel edges lie apart, as part of their length


@dataclass(frozen=True)
class Drawing:
    """What the page's script needs: all of it data, none of it markup."""

    nodes: Sequence[Mapping[str, Any]]
    edges: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any]
    areas: Sequence[Sequence[float | int | None]]


def draw(graph: Graph, layout: Layout, style: Style) -> Drawing:
    """Returns the drawing of a network whose things have places; hubs stand out."""
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    network.options = dict(OPTIONS)
    numbers = {iri: number for number, iri in enumerate(graph)}
    hubs = {area.hub for area in layout.areas}
    for found in things(graph):
        look = style.thing(found.kind)
        x, y = layout.places[found.iri]
        network.add_node(
            numbers[found.iri],
            label=wrap(found.label),
            shape=look.shape,
            color=look.light,
            size=max(look.size, HUB) if found.iri in hubs else look.size,
            font={"size": max(look.font, HUB) if found.iri in hubs else look.font},
            x=x,
            y=y,
            **_described(found.kind, found.label, found.iri, found.also, found.note),
        )
    bends = _bends(list(relations(graph)))
    for number, relation in enumerate(relations(graph)):
        network.add_edge(
            numbers[relation.start],
            numbers[relation.end],
            **_edge(relation, number, bends[number], style),
        )
    areas = [
        (area.x, area.y, area.width, area.height, None if area.hub is None else numbers[area.hub])
        for area in layout.areas
    ]
    return Drawing(network.nodes, network.edges, network.options, areas)


def plain(graph: Graph) -> Drawing:
    """Returns the things and relations without a picture, for a page that draws its own."""
    numbers = {iri: number for number, iri in enumerate(graph)}
    nodes = [
        {"id": numbers[t.iri], **_described(t.kind, t.label, t.iri, t.also, t.note)}
        for t in things(graph)
    ]
    edges = [
        {
            "id": number,
            "from": numbers[relation.start],
            "to": numbers[relation.end],
            **_said(relation),
        }
        for number, relation in enumerate(relations(graph))
    ]
    return Drawing(nodes, edges, {}, [])


def label_of(graph: Graph, iri: str) -> str:
    """Returns the name of a drawn thing, or its IRI when the view does not draw it."""
    return thing(graph, iri).label if iri in graph else iri


def _described(kind: str, label: str, iri: str, also: Sequence[str], note: str) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": kind, "name": label, "iri": _short(iri)}
    if also:
        said["also"] = list(also)
    if note:
        said["note"] = note
    return said


def _short(iri: str) -> str:
    """Returns the IRI without our base, unless what is left could be taken for an IRI."""
    rest = iri.removeprefix(ID)
    return iri if ":" in rest else rest


def _said(relation: Relation) -> dict[str, Any]:
    # Text, period and source stand in the page's table once, where the script reads them.
    return {"kind": relation.kind, "iri": _short(relation.iri), "standing": relation.standing}


def _edge(relation: Relation, number: int, bend: float, style: Style) -> dict[str, Any]:
    dashes = style.standing(relation.standing).dashes
    edge: dict[str, Any] = {
        "id": number,
        "width": style.relation(relation.kind).width,
        **_said(relation),
    }
    if dashes:
        edge["dashes"] = list(dashes)
    if bend:
        turn = "curvedCW" if bend > 0 else "curvedCCW"
        edge["smooth"] = {"enabled": True, "type": turn, "roundness": round(abs(bend), 3)}
    return edge


def _bends(edges: Sequence[Relation]) -> list[float]:
    """Returns how much each edge bends: none when alone, else fanned out, also both ways."""
    together: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, relation in enumerate(edges):
        together[tuple(sorted((relation.start, relation.end)))].append(number)
    bends = [0.0] * len(edges)
    for numbers in together.values():
        for place, number in enumerate(numbers):
            bend = _BEND * (place - (len(numbers) - 1) / 2)
            forth = edges[number].start <= edges[number].end
            bends[number] = bend if forth else -bend
    return bends
