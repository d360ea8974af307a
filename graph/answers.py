"""Answers of registers on their way to tables: what is known of a file, its rows, its faults.

A loader turns the records of one answer into rows of register tables. A bad record is a fault
that names file and record and costs only itself.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .errors import SourceError
from .mending import repair
from .register_tables import COLUMNS

NUMBER: Final = re.compile(r"[0-9]{4}")
COUNTY_NUMBER: Final = re.compile(r"[0-9]{2}")
NOWHERE: Final = frozenset(("9999", "99"))
"""The numbers that stand for no place (“Uoppgitt”)."""

BAD_SHAPE: Final = ""
"""The field, named by nothing, in which a record that has no fields says what is wrong with it."""

# Signs of UTF-8 that was read as something else; no name in Norway has them.
_DOUBTFUL: Final = re.compile("[ÃÂ][^\x00-\x7f]")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Window:
    """The days that an answer was asked for: `first` and the day `after` the last, if known."""

    first: date | None = None
    after: date | None = None

    def __bool__(self) -> bool:
        """True when a day is known."""
        return self.first is not None or self.after is not None

    @property
    def seen(self) -> str:
        """The window as a cell: a day, or the first and the last day of a range."""
        if self.first is None:
            return (self.after - timedelta(days=1)).isoformat() if self.after else ""
        return span(self.first, self.after or self.first + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one record; the record is left out unless the message says otherwise."""

    file: str
    record: int
    message: str

    def __str__(self) -> str:
        """Says where and what, in one line."""
        return f"{self.file}, record {self.record}: {self.message}"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an answer: its number in the file (the first is 1) and its fields."""

    number: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tables:
    """What an answer gave: rows by table, faults, and the records kept out by name."""

    rows: Mapping[str, tuple[tuple[str, ...], ...]]
    faults: tuple[Fault, ...]
    kept_out: Mapping[str, int]

    @property
    def days(self) -> list[date]:
        """All days that the rows name, in order."""
        found = {
            day
            for name, rows in self.rows.items()
            for row in rows
            for column, cell in zip(COLUMNS[name][0], row, strict=True)
            if column in ("from", "until", "seen", "day")
            for day in _DAY.findall(cell)
        }
        return sorted(date.fromisoformat(day) for day in found)


class RecordError(ValueError):
    """A record cannot be used; the message becomes its fault."""


class KeptOutError(Exception):
    """A record is left out on purpose; the message names what it stands for."""


def span(first: date, after: date) -> str:
    """Returns days as a cell: one day, or "first/last" with both ends included."""
    last = after - timedelta(days=1)
    return first.isoformat() if last <= first else f"{first.isoformat()}/{last.isoformat()}"


def text_of(fields: Mapping[str, object], name: str) -> str:
    """Returns a field as clean text, "" when it is absent or null.

    Raises RecordError for anything that is not text or a number.
    """
    return _clean(name, _plain(fields, name))


def name_of(fields: Mapping[str, object], name: str, notes: list[str]) -> str:
    """Returns a field that holds a name; mends one that was encoded twice, with a note."""
    text = _plain(fields, name)
    mended = _clean(name, repair(text))
    if mended != _clean(name, text, strict=False):
        notes.append(f"field “{name}”: “{text}” was encoded twice; it is read as “{mended}”")
    elif _DOUBTFUL.search(mended):
        notes.append(f"field “{name}”: “{mended}” looks wrongly encoded; it is kept as it is")
    return mended


def day_of(fields: Mapping[str, object], name: str) -> date | None:
    """Returns a field that holds a day, None when it is absent.

    Raises RecordError for a day that does not exist.
    """
    text = text_of(fields, name)
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise RecordError(f"field “{name}”: the day “{text}” does not exist") from None


def table_text(name: str, rows: Sequence[Sequence[str]]) -> str:
    """Returns rows of a register table as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS[name][0])
    writer.writerows(rows)
    return buffer.getvalue()


def unknown_fields(
    file: str, records: Sequence[Record], known: frozenset[str], where: str
) -> Iterator[Fault]:
    """Yields one fault for each field that nobody has said what to do with."""
    met: dict[str, int] = {}
    for record in records:
        for name in record.fields:
            if name not in known and name != BAD_SHAPE:
                met.setdefault(name, record.number)
    for name, number in met.items():
        yield Fault(file, number, f"field “{name}” is not known in {where}; its values are ignored")


def need_fields(file: str, records: Sequence[Record], needed: Sequence[str], what: str) -> None:
    """Raises SourceError when no record has a field without which the file is not `what`."""
    for name in needed:
        if records and not any(name in record.fields for record in records):
            raise SourceError(f"has no field “{name}”, so it is not {what}", file)


def _plain(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RecordError(f"field “{name}” holds {type(value).__name__}, not text")
    return str(value)


def _clean(name: str, text: str, *, strict: bool = True) -> str:
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if strict and any(c == "\ufffd" or unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise RecordError(f"field “{name}” holds a character that was lost: {text!a}")
    return text
