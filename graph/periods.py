"""Dates as the sources write them, and the days that they allow.

A source may be exact ("2018-03-01") or not ("second half of 2018"). A `Period` keeps the
source's own precision as a short token and gives the days that it allows: `first`
(inclusive) and `after` (exclusive). The tokens are plain ISO 8601 where that has one, and
words where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

# First month and number of months; winter is January and February, and December of the
# same year is left to "late", because Norwegian reports use it so.
PARTS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "H1": (1, 6),
        "H2": (7, 6),
        "Q1": (1, 3),
        "Q2": (4, 3),
        "Q3": (7, 3),
        "Q4": (10, 3),
        "winter": (1, 2),
        "spring": (3, 4),
        "summer": (6, 3),
        "autumn": (8, 4),
        "early": (1, 4),
        "mid": (5, 4),
        "late": (9, 4),
    }
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_PART = re.compile(r"(\d{4})-([A-Za-z]\w+)")
_YEAR = re.compile(r"(\d{4})(~?)")


@dataclass(frozen=True, slots=True)
class Period:
    """A day or span of days: `first` is its first day, `after` the day after its last.

    `token` is what the table says, the source's own precision. `about` is true when the
    source says "about": the bounds then reach half a year to either side.
    """

    token: str
    first: date
    after: date

    @property
    def is_day(self) -> bool:
        """True when the period is a single day, so that no precision is lost."""
        return self.after - self.first == timedelta(days=1)


def parse_period(token: str) -> Period:
    """Reads a token such as 2018, 2018-06, 2018-06-30, 2018-H1, 2018-autumn or 2023~.

    A range "2014-01-01/2019-12-31" includes both its ends. Raises ValueError, with a
    sentence that says what is wrong, for anything else and for days that do not exist.
    """
    if "/" in token:
        left, _, right = token.partition("/")
        first, last = parse_period(left), parse_period(right)
        if last.after <= first.first:
            raise ValueError(f"the period “{token}” ends before it begins")
        return Period(token, first.first, last.after)
    if match := _DAY.fullmatch(token):
        day = _day(token, *match.groups())
        return Period(token, day, day + timedelta(days=1))
    if match := _MONTH.fullmatch(token):
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12:
            raise ValueError(f"“{token}” has no such month")
        return Period(token, date(year, month, 1), _months_after(year, month, 1))
    if match := _YEAR.fullmatch(token):
        return _year(token, int(match[1]), about=bool(match[2]))
    if (match := _PART.fullmatch(token)) and match[2] in PARTS:
        year, (month, months) = int(match[1]), PARTS[match[2]]
        return Period(token, date(year, month, 1), _months_after(year, month, months))
    raise ValueError(
        f"“{token}” is no date; write 2018-06-30, 2018-06, 2018 or 2018-{' / '.join(PARTS)}"
    )


def _day(token: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"the day {token} does not exist") from None


def _year(token: str, year: int, *, about: bool) -> Period:
    if not 1000 <= year <= 2999:
        raise ValueError(f"“{token}” is no year between 1000 and 2999")
    if about:
        return Period(token, date(year - 1, 7, 1), date(year + 1, 7, 1))
    return Period(token, date(year, 1, 1), date(year + 1, 1, 1))


def _months_after(year: int, month: int, months: int) -> date:
    """The first day of the month that lies `months` after the given one."""
    index = year * 12 + (month - 1) + months
    return date(index // 12, index % 12 + 1, 1)
