"""Words of a thing's page: what each kind of relation is called, and in which order they come."""

from __future__ import annotations

from typing import Final

GROUPS: Final[dict[str, tuple[str, str]]] = {
    "name": ("Navn", "Names"),
    "identifier": ("Numre og kjennetegn", "Numbers and identifiers"),
    "territory": ("Nummer og område", "Number and territory"),
    "event": ("Sammenslåinger, delinger og andre endringer", "Mergers, splits and other changes"),
    "legal-basis-of": ("Rettsgrunnlag", "Legal basis"),
    "membership": ("Deltakelse i samarbeid", "Membership in partnerships"),
    "body": ("Organer og avdelinger", "Bodies and departments"),
    "role-of": ("Verv og roller", "Roles"),
    "post": ("Stillinger", "Posts"),
    "collaboration": ("Samarbeid", "Collaboration"),
    "use": ("Bruk av systemer", "Use of systems"),
    "offering": ("Leveranser av systemer", "Offerings of systems"),
    "integration": ("Integrasjoner", "Integrations"),
    "service": ("Tjenester", "Services"),
    "contract": ("Avtaler", "Contracts"),
    "procurement": ("Anskaffelser", "Procurements"),
    "project": ("Prosjekter", "Projects"),
    "participation": ("Deltakelse i prosjekter og tiltak", "Participation in projects"),
    "activity": ("Hendelser og aktiviteter", "Events and activities"),
    "document": ("Dokumenter og vedtak", "Documents and decisions"),
    "figure": ("Tall", "Figures"),
    "site": ("Steder", "Sites"),
    "system": ("Systemer", "Systems"),
    "org": ("Organisasjoner", "Organisations"),
    "person": ("Personer", "Persons"),
    "remark": ("Merknader i kildene", "Remarks in the sources"),
    "unknown": ("Det kildene lar stå åpent", "What the sources leave open"),
    "conflict": ("Motstrid og feil i kildene", "Contradictions and errors in the sources"),
    "match": ("Vurdert mot registeret", "Judged against the register"),
    "evidence": ("Steder i kildene", "Places in the sources"),
    "version": ("Koder i KLASS", "Codes in KLASS"),
}
"""What stands over each kind of statement about a thing, in nb and en, in the order shown."""

ORDER: Final = {name: place for place, name in enumerate(GROUPS)}

PROPERTIES: Final[dict[str, tuple[str, str]]] = {
    "dcterms:type": ("Slag", "Type"),
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
    "skos:altLabel": ("Kalles også", "Also called"),
    "skos:note": ("Merknad", "Note"),
    "skos:exactMatch": ("Det samme som", "The same as"),
    "skos:notation": ("Kode", "Code"),
    "skos:definition": ("Definisjon", "Definition"),
    "skos:inScheme": ("I kodelisten", "In the code list"),
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
"""What the properties of other vocabularies are called; our own say it in the ontology."""


def heading(kind: str, lang: str) -> str:
    """Returns what stands over a kind of statement."""
    nb, en = GROUPS.get(kind, (kind, kind))
    return en if lang == "en" else nb
