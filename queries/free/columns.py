"""Columns: what a query selects, and whether rows show that all that it names is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...graph.tokens import Token, prologue


def unbound_columns(tokens: Sequence[Token]) -> Iterator[str]:
    """Yields a sentence for each variable that is selected and stands nowhere else."""
    names = [token.text[1:] for token in tokens if token.kind == "variable"]
    depth = 0
    for token in tokens[prologue(tokens) :]:
        if token.key in ("{", "WHERE", "FROM"):
            return
        depth += (token.key == "(") - (token.key == ")")
        name = token.text[1:]
        if token.kind == "variable" and not depth and names.count(name) == 1:
            from difflib import get_close_matches

            near = get_close_matches(name, sorted({*names} - {name}), 1)
            hint = f"; did you mean ?{near[0]}?" if near else ""
            yield f"{token.text} is selected, but nothing gives it a value{hint}"


_LOOSE: Final = frozenset(
    (
        "OPTIONAL", "UNION", "MINUS", "EXISTS", "FILTER", "BIND", "VALUES", "AS", "SERVICE",
        "DESCRIBE", "|", "!", "*", "?",
    )
)  # fmt: skip


def may_hide(tokens: Sequence[Token]) -> bool:
    """Whether a query can have rows though it names what is not in the graph.

    Where all patterns must match, rows show that everything named is there.
    """
    return any(token.key in _LOOSE for token in tokens)


def counts_all(tokens: Sequence[Token]) -> bool:
    """Whether a query gives one row for all matches, which it gives also for none."""
    keys = {token.key for token in tokens}
    return "GROUP" not in keys and bool(keys & {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE"})
