"""Words: what a property is called on pages and in tables that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..ontology.namespaces import shorten

_OTHERS: Final[Mapping[str, tuple[str, str]]] = {
    "dcterms:type": ("Type", "Type"),
    "dcterms:description": ("Beskrivelse", "Description"),
    "dcterms:replaces": ("Etter", "Replaces"),
    "dcterms:isReplacedBy": ("Erstattet av", "Replaced by"),
    "dcterms:identifier": ("Kjennetegn", "Identifier"),
    "dcterms:date": ("Dato", "Date"),
    "dcterms:subject": ("Handler om", "About"),
    "dcterms:isPartOf": ("Del av", "Part of"),
    "dcterms:creator": ("Laget av", "Made by"),
    "dcterms:publisher": ("Utgiver", "Publisher"),
    "dcterms:license": ("Vilkår", "Licence"),
    "dcterms:rights": ("Rettigheter", "Rights"),
    "dcterms:issued": ("Utgitt", "Issued"),
    "dcterms:title": ("Tittel", "Title"),
    "dcterms:language": ("Språk", "Language"),
    "dcterms:source": ("Kilde", "Source"),
    "foaf:homepage": ("Nettsted", "Home page"),
    "foaf:name": ("Navn", "Name"),
    "foaf:page": ("Nettside", "Page"),
    "skos:prefLabel": ("Navn", "Name"),
    "skos:altLabel": ("Kalles også", "Also called"),
    "skos:note": ("Merknad", "Note"),
    "epo:hasContractConclusionDate": ("Undertegnet", "Signed"),
    "skos:exactMatch": ("Det samme som", "The same as"),
    "skos:notation": ("Kode", "Code"),
    "skos:definition": ("Definisjon", "Definition"),
    "skos:inScheme": ("I kodelisten", "In the code list"),
    "rdfs:label": ("Navn", "Name"),
    "rdfs:comment": ("Om", "Comment"),
    "rdfs:seeAlso": ("Se også", "See also"),
    "rdf:type": ("Klasse", "Class"),
    "org:changedBy": ("Endret ved", "Changed by"),
    "org:resultedFrom": ("Ble til ved", "Resulted from"),
    "org:originalOrganization": ("Før", "Before"),
    "org:resultingOrganization": ("Etter", "After"),
    "org:member": ("Hvem", "Member"),
    "org:organization": ("I", "In"),
    "org:role": ("Rolle", "Role"),
    "org:unitOf": ("Del av", "Part of"),
    "org:heldBy": ("Innehaver", "Held by"),
    "org:postIn": ("Stilling i", "Post in"),
    "opengov:onBehalfOf": ("På vegne av", "On behalf of"),
    "schema:location": ("Sted", "Place"),
    "schema:containedInPlace": ("I", "In"),
    "rov:legalName": ("Navn i registeret", "Legal name"),
    "rov:orgType": ("Organisasjonsform", "Organisation form"),
    "rov:registration": ("Registrering", "Registration"),
}
"""The properties of other vocabularies, in nb and en; our own have labels in the ontology."""


def property_name(predicate: str, labels: Mapping[str, str], lang: str = "nb") -> str:
    """Returns what a property is called; `labels` are those that the graph has, by IRI."""
    short = shorten(predicate)
    if short in _OTHERS:
        return _OTHERS[short][lang == "en"]
    label = labels.get(predicate, short)
    return label[:1].upper() + label[1:] if label != short else short
