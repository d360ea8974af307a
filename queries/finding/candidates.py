"""Finding: from what a person types to the things that it may mean, the likeliest first.

Names in the sources and in registers are looked for in the index beside the store. Of a graph
without one (an endpoint) the names are read once and indexed in memory; its registers are then
found by whole names and numbers only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from ...graph import predicates as p
from ...graph.dataset import REGISTERS, Graph
from ...graph.errors import StoreError, UsageError
from ...graph.iris import fold
from ...graph.name_index import NAMES, UNITS, NameIndex, has_full_text, write_names
from ...graph.orgnumbers import read_number
from ...graph.store import StoredGraph
from ...ontology.namespaces import PREFIXES
from ..names import TYPES, iri_of, spaces_of
from .comparing import Fit, Sought
from .searching import search
from .units import Unit, unit_details

LONGEST: Final = 200
"""Signs of what is sought; no name is longer."""
ROWS: Final = 60
"""Names that one way of looking brings; more when only one kind of thing is wanted."""

_KINDS: Final = (
    "org", "system", "body", "project", "person", "document", "procurement", "contract", "site",
    "activity", "source", "event", "code", "unit",
)  # fmt: skip
"""Kinds, those that are sought most first."""
_SORTS: Final = (
    "label", "official", "alias", "abbreviation", "municipality-number", "organisation-number",
)  # fmt: skip
"""Sorts of names; of several that fit alike the first is shown."""

_ER: Final = PREFIXES["er"]
_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a text may mean, and why.

    `kind` is that of its IRI, `type` what it is in words, `until` the day from which it is no more.
    `name`, `sort` and `time`: the name or number that fits, what sort of name that is (label,
    alias, initials, former …), and when it held.
    """

    iri: NamedNode
    label: str
    likeness: float
    fit: Fit
    kind: str
    type: str
    until: str
    name: str
    sort: str
    time: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and a remark when the text is meant as a number that cannot be one."""

    candidates: list[Candidate]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    fit: Fit
    likeness: float
    name: str
    sort: str
    time: str = ""

    @property
    def order(self) -> tuple[int, float, int, str, str, str]:
        rank = _SORTS.index(self.sort) if self.sort in _SORTS else len(_SORTS)
        return self.fit, -self.likeness, rank, self.time, self.sort, self.name


def find(graph: Graph, text: str, kind: str = "", limit: int = 10) -> Found:
    """Returns the things that a text may name, at most `limit`, the likeliest first.

    `kind`: a kind of thing (“systems”, “municipalities”, “organisations;bodies”) or a code list
    (“code:field”); units of registers are found among organisations and as “units”.
    Raises UsageError for a text that can be no name.
    """
    sought = read_sought(text)
    spaces = tuple(spaces_of(kind))
    if "organisations" in kind.split(";"):
        spaces = (*spaces, _ER)
    names, units = _indexes(graph)
    matches = _best(_in_sources(names, sought, spaces, ROWS if not kind else 20 * ROWS))
    things = names.things(list(matches))
    found = [
        Candidate(NamedNode(iri), label, match.likeness, match.fit, of_kind, type_label, until,
                  match.name, match.sort, match.time)
        for iri, match in matches.items()
        for of_kind, label, type_code, type_label, until in [things[iri]]
        if iri.startswith(spaces) and (kind not in TYPES or type_code in TYPES[kind])
    ]  # fmt: skip
    if _ER in spaces and graph.manifest.registers:
        in_register = _best(_in_register(graph, units, sought, misspelt=not found))
        found += _units(graph, names, _first(in_register, found, limit), found)
    found.sort(key=_order)
    return Found(found[:limit], "" if found else _remark(sought))


def read_sought(text: str) -> Sought:
    """Returns what is sought, cleaned of control signs. Raises UsageError when it is no name."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not text:
        raise UsageError("there is nothing to find: give a name, a number or a part of one")
    if len(text) > LONGEST:
        raise UsageError(
            f"what is to be found has {len(text):,} signs; no name has more than {LONGEST}"
        )
    try:
        number = read_number(text)
    except ValueError:
        number = ""
    sought = Sought(text, number)
    if not sought.words:
        raise UsageError(f"“{text}” holds no letter and no digit to find something by")
    return sought


def _order(found: Candidate) -> tuple[object, ...]:
    return (
        found.fit, -round(found.likeness, 2), found.kind == "unit", bool(found.until),
        _KINDS.index(found.kind), len(found.label), found.label, found.iri.value,
    )  # fmt: skip


def _best(matches: Iterable[tuple[str, _Match]]) -> dict[str, _Match]:
    """Returns the best match of each thing."""
    best: dict[str, _Match] = {}
    for iri, match in matches:
        before = best.setdefault(iri, match)
        if match.order < before.order:
            best[iri] = match
    return best


def _in_sources(
    index: NameIndex, sought: Sought, spaces: Iterable[str], most: int
) -> Iterator[tuple[str, _Match]]:
    iri = iri_of(sought.text)
    if iri is not None and index.things([iri.value]):
        yield iri.value, _Match(Fit.EXACT, 1.0, sought.text, "iri")
    if _KEY.fullmatch(sought.text):
        for keyed in index.things([space + sought.text for space in spaces]):
            yield keyed, _Match(Fit.EXACT, 1.0, sought.text, "key")
    for (_, thing, name, sort, time), fit, likeness in search(index, sought, most):
        yield thing, _Match(fit, likeness, name, sort, time)


def _in_register(
    graph: Graph, index: NameIndex | None, sought: Sought, *, misspelt: bool
) -> Iterator[tuple[str, _Match]]:
    """Yields units; by a misspelt name only where no source has one like it."""
    if sought.number:
        yield _ER + sought.number, _Match(Fit.EXACT, 1.0, sought.number, "organisation-number")
    elif index is None:
        for quad in graph.quads(None, p.SEARCH_KEY, Literal(sought.key), NamedNode(REGISTERS[0])):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value, _Match(Fit.EXACT, 1.0, sought.key, "registered")
    else:
        for (key, unit, *_), fit, likeness in search(index, sought, ROWS, misspelt=misspelt):
            iri = _ER + unit if unit.isdigit() else unit
            yield iri, _Match(fit, likeness, key, "registered")


def _first(matches: dict[str, _Match], found: Iterable[Candidate], limit: int) -> dict[str, _Match]:
    """Returns the units that come among the first `limit` of all, in order."""
    ours = sorted((one.fit, -round(one.likeness, 2)) for one in found)
    chosen: dict[str, _Match] = {}
    for iri, match in sorted(matches.items(), key=lambda pair: (pair[1].order, pair[0])):
        before = sum(one <= (match.fit, -round(match.likeness, 2)) for one in ours)
        if before + len(chosen) >= limit:
            break
        chosen[iri] = match
    return chosen


def _units(
    graph: Graph, names: NameIndex, matches: dict[str, _Match], found: Iterable[Candidate]
) -> Iterator[Candidate]:
    """Yields units as candidates; one that an organisation of ours is stands as that one, once."""
    details = unit_details(graph, list(matches))
    ours = names.things([unit.organisation for unit in details.values() if unit.organisation])
    have = {one.iri.value for one in found}
    for iri, match in matches.items():
        if iri not in details:
            continue
        one = _unit(iri, details[iri], match)
        if (organisation := details[iri].organisation) in ours:
            kind, label, _, type_label, until = ours[organisation]
            one = replace(one, iri=NamedNode(organisation), label=label, kind=kind,
                          type=type_label, until=until)  # fmt: skip
        if one.iri.value not in have:
            have.add(one.iri.value)
            yield one


def _unit(iri: str, unit: Unit, match: _Match) -> Candidate:
    """Returns a unit as a candidate, with the name that fits as the register writes it."""
    name, sort, time = match.name, match.sort, ""
    if sort == "registered":
        former = {fold(name): (name, "former", time) for name, time in unit.former}
        same = fold(unit.name) == name
        name, sort, time = (unit.name, sort, "") if same else former.get(name, (name, "former", ""))
    # A register names persons too, in their roles.
    kind = "unit" if iri.startswith(_ER) else "person"
    return Candidate(NamedNode(iri), unit.name, match.likeness, match.fit, kind, unit.form,
                     unit.deleted, name, sort, time)  # fmt: skip


def _remark(sought: Sought) -> str:
    """Returns what is wrong with a number that is meant as an organisation number, or nothing."""
    digits = len(re.findall("[0-9]", sought.text))
    letters = re.sub(r"(?i)^(?:no|org\.?\s?nr\.?)|mva$|[\d\s.\-]", "", sought.text)
    if letters or not 8 <= digits <= 10:
        return ""
    try:
        read_number(sought.text)
    except ValueError as error:
        return str(error)
    return ""


_OPEN: Final[WeakKeyDictionary[Graph, tuple[NameIndex, NameIndex | None]]] = WeakKeyDictionary()


def _indexes(graph: Graph) -> tuple[NameIndex, NameIndex | None]:
    """Returns the indexes of a graph's sources and registers, opened once."""
    if graph in _OPEN:
        return _OPEN[graph]
    folder = graph.folder if isinstance(graph, StoredGraph) else None
    names = NameIndex.open(folder / NAMES) if folder else None
    if names is None:
        if not has_full_text():
            raise StoreError(
                "finding needs full-text search (FTS5 with trigrams), which the SQLite of this "
                "Python was made without; use a Python of python.org or of a Linux distribution"
            )
        from ...graph.name_rows import read_findable

        names = write_names(None, *read_findable(graph.select))
    _OPEN[graph] = names, NameIndex.open(folder / UNITS) if folder else None
    return _OPEN[graph]
