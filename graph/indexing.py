"""Makes the index of names when a build is written or a register loaded; see `name_index`.

A Python whose SQLite has no full-text search builds and loads all the same: it only cannot find.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse

from ..ontology.namespaces import PREFIXES
from . import predicates as p
from .dataset import REGISTERS
from .name_index import NAMES, UNITS, UnitNames, change_units, has_full_text, write_names
from .name_rows import read_findable
from .newbuild import share
from .ntriples import END, verb

if TYPE_CHECKING:
    from .register_graph import RegisterGraph

_ER: Final = PREFIXES["er"]
_SAYS: Final = f'{verb(p.SEARCH_KEY)}"'.encode()
_END: Final = f'"{END}'.encode()


def index_sources(folder: Path, store: Store) -> None:
    """Writes the index of all names that the default graph holds into the folder of a build."""

    def select(text: str) -> QuerySolutions:
        result = store.query(text)
        assert isinstance(result, QuerySolutions)
        return result

    if has_full_text():
        write_names(folder / NAMES, *read_findable(select)).close()


def index_of_units(place: Path | None) -> UnitNames | None:
    """Begins the index of a register's names; None when there is to be none."""
    return UnitNames(place) if place and has_full_text() else None


def names_in(lines: bytes) -> list[tuple[str, str]]:
    """Returns the folded names that N-Triples of a register say, each with its unit.

    Cut at the predicate, which takes a tenth of the time of a regular expression: a whole register
    passes here.
    """
    before, *parts = lines.split(_SAYS)
    found = []
    for part in parts:
        node = before[before.rfind(b"\n") + 2 : -1].decode()
        key = part[: part.index(_END)].decode()
        found.append((_unescaped(key) if "\\" in key else key, _short(node)))
        before = part
    return found


def keep_unit_names(before: Path, folder: Path) -> None:
    """Takes over the index of a register that did not change."""
    if (before / UNITS).exists():
        share(before / UNITS, folder / UNITS)


def index_changes(before: Path, folder: Path, register: RegisterGraph) -> None:
    """Brings the index of a register up to what was put in and taken out since.

    `before`: the folder of the build with the index that is to be changed; it may be the same.
    """
    if not has_full_text():
        return
    if not (before / UNITS).exists():
        # A first file with single units, or a build of an earlier version.
        names = UnitNames(folder / UNITS)
        names.add(_names(register.store))
        names.finish()
        return
    changes = {(key, _short(iri)): count for (key, iri), count in register.named.items() if count}
    if not changes:
        if before != folder:
            keep_unit_names(before, folder)
        return
    if before != folder:
        shutil.copyfile(before / UNITS, folder / UNITS)
    change_units(
        folder / UNITS,
        removed=sorted(pair for pair, count in changes.items() if count < 0),
        added=sorted(pair for pair, count in changes.items() if count > 0),
    )


def _names(store: Store) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, p.SEARCH_KEY, None, NamedNode(REGISTERS[0])):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            yield quad.object.value, _short(quad.subject.value)


def _short(iri: str) -> str:
    """Returns a unit as its number, any other node as its IRI."""
    return iri.removeprefix(_ER)


def _unescaped(text: str) -> str:
    (triple,) = parse(f'_:a <b:c> "{text}" .', format=RdfFormat.N_TRIPLES)
    assert isinstance(triple.object, Literal)
    return triple.object.value
