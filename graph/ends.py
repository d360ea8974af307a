"""What bounds a relation besides its own dates: the life of those who bear it.

A relation cannot begin before an organisation that it is of, nor outlive it; it ends with the body
it is of, and what a partnership does for a member, or the member's part in the partnership's
projects, ends when the member leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from pyoxigraph import Literal, NamedNode, Quad, Store

from ..ontology.namespaces import expand
from . import predicates as p
from .facts import Fact, Term
from .kind import Column, all_kinds
from .standing import OPEN_END


def dissolved(store: Store) -> dict[NamedNode, date]:
    """The day on which each dissolved organisation ceased: original of a merger or split."""
    return _changed(store, "org:originalOrganization", "org:resultingOrganization")


def founded(store: Store) -> dict[NamedNode, date]:
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


def ended_bodies(facts: Iterable[Fact]) -> dict[NamedNode, date]:
    """The day from which each body that ended is no longer."""
    return {
        fact.iri: fact.validity.over
        for fact in facts
        if fact.kind == "bodies" and fact.validity and fact.validity.over and not fact.validity.plan
    }


def bearers(facts: Iterable[Fact]) -> dict[NamedNode, list[NamedNode]]:
    """For each relation the organisations and bodies that it cannot be without, by its kind."""
    return _ends(facts, _predicates(lambda column: column.bearer))


def left(facts: Sequence[Fact]) -> dict[NamedNode, list[date]]:
    """The days on which bearers of a relation left the partnership through which it is."""
    ended: dict[tuple[Term, Term], date] = {}
    member, organization = NamedNode(expand("org:member")), NamedNode(expand("org:organization"))
    for fact in facts:
        # A planned exit has ended nothing.
        if fact.kind == "memberships" and fact.validity and not fact.validity.plan:
            ends = dict(fact.properties)
            pair = ends[member], ends[organization]
            day = fact.validity.over or OPEN_END
            ended[pair] = max(day, ended.get(pair, day))
    through = _ends(facts, _predicates(lambda column: column.via))
    for relation, owners in _owners_of_undertakings(facts).items():
        through[relation] += owners
    borne = bearers(facts)
    return {
        relation: [
            ended[bearer, partnership]
            for partnership in partnerships
            for bearer in borne.get(relation, ())
            if ended.get((bearer, partnership), OPEN_END) != OPEN_END
        ]
        for relation, partnerships in through.items()
    }


def _owners_of_undertakings(facts: Sequence[Fact]) -> dict[NamedNode, list[NamedNode]]:
    """For each participation the one organisation that runs what it is in, by itself or a body.

    What several run goes on for one who leaves one of them.
    """
    of_body = _ends(facts, {"bodies": {NamedNode(expand("org:unitOf"))}})
    owned = _ends(facts, {"projects": {NamedNode(expand("kg:owner"))}})
    owners = {
        project: {owner for one in given for owner in of_body.get(one, [one])}
        for project, given in owned.items()
    }
    entered = _ends(facts, {"participations": {NamedNode(expand("kg:undertaking"))}})
    return {
        relation: [owner]
        for relation, undertakings in entered.items()
        for one in undertakings
        if len(owners.get(one, ())) == 1
        for owner in owners[one]
    }


def _predicates(wanted: Callable[[Column], bool]) -> dict[str, set[NamedNode]]:
    """The predicates of the columns of each kind that are wanted."""
    return {
        kind.name: {
            NamedNode(expand(column.predicate))
            for column in kind.columns.values()
            if wanted(column) and column.predicate
        }
        for kind in all_kinds().values()
    }


def _ends(
    facts: Iterable[Fact], predicates: Mapping[str, set[NamedNode]]
) -> dict[NamedNode, list[NamedNode]]:
    """What each relation names with one of the predicates of its kind."""
    found: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for fact in facts:
        for predicate, term in fact.properties:
            if predicate in predicates.get(fact.kind, ()) and isinstance(term, NamedNode):
                found[fact.iri].append(term)
    return found
