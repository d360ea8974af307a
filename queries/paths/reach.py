"""Reach: what lies around two things, read level by level from both until they meet.

Only levels that may hold a path are read, each with a counting and two reading requests for every
few hundred things, so that a graph of millions is never loaded. Things with very many neighbours
are not read through, and a search that would read too much ends and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ...graph.dataset import Graph
from .neighbours import Link, Ties, count_neighbours, read_links

MOST_READ: Final = 8_000
"""Relations that one search reads at most."""

Near = dict[str, set[str]]
"""Which things each thing is linked to."""


@dataclass(slots=True)
class Side:
    """One end of a search: what was reached from it, how far, and what comes next."""

    start: str
    reached: set[str]
    next: list[str]
    depth: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether all that can be reached from here has been."""
        return not self.next


@dataclass(slots=True, eq=False)
class Reach:
    """What has been read around two things.

    `links` are by the pair of things that they tie; `crowded` are the things that were not read
    through, with the number of their relations; `cut` tells that the search ended before its time.
    """

    graph: Graph
    ties: Ties
    ends: tuple[str, str]
    hubs: frozenset[str]
    fan_out: int
    sides: tuple[Side, Side]
    links: dict[frozenset[str], dict[Link, None]] = field(default_factory=lambda: defaultdict(dict))
    near: Near = field(default_factory=lambda: defaultdict(set))
    crowded: dict[str, int] = field(default_factory=dict)
    cut: bool = False
    read: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)

    @property
    def complete_to(self) -> float:
        """The number of steps up to which every path is among the links."""
        if any(side.exhausted for side in self.sides):
            return float("inf")
        return sum(side.depth for side in self.sides)

    @property
    def met(self) -> bool:
        """Whether the two sides have a thing in common."""
        return not self.sides[0].reached.isdisjoint(self.sides[1].reached)

    def extend(self) -> bool:
        """Reads one more level on the cheaper side, at first on both; False when there is none."""
        waiting = [side for side in self.sides if not side.exhausted]
        if len(waiting) < len(self.sides) or self.cut:
            return False
        self._count({thing for side in waiting for thing in side.next})
        costs = {side.start: self._cost(side) for side in waiting}
        first_round = all(side.depth == 0 for side in waiting)
        fitting = [side for side in waiting if self.read + costs[side.start] <= MOST_READ]
        if not fitting:
            self.cut = True
            return False
        if not first_round or len(fitting) == 1 or self.read + sum(costs.values()) > MOST_READ:
            fitting = [min(fitting, key=lambda side: costs[side.start])]
        self._read(fitting)
        return True

    def _count(self, things: Iterable[str]) -> None:
        new = {thing for thing in things if thing not in self._counts}
        self._counts |= count_neighbours(self.graph, self.ties, new)

    def _cost(self, side: Side) -> int:
        new = (thing for thing in side.next if thing not in self._done)
        return sum(self._counts[thing] for thing in new if not self._is_crowded(thing))

    def _is_crowded(self, thing: str) -> bool:
        return self._counts[thing] > self.fan_out and thing not in self.ends

    def _read(self, sides: Collection[Side]) -> None:
        wanted: set[str] = set()
        for side in sides:
            for thing in side.next:
                if self._is_crowded(thing):
                    self.crowded[thing] = self._counts[thing]
                else:
                    wanted.add(thing)
        for link in read_links(self.graph, self.ties, wanted - self._done, self.ends):
            self.read += 1
            if self._is_barred(link):
                continue
            self.links[link.ends][link] = None
            self.near[link.first].add(link.second)
            self.near[link.second].add(link.first)
        self._done |= wanted
        for side in sides:
            read = [thing for thing in side.next if thing in wanted]
            found = {other for thing in read for other in self.near.get(thing, ())}
            side.next = sorted(found - side.reached)
            side.reached |= found
            side.depth += 1

    def _is_barred(self, link: Link) -> bool:
        """Whether a link leads to a hub that is neither end, or through what is one in its kind."""
        if any(thing in self.hubs and thing not in self.ends for thing in link.ends):
            return True
        if not link.kind.hub or not self.hubs:
            return False
        hub = link.first if link.tie.first == link.kind.hub else link.second
        return hub not in self.ends

    def between(self, most: int) -> dict[frozenset[str], list[Link]]:
        """Returns the links that can be part of a path of at most so many steps."""
        self._leave_crowds(most)
        from_first, from_second = (distances(self.near, end, most) for end in self.ends)
        kept = {
            thing
            for thing, steps in from_first.items()
            if steps + from_second.get(thing, most + 1) <= most
        }
        return {
            pair: sorted(self.links[pair], key=link_order)
            for pair in self.links
            if pair <= kept
            and any(
                from_first[a] + 1 + from_second[b] <= most
                for a, b in (tuple(pair), tuple(pair)[::-1])
            )
        }

    def _leave_crowds(self, most: int) -> None:
        """Drops what is too crowded from the middle, where both sides have reached it unread."""
        from_first, from_second = (distances(self.near, end, most) for end in self.ends)
        middle = {
            thing
            for thing, steps in from_first.items()
            if steps + from_second.get(thing, most + 1) <= most
        }
        self._count(middle)
        for thing in filter(self._is_crowded, middle):
            self.crowded[thing] = self._counts[thing]
            for other in self.near.pop(thing):
                self.near[other].discard(thing)


def begin(
    graph: Graph, ties: Ties, ends: tuple[str, str], hubs: frozenset[str], fan_out: int
) -> Reach:
    """Returns a search between two things that has read nothing yet."""
    first, second = (Side(end, {end}, [end]) for end in ends)
    return Reach(graph, ties, ends, hubs, fan_out, (first, second))


def link_order(link: Link) -> tuple[int, str, str, str]:
    """Orders links by strength of kind, then by IRI."""
    return link.kind.rank, link.relation, link.tie.first, link.tie.second


def distances(near: Mapping[str, Collection[str]], start: str, most: float) -> dict[str, int]:
    """Returns the number of steps from a thing to every one within reach."""
    steps, level = {start: 0}, [start]
    while level and steps[level[0]] < most:
        following: list[str] = []
        for thing in level:
            for other in near.get(thing, ()):
                if other not in steps:
                    steps[other] = steps[thing] + 1
                    following.append(other)
        level = following
    return steps
