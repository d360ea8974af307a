"""Answers of SSB KLASS as rows of register tables: codes, changes, correspondence tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from ..answers import (
    COUNTY_NUMBER,
    NUMBER,
    Record,
    RecordError,
    Tables,
    day_of,
    name_of,
    need_fields,
    text_of,
)
from ..clipping import (
    BEGINNING,
    DATES,
    Asked,
    check_order,
    edges,
    own,
    shown,
    some_undated,
    window_of,
)
from ..gather import Rows, RowsOf, gather, given_name, held_row, place_number
from ..orgnumbers import read_number

_FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "klass-codes": frozenset(
            (
                *("code", "name", *DATES, "validIn"),
                # Not used: the level follows from the length of the code.
                *("parentCode", "level", "shortName", "presentationName", "notes", "variant"),
            )
        ),
        "klass-changes": frozenset(
            (
                *("oldCode", "oldName", "newCode", "newName", "changeOccurred"),
                *("oldShortName", "newShortName"),
            )
        ),
        "klass-correspondence": frozenset(
            (
                *("sourceCode", "sourceName", "targetCode", "targetName", "validFrom", "validTo"),
                *("sourceShortName", "targetShortName"),
            )
        ),
    }
)
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "klass-codes": ("code", "name"),
        "klass-changes": ("oldCode", "newCode", "changeOccurred"),
        "klass-correspondence": ("sourceCode", "targetCode"),
    }
)


def read_klass(kind: str, file: str, records: Sequence[Record], asked: Asked) -> Tables:
    """Returns the rows of an answer of KLASS, with its faults.

    Raises SourceError when the file is not of that kind, or nothing says when it held.
    """
    need_fields(file, records, _NEEDED[kind], f"an answer of the kind {kind}")
    return gather(kind, file, records, _FIELDS[kind], _reader(kind, file, records, asked))


def _reader(kind: str, file: str, records: Sequence[Record], asked: Asked) -> RowsOf:
    match kind:
        case "klass-codes":
            seen = asked.seen(file, kind) if some_undated(records, (*DATES, "validIn")) else ""
            clipped = replace(asked, window=asked.window or window_of(records))
            return lambda fields, notes: _code(fields, clipped, seen, notes)
        case "klass-changes":
            return lambda fields, notes: _change(fields, notes)
        case _:
            seen = asked.seen(file, kind) if some_undated(records, DATES) else ""
            return lambda fields, notes: _pair(fields, asked, seen, notes)


def _code(fields: Mapping[str, object], asked: Asked, seen: str, notes: list[str]) -> Rows:
    number = place_number(fields, "code")
    name = given_name(fields, "name", number, notes)
    if year := text_of(fields, "validIn"):
        if not re.fullmatch(r"\d{4}", year):
            raise RecordError(f"field “validIn”: “{year}” is no year")
        yield held_row(number, name, f"{year}-01-01/{year}-12-31")
        return
    start, end = edges(fields)
    check_order(start, end)
    if start is None and end is None:
        yield held_row(number, name, seen)
        return
    if COUNTY_NUMBER.fullmatch(number):
        yield held_row(number, name, shown(start, end, asked))
        return
    own_start, own_end = own(fields, "From"), own(fields, "To")
    window = asked.window
    # A day on the edge of the window is where the answer was cut, unless the code says it itself.
    real_start = own_start or (start if start != window.first or start == BEGINNING else None)
    real_end = own_end or (end if end != window.after else None)
    cut = real_start is None or (end is not None and real_end is None)
    yield (
        "klass-versions",
        (
            number,
            name,
            real_start.isoformat() if real_start else "",
            real_end.isoformat() if real_end else "",
            shown(start, end, asked) if cut else "",
        ),
    )


def _change(fields: Mapping[str, object], notes: list[str]) -> Rows:
    old, new = place_number(fields, "oldCode"), place_number(fields, "newCode")
    if len(old) != len(new):
        raise RecordError(f"changes “{old}” to “{new}”, a municipality and a county")
    day = text_of(fields, "changeOccurred")
    if re.fullmatch(r"\d{4}", day):
        # Lists that others derived from KLASS give the year; divisions change on 1 January.
        day = f"{day}-01-01"
    elif day_of(fields, "changeOccurred") is None:
        raise RecordError("field “changeOccurred” is empty")
    if COUNTY_NUMBER.fullmatch(old):
        yield "klass-county-changes", (day, old, new)
        return
    names = [name_of(fields, name, notes) for name in ("oldName", "newName")]
    for field, name in zip(("oldName", "newName"), names, strict=True):
        if not name and field in fields:
            raise RecordError(f"field “{field}” is empty")
    yield "klass-changes", (day, old, names[0], new, names[1])


def _pair(fields: Mapping[str, object], asked: Asked, seen: str, notes: list[str]) -> Rows:
    start, end = edges(fields)
    check_order(start, end)
    held = shown(start, end, asked) if start or end else seen
    source, target = text_of(fields, "sourceCode"), text_of(fields, "targetCode")
    for here, there in (("source", "target"), ("target", "source")):
        code = text_of(fields, f"{here}Code")
        if len(code) >= 6:
            number = place_number(fields, f"{there}Code")
            if not NUMBER.fullmatch(number):
                raise RecordError(f"field “{there}Code”: “{number}” is not a municipality number")
            try:
                organisation = read_number(code)
            except ValueError as error:
                raise RecordError(str(error)) from None
            name = given_name(fields, f"{here}Name", number, notes)
            yield "klass-organisation-numbers", (organisation, name, number, held)
            return
    if {len(source), len(target)} != {2, 4}:
        raise RecordError(
            f"pairs “{source}” with “{target}”; known are organisation numbers with "
            "municipalities and counties with municipalities"
        )
    for side in ("source", "target"):
        number = place_number(fields, f"{side}Code")
        yield held_row(number, given_name(fields, f"{side}Name", number, notes), held)
