"""Figures on a partnership's costs: what is stated, what is worked out, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

SHARE: Final = "cost-share"
PART: Final = "cost-model-part"

AMOUNTS: Final = ("operating-contribution", "investment-contribution")

SUM: Final = "Sum"
"""The member of the last line of each measure."""

HUNDREDTH: Final = Decimal("0.01")

MEASURES: Final = {
    SHARE: "Kostnadsandel",
    "operating-contribution": "Driftstilskudd",
    "investment-contribution": "Investeringstilskudd",
}
"""What each measure is called in the answer."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One stated number on a partnership's costs; `party` is empty for a part or a sum."""

    measure: str
    party: str
    label: str
    value: Decimal
    period: str
    first: date
    last: date
    role: str
    category: str
    base: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who leaves, or which members become one under a label; else nothing changes.

    `members`: IRI and label of those who are members on the day, the changing ones included.
    `successors`: for a party that is gone by then, the member that it became part of.
    """

    members: Mapping[str, str]
    leaving: tuple[str, ...] = ()
    merging: tuple[str, ...] = ()
    merged: str = ""
    successors: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What one member pays before and after; None where it is no member, or not stated."""

    measure: str
    member: str
    before: Decimal | None
    after: Decimal | None
    unit: str

    @property
    def difference(self) -> Decimal:
        """After less before, none counting as nothing."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Costs:
    """What members pay before and after, or why it cannot be worked out (`refusal`).

    `lines` are by measure, the last of each its sum; `weights` are the members' parts of the
    population in percent; `stated` the printed shares when nothing is computed; `printed` compares
    with shares that a source prints for the time after: member, computed, printed.
    """

    partnership: str
    period: str = ""
    refusal: str = ""
    lines: tuple[Line, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()
    stated: tuple[tuple[str, Decimal, str], ...] = ()
    printed: tuple[tuple[str, Decimal | None, Decimal, str], ...] = ()
    method: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def amount(value: Decimal, unit: str) -> str:
    """Returns a number with its unit (%, kr, årsverk) as it is written in Norwegian."""
    return f"{value:,}".replace(",", " ").replace(".", ",") + f" {unit}"


def percent(value: Decimal) -> str:
    """Returns a percentage as it is written in Norwegian."""
    return amount(value, "%")


def kroner(value: Decimal) -> str:
    """Returns a sum of money as it is written in Norwegian."""
    return amount(value, "kr")


def rounded(value: Fraction, step: Decimal) -> Decimal:
    """Rounds half up to a multiple of `step`, exactly."""
    return floor(value / Fraction(step) + Fraction(1, 2)) * step


def total_of(measure: str, stated: Sequence[Figure]) -> Decimal:
    """Returns the printed sum of a measure, or that of its rows."""
    printed = [f.value for f in stated if f.measure == measure and f.role == "total"]
    rows = [f.value for f in stated if f.measure == measure and f.party]
    return printed[0] if printed else sum(rows, Decimal(0))


def joined(words: Sequence[str]) -> str:
    """Returns words as a sentence lists them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} og {words[-1]}"
