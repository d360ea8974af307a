"""Likeness: how likely it is that an organisation is a unit of a register, and why, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from .names_of_units import Name, host_of, is_initials, read_name

_FORMS: Final[Mapping[str, frozenset[str]]] = {
    "municipality": frozenset({"KOMM"}),
    "county-municipality": frozenset({"FYLK"}),
    "inter-municipal-company": frozenset({"IKS"}),
    "company": frozenset({"AS", "ASA", "NUF", "SF", "SA", "BA", "DA", "ANS", "ENK", "KS", "IKS"}),
    "state-body": frozenset({"STAT", "ORGL", "SÆR", "SF", "ADOS"}),
    "health-enterprise": frozenset({"SÆR"}),
    "university": frozenset({"ORGL", "SÆR", "STAT"}),
    "association": frozenset({"FLI", "ANNA", "SA"}),
    "trade-union": frozenset({"FLI", "ANNA"}),
    "partnership": frozenset({"ANNA", "IKS", "ORGL", "KF", "AS"}),
    "joint-service": frozenset({"ANNA", "IKS", "ORGL", "KF", "AS"}),
    "network": frozenset({"ANNA", "FLI"}),
}
"""Forms of organisation that fit each type of ours; a type that is not here fits all."""

_PUBLIC_FORMS: Final = frozenset({"KOMM", "FYLK"})
"""Only a municipality is KOMM and only a county is FYLK: here the form decides."""

_CAP: Final = 0.6
"""The most that two can reach who cannot be the same, however alike their names are."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a register; what the register does not say is empty."""

    number: str
    names: tuple[str, ...]
    form: str = ""
    municipality_number: str = ""
    homepage: str = ""
    deleted: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """An organisation whose unit is sought: its names, type and what else may tell."""

    key: str
    label: str
    names: tuple[str, ...]
    type: str
    municipality_numbers: frozenset[str] = frozenset()
    homepages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that an organisation may be, how likely it is, and why, in words."""

    unit: Unit
    score: float
    reasons: tuple[str, ...]


def score(sought: Sought, unit: Unit, holders: Sequence[str] = ()) -> Candidate:
    """Says how likely it is that an organisation is a unit, and gives the reasons in words.

    `holders`: names of other organisations that are known to be this unit.
    """
    likeness, reason = max(
        (
            _likeness(sought, read_name(name), read_name(other), unit)
            for name in sought.names
            for other in unit.names
        ),
        key=lambda pair: pair[0],
    )
    reasons = [reason]
    cap = 1.0
    for change, highest, words in _clues(sought, unit):
        likeness += change
        cap = min(cap, highest)
        reasons.append(words)
    if holders:
        cap = min(cap, _CAP)
        reasons.append(f"the number is that of {', '.join(holders)}")
    # Names that differ never count as certain, whatever else fits.
    if reason != _SAME_NAME:
        cap = min(cap, 0.99)
    return Candidate(unit, round(max(0.0, min(likeness, cap)), 2), tuple(reasons))


_SAME_NAME: Final = "the same name"
_SAME_WORD: Final = 85
"""Words at least as alike (of 100) count as one word spelt in two ways."""


def form_of(sought: Sought) -> str:
    """Returns KOMM or FYLK when only units of that form can be the organisation."""
    fitting = _FORMS.get(sought.type, frozenset())
    return next(iter(fitting)) if fitting and fitting <= _PUBLIC_FORMS else ""


def is_short(sought: Sought, name: Name) -> bool:
    """Tells whether a name may be an abbreviation; a municipality's name is none."""
    alone = len(name.words) == 1 and 2 <= len(name.text) <= 6
    return alone and sought.type not in ("municipality", "county-municipality")


def _likeness(sought: Sought, name: Name, other: Name, unit: Unit) -> tuple[float, str]:
    if name.words == other.words:
        return 0.95, _SAME_NAME
    if is_short(sought, name):
        if is_initials(name.text, other):
            # Two or three letters are the initials of many.
            sure = name.text in other.words
            weight = 0.85 if sure else 0.8 if len(name.text) > 3 else 0.65
            return weight, f"initials {name.text.upper()}"
        host, slash, _ = host_of(unit.homepage).partition("/")
        if host == f"{name.text}.no" and not slash:
            rest = " ".join(word for word in other.words if word != name.text)
            if name.text in other.words and rest:
                return 0.7, f"home page {host}, but the name also says “{rest}”"
            return 0.85, f"home page {host} is the name"
    likeness, shared, letters = alike(name, other)
    reason = f"{shared} of {len(name.words)} words the same, {letters} per cent of the letters"
    if shared == len(name.words):
        return likeness, f"{reason}; the register's name is longer"
    return likeness, reason


def alike(name: Name, other: Name) -> tuple[float, int, int]:
    """Returns how alike two names are (0 to 1), words in common and per cent of the letters."""
    letters = fuzz.token_sort_ratio(name.text, other.text)
    shared = sum(
        word in other.words or any(fuzz.ratio(word, w) >= _SAME_WORD for w in other.words)
        for word in name.words
    )
    words = 2 * shared / (len(name.words) + len(other.words))
    likeness = 0.95 * (letters / 100 + min(words, 1.0)) / 2
    if shared == len(name.words):
        likeness = min(likeness + 0.08, 0.94)
    return likeness, shared, round(letters)


def _clues(sought: Sought, unit: Unit) -> Iterator[tuple[float, float, str]]:
    """Yields what speaks for and against besides the names: change, cap and the words for it."""
    yield from _clue_of_form(sought, unit)
    if sought.municipality_numbers and unit.municipality_number:
        number = unit.municipality_number
        if number in sought.municipality_numbers:
            yield 0.05, 1.0, f"municipality number {number} fits"
        else:
            ours = ", ".join(sorted(sought.municipality_numbers))
            yield -0.3, 0.7, f"municipality number {number}, not {ours}"
    host = host_of(unit.homepage)
    if host and sought.homepages:
        if host in sought.homepages:
            yield 0.15, 1.0, f"the same home page, {host}"
        elif host.partition("/")[0] not in {page.partition("/")[0] for page in sought.homepages}:
            yield -0.05, 1.0, f"another home page, {host}"
    if unit.deleted:
        yield 0.0, 1.0, f"deleted from the register {unit.deleted}"


def _clue_of_form(sought: Sought, unit: Unit) -> Iterator[tuple[float, float, str]]:
    fitting = _FORMS.get(sought.type)
    form = unit.form or read_name(unit.names[0]).form
    what = sought.type.replace("-", " ")
    if not form:
        return
    says = {read_name(name).form for name in sought.names} - {"", *_PUBLIC_FORMS}
    if says and form not in says:
        yield -0.1, 0.89, f"form {form}, but we call it {', '.join(sorted(says))}"
    if fitting is None:
        if form in _PUBLIC_FORMS:
            yield -0.3, _CAP, f"the unit is of the form {form}"
    elif form in fitting:
        yield 0.05, 1.0, f"form {form} fits the type {what}"
    elif form in _PUBLIC_FORMS or fitting <= _PUBLIC_FORMS:
        yield -0.3, _CAP, f"form {form} is never of the type {what}"
    else:
        yield -0.15, 0.89, f"form {form} is unusual for the type {what}"
