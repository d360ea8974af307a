"""Asks: the one function that runs a named question with parameters as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from ..graph import predicates as p
from ..graph.dataset import Graph
from ..graph.errors import QueryError, UsageError
from .as_of import read_day, read_standing
from .catalogue import read_question
from .header import EVER, Header, Parameter
from .labels import label_of
from .names import resolve
from .values import Row, rows

if TYPE_CHECKING:
    import networkx as nx
    from pandas import DataFrame

Term = NamedNode | Literal

Given = str | int | date | NamedNode
"""A parameter as people write it, or as Python has it (bool is an int)."""


@dataclass(frozen=True)
class Answer:
    """A question's result with the parameters as they were understood.

    `result` itself can be read once; the methods read it for all that they are asked for.
    """

    header: Header
    text: str
    bindings: Mapping[str, Term]
    understood: Mapping[str, str]
    result: QuerySolutions | QueryBoolean | QueryTriples

    def rows(self) -> list[Row]:
        """Returns the rows as dictionaries of Python values."""
        return list(self._rows)

    @cached_property
    def _rows(self) -> list[Row]:
        if not isinstance(self.result, QuerySolutions):
            raise QueryError(f"{self.header.name} gives no rows")
        return list(rows(self.result))

    def frame(self) -> DataFrame:
        """Returns the rows as a pandas frame; pandas is not installed with us.

        Raises UsageError when it is not there.
        """
        try:
            from pandas import DataFrame
        except ImportError:
            raise UsageError("a frame needs pandas: pip install pandas") from None
        return DataFrame(self.rows(), columns=list(self.header.columns))

    def network(self, tail: str, head: str) -> nx.MultiDiGraph[str]:
        """Returns the rows as a network: an edge a row, from the thing in one column to another's.

        Nodes are IRIs and have `label`; edges have the row's other columns. Rows that lack an end
        are left out. Raises QueryError for a column that the question has not.
        """
        for column in (tail, head):
            if column not in self.header.columns:
                known = ", ".join(self.header.columns)
                raise QueryError(f"{self.header.name} has no column {column}; it has {known}")
        import networkx

        drawn: nx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for row in self.rows():
            if row[tail] is None or row[head] is None:
                continue
            ends = str(row[tail]), str(row[head])
            for column, end in zip((tail, head), ends, strict=True):
                drawn.add_node(end, label=row.get(f"{column}Label") or end)
            said = {column: cell for column, cell in row.items() if column not in (tail, head)}
            drawn.add_edges_from([(*ends, said)])
        return drawn


def ask(
    graph: Graph, name: str, given: Mapping[str, Given] | None = None, /, **parameters: Given
) -> Answer:
    """Runs the question `name` with parameters by name, values as a person or Python writes them.

    Parameters come as a mapping or as keywords, where `to_` stands for `to` and `about_field` for
    `about-field`. Raises QueryError for a missing, unknown or unfit parameter, NameNotFoundError
    for a name that is not known or not clear.
    """
    question = read_question(name)
    texts = {key: _written(key, value) for key, value in (given or {}).items()}
    for keyword, value in parameters.items():
        key = keyword.rstrip("_").replace("_", "-")
        if key in texts:
            raise QueryError(f"{name}: --{key} is given twice")
        texts[key] = _written(key, value)
    bindings, understood = bind_parameters(graph, question.header, texts)
    return Answer(
        question.header, question.text, bindings, understood, graph.query(question.text, bindings)
    )


def bind_parameters(
    graph: Graph, header: Header, given: Mapping[str, str], day: date | None = None
) -> tuple[dict[str, Term], dict[str, str]]:
    """Returns the terms for a question's variables, and what each parameter was understood as.

    `day`: the day that names are understood for, when the question has no parameter `at`.
    """
    known = [parameter.name for parameter in header.parameters]
    for name in given:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"did you mean --{near[0]}?" if near else _takes(header)
            raise QueryError(f"{header.name} has no parameter --{name}; {hint}")
    at = _at(graph, header, given) or day
    bindings: dict[str, Term] = {}
    understood: dict[str, str] = {}
    for parameter in header.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None or (value == "" and parameter.name not in given):
            if parameter.required:
                raise QueryError(
                    f"{header.name} needs --{parameter.name}"
                    + (f" ({parameter.about})" if parameter.about else "")
                )
            continue
        term = _term(graph, parameter, value, at)
        bindings[parameter.variable] = term
        if value in EVER and parameter.name not in given:
            continue
        understood[parameter.name] = (
            label_of(graph, term) if isinstance(term, NamedNode) else term.value
        )
    _check_order(understood)
    return bindings, understood


def _check_order(understood: Mapping[str, str]) -> None:
    """Refuses a span of days whose end lies before its beginning."""
    for first, last in (("from", "at"), ("at", "to"), ("from", "until")):
        if {first, last} <= {*understood} and understood[last] < understood[first]:
            raise QueryError(
                f"--{last} {understood[last]} lies before --{first} {understood[first]}"
            )


def _written(name: str, value: Given) -> str:
    """Returns a value of Python as a person writes it."""
    match value:
        case str():
            return value
        case bool() | int():
            return str(value).lower()
        case date():
            return value.isoformat()
        case NamedNode(value=iri):
            return iri
        case _:
            raise QueryError(
                f"--{name}: {value!r} is a {type(value).__name__}; give text, a whole number, "
                "a day, yes or no, or an IRI"
            )


def _at(graph: Graph, header: Header, given: Mapping[str, str]) -> date | None:
    parameter = header.parameter("at")
    if parameter is None:
        return None
    return read_day(graph, given.get("at", parameter.default or "latest"))


def _takes(header: Header) -> str:
    names = ", ".join(f"--{parameter.name}" for parameter in header.parameters)
    return f"it takes {names}" if names else "it takes none"


def _term(graph: Graph, parameter: Parameter, value: str, at: date | None) -> Term:
    match parameter.type:
        case "iri":
            return resolve(graph, value, parameter.kind, at)
        case "xsd_date":
            return Literal(read_day(graph, value).isoformat(), datatype=p.XSD_DATE)
        case "xsd_integer":
            if parameter.pattern and not re.fullmatch(parameter.pattern, value):
                raise QueryError(f"--{parameter.name}: “{value}” is not {parameter.about}")
            try:
                return Literal(str(int(value)), datatype=p.XSD_INTEGER)
            except ValueError:
                raise QueryError(f"--{parameter.name}: “{value}” is not a whole number") from None
        case "xsd_boolean":
            if value.lower() not in ("true", "false", "yes", "no", "ja", "nei"):
                raise QueryError(f"--{parameter.name}: “{value}”; write yes or no")
            yes = value.lower() in ("true", "yes", "ja")
            return Literal(str(yes).lower(), datatype=p.XSD_BOOLEAN)
        case _ if parameter.name == "standing":
            return Literal(" ".join(read_standing(value)))
        case _:
            if parameter.pattern and not re.fullmatch(parameter.pattern, value):
                raise QueryError(f"--{parameter.name}: “{value}” is not {parameter.about}")
            return Literal(value)
