"""The rule on time: what the sources say of a relation's time, and the four days that follow.

docs/model.md, Time, says the rule; every question applies it by the same lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from . import predicates as p

OPEN_START: Final = date(1, 1, 1)
OPEN_END: Final = date(9999, 12, 31)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days that decide how a relation stands as of a day; ends are exclusive.

    possible from `possible_from`, stated from `stated_from`, persisting from `stated_until`,
    over at `possible_until`.
    """

    possible_from: date
    stated_from: date
    stated_until: date
    possible_until: date


@dataclass(frozen=True, slots=True)
class Times:
    """What all sources together say of the time of one relation; None where none says."""

    valid_from: date | None = None
    valid_from_latest: date | None = None
    valid_until: date | None = None
    valid_until_earliest: date | None = None
    observed_from: date | None = None
    observed_until: date | None = None
    plan: bool = False


def bounds(times: Times, founded: date | None = None, dissolved: date | None = None) -> Bounds:
    """Returns the four days for a relation (docs/model.md, Time).

    `founded` and `dissolved`: the days on which organisations that bear the relation came of a
    change and ceased to be; they bound it unless a source speaks of it outside them. A plan stands
    from the day announced, or from its announcement where no day is, until its bearer is no
    more, and is never possible or persisting.
    """
    if times.plan:
        start = times.valid_from or times.observed_from or OPEN_START
        end = times.valid_until or OPEN_END
        if dissolved is not None and start < dissolved:
            end = min(end, dissolved)
        return Bounds(start, start, end, end)
    surely_from = times.valid_from_latest or times.valid_from
    earliest = times.valid_from or OPEN_START
    # An observation of a whole year says nothing of the days before the relation began.
    seen = times.observed_from if times.observed_from and times.observed_from >= earliest else None
    starts = [day for day in (surely_from, seen) if day]
    if not starts and times.valid_until is None:
        raise ValueError("a relation without any time")
    # A source that only says when it ended says that it held just before.
    ended = times.valid_until_earliest or times.valid_until
    stated_from = min(starts) if starts else (ended or OPEN_END) - _DAY
    end = times.valid_until or OPEN_END
    if dissolved is not None and stated_from < dissolved:
        end = min(end, dissolved)
    if founded is not None and stated_from >= founded:
        earliest = max(earliest, founded)
    last_seen = max(stated_from + _DAY, times.observed_until or OPEN_START)
    stated_until = min(ended or last_seen, end)
    return Bounds(min(earliest, stated_from), stated_from, max(stated_until, stated_from), end)


def read_times(store: Store) -> dict[NamedNode, Times]:
    """Times of every relation over all graphs; where sources differ the widest holds."""
    fields = {
        p.VALID_FROM: ("valid_from", min),
        p.VALID_FROM_LATEST: ("valid_from_latest", max),
        p.VALID_UNTIL: ("valid_until", max),
        p.VALID_UNTIL_EARLIEST: ("valid_until_earliest", min),
    }
    found: dict[NamedNode, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for predicate, (field, _) in fields.items():
        for quad in store.quads_for_pattern(None, predicate, None):
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, Literal)
            found[quad.subject][field].append(date.fromisoformat(quad.object.value))
    pick = dict(fields.values())
    seen = _first_observation(store)
    plans = {quad.subject for quad in store.quads_for_pattern(None, p.PLAN, None)}
    # A plan is known from its announcement; what it announces begins on the date announced.
    return {
        node: Times(
            **{field: pick[field](days) for field, days in found[node].items()},
            observed_from=seen[node][0] if node in seen else None,
            observed_until=seen[node][1] if node in seen else None,
            plan=node in plans,
        )
        for node in {*found, *seen}
    }


def _first_observation(store: Store) -> dict[NamedNode, tuple[date, date]]:
    """The first days for which sources speak of each relation without a gap.

    Days after a gap are left to "persisting": that a source sees it again says nothing of between.
    """
    spans: dict[NamedNode, list[tuple[date, date]]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, p.OBSERVED_FROM, None):
        assert isinstance(quad.subject, NamedNode)
        for until in store.quads_for_pattern(quad.subject, p.OBSERVED_UNTIL, None, quad.graph_name):
            assert isinstance(quad.object, Literal)
            assert isinstance(until.object, Literal)
            first = date.fromisoformat(quad.object.value)
            # A source that says when it began and saw it later speaks of the days between, too.
            for predicate in (p.VALID_FROM_LATEST, p.VALID_FROM):
                begun = [
                    date.fromisoformat(start.object.value)
                    for start in store.quads_for_pattern(
                        quad.subject, predicate, None, quad.graph_name
                    )
                    if isinstance(start.object, Literal)
                ]
                if begun:
                    first = min(first, *begun)
                    break
            spans[quad.subject].append((first, date.fromisoformat(until.object.value)))
    found: dict[NamedNode, tuple[date, date]] = {}
    for node, said in spans.items():
        first, last = min(said)
        for start, end in sorted(said):
            if start <= last:
                last = max(last, end)
        found[node] = first, last
    return found
