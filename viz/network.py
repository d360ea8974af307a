"""The network that a view's CONSTRUCT describes.

A drawn thing is a subject with `kg:drawnAs`; a drawn relation is a subject with `rdf:subject`
and `rdf:object` besides. Parallel relations stay apart: the edge's key is the relation's IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

import networkx as nx

from ..graph import predicates
from ..ontology.namespaces import expand
from .errors import ViewError

if TYPE_CHECKING:
    from pyoxigraph import Triple

Graph: TypeAlias = "nx.MultiDiGraph[str]"
"""A network whose nodes carry a Thing and whose edges carry a Relation."""

# The words of a picture; what a view says with them is never stored in the graph.
SUBJECT: Final = expand("rdf:subject")
OBJECT: Final = expand("rdf:object")
KIND: Final = expand("kg:drawnAs")
STANDING: Final = expand("kg:standing")
PERIOD: Final = expand("kg:period")
NOTE: Final = expand("rdfs:comment")
LABEL: Final = predicates.LABEL.value
ALSO: Final = predicates.ALT_LABEL.value
SOURCE: Final = predicates.IN_SOURCE.value
BOUNDS: Final = tuple(
    predicate.value
    for predicate in (
        predicates.POSSIBLE_FROM,
        predicates.STATED_FROM,
        predicates.STATED_UNTIL,
        predicates.POSSIBLE_UNTIL,
    )
)

Values: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]
"""What is said of one subject: predicate → (language or "", text), sorted."""


@dataclass(frozen=True)
class Thing:
    """A drawn thing."""

    iri: str
    label: str
    kind: str
    also: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Bounds:
    """The four days between which a relation is possible and stated, as ISO text."""

    possible_from: str
    stated_from: str
    stated_until: str
    possible_until: str


@dataclass(frozen=True)
class Relation:
    """A drawn relation between two drawn things."""

    iri: str
    start: str
    end: str
    label: str
    kind: str
    standing: str = "stated"
    period: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    bounds: Bounds | None = None


def from_triples(triples: Iterable[Triple]) -> Graph:
    """Returns the network of drawn things and relations, in an order of its own.

    Raises ViewError when a relation ends at something that the view does not draw.
    """
    said = _by_subject(triples)
    graph: Graph = nx.MultiDiGraph()
    for iri in sorted(said):
        if KIND in said[iri] and SUBJECT not in said[iri]:
            graph.add_node(iri, thing=_thing(iri, said[iri]))
    for iri in sorted(said):
        if SUBJECT in said[iri]:
            for found in _relations(iri, said[iri]):
                for end in (found.start, found.end):
                    if end not in graph:
                        raise ViewError(f"the view draws <{iri}> but not its end <{end}>")
                graph.add_edge(found.start, found.end, key=iri, relation=found)
    return graph


def things(graph: Graph) -> Iterator[Thing]:
    """Yields the drawn things in the network's order."""
    for _, thing in graph.nodes(data="thing"):
        assert isinstance(thing, Thing)
        yield thing


def relations(graph: Graph) -> Iterator[Relation]:
    """Yields the drawn relations in the network's order."""
    for _, _, data in graph.edges(data=True):
        assert isinstance(data["relation"], Relation)
        yield data["relation"]


def neighbours(graph: Graph, iri: str) -> list[str]:
    """Returns the things that a thing has relations with, sorted."""
    return sorted({*graph.successors(iri), *graph.predecessors(iri)} - {iri})


def between(graph: Graph, one: str, other: str) -> Iterator[Relation]:
    """Yields the drawn relations between two things, in both directions."""
    for start, end in ((one, other), (other, one)):
        for data in (graph.get_edge_data(start, end) or {}).values():
            assert isinstance(data["relation"], Relation)
            yield data["relation"]


def thing(graph: Graph, iri: str) -> Thing:
    """Returns the drawn thing with an IRI."""
    found = graph.nodes[iri]["thing"]
    assert isinstance(found, Thing)
    return found


def _by_subject(triples: Iterable[Triple]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    said: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        language = getattr(triple.object, "language", None) or ""
        subject = str(getattr(triple.subject, "value", triple.subject))
        value = str(getattr(triple.object, "value", triple.object))
        said[subject][triple.predicate.value].add((language, value))
    return {
        subject: {predicate: sorted(values) for predicate, values in table.items()}
        for subject, table in said.items()
    }


def _thing(iri: str, said: Values) -> Thing:
    label = _text(said, LABEL) or iri
    also = tuple(text for text in _texts(said, ALSO) if text != label)
    return Thing(iri, label, _text(said, KIND), also, _text(said, NOTE))


def _relations(iri: str, said: Values) -> Iterator[Relation]:
    """Yields one relation for each pair of ends that the view gives a relation node."""
    bounds = _bounds([_text(said, predicate) for predicate in BOUNDS])
    for start in _texts(said, SUBJECT):
        for end in _texts(said, OBJECT):
            yield Relation(
                iri=iri,
                start=start,
                end=end,
                label=_text(said, LABEL),
                kind=_text(said, KIND),
                standing=_text(said, STANDING) or "stated",
                period=", ".join(_texts(said, PERIOD)),
                sources=tuple(_texts(said, SOURCE)),
                note=_text(said, NOTE),
                bounds=bounds,
            )


def _bounds(days: Sequence[str]) -> Bounds | None:
    """Returns the four days, or None when one is absent or no day of the calendar."""
    try:
        return Bounds(*(date.fromisoformat(day).isoformat() for day in days))
    except ValueError:
        return None


def _text(said: Values, predicate: str) -> str:
    """Returns the bokmål text, else one without language, else whichever sorts first."""
    found = said.get(predicate, ())
    rank = {"nb": 0, "": 1}
    return min(found, key=lambda pair: (rank.get(pair[0], 2), pair), default=("", ""))[1]


def _texts(said: Values, predicate: str) -> list[str]:
    return list(dict.fromkeys(text for _, text in said.get(predicate, ())))
