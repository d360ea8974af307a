"""The description of the SPARQL service, in the vocabulary that the standard gives."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple, serialize

from ...ontology.namespaces import BASE, PREFIXES, expand
from .negotiate import GRAPHS, ROWS
from .sparql import TRIPLE_KINDS, content_type

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_OF_ROWS: Final = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
                   "SPARQL_Results_TSV")  # fmt: skip
_OF_TRIPLES: Final = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads", "N3")
_SERVICE: Final = BASE + "service"
_DATASET: Final = BASE + "service#dataset"


@lru_cache(maxsize=16)
def describe(name: str, tag: str, address: str, *, federated: bool) -> tuple[str, bytes]:
    """Returns the content type and the bytes of the description in a format by its short name.

    `tag`: of the build; `address`: of the endpoint, as the client knows it.
    """
    assert len(_OF_ROWS) == len(ROWS)
    assert len(_OF_TRIPLES) == len(GRAPHS)
    service, dataset, default = (
        NamedNode(_SERVICE), NamedNode(_DATASET), NamedNode(_DATASET + "-default"),
    )  # fmt: skip
    kind = NamedNode(expand("rdf:type"))
    said = [
        Triple(service, kind, _sd("Service")),
        Triple(service, _sd("endpoint"), NamedNode(address)),
        Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        Triple(service, _sd("defaultDataset"), dataset),
        Triple(dataset, kind, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), default),
        Triple(default, kind, _sd("Graph")),
        Triple(
            default,
            NamedNode(expand("rdfs:comment")),
            Literal("All sources merged; one named graph holds each source.", language="en"),
        ),
        *(
            Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + one))
            for one in (*_OF_ROWS, *_OF_TRIPLES)
        ),
    ]
    if federated:
        said.append(Triple(service, _sd("feature"), _sd("BasicFederatedQuery")))
    prefixes = {"sd": _SD, "rdfs": PREFIXES["rdfs"], "formats": _FORMATS}
    body = serialize(said, format=TRIPLE_KINDS[name], prefixes=prefixes)
    return content_type(name), body or b""


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
