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


def heading(kind: str, lang: str) -> str:
    """Returns what stands over a kind of statement."""
    nb, en = GROUPS.get(kind, (kind, kind))
    return en if lang == "en" else nb
