"""The membership timeline: a row a member, a bar a membership, a link a merger.

It needs no script: the page draws it as SVG from the rows, bars and links that `chart`
returns. A solid bar is what sources state, a pale one what they leave possible.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .network import Bounds, Graph, Relation, relations, thing

NAMES: Final = 190
_YEARS: Final = 900  # room for all years together
_TICKS: Final = 14  # years that are named at most
_LETTER: Final = 7.0  # mean width of a letter in a bar
LANE: Final = 22
HEAD: Final = 34

_OPEN_START: Final = "0001-01-01"
_OPEN_END: Final = "9999-12-31"


@dataclass(frozen=True)
class Bar:
    """One membership in pixels: possible before, stated, persisting after; text if it fits."""

    number: int
    left: float
    width: float
    before: float
    before_width: float
    after: float
    after_width: float
    y: float
    tone: int
    label: str
    text: str
    standing: str


@dataclass(frozen=True)
class Row:
    """One member with the height that its bars need."""

    number: int
    label: str
    y: float
    height: float


@dataclass(frozen=True)
class Link:
    """One merger: from the end of a row to the start of another."""

    number: int
    x: float
    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Chart:
    """The whole timeline in pixels."""

    width: float
    height: float
    years: Sequence[tuple[int, float]]
    rows: Sequence[Row]
    bars: Sequence[Bar]
    links: Sequence[Link]
    tones: Sequence[tuple[int, str]]
    start: str
    end: str

    @property
    def left(self) -> float:
        """Where the first day lies."""
        return NAMES

    @property
    def right(self) -> float:
        """Where the day after the last lies."""
        return NAMES + _YEARS

    @property
    def persisting(self) -> bool:
        """Whether some bar goes on after what is stated."""
        return any(bar.after_width for bar in self.bars)

    @property
    def possible(self) -> bool:
        """Whether some bar may have begun before what is stated."""
        return any(bar.before_width for bar in self.bars)


def chart(graph: Graph) -> Chart:
    """Returns the timeline of the memberships and mergers in a network."""
    numbers = {iri: number for number, iri in enumerate(graph)}
    bars = [(n, r) for n, r in enumerate(relations(graph)) if r.bounds and r.kind != "succession"]
    mergers = [(n, r) for n, r in enumerate(relations(graph)) if r.kind == "succession"]
    born = {r.end: _day(r) for _, r in mergers}
    first, last = _years([r.bounds for _, r in (*bars, *mergers) if r.bounds])
    ends = sorted({r.end for _, r in bars}, key=lambda iri: (thing(graph, iri).label, iri))
    tones = {iri: tone for tone, iri in enumerate(ends)}
    scale = _Scale(first, last)
    rows: list[Row] = []
    drawn: list[Bar] = []
    middle: dict[str, float] = {}
    y = float(HEAD)
    for member in _order(graph, [r for _, r in bars], [r for _, r in mergers], tones):
        lanes: list[str] = []
        mine = [(n, r) for n, r in bars if r.start == member]
        mine.sort(key=lambda pair: (_stated(pair[1])[0], tones[pair[1].end], pair[0]))
        for number, relation in mine:
            start, until = _stated(relation)
            lane = next((n for n, end in enumerate(lanes) if end <= start), len(lanes))
            lanes[lane : lane + 1] = [until]
            drawn.append(
                _bar(graph, relation, number, y + 5 + lane * LANE, tones, scale, born.get(member))
            )
        height = max(1, len(lanes)) * LANE + 8
        rows.append(Row(numbers[member], thing(graph, member).label, y, height))
        middle[member] = y + height / 2
        y += height
    links = [
        Link(n, scale.x(_day(r)), middle[r.start], middle[r.end], r.label)
        for n, r in mergers
        if r.start in middle and r.end in middle
    ]
    return Chart(
        width=scale.x(f"{last + 1:04d}-01-01") + 12,
        height=y + 8,
        years=[(year, scale.x(f"{year:04d}-01-01")) for year in _ticks(first, last)],
        rows=rows,
        bars=drawn,
        links=links,
        tones=[(tone % 6, thing(graph, iri).label) for iri, tone in tones.items()],
        start=f"{first:04d}-01-01",
        end=f"{last + 1:04d}-01-01",
    )


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int

    def x(self, day: str) -> float:
        """Returns where a day lies; days outside the picture lie on its edge."""
        start = datetime.date(self.first, 1, 1).toordinal()
        end = datetime.date(self.last + 1, 1, 1).toordinal()
        at = min(max(datetime.date.fromisoformat(day).toordinal(), start), end)
        return round(NAMES + (at - start) / (end - start) * _YEARS, 1)


def _bar(
    graph: Graph,
    relation: Relation,
    number: int,
    y: float,
    tones: dict[str, int],
    scale: _Scale,
    born: str | None,
) -> Bar:
    assert relation.bounds is not None
    start, until = (scale.x(day) for day in _stated(relation))
    until = max(until, start + 3.0)
    # Nothing is possible before the member came to be through a merger.
    first = min(scale.x(max(relation.bounds.possible_from, born or "")), start)
    last = max(scale.x(relation.bounds.possible_until), until)
    name = thing(graph, relation.end).label
    short = relation.note or name
    texts = (f"{name} · {relation.note}", short, name) if relation.note else (name,)
    if relation.kind == "number":
        texts = (short,)
    fits = (text for text in texts if len(text) * _LETTER < until - start)
    return Bar(
        number=number,
        left=start,
        width=round(until - start, 1),
        before=first,
        before_width=round(start - first, 1),
        after=until,
        after_width=round(last - until, 1),
        y=y,
        tone=tones[relation.end] % 6,
        label=relation.label,
        text=next(fits, ""),
        standing="planned" if relation.plan else "stated",
    )


def _order(
    graph: Graph, bars: Sequence[Relation], mergers: Sequence[Relation], tones: dict[str, int]
) -> list[str]:
    """Returns the members by partnership and name, each below those that it came of."""
    home: dict[str, tuple[int, str]] = {}
    for relation in bars:
        key = (tones[relation.end], thing(graph, relation.start).label)
        home[relation.start] = min(key, home.get(relation.start, key))
    became: dict[str, list[str]] = defaultdict(list)
    came_of: dict[str, list[str]] = defaultdict(list)
    for merger in mergers:
        if merger.start in home:
            became[merger.start].append(merger.end)
            came_of[merger.end].append(merger.start)
            home.setdefault(merger.end, (0, thing(graph, merger.end).label))
    order: dict[str, None] = {}

    def place(iri: str) -> None:
        if iri in order or iri in path:
            return
        path.append(iri)
        for before in sorted(came_of[iri], key=lambda i: (thing(graph, i).label, i)):
            place(before)
        order[iri] = None
        path.pop()

    path: list[str] = []
    for iri in sorted(home, key=lambda i: (home[i], i)):
        # Those that came of one another stand together, at the place of the first.
        seen = {iri}
        while later := sorted(i for i in became[iri] if i not in seen):
            iri = later[0]
            seen.add(iri)
        place(iri)
    for iri in sorted(home, key=lambda i: (home[i], i)):
        place(iri)
    return list(order)


def _ticks(first: int, last: int) -> range:
    """Returns the years to name: round ones when there are too many to name each."""
    least = (last + 1 - first) / _TICKS
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 1000) if step >= least)
    return range(first if step == 1 else math.ceil(first / step) * step, last + 1, step)


def _stated(relation: Relation) -> tuple[str, str]:
    assert relation.bounds is not None
    return relation.bounds.stated_from, relation.bounds.stated_until


def _day(relation: Relation) -> str:
    return relation.bounds.stated_from if relation.bounds else _OPEN_END


def _years(bounds: Sequence[Bounds]) -> tuple[int, int]:
    days = [
        day
        for b in bounds
        for day in (b.stated_from, b.stated_until)
        if day not in (_OPEN_START, _OPEN_END)
    ]
    if not days:
        return 2018, 2020
    return max(1, int(min(days)[:4]) - 1), min(9998, int(max(days)[:4]))
