"""What belongs to which hub: the nearest ones, step by step along the relations.

A system that the members of two partnerships use belongs to both. A person in a body of one
partnership belongs to that one, although the municipality that the person represents takes
part in a second one: a single hub explains all these ties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .plan import Plan
from .ties import Ties

_LEAST: Final = 4  # a hub has so many ties, or this part of the ties of the largest
_PART: Final = 6


def hubs_of(ties: Ties, plan: Plan) -> list[str]:
    """Returns the hubs, by name; a picture of one thing has that thing as its hub."""
    if plan.focus is not None and plan.focus in ties.things:
        return [plan.focus]
    found = [iri for iri in ties.things if ties.kind(iri) in plan.hubs]
    # One that is merely named stands among the things of those that the picture is about.
    most = max((len(ties.around[iri]) for iri in found), default=0)
    least = max(1, min(most / _PART, _LEAST))
    found = [iri for iri in found if len(ties.around[iri]) >= least]
    found.sort(key=lambda iri: (ties.things[iri].label, iri))
    return found or sorted(ties.things, key=lambda iri: (-len(ties.around[iri]), iri))[:1]


def homes_of(ties: Ties, hubs: Sequence[str], plan: Plan) -> dict[str, tuple[str, ...]]:
    """Returns for each thing its hubs, in their order; none for what hangs on no hub."""
    # A set of hubs is a number with a bit a hub: thousands of these are joined.
    masks = {hub: 1 << number for number, hub in enumerate(hubs)}
    front: Sequence[str] = list(hubs)
    while front:
        common: dict[str, int] = {}
        every: dict[str, int] = {}
        for iri in front:
            mask = masks[iri]
            for other in ties.around[iri]:
                if other not in masks:
                    common[other] = common.get(other, -1) & mask
                    every[other] = every.get(other, 0) | mask
        for iri, mask in every.items():
            kind = ties.kind(iri)
            if kind in plan.inside:
                masks[iri] = common[iri] or mask
            elif kind in plan.inner or kind in plan.hubs:
                masks[iri] = mask
            else:
                # What one partnership uses itself and the members of another one use too.
                masks[iri] = mask | _beside(ties, plan, iri, every)
        front = list(every)
    masks |= _joined(ties, plan, masks)
    sets: dict[int, tuple[str, ...]] = {}
    for mask in masks.values():
        if mask not in sets:
            sets[mask] = tuple(hub for number, hub in enumerate(hubs) if mask >> number & 1)
    return {iri: sets[masks[iri]] if iri in masks else () for iri in ties.things}


def _joined(ties: Ties, plan: Plan, masks: Mapping[str, int]) -> dict[str, int]:
    """Returns for vendors and the like the hubs of all that they supply or are built into."""
    found: dict[str, int] = {}
    for iri, mask in masks.items():
        if ties.kind(iri) in plan.joining:
            for other in ties.around[iri]:
                if ties.kind(other) in plan.joined:
                    mask |= masks.get(other, 0)
            found[iri] = mask
    return found


def _beside(ties: Ties, plan: Plan, iri: str, level: Mapping[str, int]) -> int:
    """Returns the hubs of inner neighbours that are as near to a hub, but to none of its own."""
    found = 0
    for other in ties.around[iri]:
        if other in level and ties.kind(other) in plan.inner and not level[other] & level[iri]:
            found |= level[other]
    return found


def apart(
    homes: Mapping[str, tuple[str, ...]], hubs: Sequence[str]
) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """Returns the things of each hub, those that several share, and those of none."""
    own: dict[str, list[str]] = {hub: [] for hub in hubs}
    shared: list[str] = []
    loose: list[str] = []
    for iri, found in homes.items():
        if iri in own:
            continue
        if len(found) == 1:
            own[found[0]].append(iri)
        else:
            (shared if found else loose).append(iri)
    return own, shared, loose
