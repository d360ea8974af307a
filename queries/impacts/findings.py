"""Findings: what the rules look at, the needs that they give, and how they sort the items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from .cost_figures import amount
from .items import Background, Item, Member, Thing
from .rules import ACTIVE, STANDINGS

_OVER: Final = frozenset(("completed",))
_IN_FORCE: Final = frozenset(("signed", "revised", "in-force", "negotiated"))


@dataclass(frozen=True, slots=True)
class Need:
    """What someone must find anew: by which rule, who, what, and what is known, on which items."""

    rule: str
    who: str
    what: str
    fact: str
    items: tuple[Item, ...]

    @property
    def sources(self) -> list[str]:
        """Where the items are said, each place once."""
        return list(dict.fromkeys(item.source for item in self.items))

    @property
    def standing(self) -> str:
        """How the surest of the items stands on the day."""
        return min((item.standing for item in self.items), key=STANDINGS.index)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules look at: the touched items, whose case it is, and what else is known.

    `subjects` are those who leave, merge or go away; `members` who stands in a partnership on the
    day; `shared` the roles and posts of a person that another holds too.
    """

    items: Sequence[Item]
    subjects: Sequence[Thing]
    partnership: Thing | None = None
    members: Sequence[Member] = ()
    background: Background = field(default_factory=lambda: Background({}))
    shared: frozenset[str] = frozenset()

    def on(self, *grounds: str) -> list[Item]:
        """The items on any of the grounds."""
        return [item for item in self.items if item.ground in grounds]


def each(rule: str, who: str, items: Iterable[Item], fact: Callable[[Item], str]) -> list[Need]:
    """Returns a need for each item."""
    return [Need(rule, who, item.label, fact(item), (item,)) for item in items]


def by(items: Iterable[Item], name: str) -> dict[Thing, list[Item]]:
    """Returns the items by the things that they join by a property."""
    groups: dict[Thing, list[Item]] = defaultdict(list)
    for item in items:
        for thing in item.of(name):
            groups[thing].append(item)
    return dict(sorted(groups.items()))


def active(items: Iterable[Item]) -> list[Item]:
    """Returns the uses that are there to be lost."""
    return [i for i in items if i.code("useStatus") in ACTIVE and not i.is_plan]


def begun(items: Iterable[Item]) -> list[Item]:
    """Returns what is more than planned."""
    return [i for i in items if not i.is_plan and i.code("useStatus") != "planned"]


def planned(items: Iterable[Item]) -> list[Item]:
    """Returns what is only planned."""
    return [i for i in items if i.is_plan or i.code("useStatus") == "planned"]


def unfinished(found: Findings, items: Iterable[Item]) -> list[Item]:
    """Returns the participations in undertakings that no source calls completed."""
    return [
        item
        for item in items
        if not any(
            status.code in _OVER
            for thing in item.of("undertaking")
            for status in found.background.of(thing.iri, "projectStatus")
        )
    ]


def in_force(items: Iterable[Item]) -> list[Item]:
    """Returns the contracts that are made, not only under way."""
    return [item for item in items if item.code("contractStatus") in _IN_FORCE]


def names(things: Iterable[Thing]) -> str:
    """Returns labels in order, each once, in one string."""
    return ", ".join(sorted({thing.label for thing in things}))


def said(*parts: str) -> str:
    """Joins what is known into one string, leaving out what is not."""
    return "; ".join(part for part in parts if part)


def amount_of(item: Item) -> str:
    """Returns the number that an item states, with its unit, or nothing."""
    if "value" not in item.texts:
        return ""
    unit = {"percent": "%", "nok": "kr"}.get(item.code("unit"), item.labels("unit"))
    return amount(Decimal(item.texts["value"]), unit)


def statuses(items: Iterable[Item]) -> str:
    """Returns the statuses of uses, each once."""
    return ", ".join(dict.fromkeys(item.labels("useStatus") for item in items))


def suppliers(found: Findings, system: Thing) -> str:
    """Returns who supplies a system, else who manages it, or nothing when no source says."""
    for role, word in (("supplier", "leverandør"), ("manager", "forvalter")):
        if who := found.background.of(system.iri, role):
            return f"{word}: {names(who)}"
    return ""


def national(found: Findings, system: Thing) -> str:
    """Returns the words for a national component, or nothing."""
    kinds = found.background.of(system.iri, "type")
    return next((kind.label for kind in kinds if kind.code == "national-component"), "")


def listed(labels: Sequence[str]) -> str:
    """Returns labels in the order given, as a sentence lists them."""
    return " og ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
