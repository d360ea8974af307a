"""Names of municipalities and counties: cleaned by rule, and labels that tell namesakes apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .succession import Organisation

_SUFFIX: Final = re.compile(r"\s*\([^)]*\)$")
RECENT_YEARS: Final = 10
"""A namesake that existed in the table's last years is one that readers may still mean."""


def plain(name: str) -> str:
    """Returns a name without the county that KLASS adds to it in some years: "Eide"."""
    return _SUFFIX.sub("", name.strip())


@dataclass(frozen=True, slots=True)
class NameParts:
    """A listed name taken apart: the Norwegian name and the names in other languages."""

    norwegian: str
    others: tuple[str, ...]


def name_parser(listed: Iterable[str]) -> Mapping[str, NameParts]:
    """Takes listed names apart ("Snåase - Snåsa"); the part that also stands alone is Norwegian.

    Where none stands alone the first part is taken as the name, as the lists write the
    prioritised name first.
    """
    names = sorted({plain(name) for name in listed})
    alone = {name for name in names if " - " not in name}
    found: dict[str, NameParts] = {}
    for name in names:
        parts = name.split(" - ")
        norwegian = next((part for part in parts if part in alone), parts[0])
        found[name] = NameParts(norwegian, tuple(part for part in parts if part != norwegian))
    return found


@dataclass(frozen=True, slots=True)
class Label:
    """A label that no other municipality has, in Norwegian and English, and plain other names."""

    nb: str
    en: str
    also: tuple[str, ...]


def labels(
    organisations: Sequence[Organisation],
    names: Sequence[str],
    counties: Sequence[str],
    last_year: int,
) -> list[Label]:
    """Returns the label of each organisation, given its last plain name and its county's name.

    A name that one organisation has is its label. Of namesakes, one that alone existed in recent
    years keeps the plain name; recent ones are told apart by county, or by the year in which one
    followed the other; older ones by county and years.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        groups[name.casefold()].append(index)
    found: dict[int, Label] = {}
    for group in groups.values():
        recent = [i for i in group if _recent(organisations[i], last_year)]
        for index in group:
            one, name = organisations[index], names[index]
            if len(group) == 1 or recent == [index]:
                nb, en = "", ""
            elif index not in recent:
                place = f"{counties[index]}, " if counties[index] not in ("", name) else ""
                nb = en = f"{place}{_years(one)}"
            else:
                rivals = [i for i in recent if i != index]
                nb, en = _told_apart(index, rivals, organisations, counties)
            found[index] = Label(
                f"{name} ({nb})" if nb else name,
                f"{name} ({en})" if en else name,
                _also(name, nb),
            )
    return [found[index] for index in range(len(organisations))]


def _recent(one: Organisation, last_year: int) -> bool:
    return one.ended is None or one.ended.year > last_year - RECENT_YEARS


def _told_apart(
    index: int,
    rivals: Sequence[int],
    organisations: Sequence[Organisation],
    counties: Sequence[str],
) -> tuple[str, str]:
    one = organisations[index]
    here = [i for i in rivals if counties[i] == counties[index] or _follows(organisations, i, one)]
    place = counties[index] if len(here) < len(rivals) else ""
    if not here:
        return place, place
    prefix = f"{place}, " if place else ""
    later = any(organisations[i].first.start > one.first.start for i in here)
    earlier = any(organisations[i].first.start < one.first.start for i in here)
    if one.ended and later and earlier:
        return f"{prefix}{_years(one)}", f"{prefix}{_years(one)}"
    if one.ended and any(organisations[i].first.start >= one.ended for i in here):
        return f"{prefix}før {one.ended.year}", f"{prefix}before {one.ended.year}"
    return f"{prefix}fra {one.first.start.year}", f"{prefix}from {one.first.start.year}"


def _years(one: Organisation) -> str:
    return f"{one.first.start.year}–{one.ended.year - 1 if one.ended else ''}"


def _follows(organisations: Sequence[Organisation], index: int, one: Organisation) -> bool:
    """Whether one of the two began on the very day on which the other ceased."""
    other = organisations[index]
    return one.first.start == other.ended or other.first.start == one.ended


def _also(name: str, told_apart: str) -> tuple[str, ...]:
    names = [f"{name} kommune"]
    if told_apart:
        names.insert(0, name)
    if "før " in told_apart:
        names.append(f"gamle {name}")
    if "fra " in told_apart:
        names.append(f"nye {name}")
    return tuple(names)


def join(names: Sequence[str], joined: str = "og") -> str:
    """Returns names as a list in words: "Eide, Fræna og Nesset"."""
    return f" {joined} ".join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]])
