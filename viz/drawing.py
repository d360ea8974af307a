"""The network as pyvis holds it: numbered nodes and edges with places, options and a template.

pyvis gathers and checks nodes and edges and renders them; the page template is ours, and the
page's script draws on vis-network's canvas. pyvis is imported only here and only when a picture
is drawn, because it pulls IPython in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..ontology.namespaces import ID
from .boxes import wrap
from .layout import Layout
from .network import Graph, Relation, Thing, relations, things
from .style import Style

if TYPE_CHECKING:
    from jinja2 import Environment
    from pyvis.network import Network

OPTIONS: Final[Mapping[str, Any]] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"dragNodes": False, "hover": False, "tooltipDelay": 100_000_000},
}

HUB: Final = 30.0  # least size and font of a hub


class _Numbers(list[int]):
    """pyvis's list of node numbers, which it searches for each edge, with a quick search."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[object] = set()

    def append(self, number: int) -> None:
        super().append(number)
        self._seen.add(number)

    def __contains__(self, number: object) -> bool:
        return number in self._seen


def draw(graph: Graph, layout: Layout, style: Style) -> Network:
    """Returns pyvis's network of things and relations; `layout` gives places, hubs stand out.

    A thing without a place, as on a page that draws its own picture, stands at 0, 0.
    """
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    network.options = dict(OPTIONS)
    network.node_ids = _Numbers()
    numbers = {iri: number for number, iri in enumerate(graph)}
    hubs = {area.hub for area in layout.areas}
    for found in things(graph):
        look = style.thing(found.kind)
        x, y = layout.places.get(found.iri, (0, 0))
        network.add_node(
            numbers[found.iri],
            label=wrap(found.label),
            shape=look.shape,
            color=look.light,
            size=max(look.size, HUB) if found.iri in hubs else look.size,
            x=x,
            y=y,
            home=sorted(numbers[hub] for hub in layout.homes.get(found.iri, ())),
            **_thing(found),
        )
    for relation in relations(graph):
        network.add_edge(
            numbers[relation.start],
            numbers[relation.end],
            width=style.relation(relation.kind).width,
            **_relation(relation),
        )
    return network


def render(
    network: Network, environment: Environment, template: str, context: Mapping[str, Any]
) -> str:
    """Returns pyvis's page of a network, by a template of ours with more to show."""
    network.templateEnv = environment.overlay()
    network.templateEnv.globals = {**environment.globals, **context}
    network.path = template
    page: str = network.generate_html()
    return page


def areas(graph: Graph, layout: Layout) -> list[tuple[float | int | None, ...]]:
    """Returns the discs behind the picture: x, y, width, height and the hub's number or None."""
    numbers = {iri: number for number, iri in enumerate(graph)}
    return [
        (area.x, area.y, area.width, area.height, None if area.hub is None else numbers[area.hub])
        for area in layout.areas
    ]


def short(iri: str) -> str:
    """Returns the IRI without our base, unless what is left could be taken for an IRI."""
    rest = iri.removeprefix(ID)
    return iri if ":" in rest else rest


def _thing(found: Thing) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.label,
        "names": {
            language: label for language, label in found.labels.items() if label != found.label
        },
        "iri": short(found.iri),
        "also": list(found.also),
        "note": found.note,
        "fields": [(words.nb, words.nn, words.en) for words in found.fields],
    }


def _relation(relation: Relation) -> dict[str, Any]:
    bounds = relation.bounds
    return {
        "kind": relation.kind,
        "iri": short(relation.iri),
        "text": relation.label,
        "bounds": _days(
            (bounds.possible_from, bounds.stated_from, bounds.stated_until, bounds.possible_until)
            if bounds
            else ()
        ),
        "plan": relation.plan,
        "certainty": relation.certainty,
        "period": relation.period,
        "sources": list(relation.sources),
        "note": relation.note,
    }


def _days(days: Iterable[str]) -> list[int]:
    """Returns days as numbers that compare as the days do: 2019-12-31 is 20191231."""
    return [int(day.replace("-", "")) for day in days]
