"""Things that the sources declare: keys, kinds and names, so that tables can refer to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from pyoxigraph import NamedNode

from . import iris
from .kind import Kind
from .tables import Row


@dataclass(frozen=True, slots=True)
class Thing:
    """A declared thing: its kind, its key in the tables, its IRI and its name."""

    kind: str
    key: str
    iri: NamedNode
    label: str


@dataclass(frozen=True, slots=True)
class Register:
    """All declared things by kind and key, and the groups that tables may name with @.

    `aliases`: other keys by which tables may call an organisation, and its own.
    """

    things: Mapping[str, Mapping[str, Thing]]
    groups: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def find(self, row: Row, column: str, key: str, kinds: Sequence[str]) -> Thing:
        """Returns the thing that a cell refers to.

        A key that two of the permitted kinds have is written "kind:key". Raises SourceError when
        there is none, with the nearest keys, or more than one.
        """
        wanted = kinds
        name = key
        if ":" in key:
            kind, _, name = key.partition(":")
            wanted = [kind] if kind in kinds else []
        if "organisations" in wanted:
            name = self.aliases.get(name, name)
        found = [self.things[kind][name] for kind in wanted if name in self.things.get(kind, {})]
        if len(found) == 1:
            return found[0]
        if found:
            forms = " or ".join(f"{thing.kind}:{key}" for thing in found)
            raise row.error(f"column “{column}”: “{key}” is more than one thing; write {forms}")
        near = get_close_matches(name, [k for kind in kinds for k in self.things.get(kind, {})], 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else f"; declare it in {kinds[0]}.csv"
        raise row.error(f"column “{column}”: unknown {' or '.join(kinds)} “{key}”{hint}")

    def members(self, row: Row, column: str, values: Iterable[str]) -> list[str]:
        """Returns a cell's values with each @group replaced by its members."""
        keys: list[str] = []
        for value in values:
            if not value.startswith("@"):
                keys.append(value)
            elif value[1:] in self.groups:
                keys.extend(self.groups[value[1:]])
            else:
                near = get_close_matches(value[1:], list(self.groups), 2)
                hint = f"; did you mean @{' or @'.join(near)}?" if near else ""
                raise row.error(f"column “{column}”: unknown group “{value}”{hint}")
        return keys


def declare(
    rows: Iterable[tuple[Kind, Row]],
    group_rows: Iterable[Row],
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> Register:
    """Collects what thing tables and `groups.csv` declare.

    The same key in two sources is the same thing and must have the same name there; in one source
    it stands once. Raises SourceError otherwise.
    """
    things: dict[str, dict[str, Thing]] = {}
    first: dict[tuple[str, str], Row] = {}
    for kind, row in rows:
        key = row["key"]
        if not iris.KEY.fullmatch(key):
            raise row.error(f"key “{key}” must be lower-case letters a–z, digits and hyphens")
        thing = Thing(kind.name, key, iris.thing(kind.prefix, key), row["label"])
        earlier = things.setdefault(kind.name, {}).setdefault(key, thing)
        before = first.setdefault((kind.name, key), row)
        if before is not row and before.file.parent == row.file.parent:
            raise row.error(f"“{key}” is declared already at {before.file.name}:{before.number}")
        if earlier.label != thing.label:
            raise row.error(
                f"“{key}” is called “{thing.label}” here and “{earlier.label}” at "
                f"{before.file.parent.name}/{before.file.name}:{before.number}; use one name and "
                "put the other in the column “also”"
            )
    groups: dict[str, tuple[str, ...]] = {}
    for row in group_rows:
        if row["key"] in groups:
            raise row.error(f"the group “{row['key']}” is declared twice")
        groups[row["key"]] = tuple(row.several("members"))
    return Register(MappingProxyType(things), MappingProxyType(groups), aliases)
