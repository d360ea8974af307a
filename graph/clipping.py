"""The validity of codes in answers of KLASS, which cuts it to the window that was asked for.

A day on the edge of the window is no start and no end: it only shows that the code held then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .answers import (
    BAD_SHAPE,
    NOWHERE,
    Record,
    RecordError,
    Window,
    day_of,
    span,
    text_of,
)
from .errors import SourceError

BEGINNING: Final = date(1838, 1, 1)
"""The first day of the municipalities: nothing was before it that a window could cut off."""

DATES: Final = ("validFrom", "validTo", "validFromInRequestedRange", "validToInRequestedRange")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the window, and the day of the answer when it is known."""

    window: Window
    retrieved: date | None = None

    def seen(self, file: str, kind: str) -> str:
        """Returns when a list without dates of its own held. Raises SourceError if unknown.

        A correspondence table holds between two divisions, not on the day it was fetched.
        """
        if self.window:
            return self.window.seen
        if self.retrieved is not None and kind != "klass-correspondence":
            return self.retrieved.isoformat()
        hint = "" if kind == "klass-correspondence" else "--retrieved DATE, or "
        raise SourceError(
            f"does not say when it held; say {hint}--from DATE and --to DATE (the day after)", file
        )


def edges(fields: Mapping[str, object]) -> tuple[date | None, date | None]:
    """Returns the first day of a code and the day after its last, each None when not said."""
    start = day_of(fields, "validFromInRequestedRange") or day_of(fields, "validFrom")
    end = day_of(fields, "validToInRequestedRange") or day_of(fields, "validTo")
    return start, end


def own(fields: Mapping[str, object], which: str) -> date | None:
    """Returns the validity that a code has of its own, beside the clipped one."""
    if text_of(fields, f"valid{which}InRequestedRange"):
        return day_of(fields, f"valid{which}")
    return None


def check_order(start: date | None, end: date | None) -> None:
    """Raises RecordError when a code ends before it begins."""
    if start is not None and end is not None and end <= start:
        raise RecordError(f"ends ({end.isoformat()}) before it begins ({start.isoformat()})")


def shown(start: date | None, end: date | None, asked: Asked) -> str:
    """Returns the days on which an answer shows that a code held, as a cell."""
    after = end or asked.window.after
    if after is None and asked.retrieved is not None:
        after = asked.retrieved + timedelta(days=1)
    first = start or asked.window.first
    if first is None:
        return span(after - timedelta(days=1), after) if after else ""
    return span(first, max(after or first, first + timedelta(days=1)))


def some_undated(records: Sequence[Record], names: Sequence[str]) -> bool:
    """Tells whether a record says nothing of time in any of the fields named."""
    return any(
        not any(record.fields.get(name) for name in names)
        for record in records
        if BAD_SHAPE not in record.fields
    )


def window_of(records: Sequence[Record]) -> Window:
    """The window that an answer may have been clipped to: from its first day to its last.

    An answer with open ends was not clipped at its end.
    """
    starts: list[date] = []
    ends: list[date] = []
    open_end = False
    for record in records:
        try:
            start, end = edges(record.fields)
        except RecordError:
            continue
        if start is not None:
            starts.append(start)
        if end is not None:
            ends.append(end)
        elif record.fields.get("code") not in NOWHERE:
            open_end = True
    return Window(min(starts, default=None), None if open_end or not ends else max(ends))
