"""Joint procurement: systems that several buy or use apart, and who is outside a joint contract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...ontology.namespaces import expand
from .analysis import Analysis, Findings, Thing, Value, Wish
from .purchases import Purchase, read_inherited, read_purchases, read_successors
from .reading import (
    ENDED,
    NATIONAL,
    USING,
    Systems,
    Use,
    by_iri,
    by_label,
    read_members,
    read_owners,
    read_replacements,
    read_systems,
    read_uses,
    read_vendors,
    things,
)

SEPARATE: Final = "separate contracts"
SEVERAL: Final = "several partnerships, contracts unknown"
ALONE: Final = "members, no joint contract known"
UNNAMED: Final = "fellow members not in the contract"
UNSTATED: Final = "fellow members not stated as users"
_ORDER: Final = (SEPARATE, UNNAMED, ALONE, UNSTATED, SEVERAL)

_BOUGHT: Final = frozenset(
    NamedNode(expand(f"system-type:{name}")) for name in ("product", "module", "platform", "device")
)
"""Types of systems that are bought as what they are; not a partnership's own services."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system that could be bought together: why, who has it, and who of the fellows has not.

    `through`: fellows that came of one who had it, or was named; `denied`: fellows that are stated
    not to use it.
    """

    reason: str
    system: NamedNode
    partnership: NamedNode | None
    have: frozenset[NamedNode]
    fellows: frozenset[NamedNode] = frozenset()
    through: frozenset[NamedNode] = frozenset()
    denied: frozenset[NamedNode] = frozenset()
    purchases: tuple[Purchase, ...] = ()
    uses: tuple[Use, ...] = ()


def analyse(graph: Graph, wish: Wish) -> Findings:
    """Returns the candidates by reason, partnership and system."""
    systems = read_systems(graph)
    every = _staying(read_uses(graph, replace(wish, standing=f"{wish.standing} planned")))
    members = read_members(graph, wish)
    owners = read_owners(graph)
    purchases = read_purchases(graph, wish, owners)
    bought: dict[NamedNode, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        for system in purchase.objects:
            bought[system].append(purchase)
    inherited = read_inherited(graph, wish)
    candidates: list[Candidate] = []
    for system in sorted({use.system for use in every} | {*bought}, key=by_iri):
        if not _counts(system, systems, wish.components):
            continue
        uses = [use for use in every if use.system == system]
        separate = _separate(system, bought[system])
        candidates += separate
        if not separate:
            candidates += _several(system, uses, members, owners)
        for partnership in sorted(members, key=by_iri):
            candidates += _within(
                partnership, system, uses, members[partnership], bought[system], inherited[system]
            )
    successors = read_successors(graph) if any(one.behalf for one in purchases) else {}
    for partnership, of_it in members.items():
        bought_by = [one for one in purchases if partnership in one.buyers]
        candidates += [
            one
            for one in outside_contracts(partnership, of_it, bought_by, successors, every)
            if _counts(one.system, systems, wish.components)
        ]
    if wish.partnership is not None:
        candidates = [one for one in candidates if _touches(one, wish.partnership, members)]
    return _findings(graph, wish, candidates, systems, read_replacements(graph))


def _staying(uses: list[Use]) -> list[Use]:
    """Returns the facts without uses that are to end: what is replaced is no candidate."""
    ending = {
        (use.user, use.system)
        for use in uses
        if use.until or (use.standing == "planned" and use.status in ENDED)
    }
    return [
        use
        for use in uses
        if use.standing != "planned"
        and not (use.status in USING and (use.user, use.system) in ending)
        and use.status != "phasing-out"
    ]


def _counts(system: NamedNode, systems: Systems, components: bool) -> bool:
    """Whether a system is something to buy; national components are when they are asked for."""
    kind = systems.types.get(system)
    return kind in _BOUGHT or (components and kind == NATIONAL)


def _separate(system: NamedNode, purchases: list[Purchase]) -> list[Candidate]:
    buyers = frozenset(buyer for one in purchases for buyer in one.buyers)
    if len(buyers) < 2:
        return []
    return [Candidate(SEPARATE, system, None, buyers, purchases=tuple(purchases))]


def _several(
    system: NamedNode,
    uses: list[Use],
    members: Mapping[NamedNode, set[NamedNode]],
    owners: Mapping[NamedNode, NamedNode],
) -> list[Candidate]:
    """Returns the system when it is in use in two partnerships or more."""
    users: dict[NamedNode, list[Use]] = defaultdict(list)
    for use in uses:
        if use.status not in USING:
            continue
        user = owners.get(use.user, use.user)
        for partnership, of_it in members.items():
            if partnership in (use.through, user) or (use.through is None and user in of_it):
                users[partnership].append(use)
    if len(users) < 2:
        return []
    found = {use.relation: use for some in users.values() for use in some}
    return [Candidate(SEVERAL, system, None, frozenset(users), uses=tuple(found.values()))]


def _within(
    partnership: NamedNode,
    system: NamedNode,
    uses: list[Use],
    members: set[NamedNode],
    purchases: list[Purchase],
    inherited: set[NamedNode],
) -> list[Candidate]:
    """Returns the system when members use it apart, or when only some are stated to use it."""
    using = [use for use in uses if use.user in members and use.status in USING]
    have = frozenset(use.user for use in using)
    fellows = frozenset(members - have)
    after = fellows & inherited
    denied = frozenset(use.user for use in uses if use.user in fellows and use.status in ENDED)
    joint = any(use.user == partnership or use.through == partnership for use in uses)
    joint = joint or any(partnership in one.buyers for one in purchases)
    if not joint and len(have) > 1:
        return [
            Candidate(ALONE, system, partnership, have, fellows, after, denied, uses=tuple(using))
        ]
    through = [use for use in using if use.through == partnership]
    whole = any(use.user == partnership and use.status in USING for use in uses)
    if through and fellows and not whole:
        return [
            Candidate(
                UNSTATED, system, partnership, have, fellows, after, denied, uses=tuple(using)
            )
        ]
    return []


def outside_contracts(
    partnership: NamedNode,
    members: set[NamedNode],
    purchases: Iterable[Purchase],
    successors: Mapping[NamedNode, set[NamedNode]],
    uses: Iterable[Use],
) -> list[Candidate]:
    """Returns what a contract is made for some members by name, and who of the others lacks it."""
    users = {(use.user, use.system) for use in uses if use.status in USING}
    found = []
    for one in purchases:
        if not one.contract or not one.behalf:
            continue
        after = frozenset(new for old in one.behalf for new in successors.get(old, ())) & members
        named = frozenset(one.behalf & members)
        for system in one.objects:
            outside = frozenset(
                member for member in members - named if (member, system) not in users
            )
            if outside:
                through = after & outside
                found.append(
                    Candidate(
                        UNNAMED, system, partnership, named, outside, through, purchases=(one,)
                    )
                )
    return found


def _touches(
    one: Candidate, partnership: NamedNode, members: Mapping[NamedNode, set[NamedNode]]
) -> bool:
    of_it = {partnership, *members.get(partnership, set())}
    return one.partnership == partnership or (one.partnership is None and bool(of_it & one.have))


def _findings(
    graph: Graph,
    wish: Wish,
    candidates: list[Candidate],
    systems: Systems,
    replacements: Mapping[NamedNode, set[NamedNode]],
) -> Findings:
    vendors = read_vendors(graph, wish, systems)
    known = things(
        graph,
        [
            iri
            for one in candidates
            for iri in (
                one.system, one.partnership, *one.have, *one.fellows, *one.through, *one.denied,
                *vendors.get(one.system, ()), *systems.fields.get(one.system, ()),
                *replacements.get(one.system, ()),
            )
            if iri is not None
        ],
    )  # fmt: skip

    def listed(iris: Iterable[NamedNode]) -> tuple[Thing, ...]:
        return tuple(sorted((known[iri] for iri in iris), key=by_label))

    def place(one: Candidate) -> tuple[object, ...]:
        where = by_label(known[one.partnership]) if one.partnership else ("", "")
        return _ORDER.index(one.reason), where, by_label(known[one.system])

    rows: list[dict[str, Value]] = [
        {
            "reason": one.reason,
            "system": known[one.system],
            "fields": tuple(thing.label for thing in listed(systems.fields.get(one.system, ()))),
            "vendors": listed(vendors.get(one.system, ())),
            "partnership": known[one.partnership] if one.partnership else None,
            "have": listed(one.have),
            "fellowsWithout": listed(one.fellows),
            "predecessorHad": listed(one.through),
            "statedNotToUse": listed(one.denied),
            "replacementPlanned": listed(replacements.get(one.system, ())),
            "contracts": tuple(purchase.label for purchase in one.purchases),
            "ends": tuple(dict.fromkeys(purchase.until or "ukjent" for purchase in one.purchases)),
            "doubtful": sum(use.doubtful for use in one.uses),
            "sources": _sources(one),
        }
        for one in sorted(candidates, key=place)
    ]
    reasons = [one.reason for one in candidates]
    counted = [f"{reasons.count(one)} × {one}" for one in _ORDER if one in reasons]
    notes = [
        f"It found {', '.join(counted)}." if counted else "It found no candidate.",
        "fellowsWithout are members of whom no source says that they have it; statedNotToUse are "
        "those of whom one says that they have not, or no longer; predecessorHad came of a "
        "municipality that had it or was named. What its user is to replace is left out; "
        "replacementPlanned is what a source plans in place of it, for others or at no said time.",
        "Whether needs, terms and law allow a joint purchase is not in the data.",
    ]
    if not wish.components:
        notes.append("National components are left out; --components counts them too.")
    columns = tuple(rows[0]) if rows else ("reason", "system", "partnership", "have", "sources")
    return Findings(columns, tuple(rows), tuple(notes))


def _sources(one: Candidate) -> tuple[str, ...]:
    places = [purchase.source for purchase in one.purchases] + [use.source for use in one.uses]
    return tuple(dict.fromkeys(sorted(places)))


ANALYSIS: Final = Analysis(
    "joint-procurement",
    "A product that stays in use is a candidate when different buyers have contracts or "
    "procurements of it, when members of a partnership use it without a known joint contract, when "
    "fellow members are not named in a contract or not stated as users, or when several "
    "partnerships use it; what no source states is unknown, not absent.",
    ("partnership", "components"),
    analyse,
)
