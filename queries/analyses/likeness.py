"""Likeness: which municipalities use the same systems, as far as the sources tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import QueryError
from .analysis import Analysis, Findings, Thing, Value, Wish
from .reading import (
    ENDED,
    NATIONAL,
    USING,
    by_label,
    read_members,
    read_municipalities,
    read_systems,
    read_uses,
    things,
)

MINIMUM: Final = 5
TOP: Final = 20


@dataclass(frozen=True, slots=True)
class Stated:
    """The systems that each municipality is stated to use, and to use not (any more)."""

    used: Mapping[NamedNode, set[NamedNode]]
    denied: Mapping[NamedNode, set[NamedNode]]


def analyse(graph: Graph, wish: Wish) -> Findings:
    """Returns the pairs of municipalities that are most alike, or those of one municipality."""
    stated = _stated(graph, wish)
    used = stated.used
    minimum = MINIMUM if wish.minimum is None else wish.minimum
    compared = {one for one in used if len(used[one]) >= max(minimum, 1)}
    if wish.partnership is not None:
        compared &= read_members(graph, wish).get(wish.partnership, set())
    asked = [wish.thing] if wish.thing else []
    known = things(graph, [*used, *asked, *set().union(*used.values())])
    if wish.thing is not None and wish.thing not in compared:
        raise QueryError(
            f"{known[wish.thing].label} is not compared: {len(used.get(wish.thing, ()))} systems "
            f"are stated of it as of {wish.at}, fewer than {minimum}, or it is no member; "
            "--minimum and --at change that"
        )
    rows = _rows(stated, compared, wish.thing, known)
    top = TOP if wish.top is None else wish.top
    notes = _notes(compared, minimum, wish.components)
    if fewer := sorted((known[one] for one in set(used) - compared), key=by_label):
        notes.append(f"Not compared: {', '.join(thing.label for thing in fewer)}.")
    if len(rows) > top:
        notes.append(f"{top} of {len(rows)} pairs are shown; --top shows more.")
    return Findings(
        columns=(
            "municipality", "other", "likeness", "common", "telling", "onlyFirst", "onlyOther",
            "statedDifferent", "commonSystems",
        ),
        rows=tuple(rows[:top]),
        notes=tuple(notes),
    )  # fmt: skip


def _stated(graph: Graph, wish: Wish) -> Stated:
    systems = read_systems(graph)
    municipalities = read_municipalities(graph)
    stated = Stated(defaultdict(set), defaultdict(set))
    for use in read_uses(graph, wish):
        if use.user not in municipalities:
            continue
        if systems.types.get(use.system) == NATIONAL and not wish.components:
            continue
        if use.status in USING:
            stated.used[use.user].add(use.system)
        elif use.status in ENDED:
            stated.denied[use.user].add(use.system)
    return Stated(dict(stated.used), dict(stated.denied))


def _notes(compared: set[NamedNode], minimum: int, components: bool) -> list[str]:
    notes = [
        f"{len(compared)} municipalities with at least {minimum} stated systems are compared; what "
        "a partnership uses without saying for whom counts for none of them.",
        "telling counts the common systems that at most half of those compared use: what all "
        "members of a partnership are said to use in one sentence makes them alike, but tells "
        "little.",
        "statedDifferent counts systems that one uses and the other is stated not to use; the "
        "other differences may be silence of the sources.",
    ]
    if not components:
        notes.append("National components are left out; --components counts them too.")
    return notes


def jaccard(one: set[NamedNode], other: set[NamedNode]) -> float:
    """Returns what two sets have in common as part of what they have together."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def _rows(
    stated: Stated,
    compared: set[NamedNode],
    about: NamedNode | None,
    known: Mapping[NamedNode, Thing],
) -> list[dict[str, Value]]:
    used, denied = stated.used, stated.denied
    ordered = sorted(compared, key=lambda iri: by_label(known[iri]))
    pairs = (
        combinations(ordered, 2)
        if about is None
        else ((about, other) for other in ordered if other != about)
    )
    spread = Counter(system for one in compared for system in used[one])
    found = []
    for one, other in pairs:
        common = used[one] & used[other]
        different = (used[one] - used[other]) & denied.get(other, set())
        different |= (used[other] - used[one]) & denied.get(one, set())
        shared = sorted((known[system] for system in common), key=by_label)
        row: dict[str, Value] = {
            "municipality": known[one],
            "other": known[other],
            "likeness": round(jaccard(used[one], used[other]), 3),
            "common": len(common),
            "onlyFirst": len(used[one] - used[other]),
            "onlyOther": len(used[other] - used[one]),
            "statedDifferent": len(different),
            "telling": sum(1 for system in common if 2 * spread[system] <= len(compared)),
            "commonSystems": tuple(shared),
        }
        found.append(((not row["telling"], -jaccard(used[one], used[other]), -len(common)), row))
    # Pairs that share only what most have say little, and come last; those that are equally alike
    # stay in order of their labels.
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


ANALYSIS: Final = Analysis(
    "likeness",
    "Jaccard index: systems that both municipalities are stated to use, divided by systems that "
    "either is; a use that no source states is unknown and no “no”, so only municipalities with "
    "enough stated systems are compared.",
    ("thing", "partnership", "minimum", "top", "components"),
    analyse,
)
