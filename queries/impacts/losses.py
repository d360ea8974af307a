"""What must be found anew when a vendor, a system or a component goes away, or a person leaves."""

from __future__ import annotations

from .findings import (
    Findings,
    Need,
    active,
    begun,
    by,
    each,
    in_force,
    names,
    planned,
    said,
    statuses,
    unfinished,
)
from .items import Item, Thing
from .rules import LEADING


def of_vendor(found: Findings) -> list[Need]:
    """Returns what users and partners of a vendor must find anew."""
    vendor = found.subjects[0]
    needs = _systems_of(found, vendor)
    needs += _plans(found)
    needs += [
        Need("contract-with-vendor", item.labels("buyer"), item.label,
             said(item.labels("contractStatus"), item.labels("contractObject")), (item,))
        for item in in_force(found.on("contract", "data-processing"))
    ]  # fmt: skip
    needs += [
        Need("service-of-vendor", item.labels("recipient"), item.labels("type"),
             item.texts.get("description", "").rstrip("."), (item,))
        for item in found.on("service")
    ]  # fmt: skip
    needs += [
        Need("project-of-vendor", "", item.labels("undertaking"),
             item.labels("participationRole"), (item,))
        for item in unfinished(found, found.on("participation"))
    ]  # fmt: skip
    needs += each("integration-breaks", "", begun(found.on("integration")), _integration)
    needs += [
        Need("collaboration-with-vendor", _partners(item, vendor), item.labels("type"),
             item.texts.get("description", "").rstrip("."), (item,))
        for item in found.on("collaboration")
    ]  # fmt: skip
    return needs


def _systems_of(found: Findings, vendor: Thing) -> list[Need]:
    only: list[Need] = []
    shared: list[Need] = []
    supplied = [i for i in found.on("offering") if i.code("offeringRole") == "supplier"]
    uses = by(active(found.on("use")), "system")
    for system in by(supplied, "system"):
        used = uses.get(system, [])
        if not used:
            continue
        others = [t for t in found.background.of(system.iri, "supplier") if t != vendor]
        fact = said(_used(used), f"også {names(others)}" if others else "")
        need = Need(
            "one-of-suppliers" if others else "only-supplier", _users(used), system.label,
            fact, tuple(used),
        )  # fmt: skip
        (shared if others else only).append(need)
    return only + shared


def of_system(found: Findings) -> list[Need]:
    """Returns what users of a system and what is joined to it must find anew."""
    needs = []
    for system, items in by(active(found.on("use")), "system").items():
        for through, uses in _through(items).items():
            route = f"gjennom {through}" if through else ""
            fact = said(statuses(uses), route)
            needs.append(Need("use-of-system", _users(uses), system.label, fact, tuple(uses)))
    needs += _plans(found)
    contracts = [
        *in_force(found.on("contract")),
        *(i for i in found.on("procurement") if i.code("procurementStatus") != "completed"),
    ]
    needs += [
        Need("contract-of-system", item.labels("buyer"), item.label,
             said(item.labels("contractStatus") or item.labels("procurementStatus"),
                  _with(item.labels("supplier"))),
             (item,))
        for item in contracts
    ]  # fmt: skip
    projects = [i for i in found.on("project") if i.code("projectStatus") != "completed"]
    needs += [
        Need(
            "project-of-system",
            item.labels("owner"),
            item.label,
            item.labels("projectStatus"),
            (item,),
        )
        for item in projects
    ]
    needs += each("integration-breaks", "", begun(found.on("integration")), _integration)
    needs += [
        Need("service-of-system", item.labels("recipient"), item.labels("type"),
             said(f"fra {item.labels('provider')}", item.texts.get("description", "").rstrip(".")),
             (item,))
        for item in found.on("service")
    ]  # fmt: skip
    needs += [
        Need("post-of-system", item.labels("postIn"), item.texts.get("title", item.label),
             _holder(item), (item,))
        for item in found.on("post")
    ]  # fmt: skip
    return needs


def of_component(found: Findings) -> list[Need]:
    """Returns what is joined to a component, whom it serves, and what they lose."""
    needs = []
    for system, items in by(active(found.on("use")), "system").items():
        fact = statuses(items)
        needs.append(Need("use-of-system", _users(items), system.label, fact, tuple(items)))
    needs += each("integration-breaks", "", begun(found.on("integration")), _integration)
    needs += each(
        "integration-at-second-hand", "", begun(found.on("integration-through")), _integration
    )
    for system, items in by(active(found.on("use-joined")), "system").items():
        needs.append(
            Need("use-of-joined", _users(items), system.label, statuses(items), tuple(items))
        )
    return [*needs, *_plans(found)]


def of_person(found: Findings) -> list[Need]:
    """Returns what those for whom a person acts must fill, and what nobody else holds."""
    needs = [
        Need("seat-of-person", item.labels("onBehalfOf"), _role(item),
             said(item.time, "" if item.relation in found.shared else "ingen andre nevnt"), (item,))
        for item in found.on("seat")
    ]  # fmt: skip
    needs += [
        Need("post-of-person", item.labels("postIn"), _post(item),
             said(_employer(item), item.time), (item,))
        for item in found.on("post")
    ]  # fmt: skip
    # A seat is told above, with whether anyone else is named.
    alone = [item for item in found.on("office") if item.relation not in found.shared]
    alone.sort(key=lambda item: item.code("role") not in LEADING)
    needs += [
        Need("sole-holder", item.labels("organization"), item.labels("role"), item.time, (item,))
        for item in alone
    ]
    needs += [
        Need("sole-for-system", item.labels("postIn"), item.labels("postFor"), _post(item), (item,))
        for item in found.on("post")
        if item.of("postFor") and item.relation not in found.shared
    ]
    return needs


def _plans(found: Findings) -> list[Need]:
    return [
        Need("planned-use", _users(items), system.label,
             ", ".join(dict.fromkeys(item.time for item in items)), tuple(items))
        for system, items in by(planned(found.on("use", "use-joined")), "system").items()
    ] + [
        Need("planned-use", item.labels("user"), item.label, item.time, (item,))
        for item in planned(found.on("integration", "integration-through"))
    ]  # fmt: skip


def _through(items: list[Item]) -> dict[str, list[Item]]:
    routes: dict[str, list[Item]] = {}
    for item in items:
        routes.setdefault(item.labels("through"), []).append(item)
    return dict(sorted(routes.items()))


def _users(items: list[Item]) -> str:
    return names(thing for item in items for thing in item.of("user"))


def _used(items: list[Item]) -> str:
    through = names(thing for item in items for thing in item.of("through"))
    return said(statuses(items), through and f"for noen gjennom {through}")


def _integration(item: Item) -> str:
    return said(item.labels("useStatus"), item.labels("user"))


def _partners(item: Item, vendor: Thing) -> str:
    return names(
        thing for name in ("party", "partner") for thing in item.of(name) if thing != vendor
    )


def _with(supplier: str) -> str:
    return f"med {supplier}" if supplier else ""


def _role(item: Item) -> str:
    return f"{item.labels('role')} i {item.labels('organization')}"


def _post(item: Item) -> str:
    share = item.texts.get("positionPercent", "")
    return item.texts.get("title", item.label) + (f" ({share} %)" if share else "")


def _employer(item: Item) -> str:
    employer = item.labels("legalEmployer") or item.labels("namedEmployer")
    return f"arbeidsgiver: {employer}" if employer else "kildene sier ikke hvem som er arbeidsgiver"


def _holder(item: Item) -> str:
    return item.labels("heldBy") or "ingen oppgitt"
