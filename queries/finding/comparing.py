"""Compares what a person wrote with a name: how it fits, and how like they are (0 to 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property, lru_cache
from typing import Final

from ...graph.iris import fold
from ...graph.name_index import words_of
from .spellings import LIGHT, plain, shorten_phrases

SURE: Final = 0.97
"""The least likeness of names that differ in signs, spaces, light words or form only."""
LEAST: Final = 0.6
"""The least likeness of a name that is offered."""


class Fit(IntEnum):
    """How a name fits, the best first."""

    EXACT = 0
    SAME = 1
    WORDS = 2
    INITIALS = 3
    ALIKE = 4


@dataclass(frozen=True)
class Sought:
    """What a person wrote, read for comparison.

    `number`: the organisation number that it is, or empty.
    """

    text: str
    number: str = ""

    @cached_property
    def key(self) -> str:
        """The text as names are kept: folded."""
        return fold(self.text)

    @cached_property
    def words(self) -> list[str]:
        """The folded words."""
        return words_of(self.key)

    @cached_property
    def plain(self) -> list[str]:
        """The words in the form that is compared."""
        return [plain(word) for word in words_of(shorten_phrases(self.key))]

    @cached_property
    def telling(self) -> list[str]:
        """The words that tell things apart; all when there are only light ones."""
        return [word for word in self.plain if word not in LIGHT] or self.plain

    @cached_property
    def light(self) -> set[str]:
        """The other words."""
        return {word for word in self.plain if word in LIGHT}

    @cached_property
    def joined(self) -> str:
        """The words without spaces."""
        return "".join(self.words)


def compare(sought: Sought, key: str, sort: str) -> tuple[Fit, float]:
    """Returns how a name, folded, fits and how like it is.

    `sort`: initials fit only whole.
    """
    if sort == "initials":
        if key not in (sought.key, sought.joined):
            return Fit.INITIALS, 0.0
        return Fit.INITIALS, 0.8 if len(key) == 3 else 0.85
    if key in (sought.key, sought.number):
        return Fit.EXACT, 1.0
    words = [plain(word) for word in words_of(shorten_phrases(key))]
    joined = "".join(words)
    if joined == "".join(sought.plain):
        return Fit.SAME, 0.99
    telling = [word for word in words if word not in LIGHT] or words
    if telling == sought.telling:
        light = {word for word in words if word in LIGHT}
        # “Molde” and “Molde kommune” are the same; “Molde AS” and “Molde kommune” are not.
        if light <= sought.light or sought.light <= light:
            return Fit.SAME, SURE
    share = min(len("".join(sought.telling)) / max(len("".join(telling)), 1), 1.0)
    begins = telling[0].startswith(sought.telling[0])
    likeness = 0.7 + 0.24 * share + 0.02 * begins
    *first, last = sought.telling
    if all(word in words for word in first):
        if last in words or key.startswith(sought.key):
            return Fit.WORDS, likeness
        if any(word.startswith(last) for word in words):
            return Fit.ALIKE, likeness
    return Fit.ALIKE, _alike(sought.telling, words, telling)


def _alike(sought: Sequence[str], words: Sequence[str], telling: Sequence[str]) -> float:
    """Weighs the letters of the words that were found against those that were not, both ways.

    That every sought word is there counts more than that nothing else is; of a name only the
    telling words must have been sought.
    """
    best = dict.fromkeys(telling, 0.0)
    found = whole = 0.0
    for one in sought:
        likeness, word = max((spelling(one, word), word) for word in words)
        if likeness >= LEAST:
            found += len(one) * likeness
            whole += len(one) * (likeness == 1.0)
            best[word] = max(best.get(word, 0.0), likeness)
    letters = sum(map(len, sought))
    covered = sum(len(word) * best[word] for word in best) / sum(map(len, best))
    likeness = found / letters * (0.6 + 0.4 * covered)
    if min(best.values()) == 1.0 and whole / letters >= 0.5:
        # The name stands whole among what was written, as Tieto does in “Tieto Evry”.
        likeness = max(likeness, LEAST + 0.3 * whole / letters)
    # Words that were written together, or taken apart, and spelt otherwise too.
    return min(max(likeness, spelling("".join(sought), "".join(telling))), 0.94)


def spelling(one: str, other: str) -> float:
    """Returns how alike two words are; letters doubled or not, and æ for e, count little."""
    compared = _comparison()
    likeness = compared(one, other)
    if 0.5 < likeness < 1.0:
        likeness = max(likeness, 0.95 * compared(_loose(one), _loose(other)))
    return likeness


@cache
def _comparison() -> Callable[[str, str], float]:
    # Imported when it is needed: a name that is written as it is needs none of it.
    from rapidfuzz.distance import OSA

    return OSA.normalized_similarity


@lru_cache(maxsize=1 << 14)
def _loose(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word).replace("ae", "e")
