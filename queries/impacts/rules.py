"""Rules: what must be found anew when something goes away, each rule with its reason.

A rule looks only at relations that the graph holds as of the day, and says which it looked at. What
the graph does not hold makes no need; `impact_silences` says that it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STANDINGS: Final = ("stated", "persisting", "possible", "planned", "announced", "undated")
"""How a relation may stand, the surest first."""

ACTIVE: Final = frozenset(
    ("in-use", "roll-out", "phasing-out", "ready", "installed", "ordered", "piloted", "procured")
)
"""Statuses of a use that is there to be lost; what is considered or offered is not."""

LEADING: Final = frozenset(
    ("chair", "deputy-chair", "general-manager", "chief-executive", "department-head",
     "operations-manager", "specialist-group-leader", "project-leader")
)  # fmt: skip
"""Roles of which a body cannot do without its holder."""

RULES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # who leaves a partnership
        "system-only-through": (
            "Systemer brukt bare gjennom samarbeidet",
            "Kildene nevner ingen annen bruk hos kommunen; den må selv skaffe tilgang og avtale.",
        ),
        "plan-through": (
            "Systemer planlagt gjennom samarbeidet",
            "Planen er samarbeidets og gjelder ikke en kommune som går ut.",
        ),
        "service-received": (
            "Tjenester fra samarbeidet",
            "Samarbeidet eller et organ i det utfører tjenesten for kommunen.",
        ),
        "contract-on-behalf": (
            "Avtaler som samarbeidet har for kommunen",
            "Samarbeidet er part, kommunen omfattet; den må få egen avtale eller bli med videre.",
        ),
        "data-processing": (
            "Databehandleravtaler",
            "Samarbeidet er part; for systemer som kommunen bruker videre, må den selv bli part.",
        ),
        "integration-through": (
            "Integrasjoner",
            "De gjelder systemer som kommunen bruker gjennom samarbeidet.",
        ),
        "project-of-partnership": (
            "Prosjekter som kommunen er med i",
            "Prosjektet er samarbeidets; deltakelsen slutter med medlemskapet.",
        ),
        "own-staff": (
            "Egne ansatte med stilling i samarbeidet",
            "Kommunen er arbeidsgiver; oppdraget i samarbeidet faller bort.",
        ),
        # what the partnership loses with who leaves it
        "seat-leading": (
            "Verv som må besettes",
            "Den som har ledervervet, har det på vegne av kommunen som går ut.",
        ),
        "seat": (
            "Plasser som blir ledige",
            "Plassen er besatt på vegne av kommunen; kildene sier ikke om den skal fylles.",
        ),
        "post-of-leaver": (
            "Stillinger som mister den som har dem",
            "Arbeidsgiveren er kommunen som går ut.",
        ),
        "service-of-leaver": (
            "Tjenester som kommunen gir samarbeidet",
            "Kommunen utfører tjenesten for samarbeidet.",
        ),
        "governing-document": (
            "Styringsdokumenter som må endres",
            "Dokumentet gjelder samarbeidet med de deltakerne det har.",
        ),
        "share-of-leaver": (
            "Kostnader som de andre må dele",
            "Kommunen bærer en oppgitt andel.",
        ),
        # a host that is host no more
        "new-host": (
            "Vertskommune",
            "Den som slutter, er vertskommune på dagen.",
        ),
        "service-of-host": (
            "Tjenester fra verten",
            "Vertskommunen utfører tjenesten for samarbeidet.",
        ),
        "employer": (
            "Stillinger uten arbeidsgiver",
            "Vertskommunen er rettslig arbeidsgiver for stillingen.",
        ),
        "legal-basis": (
            "Rettsgrunnlag",
            "Samarbeidet har sitt grunnlag i lovens regler om vertskommune.",
        ),
        "agreement-of-hosted": (
            "Avtaler som må sees gjennom",
            "Samarbeidet er part etter kilden; om verten er part i formen, sier den ikke.",
        ),
        # municipalities that become one
        "memberships-become-one": (
            "Medlemskap som blir ett",
            "Flere av kommunene er deltakere i samme samarbeid.",
        ),
        "membership-of-some": (
            "Samarbeid som bare noen er med i",
            "Den nye kommunen må velge: de andre er ikke deltakere på dagen.",
        ),
        "hosting-passes": (
            "Vertskap som må gå over",
            "En av kommunene er vertskommune.",
        ),
        "seats-become-one": (
            "Plasser som faller sammen",
            "Plassene i samme organ er på vegne av kommuner som blir én.",
        ),
        "one-executive": (
            "Ledere",
            "Hver av kommunene har sin; den nye trenger én.",
        ),
        "use-of-several": (
            "Systemer som flere av kommunene har",
            "Bruken må samles: baser, oppsett, lisenser og tilganger for én kommune.",
        ),
        "use-of-some": (
            "Systemer som bare noen av kommunene har",
            "Kildene nevner ikke de andre; den nye kommunen må utvide, bytte eller avslutte.",
        ),
        "same-field": (
            "Ulike systemer i samme fagområde",
            "Systemene er i samme fagområde, og ingen kommune har begge; ett må velges.",
        ),
        "party-of-contract": (
            "Avtaler og anskaffelser som kommunene er part i eller omfattet av",
            "Parten eller omfanget må endres til den nye kommunen.",
        ),
        "data-processing-of-new": (
            "Databehandleravtaler",
            "De gjelder kommuner som ikke blir mer; den nye kommunen må stå i dem.",
        ),
        "service-internal": (
            "Tjenester som blir interne",
            "Både den som gir og den som får, blir samme kommune.",
        ),
        "service-passes": (
            "Tjenester som må gå over",
            "En av kommunene gir eller får tjenesten, den andre parten står utenfor.",
        ),
        "employer-passes": (
            "Stillinger som får ny arbeidsgiver",
            "Arbeidsgiveren er en av kommunene som blir én.",
        ),
        "projects-of-several": (
            "Prosjekter som flere av kommunene er med i",
            "Deltakelsene blir én.",
        ),
        "projects-of-some": (
            "Prosjekter som bare noen av kommunene er med i",
            "Kildene nevner ikke de andre; den nye kommunen må avklare deltakelsen.",
        ),
        # a vendor, a system or a component that goes away
        "only-supplier": (
            "Systemer som kildene ikke nevner annen leverandør av",
            "Brukerne må finne en annen leverandør eller et annet system.",
        ),
        "one-of-suppliers": (
            "Systemer med flere leverandører",
            "Kildene nevner også andre; noen må ta over denne leverandørens del.",
        ),
        "contract-with-vendor": (
            "Avtaler",
            "Leverandøren er part.",
        ),
        "service-of-vendor": (
            "Tjenester",
            "Leverandøren utfører tjenesten.",
        ),
        "project-of-vendor": (
            "Prosjekter",
            "Leverandøren deltar, og prosjektet er ikke fullført.",
        ),
        "collaboration-with-vendor": (
            "Samarbeid",
            "Leverandøren er den ene parten.",
        ),
        "use-of-system": (
            "Brukere som må ha noe annet",
            "Kildene sier at de har systemet eller er i ferd med å få det.",
        ),
        "planned-use": (
            "Planer som faller",
            "Bruken eller koblingen er planlagt, ikke begynt.",
        ),
        "contract-of-system": (
            "Avtaler og anskaffelser",
            "Systemet er det avtalen eller anskaffelsen gjelder.",
        ),
        "project-of-system": (
            "Prosjekter",
            "Systemet innføres eller endres i prosjektet, som ikke er fullført.",
        ),
        "service-of-system": (
            "Tjenester",
            "Tjenesten gjelder systemet.",
        ),
        "post-of-system": (
            "Stillinger",
            "Stillingen er knyttet til systemet.",
        ),
        "integration-breaks": (
            "Integrasjoner som brytes",
            "Den ene enden er borte; den andre må kobles til noe annet.",
        ),
        "integration-at-second-hand": (
            "Integrasjoner som kan rammes indirekte",
            "De går til et system som selv er koblet hit.",
        ),
        "use-of-joined": (
            "Systemer som mister koblingen",
            "Systemet er koblet hit; det virker videre bare så langt det klarer seg uten.",
        ),
        # a person who leaves
        "seat-of-person": (
            "Plasser og verv som må besettes",
            "Personen har vervet på vegne av en organisasjon, som må peke ut en annen.",
        ),
        "sole-holder": (
            "Roller som ingen andre har",
            "Kildene nevner ingen annen i samme rolle samme sted på dagen.",
        ),
        "post-of-person": (
            "Stillinger som må besettes",
            "Personen har stillingen.",
        ),
        "sole-for-system": (
            "Systemer og områder uten ansvarlig",
            "Kildene nevner ingen annen stilling for det samme.",
        ),
    }
)
"""Each rule: what it gathers, and the reason why that must be found anew."""
