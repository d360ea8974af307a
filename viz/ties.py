"""Who is tied to whom, read from a network once, because a layout asks it many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .network import Graph, Thing, relations, things
from .style import Style


@dataclass(frozen=True)
class Ties:
    """The things of a network and their neighbours, in an order that no triple's place changes.

    `bound` holds the neighbours that a binding relation ties a thing to; `rank` is the place of
    a thing's kind in the style.
    """

    things: Mapping[str, Thing]
    around: Mapping[str, Sequence[str]]
    bound: Mapping[str, frozenset[str]]
    rank: Mapping[str, int]

    def kind(self, iri: str) -> str:
        """Returns the kind of a thing."""
        return self.things[iri].kind

    def order(self, iri: str) -> tuple[int, str, str]:
        """Returns what sorts things by kind, then name."""
        return (self.rank[iri], self.things[iri].label, iri)


def read(graph: Graph, style: Style) -> Ties:
    """Returns the ties of a network; raises ViewError for a kind that has no style."""
    found = {thing.iri: thing for thing in sorted(things(graph), key=lambda thing: thing.iri)}
    around: dict[str, set[str]] = {iri: set() for iri in found}
    bound: dict[str, set[str]] = defaultdict(set)
    binding = {kind for kind, look in style.relations.items() if look.binds}
    for relation in relations(graph):
        if relation.start == relation.end:
            continue
        around[relation.start].add(relation.end)
        around[relation.end].add(relation.start)
        if relation.kind in binding:
            bound[relation.start].add(relation.end)
            bound[relation.end].add(relation.start)
    ranks = {kind: number for number, kind in enumerate(style.things)}
    return Ties(
        things=found,
        around={iri: sorted(near) for iri, near in around.items()},
        bound={iri: frozenset(bound.get(iri, ())) for iri in found},
        rank={iri: ranks[style.thing(thing.kind).kind] for iri, thing in found.items()},
    )
