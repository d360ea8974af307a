"""What things can be found by: their names and numbers, read from a graph.

The SPARQL that reads them lies in `findable/`: a store here and an endpoint give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from pyoxigraph import Literal

from ..ontology.namespaces import CODE, ID
from .iris import fold, local_name
from .name_index import words_of
from .names_of_units import FILLERS

Select = Callable[[str], Iterable[Any]]
"""Runs a SELECT query over the default graph."""

RANK: Final = (
    "org", "system", "body", "project", "person", "document", "procurement", "contract", "site",
    "activity", "source", "event",
)  # fmt: skip
"""Kinds of things (as in their IRIs), those that are sought most first; codes come after them."""

_SHORTENED: Final = ("org", "system", "body", "project")
"""Kinds that people shorten to initials."""
_COMPOUNDS: Final = {
    "fylkeskommune": "fk", "fylkesmannen": "fm", "helsenett": "hn", "interkommunal": "ik",
    "interkommunale": "ik", "interkommunalt": "ik", "kommuneforbund": "kf",
}  # fmt: skip
"""Words of which people take more than one initial."""
_EVER: Final = ("0001-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing or code: its kind (as in its IRI), label, type, and the day from which it is gone."""

    iri: str
    kind: str
    label: str
    type: str = ""
    type_label: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name or number of a thing: the folded key, what sort of name it is, and its time in words.

    Sorts: label (label-en … in another language than bokmål), alias, initials, and the codes of
    name kinds and identifier schemes.
    """

    key: str
    iri: str
    name: str
    sort: str
    time: str = ""


def read_findable(select: Select) -> tuple[list[Thing], list[NameRow]]:
    """Returns the things of a graph and their names, both in order and each once."""
    labels: dict[str, tuple[bool, str]] = {}
    names: set[NameRow] = set()
    for row in _rows(select, "names"):
        iri, name = row["thing"].value, row["name"]
        if not _kind(iri) or not isinstance(name, Literal):
            continue
        sort = row["sort"].value
        other = sort == "label" and name.language not in ("nb", None)
        names.add(
            NameRow(fold(name.value), iri, name.value, f"{sort}-{name.language}" if other else sort)
        )
        if sort == "label":
            rank = (name.language not in ("nb", None), name.value)
            labels[iri] = min(rank, labels.get(iri, rank))
    for row in _rows(select, "dated"):
        iri, name = row["thing"].value, row["name"].value
        if _kind(iri):
            sort = local_name(row["sort"])
            names.add(NameRow(fold(name), iri, name, sort, _time(row)))
    names.update([made for name in names for made in _initials(name)])
    types = _first(select, "types", lambda row: (local_name(row["type"]), row["label"].value))
    # What took place is over at once; that is no end to know.
    ends = {
        iri: day
        for iri, day in _first(select, "ends", lambda row: row["day"].value).items()
        if _kind(iri) != "activity"
    }
    things = [
        Thing(iri, _kind(iri), label, type_code, type_label, ends.get(iri, ""))
        for iri, (_, label) in labels.items()
        for type_code, type_label in [types.get(iri, ("", ""))]
    ]
    known = {thing.iri for thing in things}
    return (
        sorted(things, key=lambda thing: (bool(thing.until), _rank(thing.kind), thing.iri)),
        sorted(
            (name for name in names if name.iri in known),
            key=lambda name: (len(name.key), name.key, name.iri, name.sort, name.time, name.name),
        ),
    )


def _rows(select: Select, name: str) -> Iterable[Any]:
    folder = resources.files("kommunegraf.graph") / "findable"
    return select((folder / f"{name}.rq").read_text("utf-8"))


def _first(select: Select, name: str, value: Callable[[Any], Any]) -> dict[str, Any]:
    """Returns the least value that a query gives for each thing."""
    found: dict[str, Any] = {}
    for row in _rows(select, name):
        iri, said = row["thing"].value, value(row)
        found[iri] = min(said, found.get(iri, said))
    return found


def _kind(iri: str) -> str:
    """Returns the kind in an IRI of ours (org, system …, code), or nothing for other nodes."""
    if iri.startswith(ID):
        kind = iri[len(ID) :].partition("/")[0]
        return kind if kind in RANK else ""
    return "code" if iri.startswith(CODE) and "/" in iri[len(CODE) :] else ""


def _rank(kind: str) -> int:
    return RANK.index(kind) if kind in RANK else len(RANK)


def _time(row: Any) -> str:
    """Returns a period in few signs when its days are known, else in the source's own words."""
    bounds = [row[name].value for name in ("possibleFrom", "from", "until", "possibleUntil")]
    first, after = bounds[1], bounds[2]
    if bounds[0] != first or bounds[3] != after:
        return str(row["time"].value)
    if (first, after) == _EVER:
        return ""
    if all(day.endswith("-01-01") or day in _EVER for day in (first, after)):
        start = "" if first == _EVER[0] else first[:4]
        return f"{start}–{'' if after == _EVER[1] else int(after[:4]) - 1}"
    start = "" if first == _EVER[0] else f"{first} "
    return f"{start}–{'' if after == _EVER[1] else f' before {after}'}"


def _initials(name: NameRow) -> set[NameRow]:
    """Returns the initials of a name as rows of their own.

    A number, and an abbreviation that comes first, is said in full (P360, IKAMR).
    """
    if _kind(name.iri) not in _SHORTENED or name.sort not in ("label", "alias", "official"):
        return set()
    words = [
        (key, key if word.isdigit() or (at == 0 and word.isupper()) else _initial(key))
        for at, word in enumerate(words_of(name.name))
        if (key := fold(word))
    ]
    made = set()
    for chosen in (words, [pair for pair in words if pair[0] not in FILLERS]):
        letters = "".join(initial for _, initial in chosen)
        if len(chosen) > 1 and 2 < len(letters) < 9 and not letters.isdigit():
            made.add(NameRow(letters, name.iri, name.name, "initials"))
    return made


def _initial(word: str) -> str:
    return _COMPOUNDS.get(word, word[0])
