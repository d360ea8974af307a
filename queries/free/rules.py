"""Rules: the grammar of SPARQL as `sparql-grammar.toml` declares it, and what follows from it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

_FILE: Final = Path(__file__).with_name("sparql-grammar.toml")


def keywords() -> frozenset[str]:
    """Returns the keywords of the grammar, in capitals."""
    return frozenset(re.findall(r"'([A-Z_0-9]+)'", " ".join(_declared()["rules"].values())))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """A token, by its keyword, sign or kind."""

    key: str


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after another."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part that may be left out (?), may come often (*), or must come once or more (+)."""

    part: Expression
    how: Literal["?", "*", "+"]


Expression = Rule | Terminal | Row | Choice | Repeat


@cache
def _declared() -> dict[str, dict[str, str]]:
    declared: dict[str, dict[str, str]] = tomllib.loads(_FILE.read_text("utf-8"))
    return declared


@cache
def rules() -> dict[str, Expression]:
    """Returns each rule by its name."""
    return {name: _read_rule(text) for name, text in _declared()["rules"].items()}


def _read_rule(text: str) -> Expression:
    words = re.findall(r"'[^']+'|\w+|[()|?*+]", text)[::-1]

    def choice() -> Expression:
        options = [sequence()]
        while words and words[-1] == "|":
            words.pop()
            options.append(sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence() -> Expression:
        parts: list[Expression] = []
        while words and words[-1] not in "|)":
            word = words.pop()
            part: Expression
            if word == "(":
                part = choice()
                words.pop()
            elif word[0] == "'":
                part = Terminal(word[1:-1])
            else:
                part = Rule(word) if word[0].isupper() else Terminal(word)
            if words and words[-1] in ("?", "*", "+"):
                how = words.pop()
                part = Repeat(part, "?" if how == "?" else "*" if how == "*" else "+")
            parts.append(part)
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    return choice()


@cache
def nullable(part: Expression) -> bool:
    """Whether a part may stand for nothing."""
    match part:
        case Rule(name):
            return nullable(rules()[name])
        case Terminal():
            return False
        case Row(parts):
            return all(map(nullable, parts))
        case Choice(options):
            return any(map(nullable, options))
        case Repeat(inner, how):
            return how != "+" or nullable(inner)


@cache
def first(part: Expression) -> frozenset[str]:
    """Returns the keys of the tokens that a part can begin with."""
    match part:
        case Rule(name):
            return first(rules()[name])
        case Terminal(key):
            return frozenset((key,))
        case Row(parts):
            keys: frozenset[str] = frozenset()
            for one in parts:
                keys |= first(one)
                if not nullable(one):
                    break
            return keys
        case Choice(options):
            return frozenset().union(*map(first, options))
        case Repeat(inner, _):
            return first(inner)


@cache
def says(part: Expression) -> tuple[str, ...]:
    """Returns how people call what a part can begin with."""
    names = _declared()["says"]
    match part:
        case Rule(name):
            return _named(names[name]) if name in names else says(rules()[name])
        case Terminal(key):
            if (own := names.get(key, names.get(f"'{key}'"))) is not None:
                return _named(own)
            return (key if key[0].isalpha() else f"“{key}”",)
        case Row(parts):
            said: dict[str, None] = {}
            for one in parts:
                said.update(dict.fromkeys(says(one)))
                if not nullable(one):
                    break
            return tuple(said)
        case Choice(options):
            return tuple(dict.fromkeys(word for option in options for word in says(option)))
        case Repeat(inner, _):
            return says(inner)


def _named(word: str) -> tuple[str, ...]:
    return (word,) if word else ()
