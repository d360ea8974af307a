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


def event_words(
    event: Event, original: Sequence[str], resulting: Sequence[str], parts: Sequence[str] = ()
) -> Words:
    """Returns an event in words, given the names before and after in the event's order."""
    stays = [index for index in event.resulting if index in event.original]
    gone = [n for i, n in zip(event.original, original, strict=True) if i not in stays]
    new = [n for i, n in zip(event.resulting, resulting, strict=True) if i not in stays]
    of_parts = [f"en del av {name}" for name in parts], [f"a part of {name}" for name in parts]
    note = "Hvor stor en del var, viser ikke tabellen." if parts else ""
    match event.type, bool(stays):
        case "boundary-change", _:
            nb = f"En del av {original[0]} gikk til {resulting[-1]}"
            en = f"A part of {original[0]} went to {resulting[-1]}"
            return Words(nb, en, "Hvor stor delen var, viser ikke tabellen.")
        case "merger", True:
            return Words(
                f"{_start(join([*gone, *of_parts[0]]))} gikk inn i {resulting[0]}",
                f"{_start(join([*gone, *of_parts[1]], 'and'))} became part of {resulting[0]}",
                note,
            )
        case "merger", False:
            return Words(
                f"{join([*original, *of_parts[0]])} ble slått sammen til {resulting[0]}",
                f"{join([*original, *of_parts[1]], 'and')} merged into {resulting[0]}",
                note,
            )
        case _, True:
            nb = f"{join(new)} ble skilt ut fra {join(original)}"
            en = f"{join(new, 'and')} separated from {join(original, 'and')}"
        case _:
            nb = f"{original[0]} ble delt mellom {join(resulting)}"
            en = f"{original[0]} was divided between {join(resulting, 'and')}"
    return Words(nb, en, "Hvor stor del hver fikk eller ga, viser ikke tabellen.")


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def event_key(event: Event, first: str, other: str = "") -> str:
    """Returns the key of an event, of the organisation that it is called after."""
    parts = [first, str(event.day.year), other, event.type.removesuffix("-change")]
    return "-".join(part for part in parts if part)
