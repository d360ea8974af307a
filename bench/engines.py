"""Measures the named questions in this program against other engines, as ratios within one run.

    .venv/bin/python bench/engines.py [--sizes 0 100000] [--rdflib]

Each question is asked with the parameters of its first test, of the embedded store, of Oxigraph's
own server and of Virtuoso (Debian's virtuoso-opensource), to which the same graph is published, and
with --rdflib of rdflib and oxrdflib in this process. `size` units of an invented register are
loaded beside the shipped sources. Warm is the least of three; cold is the first time
that an engine sees the question. The servers are asked as `--store URL` does it, so their times
hold a request; rows are read whole.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "queries"), str(ROOT / "bench")]

import bulk  # noqa: E402 -- beside this file
from engines import Engine, oxigraph, virtuoso  # type: ignore[import-not-found] # noqa: E402

from kommunegraf.graph.binding import bind  # noqa: E402
from kommunegraf.graph.store import Graph, StoredGraph, open_graph, open_stored  # noqa: E402
from kommunegraf.queries.asking import bind_parameters  # noqa: E402
from kommunegraf.queries.catalogue import all_questions  # noqa: E402

COMMAND = str(Path(sys.executable).with_name("kommunegraf"))
SIGNED = {**os.environ, "KOMMUNEGRAF_USER": "dba", "KOMMUNEGRAF_PASSWORD": "dba"}

Times = dict[str, tuple[float, float]]
"""The cold and the warm seconds of each question."""


def main() -> None:
    """Prints a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[0])
    parser.add_argument("--rdflib", action="store_true")
    wanted = parser.parse_args()
    for size in wanted.sizes:
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), size, wanted.rdflib)


def measure(folder: Path, size: int, with_rdflib: bool) -> None:
    """Makes a graph with a register of `size` units and times every engine on it."""
    out = folder / "out"
    subprocess.run([COMMAND, "build", "--no-pages", "--out", out], check=True, capture_output=True)
    if size:
        file = folder / "enheter_alle.json.gz"
        bulk.generate(file, size)
        subprocess.run([COMMAND, "load", file, "--out", out], check=True, capture_output=True)
    graph = open_stored(out)
    texts = questions(graph)
    ours = timed(texts, partial(rows, graph))
    print(f"\n{len(texts)} named questions, {size:,} units of a register besides\n")
    print("| engine | warm, geometric mean of its time by ours | least | most | cold |")
    print("|---|---|---|---|---|", flush=True)
    for start in (oxigraph, virtuoso):
        with start(folder / start.__name__) as engine:
            publish(engine, out)
            remote = open_graph(engine.query)
            report(engine.name, ours, timed(texts, partial(rows, remote)))
    if with_rdflib:
        for name, ask in in_process(graph).items():
            report(name, ours, timed(texts, ask))


def questions(graph: StoredGraph) -> dict[str, str]:
    """Returns the bound text of each question by its name."""
    texts = {}
    for question in all_questions()[0]:
        name = question.header.name
        cases = tomllib.loads((ROOT / "tests" / "queries" / f"{name}.toml").read_text("utf-8"))
        given = {key: str(value) for key, value in cases["case"][0]["parameters"].items()}
        texts[name] = bind(question.text, bind_parameters(graph, question.header, given)[0])
    return texts


def rows(graph: Graph, text: str) -> list[object]:
    """Returns the rows of a question, read whole."""
    return list(graph.select(text))


def publish(engine: Engine, out: Path) -> None:
    """Sends the graph to an engine by the command."""
    command = [COMMAND, "publish", engine.query, *engine.write, "--store", str(out)]
    subprocess.run(command, check=True, env=SIGNED, capture_output=True)


def in_process(graph: StoredGraph) -> dict[str, Callable[[str], object]]:
    """Returns how rdflib is asked, over its own memory and over our store."""
    from pyoxigraph import RdfFormat, serialize
    from rdflib import Graph

    from kommunegraf.graph.rdf import rdflib_graph

    triples = {quad.triple for quad in graph.store}
    plain = Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    over = rdflib_graph(graph)
    return {
        "rdflib": lambda text: list(plain.query(text)),
        "oxrdflib": lambda text: list(over.query(text)),
    }


def timed(texts: dict[str, str], ask: Callable[[str], object]) -> Times:
    """Returns the seconds of each question: the first time, and the least of three more."""
    times: Times = {}
    for name, text in texts.items():
        cold = seconds(ask, text)
        again = 3 if cold < 2 else 1
        times[name] = cold, min(seconds(ask, text) for _ in range(again))
    return times


def seconds(ask: Callable[[str], object], text: str) -> float:
    """Returns the seconds that one question takes."""
    start = time.perf_counter()
    ask(text)
    return time.perf_counter() - start


def report(name: str, ours: Times, theirs: Times) -> None:
    """Prints a line: how many times our seconds an engine takes."""
    warm = {question: theirs[question][1] / ours[question][1] for question in ours}
    cold = statistics.geometric_mean(theirs[q][0] / ours[q][0] for q in ours)
    least, most = min(warm, key=warm.__getitem__), max(warm, key=warm.__getitem__)
    print(
        f"| {name} | {statistics.geometric_mean(warm.values()):.1f} × "
        f"| {warm[least]:.2f} × {least} | {warm[most]:.0f} × {most} | {cold:.1f} × |"
    )
    slower = {q: 1 / ratio for q, ratio in warm.items() if ratio < 0.1}
    for question, ratio in sorted(slower.items()):
        print(f"  (ours takes {ratio:.0f} × its time: {question})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
