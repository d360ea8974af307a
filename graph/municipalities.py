"""Municipalities and counties: register tables as rows of the fact tables' kinds.

An organisation is minted from the first number and name that it had; numbers, names and counties
are dated facts about it, mergers and splits are events, and each KLASS entry is a code version
that says what continued it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final

from . import counties as county
from .event_words import event_key, event_words
from .iris import slug
from .naming import Label, labels, name_parser, plain
from .register_tables import Record, read_records
from .source import Source
from .succession import Change, Event, Organisation, Span, trace
from .tables import Row

NONE: Final = "9999"
"""The number of “not given”, which is no municipality."""

_LANGUAGES: Final = ("se", "sma", "smj", "fkv")


@dataclass(frozen=True, slots=True)
class MadeRow:
    """A row that register tables make: its source, its kind and its cells."""

    source: Source
    kind: str
    row: Row


@dataclass(frozen=True, slots=True)
class Made:
    """All rows made, and other keys that tables may write for an organisation (1547-aukra).

    `left_out` are records whose number no municipality had when they were seen.
    """

    rows: tuple[MadeRow, ...]
    aliases: Mapping[str, str]
    left_out: tuple[Record, ...] = ()


def make_rows(sources: Sequence[Source]) -> Made:
    """Reads the register tables of the sources and returns the rows that follow from them.

    Raises SourceError for a table that is not as it must be.
    """
    records = read_records(sources)
    if not records["klass-versions"]:
        return Made((), MappingProxyType({}))
    return _Maker(records).make()


class _Maker:
    def __init__(self, records: Mapping[str, Sequence[Record]]) -> None:
        self.records = records
        self.of_span: dict[Span, list[Record]] = defaultdict(list)
        self.clipped: list[Record] = []
        self.left_out: dict[Record, None] = {}
        versions = [r for r in records["klass-versions"] if r["number"] != NONE]
        self.parts = name_parser(record["name"] for record in versions)
        for record in versions:
            start = record.day("from")
            # An end cut off by the window of the answer is no end; `seen` says what is known.
            if start is None or (record["seen"] and not record["until"]):
                self.clipped.append(record)
                continue
            name = self.parts[plain(record["name"])].norwegian.casefold()
            span = Span(record["number"], start, record.day("until"), name)
            self.of_span[span].append(record)
        self.history = trace(self.of_span, _changes(records["klass-changes"]))
        # An answer that only shows a number on some days knows of no change after them.
        listed = [record for records in self.of_span.values() for record in records] or versions
        self.speaks_until = max(r.source.speaks.after for r in listed) - timedelta(days=1)
        self.county = county.make(self.history, records, self.speaks_until)
        self.labels = self._labels()
        self.keys = _keys(self.history.organisations, self._listed)
        self.by_number: dict[str, list[Span]] = defaultdict(list)
        for span in self.history.holder:
            self.by_number[span.number].append(span)
        self.languages = {slug(r["name"]): r["language"] for r in records["kartverket-names"]}

    def make(self) -> Made:
        rows = (
            *(MadeRow(made.record.source, made.kind, made.row) for made in self.county.rows()),
            *self._organisations(),
            *self._numbers(),
            *self._names(),
            *self._territories(),
            *self._versions(),
            *self._events(),
            *self._unseen(),
            *self._linked(),
        )
        return Made(tuple(rows), MappingProxyType(self._aliases()), tuple(self.left_out))

    def _listed(self, span: Span) -> str:
        """The name of a span as the table writes it, cleaned, in Norwegian."""
        return self.parts[plain(self.of_span[span][0]["name"])].norwegian

    def _labels(self) -> list[Label]:
        organisations = self.history.organisations
        return labels(
            organisations,
            [self._listed(one.last) for one in organisations],
            [self.county.name(one.last) for one in organisations],
            self.speaks_until.year,
        )

    def _organisations(self) -> Iterator[MadeRow]:
        for index, one in enumerate(self.history.organisations):
            label = self.labels[index]
            other = self._other_languages(one.last)
            yield self._row(
                one.first,
                "organisations",
                key=self.keys[index],
                label=label.nb,
                label_en=label.en if label.en != label.nb else "",
                also=";".join(dict.fromkeys((*label.also, *(o for o in other if not other[o])))),
                type="municipality",
                place=_place(*{span.number: span for span in one.spans}),
                **{f"label_{tag}": name for name, tag in other.items() if tag},
            )

    def _numbers(self) -> Iterator[MadeRow]:
        for index, one in enumerate(self.history.organisations):
            for number, spans in _runs(one, lambda span: span.number):
                yield self._row(
                    spans[0],
                    "identifiers",
                    thing=self.keys[index],
                    scheme="municipality-number",
                    value=number,
                    place=_place(number),
                    **self._time(spans),
                )

    def _names(self) -> Iterator[MadeRow]:
        """Each name in each language over the spans that list it; case alone is no new name."""
        for index, one in enumerate(self.history.organisations):
            for _, spans in _runs(one, lambda span: " - ".join(self._all_names(span)).casefold()):
                for name, tag in self._all_names(spans[-1]).items():
                    yield self._row(
                        spans[0],
                        "names",
                        thing=self.keys[index],
                        name=name,
                        kind="official",
                        language=tag,
                        place=_place(*dict.fromkeys(span.number for span in spans)),
                        **self._time(spans),
                    )

    def _all_names(self, span: Span) -> dict[str, str]:
        """All names of a span with their language, the Norwegian name first ("" = not known)."""
        other = self._other_languages(span)
        return {self._listed(span): "nb" if other else "", **other}

    def _other_languages(self, span: Span) -> dict[str, str]:
        parts = self.parts[plain(self.of_span[span][0]["name"])]
        return {name: self.languages.get(slug(name), "") for name in parts.others}

    def _territories(self) -> Iterator[MadeRow]:
        for index, one in enumerate(self.history.organisations):
            for key, spans in _runs(one, self.county.key):
                yield self._row(
                    spans[0],
                    "territories",
                    municipality=self.keys[index],
                    county=key,
                    place=_place(*dict.fromkeys(span.number for span in spans)),
                    **self._time(spans),
                )

    def _versions(self) -> Iterator[MadeRow]:
        after: dict[Span, list[str]] = defaultdict(list)
        for before, then in self.history.follows:
            after[before].append(_version(then))
        for span, index in sorted(self.history.holder.items()):
            for record in self.of_span[span]:
                yield MadeRow(
                    record.source,
                    "code-versions",
                    _cells(
                        record,
                        organisation=self.keys[index],
                        number=span.number,
                        name=record["name"],
                        continued_by=";".join(sorted(after[span])),
                        place=_place(span.number),
                        **self._time([span]),
                    ),
                )

    def _events(self) -> Iterator[MadeRow]:
        told: dict[str, int] = defaultdict(int)
        for event in self.history.events:
            first = event.original[0] if event.type != "merger" else event.resulting[0]
            key = event_key(event, self._key_then(first, event))
            told[key] += 1
            if told[key] > 1:
                key += f"-{told[key]}"
            words = event_words(
                event,
                [self._before(i, event) for i in event.original],
                [self._listed(self._then(i, event)) for i in event.resulting],
            )
            spans = {self._then(i, event) for i in (*event.original, *event.resulting)}
            yield self._row(
                self._then(first, event),
                "events",
                key=key,
                type=event.type,
                label=words.nb,
                label_en=words.en,
                date=event.day.isoformat(),
                original=";".join(self.keys[i] for i in event.original),
                resulting=";".join(self.keys[i] for i in event.resulting),
                place=_place(*sorted({span.number for span in spans})),
                note=words.note,
            )

    def _key_then(self, index: int, event: Event) -> str:
        span = self._then(index, event)
        return f"{span.number}-{slug(self._listed(span))}"

    def _then(self, index: int, event: Event) -> Span:
        """The span in which an organisation was in the event: just after it, else just before."""
        spans = self.history.organisations[index].spans
        return next(
            (s for s in spans if s.start <= event.day and (s.end is None or s.end > event.day)),
            spans[-1],
        )

    def _before(self, index: int, event: Event) -> str:
        spans = self.history.organisations[index].spans
        return self._listed(
            next((s for s in spans if s.start < event.day and (not s.end or s.end >= event.day)),
                 spans[0])
        )  # fmt: skip

    def _unseen(self) -> Iterator[MadeRow]:
        """Changes of which the table shows nothing; a day on which it rewrote names is none."""
        rewritten = Counter(day for index, day in self.history.unseen if self._renoted(index, day))
        for index, day in self.history.unseen:
            if rewritten[day]:
                continue
            one = self.history.organisations[index]
            span = next(s for s in one.spans if s.start <= day and (not s.end or s.end > day))
            name = self._listed(span)
            yield self._row(
                span,
                "unknowns",
                about=self.keys[index],
                slug=f"{self.keys[index]}-{day.isoformat()}",
                question=f"Hva ble endret for {name} {day.isoformat()}? Tabellen har en endring "
                "uten nytt nummer eller navn; en grensejustering vises ikke på dette nivået.",
                question_en=f"What changed for {name} on {day.isoformat()}? The table has a "
                "change without a new number or name; it does not show boundary changes.",
                reason="not-stated",
                seen=day.isoformat(),
                place=_place(span.number),
            )

    def _renoted(self, index: int, day: date) -> bool:
        """Whether the change is only one of how the list writes the name."""
        spans = self.history.organisations[index].spans
        before = next((s for s in spans if s.end == day), None)
        after = next((s for s in spans if s.start == day), None)
        return bool(
            before and after and self.of_span[before][0]["name"] != self.of_span[after][0]["name"]
        )

    def _linked(self) -> Iterator[MadeRow]:
        """Facts that registers give by number on a day: organisation numbers, items, names."""
        for record in self.records["klass-organisation-numbers"]:
            if (index := self._holder(record)) is not None:
                yield self._seen(
                    record,
                    index,
                    "identifiers",
                    scheme="organisation-number",
                    value=record["organisation_number"],
                    place=f"KLASS 1236 {record['number']}",
                )
        for record in self.records["wikidata-items"]:
            if (index := self._holder(record)) is not None:
                place = f"Wikidata {record['item']}"
                yield self._seen(
                    record, index, "identifiers", scheme="wikidata", value=record["item"],
                    place=place,
                )  # fmt: skip
                if record["homepage"]:
                    yield MadeRow(
                        record.source,
                        "organisations",
                        _cells(
                            record,
                            key=self.keys[index],
                            label=self.labels[index].nb,
                            type="municipality",
                            website=record["homepage"],
                            place=place,
                        ),
                    )
        for record in self.records["kartverket-names"]:
            if (index := self._holder(record)) is not None:
                yield self._seen(
                    record,
                    index,
                    "names",
                    name=record["name"],
                    kind="official",
                    language=record["language"],
                    place=f"Kartverket kommuneinfo {record['number']}",
                )
        for index, records in self._clipped_numbers():
            periods = [period for r in records if (period := r.period("seen"))]
            first = min(period.first for period in periods)
            last = max(period.after for period in periods) - timedelta(days=1)
            yield self._seen(
                records[0],
                index,
                "identifiers",
                scheme="municipality-number",
                value=records[0]["number"],
                place=_place(records[0]["number"]),
                seen=f"{first.isoformat()}/{last.isoformat()}",
            )

    def _clipped_numbers(self) -> Iterator[tuple[int, list[Record]]]:
        """The clipped records of one number of an organisation in a source, names aside."""
        found: dict[tuple[str, int, str], list[Record]] = defaultdict(list)
        for record in self.clipped:
            if (index := self._holder(record)) is not None:
                found[record.source.key, index, record["number"]].append(record)
        for (_, index, _), records in found.items():
            yield index, records

    def _holder(self, record: Record) -> int | None:
        """The organisation that had the record's number in the period it was seen."""
        seen = record.period("seen")
        if seen is None:
            raise record.row.error("has neither a first day nor a period in which it was seen")
        for span in self.by_number.get(record["number"], ()):
            if span.start < seen.after and (span.end is None or span.end > seen.first):
                return self.history.holder[span]
        self.left_out[record] = None
        return None

    def _seen(self, record: Record, index: int, kind: str, /, **cells: str) -> MadeRow:
        cells = {"thing": self.keys[index], "seen": record["seen"], **cells}
        return MadeRow(record.source, kind, _cells(record, **cells))

    def _time(self, spans: Sequence[Span]) -> dict[str, str]:
        first, last = spans[0], spans[-1]
        if last.end is not None:
            return {"from": first.start.isoformat(), "until": last.end.isoformat()}
        if first.start > self.speaks_until:
            return {"from": first.start.isoformat()}
        # The table says on its last day that it still holds.
        return {"from": first.start.isoformat(), "seen": self.speaks_until.isoformat()}

    def _row(self, span: Span, kind: str, /, **cells: str) -> MadeRow:
        record = self.of_span[span][0]
        return MadeRow(record.source, kind, _cells(record, **cells))

    def _aliases(self) -> dict[str, str]:
        """Number and name of any time, where only one organisation had them, for its key."""
        meant: dict[str, set[str]] = defaultdict(set)
        for span, index in self.history.holder.items():
            meant[f"{span.number}-{slug(self._listed(span))}"].add(self.keys[index])
        return {
            alias: keys.pop()
            for alias, keys in sorted(meant.items())
            if len(keys) == 1 and alias not in self.keys
        }


def _changes(records: Sequence[Record]) -> Iterator[Change]:
    for record in records:
        day = record.day("day")
        assert day is not None
        if NONE not in (record["old_number"], record["new_number"]):
            yield Change(day, record["old_number"], record["new_number"])


def _keys(organisations: Sequence[Organisation], listed: Callable[[Span], str]) -> list[str]:
    """The key of each: first number and name; a later one with both the same adds its year."""
    keys: list[str] = []
    for one in organisations:
        key = f"{one.first.number}-{slug(listed(one.first))}"
        keys.append(key if key not in keys else f"{key}-{one.first.start.year}")
    return keys


def _runs(one: Organisation, of: Callable[[Span], str]) -> Iterator[tuple[str, list[Span]]]:
    """Groups the spans of an organisation by what stays the same, in order of time."""
    for value, spans in groupby(one.spans, key=of):
        yield value, list(spans)


def _version(span: Span) -> str:
    return f"version:{span.number}_{span.start.isoformat()}"


def _place(*numbers: str) -> str:
    return ";".join(f"KLASS 131 {number}" for number in numbers)


def _cells(record: Record, /, **cells: str) -> Row:
    return Row(
        Path(record.row.file),
        record.row.number,
        MappingProxyType({name: cell for name, cell in cells.items() if cell}),
    )
