"""Counties: what the register tables say of them, and what municipality numbers tell besides.

KLASS 104 is there for some years only. That a county had its number before follows from the
municipality numbers, which begin with it; so do mergers and splits in other years. Both are
stated as implied.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from .event_words import event_key, event_words
from .iris import slug
from .naming import labels, name_parser
from .register_tables import Record
from .succession import Change, Event, History, Span, trace

NONE: Final = "99"
NAMES_FROM: Final = (
    "Navnet er det fylkesnummeret har hatt i årene 2010–2024; eldre navn er ikke i dataene."
)
_PART: Final = 0.1
"""A county that ceases and gave less than this of its municipalities to another did not become
it: two of Oppland's 26 municipalities went to Viken when Oppland became a part of Innlandet."""


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A row about a county: the record it is from, its kind and its cells."""

    record: Record
    kind: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counties:
    """The counties' history, with the key and Norwegian name of each.

    `alone`: numbers of counties that were one municipality only, which needs no fylkeskommune
    (Oslo, and Bergen until 1972).
    """

    history: History
    keys: tuple[str, ...]
    names: tuple[str, ...]
    by_number: Mapping[str, tuple[Span, ...]]
    alone: frozenset[str]
    records: tuple[Record, ...]
    versions: Record
    speaks_until: date

    def key(self, span: Span) -> str:
        """Returns the key of the county that a municipality lies in by its number."""
        return self.keys[self._index(span)]

    def name(self, span: Span) -> str:
        """Returns the name of the county that a municipality lies in by its number."""
        return self.names[self._index(span)]

    def _index(self, span: Span) -> int:
        (county,) = self.by_number[span.number[:2]]
        return self.history.holder[county]

    def rows(self) -> Iterator[CountyRow]:
        """Yields counties as organisations with numbers, names and events."""
        organisations = self.history.organisations
        full = [
            f"{name} fylke" if one.first.number in self.alone else f"{name} fylkeskommune"
            for name, one in zip(self.names, organisations, strict=True)
        ]
        told = labels(organisations, full, [""] * len(full), self.speaks_until.year)
        for index, one in enumerate(organisations):
            number = one.first.number
            name, label = self.names[index], told[index]
            seen = [record for record in self.records if record["number"] == number]
            yield self._row(
                seen[0] if seen else self.versions,
                "organisations",
                key=self.keys[index],
                label=label.nb,
                label_en=label.en.replace("fylkeskommune", "County Municipality").replace(
                    "fylke", "County"
                ),
                also=";".join(dict.fromkeys([name, full[index], *_others(seen)])),
                type="county" if number in self.alone else "county-municipality",
                place=f"KLASS 104 {number}" if seen else f"KLASS 131 fylke {number}",
                note=NAMES_FROM,
            )
            yield self._row(
                self.versions,
                "identifiers",
                thing=self.keys[index],
                scheme="county-number",
                value=number,
                certainty="implied",
                place=f"KLASS 131 fylke {number}",
                **self._time(one.first),
            )
            for record in seen:
                for part in record["name"].split(" - "):
                    yield self._row(
                        record,
                        "names",
                        thing=self.keys[index],
                        name=part,
                        kind="official",
                        seen=record["seen"],
                        claim=record["seen"][:4],
                        place=f"KLASS 104 {number}",
                    )
        for event in self.history.events:
            yield self._event(event)

    def _event(self, event: Event) -> CountyRow:
        words = event_words(
            event,
            [self.names[i] for i in event.original],
            [self.names[i] for i in event.resulting],
        )
        first = event.original[0] if event.type != "merger" else event.resulting[0]
        other = self.keys[event.original[1]] if event.type == "boundary-change" else ""
        given = [r for r in self.records if r["day"] == event.day.isoformat()]
        return self._row(
            given[0] if given else self.versions,
            "events",
            key=event_key(event, self.keys[first], other),
            type=event.type,
            label=f"Fylker: {words.nb}",
            label_en=f"Counties: {words.en}",
            date=event.day.isoformat(),
            original=";".join(self.keys[i] for i in event.original),
            resulting=";".join(self.keys[i] for i in event.resulting),
            giver=self.keys[event.original[0]] if event.type == "boundary-change" else "",
            taker=other,
            note=words.note,
            certainty="" if given else "implied",
            place=f"KLASS {104 if given else 131} endringer {event.day}",
        )

    def _time(self, span: Span) -> dict[str, str]:
        start = span.start.isoformat()
        if span.end is not None:
            return {"from": start, "until": span.end.isoformat()}
        return {"from": start, "seen": self.speaks_until.isoformat()}

    def _row(self, record: Record, kind: str, /, **cells: str) -> CountyRow:
        return CountyRow(record, kind, cells)


def make(history: History, records: Mapping[str, Sequence[Record]], speaks_until: date) -> Counties:
    """Follows the counties, given the history of the municipalities in them."""
    listed = [r for r in records["klass-counties"] if r["number"] != NONE]
    changes = {*_changes(history, records["klass-county-changes"])}
    followed = trace(_spans(history, listed), changes)
    followed = replace(followed, events=(*followed.events, *_moves(history, followed, changes)))
    by_number: dict[str, list[Span]] = defaultdict(list)
    for span in followed.holder:
        by_number[span.number].append(span)
    names = tuple(one.first.name for one in followed.organisations)
    return Counties(
        followed,
        tuple(
            f"{one.first.number}-{slug(name)}"
            for one, name in zip(followed.organisations, names, strict=True)
        ),
        names,
        MappingProxyType({number: tuple(spans) for number, spans in by_number.items()}),
        _alone(history),
        (*listed, *records["klass-county-changes"]),
        records["klass-versions"][0],
        speaks_until,
    )


def _alone(history: History) -> frozenset[str]:
    """Numbers of counties in which only one municipality number has ever been."""
    counted = Counter(number[:2] for number in {span.number for span in history.holder})
    return frozenset(county for county, numbers in counted.items() if numbers == 1)


def _moves(history: History, followed: History, changes: Collection[Change]) -> Iterator[Event]:
    """Municipalities, or parts of them, that moved between counties without being a change."""
    holder = {span.number: index for span, index in followed.holder.items()}
    moves = {
        Change(step.after.start, step.before.number[:2], step.after.number[:2])
        for step in history.steps
    }
    for move in sorted(moves - {*changes}):
        giver, taker = holder[move.old], holder[move.new]
        if giver != taker:
            ended = followed.organisations[giver].ended == move.day
            after = (taker,) if ended else (giver, taker)
            yield Event("boundary-change", move.day, (giver, taker), after)


def _spans(history: History, listed: Sequence[Record]) -> list[Span]:
    """Each county number from the first to the last day on which a municipality has it."""
    parts = name_parser(record["name"] for record in listed)
    names = {record["number"]: parts[record["name"]].norwegian for record in listed}
    of_county: dict[str, list[Span]] = defaultdict(list)
    for span in history.holder:
        of_county[span.number[:2]].append(span)
    found: list[Span] = []
    for number, spans in sorted(of_county.items()):
        ends = [span.end for span in spans]
        end = None if None in ends else max(end for end in ends if end)
        # A county of whose name the list says nothing is called after its one municipality.
        name = names.get(number) or max(spans, key=lambda s: s.start).name.capitalize()
        found.append(Span(number, min(span.start for span in spans), end, name))
    return found


def _changes(history: History, given: Sequence[Record]) -> Iterator[Change]:
    """The counties' changes: the given ones, else those that municipality numbers tell."""
    stated: set[tuple[date, str]] = set()
    for record in given:
        day = record.day("day")
        assert day is not None
        stated.add((day, record["old_number"]))
        yield Change(day, record["old_number"], record["new_number"])
    moved: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    for step in history.steps:
        if step.kind != "boundary":
            moved[step.after.start, step.before.number[:2]][step.after.number[:2]] += 1
    for (day, old), to in sorted(moved.items()):
        stays = any(
            span.number[:2] == old and span.start <= day and (not span.end or span.end > day)
            for span in history.holder
        )
        if set(to) == {old} or (day, old) in stated:
            continue
        if stays:
            yield Change(day, old, old)
        for new, count in to.items():
            if stays or count >= _PART * sum(to.values()):
                yield Change(day, old, new)
                if _in_force_before(history, new, day):
                    yield Change(day, new, new)


def _in_force_before(history: History, number: str, day: date) -> bool:
    return any(span.number[:2] == number and span.start < day for span in history.holder)


def _others(seen: Sequence[Record]) -> list[str]:
    return [part for record in seen for part in record["name"].split(" - ")]
