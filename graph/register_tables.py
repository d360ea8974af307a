"""Register tables: municipality and county numbers as KLASS, Kartverket and Wikidata give them.

A source folder may hold them beside, or instead of, fact tables. They list numbers, not
organisations; `municipalities` turns them into facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from .periods import Period, parse_period
from .source import Source
from .tables import Row, read_table

COLUMNS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        "klass-versions": (("number", "name", "from", "until", "seen"), ("number", "name")),
        "klass-changes": (
            ("day", "old_number", "old_name", "new_number", "new_name"),
            ("day", "old_number", "new_number"),
        ),
        "klass-counties": (("number", "name", "seen"), ("number", "name", "seen")),
        "klass-county-changes": (
            ("day", "old_number", "new_number"),
            ("day", "old_number", "new_number"),
        ),
        "klass-organisation-numbers": (
            ("organisation_number", "name", "number", "seen"),
            ("organisation_number", "number", "seen"),
        ),
        "kartverket-names": (
            ("number", "name", "language", "seen"),
            ("number", "name", "language", "seen"),
        ),
        "wikidata-items": (
            ("number", "item", "name", "seen", "homepage"),
            ("number", "item", "seen"),
        ),
    }
)
"""Each register table with the columns that it may have and those that every row fills in."""

_NUMBER: Final = re.compile(r"\d{4}")
_COUNTY: Final = re.compile(r"\d{2}")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One row of a register table with its source."""

    source: Source
    row: Row

    def __getitem__(self, column: str) -> str:
        """Returns a cell; an empty one as the empty string."""
        return self.row[column]

    def day(self, column: str) -> date | None:
        """Returns a cell as a day, None when empty; raises SourceError for no such day."""
        if not self.row[column]:
            return None
        try:
            return date.fromisoformat(self.row[column])
        except ValueError:
            raise self.row.error(f"column “{column}”: “{self.row[column]}” is not a date") from None

    def period(self, column: str) -> Period | None:
        """Returns a cell as a period, None when empty; raises SourceError when it is none."""
        if not self.row[column]:
            return None
        try:
            return parse_period(self.row[column])
        except ValueError as error:
            raise self.row.error(f"column “{column}”: {error}") from None


def read_records(sources: Sequence[Source]) -> dict[str, list[Record]]:
    """Reads all register tables of the sources; returns their records by table."""
    found: dict[str, list[Record]] = {name: [] for name in COLUMNS}
    for source in sources:
        for name, (known, required) in COLUMNS.items():
            for file in sorted(source.folder.glob(f"{name}*.csv")):
                if file.name.partition(".")[0] != name:
                    continue
                rows = read_table(file, known, required)
                source.expect(file, len(rows))
                for row in rows:
                    _check_numbers(row, county="count" in name)
                    found[name].append(Record(source, row))
    return found


def _check_numbers(row: Row, *, county: bool) -> None:
    wanted, digits = (_COUNTY, "two") if county else (_NUMBER, "four")
    for column in ("number", "old_number", "new_number"):
        if row[column] and not wanted.fullmatch(row[column]):
            raise row.error(f"column “{column}”: “{row[column]}” has not {digits} digits")
