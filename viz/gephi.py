"""A network as a file for Gephi and other tools of network analysis: GEXF or GraphML.

Both hold all things and relations with kind, days, certainty and sources, and the picture's
places, colours and sizes. In GEXF a relation also has a life for Gephi's timeline: from the day
that it is stated to the last day that no source excludes; plans have one too and say so.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import IO, Final
from xml.etree.ElementTree import Element

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from .errors import ViewError
from .layout import Layout
from .network import Bounds, Graph, Relation, Thing, relations, things
from .style import Style

_FORBIDDEN: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK: Final = re.compile("\r\n?")
_BETWEEN: Final = " | "  # from text to text where there are several
_HUB: Final = 30.0
_OPEN: Final = ("0001-01-01", "9999-12-31")
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def write(graph: Graph, layout: Layout, style: Style, format: str) -> bytes:
    """Returns the file of a network, the same bytes for the same network.

    Format: `gexf` or `graphml`. Raises ViewError for any other.
    """
    try:
        make = _FORMATS[format]
    except KeyError:
        known = ", ".join(sorted(_FORMATS))
        raise ViewError(f"there is no format “{format}” for networks; there are {known}") from None
    return make(graph, layout, style)


def clean(text: str) -> str:
    """Returns the text without the characters that XML 1.0 forbids, line ends as XML has them."""
    return _FORBIDDEN.sub("", _BREAK.sub("\n", text))


def _gexf(graph: Graph, layout: Layout, style: Style) -> bytes:
    network: Graph = nx.MultiDiGraph()
    for found, looks in _looks(graph, layout, style):
        place = {"x": looks["x"], "y": looks["y"], "z": 0}
        colour = {part: looks[part] for part in "rgb"} | {"a": 1}
        viz = {"position": place, "color": colour, "size": looks["size"]}
        network.add_node(clean(found.iri), **_thing(found, layout), viz=viz)
    for key, relation in _numbered(graph):
        said = _relation(relation) | _life(relation.bounds) | {"id": key}
        network.add_edge(clean(relation.start), clean(relation.end), key=key, **said)
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.3")
    writer.add_graph(network)
    writer.xml.set("xmlns:xsi", _XSI)
    meta = writer.xml.find("meta")
    # The day of writing would make each day's file another one.
    del meta.attrib["lastmodifieddate"]
    meta.find("creator").text = "kommunegraf"
    _keep_apart(writer.xml.iter("edge"), dict(_numbered(graph)))
    return _written(writer.write)


def _keep_apart(edges: Iterable[Element], found: Mapping[str, Relation]) -> None:
    """Gives parallel edges kinds of their own, because Gephi adds up those of one kind."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for edge in edges:
        relation = found[edge.attrib["id"]]
        ends = (relation.start, relation.end, relation.kind)
        seen[ends] += 1
        edge.set("kind", relation.kind if seen[ends] == 1 else f"{relation.kind} {seen[ends]}")


def _graphml(graph: Graph, layout: Layout, style: Style) -> bytes:
    network: Graph = nx.MultiDiGraph()
    for found, looks in _looks(graph, layout, style):
        network.add_node(clean(found.iri), **_thing(found, layout), **looks)
    for key, relation in _numbered(graph):
        network.add_edge(clean(relation.start), clean(relation.end), key=key, **_relation(relation))
    return _written(lambda file: nx.write_graphml_xml(network, file, named_key_ids=True))


def _looks(
    graph: Graph, layout: Layout, style: Style
) -> Iterator[tuple[Thing, dict[str, int | float]]]:
    """Yields each thing with its place, size and colour under the names that Gephi knows."""
    hubs = {area.hub for area in layout.areas}
    for found in things(graph):
        look = style.thing(found.kind)
        x, y = layout.places.get(found.iri, (0, 0))
        red, green, blue = (int(look.light[at : at + 2], 16) for at in (1, 3, 5))
        yield (
            found,
            {
                "x": float(x),
                "y": float(-y),  # Gephi counts upwards
                "size": max(look.size, _HUB) if found.iri in hubs else look.size,
                "r": red,
                "g": green,
                "b": blue,
            },
        )


def _numbered(graph: Graph) -> Iterator[tuple[str, Relation]]:
    """Yields the relations with a key of their own: one event can be two edges of one IRI."""
    for number, relation in enumerate(relations(graph)):
        yield str(number), relation


def _thing(found: Thing, layout: Layout) -> dict[str, str]:
    said = {
        "kind": clean(found.kind),
        "iri": clean(found.iri),
        "also": _several(found.also),
        "note": clean(found.note),
        "hubs": _several(layout.homes[found.iri]),
    }
    return {"label": clean(found.label), **_told(said)}


def _relation(relation: Relation) -> dict[str, str | bool]:
    said = {
        "kind": clean(relation.kind),
        "iri": clean(relation.iri),
        "period": clean(relation.period),
        **(asdict(relation.bounds) if relation.bounds else {}),
        "certainty": clean(relation.certainty),
        "sources": _several(relation.sources),
        "note": clean(relation.note),
    }
    return {"label": clean(relation.label), "plan": relation.plan, **_told(said)}


def _told(said: Mapping[str, str]) -> dict[str, str]:
    """Returns what is not empty; both formats let a thing go without a value."""
    return {name: text for name, text in said.items() if text}


def _life(bounds: Bounds | None) -> dict[str, str]:
    """Returns the first and last day of a relation; an end that is open is left out."""
    life: dict[str, str] = {}
    if bounds and bounds.stated_from not in _OPEN:
        life["start"] = bounds.stated_from
    if bounds and bounds.possible_until not in _OPEN:
        # GEXF counts the last day in; our bounds name the first day after it.
        last = date.fromisoformat(bounds.possible_until) - timedelta(days=1)
        life["end"] = max(last.isoformat(), life.get("start", ""))
    return life


def _several(texts: Iterable[str]) -> str:
    return clean(_BETWEEN.join(texts))


def _written(write_to: Callable[[IO[bytes]], None]) -> bytes:
    file = io.BytesIO()
    write_to(file)
    return file.getvalue()


_FORMATS: Final[Mapping[str, Callable[[Graph, Layout, Style], bytes]]] = {
    "gexf": _gexf,
    "graphml": _graphml,
}
