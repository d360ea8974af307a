"""Discs on the plane: two side by side, more of them packed around what many share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .discs import Disc, Place

_WIDES: Final = (1.2, 1.05, 1.35)  # how much wider than high the packed discs may become
_CLOSERS: Final = (0.7, 0.35)  # how much nearness to partners counts beside the middle
_MANY: Final = 100  # discs that are packed once only; fewer in all ways, of which the best is kept
_TURNS: Final = 8  # directions in which a disc may touch one that has nothing beside it


def side_by_side(discs: Sequence[Disc], wide: float) -> list[Place]:
    """Returns the centres of one or two discs, with so many cells between them."""
    centres: list[Place] = [(0.0, 0.0)]
    if len(discs) == 2:
        centres.append((discs[0].radius + wide + 0.6 + discs[1].radius, 0.0))
    return centres


def pack(
    radii: Sequence[float], weights: Mapping[tuple[int, int], float], first: int | None
) -> list[Place]:
    """Returns centres of discs that do not overlap, close to one another and to their partners.

    `weights`: how much two discs share. `first` stands in the middle.
    """
    near: list[dict[int, float]] = [{} for _ in radii]
    for (one, other), weight in weights.items():
        near[one][other] = near[other][one] = weight
    ways = [(wide, closer) for wide in _WIDES for closer in _CLOSERS]
    if len(radii) > _MANY:
        ways = ways[:1]
    found = [_packed(radii, near, first, *way) for way in ways]
    return min(found, key=lambda centres: _room(radii, centres))


def _room(radii: Sequence[float], centres: Sequence[Place]) -> float:
    """Returns the surface that the discs need; what is higher than wide needs all its height."""
    wide, high = (
        max(at[axis] + r for at, r in zip(centres, radii, strict=True))
        - min(at[axis] - r for at, r in zip(centres, radii, strict=True))
        for axis in (0, 1)
    )
    return max(wide, high) * max(high, wide / 2)


def _packed(
    radii: Sequence[float],
    near: Sequence[Mapping[int, float]],
    first: int | None,
    wide: float,
    closer: float,
) -> list[Place]:
    """Returns the centres: always next comes the disc that shares most with those that stand.

    Of equals the larger one comes; it gets the best of the places where it touches two others.
    """
    packing = _Packing(radii, wide, closer)
    pull = [0.0] * len(radii)
    waiting = set(range(len(radii)))
    while waiting:
        chosen = min(waiting, key=lambda n: (n != first, -pull[n] / radii[n], -radii[n], n))
        waiting.remove(chosen)
        for other, weight in near[chosen].items():
            pull[other] += weight
        packing.add(chosen, near[chosen])
    return [packing.centres[number] for number in range(len(radii))]


@dataclass
class _Packing:
    """The discs that stand, and for each those so near that a further disc could touch both."""

    radii: Sequence[float]
    wide: float
    closer: float
    centres: dict[int, Place] = field(default_factory=dict)
    beside: dict[int, list[int]] = field(default_factory=dict)

    def add(self, chosen: int, near: Mapping[int, float]) -> None:
        """Puts a disc to the best free place; `near`: what it shares with others."""
        partners = [
            (weight, self.centres[n], self.radii[n] + self.radii[chosen])
            for n, weight in near.items()
            if n in self.centres
        ]
        weights = sum(weight for weight, _, _ in partners)

        def cost(place: Place) -> float:
            x, y = place
            # With this norm the discs fill a rectangle with round corners, as a screen is.
            far = math.sqrt(math.hypot((x / self.wide) ** 2, (y * self.wide) ** 2))
            apart = sum(weight * (math.dist(place, at) - touch) for weight, at, touch in partners)
            return round(far + (self.closer * apart / weights if weights else 0.0), 6)

        place = min(self._places(chosen), key=lambda at: (cost(at), at))
        largest = 2 * max(self.radii)
        self.beside[chosen] = []
        for other, at in self.centres.items():
            if math.dist(place, at) < self.radii[chosen] + self.radii[other] + largest:
                self.beside[chosen].append(other)
                self.beside[other].append(chosen)
        self.centres[chosen] = place

    def _places(self, chosen: int) -> Iterator[Place]:
        """Yields the places where a disc touches standing ones and overlaps none."""
        if not self.centres:
            yield (0.0, 0.0)
        for other, (x, y) in self.centres.items():
            reach = self.radii[other] + self.radii[chosen]
            for turn in self._turns(chosen, other, reach):
                yield (x + reach * math.cos(turn), y + reach * math.sin(turn))

    def _turns(self, chosen: int, other: int, reach: float) -> Iterator[float]:
        """Yields the ends of the arcs of a circle around a disc that no other disc covers."""
        x, y = self.centres[other]
        arcs: list[tuple[float, float]] = []
        for third in self.beside[other]:
            right, down = self.centres[third][0] - x, self.centres[third][1] - y
            far = math.hypot(right, down)
            touch = self.radii[third] + self.radii[chosen]
            if far >= reach + touch:
                continue
            part = (reach * reach + far * far - touch * touch) / (2 * reach * far)
            if part >= 1:
                continue
            if part <= -1:
                return
            half, turn = math.acos(part), math.atan2(down, right)
            arcs.append(((turn - half) % (2 * math.pi), 2 * half))
        if not arcs:
            yield from (2 * math.pi * number / _TURNS for number in range(_TURNS))
            return
        arcs.sort()
        begin, width = arcs[0]
        # Once around from the first arc; the arcs that lie across its beginning come last again.
        free = max(start + wide - 2 * math.pi for start, wide in arcs)
        free = max(begin + width, free)
        for start, wide in (*arcs[1:], (begin + 2 * math.pi, 0.0)):
            if start > free + 1e-9:
                yield free
                yield start
            free = max(free, start + wide)
