"""The public face for Python: what `kommunegraf.graph` and `kommunegraf.queries` offer."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

import kommunegraf.graph
import kommunegraf.queries
from kommunegraf.graph import NameNotFoundError, QueryError
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import expand
from kommunegraf.queries import Candidate, Found, ask, find


@pytest.mark.parametrize("package", [kommunegraf.graph, kommunegraf.queries])
def test_what_is_offered_is_written_alike_for_readers_and_checkers(package: Any) -> None:
    # The imports are for those who check types, the table is what runs.
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    checked = {
        node.asname if isinstance(node, ast.alias) else node.id
        for block in tree.body
        if isinstance(block, ast.If)
        for node in ast.walk(block)
        if (isinstance(node, ast.alias) and node.asname)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }
    assert checked == {*package.__all__} == {*dir(package)}
    for name in package.__all__:
        assert getattr(package, name).__module__.startswith(package.__name__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = package.nothing


def test_a_package_imports_nothing_until_it_is_asked() -> None:
    said = (
        "import sys, kommunegraf.graph, kommunegraf.queries\n"
        "print([name for name in ('pyoxigraph', 'rdflib', 'networkx') if name in sys.modules])\n"
        "from kommunegraf.queries import *\n"
        "print(ask.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\nask\n"


def test_errors_and_answers_have_public_names(graph: StoredGraph) -> None:
    with pytest.raises(NameNotFoundError) as caught:
        ask(graph, "members", partnership="ROR-IKTT")
    assert caught.value.candidates
    with pytest.raises(QueryError):
        ask(graph, "membres")
    found = find(graph, "Kristansund")
    assert isinstance(found, Found)
    assert isinstance(found.candidates[0], Candidate)


PARAMETERS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("members", {"at": date(2019, 12, 31)}, {"at": "2019-12-31"}),
    ("members", {"partnership": NamedNode(expand("o:ror-ikt"))}, {"partnership": "ROR-IKT"}),
    ("changes-in-a-year", {"year": 2020}, {"year": "2020"}),
    ("sums", {"differing": True}, {"differing": "true"}),
    ("sums", {"differing": False}, {"differing": "false"}),
]


@pytest.mark.parametrize(("name", "given", "understood"), PARAMETERS)
def test_parameters_may_be_values_of_python(
    graph: StoredGraph, name: str, given: dict[str, Any], understood: dict[str, str]
) -> None:
    answer = ask(graph, name, **given)
    assert {key: answer.understood[key] for key in understood} == understood
    assert answer.rows() == ask(graph, name, understood).rows()


def test_a_parameter_of_another_kind_is_refused(graph: StoredGraph) -> None:
    with pytest.raises(QueryError, match=r"^--at: \['2019-12-31'\] is a list; give text, "):
        ask(graph, "members", at=["2019-12-31"])  # type: ignore[arg-type]


def test_a_parameter_is_given_once(graph: StoredGraph) -> None:
    with pytest.raises(QueryError, match=r"^members: --at is given twice$"):
        ask(graph, "members", {"at": "2018-12-31"}, at="2019-12-31")
    with pytest.raises(QueryError, match=r"^joined-and-left: --from is given twice$"):
        ask(graph, "joined-and-left", {"from": "2018-01-01"}, from_="2018-01-01")


def test_an_answer_can_be_read_again(graph: StoredGraph) -> None:
    answer = ask(graph, "members", at="2018-12-31")
    first = answer.rows()
    first.clear()
    assert answer.rows()
    assert len(answer.network("member", "partnership").edges) == len(answer.rows())
