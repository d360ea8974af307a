"""Paths: the shortest documented connections between two things.

Of paths with equally many steps (`chains` finds them) those come first whose steps held at the
same time, then those that the sources are surest of, then those through stronger kinds of relation
(the order in `projection.toml`), then by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from pyoxigraph import NamedNode

from ...graph import predicates as p
from ...graph.dataset import Graph
from ..as_of import CERTAINTIES, latest_day
from .chains import Limits, Search, search
from .details import read_details
from .holding import read_standings
from .neighbours import Link
from .overlap import OVERLAPS, together
from .reach import Reach
from .steps import Step, Teller

OPEN_END: Final = "9999-12-31"
"""The day until which a relation holds that no source ends."""


@dataclass(frozen=True, slots=True)
class Path:
    """A connection: its steps, whether they held at the same time, and a day on which they did."""

    steps: tuple[Step, ...]
    overlaps: str
    day: str


@dataclass(frozen=True, slots=True)
class Connection:
    """The paths between two things, shortest first, and what the search left out.

    `crowded` are things with too many relations to lead through, with their number; `cut` tells
    that the search had read all it may before it came to its limit of steps, `searched` to how many
    steps it was complete.
    """

    start: str
    end: str
    start_label: str
    end_label: str
    limits: Limits
    paths: tuple[Path, ...]
    crowded: tuple[tuple[str, int], ...]
    cut: bool
    searched: int
    reach: Reach = field(compare=False, repr=False)


def find_paths(graph: Graph, start: NamedNode, end: NamedNode, limits: Limits) -> Connection:
    """Returns the shortest connections between two things.

    Raises UsageError for limits that cannot be.
    """
    return _told(graph, search(graph, start, end, limits), limits)


def _told(graph: Graph, done: Search, limits: Limits) -> Connection:
    reach, found, counted, standings = done.reach, done.chains, done.counted, done.standings
    links = {
        link for nodes in found for pair in pairwise(nodes) for link in counted[frozenset(pair)]
    }
    things = {*reach.ends, *reach.crowded, *(thing for nodes in found for thing in nodes)}
    details = read_details(graph, links, things)
    if limits.at:
        present = {link.relation for link in links if standings[link] == "stated"}
    else:
        relations = {link.relation for link in links}
        # What has a known end is told in the past, as it reads today.
        said = read_standings(graph, relations, latest_day(graph), ["stated"])
        present = {
            relation
            for relation in relations
            if relation in said and details.first(relation, p.POSSIBLE_UNTIL) == OPEN_END
        }
    teller = Teller(details, standings, frozenset(present))
    paths = sorted(
        (_path(teller, nodes, counted, limits) for nodes in found), key=lambda ranked: ranked[0]
    )
    return Connection(
        start=reach.ends[0],
        end=reach.ends[1],
        start_label=details.label(reach.ends[0]),
        end_label=details.label(reach.ends[1]),
        limits=limits,
        paths=tuple(path for _, path in paths[: limits.paths]),
        crowded=tuple(
            sorted((details.label(thing), count) for thing, count in reach.crowded.items())
        ),
        cut=reach.cut and reach.complete_to < limits.max_steps,
        searched=int(min(reach.complete_to, limits.max_steps)),
        reach=reach,
    )


def _path(
    teller: Teller,
    nodes: Sequence[str],
    counted: dict[frozenset[str], list[Link]],
    limits: Limits,
) -> tuple[tuple[object, ...], Path]:
    """Returns a path with what it is ordered by."""
    ties = [
        _distinct(sorted(counted[frozenset(pair)], key=teller.order)) for pair in pairwise(nodes)
    ]
    overlaps, day, fitting = together(teller, ties, limits.at.isoformat() if limits.at else "")
    steps: list[Step] = []
    for (start, end), of_pair, kept in zip(pairwise(nodes), ties, fitting, strict=True):
        rest = [link for link in of_pair if link != kept[0]]
        steps.append(teller.step(start, end, [kept[0], *rest]))
    # A merger among the steps has no period: such a chain is no better than one that is possible.
    undated = len(fitting) > 1 and not overlaps
    order = (
        len(nodes),
        OVERLAPS.index("possible") if undated else OVERLAPS.index(overlaps or "stated"),
        max(CERTAINTIES.index(step.said.certainty) for step in steps),
        sum(kept[0].kind.rank for kept in fitting),
        [step.end_label for step in steps],
        list(nodes),
    )
    return order, Path(tuple(steps), overlaps, day)


def _distinct(links: Sequence[Link]) -> list[Link]:
    """Each relation once: it may tie the same two things in two ways."""
    first: dict[str, Link] = {}
    for link in links:
        first.setdefault(link.relation, link)
    return list(first.values())
