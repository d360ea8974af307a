"""Overlap: whether the steps of a path ever held at the same time, and which relations did.

A chain of true statements may join what was never true together; who reads it must be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from ...graph import predicates as p
from .details import Details
from .neighbours import Link
from .steps import Teller

OVERLAPS: Final = ("stated", "persisting", "possible", "never")
"""How surely the steps held together, surest first.

stated: a source says so of each for the same day; persisting: if what was last seen earlier went
on; possible: if what was first seen later held before; never: the sources exclude it.
"""


class Span(NamedTuple):
    """The four days of a relation, in the order of time."""

    possible_from: str
    stated_from: str
    stated_until: str
    possible_until: str

    def holds(self, day: str, how: str) -> bool:
        """Whether the relation holds on a day when held to be so in the given way."""
        first = self.possible_from if how == "possible" else self.stated_from
        last = self.stated_until if how == "stated" else self.possible_until
        return first <= day < last


def together(
    teller: Teller, steps: Sequence[Sequence[Link]], at: str = ""
) -> tuple[str, str, list[list[Link]]]:
    """Returns how the steps overlap, a day of it, and of each step the links that do.

    `at`: only this day counts. What has no period (a merger, a decision, a plan) overlaps with
    everything. The first word is empty when at most one step has a period.
    """
    spans = [{link: _span(teller, link) for link in links} for links in steps]
    dated = [[span for span in of_step.values() if span] for of_step in spans]
    bound = [found for found, links in zip(dated, steps, strict=True) if len(found) == len(links)]
    if len(bound) < 2:
        return "", "", [list(links) for links in steps]
    days = _days(bound, at)
    if found := _latest(teller, days, "stated", steps, spans):
        return "stated", *found
    # None is stated for one day throughout: the best-evidenced are named, if they may have met.
    named = [[links[0]] for links in steps]
    for choice in (named, steps):
        for how in OVERLAPS[1:-1]:
            if found := _latest(teller, days, how, choice, spans):
                return how, *found
    return OVERLAPS[-1], "", [list(links) for links in steps]


def _days(bound: Sequence[Sequence[Span]], at: str) -> list[str]:
    """Returns the days on which something begins to hold, latest first, or the one asked for."""
    firsts = {day for found in bound for span in found for day in span[:2]}
    return [at] if at else sorted(firsts, reverse=True)


def _latest(
    teller: Teller,
    days: Sequence[str],
    how: str,
    steps: Sequence[Sequence[Link]],
    spans: Sequence[Mapping[Link, Span | None]],
) -> tuple[str, list[list[Link]]] | None:
    """Returns the day on which all steps hold best evidenced, else latest, with what holds."""
    fitting = [(day, _on(day, how, steps, spans)) for day in days]
    whole = [(day, kept) for day, kept in fitting if all(kept)]
    if not whole:
        return None
    return min(whole, key=lambda found: [teller.order(of_step[0])[:3] for of_step in found[1]])


def _on(
    day: str,
    how: str,
    steps: Sequence[Sequence[Link]],
    spans: Sequence[Mapping[Link, Span | None]],
) -> list[list[Link]]:
    """Returns of each step the links that hold on a day or have no period."""
    return [
        [link for link in links if (span := of_step[link]) is None or span.holds(day, how)]
        for links, of_step in zip(steps, spans, strict=True)
    ]


def _span(teller: Teller, link: Link) -> Span | None:
    details: Details = teller.details
    if teller.standings[link] not in ("stated", "persisting", "possible"):
        return None
    days = [
        details.first(link.relation, name)
        for name in (p.POSSIBLE_FROM, p.STATED_FROM, p.STATED_UNTIL, p.POSSIBLE_UNTIL)
    ]
    return Span(*days) if all(days) else None
