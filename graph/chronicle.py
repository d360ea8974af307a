"""The municipalities as register tables tell them: organisations with keys, names and counties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Final

from . import counties
from .iris import slug
from .naming import Label, labels, name_parser, plain
from .register_tables import Record
from .source import Source
from .succession import Change, Organisation, Span, trace
from .tables import Row

NONE: Final = "9999"
"""The number of “not given”, which is no municipality."""


@dataclass(frozen=True, slots=True)
class MadeRow:
    """A row that register tables make: its source, its kind and its cells."""

    source: Source
    kind: str
    row: Row


class Chronicle:
    """The organisations that the records tell of, and how rows are made of them.

    `keys`, `labels` and `history.organisations` have the same order. `clipped` are records that
    only show a number in a period; `left_out` those whose number nobody had then.
    """

    def __init__(self, records: Mapping[str, Sequence[Record]]) -> None:
        self.records = records
        self.of_span: dict[Span, list[Record]] = defaultdict(list)
        self.clipped: list[Record] = []
        self.left_out: dict[Record, None] = {}
        self._read([r for r in records["klass-versions"] if r["number"] != NONE])
        self.history = trace(self.of_span, _changes(records["klass-changes"]))
        # An answer that only shows a number on some days knows of no change after them.
        listed = [record for found in self.of_span.values() for record in found]
        speaks = [r.source.speaks.after for r in listed or records["klass-versions"]]
        self.speaks_until: date = max(speaks) - timedelta(days=1)
        self.county = counties.make(self.history, records, self.speaks_until)
        self.languages = {slug(r["name"]): r["language"] for r in records["kartverket-names"]}
        self.labels = self._labels()
        self.keys = self._keys()
        self._by_number: dict[str, list[Span]] = defaultdict(list)
        for span in self.history.holder:
            self._by_number[span.number].append(span)

    def _read(self, versions: Sequence[Record]) -> None:
        self._parts = name_parser(record["name"] for record in versions)
        for record in versions:
            start = record.day("from")
            # An end cut off by the window of the answer is no end; `seen` says what is known.
            if start is None or (record["seen"] and not record["until"]):
                self.clipped.append(record)
                continue
            name = self._parts[plain(record["name"])].norwegian.casefold()
            span = Span(record["number"], start, record.day("until"), name)
            self.of_span[span].append(record)

    def name(self, span: Span) -> str:
        """Returns the Norwegian name of a span, cleaned."""
        return self._parts[plain(self.of_span[span][0]["name"])].norwegian

    def names(self, span: Span) -> dict[str, str]:
        """Returns all names of a span with their language tags, "" where that is not known."""
        others = self._parts[plain(self.of_span[span][0]["name"])].others
        tagged = {name: self.languages.get(slug(name), "") for name in others}
        return {self.name(span): "nb" if others else "", **tagged}

    def on(self, index: int, day: date) -> Span:
        """Returns the span in which an organisation is on a day, else its last one."""
        spans = self.history.organisations[index].spans
        held = (s for s in spans if s.start <= day and (s.end is None or s.end > day))
        return next(held, spans[-1])

    def before(self, index: int, day: date) -> Span:
        """Returns the span in which an organisation was just before a day, else its first one."""
        spans = self.history.organisations[index].spans
        held = (s for s in spans if s.start < day and (s.end is None or s.end >= day))
        return next(held, spans[0])

    def holder(self, record: Record) -> int | None:
        """Returns who had the record's number in the period it was seen; None is noted."""
        seen = record.period("seen")
        if seen is None:
            raise record.row.error("has neither a first day nor a period in which it was seen")
        for span in self._by_number.get(record["number"], ()):
            if span.start < seen.after and (span.end is None or span.end > seen.first):
                return self.history.holder[span]
        self.left_out[record] = None
        return None

    def time(self, spans: Sequence[Span]) -> dict[str, str]:
        """Returns the cells of time of what held through these spans, in order."""
        first, last = spans[0], spans[-1]
        if last.end is not None:
            return {"from": first.start.isoformat(), "until": last.end.isoformat()}
        if first.start > self.speaks_until:
            return {"from": first.start.isoformat()}
        # The table says on its last day that it still holds.
        return {"from": first.start.isoformat(), "seen": self.speaks_until.isoformat()}

    def row(self, span: Span, kind: str, /, **cells: str) -> MadeRow:
        """Returns a row of a kind, made from the record of a span."""
        return row_of(self.of_span[span][0], kind, **cells)

    def aliases(self) -> Mapping[str, str]:
        """Number and name of any time, where only one organisation had them, for its key."""
        meant: dict[str, set[str]] = defaultdict(set)
        for span, index in self.history.holder.items():
            meant[f"{span.number}-{slug(self.name(span))}"].add(self.keys[index])
        found = {
            alias: keys.pop()
            for alias, keys in sorted(meant.items())
            if len(keys) == 1 and alias not in self.keys
        }
        return MappingProxyType(found)

    def _labels(self) -> list[Label]:
        organisations = self.history.organisations
        return labels(
            organisations,
            [self.name(one.last) for one in organisations],
            [self.county.name(one.last) for one in organisations],
            self.speaks_until.year,
        )

    def _keys(self) -> list[str]:
        """The key of each: first number and name; a later one with the same adds its year."""
        keys: list[str] = []
        for one in self.history.organisations:
            key = f"{one.first.number}-{slug(self.name(one.first))}"
            keys.append(key if key not in keys else f"{key}-{one.first.start.year}")
        return keys


def row_of(record: Record, kind: str, /, **cells: str) -> MadeRow:
    """Returns a row of a kind with the cells that are not empty, made from a record."""
    filled = MappingProxyType({name: cell for name, cell in cells.items() if cell})
    return MadeRow(record.source, kind, Row(record.row.file, record.row.number, filled))


def place(*numbers: str) -> str:
    """Returns where in KLASS 131 numbers stand, as tables write a place."""
    return ";".join(f"KLASS 131 {number}" for number in dict.fromkeys(numbers))


def runs(one: Organisation, of: Callable[[Span], str]) -> Iterator[tuple[str, list[Span]]]:
    """Groups the spans of an organisation by what stays the same, in order of time."""
    for value, spans in groupby(one.spans, key=of):
        yield value, list(spans)


def _changes(records: Sequence[Record]) -> Iterator[Change]:
    for record in records:
        day = record.day("day")
        assert day is not None
        if NONE not in (record["old_number"], record["new_number"]):
            yield Change(day, record["old_number"], record["new_number"])
