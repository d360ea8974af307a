"""Cells: from the text of a table cell to RDF terms, by the type of its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode

from ..ontology.namespaces import PREFIXES, expand, shorten
from . import iris
from . import predicates as p
from .codes import all_codes
from .facts import Term, date_literal
from .kind import Column, Kind
from .orgnumbers import read_number
from .periods import Period, parse_period
from .tables import Row
from .things import Register, Thing

_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_INTEGER = re.compile(r"-?\d+")


def plain(term: Term) -> str:
    """Returns a term as people read it: a prefixed name or a literal's text."""
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads the cells of one row; every fault is a SourceError that names row and column."""

    kind: Kind
    row: Row
    register: Register

    def statements(self, column: Column) -> Iterator[tuple[NamedNode, Term]]:
        """Yields what a cell states: predicate and term, several if it holds several values."""
        if column.predicate is None or not self.row[column.name]:
            return
        predicate = NamedNode(expand(column.predicate))
        for value in self._values(column):
            yield predicate, self._term(column, value)
        if column.type == "period":
            period = self._period(column, self.row[column.name])
            yield p.PERIOD_FROM, date_literal(period.first)
            yield p.PERIOD_UNTIL, date_literal(period.after)

    def things(self, column: Column) -> list[Thing]:
        """Returns the things that a cell refers to, with groups replaced by their members."""
        keys = self._values(column)
        return [self.register.find(self.row, column.name, key, column.of) for key in keys]

    def key_parts(self, column: Column) -> list[str]:
        """Returns what a cell contributes to the local name of a relation's IRI."""
        if column.type == "ref":
            return [thing.key for thing in self.things(column)]
        if self._is_number(column):
            return [self._number(column, self.row[column.name]).value]
        return [iris.slug(self.row[column.name])]

    def label(self, template: str, chosen: Mapping[str, NamedNode]) -> str:
        """Fills in a kind's label template with the names of things and codes."""

        def name(match: re.Match[str]) -> str:
            column = self.kind.columns[match[1]]
            if column.name in chosen:
                key = iris.local_name(chosen[column.name])
                return self.register.find(self.row, column.name, key, column.of).label
            if column.type == "ref":
                return ", ".join(thing.label for thing in self.things(column))
            if column.type == "code" and column.list and self.row[column.name]:
                return all_codes()[column.list].labels[self.row[column.name]]
            return self.row[column.name]

        text = re.sub(r"\{(\w+)\}", name, template)
        return re.sub(r"\s+", " ", text).strip(" –:,")

    def _values(self, column: Column) -> list[str]:
        if not (column.many or column.expand):
            return [self.row[column.name]] if self.row[column.name] else []
        values = self.row.several(column.name)
        return (
            self.register.members(self.row, column.name, values) if column.type == "ref" else values
        )

    def _term(self, column: Column, value: str) -> Term:
        read: dict[str, Callable[[Column, str], Term]] = {
            "ref": self._thing,
            "code": self._code,
            "period": lambda column, value: _period_literal(self._period(column, value)),
            "date": self._date,
            "integer": self._integer,
            "decimal": self._decimal,
            "percent": self._decimal,
            "url": self._url,
            "flag": self._flag,
            "relation": self._relation,
            "organisation-number": self._number,
        }
        if self._is_number(column):
            return self._number(column, value)
        if column.type in read:
            return read[column.type](column, value)
        return Literal(value, language=column.lang) if column.lang else Literal(value)

    def _thing(self, column: Column, value: str) -> NamedNode:
        return self.register.find(self.row, column.name, value, column.of).iri

    def _integer(self, column: Column, value: str) -> Literal:
        if not _INTEGER.fullmatch(value):
            raise self._error(column, f"“{value}” is not a whole number")
        return Literal(str(int(value)), datatype=p.XSD_INTEGER)

    def _url(self, column: Column, value: str) -> NamedNode:
        if not _URL.fullmatch(value):
            raise self._error(column, f"“{value}” is no http or https address")
        return NamedNode(value)

    def _flag(self, column: Column, value: str) -> Literal:
        if value != "yes":
            raise self._error(column, f"“{value}”; write yes or leave it empty")
        return Literal("true", datatype=p.XSD_BOOLEAN)

    def _code(self, column: Column, value: str) -> NamedNode:
        codes = all_codes()[column.list or ""].labels
        if value not in codes:
            near = get_close_matches(value, codes, 2)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(codes)}"
            raise self._error(column, f"“{value}” is no code of {column.list}; {hint}")
        return iris.code(column.list or "", value)

    def _date(self, column: Column, value: str) -> Literal:
        try:
            return date_literal(date.fromisoformat(value))
        except ValueError:
            raise self._error(column, f"“{value}” is not a date; write 2018-06-30") from None

    def _period(self, column: Column, value: str) -> Period:
        try:
            return parse_period(value)
        except ValueError as error:
            raise self._error(column, str(error)) from None

    def _decimal(self, column: Column, value: str) -> Literal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise self._error(column, f"“{value}” is not a number; write 14.27, with a point")
        other, _, code = (column.percent_if or ":").partition(":")
        percent = column.type == "percent" or (other and self.row[other] == code)
        if percent and not (0 if column.type == "percent" else -100) <= number <= 100:
            raise self._error(column, f"{value} per cent cannot be; 0 to 100 can")
        return Literal(f"{number.normalize():f}", datatype=p.XSD_DECIMAL)

    def _is_number(self, column: Column) -> bool:
        other, _, code = (column.number_if or ":").partition(":")
        return column.type == "organisation-number" or bool(other and self.row[other] == code)

    def _number(self, column: Column, value: str) -> Literal:
        try:
            return Literal(read_number(value))
        except ValueError as error:
            raise self._error(column, str(error)) from None

    def _relation(self, column: Column, value: str) -> NamedNode:
        prefix, _, local = value.partition(":")
        if prefix not in PREFIXES or not local:
            raise self._error(column, f"“{value}” is no row; write for example figure:ror-ikt_…")
        return NamedNode(PREFIXES[prefix] + local)

    def _error(self, column: Column, message: str) -> Exception:
        return self.row.error(f"column “{column.name}”: {message}")


def _period_literal(period: Period) -> Literal:
    match len(period.token):
        case 10 if period.is_day:
            return Literal(period.token, datatype=p.XSD_DATE)
        case 7 if period.token[5:].isdigit():
            return Literal(period.token, datatype=p.XSD_YEAR_MONTH)
        case 4:
            return Literal(period.token, datatype=p.XSD_YEAR)
        case _:
            return Literal(period.token)
