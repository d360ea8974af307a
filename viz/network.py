"""The network that a view's CONSTRUCT describes, with the relations of all times.

A drawn thing is a subject with `kg:drawnAs`; a drawn relation is a subject with `rdf:subject`
and `rdf:object` besides. Parallel relations stay apart: the edge's key is the relation's IRI.
What is said of anything else is left aside, so that a view may name more than it draws.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

import networkx as nx

from ..graph import predicates
from ..ontology.namespaces import expand
from ..queries.as_of import CERTAINTIES
from .errors import ViewError
from .wording import LANGUAGES, Words

if TYPE_CHECKING:
    from pyoxigraph import Triple

Graph: TypeAlias = "nx.MultiDiGraph[str]"
"""A network whose nodes carry a Thing and whose edges carry a Relation."""

# The words of a picture; what a view says with them is never stored in the graph.
SUBJECT: Final = expand("rdf:subject")
OBJECT: Final = expand("rdf:object")
KIND: Final = expand("kg:drawnAs")
PERIOD: Final = expand("kg:period")
NOTE: Final = expand("rdfs:comment")
LABEL: Final = predicates.LABEL.value
ALSO: Final = predicates.ALT_LABEL.value
SOURCE: Final = predicates.IN_SOURCE.value
FIELD: Final = expand("kg:field")
CERTAINTY: Final = expand("kg:certainty")
PLAN: Final = predicates.IS_PLAN.value
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
    """A drawn thing.

    `label` is its name in bokmål, or else the one it has; `labels` its names by the languages of
    the pages; `also` its other names, those in other languages with them.
    """

    iri: str
    label: str
    kind: str
    also: tuple[str, ...] = ()
    note: str = ""
    fields: tuple[Words, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Bounds:
    """The four days between which a relation is possible and stated, as ISO text."""

    possible_from: str
    stated_from: str
    stated_until: str
    possible_until: str


@dataclass(frozen=True)
class Relation:
    """A drawn relation between two drawn things.

    `certainty` is that of its surest source, empty when no source says it.
    """

    iri: str
    start: str
    end: str
    label: str
    kind: str
    certainty: str = ""
    plan: bool = False
    period: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    bounds: Bounds | None = None


def standing_on(relation: Relation, day: str) -> str | None:
    """Returns how a relation stands on a day (ISO text), None when it does not hold then.

    This is the rule of `queries/shared/standing.rq`, here for relations that have been asked for. A
    relation whose time no source gives is "untimed" on every day.
    """
    if (at := relation.bounds) is None:
        return "planned" if relation.plan else "untimed"
    if at.possible_from > day or at.possible_until <= day:
        return None
    if relation.plan:
        return "planned"
    if day < at.stated_from:
        return "possible"
    return "stated" if day < at.stated_until else "persisting"


def from_triples(triples: Iterable[Triple]) -> Graph:
    """Returns the network of drawn things and relations, in an order of its own.

    Raises ViewError when a relation ends at something that the view does not draw.
    """
    said = _by_subject(triples)
    graph: Graph = nx.MultiDiGraph()
    for iri in sorted(said):
        if KIND in said[iri] and SUBJECT not in said[iri]:
            graph.add_node(iri, thing=_thing(iri, said))
    for iri in sorted(said):
        if SUBJECT in said[iri]:
            for found in _relations(iri, said, graph):
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


def _thing(iri: str, said: Mapping[str, Values]) -> Thing:
    mine = said[iri]
    label = _text(mine, LABEL) or iri
    # Names in Sami and Kven are found by the search.
    others = (text for language, text in mine.get(LABEL, ()) if language not in ("", *LANGUAGES))
    return Thing(
        iri=iri,
        label=label,
        kind=_text(mine, KIND),
        also=tuple(dict.fromkeys(t for t in (*_texts(mine, ALSO), *others) if t != label)),
        note=_text(mine, NOTE),
        fields=_fields(mine, said),
        labels={at: text for at in LANGUAGES if (text := _in(mine.get(LABEL, ()), at))},
    )


def _fields(mine: Values, said: Mapping[str, Values]) -> tuple[Words, ...]:
    """Returns the fields of service by name; one that the view gives no name is its own name."""
    found = set()
    for value in _texts(mine, FIELD):
        labels = said.get(value, {}).get(LABEL, ())
        nb = _in(labels, "nb") or next((text for _, text in labels), value)
        found.add(Words(nb, _in(labels, "nn") or nb, _in(labels, "en") or nb))
    return tuple(sorted(found, key=lambda words: (words.nb, words.nn, words.en)))


def _relations(iri: str, said: Mapping[str, Values], graph: Graph) -> Iterator[Relation]:
    """Yields one relation for each pair of ends that the view gives a relation node."""
    mine = said[iri]
    bounds = _bounds([_text(mine, predicate) for predicate in BOUNDS])
    for start in _texts(mine, SUBJECT):
        for end in _texts(mine, OBJECT):
            for drawn in (start, end):
                if drawn not in graph:
                    raise ViewError(f"the view draws <{iri}> but not its end <{drawn}>")
            ends = f"{thing(graph, start).label} – {thing(graph, end).label}"
            yield Relation(
                iri=iri,
                start=start,
                end=end,
                label=_text(mine, LABEL) or ends,
                kind=_text(mine, KIND),
                certainty=_certainty(_texts(mine, CERTAINTY)),
                plan=_text(mine, PLAN) == "true",
                period=", ".join(_texts(mine, PERIOD)),
                sources=tuple(_texts(mine, SOURCE)),
                note=_text(mine, NOTE),
                bounds=bounds,
            )


def _certainty(said: Sequence[str]) -> str:
    names = {value.rpartition("/")[2] for value in said}
    return next((name for name in CERTAINTIES if name in names), "")


def _bounds(days: Sequence[str]) -> Bounds | None:
    """Returns the four days, or None when one is absent or no day of the calendar."""
    try:
        return Bounds(*(date.fromisoformat(day).isoformat() for day in days))
    except ValueError:
        return None


def _in(labels: Sequence[tuple[str, str]], language: str) -> str:
    return next((text for tagged, text in labels if tagged == language), "")


def _text(said: Values, predicate: str) -> str:
    """Returns the bokmål text, else one without language, else whichever sorts first."""
    found = said.get(predicate, ())
    rank = {"nb": 0, "": 1}
    return min(found, key=lambda pair: (rank.get(pair[0], 2), pair), default=("", ""))[1]


def _texts(said: Values, predicate: str) -> list[str]:
    return list(dict.fromkeys(text for _, text in said.get(predicate, ())))


def fullest_day(graph: Graph, usual: str) -> str:
    """Returns the day on which most relations hold, for a picture of no day in particular.

    It is `usual`, unless some day on which a relation began has more, the first of these.
    """
    ties = list(relations(graph))

    def holding(day: str) -> int:
        return sum(
            standing_on(tie, day) in ("stated", "persisting", "planned", "untimed") for tie in ties
        )

    begun = sorted({tie.bounds.stated_from for tie in ties if tie.bounds})
    return max([usual, *begun], key=holding)
