"""Details: what is said of the relations that make up paths: labels, time, source, certainty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ...graph import predicates as p
from ...graph.dataset import Graph
from ...ontology.namespaces import expand, shorten
from ..as_of import CERTAINTIES
from ..batches import batches, select_wide, terms
from ..labels import labels_of
from .neighbours import Link

REGISTERED_AS: Final = p.REGISTERED_AS.value

_DATE: Final = expand("dcterms:date")
_ALWAYS: Final = tuple(
    term.value
    for term in (
        p.TIME_TEXT, p.SOURCE_TEXT, p.STATED_FROM, p.STATED_UNTIL, p.POSSIBLE_FROM,
        p.POSSIBLE_UNTIL, p.DERIVED_FROM, p.IN_SOURCE,
    )
)  # fmt: skip

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of relations, by IRI, and the Norwegian labels of all that they name.

    `proofs` names, for an organisation that is a unit of the register, what says so.
    """

    said: Mapping[str, Values]
    labels: Mapping[str, str]
    certainties: Mapping[str, str]
    proofs: Mapping[frozenset[str], str]

    def label(self, iri: str) -> str:
        """Returns the label of a thing, code or relation, or its short IRI."""
        return self.labels.get(iri) or shorten(iri)

    def values(self, relation: str, predicate: str) -> list[str]:
        """Returns what a property of a relation says, things by their labels, in order."""
        found = self.said.get(relation, {}).get(predicate, ())
        return sorted(self.labels.get(value, value) for value in found)

    def first(self, relation: str, predicate: NamedNode) -> str:
        """Returns the first value of a property as it is written, or nothing."""
        return min(self.said.get(relation, {}).get(predicate.value, ()), default="")

    def evidence(self, relation: str) -> list[str]:
        """Returns the nodes that tell where the relation is said."""
        said = self.said.get(relation, {})
        return sorted({*said.get(p.DERIVED_FROM.value, ()), *said.get(p.IN_SOURCE.value, ())})

    def certainty(self, relation: str) -> str:
        """Returns how sure the surest source is; what a register says is stated."""
        found = [self.certainties.get(node, "stated") for node in self.evidence(relation)]
        return min(found, key=CERTAINTIES.index, default="stated")

    def time(self, relation: str) -> str:
        """Returns the time of a relation in words, empty when none is said."""
        return self.first(relation, p.TIME_TEXT) or min(
            self.said.get(relation, {}).get(_DATE, ()), default=""
        )

    def source(self, relation: str) -> str:
        """Returns where a relation is said, in words."""
        if text := self.first(relation, p.SOURCE_TEXT):
            return text
        return "; ".join(self._source(node) for node in self.evidence(relation))

    def _source(self, node: str) -> str:
        retrieved = min(self.said.get(node, {}).get(p.RETRIEVED.value, ()), default="")
        label = self.label(node)
        return label if not retrieved or retrieved in label else f"{label}, hentet {retrieved}"


def read_details(graph: Graph, links: Iterable[Link], things: Iterable[str]) -> Details:
    """Returns what is said of the links' relations, with the labels of them and of the things."""
    links = list(links)
    relations = {link.relation for link in links}
    proofs = _proofs(graph, links)
    properties = {_DATE, *_ALWAYS}
    for link in links:
        tie = link.tie
        named = {*_named(tie.sentence), tie.first, tie.second, link.kind.role}
        properties |= {iri for iri in named if ":" in iri}
    said = _values(graph, {*relations, *proofs.values()}, properties)
    evidence = {
        node
        for values in said.values()
        for predicate in (p.DERIVED_FROM, p.IN_SOURCE)
        for node in values.get(predicate.value, ())
    }
    about = _values(graph, evidence, {p.CERTAINTY.value, p.RETRIEVED.value})
    certainties = {
        node: min(values[p.CERTAINTY.value]).rpartition("/")[2]
        for node, values in about.items()
        if p.CERTAINTY.value in values
    }
    named = {
        value
        for values in said.values()
        for predicate, found in values.items()
        if predicate not in _ALWAYS
        for value in found
        if "://" in value
    }
    labels = labels_of(graph, {*named, *things, *relations, *proofs.values(), *evidence})
    return Details({**said, **about}, labels, certainties, proofs)


def _named(sentence: str) -> set[str]:
    """The properties that a sentence names in braces."""
    import re

    return {expand(curie) for curie in re.findall(r"\{([\w-]+:\w+)\}", sentence)}


def _values(
    graph: Graph, nodes: Iterable[str], properties: Iterable[str]
) -> dict[str, dict[str, list[str]]]:
    wanted = ", ".join(str(NamedNode(iri)) for iri in sorted(properties))
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for some in batches(nodes):
        text = f"""SELECT ?node ?p ?o WHERE {{
          VALUES ?node {{ {terms(some)} }} ?node ?p ?o . FILTER(?p IN ({wanted})) }}"""
        for row in select_wide(graph, text):
            found[row["node"].value][row["p"].value].add(row["o"].value)
    return {
        node: {predicate: sorted(values) for predicate, values in said.items()}
        for node, said in found.items()
    }


def _proofs(graph: Graph, links: Iterable[Link]) -> dict[frozenset[str], str]:
    """Which number or judgement says that an organisation is a unit of the register."""
    pairs = {link.first: link for link in links if link.tie.second == REGISTERED_AS}
    proofs: dict[frozenset[str], str] = {}
    for some in batches(pairs):
        text = f"""SELECT ?thing ?proof ?number WHERE {{
          VALUES ?thing {{ {terms(some)} }}
          ?proof {p.ABOUT} ?thing ; {p.NOTATION} ?number ; {p.SOURCE_TEXT} ?source .
        }}"""
        for row in select_wide(graph, text):
            link, proof = pairs[row["thing"].value], row["proof"].value
            if link.second.endswith("/" + row["number"].value):
                proofs[link.ends] = min(proof, proofs.get(link.ends, proof))
    return proofs
