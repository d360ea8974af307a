"""The one place for prefixes and base IRIs.

Every prefix that a query, a shape, a table kind or an export uses is declared here.
A prefix of ours names one kind of thing, so that Turtle can write every IRI of the
graph as a short name without escapes.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/kommunegraf/"
ID: Final = BASE + "id/"
CODE: Final = BASE + "code/"
GRAPH: Final = BASE + "graph/"

STANDARDS: Final = MappingProxyType(
    {
        "adms": "http://www.w3.org/ns/adms#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "epo": "http://data.europa.eu/a4g/ontology#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "legal": "http://www.w3.org/ns/legal#",
        "m8g": "http://data.europa.eu/m8g/",
        "opengov": "http://www.w3.org/ns/opengov#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "person-voc": "http://www.w3.org/ns/person#",
        "prov": "http://www.w3.org/ns/prov#",
        "qb": "http://purl.org/linked-data/cube#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "rov": "http://www.w3.org/ns/regorg#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "vann": "http://purl.org/vocab/vann/",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefixes of the vocabularies that the graph reuses."""

KINDS: Final = (
    "activity",
    "body",
    "collaboration",
    "conflict",
    "contract",
    "document",
    "event",
    "evidence",
    "figure",
    "identifier",
    "integration",
    "legal-basis-of",
    "match",
    "membership",
    "name",
    "offering",
    "participation",
    "person",
    "post",
    "procurement",
    "project",
    "remark",
    "role-of",
    "service",
    "site",
    "source",
    "system",
    "territory",
    "unknown",
    "use",
    "version",
)
"""Kinds of thing and relation whose prefix is the kind's own name."""

LISTS: Final = (
    "activity-type",
    "body-type",
    "certainty",
    "collaboration-type",
    "conflict-kind",
    "contract-status",
    "contract-type",
    "delivery",
    "document-type",
    "event-type",
    "field",
    "figure-role",
    "identifier-scheme",
    "integration-type",
    "language",
    "legal-basis",
    "match-verdict",
    "measure",
    "member-role",
    "name-kind",
    "offering-role",
    "organisation-form",
    "organisation-type",
    "outcome",
    "participation-role",
    "post-function",
    "procurement-status",
    "project-status",
    "project-type",
    "register-role",
    "registration-status",
    "remark-kind",
    "role",
    "service-type",
    "site-type",
    "source-type",
    "system-type",
    "unit",
    "unknown-reason",
    "use-status",
)
"""Code lists; each is a SKOS concept scheme in `codes/` and has a prefix of its own."""

PREFIXES: Final = MappingProxyType(
    {
        **STANDARDS,
        "kg": BASE + "ns#",
        "code": CODE,
        "graph": GRAPH,
        # The W3C vocabulary owns the prefix `org`, so organisations are written `o:`.
        "o": ID + "org/",
        # The IRIs that Enhetsregisteret itself gives its units.
        "er": "https://data.brreg.no/enhetsregisteret/api/enheter/",
        **{kind: f"{ID}{kind}/" for kind in KINDS},
        **{name: f"{CODE}{name}/" for name in LISTS},
    }
)
"""Every prefix of the project, in the order in which Turtle declares them."""


def expand(curie: str) -> str:
    """Returns the IRI that a prefixed name stands for.

    Raises KeyError when the prefix is not declared, ValueError when there is no colon.
    """
    prefix, separator, local = curie.partition(":")
    if not separator:
        raise ValueError(f"“{curie}” has no prefix")
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """Returns the prefixed name for an IRI, or the IRI itself when no prefix fits."""
    head = max(
        ((ns, prefix) for prefix, ns in PREFIXES.items() if iri.startswith(ns)),
        key=lambda pair: len(pair[0]),
        default=None,
    )
    return iri if head is None else f"{head[1]}:{iri[len(head[0]) :]}"
