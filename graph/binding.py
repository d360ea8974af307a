"""Binding: puts RDF terms in the place of a query's parameter variables.

A parameter is a variable whose name begins with an underscore (`?_partnership_iri`), the
convention of grlc and BASIL. Its value is an RDF term, serialised by the RDF library with all
escapes, and replaces the variable as a token of the grammar: never inside a string, an IRI or a
comment. A parameter without a value stays a variable and so matches anything.

Engines offer no common way to bind (initial bindings have different scopes in each; Oxigraph
substitutes projected variables only), while a bound text means the same to all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode

# Tokens inside which a question mark is no variable, and variables themselves. Order matters.
_TOKENS: Final = re.compile(
    r'''(?P<skip>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\''''
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|<[^<>"{}|^`\\\s]*>|\#[^\n]*)"""
    r"""|[?$](?P<name>_\w+)""",
    re.DOTALL,
)


def bind(text: str, bindings: Mapping[str, NamedNode | Literal]) -> str:
    """Returns the query with every parameter variable that has a value replaced by it.

    `bindings` are by variable name without the question mark.
    """

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0] if name is None or name not in bindings else str(bindings[name])

    return _TOKENS.sub(replace, text)


def keywords(text: str) -> str:
    """Returns the query in capitals without its strings, IRIs, comments and variables.

    What is left are keywords, names and punctuation, to look for a keyword in.
    """
    return re.sub(r"[?$]\w+|[\w.-]*:[\w.%-]*", " ", _TOKENS.sub(" ", text)).upper()


def parameter_variables(text: str) -> Iterator[str]:
    """Yields the names of the parameter variables of a query, each once, in order."""
    names = (match["name"] for match in _TOKENS.finditer(text) if match["name"])
    yield from dict.fromkeys(names)
