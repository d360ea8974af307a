"""Kinds of fact table: what a table's columns mean in the graph.

Each kind is declared in `kinds/<name>.toml`; the loader of fact tables reads every table by
its kind, so a new kind of fact is a new TOML file and terms for it in the ontology.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal

from .errors import SourceError

ColumnType = Literal[
    "key", "ref", "code", "text", "integer", "decimal", "percent", "period", "date", "url",
    "flag", "relation", "organisation-number",
]  # fmt: skip

SHARED: Final = ("place", "certainty", "note")
"""Columns that every kind has."""

DATED: Final = ("from", "until", "seen", "plan", "claim")
"""Columns that every dated kind has besides."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind: its type, the predicate it states and what it accepts.

    `many`: several values in a cell, all on one node. `expand`: several values in a cell, one
    relation node each. `bearer`: the relation ends when the organisation or body named here does.
    `via`: it also ends when a bearer stops taking part in the partnership named here.
    `number_if`: "column:code" of the row for which the cell is an organisation number.
    """

    name: str
    type: ColumnType
    about: str
    predicate: str | None = None
    of: tuple[str, ...] = ()
    list: str | None = None
    lang: str | None = None
    required: bool = False
    many: bool = False
    expand: bool = False
    bearer: bool = False
    via: bool = False
    percent_if: str | None = None
    number_if: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact table.

    `thing`: its rows declare things with a key; otherwise they state relations whose IRIs are
    made from the columns in `key`. `relation`: they are relation nodes; contracts are both.
    `dated`: its rows have a time. `evidence`: the predicate that leads to the evidence.
    """

    name: str
    about: str
    classes: tuple[str, ...]
    prefix: str
    thing: bool
    relation: bool
    dated: bool
    evidence: str
    key: tuple[str, ...]
    label: str | None
    columns: Mapping[str, Column]

    @property
    def known_columns(self) -> tuple[str, ...]:
        """The names of all columns that a table of this kind may have."""
        return (*self.columns, *(DATED if self.dated else ()), *SHARED)


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Returns every kind by name, things before relations, each group by name."""
    folder = resources.files("kommunegraf.graph") / "kinds"
    kinds = [
        _read_kind(entry.name, entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    kinds.sort(key=lambda kind: (not kind.thing, kind.name))
    return MappingProxyType({kind.name: kind for kind in kinds})


def _read_kind(file: str, text: str) -> Kind:
    try:
        return _kind(file.removesuffix(".toml"), tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"is not TOML: {error}", f"graph/kinds/{file}") from None
    except KeyError as error:
        raise SourceError(f"lacks the field {error}", f"graph/kinds/{file}") from None
    except TypeError as error:
        raise SourceError(
            f"has a column that is not as declared: {error}", f"graph/kinds/{file}"
        ) from None


def _kind(name: str, declared: Mapping[str, Any]) -> Kind:
    columns = [
        Column(**{**column, "of": tuple(column.get("of", ()))}) for column in declared["column"]
    ]
    return Kind(
        name=name,
        about=declared["about"],
        classes=tuple(declared["class"]),
        prefix=declared["prefix"],
        thing=declared["thing"],
        relation=declared.get("relation", not declared["thing"]),
        dated=declared["dated"],
        evidence=declared.get("evidence", "prov:wasDerivedFrom"),
        key=tuple(declared["key"]),
        label=declared.get("label"),
        columns=MappingProxyType({column.name: column for column in columns}),
    )
