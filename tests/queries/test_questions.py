"""Every question: its header, its text, and its rows on the shipped graph, in two engines.

The expected rows lie in `<question>.toml` beside this file; they were checked by hand against the
reports, whose lines each file names.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, serialize
from rdflib import Graph as RdflibGraph
from rdflib.query import ResultRow

from kommunegraf.graph.binding import bind
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import PREFIXES
from kommunegraf.queries.asking import Answer, ask
from kommunegraf.queries.catalogue import question_names, read_question
from kommunegraf.queries.fragments import fragment

HERE = Path(__file__).parent
NAMES = question_names()
STRING = NamedNode("http://www.w3.org/2001/XMLSchema#string")


def cases(most: int = 99) -> list[Any]:
    """The first cases of every question, `most` of each."""
    found = []
    for name in NAMES:
        file = HERE / f"{name}.toml"
        declared = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        for number, case in enumerate(declared.get("case", [])[:most], 1):
            found.append(pytest.param(name, case, id=f"{name}-{number}"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_expected_rows(name: str) -> None:
    assert (HERE / f"{name}.toml").exists(), f"{name} has no expected rows in {name}.toml"
    assert tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["case"]


def test_no_expected_rows_without_a_question() -> None:
    assert {file.stem for file in HERE.glob("*.toml")} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_header_says_what_the_question_is(name: str) -> None:
    header = read_question(name).header
    assert header.summary.strip()
    assert set(header.question) == {"nb", "en"}
    assert header.tags


@pytest.mark.parametrize("name", NAMES)
def test_text_keeps_the_rules_of_the_folder(name: str) -> None:
    text = read_question(name).text
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    declared = dict(re.findall(r"PREFIX ([\w-]+): <([^>]+)>", body))
    assert declared, "declares its own prefixes"
    for prefix, iri in declared.items():
        assert PREFIXES[prefix] == iri
        assert re.search(rf"(?<![\w<]){prefix}:(?! <)", body), f"prefix {prefix} is not used"
    assert re.search(r"\bORDER BY\b", body), "has an order"
    assert not re.search(r"\b(DESCRIBE|SERVICE|LATERAL)\b", body)
    assert not re.search(r"BOUND\s*\(\s*\?_", body), "a bound parameter is no variable any more"
    selected = re.search(r"SELECT\b(.*?)\bWHERE", body, re.DOTALL)
    assert selected
    assert "?_" not in selected[1], "a bound parameter cannot be selected"


def test_the_rule_on_time_is_written_once() -> None:
    texts = {name: read_question(name).text for name in NAMES}
    for name, text in texts.items():
        found = re.findall(r"  # as of a day: .*?  # end of the rule\n", text, re.DOTALL)
        assert bool(found) == ("?_standing_literal" in text), f"{name}: the rule and --standing"
        for block in found:
            assert block == fragment("standing"), f"{name} differs from the one rule on time"


@pytest.mark.parametrize("name", NAMES)
def test_dates_are_compared_so_that_every_engine_does_it_alike(name: str) -> None:
    # Virtuoso loses a row of a range that its index ends (docs/endpoints.md).
    assert not re.search(r"\?\w+ [<>]= [?\"]", read_question(name).text), "write !(?a > ?b)"


@pytest.mark.parametrize(("name", "case"), cases())
def test_order_is_of_texts_numbers_and_dates(graph: StoredGraph, name: str, case: Any) -> None:
    # IRIs and long or language-tagged texts have an order of each engine's own.
    answer, rows = answered(graph, name, case)
    order = answer.text[answer.text.rindex("ORDER BY") :]
    bare = set(re.findall(r"(?<!STR\()\?(\w+)", order))
    for row in rows:
        for column in bare & {variable.value for variable in rows.variables}:
            cell = row[column]
            assert cell is None or (isinstance(cell, Literal) and cell.datatype != STRING), (
                f"order by STR(?{column})"
            )
            assert cell is None or not cell.language, f"order by STR(?{column})"


def answered(graph: StoredGraph, name: str, case: dict[str, Any]) -> tuple[Answer, QuerySolutions]:
    answer = ask(graph, name, {key: str(value) for key, value in case["parameters"].items()})
    assert isinstance(answer.result, QuerySolutions)
    return answer, answer.result


@pytest.mark.parametrize(("name", "case"), cases())
def test_rows_on_the_shipped_graph(graph: StoredGraph, name: str, case: dict[str, Any]) -> None:
    answer, rows = answered(graph, name, case)
    columns = case["columns"]
    assert [v.value for v in rows.variables] == list(answer.header.columns)
    found = [["" if row[c] is None else row[c].value for c in columns] for row in rows]
    assert found == [[str(cell) for cell in row] for row in case["rows"]]


@cache
def in_rdflib(graph: StoredGraph) -> RdflibGraph:
    triples = {quad.triple for quad in graph.store}
    data = serialize(triples, format=RdfFormat.N_TRIPLES)
    return RdflibGraph().parse(data=data, format="nt")


# The slowest engine: once each.
@pytest.mark.parametrize(("name", "case"), cases(most=1))
def test_rdflib_gives_the_same_rows(graph: StoredGraph, name: str, case: dict[str, Any]) -> None:
    answer, rows = answered(graph, name, case)
    here = [tuple(None if cell is None else cell.value for cell in row) for row in rows]
    there = [
        tuple(None if cell is None else str(cell) for cell in row)
        for row in in_rdflib(graph).query(bind(answer.text, answer.bindings))
        if isinstance(row, ResultRow)
    ]
    assert there == here
