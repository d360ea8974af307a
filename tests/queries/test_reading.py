"""What questions, paths, impacts and analyses read alike: labels, and many IRIs in few requests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import PREFIXES, expand
from kommunegraf.queries.batches import batches, terms
from kommunegraf.queries.labels import label_of, labels_of
from kommunegraf.queries.paths.neighbours import Ties, count_neighbours

LABELS: dict[str, tuple[str, str]] = {
    "the preferred one": ('skos:prefLabel "A"@nb ; foaf:name "B" ; rdfs:label "C"@nb', "A"),
    "the Norwegian one": ('skos:prefLabel "A"@en, "B"@nb, "C"@nn', "B"),
    "one without a language": ('rdfs:label "A"@en, "B"', "B"),
    "another language than none": ('rdfs:label "A"@en', "A"),
    "a person's name": ('foaf:name "A" ; dcterms:title "B"@nb', "A"),
    "a unit's name": ('rov:legalName "A" ; rdfs:label "B"', "A"),
    "a document's title": ('dcterms:title "A"@nb', "A"),
    "the first of several": ('skos:prefLabel "B"@nb, "A"@nb', "A"),
    "no text": ("skos:prefLabel <urn:x>", "thing"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "label"), LABELS.values(), ids=LABELS.keys())
def test_the_label_of_a_node(said: str, label: str) -> None:
    store = Store()
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    store.load(f"{prefixes} <urn:a/thing> {said} .".encode(), format=RdfFormat.TURTLE)
    assert label_of(invented(store), NamedNode("urn:a/thing")) == label


def test_labels_of_many(graph: StoredGraph) -> None:
    quads = graph.quads(None, NamedNode(expand("rdf:type")), None)
    iris = [q.subject.value for q in quads if isinstance(q.subject, NamedNode)][:3000]
    found = labels_of(graph, [*iris, "urn:nothing"])
    assert "urn:nothing" not in found
    for iri in iris[::100]:
        assert label_of(graph, NamedNode(iri)) == found.get(iri, iri.rpartition("/")[2])


def test_batches_are_in_order_and_each_once() -> None:
    assert list(batches(["c", "a", "b", "a"], 2)) == [["a", "b"], ["c"]]
    assert [len(some) for some in batches(map(str, range(1000)))] == [400, 400, 200]
    assert terms(["urn:b", "urn:a"]) == "<urn:b> <urn:a>"


def test_what_nothing_leads_to_is_not_asked_for() -> None:
    graph = Unasked(Store(), Path(), Manifest(2, "0", {}, {}, "2020-01-01", "2020-01-01"))
    assert count_neighbours(graph, Ties({}), ["urn:a", "urn:b"]) == {"urn:a": 0, "urn:b": 0}


class Unasked(StoredGraph):
    def run(self, *_: Any, **__: Any) -> Any:
        raise AssertionError


def invented(quads: Iterable[Any]) -> StoredGraph:
    store = Store()
    store.extend(quads)
    return StoredGraph(store, Path(), Manifest(2, "0", {}, {}, "2020-01-01", "2020-01-01"))
