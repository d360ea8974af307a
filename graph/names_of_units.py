"""Names of organisations as registers and reports write them, made comparable.

“INTERKOMMUNALT ARKIV FOR MØRE OG ROMSDAL IKS” and “IKA Møre og Romsdal” are the same words here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .iris import fold

FILLERS: Final = frozenset({"for", "i", "og", "av", "pa", "the", "of"})
"""Words that tell nothing apart."""

_LEGAL: Final = frozenset(
    {"as", "asa", "iks", "kf", "fkf", "sa", "ba", "da", "ans", "hf", "rhf", "sf", "nuf"}
)
_PUBLIC: Final[Mapping[str, str]] = {"kommune": "KOMM", "kommuner": "KOMM", "fylkeskommune": "FYLK"}
_SHORT_FOR: Final = {"ika": ("interkommunalt", "arkiv")}
_PHRASES: Final = re.compile(r"\b(?:kommunalt oppgavefellesskap|interkommunalt samarbeid)$")
ABBREVIATIONS: Final = frozenset(_SHORT_FOR)
"""Words that are read as longer ones."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as its telling words, in order.

    `form`: the form that its last word says (KOMM for “kommune”, IKS for “IKS”), or empty; that
    word is then no part of `words`.
    """

    words: tuple[str, ...]
    form: str = ""

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(self.words)


@lru_cache(maxsize=4096)
def read_name(text: str) -> Name:
    """Returns the telling words of a name; what stands in brackets is left out."""
    plain = _PHRASES.sub(" ", fold(re.sub(r"\([^)]*\)", " ", text)))
    plain = re.sub(r"\ba[/ ]s$", "as", plain.replace("&", " og ").strip())
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in FILLERS]
    form = _form(words[-1]) if len(words) > 1 else ""
    if form:
        words.pop()
    full = [part for word in words for part in _SHORT_FOR.get(word, (word,))]
    return Name(tuple(full), form)


def _form(word: str) -> str:
    return word.upper() if word in _LEGAL else _PUBLIC.get(word, "")


def is_initials(short: str, name: Name) -> bool:
    """Tells whether a short name is the first letters of the other words of a name."""
    return "".join(word[0] for word in name.words if word != short) == short


def host_of(address: str) -> str:
    """Returns the host and path of a home page without scheme, www. and closing slash."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip().lower()).rstrip("/")
