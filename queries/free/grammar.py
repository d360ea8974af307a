"""Grammar: reads tokens as a tree by the rules of `sparql-grammar.toml`, or says where they fail.

Engines say little of where a query is at fault, and show nothing of what they read. This reading
is for people only: for errors, and to say which part of a query does what. It runs no query.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn

from ...graph.tokens import Token
from .rules import Choice, Expression, Repeat, Row, Rule, Terminal, first, nullable, rules, says

_DEEP: Final = 20_000
"""Calls within one another that reading the deepest query that is let in needs, and more."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """What a rule matched: the rule's name and the nodes and tokens in it, in order."""

    rule: str
    parts: list[Node | Token] = field(default_factory=list)

    def tokens(self) -> Iterator[Token]:
        """Yields the tokens below, in order."""
        for part in self.parts:
            if isinstance(part, Token):
                yield part
            else:
                yield from part.tokens()

    def all(self, *rules: str) -> Iterator[Node]:
        """Yields the nodes of any of the rules, this one and those below, in order."""
        if self.rule in rules:
            yield self
        for part in self.parts:
            if isinstance(part, Node):
                yield from part.all(*rules)

    def first(self, rule: str) -> Node | None:
        """Returns the first node of a rule here or below."""
        return next(self.all(rule), None)

    @property
    def children(self) -> list[Node]:
        """The nodes directly in this one."""
        return [part for part in self.parts if isinstance(part, Node)]

    @property
    def start(self) -> int:
        """The place of the first token."""
        return next(self.tokens()).start

    @property
    def end(self) -> int:
        """The place after the last token."""
        *_, last = self.tokens()
        return last.end


class GrammarError(Exception):
    """Tokens that are no query: the token at fault, what could stand there, inside which rules.

    `expected`: in people's words; `allowed`: the keys of the tokens.
    """

    def __init__(
        self, index: int, expected: Sequence[str], allowed: frozenset[str], inside: Sequence[str]
    ) -> None:
        self.index = index
        self.allowed = allowed
        self.expected = tuple(expected)
        self.inside = tuple(inside)
        super().__init__(f"token {index}: expected {', '.join(expected)}")


def parse(tokens: Sequence[Token]) -> Node:
    """Returns the tree of a query. Raises GrammarError."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEP))
    try:
        reading = _Reading(tokens)
        whole = Node("")
        reading.read(Rule("Query"), whole)
        return whole.children[0]
    finally:
        sys.setrecursionlimit(before)


class _Reading:
    """One reading of tokens, decided by one token ahead."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.key = _key(tokens[0])
        self.expected: list[Expression] = []
        self.inside: list[str] = []

    def read(self, wanted: Expression, into: Node) -> None:
        """Reads what is wanted into a node. Raises GrammarError."""
        match wanted:
            case Terminal():
                self._take(wanted, into)
            case Rule():
                self._read_rule(wanted, into)
            case Row(parts):
                for part in parts:
                    self.read(part, into)
            case Choice(options):
                option = next((one for one in options if self.key in first(one)), None)
                self.read(self._fail(wanted) if option is None else option, into)
            case Repeat():
                self._repeat(wanted, into)

    def _take(self, wanted: Terminal, into: Node) -> None:
        if wanted.key != self.key:
            self._fail(wanted)
        into.parts.append(self.tokens[self.index])
        self.index += 1
        if self.index < len(self.tokens):
            self.key = _key(self.tokens[self.index])
        self.expected.clear()

    def _read_rule(self, wanted: Rule, into: Node) -> None:
        if self.key not in first(wanted) and not nullable(wanted):
            self._fail(wanted)
        node = Node(wanted.name)
        self.inside.append(wanted.name)
        self.read(rules()[wanted.name], node)
        self.inside.pop()
        into.parts.append(node)

    def _repeat(self, wanted: Repeat, into: Node) -> None:
        if wanted.how == "+":
            self.read(wanted.part, into)
        while self.key in first(wanted.part):
            self.read(wanted.part, into)
            if wanted.how == "?":
                return
        self._note(wanted.part)

    def _note(self, wanted: Expression) -> None:
        self.expected.append(wanted)

    def _fail(self, wanted: Expression) -> NoReturn:
        self._note(wanted)
        said = dict.fromkeys(word for one in self.expected for word in says(one))
        allowed: frozenset[str] = frozenset().union(*map(first, self.expected))
        raise GrammarError(self.index, [*said], allowed, self.inside)


def _key(token: Token) -> str:
    return token.key or token.kind
