"""The questions of quality find what they are for, in invented data that hold it.

What the reports do not hold, a question must still find: `quality/<question>.toml` has data in
Turtle, prefixes left out, and the rows that follow from them, in two engines.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, serialize
from rdflib import Graph as RdflibGraph
from rdflib.query import ResultRow

from kommunegraf.graph import predicates as p
from kommunegraf.graph.binding import bind
from kommunegraf.ontology.namespaces import PREFIXES, shorten
from kommunegraf.queries.catalogue import read_question

HERE = Path(__file__).parent / "quality"
NAMES = sorted(file.stem for file in HERE.glob("*.toml"))


def loaded(turtle: str) -> Store:
    """A store of the data, with what the build gives every relation and thing."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    store = Store()
    store.load((head + turtle).encode(), format=RdfFormat.TURTLE)
    for node in {quad.subject for quad in store}:
        store.add(Quad(node, p.ITSELF, node))
        store.add(Quad(node, p.TIME_TEXT, Literal("tid")))
        store.add(Quad(node, p.SOURCE_TEXT, Literal("kilde")))
    return store


def bound(name: str, at: str | None) -> str:
    """The text of a question with its defaults, and the day where it takes one."""
    question = read_question(name)
    values: dict[str, NamedNode | Literal] = {}
    for parameter in question.header.parameters:
        if parameter.name == "at":
            values[parameter.variable] = Literal(at or "2020-06-01", datatype=p.XSD_DATE)
        elif parameter.type == "xsd_boolean":
            yes = parameter.default == "yes"
            values[parameter.variable] = Literal(str(yes).lower(), datatype=p.XSD_BOOLEAN)
        elif parameter.default is not None:
            values[parameter.variable] = Literal(parameter.default)
    return bind(question.text, values)


def cells(values: Iterable[str | None]) -> list[str]:
    return ["" if value is None else shorten(value) for value in values]


@pytest.mark.parametrize("name", NAMES)
def test_the_question_finds_it_in_two_engines(name: str) -> None:
    case = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    store, text, columns = loaded(case["data"]), bound(name, case.get("at")), case["columns"]
    answer = store.query(text)
    assert isinstance(answer, QuerySolutions)
    found = [cells(row[column] and row[column].value for column in columns) for row in answer]
    assert found == case["rows"]
    triples = serialize([quad.triple for quad in store], format=RdfFormat.N_TRIPLES)
    there = RdflibGraph().parse(data=triples, format="nt")
    again = [
        cells(None if row[column] is None else str(row[column]) for column in columns)
        for row in there.query(text)
        if isinstance(row, ResultRow)
    ]
    assert again == found


def test_every_check_of_the_record_is_shown_to_find_something() -> None:
    assert {"overlapping-memberships", "seats-outside-period", "members-after-dissolution"} <= {
        *NAMES
    }
    assert {"shares-not-100", "said-differently", "sums", "plans-past-due"} <= {*NAMES}
