"""A disc: a hub, whole rings of what is bound to it, then slices of all the rest.

A slice holds one kind of thing or one group: a vendor with its systems, a body with its
people. Within rings and slices things lie towards what they are tied to. A disc without a hub
holds what many hubs share, in shells: what most of them share innermost.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from .plan import Plan
from .ties import Ties

Place = tuple[float, float]

_SWEEPS: Final = 4
_RING: Final = 24  # things that stand in one ring, however wide; more get several rings
_BETWEEN: Final = 1.2  # from ring to ring
_RIM: Final = 0.75


@dataclass
class Disc:
    """A hub with its things, placed around (0, 0) in cells; radius in cells."""

    hub: str | None
    cells: dict[str, Place] = field(default_factory=dict)
    radius: float = 1.5


@dataclass(frozen=True)
class DiscMaker:
    """What all discs of a picture have in common.

    `room`: the cells that a thing takes of a ring; `first`: the radius of the first ring, inside
    which the hub's own label lies.
    """

    ties: Ties
    plan: Plan
    room: Mapping[str, float]
    first: float

    def make(self, hub: str, members: Sequence[str]) -> Disc:
        """Returns a hub's disc: rings of the inner kinds, then slices of the rest."""
        disc = Disc(hub)
        inner = [
            ring
            for kind in self.plan.inner
            if (
                ring := [
                    iri
                    for iri in members
                    if iri in self.ties.bound[hub] and self.ties.kind(iri) == kind
                ]
            )
        ]
        inside = {iri for ring in inner for iri in ring}
        slices = self._slices([iri for iri in members if iri not in inside])
        radius = self.first - _BETWEEN
        for ring in inner:
            radius = self._rings(disc, ring, radius + _BETWEEN)
        _fill(disc, slices, radius + 1.1)
        for _ in range(_SWEEPS):
            for part in (*inner, *slices):
                self._reorder(disc, part)
        disc.radius = max((math.hypot(*cell) for cell in disc.cells.values()), default=0.6) + _RIM
        return disc

    def common(self, shells: Sequence[Sequence[str]], bearings: Mapping[str, Place]) -> Disc:
        """Returns a disc of shells; in each things lie towards their bearings."""
        disc = Disc(None)
        slots = _rounds(sum(map(len, shells)))
        for shell in shells:
            here, slots = slots[: len(shell)], slots[len(shell) :]
            here.sort(key=lambda slot: (_turn(slot), slot))
            order = sorted(shell, key=lambda iri: (_turn(bearings[iri]), iri))
            disc.cells.update(zip(order, here, strict=True))
        for _ in range(_SWEEPS):
            for shell in shells:
                self._reorder(disc, shell)
        disc.radius = max(math.hypot(*cell) for cell in disc.cells.values()) + _RIM
        return disc

    def _rings(self, disc: Disc, things: Sequence[str], radius: float) -> float:
        """Places things in as few rings as hold them side by side; returns the last radius."""
        need = sum(self.room[iri] for iri in things)
        single = need / (2 * math.pi)
        radii = [max(radius, single)]
        if len(things) > _RING:
            radii = [radius]
            while sum(radii) * 2 * math.pi < need:
                radii.append(radii[-1] + _BETWEEN)
        begin = 0
        for number, ring in enumerate(radii):
            # Each ring holds as much as its length is of the length of all.
            end = round(len(things) * sum(radii[: number + 1]) / sum(radii))
            for place, iri in enumerate(things[begin:end]):
                # Every second ring begins half a step on, so that labels find a gap above.
                angle = 2 * math.pi * (place + number % 2 / 2) / (end - begin) - math.pi / 2
                disc.cells[iri] = (ring * math.cos(angle), ring * math.sin(angle))
            begin = end
        return radii[-1]

    def _slices(self, members: Sequence[str]) -> list[list[str]]:
        """Returns the things outside the rings, a list a slice; a group's own node comes first."""
        ties = self.ties
        parts: dict[tuple[int, str, str], list[str]] = defaultdict(list)
        for iri in members:
            key = (ties.rank[iri], "", "")
            for group in self.plan.group:
                heads = [near for near in ties.around[iri] if ties.kind(near) == group]
                if ties.kind(iri) == group:
                    key = (-1, ties.things[iri].label, iri)
                elif heads:
                    head = min(heads, key=lambda near: (ties.things[near].label, near))
                    key = (-1, ties.things[head].label, head)
            parts[key].append(iri)
        return [
            sorted(part, key=lambda iri: (ties.kind(iri) not in self.plan.group, iri))
            for _, part in sorted(parts.items())
        ]

    def _reorder(self, disc: Disc, part: Sequence[str]) -> None:
        """Deals the part's cells out again so that things lie towards what they are tied to."""
        if len(part) < 3:
            return
        cells = disc.cells
        middle = [sum(cells[iri][axis] for iri in part) / len(part) for axis in (0, 1)]
        turn = 0.0 if math.hypot(*middle) < 0.5 else math.atan2(middle[1], middle[0])

        def bearing(x: float, y: float) -> float:
            # Measured from the slice's own middle, so that no slice is cut at the back.
            return (math.atan2(y, x) - turn + math.pi) % (2 * math.pi)

        def pull(iri: str) -> float:
            x = y = 0.0
            for near in self.ties.around[iri]:
                if near in cells:
                    x += cells[near][0]
                    y += cells[near][1]
            return bearing(x, y) if abs(x) + abs(y) > 0.1 else bearing(*cells[iri])

        slots = sorted((cells[iri] for iri in part), key=lambda cell: (bearing(*cell), cell))
        order = sorted(part, key=lambda iri: (pull(iri), iri))
        cells.update(zip(order, slots, strict=True))


def _turn(place: Place) -> float:
    return math.atan2(place[1], place[0])


def _rounds(number: int) -> list[Place]:
    """Returns places in rings from the middle outwards; the last ring is spaced evenly."""
    found: list[Place] = [(0.0, 0.0)][:number]
    for ring in count(1):
        here = min(6 * ring, number - len(found))
        if here <= 0:
            return found
        for place in range(here):
            angle = 2 * math.pi * (place + ring % 2 / 2) / here
            found.append((ring * math.cos(angle), ring * math.sin(angle)))
    return found


def _fill(disc: Disc, slices: Sequence[Sequence[str]], start: float) -> None:
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
