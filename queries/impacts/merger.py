"""What municipalities that become one must find anew, or bring together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .findings import (
    Findings,
    Need,
    active,
    by,
    in_force,
    names,
    said,
    suppliers,
    unfinished,
)
from .items import Item, Thing


def of_merger(found: Findings) -> list[Need]:
    """Returns what the new municipality must find anew, bring together or choose."""
    return [
        *_memberships(found),
        *_seats(found),
        *_uses(found),
        *_fields(found),
        *_contracts(found),
        *_services(found),
        *_employment(found),
        *_projects(found),
    ]


_WHO: Final = "den nye kommunen"


def _merging(found: Findings, item: Item, *roles: str) -> set[Thing]:
    return {thing for role in roles for thing in item.of(role)} & {*found.subjects}


def _others(found: Findings, some: Iterable[Thing]) -> str:
    return names({*found.subjects} - {*some})


def _memberships(found: Findings) -> list[Need]:
    needs = []
    members = [i for i in found.on("membership") if i.code("role") == "member"]
    for partnership, items in by(members, "organization").items():
        who = {thing for item in items for thing in _merging(found, item, "member")}
        rule = "memberships-become-one" if len(who) > 1 else "membership-of-some"
        fact = f"deltakere: {names(who)}"
        if len(who) < len(found.subjects):
            fact = said(fact, f"ikke: {_others(found, who)}")
            rule = "membership-of-some" if len(who) == 1 else rule
        needs.append(Need(rule, _WHO, partnership.label, fact, tuple(items)))
    hosts = [i for i in found.on("membership") if i.code("role") == "host"]
    needs += [
        Need("hosting-passes", _WHO, item.labels("organization"),
             f"vert: {item.labels('member')}", (item,))
        for item in hosts
    ]  # fmt: skip
    return sorted(needs, key=lambda need: need.rule != "memberships-become-one")


def _seats(found: Findings) -> list[Need]:
    needs = []
    for body, items in by(found.on("seat"), "organization").items():
        behalf = {thing for item in items for thing in _merging(found, item, "onBehalfOf")}
        if len(behalf) > 1:
            held = "; ".join(
                f"{i.labels('member')} ({i.labels('role')}, {i.labels('onBehalfOf')})"
                for i in items
            )
            needs.append(Need("seats-become-one", _WHO, body.label, held, tuple(items)))
    heads = [i for i in found.on("office") if i.code("role") == "chief-executive"]
    if len(heads) > 1:
        held = "; ".join(f"{i.labels('member')} ({i.labels('organization')})" for i in heads)
        needs.append(Need("one-executive", _WHO, heads[0].labels("role"), held, tuple(heads)))
    return needs


def _uses(found: Findings) -> list[Need]:
    several, some = [], []
    for system, items in by(active(found.on("use")), "system").items():
        who = {thing for item in items for thing in _merging(found, item, "user")}
        through = names(thing for item in items for thing in item.of("through"))
        fact = said(names(who), through and f"gjennom {through}", suppliers(found, system))
        if len(who) > 1:
            rest = _others(found, who)
            fact = said(fact, rest and f"ikke nevnt: {rest}")
            several.append(Need("use-of-several", _WHO, system.label, fact, tuple(items)))
        else:
            fact = said(fact, f"ikke nevnt: {_others(found, who)}")
            some.append(Need("use-of-some", _WHO, system.label, fact, tuple(items)))
    return several + some


def _fields(found: Findings) -> list[Need]:
    """Fields in which different municipalities have different products, none of them both."""
    by_field: dict[Thing, dict[Thing, list[Item]]] = {}
    for system, items in by(active(found.on("use")), "system").items():
        if any(kind.code == "product" for kind in found.background.of(system.iri, "type")):
            for area in found.background.of(system.iri, "field"):
                by_field.setdefault(area, {})[system] = items
    needs = []
    for area, systems in sorted(by_field.items()):
        users = {
            system: {thing for item in items for thing in _merging(found, item, "user")}
            for system, items in systems.items()
        }
        apart = [
            system
            for system, who in users.items()
            if any(not who & other for rival, other in users.items() if rival != system)
        ]
        if len(apart) > 1 and all(
            not users[one] & users[two] for one in apart for two in apart if one != two
        ):
            fact = "; ".join(f"{system.label}: {names(users[system])}" for system in apart)
            uses = tuple(item for system in apart for item in systems[system])
            needs.append(Need("same-field", _WHO, area.label, fact, uses))
    return needs


def _contracts(found: Findings) -> list[Need]:
    needs = []
    for item in found.on("contract", "procurement"):
        party = _merging(found, item, "buyer", "supplier")
        covered = _merging(found, item, "onBehalfOf")
        over = item.code("procurementStatus") == "completed"
        if (party or covered) and not over:
            fact = said(
                f"part: {names(party)}" if party else "",
                f"gjelder {names(covered)}" if covered else "",
                item.labels("contractStatus"),
            )  # fmt: skip
            needs.append(Need("party-of-contract", _WHO, item.label, fact, (item,)))
    for item in in_force(found.on("data-processing")):
        fact = said(f"part: {item.labels('buyer')}", item.labels("contractStatus"))
        needs.append(Need("data-processing-of-new", _WHO, item.label, fact, (item,)))
    return needs


def _services(found: Findings) -> list[Need]:
    needs = []
    for item in found.on("service"):
        giver, taker = _merging(found, item, "provider"), _merging(found, item, "recipient")
        # What a partnership does for its members follows the membership.
        if item.is_plan or not (giver or taker) or (taker and not giver and _of_own(found, item)):
            continue
        rule = "service-internal" if giver and taker else "service-passes"
        system = item.labels("system")
        what = item.labels("type") + (f" ({system})" if system else "")
        fact = f"fra {item.labels('provider')} til {item.labels('recipient')}"
        needs.append(Need(rule, _WHO, what, fact, (item,)))
    return needs


def _of_own(found: Findings, item: Item) -> bool:
    """Whether a partnership of theirs, or a body in it, gives the service."""
    homes = {member.partnership.iri for member in found.members}
    return any(
        thing.iri in homes or thing.iri.rpartition("/")[0].endswith("/body")
        for thing in item.of("provider")
    )


def _employment(found: Findings) -> list[Need]:
    return [
        Need("employer-passes", _WHO, item.label,
             f"arbeidsgiver: {names(_merging(found, item, 'namedEmployer', 'legalEmployer'))}",
             (item,))
        for item in found.on("post")
    ]  # fmt: skip


def _projects(found: Findings) -> list[Need]:
    several, some = [], []
    for project, items in by(unfinished(found, found.on("participation")), "undertaking").items():
        who = {thing for item in items for thing in _merging(found, item, "participant")}
        if len(who) > 1:
            rest = _others(found, who)
            fact = said(names(who), rest and f"ikke nevnt: {rest}")
            several.append(Need("projects-of-several", _WHO, project.label, fact, tuple(items)))
        else:
            fact = said(names(who), f"ikke nevnt: {_others(found, who)}")
            some.append(Need("projects-of-some", _WHO, project.label, fact, tuple(items)))
    return several + some
