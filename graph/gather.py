"""Gathering: the records of an answer, one after the other, into rows of register tables.

A loader says which rows a record gives; what cannot be used, comes twice or stands for nothing is
noted here, the same for all loaders.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from .answers import (
    BAD_SHAPE,
    COUNTY_NUMBER,
    NOWHERE,
    NUMBER,
    Fault,
    KeptOutError,
    Record,
    RecordError,
    Tables,
    name_of,
    text_of,
    unknown_fields,
)

Rows = Iterator[tuple[str, tuple[str, ...]]]
"""Rows with the names of their tables."""

RowsOf = Callable[[Mapping[str, object], list[str]], Rows]
"""What gives the rows of a record's fields; it adds notes, and raises RecordError."""


def gather(
    kind: str, file: str, records: Sequence[Record], known: frozenset[str], rows_of: RowsOf
) -> Tables:
    """Returns the rows of all records with the faults of those that cannot be used.

    `known` are the fields that the kind of answer may have.
    """
    faults = list(unknown_fields(file, records, known, f"answers of the kind {kind}"))
    kept_out: Counter[str] = Counter()
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    said: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}
    for record in records:
        notes: list[str] = []
        try:
            if BAD_SHAPE in record.fields:
                raise RecordError(str(record.fields[BAD_SHAPE]))
            for table, row in rows_of(record.fields, notes):
                first, before = said.setdefault(_identity(table, row), (record.number, row))
                if before is row:
                    rows[table].append(row)
                elif before != row or not _is_end(kind, table):
                    notes.append(_twice(first, before == row))
        except KeptOutError as reason:
            kept_out[str(reason)] += 1
        except RecordError as error:
            notes.append(str(error))
        faults.extend(Fault(file, record.number, note) for note in notes)
    return Tables(
        MappingProxyType({name: tuple(found) for name, found in rows.items()}),
        tuple(faults),
        MappingProxyType(dict(kept_out)),
    )


def held_row(number: str, name: str, seen: str) -> tuple[str, tuple[str, ...]]:
    """Returns the row of a county or municipality that is known to have been there then."""
    if COUNTY_NUMBER.fullmatch(number):
        return "klass-counties", (number, name, seen)
    return "klass-versions", (number, name, "", "", seen)


def place_number(fields: Mapping[str, object], name: str) -> str:
    """Returns a field that holds the number of a municipality or county.

    Raises RecordError for anything else, KeptOutError for the numbers that stand for no place.
    """
    number = text_of(fields, name)
    if number in NOWHERE:
        raise KeptOutError(f"{number} (Uoppgitt)")
    if not number:
        raise RecordError(f"field “{name}” is empty")
    if not NUMBER.fullmatch(number) and not COUNTY_NUMBER.fullmatch(number):
        raise RecordError(
            f"field “{name}”: “{number}” is not a number of a municipality (4 digits) or a "
            "county (2)"
        )
    return number


def given_name(fields: Mapping[str, object], name: str, number: str, notes: list[str]) -> str:
    """Returns a field that must hold a name, of the place with this number.

    Raises RecordError when it is empty, KeptOutError when it says “Uoppgitt”.
    """
    text = name_of(fields, name, notes)
    if not text:
        raise RecordError(f"field “{name}” is empty")
    if text == "Uoppgitt":
        raise KeptOutError(f"{number} (Uoppgitt)")
    return text


def _identity(table: str, row: tuple[str, ...]) -> tuple[str, ...]:
    """What a row is about: another row about the same is a repetition or a contradiction."""
    match table:
        case "klass-versions":
            number, _, start, _, seen = row
            return table, number, start or seen
        case "klass-counties":
            return table, row[0], row[2]
        case "klass-organisation-numbers":
            return table, row[0], row[2], row[3]
        case _:
            return table, *row


def _is_end(kind: str, table: str) -> bool:
    """True for a county in a correspondence table: it stands beside each of its municipalities."""
    return kind == "klass-correspondence" and table == "klass-counties"


def _twice(first: int, same: bool) -> str:
    if same:
        return f"says the same as record {first}; it is kept once"
    return f"says otherwise than record {first} of the same time; the first one is kept"
