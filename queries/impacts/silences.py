"""Silences: what a reader of an impact would ask and the graph does not hold, said in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from .findings import Findings, Need, active, by, names, suppliers
from .items import Item, Thing


def silences(case: str, found: Findings, needs: Iterable[Need]) -> list[str]:
    """Returns the sentences for a case: each follows from something that is absent."""
    told = []
    if case == "exit":
        told += _of_exit(found)
    if case in ("exit", "merger"):
        told += _suppliers(found, needs)
    if case == "host":
        told += _of_host(found)
    if case == "merger":
        told += _of_merger(found)
    if case == "person":
        told += _of_person(found)
    if case in ("vendor", "system", "component"):
        told += _of_loss(found)
    return told


def _of_exit(found: Findings) -> list[str]:
    assert found.partnership is not None
    home, told = found.partnership.label, []
    if not any(i.code("type") == "cooperation" for i in found.on("contract")):
        told.append(
            f"Kildene gjengir ikke samarbeidsavtalen for {home}: frist for utmelding, oppgjør og "
            "hva som skjer med data, er ukjent."
        )
    for leaver in found.subjects:
        told += _of_leaver(found, leaver, home)
    silent = [
        i for i in found.on("contract")
        if not i.of("onBehalfOf") and i.code("type") not in ("employment", "secondment")
    ]  # fmt: skip
    if silent:
        told.append(
            "Kildene sier ikke hvilke kommuner disse avtalene gjelder: "
            + "; ".join(item.label for item in silent) + "."
        )  # fmt: skip
    if not found.on("data-processing"):
        told.append(f"Kildene nevner ingen databehandleravtaler for {home}.")
    officers = [
        i for i in found.on("data-processing") if i.code("type") == "data-protection-officer"
    ]
    for officer in sorted({item.labels("provider") for item in officers}):
        told.append(
            f"{officer} er personvernombud for kommunen; om det følger medlemskapet, sier "
            "kildene ikke."
        )
    return told


def _of_leaver(found: Findings, leaver: Thing, home: str) -> list[str]:
    told = []
    mine = [i for i in found.on("use-through", "use-own") if leaver in i.of("user")]
    known = {thing for item in mine for thing in item.of("system")}
    loose = names(
        thing
        for item in active(found.on("use-own"))
        if leaver in item.of("user")
        for thing in item.of("system")
    )
    if loose:
        told.append(f"Kildene sier ikke gjennom hvem {leaver.label} bruker {loose}.")
    unknown = [s for s in by(active(found.on("use-of-partnership")), "system") if s not in known]
    if unknown:
        told.append(
            f"{home} bruker {len(unknown)} systemer til, uten at kildene sier om {leaver.label} er "
            "blant brukerne (de står nederst, under «Systemer der kilden bare nevner samarbeidet»)."
        )
    if not any(leaver in i.of("namedEmployer") for i in found.on("post")):
        told.append(f"Kildene nevner ingen ansatt i {leaver.label} med stilling i {home}.")
    if not any(leaver in i.of("onBehalfOf") for i in found.on("seat")):
        told.append(f"Kildene nevner ingen som sitter i {home} på vegne av {leaver.label}.")
    return told


def _suppliers(found: Findings, needs: Iterable[Need]) -> list[str]:
    rules = ("system-only-through", "use-of-several", "use-of-some")
    systems = {
        thing
        for need in needs
        if need.rule in rules
        for item in need.items
        for thing in item.of("system")
        if not suppliers(found, thing)
    }
    return [f"Kildene sier ikke hvem som leverer {names(systems)}."] if systems else []


def _of_host(found: Findings) -> list[str]:
    assert found.partnership is not None
    home, host, told = found.partnership.label, found.subjects[0].label, []
    if not any(found.subjects[0] in i.of("legalEmployer") for i in found.on("post")):
        told.append(f"Kildene sier ikke hvem som er rettslig arbeidsgiver for de ansatte i {home}.")
    silent = found.on("post-of-partnership")
    if silent:
        told.append(
            "Kildene sier ikke hvem som er arbeidsgiver for disse stillingene: "
            + "; ".join(dict.fromkeys(item.label for item in silent)) + "."
        )  # fmt: skip
    staff = {thing for item in found.on("staff") for thing in item.of("member")}
    bound = {thing for item in found.on("post") for thing in item.of("heldBy")}
    if loose := staff - bound:
        told.append(
            f"{len(loose)} personer har en rolle i {home} uten at kildene sier hvem som er "
            "arbeidsgiver."
        )
    if not any(i.code("type") == "cooperation" for i in found.on("contract")):
        told.append(f"Kildene gjengir ikke avtalen om at {host} er vert for {home}.")
    told.append(f"Kildene sier ikke hvilke lokaler og hvilket utstyr {host} holder for {home}.")
    return told


def _of_merger(found: Findings) -> list[str]:
    told = []
    for thing in found.subjects:
        if not any(thing in i.of("member") for i in found.on("membership")):
            told.append(f"Kildene nevner ikke {thing.label} som deltaker i noe samarbeid på dagen.")
        if not any(thing in i.of("user") for i in found.on("use")):
            told.append(f"Kildene nevner ingen systemer hos {thing.label}.")
    if not _has_party(found.on("data-processing"), found.subjects):
        told.append("Kildene nevner ingen databehandleravtale der en av kommunene selv er part.")
    return told


def _has_party(items: Iterable[Item], who: Iterable[Thing]) -> bool:
    return any(
        {*who} & {*i.of("buyer"), *i.of("supplier")} for i in items if i.of("contractStatus")
    )


def _of_person(found: Findings) -> list[str]:
    who = found.subjects[0].label
    if any(item.of("legalEmployer") or item.of("namedEmployer") for item in found.on("post")):
        return []
    return [f"Kildene sier ikke hvem {who} er ansatt hos, eller i hvilken stillingsprosent."]


def _of_loss(found: Findings) -> list[str]:
    through = {t for i in active(found.on("use", "use-joined")) for t in i.of("user")}
    homes = [t for t in sorted(through) if _is_partnership(found, t)]
    told = []
    if homes:
        told.append(
            f"Der brukeren er {names(homes)}, sier kildene ikke hvilke kommuner som bruker det."
        )
    return told


def _is_partnership(found: Findings, thing: Thing) -> bool:
    return any(kind.code == "partnership" for kind in found.background.of(thing.iri, "type"))
