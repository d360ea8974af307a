"""Measures `path` between things drawn at random: seconds at the median and the 99th percentile.

    .venv/bin/python bench/paths.py STORE [--pairs 40]

STORE holds a build into which a register may have been loaded (`bench/bulk.py` makes one of any
size). Pairs are drawn, always the same ones, from the systems, persons, projects and members that
the reports name, from all organisations of ours, and from a register's units. Seconds are of the
processor, as others use the machine too; wall-clock seconds stand beside them.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from itertools import islice

from pyoxigraph import NamedNode

from kommunegraf.graph.dataset import Graph
from kommunegraf.graph.store import open_graph
from kommunegraf.ontology.namespaces import ID, PREFIXES, expand
from kommunegraf.queries.paths.chains import Limits
from kommunegraf.queries.paths.finding import find_paths

KINDS = ("org", "system", "person", "project")
UNITS = 100_000


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("store")
    parser.add_argument("--pairs", type=int, default=40)
    wanted = parser.parse_args()
    graph = open_graph(wanted.store)
    ours, named, units = read_things(graph)
    sides = {
        "two that reports name": (named, named),
        "one that reports name, any organisation": (named, ours),
        "one that reports name, a unit": (named, units),
        "two units": (units, units),
    }
    print(
        "| between | pairs | connected | processor s, median | p99 | wall-clock s, median | p99 |"
    )
    print("|---|---|---|---|---|---|---|")
    whole: list[tuple[float, float, bool]] = []
    for title, (first, second) in sides.items():
        if first and second:
            found = measure(graph, first, second, wanted.pairs)
            whole += found
            report(title, found)
    report("all", whole)


def read_things(graph: Graph) -> tuple[list[NamedNode], list[NamedNode], list[NamedNode]]:
    """Returns all things of ours, those that reports name, and units of a register."""
    head = f"PREFIX kg: <{PREFIXES['kg']}> PREFIX org: <{PREFIXES['org']}> "
    things = [
        row["thing"] for row in graph.select(head + "SELECT ?thing { ?thing kg:itself ?thing }")
    ]
    ours = [one for one in things if one.value.startswith(tuple(f"{ID}{kind}/" for kind in KINDS))]
    members = {
        row["thing"]
        for row in graph.select(
            head
            + "SELECT DISTINCT ?thing { ?m a org:Membership ; org:member|org:organization ?thing }"
        )
    }
    named = [one for one in ours if one in members or not one.value.startswith(f"{ID}org/")]
    names = graph.quads(None, NamedNode(expand("rov:legalName")), None)
    units = [quad.subject for quad in islice(names, UNITS) if isinstance(quad.subject, NamedNode)]
    return sorted(ours, key=str), sorted(named, key=str), units


def measure(
    graph: Graph, first: Sequence[NamedNode], second: Sequence[NamedNode], pairs: int
) -> list[tuple[float, float, bool]]:
    """Returns for each pair the seconds of the processor, those of the clock, and if it is tied."""
    drawn = random.Random(7)
    found = []
    for _ in range(pairs):
        one, other = drawn.choice(first), drawn.choice(second)
        if one == other:
            continue
        processor, clock = time.process_time(), time.perf_counter()
        paths = find_paths(graph, one, other, Limits()).paths
        found.append((time.process_time() - processor, time.perf_counter() - clock, bool(paths)))
    return found


def report(title: str, found: Sequence[tuple[float, float, bool]]) -> None:
    """Prints a line."""
    said = [f"{title}", f"{len(found)}", f"{sum(tied for *_, tied in found)}"]
    for seconds in (sorted(one[0] for one in found), sorted(one[1] for one in found)):
        said += [f"{seconds[len(seconds) // 2]:.2f}", f"{seconds[int(len(seconds) * 0.99)]:.2f}"]
    print(f"| {' | '.join(said)} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
