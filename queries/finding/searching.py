"""Searches an index of names for those that a text may mean, and weighs each.

Whole names, beginnings, words and initials are looked up as they were written, in the declared
forms too. Only where nothing is called so are words looked for that are like those written: of a
million names the index compares some thousands of words, never the names themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import combinations
from typing import Final

from ...graph.name_index import NameIndex, Row, words_of
from .comparing import LEAST, Fit, Sought, compare, spelling
from .spellings import LIGHT, PHRASES, forms, plain, shorten_phrases

_LIKE: Final = 12
"""Words of the index that one misspelt word is taken for."""
_LIKEST: Final = 3
"""Those of them that are also looked for by themselves, lest names of the others crowd them out."""
_MISSPELT: Final = 5
"""Words in which misspellings are looked for, the longest."""
_START: Final = 3
"""The fewest letters that are taken for the start of a word: thousands of words start with two."""
_PART: Final = 3
"""The fewest letters of a word that was written together with another."""
_PARTED: Final = 3
"""Places at which one word is taken apart, those with the longest known part first."""


def search(
    index: NameIndex, sought: Sought, most: int, *, misspelt: bool = True
) -> Iterator[tuple[Row, Fit, float]]:
    """Yields the names that a text may mean, each once, with how it fits and how like it is.

    `most`: names that one way of looking brings. `misspelt`: whether words that are only like the
    sought ones are looked for where nothing is called as it was written.
    """
    seen: set[Row] = set()
    called = False
    for found in _fitting(sought, _as_written(index, sought, most), seen):
        called = called or found[1] < Fit.ALIKE
        yield found
    # A number that is nearly another is not a misspelling of it.
    if misspelt and not called and not sought.joined.isdigit():
        yield from _fitting(sought, _misspelt(index, sought, most), seen)


def _fitting(
    sought: Sought, rows: Iterable[Row], seen: set[Row]
) -> Iterator[tuple[Row, Fit, float]]:
    for row in rows:
        if row in seen:
            continue
        seen.add(row)
        fit, likeness = compare(sought, row[0], row[3])
        if likeness >= LEAST:
            yield row, fit, likeness


def _as_written(index: NameIndex, sought: Sought, most: int) -> Iterator[Row]:
    """Yields names that are the text, start with it, or hold its words in any form and order."""
    keys = dict.fromkeys((sought.key, sought.joined, sought.number))
    yield from index.exact([key for key in keys if key])
    yield from index.starting(sought.key, most)
    for words in _wordings(sought):
        groups = [forms(word) for word in words]
        whole = _holding(index, groups, most)
        yield from whole
        if len(whole) < most and len(words[-1]) >= _START and all(_known(index, groups[:-1])):
            yield from index.holding(groups, most, start=True)


def _wordings(sought: Sought) -> list[list[str]]:
    """Returns the telling words as written, and with the phrases in their short and long forms."""
    short = shorten_phrases(sought.key)
    keys = [sought.key, short]
    for long, form in PHRASES:
        if form in words_of(short):
            keys.append(" ".join(long if word == form else word for word in words_of(short)))
    wordings: list[list[str]] = []
    for key in keys:
        words = list(dict.fromkeys(words_of(key)))
        telling = [word for word in words if plain(word) not in LIGHT] or words
        if telling not in wordings:
            wordings.append(telling)
    return wordings


def _misspelt(index: NameIndex, sought: Sought, most: int) -> Iterator[Row]:
    """Yields names that hold words like the sought ones: all of them, all but one, or one."""
    words = sorted(dict.fromkeys(sought.telling), key=len, reverse=True)[:_MISSPELT]
    groups = [group for group in (_like(index, word) for word in words) if group]
    for size in range(len(groups), max(len(groups) - 2, 1), -1):
        for chosen in combinations(groups, size):
            yield from _holding(index, chosen, most)
    for group in groups:
        yield from _holding(index, [group[:_LIKEST]], most)
        yield from _holding(index, [group], most)
    if len(sought.words) > 1:
        yield from _holding(index, [_like(index, sought.joined)], most)
    else:
        for parts in _parted(index, sought.joined):
            yield from _holding(index, parts, most)


def _like(index: NameIndex, word: str) -> list[str]:
    """Returns the words of the index that a word may be meant as, the likest first."""
    if word.isdigit():
        return list(index.counts([word]))
    weighed = ((spelling(word, plain(other)), other) for other in index.resembling(word))
    likest = nlargest(_LIKE, (pair for pair in weighed if pair[0] >= LEAST))
    return list(dict.fromkeys((*index.counts(sorted(forms(word))), *(w for _, w in likest))))


def _parted(index: NameIndex, word: str) -> Iterator[list[list[str]]]:
    """Yields the pairs of words that one may be when the space between them was left out."""
    pairs = [(word[:at], word[at:]) for at in range(_PART, len(word) - _PART + 1)]
    known = index.counts(dict.fromkeys(part for pair in pairs for part in pair))
    pairs = [pair for pair in pairs if not known.keys().isdisjoint(pair)]
    pairs.sort(key=lambda pair: -sum(len(part) for part in pair if part in known))
    for pair in pairs[:_PARTED]:
        yield [[part] if part in known else _like(index, part) for part in pair]


def _holding(index: NameIndex, groups: Sequence[Iterable[str]], most: int) -> list[Row]:
    """Returns names that hold a word of each group; none when a group has none that is known."""
    known = _known(index, groups)
    return index.holding(known, most) if known and all(known) else []


def _known(index: NameIndex, groups: Iterable[Iterable[str]]) -> list[list[str]]:
    return [list(index.counts(group)) for group in groups]
