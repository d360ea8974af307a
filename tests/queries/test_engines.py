"""Every question gives the same rows, in the same order, of the same types, from every engine.

The graph is published to real servers, Virtuoso and Oxigraph's own, by the command; the answers of
the embedded store are what the others are held to. rdflib is held to them in test_questions.py.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kommunegraf.graph.store import StoredGraph, open_graph
from kommunegraf.queries.asking import ask
from kommunegraf.queries.catalogue import question_names

from .engines import Engine, oxigraph, virtuoso

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("kommunegraf")
SIGNED = {**os.environ, "KOMMUNEGRAF_USER": "dba", "KOMMUNEGRAF_PASSWORD": "dba"}
ENGINES = {"virtuoso": virtuoso, "oxigraph": oxigraph}


COMMANDS = [
    ["find", "Kristansund"],
    ["why", "Nesset"],
    ["path", "Nesset", "Visma"],
    ["path", "IKT Orkidé", "ROR-IKT", "--without", "membership", "--format", "md"],
    ["impact", "exit", "Nesset", "--partnership", "ikt-orkide", "--at", "2018-12-31"],
    ["impact", "vendor", "Tieto", "--at", "2020-03-01", "--format", "csv"],
    ["analyse", "concentration"],
    ["analyse", "brokers", "--format", "json"],
    ["sparql", "ASK { o:ror-ikt a org:OrganizationalCollaboration }"],
    ["sparql", "ASK { o:ror-ikt a org:Post }"],
    ["sparql", "SELECT (COUNT(*) AS ?n) FROM graph:ontology WHERE { ?s ?p ?o }"],
    ["sparql", "CONSTRUCT { ?o a ?c } WHERE { ?o a ?c, org:OrganizationalCollaboration }"],
]


def publish(engine: Engine, built: Path) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "publish", engine.query, *engine.write, "--store", built]
    return subprocess.run(
        list(map(str, command)), env=SIGNED, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def started(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Engine]]:
    """Starts an engine with the shipped graph in it, once: a parameter of a fixture starts it anew."""
    running: dict[str, Engine] = {}
    with contextlib.ExitStack() as stack:

        def start(name: str) -> Engine:
            if name not in running:
                engine = stack.enter_context(ENGINES[name](tmp_path_factory.mktemp(name)))
                done = publish(engine, built)
                assert done.returncode == 0, done.stderr
                running[name] = engine
            return running[name]

        yield start


def cases() -> list[Any]:
    """Every question with the parameters of its tests; Virtuoso, which is slow to plan, once each."""
    found = []
    for name in question_names():
        file = HERE / f"{name}.toml"
        declared = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        for number, case in enumerate(declared.get("case", []), 1):
            given = {key: str(value) for key, value in case["parameters"].items()}
            for engine in ENGINES if number == 1 else ["oxigraph"]:
                found.append(pytest.param(engine, name, given, id=f"{engine}-{name}-{number}"))
    return found


@pytest.mark.parametrize(("engine", "name", "given"), cases())
def test_the_same_rows_from_the_server(
    started: Callable[[str], Engine],
    graph: StoredGraph,
    engine: str,
    name: str,
    given: dict[str, str],
) -> None:
    here = ask(graph, name, given)
    there = open_graph(started(engine).query).query(here.text, here.bindings)
    assert [tuple(row) for row in there] == [tuple(row) for row in here.result]  # type: ignore[union-attr]


@cache
def answer(store: str, *asked: str) -> tuple[int, str]:
    """The exit code of a command and what it prints; of triples, which have no order, sorted."""
    done = subprocess.run(
        [str(COMMAND), *asked, "--store", store], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    if "CONSTRUCT" in asked[-1]:
        return done.returncode, "".join(sorted(done.stdout.splitlines(keepends=True)))
    return done.returncode, done.stdout


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("asked", COMMANDS, ids=lambda asked: " ".join(asked)[:40])
def test_the_same_words_of_a_command(
    started: Callable[[str], Engine], built: Path, engine: str, asked: list[str]
) -> None:
    assert answer(started(engine).query, *asked) == answer(str(built), *asked)
