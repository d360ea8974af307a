"""Measures the product against the plain way to do the same, as ratios within one run.

The plain way: rdflib parses the exported Turtle and runs the same SPARQL. Commands are timed as
whole processes, the two in turn, so that a slow moment of the machine falls on both; the median of
the pairwise ratios is reported. Run it with the project's environment:

    .venv/bin/python bench/run.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("kommunegraf"))
PAIRS = 7
QUESTION = ["members", "--partnership", "ror-ikt", "--at", "2019-12-31"]

PLAIN_BUILD = """
import sys
from rdflib import Graph
graph = Graph().parse(sys.argv[1], format="turtle")
graph.serialize(sys.argv[2], format="turtle")
"""
PLAIN_QUESTION = """
import sys
from pathlib import Path
from rdflib import Graph
graph = Graph().parse(sys.argv[1], format="turtle")
for row in graph.query(Path(sys.argv[2]).read_text("utf-8")):
    print(*row)
"""


def main() -> None:
    """Prints the three measurements as Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = folder / "store"
        build = [COMMAND, "build", "--out", store, "--no-pages"]
        subprocess.run(build, check=True, capture_output=True)
        # The plain way needs the derived bounds too: everything that questions are read over.
        everything = folder / "everything.ttl"
        construct = [COMMAND, "sparql", "CONSTRUCT WHERE { ?s ?p ?o }", "--store", store]
        with everything.open("wb") as file:
            subprocess.run([*construct, "--format", "ttl"], check=True, stdout=file)
        shown = subprocess.run(
            [COMMAND, "query", *QUESTION, "--store", store, "--show"],
            check=True,
            capture_output=True,
            text=True,
        )
        (folder / "question.rq").write_text(shown.stdout, "utf-8")
        print("| what | against | median ratio (least–most of the pairs) |")
        print("|---|---|---|")
        exported = store / "current" / "kommunegraf.ttl"
        report(
            "`kommunegraf build`, with checks, without pages",
            "rdflib parsing and writing the exported Turtle",
            [COMMAND, "build", "--out", str(folder / "again"), "--no-pages"],
            [sys.executable, "-c", PLAIN_BUILD, str(exported), str(folder / "plain.ttl")],
        )
        ask = [COMMAND, "query", *QUESTION, "--store", str(store)]
        report(
            "`kommunegraf query members …`, cold",
            "rdflib parsing the Turtle and running the same SPARQL",
            ask,
            [sys.executable, "-c", PLAIN_QUESTION, str(everything), str(folder / "question.rq")],
        )
        report(
            "the same",
            '`python -c "import rdflib"` alone',
            ask,
            [sys.executable, "-c", "import rdflib"],
        )
        warm(store, everything)


def report(what: str, against: str, ours: list[str], plain: list[str]) -> None:
    """Times two commands in turn and prints a line of the table."""
    pairs = [(timed(ours), timed(plain)) for _ in range(PAIRS + 1)][1:]
    ratios = sorted(a / b for a, b in pairs)
    ours_median, plain_median = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"| {what} | {against} | {statistics.median(ratios):.2f} "
        f"({ratios[0]:.2f}–{ratios[-1]:.2f}); {ours_median:.2f} s against {plain_median:.2f} s |",
        flush=True,
    )


def timed(command: list[str]) -> float:
    """Returns the seconds that a command takes as a whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def warm(store: Path, everything: Path) -> None:
    """Times every named question in one process on Oxigraph and on rdflib."""
    from rdflib import Graph

    from kommunegraf.graph.binding import bind
    from kommunegraf.graph.store import open_graph
    from kommunegraf.queries.asking import bind_parameters
    from kommunegraf.queries.catalogue import all_questions

    graph = open_graph(store)
    plain = Graph().parse(everything, format="turtle")
    ratios: list[tuple[float, str]] = []
    for question in all_questions()[0]:
        name = question.header.name
        cases = tomllib.loads((ROOT / "tests" / "queries" / f"{name}.toml").read_text("utf-8"))
        given = {key: str(value) for key, value in cases["case"][0]["parameters"].items()}
        text = bind(question.text, bind_parameters(graph, question.header, given)[0])
        ours = best(lambda text=text: list(graph.store.query(text)), 5)  # type: ignore[misc,arg-type]
        theirs = best(lambda text=text: list(plain.query(text)), 2)  # type: ignore[misc]
        ratios.append((theirs / ours, name))
    ratios.sort()
    mean = statistics.geometric_mean(ratio for ratio, _ in ratios)
    slow, fast = ratios[0], ratios[-1]
    print(
        f"| {len(ratios)} named questions, warm, in one process | rdflib, the same text and data | "
        f"{mean:.0f} × faster in the geometric mean (least: {slow[1]} {slow[0]:.1f} ×, "
        f"most: {fast[1]} {fast[0]:.0f} ×) |"
    )


def best(call: object, times: int) -> float:
    """Returns the least seconds of several calls."""
    assert callable(call)
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
