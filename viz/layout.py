"""Where each thing stands: a disc for each hub, what several hubs share between them.

No physics: a place says what a thing belongs to, and the same network gives the same places.
A thing belongs to the hubs that are fewest steps away; with one of them it stands in that
hub's disc (see `discs`), with several between the discs, with none below the picture.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .boxes import Box, box, separate, symbol
from .discs import Disc, DiscMaker, Place
from .network import Graph, neighbours, thing
from .plan import Plan
from .style import Style

_CELL: Final = 76.0  # room of one thing; a disc alone is wider than high, because labels
_ASPECT: Final = 1.6  # are; rows stand so far apart that the picture fills a screen
_ROWS: Final = (0.72, 1.15)  # least and most that a row is high, as part of a cell's width
_MINOR: Final = 6  # a hub has at least this part of the ties of the largest hub


@dataclass(frozen=True)
class Area:
    """A disc of the picture, drawn behind its things; without a hub it holds what is shared."""

    x: float
    y: float
    width: float
    height: float
    hub: str | None


@dataclass(frozen=True)
class Layout:
    """The place of each thing and the discs that they form."""

    places: Mapping[str, Place]
    areas: Sequence[Area]


def lay_out(graph: Graph, plan: Plan, style: Style) -> Layout:
    """Returns places for all things of a network."""
    if not graph:
        return Layout({}, [])
    boxes = _boxes(graph, style)
    room = {iri: max(1.15, (b.left + b.right) / _CELL * 0.7) for iri, b in boxes.items()}
    hubs = _hubs(graph, plan)
    homes = _homes(graph, hubs)
    rank = {kind: number for number, kind in enumerate(style.things)}
    own: dict[str, list[str]] = defaultdict(list)
    shared: list[str] = []
    loose: list[str] = []
    for iri in graph:
        if iri in hubs:
            continue
        if len(homes[iri]) == 1:
            own[next(iter(homes[iri]))].append(iri)
        else:
            (shared if homes[iri] else loose).append(iri)
    binding = {kind for kind, look in style.relations.items() if look.binds}
    maker = DiscMaker(graph, plan, rank, room, binding)
    discs = [maker.make(hub, own[hub]) for hub in hubs]
    places, areas = _arrange(graph, discs, shared, rank)
    places.update(_bottom(graph, loose, places, rank))
    places, areas = _stretched(places, areas)
    symbols = {iri: symbol(style.thing(thing(graph, iri).kind).size) for iri in graph}
    places = separate(places, symbols, fixed=hubs)
    return Layout({iri: (round(x), round(y)) for iri, (x, y) in places.items()}, areas)


def _boxes(graph: Graph, style: Style) -> dict[str, Box]:
    looks = {iri: style.thing(thing(graph, iri).kind) for iri in graph}
    return {
        iri: box(thing(graph, iri).label, size=look.size, font=look.font)
        for iri, look in looks.items()
    }


def _hubs(graph: Graph, plan: Plan) -> list[str]:
    """Returns the hubs, by name; a picture of one thing has that thing as its hub."""
    if plan.focus is not None and plan.focus in graph:
        return [plan.focus]
    found = [iri for iri in graph if thing(graph, iri).kind in plan.hubs]
    # One that is merely named stands among the things of those that the picture is about.
    least = max((len(neighbours(graph, iri)) for iri in found), default=0) / _MINOR
    found = [iri for iri in found if len(neighbours(graph, iri)) >= max(1, least)]
    found.sort(key=lambda iri: (thing(graph, iri).label, iri))
    return found or sorted(graph, key=lambda iri: (-graph.degree(iri), iri))[:1]


def _homes(graph: Graph, hubs: Sequence[str]) -> dict[str, frozenset[str]]:
    """Returns for each thing the hubs that are fewest steps away."""
    distance: dict[str, int] = dict.fromkeys(hubs, 0)
    homes: dict[str, frozenset[str]] = {iri: frozenset() for iri in graph}
    homes.update({hub: frozenset({hub}) for hub in hubs})
    queue = deque(hubs)
    while queue:
        iri = queue.popleft()
        for other in neighbours(graph, iri):
            if other not in distance:
                distance[other] = distance[iri] + 1
                queue.append(other)
            if distance[other] == distance[iri] + 1:
                homes[other] |= homes[iri]
    return homes


def _arrange(
    graph: Graph, discs: Sequence[Disc], shared: Sequence[str], rank: Mapping[str, int]
) -> tuple[dict[str, Place], list[Area]]:
    """Returns places and discs on the plane: two side by side, a few in a circle, many in rows."""
    height = 2 * max(disc.radius for disc in discs)
    rows = max(1, math.floor(height * 0.8))
    columns = math.ceil(len(shared) / rows)
    if len(discs) <= 2:
        centres = [(0.0, 0.0)]
        if len(discs) == 2:
            centres.append((discs[0].radius + columns + 0.6 + discs[1].radius, 0.0))
        middle = (discs[0].radius + columns / 2 + 0.3, 0.0)
    elif len(discs) <= 6:
        reach = max(d.radius for d in discs) + max(columns, rows) / 2
        reach = max(reach, height / 2 / math.sin(math.pi / len(discs)))
        turns = [2 * math.pi * n / len(discs) - math.pi / 2 for n in range(len(discs))]
        centres = [(reach * math.cos(turn), reach * math.sin(turn)) for turn in turns]
        middle = (0.0, 0.0)
    else:
        centres = _shelves(discs)
        middle = (0.0, min(c[1] - d.radius for c, d in zip(centres, discs, strict=True)) - 2)
        columns, rows = max(8, len(shared) // 3), 3
    places: dict[str, Place] = {}
    areas: list[Area] = []
    for disc, (x, y) in zip(discs, centres, strict=True):
        places[disc.hub] = (x, y)
        areas.append(Area(x, y, disc.radius, disc.radius, disc.hub))
        for iri, cell in disc.cells.items():
            places[iri] = (x + cell[0], y + cell[1])
    if shared:
        order = sorted(shared, key=lambda i: (rank[thing(graph, i).kind], thing(graph, i).label, i))
        deep = math.ceil(len(order) / columns)
        for number, iri in enumerate(order):
            column, row = divmod(number, deep)
            x = middle[0] + column - (columns - 1) / 2
            y = middle[1] + row - (deep - 1) / 2 + (0.5 if column % 2 else 0.0)
            places[iri] = (x, y)
    return places, areas


def _stretched(
    places: Mapping[str, Place], areas: Sequence[Area]
) -> tuple[dict[str, Place], list[Area]]:
    """Returns places and discs in pixels instead of cells, rows as high as the screen has room."""
    spans = []
    for axis in (0, 1):
        ends = [place[axis] for place in places.values()]
        for area in areas:
            middle, reach = ((area.x, area.width), (area.y, area.height))[axis]
            ends += [middle - reach, middle + reach]
        spans.append(max(ends) - min(ends))
    high = min(max(spans[0] / max(spans[1], 1.0) / _ASPECT, _ROWS[0]), _ROWS[1]) * _CELL
    return (
        {iri: (x * _CELL, y * high) for iri, (x, y) in places.items()},
        [
            Area(
                round(area.x * _CELL),
                round(area.y * high),
                round(area.width * _CELL),
                round(area.height * high),
                area.hub,
            )
            for area in areas
        ],
    )


def _shelves(discs: Sequence[Disc]) -> list[Place]:
    """Returns centres in rows from left to right, rows about as wide as all are high."""
    surface = sum((2 * disc.radius) ** 2 for disc in discs)
    limit = max(math.sqrt(surface) * 1.3, 2 * max(disc.radius for disc in discs))
    centres: list[Place] = []
    x = y = tall = 0.0
    for disc in discs:
        if x and x + 2 * disc.radius > limit:
            x, y, tall = 0.0, y + tall, 0.0
        centres.append((x + disc.radius, y + disc.radius))
        x += 2 * disc.radius
        tall = max(tall, 2 * disc.radius)
    return centres


def _bottom(
    graph: Graph, loose: Sequence[str], places: Mapping[str, Place], rank: Mapping[str, int]
) -> dict[str, Place]:
    """Returns places in rows below the picture for things that hang on no hub."""
    if not loose:
        return {}
    left = min(x for x, _ in places.values())
    wide = max(6, round((max(x for x, _ in places.values()) - left) / 1.6))
    low = max(y for _, y in places.values()) + 2.4
    order: list[str] = []
    starts = sorted(loose, key=lambda i: (rank[thing(graph, i).kind], thing(graph, i).label, i))
    for start in starts:
        queue = deque([start])
        while queue:
            iri = queue.popleft()
            if iri not in order:
                order.append(iri)
                queue.extend(neighbours(graph, iri))
    return {
        iri: (left + (number % wide) * 1.6, low + (number // wide) * 1.4)
        for number, iri in enumerate(order)
    }
