"""Facts: what loaders give and the store takes, with validity and evidence on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pyoxigraph import Literal, NamedNode

from . import predicates as p
from .periods import Period

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a source says something, and how surely.

    `lines` are (first, last) line numbers of a report's text, both inclusive; None for a
    register, whose `place` finds the record.
    """

    iri: NamedNode
    source: NamedNode
    label: str
    place: str
    lines: tuple[int, int] | None
    section: str | None
    certainty: NamedNode


@dataclass(frozen=True, slots=True)
class Validity:
    """What a source says of the time of a relation; see docs/model.md on time."""

    start: Period | None = None
    end: Period | None = None
    seen: Period | None = None
    plan: bool = False

    @property
    def over(self) -> date | None:
        """The first day on which it surely no longer holds; None when no end is said."""
        if self.end is None:
            return None
        return self.end.first if self.end.is_day else self.end.after


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing or relation as one source states it.

    `evidenced_by` is the predicate that leads to the evidence; `row` is the table row that says
    it, for people ("ikt-orkide-2018/uses.csv:14").
    """

    iri: NamedNode
    kind: str
    classes: tuple[NamedNode, ...]
    properties: tuple[tuple[NamedNode, Term], ...]
    validity: Validity | None
    evidence: tuple[Evidence, ...]
    evidenced_by: NamedNode
    row: str


Triple = tuple[NamedNode, NamedNode, Term]


def date_literal(day: date) -> Literal:
    """Returns a day as an xsd:date literal."""
    return Literal(day.isoformat(), datatype=p.XSD_DATE)


def fact_triples(fact: Fact) -> Iterator[Triple]:
    """Yields the triples that a source's graph holds for a fact, evidence included."""
    for cls in fact.classes:
        yield fact.iri, p.TYPE, cls
    for predicate, term in fact.properties:
        yield fact.iri, predicate, term
    if fact.validity is not None:
        for predicate, term in _validity(fact.validity):
            yield fact.iri, predicate, term
    for evidence in fact.evidence:
        yield fact.iri, fact.evidenced_by, evidence.iri
        yield from _evidence(evidence)


def _validity(validity: Validity) -> Iterator[tuple[NamedNode, Term]]:
    if start := validity.start:
        yield p.VALID_FROM, date_literal(start.first)
        if not start.is_day:
            # The period lies in the source's words: it began on one of these days.
            yield p.VALID_FROM_LATEST, date_literal(_last_start(start))
            yield p.VALID_FROM_TEXT, Literal(start.token)
    if end := validity.end:
        if end.is_day:
            yield p.VALID_UNTIL, date_literal(end.first)
        else:
            yield p.VALID_UNTIL_EARLIEST, date_literal(end.first)
            yield p.VALID_UNTIL, date_literal(end.after)
            yield p.VALID_UNTIL_TEXT, Literal(end.token)
    if seen := validity.seen:
        yield p.OBSERVED_FROM, date_literal(seen.first)
        yield p.OBSERVED_UNTIL, date_literal(seen.after)
        if not seen.is_day:
            yield p.OBSERVED_TEXT, Literal(seen.token)
    if validity.plan:
        yield p.PLAN, Literal("true", datatype=p.XSD_BOOLEAN)


def _last_start(period: Period) -> date:
    return period.after - timedelta(days=1)


def _evidence(evidence: Evidence) -> Iterator[Triple]:
    yield evidence.iri, p.TYPE, p.EVIDENCE
    yield evidence.iri, p.LABEL, Literal(evidence.label, language="nb")
    yield evidence.iri, p.IN_SOURCE, evidence.source
    yield evidence.iri, p.CERTAINTY, evidence.certainty
    if evidence.lines is None:
        yield evidence.iri, p.RECORD, Literal(evidence.place)
    else:
        yield evidence.iri, p.LINE, Literal(evidence.place)
        for predicate, line in zip((p.FIRST_LINE, p.LAST_LINE), evidence.lines, strict=True):
            yield evidence.iri, predicate, Literal(str(line), datatype=p.XSD_INTEGER)
    if evidence.section:
        yield evidence.iri, p.SECTION, Literal(evidence.section)
