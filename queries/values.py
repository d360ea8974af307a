"""Values: the cells of an answer as Python has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions

from ..graph import predicates as p

Value = str | int | Decimal | date | bool | None
Row = dict[str, Value]

_OF: Final[Mapping[NamedNode, Callable[[str], Value]]] = {
    p.XSD_INTEGER: int,
    p.XSD_DECIMAL: Decimal,
    p.XSD_DATE: date.fromisoformat,
    p.XSD_BOOLEAN: lambda text: text == "true",
}


def rows(solutions: QuerySolutions) -> Iterator[Row]:
    """Yields each row as a dictionary by column, in the order of the columns.

    Integers, decimals, dates and booleans become Python's own; IRIs and all else are text; a cell
    without a value is None. Solutions can be read once.
    """
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: value(solution[name]) for name in names}


def value(term: object) -> Value:
    """Returns one term as Python has it; what is written against its type stays text."""
    match term:
        case None:
            return None
        case NamedNode(value=iri):
            return iri
        case Literal(value=text, datatype=datatype) if datatype in _OF:
            try:
                return _OF[datatype](text)
            except (ValueError, ArithmeticError):
                return text
        case Literal(value=text):
            return text
        case _:
            return str(term)
