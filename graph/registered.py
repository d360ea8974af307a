"""Units of a register as matching needs them: from the graph, or from a list in a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ..ontology.namespaces import PREFIXES, expand
from . import iris
from . import predicates as p
from .errors import SourceError
from .likeness import Unit
from .names_of_units import host_of
from .orgnumbers import read_number

REGISTER: Final = iris.graph("enhetsregisteret")

# A query reads the names of a million units in half the time that quads_for_pattern needs.
_LEGAL_NAMES: Final = """
PREFIX rov: <http://www.w3.org/ns/regorg#>
SELECT ?unit ?name WHERE { GRAPH _register { ?unit rov:legalName ?name } }"""
_FORMER_NAMES: Final = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?unit ?name WHERE {
  GRAPH _register { ?former a kg:DatedName ; kg:about ?unit ; rdfs:label ?name }
}"""

_LEGAL_NAME: Final = NamedNode(expand("rov:legalName"))
_FORM: Final = NamedNode(expand("rov:orgType"))
_MUNICIPALITY: Final = NamedNode(expand("kg:municipalityNumber"))
_HOME_PAGE: Final = NamedNode(expand("foaf:homepage"))
_DELETED: Final = NamedNode(expand("kg:deletedOn"))
_ABOUT: Final = NamedNode(expand("kg:about"))


def folded(name: str) -> str:
    """Returns a name folded; quickly where it is plain ASCII, as most names are."""
    return name.casefold() if name.isascii() else iris.fold(name)


@dataclass(frozen=True, slots=True, eq=False)
class StoredUnits:
    """The units of Enhetsregisteret that a graph holds."""

    store: Store
    graph: NamedNode = REGISTER

    def any(self) -> bool:
        """Tells whether the graph holds a register at all."""
        return (
            next(iter(self.store.quads_for_pattern(None, None, None, self.graph)), None) is not None
        )

    def names(self) -> Iterator[tuple[str, str]]:
        """Yields number and folded name of every unit, former names included."""
        start = len(PREFIXES["er"])
        for text in (_LEGAL_NAMES, _FORMER_NAMES):
            rows = self.store.query(text.replace("_register", str(self.graph)))
            assert isinstance(rows, QuerySolutions)
            for unit, name in rows:
                yield unit.value[start:], folded(name.value)

    def at_home_page(self, hosts: frozenset[str]) -> Iterator[str]:
        """Yields the numbers of units whose home page is one of the hosts."""
        for host in hosts:
            for start in ("http://", "https://", "http://www.", "https://www."):
                for end in ("", "/"):
                    page = NamedNode(f"{start}{host}{end}")
                    for quad in self.store.quads_for_pattern(None, _HOME_PAGE, page, self.graph):
                        if isinstance(quad.subject, NamedNode):
                            yield quad.subject.value.removeprefix(PREFIXES["er"])

    def describe(self, numbers: frozenset[str]) -> Iterator[Unit]:
        """Yields what the register says of these units."""
        for number in sorted(numbers):
            unit = NamedNode(PREFIXES["er"] + number)
            if not (names := self._values(unit, _LEGAL_NAME)):
                continue
            form = self._first(unit, _FORM)
            yield Unit(
                number=number,
                names=(*names, *self._former(unit)),
                form=form.rpartition("/")[2],
                municipality_number=self._first(unit, _MUNICIPALITY),
                homepage=self._first(unit, _HOME_PAGE),
                deleted=self._first(unit, _DELETED),
            )

    def _former(self, unit: NamedNode) -> Iterator[str]:
        for quad in self.store.quads_for_pattern(None, _ABOUT, unit, self.graph):
            if isinstance(quad.subject, NamedNode) and "/id/name/" in quad.subject.value:
                yield from self._values(quad.subject, p.LABEL)

    def _values(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        quads = self.store.quads_for_pattern(subject, predicate, None, self.graph)
        return sorted(q.object.value for q in quads if isinstance(q.object, NamedNode | Literal))

    def _first(self, subject: NamedNode, predicate: NamedNode) -> str:
        return next(iter(self._values(subject, predicate)), "")


COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "number": ("organisasjonsnummer", "orgnumber", "orgnr", "number"),
        "name": ("navn", "entityname", "name_nb", "name"),
        "form": ("organisasjonsform.kode", "orgform", "form"),
        "municipality": ("forretningsadresse.kommunenummer", "kommunenummer"),
        "homepage": ("hjemmeside", "homepage"),
    }
)
"""What a list may call its columns: as Enhetsregisteret's own CSV does, or shorter."""


@dataclass(slots=True, eq=False)
class ListedUnits:
    """The units in a CSV file, read anew for each question, so that its size does not matter.

    `faults` holds a sentence for each row that has no valid organisation number.
    """

    file: Path
    faults: dict[int, str] = field(default_factory=dict[int, str])

    def names(self) -> Iterator[tuple[str, str]]:
        """Yields number and folded name of every unit."""
        for unit in self._units():
            yield unit.number, folded(unit.names[0])

    def at_home_page(self, hosts: frozenset[str]) -> Iterator[str]:
        """Yields the numbers of units whose home page is one of the hosts."""
        return (unit.number for unit in self._units() if host_of(unit.homepage) in hosts)

    def describe(self, numbers: frozenset[str]) -> Iterator[Unit]:
        """Yields what the list says of these units."""
        return (unit for unit in self._units() if unit.number in numbers)

    def _units(self) -> Iterator[Unit]:
        try:
            with self.file.open(encoding="utf-8-sig", newline="") as lines:
                first = lines.readline()
                lines.seek(0)
                delimiter = ";" if first.count(";") > first.count(",") else ","
                yield from self._rows(csv.reader(lines, delimiter=delimiter, strict=True))
        except UnicodeDecodeError:
            raise SourceError("is not UTF-8; save the list as UTF-8", self.file) from None
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}", self.file) from None
        except csv.Error as error:
            raise SourceError(f"is not CSV: {error}", self.file) from None

    def _rows(self, reader: Iterable[list[str]]) -> Iterator[Unit]:
        rows = iter(reader)
        header = [name.strip().casefold() for name in next(rows, [])]
        at = {
            what: header.index(name)
            for what, known in COLUMNS.items()
            for name in reversed(known)
            if name in header
        }
        for what in ("number", "name"):
            if what not in at:
                known = ", ".join(COLUMNS[what])
                raise SourceError(
                    f"has no column for the unit's {what}; known: {known}", self.file, 1
                )
        for line, cells in enumerate(rows, 2):
            if not any(cells):
                continue

            def cell(what: str, cells: list[str] = cells) -> str:
                index = at.get(what, len(cells))
                return cells[index].strip() if index < len(cells) else ""

            try:
                number = read_number(cell("number"))
            except ValueError as error:
                self.faults[line] = str(error)
                continue
            if not cell("name"):
                self.faults[line] = f"{number} has no name"
                continue
            yield Unit(
                number, (cell("name"),), cell("form"), cell("municipality"), cell("homepage")
            )
