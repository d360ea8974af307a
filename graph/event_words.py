"""Change events in words: "Eide og Fræna ble Hustadvika"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .naming import join
from .succession import Event


@dataclass(frozen=True, slots=True)
class Words:
    """A label in Norwegian and English, and what the register does not show of the event."""

    nb: str
    en: str
    note: str = ""


def event_words(event: Event, original: Sequence[str], resulting: Sequence[str]) -> Words:
    """Returns an event in words, given the names before and after in the event's order."""
    stays = [index for index in event.resulting if index in event.original]
    gone = [n for i, n in zip(event.original, original, strict=True) if i not in stays]
    new = [n for i, n in zip(event.resulting, resulting, strict=True) if i not in stays]
    match event.type, bool(stays):
        case "boundary-change", _:
            giver, taker = original
            return Words(
                f"En del av {giver} gikk til {taker}",
                f"A part of {giver} went to {taker}",
                "Hvor stor delen var, viser ikke tabellen.",
            )
        case "merger", True:
            return Words(
                f"{join(gone)} gikk inn i {resulting[0]}",
                f"{join(gone, 'and')} became part of {resulting[0]}",
            )
        case "merger", False:
            return Words(
                f"{join(original)} ble {resulting[0]}",
                f"{join(original, 'and')} became {resulting[0]}",
            )
        case _, True:
            nb = f"{join(new)} ble skilt ut fra {original[0]}"
            en = f"{join(new, 'and')} separated from {original[0]}"
        case _:
            nb = f"{original[0]} ble delt mellom {join(resulting)}"
            en = f"{original[0]} was divided between {join(resulting, 'and')}"
    return Words(nb, en, "Hvor stor del hver fikk, viser ikke tabellen.")


def event_key(event: Event, first: str, other: str = "") -> str:
    """Returns the key of an event, of the organisation that it is called after."""
    parts = [first, str(event.day.year), other, event.type.removesuffix("-change")]
    return "-".join(part for part in parts if part)
