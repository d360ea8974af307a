"""Matching: which units of a register an organisation may be, best first.

A score is from 0 to 1 and only an offer: what counts is the judgement that a person makes of it.
Units that share no word with an organisation are never compared, so one pass over the names of a
register serves all organisations at once, however large it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from .likeness import Candidate, Sought, Unit, alike, form_of, is_short, score
from .names_of_units import ABBREVIATIONS, FILLERS, Name, read_name

MINIMUM: Final = 0.75
"""Candidates below it are not offered unless asked for."""


class Units(Protocol):
    """The units of a register, however they are stored."""

    def names(self) -> Iterable[tuple[str, str]]:
        """Yields number and folded name of every unit, once for each name that it has."""
        ...

    def at_home_page(self, hosts: frozenset[str]) -> Iterable[str]:
        """Yields the numbers of units whose home page is on one of the hosts."""
        ...

    def describe(self, numbers: frozenset[str]) -> Iterable[Unit]:
        """Yields what the register says of these units."""
        ...


def find_candidates(
    sought: Sequence[Sought],
    units: Units,
    holders: Mapping[str, Mapping[str, str]] | None = None,
    minimum: float = MINIMUM,
    limit: int = 3,
) -> dict[str, list[Candidate]]:
    """Returns the best candidates of each organisation by its key, best first.

    `holders`: the organisations (labels by key) that have a number already, by number; a unit
    that is another organisation is hardly this one too.
    """
    wanted = {one.key: _Wanted.of(one) for one in sought}
    near = _near(list(wanted.values()), units, minimum - _HELP)
    described = {unit.number: unit for unit in units.describe(frozenset().union(*near.values()))}
    found: dict[str, list[Candidate]] = {}
    for one in sought:
        scored = (
            score(one, described[number], _others(one.key, (holders or {}).get(number, {})))
            for number in near[one.key]
            if number in described
        )
        best = [candidate for candidate in scored if candidate.score >= minimum]
        best.sort(key=lambda candidate: (-candidate.score, candidate.unit.number))
        found[one.key] = best[:limit]
    return found


def _others(key: str, holders: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(label for holder, label in holders.items() if holder != key))


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """What the pass over a register's names looks for, for one organisation."""

    key: str
    names: tuple[Name, ...]
    form: str
    short: frozenset[str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, sought: Sought) -> _Wanted:
        names = tuple(dict.fromkeys(name for n in sought.names if (name := read_name(n)).words))
        short = frozenset(name.text for name in names if is_short(sought, name))
        hosts = {f"{name}.no" for name in short} | {p.partition("/")[0] for p in sought.homepages}
        return cls(sought.key, names, form_of(sought), short, frozenset(hosts))


_WORD: Final = re.compile(r"[a-z0-9]+")
_HELP: Final = 0.25
"""The most that form, municipality number and home page together can add to a score."""


def _near(wanted: Sequence[_Wanted], units: Units, worth: float) -> dict[str, set[str]]:
    """Finds, in one pass over a register's names, the numbers worth a closer look."""
    net = _Net.of(wanted, worth)
    near: dict[str, set[str]] = {one.key: set() for one in wanted}
    for number, folded in units.names():
        for key in net.catches(folded):
            near[key].add(number)
    for one in wanted:
        if one.hosts:
            near[one.key].update(units.at_home_page(one.hosts))
    return near


@dataclass(frozen=True, slots=True)
class _Net:
    """The names of all organisations sought, by their words and as initials.

    `worth`: the least likeness of names at which a unit is worth asking the register about.
    """

    by_word: Mapping[str, Sequence[tuple[_Wanted, Name]]]
    by_initials: Mapping[str, Sequence[str]]
    words: frozenset[str]
    worth: float

    @classmethod
    def of(cls, wanted: Sequence[_Wanted], worth: float) -> _Net:
        by_word: dict[str, list[tuple[_Wanted, Name]]] = {}
        by_initials: dict[str, list[str]] = {}
        for one in wanted:
            for name in one.names:
                for word in name.words:
                    by_word.setdefault(word, []).append((one, name))
            # Two or three letters are the initials of too many to tell anything alone.
            for short in (short for short in one.short if len(short) > 3):
                by_initials.setdefault(short, []).append(one.key)
        return cls(by_word, by_initials, frozenset(by_word) | ABBREVIATIONS, worth)

    def catches(self, folded: str) -> Iterator[str]:
        """Yields the keys of organisations that a unit of this name may be."""
        words = _WORD.findall(folded)
        if self.by_initials:
            letters = "".join(word[0] for word in words if word not in FILLERS)
            yield from self.by_initials.get(letters, ())
            # The last word may be a legal form, which is no part of the initials.
            yield from self.by_initials.get(letters[:-1], ())
        if self.words.isdisjoint(words):
            return
        other = read_name(folded)
        for one, name in {pair for word in other.words for pair in self.by_word.get(word, ())}:
            if name.words == other.words or (
                # A municipality has no unit of another form, however alike the names are.
                one.form in ("", other.form) and alike(name, other)[0] >= self.worth
            ):
                yield one.key
