"""Free SPARQL: any query over the sources and registers, with our prefixes declared.

What a query may be is decided by its tokens alone, before any engine reads it: one that asks
(never an update), of bounded length and depth, that names no other endpoint but those allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from ...graph.dataset import Graph, Result
from ...graph.errors import QueryError
from ...graph.tokens import Token, prologue, tokenise
from ...ontology.namespaces import PREFIXES
from .services import hidden_service, named_services, prefixes_of

MAX_TEXT: Final = 1_000_000
"""Characters of a query; more is data, not a question."""

MAX_TOKENS: Final = 250_000
"""Words and signs of a query."""

MAX_DEPTH: Final = 64
"""Brackets within one another; engines read each by recursion, and lists in time that explodes."""

MAX_PARTS: Final = 1000
"""Patterns, keywords and operators; engines plan long chains of them by recursion too."""

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH")
)
_OPERATORS: Final = frozenset(
    ["&&", "||", "+", "-", "*", "/", "|", "^", "!", "?", "=", "!=", "<", ">", "<=", ">="]
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a query is by its words: its form, and the endpoints that it asks (“?” for any).

    `form`: SELECT, ASK, CONSTRUCT, DESCRIBE, or empty when that cannot be told.
    """

    form: str
    services: tuple[str, ...]
    has_dataset: bool = False


def inspect(text: str, allowed: Collection[str] = ()) -> Inspected:
    """Says what a query is without running it.

    `allowed`: addresses that SERVICE may name, to the letter.
    Raises QueryError for a text that is empty, too long or too nested, an update, has a character
    that no word of SPARQL has, or asks an endpoint that is not allowed.
    """
    return inspect_tokens(text, read_tokens(text), allowed)


def read_tokens(text: str) -> list[Token]:
    """Returns the tokens of a text that is short enough and can be read to its end."""
    if not text.strip():
        raise QueryError("the query is empty")
    if len(text) > MAX_TEXT:
        raise QueryError(
            f"the query has {len(text):,} characters; at most {MAX_TEXT:,} are read. "
            "Long lists of values belong in several queries"
        )
    tokens = tokenise(text, MAX_TOKENS)
    if len(tokens) > MAX_TOKENS:
        raise QueryError(f"the query has more than {MAX_TOKENS:,} words and signs")
    if tokens[-1].kind == "bad":
        from .faults import explain_fault

        raise QueryError(explain_fault(text, tokens, prefixes_of(tokens)))
    if len(tokens) == 1:
        raise QueryError("the query is empty: it has comments only")
    return tokens


def inspect_tokens(text: str, tokens: Sequence[Token], allowed: Collection[str]) -> Inspected:
    """Says what a query of these tokens is; raises as `inspect` does."""
    from .places import at

    _refuse_large(text, tokens)
    first = prologue(tokens)
    if (form := tokens[first].key) in UPDATES:
        raise QueryError(
            f"{form} is an update; the graph is only read here. "
            "Correct the source tables and run kommunegraf build"
        )
    services = []
    if "service" in text.lower():
        for token, address in named_services(tokens):
            if address == "?":
                raise QueryError(
                    f"SERVICE with a variable could ask any endpoint; write the address "
                    f"{at(text, token)}"
                )
            if "://" not in address:
                raise QueryError(
                    f"SERVICE needs the whole address of an endpoint, as <https://…> "
                    f"{at(text, token)}"
                )
            if address not in allowed:
                raise QueryError(
                    f"SERVICE asks another endpoint, {address}, which is not allowed; "
                    f"allow it with --allow-service {address} {at(text, token)}"
                )
            services.append(address)
        if (hidden := hidden_service(tokens)) is not None:
            raise QueryError(
                "SERVICE asks another endpoint and cannot be told apart here; write it as a word "
                f"of its own, with spaces around < and > {at(text, hidden)}"
            )
    dataset = any(token.key == "FROM" for token in tokens[first : _first_brace(tokens, first)])
    return Inspected(form if form in FORMS else "", tuple(dict.fromkeys(services)), dataset)


def run_free(
    graph: Graph, text: str, allowed: Collection[str] = (), rows: int | None = None
) -> Result:
    """Runs a query; prefixes that it does not declare itself are ours.

    `allowed`: addresses that SERVICE may name. `rows`: the most that the engine gives.
    Raises QueryError, with the place, for what is not a query; an update is refused.
    """
    tokens = read_tokens(text)
    inspected = inspect_tokens(text, tokens, allowed)
    limited = text if rows is None or inspected.form == "ASK" else at_most(text, tokens, rows)
    try:
        return _run(graph, limited, inspected)
    except (QueryError, RuntimeError) as error:
        from .faults import explain_fault

        raise QueryError(explain_fault(text, tokens, prefixes_of(tokens), str(error))) from None


def _run(graph: Graph, text: str, inspected: Inspected) -> Result:
    # With FROM the query says itself which graphs it reads.
    return graph.run(text, over="own" if inspected.has_dataset else "all", prefixes=PREFIXES)


def at_most(text: str, tokens: Sequence[Token], rows: int) -> str:
    """Returns a query with its own LIMIT, or one of ours, of at most so many rows."""
    depth = 0
    last = len(tokens) - 2
    for index, token in enumerate(tokens):
        if token.key in ("{", "(", "["):
            depth += 1
        elif token.key in ("}", ")", "]"):
            depth -= 1
        elif depth == 0 and token.key == "LIMIT":
            number = tokens[index + 1]
            if not number.text.isdigit() or int(number.text) <= rows:
                return text
            return f"{text[: number.start]}{rows}{text[number.end :]}"
        elif depth == 0 and token.key == "VALUES":
            last = index - 1
    end = tokens[last].end
    return f"{text[:end]} LIMIT {rows} {text[end:]}"


def _refuse_large(text: str, tokens: Sequence[Token]) -> None:
    from .places import at

    opened: list[str] = []
    parts = 0
    for token in tokens:
        key = token.key
        if key in ("{", "(", "["):
            opened.append(key)
            if len(opened) > MAX_DEPTH:
                raise QueryError(
                    f"the query has more than {MAX_DEPTH} brackets within one another "
                    f"{at(text, token)}"
                )
        elif key in ("}", ")", "]"):
            del opened[-1:]
        elif _is_part(token, opened):
            parts += 1
            if parts > MAX_PARTS:
                raise QueryError(
                    f"the query has more than {MAX_PARTS:,} patterns, keywords and operators; ask "
                    f"several smaller ones {at(text, token)}"
                )


def _is_part(token: Token, opened: Sequence[str]) -> bool:
    if token.kind == "word":
        return token.key not in ("UNDEF", "TRUE", "FALSE")
    if token.key in (".", ";", ","):
        # Within parentheses a comma parts values, of which there may be many.
        return opened[-1:] != ["("]
    return token.key in _OPERATORS


def _first_brace(tokens: Sequence[Token], first: int) -> int:
    return next(
        (i for i in range(first, len(tokens)) if tokens[i].key in ("{", "WHERE")), len(tokens)
    )
