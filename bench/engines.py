"""Measures the named questions in this program against other engines, as ratios within one run.

    .venv/bin/python bench/engines.py [--sizes 0 100000] [--engines …] [--csv times.csv]

Each question is asked with the parameters of its first test, of the embedded store and of the
engines named: Oxigraph's own server and Virtuoso (Debian's virtuoso-opensource), to which the same
graph is published, `serve`, and rdflib and oxrdflib in this process. `size` units of an invented
register, all of them, are loaded beside the shipped sources. Warm is the least of three; cold is
the first time that an engine sees the question. The servers are asked as `--store URL` does it, so
their times hold a request; rows are read whole. `serve` keeps answers, so each of its questions
has a text of its own. Every engine is asked in turn with the embedded store, question by question.
A question that fails or takes more than --timeout seconds is named and left out of the means.
"""

from __future__ import annotations

import argparse
import csv
import gc
import itertools
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "queries"), str(ROOT / "bench")]

import bulk  # noqa: E402 -- beside this file
from engines import (  # type: ignore[import-not-found] # noqa: E402
    Engine,
    free_port,
    oxigraph,
    virtuoso,
)
from pyoxigraph import (  # noqa: E402
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse_query_results,
    serialize,
)
from rdflib import Graph as RdflibGraph  # noqa: E402

from kommunegraf.graph.binding import bind  # noqa: E402
from kommunegraf.graph.dataset import Graph  # noqa: E402
from kommunegraf.graph.errors import KommunegrafError  # noqa: E402
from kommunegraf.graph.rdf import rdflib_graph  # noqa: E402
from kommunegraf.graph.store import StoredGraph, open_graph, open_stored  # noqa: E402
from kommunegraf.queries.asking import bind_parameters  # noqa: E402
from kommunegraf.queries.catalogue import all_questions  # noqa: E402

COMMAND = str(Path(sys.executable).with_name("kommunegraf"))
SIGNED = {**os.environ, "KOMMUNEGRAF_USER": "dba", "KOMMUNEGRAF_PASSWORD": "dba"}

ENGINES = ("oxigraph", "virtuoso", "serve", "rdflib", "oxrdflib")
BUFFERS = 60_000, 1 / 3
"""Virtuoso's buffers of 8 KB: so many, and this for each unit."""

COLUMNS = ("units", "engine", "question", "cold ms", "warm ms", "our cold ms", "our warm ms")

Times = dict[str, tuple[float, float]]
"""The cold and the warm seconds of each question; nan when it failed."""

Ask = Callable[[str], object]


def main() -> None:
    """Prints a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[0])
    parser.add_argument("--engines", nargs="*", choices=ENGINES, default=ENGINES[:3])
    parser.add_argument("--csv", type=Path, help="write the milliseconds of each question here too")
    parser.add_argument("--timeout", type=float, default=120)
    wanted = parser.parse_args()
    os.environ["KOMMUNEGRAF_TIMEOUT"] = str(wanted.timeout)
    lines: list[tuple[object, ...]] = []
    for size in wanted.sizes:
        with tempfile.TemporaryDirectory() as name:
            lines += measure(Path(name), size, wanted.engines, wanted.timeout)
    if wanted.csv:
        with wanted.csv.open("w", encoding="utf-8", newline="") as file:
            head = (
                "units",
                "engine",
                "question",
                "cold ms",
                "warm ms",
                "ours cold ms",
                "ours warm ms",
            )
            csv.writer(file).writerows([head, *lines])


def measure(
    folder: Path, size: int, engines: list[str], limit: float
) -> Iterator[tuple[object, ...]]:
    """Makes a graph with a register of `size` units and times each engine on it in turn.

    Yields a line for each engine and question.
    """
    out = folder / "out"
    subprocess.run([COMMAND, "build", "--no-pages", "--out", out], check=True, capture_output=True)
    if size:
        file = folder / "enheter_alle.json.gz"
        bulk.generate(file, size)
        load = [COMMAND, "load", file, "--all", "--no-pages", "--out", out]
        subprocess.run(load, check=True, capture_output=True)
        file.unlink()
    graph = open_stored(out)
    texts = questions(graph)
    print(f"\n{len(texts)} named questions, {size:,} units of a register besides\n")
    print("| engine | warm, geometric mean of its time by ours | least | most | cold |")
    print("|---|---|---|---|---|", flush=True)
    for name in engines:
        with started(name, folder / name, graph, out, size) as ask:
            ours, theirs = timed(texts, partial(rows, graph), ask, limit)
            report(name, ours, theirs)
        for question in texts:
            figures = (second * 1000 for second in (*theirs[question], *ours[question]))
            yield size, name, question, *(round(figure, 3) for figure in figures)


@contextmanager
def started(name: str, folder: Path, graph: StoredGraph, out: Path, size: int) -> Iterator[Ask]:
    """Starts an engine with the graph in it; yields how it is asked."""
    match name:
        case "oxigraph":
            with oxigraph(folder) as engine:
                publish(engine, out)
                yield partial(rows, open_graph(engine.query))
        case "virtuoso":
            with virtuoso(folder, BUFFERS[0] + int(size * BUFFERS[1])) as engine:
                publish(engine, out)
                yield partial(rows, open_graph(engine.query))
        case "serve":
            with served(out) as ask:
                yield ask
        case "rdflib":
            yield in_rdflib(in_memory(graph))
        case _:
            yield in_rdflib(rdflib_graph(graph))


def in_rdflib(graph: RdflibGraph) -> Ask:
    """Returns how a graph of rdflib is asked."""
    return lambda text: list(graph.query(text))


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


@contextmanager
def served(out: Path) -> Iterator[Ask]:
    """Starts `serve`; yields how it is asked, with a mark at the end that makes each text new."""
    root = f"http://127.0.0.1:{free_port()}"
    command = [COMMAND, "serve", "--store", out, "--port", root.rpartition(":")[2]]
    marks = itertools.count()

    def ask(text: str) -> object:
        request = urllib.request.Request(
            f"{root}/sparql",
            f"{text}\n# {next(marks)}".encode(),
            {
                "Content-Type": "application/sparql-query",
                "Accept": "application/sparql-results+json",
            },
        )
        with urllib.request.urlopen(request) as answer:
            found = parse_query_results(answer.read(), QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions)
        return list(found)

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                try:
                    ask("SELECT * { } LIMIT 1")
                    break
                except OSError:
                    time.sleep(0.1)
            yield ask
        finally:
            server.terminate()


def in_memory(graph: StoredGraph) -> RdflibGraph:
    """Returns all triples in rdflib's own memory."""
    triples = {quad.triple for quad in graph.store}
    made = RdflibGraph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    # millions of objects, which the collector would else go through during anybody's answer
    gc.freeze()
    return made


def timed(texts: dict[str, str], ours: Ask, theirs: Ask, limit: float) -> tuple[Times, Times]:
    """Returns the seconds of each question here and there: the first, and the least of three more.

    Each is asked here and there in turn, so that a slow moment of the machine falls on both.
    """
    here: Times = {}
    there: Times = {}
    for name, text in texts.items():
        cold = seconds(ours, text, limit), seconds(theirs, text, limit)
        again = 3 if max(cold) < 2 else 0 if math.isnan(max(cold)) else 1
        pairs = [(seconds(ours, text, limit), seconds(theirs, text, limit)) for _ in range(again)]
        one, other = map(min, zip(*(pairs or [cold]), strict=True))
        here[name], there[name] = (cold[0], one), (cold[1], other)
    return here, there


def seconds(ask: Ask, text: str, limit: float) -> float:
    """Returns the seconds that one question takes; nan when it fails or takes too long."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    start = time.perf_counter()
    try:
        ask(text)
    except (OSError, KommunegrafError, MemoryError):
        return math.nan
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - start


def report(name: str, ours: Times, theirs: Times) -> None:
    """Prints a line: how many times our seconds an engine takes."""
    warm = {question: theirs[question][1] / ours[question][1] for question in ours}
    failed = [question for question, ratio in warm.items() if math.isnan(ratio)]
    warm = {question: ratio for question, ratio in warm.items() if question not in failed}
    cold = statistics.geometric_mean(theirs[q][0] / ours[q][0] for q in warm)
    least, most = min(warm, key=warm.__getitem__), max(warm, key=warm.__getitem__)
    print(
        f"| {name} | {statistics.geometric_mean(warm.values()):.1f} × "
        f"| {warm[least]:.2f} × {least} | {warm[most]:.0f} × {most} | {cold:.1f} × |"
    )
    for question in failed:
        print(f"  (it fails or takes too long: {question})")
    for question in sorted(q for q, ratio in warm.items() if ratio < 0.1):
        print(f"  (ours takes {1 / warm[question]:.0f} × its time: {question})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
