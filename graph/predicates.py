"""The one module that names predicates and classes in Python; the rest are in `kinds/`."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from ..ontology.namespaces import expand


def _n(curie: str) -> NamedNode:
    return NamedNode(expand(curie))


TYPE: Final = _n("rdf:type")
LABEL: Final = _n("rdfs:label")
PREF_LABEL: Final = _n("skos:prefLabel")
ALT_LABEL: Final = _n("skos:altLabel")
NAME: Final = _n("foaf:name")
NOTE: Final = _n("skos:note")
NOTATION: Final = _n("skos:notation")
CLASS_OF_CODE: Final = _n("kg:classOfCode")

RELATION: Final = _n("kg:Relation")
EVIDENCE: Final = _n("kg:Evidence")
SOURCE: Final = _n("kg:Source")

VALID_FROM: Final = _n("kg:validFrom")
VALID_FROM_LATEST: Final = _n("kg:validFromLatest")
VALID_FROM_TEXT: Final = _n("kg:validFromText")
VALID_UNTIL: Final = _n("kg:validUntil")
VALID_UNTIL_EARLIEST: Final = _n("kg:validUntilEarliest")
VALID_UNTIL_TEXT: Final = _n("kg:validUntilText")
OBSERVED_FROM: Final = _n("kg:observedFrom")
OBSERVED_UNTIL: Final = _n("kg:observedUntil")
OBSERVED_TEXT: Final = _n("kg:observedText")
PERIOD_FROM: Final = _n("kg:periodFrom")
PERIOD_UNTIL: Final = _n("kg:periodUntil")
PLAN: Final = _n("kg:plan")
CLAIM_LETTER: Final = _n("kg:claimLetter")

POSSIBLE_FROM: Final = _n("kg:possibleFrom")
STATED_FROM: Final = _n("kg:statedFrom")
STATED_UNTIL: Final = _n("kg:statedUntil")
POSSIBLE_UNTIL: Final = _n("kg:possibleUntil")
IS_PLAN: Final = _n("kg:isPlan")
ROW: Final = _n("kg:row")
TIME_TEXT: Final = _n("kg:timeText")
SOURCE_TEXT: Final = _n("kg:sourceText")
SEARCH_KEY: Final = _n("kg:searchKey")

DERIVED_FROM: Final = _n("prov:wasDerivedFrom")
IN_SOURCE: Final = _n("dcterms:source")
SECTION: Final = _n("kg:section")
LINE: Final = _n("kg:line")
FIRST_LINE: Final = _n("kg:firstLine")
LAST_LINE: Final = _n("kg:lastLine")
RECORD: Final = _n("kg:record")
CERTAINTY: Final = _n("kg:certainty")

TITLE: Final = _n("dcterms:title")
PUBLISHER: Final = _n("dcterms:publisher")
LICENCE: Final = _n("dcterms:license")
ISSUED: Final = _n("dcterms:issued")
RIGHTS: Final = _n("dcterms:rights")
DESCRIPTION: Final = _n("dcterms:description")
SPEAKS_FROM: Final = _n("kg:speaksFrom")
SPEAKS_UNTIL: Final = _n("kg:speaksUntil")

XSD_DATE: Final = _n("xsd:date")
XSD_YEAR: Final = _n("xsd:gYear")
XSD_YEAR_MONTH: Final = _n("xsd:gYearMonth")
XSD_INTEGER: Final = _n("xsd:integer")
XSD_DECIMAL: Final = _n("xsd:decimal")
XSD_BOOLEAN: Final = _n("xsd:boolean")
