"""The projection: which relations connect things when paths are looked for, as one file declares.

`projection.toml` says which properties of which kind of relation lead from thing to thing, in
which words, and which things are trivial hubs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ...graph.errors import UsageError
from ...ontology.namespaces import expand

SELF: Final = "self"
"""In place of a property: the node is itself one of the two things."""

_FILE: Final = Path(__file__).with_name("projection.toml")


@dataclass(frozen=True, slots=True)
class Tie:
    """How a node of a kind leads from the thing in one property to that in another.

    `first` and `second` are IRIs of properties; `first` may be SELF. `ends_only`: the node itself
    is a stop only at the ends of a path.
    """

    first: str
    second: str
    sentence: str
    ends_only: bool


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of relation: the beginnings of its nodes' IRIs, its ties, what its codes mean.

    `rank` is its place in the order of strength, strongest first; `role` the property with the
    code that `words` has verbs for; `hub` the property whose thing is a trivial hub in this kind;
    `happens` says that it is over when it has happened: it never persists; `one_way` that a path
    follows it in one direction only, from the first thing of its ties to the second or back.
    """

    name: str
    about: str
    rank: int
    starts: tuple[str, ...]
    ties: tuple[Tie, ...]
    role: str
    words: Mapping[str, str]
    not_yet: frozenset[str]
    never: frozenset[str]
    over: frozenset[str]
    hub: str
    happens: bool
    one_way: bool


@dataclass(frozen=True, slots=True)
class Hubs:
    """What is a trivial hub: codes of types, forms of registered units, and things by IRI."""

    types: tuple[str, ...]
    forms: tuple[str, ...]
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The kinds by name, in order of strength, the hubs, and the properties that tie nothing."""

    kinds: Mapping[str, Kind]
    hubs: Hubs
    left_out: Mapping[str, str]

    def chosen(self, only: Collection[str] = (), without: Collection[str] = ()) -> list[Kind]:
        """Returns the kinds to follow: all, or only some, without others.

        Raises UsageError for a name that is no kind, or when none is left.
        """
        for name in (*only, *without):
            if name not in self.kinds:
                from difflib import get_close_matches

                near = get_close_matches(name, self.kinds, 1, 0.5)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(self.kinds)}"
                raise UsageError(f"“{name}” is not a kind of relation; {hint}")
        left = [
            kind
            for kind in self.kinds.values()
            if (not only or kind.name in only) and kind.name not in without
        ]
        if not left:
            raise UsageError("--without leaves no kind of relation to follow")
        return left


@cache
def projection() -> Projection:
    """Returns the projection as `projection.toml` declares it."""
    declared = tomllib.loads(_FILE.read_text("utf-8"))
    kinds = [_kind(rank, kind) for rank, kind in enumerate(declared["kind"])]
    hubs = {name: tuple(map(expand, curies)) for name, curies in declared["hubs"].items()}
    return Projection(
        MappingProxyType({kind.name: kind for kind in kinds}),
        Hubs(**hubs),
        MappingProxyType({expand(curie): why for curie, why in declared["left_out"].items()}),
    )


def _kind(rank: int, declared: Mapping[str, Any]) -> Kind:
    def codes(name: str) -> frozenset[str]:
        return frozenset(map(expand, declared.get(name, ())))

    return Kind(
        name=declared["name"],
        about=declared["about"],
        rank=rank,
        starts=tuple(map(expand, declared["of"])),
        ties=tuple(map(_tie, declared["tie"])),
        role=_property(declared.get("role", "")),
        words=MappingProxyType(
            {expand(code): say for code, say in declared.get("words", {}).items()}
        ),
        not_yet=codes("not_yet"),
        never=codes("never"),
        over=codes("over"),
        hub=_property(declared.get("hub", "")),
        happens=declared.get("happens", False),
        one_way=declared.get("one_way", False),
    )


def _tie(declared: Mapping[str, Any]) -> Tie:
    return Tie(
        _property(declared["from"]),
        _property(declared["to"]),
        declared["say"],
        declared.get("ends_only", False),
    )


def _property(curie: str) -> str:
    return curie if curie in ("", SELF) else expand(curie)
