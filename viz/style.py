"""How kinds of things and relations look and what they are called.

The only source is `style.toml`; the page's style sheet, the legend and the picture all
read it through `load`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from .errors import ViewError
from .wording import Words
from .wording import of as words_of

SHAPES: Final = ("diamond", "dot", "hexagon", "square", "star", "triangle", "triangleDown")
"""Shapes of vis-network that put the label below and that the legend can draw."""

_Look = TypeVar("_Look")
_NAME: Final = re.compile(r"[a-z][a-z-]*")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class ThingStyle:
    """The look of one kind of thing."""

    kind: str
    words: Words
    shape: str
    light: str
    dark: str
    size: float
    font: float


@dataclass(frozen=True)
class RelationStyle:
    """The look of one kind of relation.

    A faint one stays behind until something is chosen; one that binds draws things to a hub.
    """

    kind: str
    words: Words
    light: str
    dark: str
    width: float
    faint: bool
    binds: bool


@dataclass(frozen=True)
class StandingStyle:
    """The look of one degree of sureness; no dashes means a solid line."""

    kind: str
    words: Words
    dashes: tuple[int, ...]
    strength: float


@dataclass(frozen=True)
class CertaintyStyle:
    """What one degree of certainty is called."""

    kind: str
    words: Words


@dataclass(frozen=True)
class Style:
    """Everything that `style.toml` says, in its order."""

    things: Mapping[str, ThingStyle]
    relations: Mapping[str, RelationStyle]
    standings: Mapping[str, StandingStyle]
    certainties: Mapping[str, CertaintyStyle]

    def thing(self, kind: str) -> ThingStyle:
        """Returns the look of a kind of thing; raises ViewError when it has none."""
        return _known(self.things, kind, "thing")

    def relation(self, kind: str) -> RelationStyle:
        """Returns the look of a kind of relation; raises ViewError when it has none."""
        return _known(self.relations, kind, "relation")

    def standing(self, kind: str) -> StandingStyle:
        """Returns the look of a standing; raises ViewError when it has none."""
        return _known(self.standings, kind, "standing")


@cache
def load() -> Style:
    """Returns the style of the project's pages."""
    return parse((Path(__file__).parent / "style.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Style:
    """Returns the style that a TOML text describes.

    Raises ViewError for a name, colour or shape that the style sheet or the legend could
    not carry: names and colours go into CSS, so nothing else is let through.
    """
    tables = tomllib.loads(text)
    return Style(
        things={kind: _thing(kind, row) for kind, row in tables["thing"].items()},
        relations={kind: _relation(kind, row) for kind, row in tables["relation"].items()},
        standings={kind: _standing(kind, row) for kind, row in tables["standing"].items()},
        certainties={
            kind: CertaintyStyle(_name(kind), _words(kind, row))
            for kind, row in tables["certainty"].items()
        },
    )


def css(style: Style) -> str:
    """Returns the style rules that give each kind its colour on a light and a dark page."""
    light = "".join(_variables(style, dark=False))
    dark = "".join(_variables(style, dark=True))
    rules = "".join(
        f".{group}-{kind}{{--kind:var(--{group}-{kind})}}"
        for group, kinds in (("thing", style.things), ("relation", style.relations))
        for kind in kinds
    )
    return (
        f":root{{{light}}}\n"
        f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n{rules}\n"
    )


def _variables(style: Style, *, dark: bool) -> list[str]:
    pairs: list[tuple[str, str]] = []
    pairs += [(f"thing-{s.kind}", s.dark if dark else s.light) for s in style.things.values()]
    pairs += [(f"relation-{s.kind}", s.dark if dark else s.light) for s in style.relations.values()]
    return [f"--{name}:{colour};" for name, colour in pairs]


def _thing(kind: str, row: Mapping[str, Any]) -> ThingStyle:
    if row["shape"] not in SHAPES:
        raise ViewError(
            f"style.toml: {kind} has shape “{row['shape']}”; known: {', '.join(SHAPES)}"
        )
    return ThingStyle(
        kind=_name(kind),
        words=_words(kind, row),
        shape=row["shape"],
        light=_colour(kind, row["light"]),
        dark=_colour(kind, row["dark"]),
        size=float(row["size"]),
        font=float(row["font"]),
    )


def _relation(kind: str, row: Mapping[str, Any]) -> RelationStyle:
    return RelationStyle(
        kind=_name(kind),
        words=_words(kind, row),
        light=_colour(kind, row["light"]),
        dark=_colour(kind, row["dark"]),
        width=float(row["width"]),
        faint=bool(row.get("faint", False)),
        binds=bool(row.get("binds", False)),
    )


def _standing(kind: str, row: Mapping[str, Any]) -> StandingStyle:
    return StandingStyle(
        kind=_name(kind),
        words=_words(kind, row),
        dashes=tuple(int(length) for length in row["dashes"]),
        strength=float(row["strength"]),
    )


def _words(kind: str, row: Mapping[str, Any]) -> Words:
    return words_of(row, f"style.toml, {kind}")


def _name(kind: str) -> str:
    if not _NAME.fullmatch(kind):
        raise ViewError(f"style.toml: “{kind}” is not a name of lower-case letters and hyphens")
    return kind


def _colour(kind: str, colour: str) -> str:
    if not _COLOUR.fullmatch(colour):
        raise ViewError(f"style.toml: {kind} has colour “{colour}”; write it as #rrggbb")
    return colour


def _known(table: Mapping[str, _Look], kind: str, what: str) -> _Look:
    try:
        return table[kind]
    except KeyError:
        known = ", ".join(table)
        raise ViewError(f"style.toml has no {what} “{kind}”; it has {known}") from None
