"""Rows about what changed municipalities: mergers, splits, boundary changes, and unknowns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from .chronicle import Chronicle, MadeRow, place
from .event_words import event_key, event_words
from .iris import slug

REWRITTEN: Final = 5
"""On a day on which this many names are only written otherwise, the list was rewritten."""


def event_rows(chronicle: Chronicle) -> Iterator[MadeRow]:
    """Yields a row for each event; a boundary change names who gave and who got a part."""
    told: dict[str, int] = defaultdict(int)
    for event in chronicle.history.events:
        called = event.resulting[0] if event.type == "merger" else event.original[0]
        span = chronicle.on(called, event.day)
        key = event_key(event, f"{span.number}-{slug(chronicle.name(span))}")
        told[key] += 1
        words = event_words(
            event,
            [chronicle.name(chronicle.before(i, event.day)) for i in event.original],
            [chronicle.name(chronicle.on(i, event.day)) for i in event.resulting],
            [chronicle.name(chronicle.before(i, event.day)) for i in event.parts],
        )
        everyone = (*event.original, *event.parts, *event.resulting)
        keys = chronicle.keys
        moved = event.type == "boundary-change"
        yield chronicle.row(
            span,
            "events",
            key=key if told[key] == 1 else f"{key}-{told[key]}",
            type=event.type,
            label=words.nb,
            label_en=words.en,
            date=event.day.isoformat(),
            original=";".join(keys[i] for i in event.original),
            resulting=";".join(keys[i] for i in event.resulting),
            giver=keys[event.original[0]] if moved else "",
            taker=keys[event.original[1]] if moved else "",
            place=place(*sorted(chronicle.on(i, event.day).number for i in everyone)),
            note=words.note,
        )


def unseen_rows(chronicle: Chronicle) -> Iterator[MadeRow]:
    """Yields an unknown for each change of which the table shows nothing."""
    unseen = chronicle.history.unseen
    rewritten = Counter(day for index, day in unseen if _rewritten(chronicle, index, day))
    for index, day in unseen:
        if rewritten[day] >= REWRITTEN or _rewritten(chronicle, index, day):
            continue
        span, key = chronicle.on(index, day), chronicle.keys[index]
        name = chronicle.name(span)
        yield chronicle.row(
            span,
            "unknowns",
            about=key,
            slug=f"{key}-{day.isoformat()}",
            question=f"Hva ble endret for {name} {day.isoformat()}? Tabellen har en endring "
            "uten nytt nummer eller navn; en grensejustering vises ikke på dette nivået.",
            question_en=f"What changed for {name} on {day.isoformat()}? The table has a "
            "change without a new number or name; it does not show boundary changes.",
            reason="not-stated",
            seen=day.isoformat(),
            place=place(span.number),
        )


def _rewritten(chronicle: Chronicle, index: int, day: date) -> bool:
    """Whether the change is only one of how the list writes the name."""
    before, after = chronicle.before(index, day), chronicle.on(index, day)
    return chronicle.of_span[before][0]["name"] != chronicle.of_span[after][0]["name"]
