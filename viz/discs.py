"""A disc: a hub, whole rings of what is bound to it, then slices of all the rest.

A slice holds one kind of thing or one group: a vendor with its systems, a body with its
people. Within rings and slices things lie towards what they are tied to.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from .network import Graph, between, neighbours, thing
from .plan import Plan

Place = tuple[float, float]

_SWEEPS: Final = 4


@dataclass
class Disc:
    """A hub with its things, placed around (0, 0) in cells; radius in cells."""

    hub: str
    cells: dict[str, Place] = field(default_factory=dict)
    radius: float = 1.5


@dataclass(frozen=True)
class DiscMaker:
    """What all discs of a picture have in common.

    `rank`: the order of kinds; `room`: how many cells a thing needs in a ring; `binding`: the
    kinds of relation that let a thing into the rings.
    """

    graph: Graph
    plan: Plan
    rank: Mapping[str, int]
    room: Mapping[str, float]
    binding: Collection[str]

    def make(self, hub: str, members: Sequence[str]) -> Disc:
        """Returns a hub's disc: rings of the inner kinds, then slices of the rest."""
        disc = Disc(hub)
        bound = {
            end
            for end in neighbours(self.graph, hub)
            for relation in between(self.graph, hub, end)
            if relation.kind in self.binding
        }
        inner = [
            ring
            for kind in self.plan.inner
            if (
                ring := [
                    iri for iri in members if iri in bound and thing(self.graph, iri).kind == kind
                ]
            )
        ]
        inside = {iri for ring in inner for iri in ring}
        slices = self._slices([iri for iri in members if iri not in inside])
        radius = 0.9
        for ring in inner:
            radius = max(radius + 1.05, sum(self.room[iri] for iri in ring) / (2 * math.pi))
            _ring(disc, ring, radius)
        _fill(disc, slices, radius + 1.1)
        for _ in range(_SWEEPS):
            for ring in inner:
                self._reorder(disc, ring)
            for part in slices:
                self._reorder(disc, part)
        disc.radius = max((math.hypot(*cell) for cell in disc.cells.values()), default=0.6) + 0.9
        return disc

    def _slices(self, members: Sequence[str]) -> list[list[str]]:
        """Returns the things outside the rings, a list a slice; a group's own node comes first."""
        parts: dict[tuple[int, str, str], list[str]] = defaultdict(list)
        for iri in members:
            kind = thing(self.graph, iri).kind
            key = (self.rank[kind], "", "")
            for group in self.plan.group:
                heads = [
                    n for n in neighbours(self.graph, iri) if thing(self.graph, n).kind == group
                ]
                if kind == group:
                    key = (-1, thing(self.graph, iri).label, iri)
                elif heads:
                    head = min(heads, key=lambda n: (thing(self.graph, n).label, n))
                    key = (-1, thing(self.graph, head).label, head)
            parts[key].append(iri)
        return [
            sorted(part, key=lambda iri: (thing(self.graph, iri).kind not in self.plan.group, iri))
            for _, part in sorted(parts.items())
        ]

    def _reorder(self, disc: Disc, part: Sequence[str]) -> None:
        """Deals the part's cells out again so that things lie towards what they are tied to."""
        if len(part) < 3:
            return
        middle = [sum(disc.cells[iri][axis] for iri in part) / len(part) for axis in (0, 1)]
        turn = 0.0 if math.hypot(*middle) < 0.5 else math.atan2(middle[1], middle[0])

        def bearing(place: Place) -> float:
            # Measured from the slice's own middle, so that no slice is cut at the back.
            return (math.atan2(place[1], place[0]) - turn + math.pi) % (2 * math.pi)

        def pull(iri: str) -> float:
            near = [disc.cells[n] for n in neighbours(self.graph, iri) if n in disc.cells]
            sums = (sum(p[0] for p in near), sum(p[1] for p in near))
            return bearing(sums) if near and math.hypot(*sums) > 0.1 else bearing(disc.cells[iri])

        slots = sorted((disc.cells[iri] for iri in part), key=lambda c: (bearing(c), c))
        order = sorted(part, key=lambda iri: (pull(iri), iri))
        disc.cells.update(zip(order, slots, strict=True))


def _ring(disc: Disc, ring: Sequence[str], radius: float) -> None:
    for number, iri in enumerate(ring):
        angle = 2 * math.pi * number / len(ring) - math.pi / 2
        disc.cells[iri] = (radius * math.cos(angle), radius * math.sin(angle))


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
