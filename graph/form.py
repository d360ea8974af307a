"""Form: what a query asks for, rows, triples or a yes, and the columns of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .tokens import prologue, tokenise


@dataclass(frozen=True, slots=True)
class Form:
    """What a query asks for.

    `word`: SELECT, ASK, CONSTRUCT, DESCRIBE, or whatever stands in that place. `columns`: the
    variables that a SELECT names; none with `*`, which leaves them to the pattern.
    """

    word: str
    columns: tuple[str, ...] = ()


def form_of(text: str) -> Form:
    """Returns what a query asks for, by its words; whether it is right is not looked at."""
    tokens = tokenise(text)
    first = prologue(tokens)
    word = tokens[first].key
    if word != "SELECT":
        return Form(word)
    columns: list[str] = []
    depth = 0
    for before, token in pairwise(tokens[first:]):
        if not depth and token.key in ("{", "WHERE", "FROM"):
            break
        depth += (token.key == "(") - (token.key == ")")
        if token.kind == "variable" and (not depth or (depth == 1 and before.key == "AS")):
            columns.append(token.text[1:])
    return Form(word, tuple(columns))
