"""Where each thing stands: a disc for each hub, what several hubs share between them.

No physics: a place says what a thing belongs to, and the same network gives the same places,
on whichever day it is looked at. With one hub (see `belonging`) a thing stands in that hub's
disc; with a few, in the streets between their discs; with many, in a disc of its own kind in
the middle; with none, below the picture.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from .belonging import apart, homes_of, hubs_of
from .boxes import box, separate, symbol
from .discs import Disc, DiscMaker, Place
from .network import Graph
from .plan import Plan
from .plane import pack, side_by_side
from .streets import Streets, width_for
from .style import Style
from .ties import Ties, read

_CELL: Final = 76.0  # room of one thing; a disc alone is wider than high, because labels
_ASPECT: Final = 1.6  # are; rows stand so far apart that the picture fills a screen
_ROWS: Final = (0.64, 1.15)  # least and most that a row is high, as part of a cell's width
_FEW: Final = 3  # with more hubs than this a thing stands in the middle of them all
_ROOM: Final = (1.15, 1.7)  # least and most cells that a thing takes of a ring, for its label,
_FIRST_ROOM: Final = 2.3  # and most in the first ring of a large network
_READABLE: Final = 10.5  # pixels of a screen that letters need at least
_SCREEN: Final = 9.0  # scale of a picture of one thing on a screen; it shrinks with the square root
_WINDOW: Final = 1250.0  # a narrower picture is spread out to this width, if it takes no more
_SPREAD: Final = 1.5  # than this; symbols and letters stay as they are, so more labels fit
_FIRST: Final = (1.6, 2.3)  # radius of the first ring in a small and a large network,
_LARGE: Final = 500  # where labels are larger beside the things
_HUGE: Final = 2_000  # above, no label but a hub's is read before one comes closer


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
    """The place of each thing, the discs that they form, and the hubs that each belongs to."""

    places: Mapping[str, Place]
    areas: Sequence[Area]
    homes: Mapping[str, tuple[str, ...]]


def lay_out(graph: Graph, plan: Plan, style: Style) -> Layout:
    """Returns places for all things of a network."""
    if not graph:
        return Layout({}, [], {})
    ties = read(graph, style)
    hubs = hubs_of(ties, plan)
    homes = homes_of(ties, hubs, plan)
    own, shared, loose = apart(homes, hubs)
    room = _room(ties, plan, style)
    maker = DiscMaker(ties, plan, room, _FIRST[len(ties.things) > _LARGE])
    discs = [maker.make(hub, own[hub]) for hub in hubs]
    if len(discs) <= 2:
        places, centres = _beside(ties, discs, shared)
    else:
        places, discs, centres = _packed(ties, plan, maker, discs, shared, homes)
    for disc, (x, y) in zip(discs, centres, strict=True):
        if disc.hub is not None:
            places[disc.hub] = (x, y)
        places.update({iri: (x + cell[0], y + cell[1]) for iri, cell in disc.cells.items()})
    places.update(_bottom(ties, loose, places))
    areas = [
        Area(x, y, disc.radius, disc.radius, disc.hub)
        for disc, (x, y) in zip(discs, centres, strict=True)
    ]
    places, areas = _stretched(places, areas)
    symbols = {iri: symbol(style.thing(thing.kind).size) for iri, thing in ties.things.items()}
    places = separate(places, symbols, fixed=hubs)
    return Layout({iri: (round(x), round(y)) for iri, (x, y) in places.items()}, areas, homes)


def _room(ties: Ties, plan: Plan, style: Style) -> dict[str, float]:
    """Returns how many cells of a ring each thing takes so that its label can be read there."""
    large = _LARGE < len(ties.things) <= _HUGE
    least = _READABLE / min(1.0, _SCREEN / math.sqrt(len(ties.things)))
    room: dict[str, float] = {}
    for iri, thing in ties.things.items():
        look = style.thing(thing.kind)
        label = box(thing.label, size=look.size, font=max(look.font, least))
        cells = 1.15 * (label.left + label.right) / _CELL
        first = large and thing.kind in plan.inner[:1]
        room[iri] = min(max(cells, _ROOM[0]), _FIRST_ROOM if first else _ROOM[1])
    return room


def _beside(
    ties: Ties, discs: Sequence[Disc], shared: Sequence[str]
) -> tuple[dict[str, Place], list[Place]]:
    """Returns the places of what two discs share, in columns between them, and both centres."""
    rows = math.floor(1.6 * max(disc.radius for disc in discs))
    rows = max(rows, math.ceil(math.sqrt(len(shared))))
    columns = math.ceil(len(shared) / max(1, rows))
    order = sorted(shared, key=ties.order)
    deep = math.ceil(len(order) / max(1, columns))
    # Few columns stand apart, so that there is room for names beside the symbols.
    step = max(1.0, min(2.4, 7 / max(1, columns)))
    wide = columns * step
    middle = discs[0].radius + wide / 2 + 0.3
    places: dict[str, Place] = {}
    for number, iri in enumerate(order):
        column, row = divmod(number, deep)
        places[iri] = (
            middle + (column - (columns - 1) / 2) * step,
            row - (deep - 1) / 2 + (0.5 if column % 2 else 0.0),
        )
    return places, side_by_side(discs, wide)


def _packed(
    ties: Ties,
    plan: Plan,
    maker: DiscMaker,
    discs: list[Disc],
    shared: Sequence[str],
    homes: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, Place], list[Disc], list[Place]]:
    """Returns the places in the streets, all discs with the common one, and their centres."""
    few = min(_FEW, len(discs) - 1)
    between = [iri for iri in shared if len(homes[iri]) <= few]
    common = [iri for iri in shared if len(homes[iri]) > few]
    number = {disc.hub: place for place, disc in enumerate(discs)}
    weights: Counter[tuple[int, int]] = Counter()
    for iri in shared:
        here = sorted(number[hub] for hub in homes[iri])
        if len(here) <= 2 * few:
            weights.update(dict.fromkeys(combinations(here, 2), 1 / (len(here) - 1)))
    if common:
        # It holds as many rings as it will need; what lies where is known once discs stand.
        discs = [*discs, Disc(None, radius=math.sqrt(len(common) / 3 + 0.25) + 1.25)]
    cells = sum(3 if ties.kind(iri) in plan.inner else 1 for iri in between)
    street = width_for([disc.radius for disc in discs], cells)
    centres = pack(
        [disc.radius + street / 2 for disc in discs],
        weights,
        len(discs) - 1 if common else None,
    )
    if common:
        at = {disc.hub: centre for disc, centre in zip(discs, centres, strict=True)}
        bearings = {iri: _mean([at[hub] for hub in homes[iri]]) for iri in common}
        discs[-1] = maker.common(_shells(ties, plan, common), bearings)
    places: dict[str, Place] = {}
    standing = {
        iri: (x + cell[0], y + cell[1])
        for disc, (x, y) in zip(discs, centres, strict=True)
        for iri, cell in ((disc.hub or "", (0.0, 0.0)), *disc.cells.items())
    }
    streets = Streets([(x, y, disc.radius) for disc, (x, y) in zip(discs, centres, strict=True)])
    radii = {disc.hub: disc.radius for disc in discs}
    # The inner kinds first, because others lie towards them.
    for iri in sorted(between, key=lambda iri: (ties.kind(iri) not in plan.inner, ties.order(iri))):
        ends = [(standing[hub], 1 / radii[hub]) for hub in homes[iri]]
        ends += [(places[n], 1.0) for n in ties.around[iri] if n in places]
        x, y = _mean([end for end, _ in ends], [weight for _, weight in ends])
        places[iri] = streets.take(x, y, wide=ties.kind(iri) in plan.inner)
    return places, discs, centres


def _shells(ties: Ties, plan: Plan, common: Sequence[str]) -> list[list[str]]:
    """Returns what many hubs share, a list a kind: small kinds innermost, inner kinds outside."""
    kinds: dict[int, list[str]] = defaultdict(list)
    for iri in common:
        kinds[ties.rank[iri]].append(iri)
    return sorted(
        (sorted(shell) for shell in kinds.values()),
        key=lambda shell: (ties.kind(shell[0]) in plan.inner, len(shell), ties.rank[shell[0]]),
    )


def _mean(ends: Sequence[Place], weights: Sequence[float] | None = None) -> Place:
    heavy = weights or [1.0] * len(ends)
    total = sum(heavy)
    x = sum(end[0] * weight for end, weight in zip(ends, heavy, strict=True))
    y = sum(end[1] * weight for end, weight in zip(ends, heavy, strict=True))
    return (x / total, y / total)


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
    ratio = spans[0] / max(spans[1], 1.0)
    wide = _CELL * max(1.0, min(_SPREAD, _WINDOW / (max(spans[0], 1.0) * _CELL)))
    high = min(max(ratio / _ASPECT, _ROWS[0]), _ROWS[1]) * wide
    return (
        {iri: (x * wide, y * high) for iri, (x, y) in places.items()},
        [
            Area(
                round(area.x * wide),
                round(area.y * high),
                round(area.width * wide),
                round(area.height * high),
                area.hub,
            )
            for area in areas
        ],
    )


def _bottom(ties: Ties, loose: Sequence[str], places: Mapping[str, Place]) -> dict[str, Place]:
    """Returns places in rows below the picture for things that hang on no hub."""
    if not loose:
        return {}
    left = min(x for x, _ in places.values())
    wide = max(6, round((max(x for x, _ in places.values()) - left) / 1.6))
    wide = max(wide, math.ceil(math.sqrt(len(loose))))
    low = max(y for _, y in places.values()) + 2.4
    order: dict[str, None] = {}
    for start in sorted(loose, key=ties.order):
        queue = deque([start])
        while queue:
            iri = queue.popleft()
            if iri not in order:
                order[iri] = None
                queue.extend(ties.around[iri])
    return {
        iri: (left + (number % wide) * 1.6, low + (number // wide) * 1.4)
        for number, iri in enumerate(order)
    }
