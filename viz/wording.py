"""The words of the pages' interface, in bokmål, nynorsk and English.

The tables in `words/` are the only source. A page is written in bokmål and carries the dictionary
of its tables, from which its script takes the other two languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from .errors import ViewError

LANGUAGES: Final = ("nb", "nn", "en")


@dataclass(frozen=True)
class Words:
    """One text in the languages of the pages."""

    nb: str
    nn: str
    en: str

    def filled(self, thing: Words | str) -> Words:
        """Returns the text with {thing} replaced, by one name or by words."""
        name = thing if isinstance(thing, Words) else Words(thing, thing, thing)
        return Words(*(getattr(self, at).replace("{thing}", getattr(name, at)) for at in LANGUAGES))


def of(said: Mapping[str, Any], where: str) -> Words:
    """Returns the words of a table; raises ViewError, with the place, when a language lacks."""
    missing = [language for language in LANGUAGES if not isinstance(said.get(language), str)]
    if missing:
        raise ViewError(f"{where}: there are no words in {', '.join(missing)}")
    return Words(*(said[language] for language in LANGUAGES))


@cache
def load(*tables: str) -> Mapping[str, Words]:
    """Returns the words of some tables by key; of a key in two tables, those of the later one."""
    return {
        key: of(said, f"words/{table}.toml, {key}")
        for table in tables
        for key, said in tomllib.loads(_file(table).read_text(encoding="utf-8")).items()
    }


def _file(table: str) -> Path:
    return Path(__file__).parent / "words" / f"{table}.toml"


def packed(words: Mapping[str, Words]) -> dict[str, list[str]]:
    """Returns words as the script reads them: key → [nb, nn, en]."""
    return {key: [getattr(said, language) for language in LANGUAGES] for key, said in words.items()}
