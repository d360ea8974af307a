"""The derived graph: what follows from the sources and makes asking simple.

It is a graph of its own, never loaded from a source and never exported as one. It holds
- for each dated relation the four days that the rule on time needs, open ends written as
  0001-01-01 and 9999-12-31, so that "as of a day" is one comparison in any SPARQL engine;
- short-cuts such as org:hasMember (the CONSTRUCT files in `shortcuts/`);
- folded names for finding things, and the table row that says each fact, for people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store

from ..ontology.namespaces import expand
from . import predicates as p
from .facts import Fact, Triple, date_literal
from .iris import fold
from .kind import all_kinds
from .wording import source_texts, time_texts

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
    """Returns the four days for a relation (design, Time).

    `founded` and `dissolved`: the days on which organisations that bear the relation came of a
    change and ceased to be; they bound it unless a source speaks of it outside them. A plan stands
    from the day announced, or from its announcement where no day is, and is never possible or
    persisting.
    """
    if times.plan:
        start = times.valid_from or times.observed_from or OPEN_START
        end = times.valid_until or OPEN_END
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


def derive(store: Store, facts: Mapping[str, Iterable[Fact]]) -> Iterator[Triple]:
    """Yields the triples of the derived graph for a store that holds the sources' graphs."""
    born, gone = _founded(store), _dissolved(store)
    bearers = _bearers(fact for of_source in facts.values() for fact in of_source)
    for relation, times in _times(store).items():
        ends = bearers.get(relation, ())
        first = max((born[org] for org in ends if org in born), default=None)
        last = min((gone[org] for org in ends if org in gone), default=None)
        yield from _bound_triples(relation, bounds(times, first, last), times.plan)
    for of_source in facts.values():
        for fact in of_source:
            yield fact.iri, p.ROW, Literal(fact.row)
    yield from time_texts(store)
    yield from source_texts(store)
    yield from _search_keys(store)
    for text in shortcut_queries():
        result = store.query(text, use_default_graph_as_union=True)
        assert isinstance(result, QueryTriples)
        for triple in result:
            assert isinstance(triple.subject, NamedNode)
            assert isinstance(triple.object, NamedNode)
            yield triple.subject, triple.predicate, triple.object


def shortcut_queries() -> list[str]:
    """Returns the CONSTRUCT queries that make the short-cuts, in order of file name."""
    folder = resources.files("kommunegraf.graph") / "shortcuts"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".rq"))
    return [(folder / name).read_text("utf-8") for name in names]


def _bound_triples(relation: NamedNode, days: Bounds, plan: bool) -> Iterator[Triple]:
    yield relation, p.POSSIBLE_FROM, date_literal(days.possible_from)
    yield relation, p.STATED_FROM, date_literal(days.stated_from)
    yield relation, p.STATED_UNTIL, date_literal(days.stated_until)
    yield relation, p.POSSIBLE_UNTIL, date_literal(days.possible_until)
    yield relation, p.IS_PLAN, Literal(str(plan).lower(), datatype=p.XSD_BOOLEAN)


def _times(store: Store) -> dict[NamedNode, Times]:
    """Times of every relation over all graphs; where sources differ the widest holds."""
    fields = {
        p.VALID_FROM: ("valid_from", min),
        p.VALID_FROM_LATEST: ("valid_from_latest", max),
        p.VALID_UNTIL: ("valid_until", max),
        p.VALID_UNTIL_EARLIEST: ("valid_until_earliest", min),
        p.OBSERVED_FROM: ("observed_from", min),
        p.OBSERVED_UNTIL: ("observed_until", max),
    }
    found: dict[NamedNode, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for predicate, (field, _) in fields.items():
        for quad in store.quads_for_pattern(None, predicate, None):
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, Literal)
            found[quad.subject][field].append(date.fromisoformat(quad.object.value))
    pick = dict(fields.values())
    plans = {quad.subject for quad in store.quads_for_pattern(None, p.PLAN, None)}
    # A plan is known from its announcement; what it announces begins on the date announced.
    return {
        node: Times(
            **{field: pick[field](days) for field, days in said.items()}, plan=node in plans
        )
        for node, said in found.items()
    }


def _dissolved(store: Store) -> dict[NamedNode, date]:
    """The day on which each dissolved organisation ceased: original of a merger or split."""
    return _changed(store, "org:originalOrganization", "org:resultingOrganization")


def _founded(store: Store) -> dict[NamedNode, date]:
    """The day on which each new organisation began: result of a merger, split or foundation."""
    return _changed(store, "org:resultingOrganization", "org:originalOrganization")


def _changed(store: Store, one: str, other: str) -> dict[NamedNode, date]:
    """The first day of the change that an organisation stands on one side of only."""
    days: dict[NamedNode, date] = {}
    for quad in store.quads_for_pattern(None, NamedNode(expand(one)), None):
        event, organisation = quad.subject, quad.object
        if Quad(event, NamedNode(expand(other)), organisation, quad.graph_name) in store:
            continue
        for said in store.quads_for_pattern(event, p.PERIOD_FROM, None):
            assert isinstance(organisation, NamedNode)
            assert isinstance(said.object, Literal)
            day = date.fromisoformat(said.object.value)
            days[organisation] = min(day, days.get(organisation, day))
    return days


def _bearers(facts: Iterable[Fact]) -> dict[NamedNode, list[NamedNode]]:
    """For each relation the organisations that it cannot be without, by its kind."""
    predicates = {
        kind.name: {
            NamedNode(expand(column.predicate))
            for column in kind.columns.values()
            if column.bearer and column.predicate
        }
        for kind in all_kinds().values()
    }
    found: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for fact in facts:
        for predicate, term in fact.properties:
            if predicate in predicates[fact.kind] and isinstance(term, NamedNode):
                found[fact.iri].append(term)
    return found


def _search_keys(store: Store) -> Iterator[Triple]:
    names = (p.PREF_LABEL, p.ALT_LABEL, p.NAME, p.TITLE)
    for predicate in names:
        for quad in store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                yield quad.subject, p.SEARCH_KEY, Literal(fold(quad.object.value))
    # Dated names and numbers are nodes of their own that say whose they are.
    about = NamedNode(expand("kg:about"))
    for predicate, cls in ((p.LABEL, "kg:DatedName"), (p.NOTATION, "adms:Identifier")):
        for quad in store.quads_for_pattern(None, p.TYPE, NamedNode(expand(cls))):
            for owner in store.quads_for_pattern(quad.subject, about, None):
                for name in store.quads_for_pattern(quad.subject, predicate, None):
                    if isinstance(owner.object, NamedNode) and isinstance(name.object, Literal):
                        yield owner.object, p.SEARCH_KEY, Literal(fold(name.object.value))
