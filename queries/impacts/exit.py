"""What an exit leaves to be found anew, by who leaves and by the partnership; a host's part too."""

from __future__ import annotations

from collections.abc import Callable

from .findings import (
    Findings,
    Need,
    active,
    amount_of,
    begun,
    by,
    each,
    in_force,
    names,
    national,
    planned,
    said,
    statuses,
    suppliers,
    unfinished,
)
from .items import Item, Thing
from .rules import LEADING


def of_exit(found: Findings) -> list[Need]:
    """Returns what those who leave, then what the partnership must find anew."""
    assert found.partnership is not None
    needs: list[Need] = []
    for leaver in found.subjects:
        needs += _of_leaver(found, leaver)
    for leaver in found.subjects:
        needs += _of_partnership(found, leaver, found.partnership)
    governing = [i for i in found.on("document") if i.code("type") == "governing-document"]
    needs += each("governing-document", found.partnership.label, governing, _of_document)
    return needs


def _of_leaver(found: Findings, leaver: Thing) -> list[Need]:
    who = leaver.label

    def of(*grounds: str, role: str) -> list[Item]:
        return [item for item in found.on(*grounds) if leaver in item.of(role)]

    home = found.partnership
    assert home is not None
    needs = _systems(found, leaver)
    needs += [
        Need("plan-through", who, system.label, said(*(item.time for item in items)), tuple(items))
        for system, items in by(planned(of("use-through", role="user")), "system").items()
    ]
    services = [item for item in of("service", role="recipient") if not item.is_plan]
    needs += [
        Need("service-received", who, _service(item), _description(item), (item,))
        for item in services
    ]
    contracts = of("contract", role="onBehalfOf")
    needs += each("contract-on-behalf", who, in_force(contracts), _contract(home))
    agreements = [i for i in found.on("data-processing") if home in i.of("buyer")]
    needs += each("data-processing", who, in_force(agreements), _contract(home))
    needs += each("integration-through", who, begun(found.on("integration")), _use_of_integration)
    projects = unfinished(found, of("participation", role="participant"))
    needs += [
        Need("project-of-partnership", who, item.labels("undertaking"),
             said(item.labels("participationRole"), item.time), (item,))
        for item in projects
    ]  # fmt: skip
    staff = of("post", role="namedEmployer")
    needs += [Need("own-staff", who, _holder(item), _post(item), (item,)) for item in staff]
    return needs


def _systems(found: Findings, leaver: Thing) -> list[Need]:
    """The systems that the leaver uses through the partnership and, by the sources, only so."""
    own = {
        thing.iri
        for item in active(found.on("use-own"))
        if leaver in item.of("user")
        for thing in item.of("system")
    }
    through = [item for item in active(found.on("use-through")) if leaver in item.of("user")]
    return [
        Need("system-only-through", leaver.label, system.label,
             said(statuses(items), national(found, system), suppliers(found, system),
                  _covered(found, system)),
             tuple(items))
        for system, items in by(through, "system").items()
        if system.iri not in own
    ]  # fmt: skip


def _covered(found: Findings, system: Thing) -> str:
    contracts = [
        i.label for i in in_force(found.on("contract")) if system in i.of("contractObject")
    ]
    return f"avtale: {', '.join(contracts)}" if contracts else ""


def _of_partnership(found: Findings, leaver: Thing, partnership: Thing) -> list[Need]:
    who = partnership.label
    seats = [item for item in found.on("seat") if leaver in item.of("onBehalfOf")]
    posts = [item for item in found.on("post") if leaver in item.of("namedEmployer")]
    given = [item for item in found.on("service") if leaver in item.of("provider")]
    shares = [item for item in found.on("share") if leaver in item.of("party")]
    needs = [
        Need("seat-leading" if item.code("role") in LEADING else "seat", who, _seat(item),
             said(item.labels("member"), f"på vegne av {leaver.label}"), (item,))
        for item in sorted(seats, key=lambda item: item.code("role") not in LEADING)
    ]  # fmt: skip
    needs += [Need("post-of-leaver", who, _post(item), _holder(item), (item,)) for item in posts]
    needs += [
        Need("service-of-leaver", who, _service(item), _description(item), (item,))
        for item in given
        if not found.on("hosting")
    ]
    needs += [
        Need("share-of-leaver", who, item.labels("measure"), _value(item), (item,))
        for item in shares
    ]
    return needs


def of_host(found: Findings) -> list[Need]:
    """Returns what a partnership must find anew when its host is host no more."""
    assert found.partnership is not None
    home = found.partnership
    who = home.label
    host = found.subjects[0]
    others = {m.organisation for m in found.members if m.role == "member"} - {*found.subjects}
    needs = [
        Need("new-host", who, "ny vertskommune",
             f"{host.label} er vert for {len(others)} andre deltakere", (item,))
        for item in found.on("hosting")
    ]  # fmt: skip
    services = [i for i in found.on("service") if host in i.of("provider")]
    needs += [
        Need("service-of-host", who, _service(item), _description(item), (item,))
        for item in services
    ]
    posts = [i for i in found.on("post") if host in i.of("legalEmployer")]
    needs += [Need("employer", who, _post(item), _holder(item), (item,)) for item in posts]
    bases = [i for i in found.on("legal-basis") if "vertskommune" in i.labels("legalBasis")]
    needs += each("legal-basis", who, bases, lambda item: item.time)
    contracts = [i for i in found.on("contract", "data-processing") if i.of("contractStatus")]
    needs += each("agreement-of-hosted", who, contracts, _contract(home))
    return needs


def _service(item: Item) -> str:
    system = item.labels("system")
    return item.labels("type") + (f" ({system})" if system else "")


def _description(item: Item) -> str:
    told = item.texts.get("description", "").rstrip(".")
    same = told.casefold() == item.labels("type").casefold()
    return said(f"fra {item.labels('provider')}", "" if same else told)


def _contract(home: Thing) -> Callable[[Item], str]:
    """Says how an agreement stands, and with whom but the partnership itself."""

    def fact(item: Item) -> str:
        told = [
            f"{word}: {names(others)}"
            for word, name in (("leverandør", "supplier"), ("part", "buyer"))
            if (others := {*item.of(name)} - {home})
        ]
        return said(item.labels("contractStatus"), *told)

    return fact


def _use_of_integration(item: Item) -> str:
    return said(item.labels("useStatus"), item.texts.get("description", "").rstrip("."))


def _seat(item: Item) -> str:
    return f"{item.labels('role')} i {item.labels('organization')}"


def _holder(item: Item) -> str:
    return item.labels("heldBy") or "ingen oppgitt"


def _post(item: Item) -> str:
    share = item.texts.get("positionPercent", "")
    title = item.texts.get("title", item.label)
    works_for = item.labels("postFor")
    return said(title + (f" ({share} %)" if share else ""), works_for and f"for {works_for}")


def _value(item: Item) -> str:
    return f"{amount_of(item)} ({item.texts.get('period', '')})"


def _of_document(item: Item) -> str:
    return item.texts.get("description", "").rstrip(".")
