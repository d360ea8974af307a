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
ITSELF: Final = _n("kg:itself")
SEARCH_KEY: Final = _n("kg:searchKey")

DERIVED_FROM: Final = _n("prov:wasDerivedFrom")
IN_SOURCE: Final = _n("dcterms:source")
SECTION: Final = _n("kg:section")
LINE: Final = _n("kg:line")
FIRST_LINE: Final = _n("kg:firstLine")
LAST_LINE: Final = _n("kg:lastLine")
RECORD: Final = _n("kg:record")
CERTAINTY: Final = _n("kg:certainty")

KIND: Final = _n("dcterms:type")
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

ABOUT: Final = _n("kg:about")
CODE_TYPE: Final = _n("dcterms:type")
DATED_NAME: Final = _n("kg:DatedName")
REGISTERED_ORGANISATION: Final = _n("rov:RegisteredOrganization")
LEGAL_NAME: Final = _n("rov:legalName")
ORGANISATION_FORM: Final = _n("rov:orgType")
REGISTRATION_STATUS: Final = _n("rov:orgStatus")
PART_OF: Final = _n("org:subOrganizationOf")
HOMEPAGE: Final = _n("foaf:homepage")
MUNICIPALITY_NUMBER: Final = _n("kg:municipalityNumber")
INDUSTRY_CODE: Final = _n("kg:industryCode")
EMPLOYEES: Final = _n("kg:employees")
REGISTERED_ON: Final = _n("kg:registeredOn")
FOUNDED_ON: Final = _n("kg:foundedOn")
DELETED_ON: Final = _n("kg:deletedOn")
CHANGED_ON: Final = _n("kg:changedOn")

MEMBERSHIP: Final = _n("org:Membership")
MEMBER: Final = _n("org:member")
ORGANIZATION: Final = _n("org:organization")
MEMBER_ROLE: Final = _n("org:role")
OBSERVATION: Final = _n("qb:Observation")
FIGURE: Final = _n("kg:Figure")
PARTY: Final = _n("kg:party")
MEASURE: Final = _n("kg:measure")
VALUE: Final = _n("kg:value")
VALUE_TEXT: Final = _n("kg:valueText")
UNIT: Final = _n("kg:unit")
PERIOD: Final = _n("kg:period")
FIGURE_ROLE: Final = _n("kg:figureRole")
APPROXIMATE: Final = _n("kg:approximate")
FOAF_PERSON: Final = _n("foaf:Person")
PERSON: Final = _n("kg:Person")

RETRIEVED: Final = _n("kg:retrieved")
SHA256: Final = _n("kg:sha256")
FILE_NAME: Final = _n("kg:fileName")

WHOLE_REGISTER: Final = _n("kg:wholeRegister")
TOMBSTONE: Final = _n("kg:Tombstone")
REMOVED_ON: Final = _n("kg:removedOn")
REGISTERED_AS: Final = _n("kg:registeredAs")
MATCH: Final = _n("kg:Match")
VERDICT: Final = _n("kg:verdict")
