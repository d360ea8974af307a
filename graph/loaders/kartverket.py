"""Counties and municipalities of Kartverket's kommuneinfo as rows of register tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ..answers import KeptOutError, Record, RecordError, Tables, name_of, text_of
from ..gather import Rows, gather, given_name, held_row, place_number

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Norwegian": "nb",
        "Northern Sami": "se",
        "Lule Sami": "smj",
        "Southern Sami": "sma",
        "Kven Finnish": "fkv",
    }
)
"""The languages of official names as Kartverket writes them, and their codes."""

_FIELDS: Final = frozenset(
    (
        *("fylkesnummer", "fylkesnavn", "kommuner"),
        *("kommunenummer", "kommunenavn", "kommunenavnNorsk", "gyldigeNavn"),
        # Not used: where they lie.
        *("avgrensningsboks", "punktIOmrade", "samiskForvaltningsomrade"),
    )
)


def read_kartverket(file: str, records: Sequence[Record], seen: str) -> Tables:
    """Returns the rows of a list of counties or municipalities; `seen` is when it was taken."""
    return gather(
        "kartverket", file, records, _FIELDS, lambda fields, notes: _rows(fields, seen, notes)
    )


def _rows(fields: Mapping[str, object], seen: str, notes: list[str]) -> Rows:
    if "kommunenummer" in fields:
        yield from _official_names(fields, seen, notes)
        return
    number = place_number(fields, "fylkesnummer")
    yield held_row(number, given_name(fields, "fylkesnavn", number, notes), seen)
    inside = fields.get("kommuner")
    for place, municipality in enumerate(inside if isinstance(inside, list) else [], start=1):
        try:
            if not isinstance(municipality, dict):
                raise RecordError("is no object with fields")
            yield from _official_names(municipality, seen, notes)
        except (RecordError, KeptOutError) as error:
            notes.append(f"municipality {place}: {error}")


def _official_names(fields: Mapping[str, object], seen: str, notes: list[str]) -> Rows:
    """Yields a municipality and, when it has names in several languages, each of these."""
    number = place_number(fields, "kommunenummer")
    norwegian = text_of(fields, "kommunenavnNorsk")
    known = norwegian or text_of(fields, "kommunenavn")
    official = fields.get("gyldigeNavn")
    names = [
        (name_of(one, "navn", notes), text_of(one, "sprak"))
        for one in (official if isinstance(official, list) else [])
        if isinstance(one, dict) and text_of(one, "navn")
    ]
    joined = " - ".join(dict.fromkeys(name for name, _ in names))
    if not joined and not known:
        raise RecordError("field “kommunenavn” is empty")
    # KLASS, too, joins the names of several languages with a hyphen between spaces.
    yield held_row(number, joined or known, seen)
    for name, language in names if len(names) > 1 else []:
        if language in LANGUAGES:
            yield "kartverket-names", (number, name, LANGUAGES[language], seen)
        else:
            notes.append(f"{number}: the language “{language}” of “{name}” is not known")
