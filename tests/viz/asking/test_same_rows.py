"""Every named question gives in the page the rows that `ask` gives: values, types and order."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions

from kommunegraf.graph.errors import KommunegrafError
from kommunegraf.graph.store import StoredGraph
from kommunegraf.queries.asking import ask
from kommunegraf.queries.catalogue import question_names

from .conftest import Page

CASES = Path(__file__).parent.parent.parent / "queries"


def cases() -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    for name in question_names():
        file = CASES / f"{name}.toml"
        declared = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        for case in declared.get("case", []):
            found.append((name, {key: str(value) for key, value in case["parameters"].items()}))
    return found


def said(graph: StoredGraph, name: str, given: dict[str, str]) -> Any:
    """The answer of the command line as SPARQL results, or None when it has none."""
    try:
        result = ask(graph, name, given).result
    except KommunegrafError:
        return None
    assert isinstance(result, QuerySolutions)
    return json.loads(result.serialize(format=QueryResultsFormat.JSON) or b"")


@pytest.fixture(scope="module")
def answers(page: Page) -> list[Any]:
    """What the page answers in one go, in the order of the cases."""
    page.open()
    page.browser.set_script_timeout(120)
    found = page.later(
        """const answers = [];
        for (const [name, parameters] of given[0]) {
          try { answers.push(await kg.ask(name, parameters)); } catch (fault) { answers.push("! " + (fault.told ?? fault)); }
        }
        return JSON.stringify(answers);""",
        cases(),
    )
    page.check()
    return list(json.loads(found))


def test_every_question_is_asked() -> None:
    assert {name for name, _ in cases()} == set(question_names())


@pytest.mark.parametrize(
    ("number", "name", "given"), [(number, *case) for number, case in enumerate(cases())]
)
def test_the_same_rows_as_the_command_line(
    answers: list[Any], public_graph: StoredGraph, number: int, name: str, given: dict[str, str]
) -> None:
    expected = said(public_graph, name, given)
    found = answers[number]
    if expected is None:
        assert isinstance(found, str), "the command line refuses this"
    else:
        assert not isinstance(found, str), found
        assert found["head"]["vars"] == expected["head"]["vars"]
        assert found["results"]["bindings"] == expected["results"]["bindings"]
