"""Services: which endpoints a query asks, by its tokens, and the prefixes that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...graph.tokens import Token, iri_of, name_of, prologue
from ...ontology.namespaces import PREFIXES

_OPERANDS: Final = frozenset(("variable", "name", "iri", "string", "language", "number", "word"))


def prefixes_of(tokens: Sequence[Token]) -> dict[str, str]:
    """Returns the prefixes that a query declares."""
    first = prologue(tokens)
    return {
        name_of(name)[0]: iri_of(iri)
        for word, name, iri in zip(tokens[:first], tokens[1:first], tokens[2:first], strict=False)
        if word.key == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def named_services(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Yields each endpoint that SERVICE names, with its token; “?” for a variable.

    The address is as written: one that needs a BASE is nothing to compare with what is allowed,
    since engines differ in how they resolve it.
    """
    declared = {**PREFIXES, **prefixes_of(tokens)}
    for index, token in enumerate(tokens):
        if token.key != "SERVICE":
            continue
        following = tokens[index + 1]
        if following.key == "SILENT":
            following = tokens[index + 2]
        if following.kind == "iri":
            yield following, iri_of(following)
        elif following.kind == "name":
            prefix, local = name_of(following)
            # An undeclared prefix is a fault of its own, found when the query is read.
            yield following, declared[prefix] + local if prefix in declared else following.text
        else:
            yield following, "?"


def hidden_service(tokens: Sequence[Token]) -> Token | None:
    """Returns a token that an engine may read as SERVICE, or as the way to one, and we did not.

    Engines that read without words' boundaries take `SERVICEx:y {`, or `service:y {`, for SERVICE;
    and `?a<?b)#>`, in an expression, for an operator and a comment rather than an IRI.
    """
    opened: list[str] = []
    for index, token in enumerate(tokens[:-1]):
        before = tokens[index - 1] if index else None
        if token.kind == "word" and "SERVICE" in token.key and token.key != "SERVICE":
            return token
        if (
            token.kind == "name"
            and "SERVICE" in name_of(token)[0].upper()
            and tokens[index + 1].key == "{"
            and (before is None or before.key not in ("GRAPH", "NAMED", "FROM", "SERVICE"))
        ):
            return token
        if (
            token.kind == "iri"
            and opened[-1:] == ["("]
            and before is not None
            and (before.kind in _OPERANDS or before.key == ")")
            and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*://", token.text)
        ):
            return token
        if token.key in ("(", "[", "{"):
            opened.append(token.key)
        elif token.key in (")", "]", "}") and opened:
            opened.pop()
    return None
