"""Lists of municipalities as Wikidata items: a plain CSV, or the results of a SPARQL query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ..answers import (
    BAD_SHAPE,
    NUMBER,
    Fault,
    Record,
    RecordError,
    Tables,
    name_of,
    text_of,
    unknown_fields,
)
from ..errors import SourceError
from ..mending import web_address

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # The one who writes a SPARQL query chooses the names; these are the usual ones.
        "item": ("wikidata", "item", "kommune", "municipality"),
        "number": ("kommunenummer", "number", "code", "kommunenr", "nummer", "municipalityNumber"),
        "name": ("name", "itemLabel", "label", "kommuneLabel", "municipalityLabel", "navn"),
        "homepage": ("homepage", "website", "nettsted", "url"),
    }
)
_IGNORED: Final = frozenset(
    ("inception", "start", "end", "dissolved", "itemDescription", "itemAltLabel")
)
_ITEM: Final = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/|wd:)?(Q[1-9][0-9]*)")


def read_wikidata(file: str, records: Sequence[Record], seen: str) -> Tables:
    """Returns the rows of a list of items, each municipality linked to its item.

    `seen` is when the list was taken. Raises SourceError when a column that it needs is missing.
    """
    chosen = {field: _column(file, records, field) for field in ("item", "number")}
    chosen |= {field: _first(records, field) for field in ("name", "homepage")}
    known = _IGNORED | {name for names in _COLUMNS.values() for name in names}
    faults = list(unknown_fields(file, records, known, "lists of Wikidata items"))
    rows: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for record in records:
        notes: list[str] = []
        try:
            if BAD_SHAPE in record.fields:
                raise RecordError(str(record.fields[BAD_SHAPE]))
            row = _row(record.fields, chosen, seen, notes)
            number, before = rows.setdefault((row[0], row[1]), (record.number, row))
            if before is not row:
                # One item with several home pages is one row of a SPARQL result for each.
                before[4] = before[4] or row[4]
                notes.append(f"is the same item as record {number}; it is kept once")
        except RecordError as error:
            notes.append(str(error))
        faults.extend(Fault(file, record.number, note) for note in notes)
    faults.extend(_shared(file, rows))
    table = tuple(tuple(row) for _, row in rows.values())
    return Tables(MappingProxyType({"wikidata-items": table}), tuple(faults), MappingProxyType({}))


def _row(
    fields: Mapping[str, object], chosen: Mapping[str, str], seen: str, notes: list[str]
) -> list[str]:
    item = _ITEM.fullmatch(text_of(fields, chosen["item"]))
    if item is None:
        raise RecordError(f"“{text_of(fields, chosen['item'])}” is no item of Wikidata (Q…)")
    number = text_of(fields, chosen["number"])
    if not NUMBER.fullmatch(number):
        raise RecordError(f"“{number}” is not a number of a municipality (4 digits)")
    name = name_of(fields, chosen["name"], notes) if chosen["name"] else ""
    # Wikidata gives the item itself as label when it has no label in the language.
    name = "" if name == item[1] else name
    return [number, item[1], name, seen, _homepage(fields, chosen["homepage"], notes)]


def _homepage(fields: Mapping[str, object], column: str, notes: list[str]) -> str:
    text = text_of(fields, column) if column else ""
    if not text:
        return ""
    address = web_address(text)
    if address is None:
        notes.append(f"“{text}” is not an address of a home page; it is left out")
        return ""
    return text if text.startswith(("http://", "https://")) else address


def _column(file: str, records: Sequence[Record], field: str) -> str:
    if name := _first(records, field):
        return name
    raise SourceError(
        f"has no column for the {field}; name it one of: {', '.join(_COLUMNS[field])}", file
    )


def _first(records: Sequence[Record], field: str) -> str:
    names = {name for record in records for name in record.fields}
    return next((name for name in _COLUMNS[field] if name in names), "")


def _shared(file: str, rows: Mapping[tuple[str, str], tuple[int, list[str]]]) -> Iterator[Fault]:
    """Yields a fault for a number that two items claim; both are kept, for people to judge."""
    first: dict[str, tuple[int, str]] = {}
    for record, (number, item, *_) in rows.values():
        earlier, other = first.setdefault(number, (record, item))
        if other != item:
            yield Fault(
                file,
                record,
                f"{item} has the number {number}, as {other} of record {earlier}; both are kept",
            )
