"""Tables of units (CSV): Enhetsregisteret's own, and those that others made of it.

The register's table has its API's fields as columns, written with points
("organisasjonsform.kode"); a row comes in the shape that the API gives a unit.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from .arrays import Broken

NUMBER: Final = "organisasjonsnummer"

_IS_FLAG: Final = re.compile("konkurs$|under|registrertI|har|erI")
_YES_NO: Final = {"true": True, "false": False, "j": True, "n": False, "ja": True, "nei": False}
# Columns of tables that others made of the register, by the register's own names.
_COLUMNS: Final = {
    **dict.fromkeys(("orgnr", "orgnumber", "organisasjonsnr", "org_nr", NUMBER), NUMBER),
    **dict.fromkeys(("entityname", "name_nb", "name"), "navn"),
    **dict.fromkeys(("orgform", "organisasjonsform"), "organisasjonsform.kode"),
    **dict.fromkeys(("homepage", "website"), "hjemmeside"),
    "navn": "navn",
    "naeringskode1": "naeringskode1.kode",
    "municipality": "forretningsadresse.kommune",
}


class NoUnitsError(Exception):
    """A text is no table of units; `str()` says what it is, to follow the file's name."""


def unit_rows(stream: io.BufferedReader) -> Iterator[tuple[Any, int]]:
    """Yields the rows of a table as units, and a hash of each; a row of a wrong length as Broken.

    Raises NoUnitsError when it has no column of organisation numbers.
    """
    with io.TextIOWrapper(stream, "utf-8", newline="") as text:
        first = text.readline()
        separator = max(",;\t", key=first.count)
        columns = _columns(next(csv.reader([first], delimiter=separator)))
        if not any(column.name == NUMBER for column in columns):
            begins = first[:60].strip()
            raise NoUnitsError(
                f"is no JSON, and no table with a column {NUMBER}: it begins “{begins}”"
            )
        for row in csv.reader(text, delimiter=separator, strict=True):
            if len(row) == len(columns):
                yield _unit(columns, row), hash(tuple(row))
            elif row:
                reason = f"{len(row)} cells under {len(columns)} columns"
                yield Broken(separator.join(row)[:60], reason), 0


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column's cells go in a unit: under these fields, by this name, as yes or no."""

    above: tuple[str, ...]
    name: str
    is_flag: bool


def _columns(heading: list[str]) -> list[_Column]:
    names = [_COLUMNS.get(name.strip().lower(), name.strip()) for name in heading]
    paths = [tuple(name.split(".")) for name in names]
    above = {path[:depth] for path in paths for depth in range(1, len(path))}
    # A column that others stand under has no place of its own.
    return [
        _Column(path[:-1], "" if path in above else path[-1], bool(_IS_FLAG.match(path[0])))
        for path in paths
    ]


def _unit(columns: list[_Column], row: list[str]) -> dict[str, Any]:
    # A table without forms says nothing of them; a record of the register that has none lacks it.
    unit: dict[str, Any] = {"organisasjonsform": {}}
    for column, cell in zip(columns, row, strict=True):
        if not cell:
            continue
        at = unit
        for step in column.above:
            at = at.setdefault(step, {})
        at[column.name] = _YES_NO.get(cell.lower(), cell) if column.is_flag else cell
    unit.pop("", None)
    return unit
