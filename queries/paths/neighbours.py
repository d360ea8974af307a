"""Neighbours: what one relation ties to a set of things, asked of any engine in few requests.

All relations are read, whenever they held; who asks chooses among them afterwards. A level of a
search costs one counting and two reading requests for every few hundred things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...ontology.namespaces import expand
from ..batches import batches, select_wide, terms
from .projection import SELF, Hubs, Kind, Tie

AT_ONCE: Final = 250
"""Things that one request asks of; some engines refuse longer queries."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relation that ties two things; `first` and `second` as the tie has them."""

    relation: str
    first: str
    second: str
    kind: Kind
    tie: Tie

    @property
    def ends(self) -> frozenset[str]:
        """The two things, in no order."""
        return frozenset((self.first, self.second))


@dataclass(frozen=True, slots=True)
class Ties:
    """The ties of the kinds that are followed, by their two properties."""

    by_properties: Mapping[tuple[str, str], Sequence[tuple[str, Kind, Tie]]]

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> Ties:
        """Returns the ties of some kinds."""
        found: dict[tuple[str, str], list[tuple[str, Kind, Tie]]] = defaultdict(list)
        for kind in kinds:
            for tie in kind.ties:
                found[tie.first, tie.second] += [(start, kind, tie) for start in kind.starts]
        return cls(found)

    def link(self, relation: str, pair: tuple[str, str], things: tuple[str, str]) -> Link | None:
        """Returns what ties two things by a pair of properties, None when it is of no kind."""
        for (one, other), (first, second) in ((pair, things), (pair[::-1], things[::-1])):
            fitting = [
                (len(start), kind, tie)
                for start, kind, tie in self.by_properties.get((one, other), ())
                if relation.startswith(start)
            ]
            if fitting:
                _, kind, tie = max(fitting, key=lambda fit: fit[0])
                return Link(relation, first, second, kind, tie)
        return None

    @property
    def firsts(self) -> list[str]:
        """The properties that may lead from a thing to a relation."""
        return sorted({one for pair in self.by_properties for one in pair if SELF not in pair})

    def after(self, relation: str, first: str) -> set[str]:
        """Returns the properties that lead on from a relation that names a thing in `first`."""
        return {
            (pair[0] if pair[1] == first else pair[1])
            for pair, ties in self.by_properties.items()
            if first in pair and SELF not in pair
            if any(relation.startswith(start) for start, _, _ in ties)
        }

    def own(self, *, stops_only: bool = False) -> list[str]:
        """Returns the properties by which a thing itself names another."""
        return sorted(
            {
                second
                for (first, second), ties in self.by_properties.items()
                if first == SELF and not (stops_only and all(tie.ends_only for _, _, tie in ties))
            }
        )


def read_hubs(graph: Graph, hubs: Hubs) -> frozenset[str]:
    """Returns the IRIs of all trivial hubs, with their units in a register."""
    types, forms, things = map(terms, (hubs.types, hubs.forms, hubs.things))
    kind, form = _term(expand("dcterms:type")), _term(expand("rov:orgType"))
    unit = _term(expand("kg:registeredAs"))
    rows = select_wide(
        graph,
        f"""SELECT DISTINCT ?hub WHERE {{
          {{ VALUES ?code {{ {types} }} ?hub {kind} ?code }}
          UNION {{ VALUES ?code {{ {types} }} ?thing {kind} ?code . ?thing {unit} ?hub }}
          UNION {{ VALUES ?thing {{ {things} }} ?thing {unit} ?hub }}
          UNION {{ VALUES ?form {{ {forms} }} ?hub {form} ?form }}
        }}""",
    )
    return frozenset({*hubs.things, *(row["hub"].value for row in rows)})


def count_neighbours(graph: Graph, ties: Ties, things: Iterable[str]) -> dict[str, int]:
    """Returns how many relations lead to each thing, to know a hub before it is read."""
    properties = sorted({*ties.firsts, *ties.own(stops_only=True)})
    counts = dict.fromkeys(things, 0)
    if not properties:
        return counts
    named = ", ".join(map(_term, properties))
    for some in batches(counts, AT_ONCE):
        text = f"""SELECT ?near (COUNT(*) AS ?number) WHERE {{
          VALUES ?near {{ {terms(some)} }}
          ?relation ?p ?near . FILTER(?p IN ({named}))
        }} GROUP BY ?near"""
        counts |= {row["near"].value: int(row["number"].value) for row in select_wide(graph, text)}
    return counts


def read_links(
    graph: Graph, ties: Ties, things: Iterable[str], ends: Collection[str]
) -> Iterator[Link]:
    """Yields every link of the things, in no order; `ends` are where the path begins and ends.

    Two requests for every few hundred things: which relations name them, then what else those name.
    Joined in one, engines look at every property of every relation, which costs them double.
    """
    for some in batches(things, AT_ONCE):
        leads: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in select_wide(graph, _leads_text(ties, some)):
            near, relation = row["near"].value, row["relation"].value
            pair = _value(row["p"]), _value(row["q"])
            if SELF not in pair:
                leads[relation].append((near, pair[0]))
            elif link := _link(ties, relation, pair, (near, row["far"].value), ends):
                yield link
        for relation, second, far in _seconds(graph, ties, leads):
            for near, first in leads[relation]:
                if link := _link(ties, relation, (first, second), (near, far), ends):
                    yield link


def _link(
    ties: Ties, relation: str, pair: tuple[str, str], things: tuple[str, str], ends: Collection[str]
) -> Link | None:
    link = ties.link(relation, pair, things)
    barred = things[0] == things[1] or (link and link.tie.ends_only and relation not in ends)
    return None if barred else link


def _leads_text(ties: Ties, things: Sequence[str]) -> str:
    """The query for what names the things, and for what they themselves name."""
    values = f"VALUES ?near {{ {terms(things)} }}"
    branches: list[str] = []
    if firsts := ties.firsts:
        named = ", ".join(map(_term, firsts))
        # The second property is read afterwards; here it stands for “another than itself”.
        branches.append(f"{values} ?relation ?p ?near . FILTER(?p IN ({named})) BIND(?p AS ?q)")
    if stops := ties.own(stops_only=True):
        named = ", ".join(map(_term, stops))
        branches.append(f"{values} ?far ?p ?near . FILTER(?p IN ({named})) BIND(?far AS ?relation)")
    if own := ties.own():
        named = ", ".join(map(_term, own))
        branches.append(
            f"{values} ?near ?q ?far . FILTER(?q IN ({named})) BIND(?near AS ?relation)"
        )
    union = " UNION ".join(f"{{ {branch} }}" for branch in branches)
    # Without ORDER BY, which doubles the time: the search puts what it reads in order itself.
    return f"SELECT ?near ?relation ?p ?q ?far WHERE {{ {union} }}"


def _seconds(
    graph: Graph, ties: Ties, leads: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[tuple[str, str, str]]:
    """Yields what else the relations name: relation, property, thing."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for relation in sorted(leads):
        wanted = {second for _, first in leads[relation] for second in ties.after(relation, first)}
        if wanted:
            groups[tuple(sorted(wanted))].append(relation)
    for seconds, relations in sorted(groups.items()):
        for some in batches(relations):
            named = ", ".join(map(_term, seconds))
            text = f"SELECT ?relation ?q ?far WHERE {{ VALUES ?relation {{ {terms(some)} }} " + (
                f"?relation ?q ?far . FILTER(?q IN ({named})) }}"
                if len(seconds) > 1
                else f"?relation {named} ?far }}"
            )
            for row in select_wide(graph, text):
                second = seconds[0] if len(seconds) == 1 else row["q"].value
                yield row["relation"].value, second, row["far"].value


def _value(term: NamedNode | None) -> str:
    """The property in a row; none stands for the thing itself."""
    return SELF if term is None else term.value


def _term(iri: str) -> str:
    return str(NamedNode(iri))
