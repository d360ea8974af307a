"""Holding: which of the relations that were found count, at any time or as of a day.

As of a day the rule on time decides (`shared/standing.rq`). What has no period of its own, such
as a merger or a decision, counts from the day it happened; what is said without any time counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import NamedNode

from ...graph import predicates as p
from ...graph.binding import bind
from ...graph.dataset import Graph
from ...ontology.namespaces import PREFIXES
from ..as_of import STANDINGS, time_terms
from ..batches import batches, select_wide, terms
from ..fragments import fragment
from .neighbours import Link

HAPPENED: Final = "happened"
"""Standing of what happened once, on or before the day."""
UNDATED: Final = "undated"
"""Standing of what a source says without a time."""

_PREFIXES: Final = f"PREFIX kg: <{PREFIXES['kg']}> PREFIX org: <{PREFIXES['org']}>"
_RULE: Final = (
    f"{_PREFIXES} SELECT ?relation ?standing WHERE {{ VALUES ?relation {{ %s }}\n"
    f"{fragment('standing')} }}"
)


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is asked for, None for any time, and the standings that count."""

    at: date | None
    standings: tuple[str, ...]


def read_standings(
    graph: Graph, relations: Iterable[str], at: date, wanted: Iterable[str] = STANDINGS
) -> dict[str, str]:
    """Returns how each dated relation stands on a day; those that do not hold are left out."""
    bound = time_terms(at, " ".join(wanted))
    return {
        row["relation"].value: row["standing"].value
        for some in batches(relations)
        for row in select_wide(graph, bind(_RULE % terms(some), bound))
    }


def holding(graph: Graph, links: Sequence[Link], day: Day) -> dict[Link, str]:
    """Returns the links that count, each with its standing.

    Without a day the standing is "stated", "planned", "happened" or "undated".
    """
    relations = {link.relation for link in links}
    said = _read_codes(graph, links, relations)
    dated = {relation for relation in relations if said[relation][p.IS_PLAN.value]}
    standings = read_standings(graph, dated, day.at, day.standings) if day.at else None
    counted: dict[Link, str] = {}
    for link in links:
        standing = _standing(link, said[link.relation], standings, day)
        if standing:
            counted[link] = standing
    if day.at:
        # What a relation of several had with one of them does not outlive that one.
        lasting = {link for link, standing in counted.items() if standing == "persisting"}
        gone = _gone({thing for link in lasting for thing in link.ends}, graph, day.at)
        counted = {
            link: standing
            for link, standing in counted.items()
            if link not in lasting or gone.isdisjoint(link.ends)
        }
    return counted


def _gone(things: Iterable[str], graph: Graph, at: date) -> set[str]:
    """Returns the organisations that a merger or split has ended by a day."""
    found: set[str] = set()
    for some in batches(things):
        text = f"""{_PREFIXES} SELECT ?thing WHERE {{
          VALUES ?thing {{ {terms(some)} }}
          ?event org:originalOrganization ?thing ; kg:periodFrom ?day .
          OPTIONAL {{ ?event org:resultingOrganization ?thing ; a ?goesOn }}
          FILTER(!(?day > ?_at_xsd_date) && !BOUND(?goesOn)) }}"""
        rows = select_wide(graph, bind(text, time_terms(at, "persisting")))
        found |= {row["thing"].value for row in rows}
    return found


def _standing(
    link: Link, said: Mapping[str, set[str]], standings: Mapping[str, str] | None, day: Day
) -> str:
    """Returns how a link stands; empty when it does not count."""
    codes = said[link.kind.role] if link.kind.role else set[str]()
    if codes & link.kind.never or (codes & link.kind.not_yet and "planned" not in day.standings):
        return ""
    if codes & link.kind.over and day.at:
        return ""
    plan = said[p.IS_PLAN.value]
    if not plan:
        first = min(said[p.PERIOD_FROM.value], default="")
        if day.at and first > day.at.isoformat():
            return ""
        return HAPPENED if first else UNDATED
    if standings is not None:
        standing = standings.get(link.relation, "")
        return "" if link.kind.happens and standing == "persisting" else standing
    if "true" in plan:
        return "planned" if "planned" in day.standings else ""
    return "stated"


def _read_codes(
    graph: Graph, links: Iterable[Link], relations: Iterable[str]
) -> Mapping[str, Mapping[str, set[str]]]:
    roles = {
        link.kind.role for link in links if link.kind.not_yet or link.kind.never or link.kind.over
    }
    wanted = ", ".join(
        str(NamedNode(iri)) for iri in sorted({p.IS_PLAN.value, p.PERIOD_FROM.value, *roles})
    )
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for some in batches(relations):
        text = f"""SELECT ?relation ?p ?o WHERE {{
          VALUES ?relation {{ {terms(some)} }} ?relation ?p ?o . FILTER(?p IN ({wanted})) }}"""
        for row in select_wide(graph, text):
            said[row["relation"].value][row["p"].value].add(row["o"].value)
    return said
