"""Chains: the shortest paths between two things, as chains of things, within limits.

It reads what lies around both (`reach`), keeps the relations that count (`holding`), and lets
networkx find the shortest simple paths among them, level by level until there are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, pairwise
from typing import Any, Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import UsageError
from .holding import Day, holding
from .neighbours import Link, Ties, read_hubs
from .projection import projection
from .reach import Reach, begin, distances

LONGER: Final = 2
"""Steps by which an alternative may be longer than the shortest path."""

WEIGHED: Final = 25
"""Paths that are found before the best of equally short ones are chosen."""

_TRIED: Final = 2_000
"""Chains that are looked at, those that turn back in time included."""

_STEP: Final = 1000
"""What a step weighs; the strength of its kind only decides between equally many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a path may be made of.

    `at`: what held on that day; None for any time. `standings`: which standings count. `kinds` and
    `without`: kinds of relation to follow only, and to leave out. `hubs`: lead through trivial hubs
    too. `fan_out`: most relations of a thing that a path leads through.
    """

    paths: int = 3
    max_steps: int = 6
    at: date | None = None
    standings: tuple[str, ...] = ("stated", "persisting")
    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    hubs: bool = False
    fan_out: int = 1000


@dataclass(slots=True, eq=False)
class Search:
    """A search that has ended: what was read, the links that count by pair, the chains found."""

    reach: Reach
    counted: dict[frozenset[str], list[Link]] = field(default_factory=dict)
    standings: dict[Link, str] = field(default_factory=dict)
    chains: list[list[str]] = field(default_factory=list)


def search(graph: Graph, start: NamedNode, end: NamedNode, limits: Limits) -> Search:
    """Searches the shortest chains between two things.

    Raises UsageError for limits that cannot be.
    """
    _check(start, end, limits)
    ties = Ties.of(projection().chosen(limits.kinds, limits.without))
    hubs = frozenset[str]() if limits.hubs else read_hubs(graph, projection().hubs)
    done = Search(begin(graph, ties, (start.value, end.value), hubs, limits.fan_out))
    reach = done.reach
    while reach.complete_to < limits.max_steps and reach.extend():
        if reach.met:
            _look(graph, done, limits)
            if len(done.chains) >= limits.paths or (done.chains and _longer(done) <= 0):
                break
    return done


def shortest(graph: Graph, reach: Reach, limits: Limits) -> int:
    """Returns the steps of the shortest path among what was read already, 0 when there is none.

    `limits` may differ in time and standing from those with which it was read.
    """
    again = Search(reach)
    _look(graph, again, limits)
    return len(again.chains[0]) - 1 if again.chains else 0


def _look(graph: Graph, done: Search, limits: Limits) -> None:
    """Finds the chains among what has been read so far."""
    done.counted = _counted(graph, done, limits)
    done.chains = _chains(done, limits)


def _check(start: NamedNode, end: NamedNode, limits: Limits) -> None:
    if start == end:
        raise UsageError("both names mean the same thing; name two different ones")
    for name, value in (
        ("--paths", limits.paths),
        ("--max-steps", limits.max_steps),
        ("--fan-out", limits.fan_out),
    ):
        if value < 1:
            raise UsageError(f"{name}: write 1 or more")


def _counted(graph: Graph, done: Search, limits: Limits) -> dict[frozenset[str], list[Link]]:
    """Returns the links between the two things that count, by the pair that they tie."""
    standings = done.standings
    between = done.reach.between(int(min(done.reach.complete_to, limits.max_steps)))
    links = [link for of_pair in between.values() for link in of_pair]
    new = [link for link in links if link not in standings]
    day = Day(limits.at, limits.standings)
    standings |= dict.fromkeys(new, "") | holding(graph, new, day)
    counted = {
        pair: [link for link in of_pair if standings[link]] for pair, of_pair in between.items()
    }
    return {pair: of_pair for pair, of_pair in counted.items() if of_pair}


def _longer(done: Search) -> float:
    """Returns how many steps longer alternatives may yet be found, none when 0 or less."""
    return len(done.chains[0]) - 1 + LONGER - done.reach.complete_to


def _chains(done: Search, limits: Limits) -> list[list[str]]:
    """Returns the shortest simple paths, lightest first, as far as the search is complete."""
    import networkx as nx

    start, end = done.reach.ends
    most = min(done.reach.complete_to, limits.max_steps)
    network: Any = nx.Graph()
    network.add_nodes_from(done.reach.ends)
    for pair in sorted(done.counted, key=sorted):
        strongest = min(link.kind.rank for link in done.counted[pair])
        network.add_edge(*sorted(pair), weight=_STEP + strongest)
    fewest = distances(network.adj, start, most).get(end)
    if fewest is None:
        return []
    most = min(most, fewest + LONGER)

    def lightest() -> Iterator[list[str]]:
        tried = islice(nx.shortest_simple_paths(network, start, end, weight="weight"), _TRIED)
        for nodes in tried:
            if len(nodes) - 1 > most:
                return
            if _keeps_direction(done.counted, nodes):
                yield nodes

    found: list[list[str]] = []
    for nodes in lightest():
        if len(found) >= max(WEIGHED, limits.paths):
            break
        # A longer one than the last that is wanted cannot come before it.
        if len(found) >= limits.paths and len(nodes) > len(found[-1]):
            break
        found.append(nodes)
    return found


def _keeps_direction(
    counted: Mapping[frozenset[str], Sequence[Link]], nodes: Sequence[str]
) -> bool:
    """Whether the steps by one-way kinds all lead the same way.

    Two that are the whole chain and meet in one relation may turn: two made into one, or one into
    two, have it in common.
    """
    forward: set[str] = set()
    back: set[str] = set()
    turning = 0
    for one, other in pairwise(nodes):
        links = counted[frozenset((one, other))]
        if not all(link.kind.one_way for link in links):
            continue
        ways = {link.first == one for link in links}
        if len(ways) == 1:
            turning += 1
            (forward if ways.pop() else back).update(link.relation for link in links)
    if not forward or not back:
        return True
    return len(nodes) == turning + 1 == 3 and not forward.isdisjoint(back)
