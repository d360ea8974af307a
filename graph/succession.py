"""Succession: from numbers in force and their changes to organisations and what became of them.

KLASS lists numbers, not organisations. Which organisation goes on through a change follows from
four rules, applied to each day's changes:

1. A whole municipality that alone becomes a number goes on in it (renumbering, renaming).
2. Where several whole municipalities become one number, the one that had this number and name
   goes on and takes in the others; where none had, a new organisation is formed (merger). A new
   spelling is no new name (Trondhjem, Trondheim).
3. A number that goes on after giving off parts is the same organisation, unless its name went too:
   then the name goes on where a new number has it (Masfjorden 1265 became 1266, and 1265 Fedje is
   new), and where none has, it was divided and its parts are new (Aukra became Sør-Aukra and
   Nord-Aukra).
4. A number made only of parts is a new organisation, unless what it is a part of has ceased and
   the name went on here (Ålesund 1507 became Ålesund 1508 when Haram left).

Counties follow the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Final, Literal

EventType = Literal["merger", "split", "boundary-change"]
StepKind = Literal["alone", "rest", "whole", "part", "boundary"]
SPELLING: Final = 0.88
"""From this likeness on, a changed name of the same number is a new spelling of the old one."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A number with one name in force from `start` (inclusive) to `end` (exclusive, or None)."""

    number: str
    start: date
    end: date | None
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """From this day the whole or a part of the old number belongs to the new one."""

    day: date
    old: str
    new: str


@dataclass(slots=True)
class Organisation:
    """An organisation with the spans in which it had its numbers and names, in order of time.

    `ended`: the day on which it ceased to be; None while it exists.
    """

    spans: list[Span] = field(default_factory=list)
    ended: date | None = None

    @property
    def first(self) -> Span:
        """The number and name that it began with."""
        return self.spans[0]

    @property
    def last(self) -> Span:
        """The number and name that it has, or had last."""
        return self.spans[-1]


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a span.

    `alone`: all of it, and nobody joined; `rest`: it goes on as itself without parts that it gave;
    `whole`: all of it, with others; `part`: a part of it, which is or is in another organisation;
    `boundary`: a part that went to an organisation that was there before, from one that goes on.
    """

    before: Span
    after: Span
    kind: StepKind


@dataclass(frozen=True, slots=True)
class Event:
    """A change of organisations on a day, by index into `History.organisations`.

    An organisation that goes on stands on both sides. Of a boundary change the giver stands
    first. `parts` are organisations that ceased on the day and became a part of a merger only.
    """

    type: EventType
    day: date
    original: tuple[int, ...]
    resulting: tuple[int, ...]
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """All organisations, what changed them, and for each span what became of it.

    `holder` maps a span to its organisation. `unseen` are (organisation, day) of a change that
    the table records without showing what it was.
    """

    organisations: tuple[Organisation, ...]
    events: tuple[Event, ...]
    holder: Mapping[Span, int]
    steps: tuple[Step, ...]
    unseen: tuple[tuple[int, date], ...]


def _respelt(before: Span, after: Span) -> bool:
    return SequenceMatcher(None, before.name, after.name).ratio() >= SPELLING


def trace(spans: Iterable[Span], changes: Iterable[Change]) -> History:
    """Follows every organisation through the changes; raises ValueError where they don't fit."""
    return _Tracer(spans, changes).run()


@dataclass(frozen=True, slots=True)
class _Day:
    """What happened on one day: which numbers became which, and who went on where.

    `core`: for each new number the old ones that wholly became it; `goes_on`: for each new number
    the old one whose organisation goes on in it; `after`: the organisation of each new number.
    """

    day: date
    before: Mapping[str, Span]
    into: Mapping[str, set[str]]
    out: Mapping[str, set[str]]
    core: Mapping[str, set[str]]
    goes_on: Mapping[str, str]
    after: Mapping[str, int]

    def founds(self, old: str, new: str) -> bool:
        """Whether the new number continues the old one, and did not only get a part of it.

        What ceases is continued by all that it became; what goes on is continued by itself and
        by new organisations made only of parts.
        """
        if self.goes_on.get(new) == old or old not in self.goes_on.values():
            return True
        return new not in self.goes_on and not self.core[new]

    def kind(self, old: str, new: str) -> StepKind:
        """How the new number continues the old one."""
        if not self.founds(old, new):
            return "boundary"
        whole = self.out[old] == {new}
        if self.goes_on.get(new) == old and self.core[new] <= {old}:
            return "alone" if whole else "rest"
        return "whole" if whole else "part"


class _Tracer:
    def __init__(self, spans: Iterable[Span], changes: Iterable[Change]) -> None:
        self.by_start: dict[date, dict[str, Span]] = defaultdict(dict)
        self.by_end: dict[date, dict[str, Span]] = defaultdict(dict)
        for span in sorted(spans, key=lambda s: (s.start, s.number)):
            self.by_start[span.start][span.number] = span
            if span.end:
                self.by_end[span.end][span.number] = span
        self.by_day: dict[date, set[tuple[str, str]]] = defaultdict(set)
        for change in changes:
            self.by_day[change.day].add((change.old, change.new))
        self.organisations: list[Organisation] = []
        self.events: list[Event] = []
        self.holder: dict[Span, int] = {}
        self.steps: list[Step] = []
        self.unseen: list[tuple[int, date]] = []
        self.now: dict[str, Span] = {}

    def run(self) -> History:
        for day in sorted({*self.by_start, *self.by_end, *self.by_day}):
            self._day(day)
        return History(
            tuple(self.organisations),
            tuple(self.events),
            dict(self.holder),
            tuple(self.steps),
            tuple(self.unseen),
        )

    def _day(self, day: date) -> None:
        before = dict(self.now)
        for number in self.by_end[day]:
            self.now.pop(number, None)
        self.now.update(self.by_start[day])
        edges = {(old, new) for old, new in self.by_day[day] if old in before and new in self.now}
        # A number that goes on unmentioned, or with a new name only, goes on.
        touched = {old for old, _ in edges} | {new for _, new in edges}
        for number in self.by_start[day]:
            if number in before and number not in touched:
                edges.add((number, number))
        self._settle(day, before, edges)

    def _settle(self, day: date, before: Mapping[str, Span], edges: set[tuple[str, str]]) -> None:
        into: dict[str, set[str]] = defaultdict(set)
        out: dict[str, set[str]] = defaultdict(set)
        for old, new in edges:
            out[old].add(new)
            into[new].add(old)
        core = {
            new: {old for old in olds if out[old] == {new} or old == new}
            for new, olds in into.items()
        }
        goes_on = self._goes_on(before, into, out, core)
        for new, old in goes_on.items():
            if old != new and old in core:
                # The number went on without the organisation that had it.
                core[old].discard(old)
        after: dict[str, int] = {}
        for new in sorted({*into, *self.by_start[day]}):
            span = self.now[new]
            if new in goes_on:
                index = self.holder[before[goes_on[new]]]
            else:
                index = len(self.organisations)
                self.organisations.append(Organisation())
            after[new] = index
            if span not in self.holder:
                self.holder[span] = index
                self.organisations[index].spans.append(span)
        staying = {self.holder[before[old]] for old in goes_on.values()}
        for old in sorted(out):
            if (index := self.holder[before[old]]) not in staying:
                self.organisations[index].ended = day
        self._tell(_Day(day, before, into, out, core, goes_on, after))

    def _goes_on(
        self,
        before: Mapping[str, Span],
        into: Mapping[str, set[str]],
        out: Mapping[str, set[str]],
        core: Mapping[str, set[str]],
    ) -> dict[str, str]:
        """For each new number the old one whose organisation goes on in it."""
        found: dict[str, str] = {}
        for new, olds in sorted(into.items()):
            named = [old for old in sorted(olds) if before[old].name == self.now[new].name]
            if new in olds and not named and _respelt(before[new], self.now[new]):
                named = [new]
            if len(core[new]) > 1:
                if new in core[new] and new in named:
                    found[new] = new
            elif len(core[new]) == 1:
                (old,) = core[new]
                founding = any(not core[other] for other in out[old] if other != new)
                if not (old == new and founding and old not in named):
                    found[new] = old
            else:
                ended = [old for old in named if not self._keeps_name(old, before, out)]
                if len(ended) == 1:
                    found[new] = ended[0]
        return found

    def _keeps_name(
        self, old: str, before: Mapping[str, Span], out: Mapping[str, set[str]]
    ) -> bool:
        """Whether the number goes on with the name that it had."""
        if old not in out[old]:
            return False
        now = self.now[old]
        return before[old].name == now.name or _respelt(before[old], now)

    def _tell(self, today: _Day) -> None:
        """Records the events of the day and what became of each span."""
        was = {old: self.holder[today.before[old]] for old in today.out}
        self._steps(today, was)
        for new in sorted(today.into):
            if len(today.core[new]) > 1:
                original = [was[old] for old in sorted(today.core[new])]
                parts = [
                    was[old]
                    for old in sorted(today.into[new] - today.core[new])
                    if today.founds(old, new)
                ]
                self._event("merger", today.day, original, [today.after[new]], parts)
        self._splits(today, was)
        moved = {
            (was[old], today.after[new])
            for new, olds in today.into.items()
            for old in olds
            if not today.founds(old, new)
        }
        for giver, taker in sorted(moved):
            self._event("boundary-change", today.day, [giver, taker], [giver, taker])

    def _splits(self, today: _Day, was: Mapping[str, int]) -> None:
        """Records what was divided, and what several together gave a new organisation."""
        givers: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for old in sorted(today.out):
            heirs = [today.after[new] for new in sorted(today.out[old]) if today.founds(old, new)]
            if len(set(heirs)) < 2:
                continue
            if was[old] in heirs:
                givers[tuple(heir for heir in heirs if heir != was[old])].append(was[old])
            else:
                self._event("split", today.day, [was[old]], heirs)
        for new, from_these in sorted(givers.items(), key=lambda pair: pair[1]):
            self._event("split", today.day, from_these, [*from_these, *new])

    def _steps(self, today: _Day, was: Mapping[str, int]) -> None:
        """Records what became of each span, and changes that show nothing."""
        for new in sorted(today.into):
            for old in sorted(today.into[new]):
                before, after = today.before[old], self.now[new]
                if before != after:
                    self.steps.append(Step(before, after, today.kind(old, new)))
        for old, news in sorted(today.out.items()):
            alone = news == {old} and today.into[old] == {old}
            if alone and today.before[old].name == self.now[old].name:
                self.unseen.append((was[old], today.day))

    def _event(
        self,
        kind: EventType,
        day: date,
        original: Sequence[int],
        resulting: Sequence[int],
        parts: Sequence[int] = (),
    ) -> None:
        sides = tuple(dict.fromkeys(original)), tuple(dict.fromkeys(resulting))
        self.events.append(Event(kind, day, *sides, tuple(dict.fromkeys(parts))))
