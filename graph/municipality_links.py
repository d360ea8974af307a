"""Rows of what registers say of a municipality by its number on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from .chronicle import Chronicle, MadeRow, place, row_of
from .register_tables import Record


def linked_rows(chronicle: Chronicle) -> Iterator[MadeRow]:
    """Yields organisation numbers, Wikidata items, names and numbers seen in a period."""
    for record, index in _held(chronicle, "klass-organisation-numbers"):
        yield row_of(
            record,
            "identifiers",
            thing=chronicle.keys[index],
            seen=record["seen"],
            scheme="organisation-number",
            value=record["organisation_number"],
            place=f"KLASS 1236 {record['number']}",
        )
    for record, index in _held(chronicle, "wikidata-items"):
        yield from _item(chronicle, record, index)
    for record, index in _held(chronicle, "kartverket-names"):
        yield row_of(
            record,
            "names",
            thing=chronicle.keys[index],
            seen=record["seen"],
            name=record["name"],
            kind="official",
            language=record["language"],
            place=f"Kartverket kommuneinfo {record['number']}",
        )
    yield from _clipped(chronicle)


def _held(chronicle: Chronicle, table: str) -> Iterator[tuple[Record, int]]:
    for record in chronicle.records[table]:
        if (index := chronicle.holder(record)) is not None:
            yield record, index


def _item(chronicle: Chronicle, record: Record, index: int) -> Iterator[MadeRow]:
    where = f"Wikidata {record['item']}"
    yield row_of(
        record,
        "identifiers",
        thing=chronicle.keys[index],
        seen=record["seen"],
        scheme="wikidata",
        value=record["item"],
        place=where,
    )
    if record["homepage"]:
        yield row_of(
            record,
            "organisations",
            key=chronicle.keys[index],
            label=chronicle.labels[index].nb,
            type="municipality",
            website=record["homepage"],
            place=where,
        )


def _clipped(chronicle: Chronicle) -> Iterator[MadeRow]:
    """The clipped records of one number of an organisation in a source as one, names aside."""
    found: dict[tuple[str, int, str], list[Record]] = defaultdict(list)
    for record in chronicle.clipped:
        if (index := chronicle.holder(record)) is not None:
            found[record.source.key, index, record["number"]].append(record)
    for (_, index, number), records in found.items():
        periods = [period for r in records if (period := r.period("seen"))]
        first = min(period.first for period in periods)
        last = max(period.after for period in periods) - timedelta(days=1)
        yield row_of(
            records[0],
            "identifiers",
            thing=chronicle.keys[index],
            seen=f"{first.isoformat()}/{last.isoformat()}",
            scheme="municipality-number",
            value=number,
            place=place(number),
        )
