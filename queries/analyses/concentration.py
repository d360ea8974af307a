"""Vendor concentration: how far each partnership hangs on few suppliers, by field of service."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from .analysis import Analysis, Findings, Share, Thing, Value, Wish
from .reading import (
    NATIONAL,
    USING,
    Systems,
    Use,
    by_iri,
    by_label,
    read_members,
    read_owners,
    read_systems,
    read_uses,
    read_vendors,
    things,
)

MINIMUM: Final = 3

ALL: Final = "alle felt"
NONE: Final = "uten felt"

Pair = tuple[NamedNode, NamedNode]
"""A user and a system that it uses."""


def analyse(graph: Graph, wish: Wish) -> Findings:
    """Returns a row for each partnership and field, the partnership as a whole first."""
    systems = read_systems(graph)
    vendors = read_vendors(graph, wish, systems)
    uses = [use for use in read_uses(graph, wish) if use.status in USING]
    owners = read_owners(graph)
    placed = pairs_by_partnership(uses, read_members(graph, wish), owners, systems, wish.components)
    # A pair is in doubt when each use that it rests on is.
    sure = {(owners.get(use.user, use.user), use.system) for use in uses if not use.doubtful}
    if wish.partnership is not None:
        placed = {one: pairs for one, pairs in placed.items() if one == wish.partnership}
    known = things(
        graph,
        [
            *placed,
            *(vendor for found in vendors.values() for vendor in found),
            *(field for fields in systems.fields.values() for field in fields),
        ],
    )
    minimum = MINIMUM if wish.minimum is None else wish.minimum
    rows: list[dict[str, Value]] = []
    few = 0
    for partnership in sorted(placed, key=lambda iri: by_label(known[iri])):
        for field, pairs in _by_field(placed[partnership], systems, known):
            row = _row(known[partnership], field, pairs, sure, vendors, known)
            if field == ALL or sum(system in vendors for _, system in pairs) >= minimum:
                rows.append(row)
            else:
                few += 1
    return Findings(
        columns=(
            "partnership", "field", "hhi", "equalVendors", "uses", "withVendor", "withoutVendor",
            "doubtful", "systems", "hhiSystems", "shares",
        ),
        rows=tuple(rows),
        notes=_notes(placed, vendors, few, minimum, wish.components),
    )  # fmt: skip


def pairs_by_partnership(
    uses: Iterable[Use],
    members: Mapping[NamedNode, set[NamedNode]],
    owners: Mapping[NamedNode, NamedNode],
    systems: Systems,
    components: bool,
) -> dict[NamedNode, set[Pair]]:
    """Returns the pairs of user and system in each partnership.

    A use is in the partnership that it goes through; else in that which is itself the user, or has
    the user as a body or as a member on the day. A body counts as the partnership that it is of.
    """
    placed: dict[NamedNode, set[Pair]] = defaultdict(set)
    memberships: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for partnership, of_it in members.items():
        for member in of_it:
            memberships[member].add(partnership)
    for use in uses:
        if systems.types.get(use.system) == NATIONAL and not components:
            continue
        user = owners.get(use.user, use.user)
        if use.through is not None:
            where = {use.through}
        elif user in members:
            where = {user}
        else:
            where = memberships.get(user, set())
        for partnership in where:
            placed[partnership].add((user, use.system))
    return dict(placed)


def herfindahl(parts: Iterable[float]) -> float | None:
    """Returns the index of market shares that are parts of 1, or None of none."""
    squares = [part * part for part in parts]
    return 10_000 * sum(squares) if squares else None


def _by_field(
    pairs: set[Pair], systems: Systems, known: Mapping[NamedNode, Thing]
) -> list[tuple[str, set[Pair]]]:
    fields: dict[str, set[Pair]] = defaultdict(set)
    for pair in pairs:
        # A system of two fields counts in both; in the whole it counts once.
        for name in [known[field].label for field in systems.fields.get(pair[1], ())] or [NONE]:
            fields[name].add(pair)
    return [(ALL, pairs), *sorted(fields.items())]


def _row(
    partnership: Thing,
    field: str,
    pairs: set[Pair],
    sure: set[Pair],
    vendors: Mapping[NamedNode, set[NamedNode]],
    known: Mapping[NamedNode, Thing],
) -> dict[str, Value]:
    parts = _parts(Counter(system for _, system in pairs), vendors)
    of_systems = _parts(Counter({system for _, system in pairs}), vendors)
    supplied = sum(1 for _, system in pairs if system in vendors)
    index = herfindahl(parts.values())
    ranked = sorted(parts, key=lambda vendor: (-parts[vendor], by_label(known[vendor])))
    whole_systems = herfindahl(of_systems.values())
    return {
        "partnership": partnership,
        "field": field,
        "hhi": None if index is None else round(index),
        "equalVendors": None if index is None else round(10_000 / index, 1),
        "uses": len(pairs),
        "withVendor": supplied,
        "withoutVendor": len(pairs) - supplied,
        "doubtful": len(pairs - sure),
        "systems": len({system for _, system in pairs}),
        "hhiSystems": None if whole_systems is None else round(whole_systems),
        "shares": tuple(Share(known[vendor], parts[vendor]) for vendor in ranked),
    }


def _parts(
    counts: Mapping[NamedNode, int], vendors: Mapping[NamedNode, set[NamedNode]]
) -> dict[NamedNode, float]:
    """Returns each vendor's part of what has a known vendor."""
    total = sum(count for system, count in counts.items() if system in vendors)
    parts: dict[NamedNode, float] = defaultdict(float)
    for system in sorted(counts, key=by_iri):
        for vendor in vendors.get(system, ()):
            parts[vendor] += counts[system] / len(vendors[system]) / total
    return parts


def _notes(
    placed: Mapping[NamedNode, set[Pair]],
    vendors: Mapping[NamedNode, set[NamedNode]],
    few: int,
    minimum: int,
    components: bool,
) -> tuple[str, ...]:
    every = [pair for pairs in placed.values() for pair in pairs]
    supplied = sum(1 for _, system in every if system in vendors)
    notes = [
        f"It rests on {len(every)} pairs of user and system; for {supplied} of them a supplier is "
        f"known, the other {len(every) - supplied} are in no share. Doubtful are those that a "
        "source is unsure of or another claim contradicts."
    ]
    if few:
        notes.append(
            f"{few} fields with fewer than {minimum} pairs of known supplier are left out; "
            "--minimum 0 shows them."
        )
    if not components:
        notes.append("National components are left out; --components counts them too.")
    return tuple(notes)


ANALYSIS: Final = Analysis(
    "concentration",
    "Herfindahl–Hirschman index (0–10,000: sum of squared market shares in per cent) of suppliers "
    "over what is in use: each pair of user and system counts once and is split equally among its "
    "suppliers; pairs without a known supplier are counted apart.",
    ("partnership", "minimum", "components"),
    analyse,
)
