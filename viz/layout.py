"""Where each thing stands: a disc for each hub, what several hubs share between them.

No physics: a place says what a thing belongs to. Around a hub lie whole rings of the kinds
that the view names as `inner`; beyond them the disc is cut into slices, one a kind of thing
or one a group (a vendor with its systems, a body with its people). The same network gives
the same places.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from .boxes import Box, box, separate, symbol
from .network import Graph, between, thing
from .style import Style

Place = tuple[float, float]

_CELL: Final = 76.0  # room of one thing; a disc alone is wider than high, because labels
_ASPECT: Final = 1.6  # are; rows stand so far apart that the picture fills a screen
_ROWS: Final = (0.72, 1.15)  # least and most that a row is high, as part of a cell's width
_SWEEPS: Final = 4
_MINOR: Final = 6  # a hub has at least this part of the ties of the largest hub


@dataclass(frozen=True)
class Plan:
    """What a view says of its layout: hubs by kind or by name, and how discs are filled."""

    hubs: tuple[str, ...] = ("partnership",)
    focus: str | None = None
    inner: tuple[str, ...] = ("municipality",)
    group: tuple[str, ...] = ()


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


@dataclass
class _Disc:
    """A hub with its things, placed around (0, 0) in cells; radius in cells."""

    hub: str
    cells: dict[str, Place] = field(default_factory=dict)
    radius: float = 1.5


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
    discs = [_disc(graph, hub, own[hub], plan, rank, room, binding) for hub in hubs]
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
    least = max((len(_neighbours(graph, iri)) for iri in found), default=0) / _MINOR
    found = [iri for iri in found if len(_neighbours(graph, iri)) >= max(1, least)]
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
        for other in _neighbours(graph, iri):
            if other not in distance:
                distance[other] = distance[iri] + 1
                queue.append(other)
            if distance[other] == distance[iri] + 1:
                homes[other] |= homes[iri]
    return homes


def _neighbours(graph: Graph, iri: str) -> list[str]:
    return sorted({*graph.successors(iri), *graph.predecessors(iri)} - {iri})


def _disc(
    graph: Graph,
    hub: str,
    members: Sequence[str],
    plan: Plan,
    rank: Mapping[str, int],
    room: Mapping[str, float],
    binding: Collection[str],
) -> _Disc:
    """Returns a hub's disc: rings of the inner kinds, then slices of the rest."""
    disc = _Disc(hub)
    bound = {
        end
        for end in _neighbours(graph, hub)
        for relation in between(graph, hub, end)
        if relation.kind in binding
    }
    inner = [
        ring
        for kind in plan.inner
        if (ring := [iri for iri in members if iri in bound and thing(graph, iri).kind == kind])
    ]
    inside = {iri for ring in inner for iri in ring}
    slices = _slices(graph, [iri for iri in members if iri not in inside], plan, rank)
    radius = 0.9
    for ring in inner:
        radius = max(radius + 1.05, sum(room[iri] for iri in ring) / (2 * math.pi))
        _ring(disc, ring, radius)
    _fill(disc, slices, radius + 1.1)
    for _ in range(_SWEEPS):
        for ring in inner:
            _reorder(graph, disc, ring)
        for part in slices:
            _reorder(graph, disc, part)
    disc.radius = max((math.hypot(*cell) for cell in disc.cells.values()), default=0.6) + 0.9
    return disc


def _ring(disc: _Disc, ring: Sequence[str], radius: float) -> None:
    for number, iri in enumerate(ring):
        angle = 2 * math.pi * number / len(ring) - math.pi / 2
        disc.cells[iri] = (radius * math.cos(angle), radius * math.sin(angle))


def _slices(
    graph: Graph, members: Sequence[str], plan: Plan, rank: Mapping[str, int]
) -> list[list[str]]:
    """Returns the things outside the rings, a list a slice; a group's own node comes first."""
    parts: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for iri in members:
        kind = thing(graph, iri).kind
        key = (rank[kind], "", "")
        for group in plan.group:
            heads = [n for n in _neighbours(graph, iri) if thing(graph, n).kind == group]
            if kind == group:
                key = (-1, thing(graph, iri).label, iri)
            elif heads:
                head = min(heads, key=lambda n: (thing(graph, n).label, n))
                key = (-1, thing(graph, head).label, head)
        parts[key].append(iri)
    return [
        sorted(part, key=lambda iri: (thing(graph, iri).kind not in plan.group, iri))
        for _, part in sorted(parts.items())
    ]


def _fill(disc: _Disc, slices: Sequence[Sequence[str]], start: float) -> None:
    """Fills each slice row by row outwards; its angle is its share of all things."""
    total = sum(len(part) + 0.6 for part in slices)
    angle = -math.pi / 2
    for part in slices:
        width = 2 * math.pi * (len(part) + 0.6) / total
        waiting = list(part)
        for row in count():
            radius = start + row
            room = max(1, math.floor(width * radius - 0.35))
            now, waiting = waiting[:room], waiting[room:]
            for number, iri in enumerate(now):
                at = angle + width * (number + 1) / (len(now) + 1)
                if len(now) == room:
                    at = angle + width * (number + 0.5 + 0.15) / (len(now) + 0.3)
                disc.cells[iri] = (radius * math.cos(at), radius * math.sin(at))
            if not waiting:
                break
        angle += width


def _reorder(graph: Graph, disc: _Disc, part: Sequence[str]) -> None:
    """Deals the part's cells out again so that things lie towards what they are tied to."""
    if len(part) < 3:
        return
    middle = [sum(disc.cells[iri][axis] for iri in part) / len(part) for axis in (0, 1)]
    turn = 0.0 if math.hypot(*middle) < 0.5 else math.atan2(middle[1], middle[0])

    def bearing(place: Place) -> float:
        # Measured from the slice's own middle, so that no slice is cut at the back.
        return (math.atan2(place[1], place[0]) - turn + math.pi) % (2 * math.pi)

    def pull(iri: str) -> float:
        near = [disc.cells[n] for n in _neighbours(graph, iri) if n in disc.cells]
        sums = (sum(p[0] for p in near), sum(p[1] for p in near))
        return bearing(sums) if near and math.hypot(*sums) > 0.1 else bearing(disc.cells[iri])

    slots = sorted((disc.cells[iri] for iri in part), key=lambda c: (bearing(c), c))
    order = sorted(part, key=lambda iri: (pull(iri), iri))
    disc.cells.update(zip(order, slots, strict=True))


def _arrange(
    graph: Graph, discs: Sequence[_Disc], shared: Sequence[str], rank: Mapping[str, int]
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
            Area(*map(round, (a.x * _CELL, a.y * high, a.width * _CELL, a.height * high)), a.hub)
            for a in areas
        ],
    )


def _shelves(discs: Sequence[_Disc]) -> list[Place]:
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
    for start in sorted(loose, key=lambda i: (rank[thing(graph, i).kind], thing(graph, i).label, i)):
        queue = deque([start])
        while queue:
            iri = queue.popleft()
            if iri not in order:
                order.append(iri)
                queue.extend(_neighbours(graph, iri))
    return {
        iri: (left + (number % wide) * 1.6, low + (number // wide) * 1.4)
        for number, iri in enumerate(order)
    }
