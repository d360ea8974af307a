"""Measures finding against a label scan in Oxigraph, as ratios within one run.

A label scan is `FILTER(CONTAINS(LCASE(STR(?label)), "…"))`, the way to find by SPARQL alone; it
finds no misspelt name, initials or number. One scan is over all labels of the graph, the other over
the fewest that could do: the labels of things, or the names of units in the register's graph. Each
text is found and scanned for in turn, warm in one process; then both as whole commands, cold. With
--load a register is also loaded without the index, before a load that makes it.

    .venv/bin/python bench/finding.py --sizes 0 100000 1000000 --load
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bulk import generate  # type: ignore[import-not-found]
from pyoxigraph import QuerySolutions

from kommunegraf.graph.dataset import Graph
from kommunegraf.graph.name_index import NAMES, UNITS
from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import open_stored
from kommunegraf.queries.finding.candidates import find

COMMAND = str(Path(sys.executable).with_name("kommunegraf"))
TEXTS = (
    "Nesset", "Nesett", "Kristansund", "1543", "921 221 967", "IKAMR", "Tieto Evry", "kommune",
    "berg", "sigrid nessett bygg", "oslo berg idretslag", "Midre Gauldal", "qqzzx",
)  # fmt: skip
"""What is sought: names, misspelt ones, numbers, initials, a word that thousands have, nothing."""
SCAN = """PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rov: <http://www.w3.org/ns/regorg#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {
  ?thing skos:prefLabel|skos:altLabel|rdfs:label|foaf:name|rov:legalName ?label
  FILTER(CONTAINS(LCASE(STR(?label)), "%s")) }"""
OF_THINGS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {
  ?thing skos:prefLabel ?label FILTER(CONTAINS(LCASE(STR(?label)), "%s")) }"""
OF_UNITS = """PREFIX graph: <https://w3id.org/kommunegraf/graph/>
PREFIX rov: <http://www.w3.org/ns/regorg#>
SELECT ?thing ?label WHERE { GRAPH graph:enhetsregisteret {
  ?thing rov:legalName ?label FILTER(CONTAINS(LCASE(STR(?label)), "%s")) } }"""
LOAD = """
import sys
from datetime import date
from pathlib import Path
from kommunegraf.graph import register
if sys.argv[3] == "without":
    job = register.Job
    register.Job = lambda *given: job(*given[:-1])
    register.index_changes = lambda *given: None
wanted = register.selection(everything=True)
register.load_register(Path(sys.argv[1]), [Path(sys.argv[2])], wanted, date(2024, 5, 1))
"""


def timed(call: Callable[[], object]) -> float:
    """Returns how long a call takes, in seconds."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def scan(graph: Graph, text: str, query: str = SCAN) -> int:
    """Returns how many labels hold a text."""
    solutions = graph.run(query % text.lower(), over="all" if "rov:" in query else "sources")
    assert isinstance(solutions, QuerySolutions)
    return sum(1 for _ in solutions)


def warm(graph: Graph, rounds: int) -> list[tuple[str, float, float, float]]:
    """Returns the median times of finding and of both scans, for each text."""
    rows = []
    fewest = OF_UNITS if graph.manifest.registers else OF_THINGS
    for text in TEXTS:
        find(graph, text)
        times = [
            (
                timed(lambda text=text: find(graph, text)),  # type: ignore[misc]
                timed(lambda text=text: scan(graph, text)),  # type: ignore[misc]
                timed(lambda text=text: scan(graph, text, fewest)),  # type: ignore[misc]
            )
            for _ in range(rounds)
        ]
        rows.append((text, *(statistics.median(column) for column in zip(*times, strict=True))))
    return rows


def cold(out: Path, rounds: int) -> tuple[float, float, float]:
    """Returns the median times of the commands that find, scan, and answer a small question."""
    commands: Sequence[Sequence[str]] = (
        ["find", "Nesett"],
        ["sparql", SCAN % "nesset", "--format", "csv"],
        ["query", "members", "--partnership", "ror-ikt"],
    )
    times = [
        [timed(lambda given=given: run([*given, "--store", str(out)])) for given in commands]  # type: ignore[misc]
        for _ in range(rounds)
    ]
    found, scanned, asked = (statistics.median(column) for column in zip(*times, strict=True))
    return found, scanned, asked


def run(arguments: Sequence[str]) -> None:
    """Runs the command and lets it print to nowhere."""
    subprocess.run([COMMAND, *arguments], capture_output=True, check=True)


def load(out: Path, file: Path, how: str) -> float:
    """Returns how long a load takes, with or without the index."""
    command = [sys.executable, "-c", LOAD, str(out), str(file), how]
    return timed(lambda: subprocess.run(command, check=True))


def geometric(ratios: Sequence[float]) -> float:
    """Returns the geometric mean."""
    return statistics.geometric_mean(ratios)


def measure(out: Path, size: int, rounds: int) -> None:
    """Prints the table of one graph."""
    graph = open_stored(out)
    files = [graph.folder / name for name in (NAMES, UNITS) if (graph.folder / name).exists()]
    weight = ", ".join(f"{file.name} {file.stat().st_size / 1e6:.1f} MB" for file in files)
    print(f"\n### {f'{size:,} units' if size else 'The shipped graph'} ({weight})\n")
    print("| text | find | all labels scanned | ratio | the fewest scanned | ratio |")
    print("|---|---|---|---|---|---|")
    rows = warm(graph, rounds)
    for text, found, labels, fewest in rows:
        print(
            f"| {text} | {found * 1e3:.2f} ms | {labels * 1e3:.1f} ms | {labels / found:.0f} × "
            f"| {fewest * 1e3:.1f} ms | {fewest / found:.0f} × |"
        )
    labels_ratio = geometric([labels / found for _, found, labels, _ in rows])
    fewest_ratio = geometric([fewest / found for _, found, _, fewest in rows])
    least = min(labels / found for _, found, labels, _ in rows)
    print(
        f"| geometric mean | | | {labels_ratio:.0f} × (least {least:.0f})"
        f" | | {fewest_ratio:.0f} × |"
    )
    found, scanned, asked = cold(out, rounds)
    print(
        f"\nCold, as commands: find {found:.2f} s, a label scan {scanned:.2f} s "
        f"({scanned / found:.1f} ×), query members {asked:.2f} s ({asked / found:.2f} ×)."
    )


def main() -> None:
    """Measures as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 100_000], help="0: shipped")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--load", action="store_true", help="measure loads without the index too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "graph"
        run_build(None, out, pages=False)
        for size in given.sizes:
            if size:
                file = Path(folder) / "units.json.gz"
                generate(file, size)
                without = [load(out, file, "without") for _ in range(given.load)]
                taken = load(out, file, "with")
                print(f"\n{size:,} units loaded in {taken:.1f} s", end="")
                print(f", without the index in {without[0]:.1f} s" if without else "")
            measure(out, size, given.rounds)


if __name__ == "__main__":
    main()
