"""Exclusions: which limits kept two things apart when no path is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ..as_of import STANDINGS
from .chains import Limits, search, shortest
from .finding import Connection


def excluded(graph: Graph, connection: Connection) -> list[tuple[str, int]]:
    """Returns what would connect two things: each change of a limit, and the steps of the path.

    Tried one at a time; when none alone does, all together. Time and standing decide only among
    what was read already, so trying them costs little.
    """
    ends = NamedNode(connection.start), NamedNode(connection.end)
    helps: list[tuple[str, int]] = []
    for change, limits in _of_time(connection.limits):
        if steps := shortest(graph, connection.reach, limits):
            helps.append((change, steps))
    widest = connection.reach
    for change, limits in _of_extent(connection):
        done = search(graph, *ends, limits)
        if done.chains:
            helps.append((change, len(done.chains[0]) - 1))
        if limits.hubs:
            widest = done.reach
    if not helps:
        none = replace(connection.limits, at=None, standings=STANDINGS)
        if connection.limits.kinds or connection.limits.without:
            none = replace(none, kinds=(), without=(), hubs=True)
            widest = search(graph, *ends, none).reach
        if steps := shortest(graph, widest, none):
            helps.append(("with none of the limits", steps))
    return helps


def _of_time(limits: Limits) -> Iterator[tuple[str, Limits]]:
    """Each limit of time and standing that is set, lifted alone, as one would write it."""
    if limits.at:
        yield "without --at", replace(limits, at=None)
    # At any time only plans are left out.
    for word in ("possible", "planned") if limits.at else ("planned",):
        if word not in limits.standings:
            words = (*limits.standings, word)
            yield f"with --standing “{' '.join(words)}”", replace(limits, standings=words)


def _of_extent(connection: Connection) -> Iterator[tuple[str, Limits]]:
    """Each limit of what is led through that is set, lifted alone, as one would write it."""
    limits = replace(connection.limits, paths=1)
    if not limits.hubs:
        yield "with --hubs", replace(limits, hubs=True)
    if limits.kinds:
        yield "without --kinds", replace(limits, kinds=())
    if limits.without:
        yield "without --without", replace(limits, without=())
    if connection.crowded:
        most = max(count for _, count in connection.crowded)
        yield f"with --fan-out {most}", replace(limits, fan_out=most)
    if limits.max_steps < (usual := Limits().max_steps):
        yield f"with --max-steps {usual}", replace(limits, max_steps=usual)
