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


def syntax_fault(text: str, message: str) -> str:
    """Returns what an engine says of a query that is not SPARQL as one short sentence.

    Names line and column, shows the line, and leaves out the engine's list of all that could stand
    there unless it is short.
    """
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if match is None:
        return message
    line, column = int(match[1]), int(match[2])
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1].strip()
    wanted = "the prefix is not declared" if "Prefix not found" in match[3] else ""
    if not wanted and "unbound" in match[3]:
        wanted = "a selected variable is not in GROUP BY"
    if not wanted and len(match[3]) < 60:
        wanted = f"expected {match[3].replace(', [_]', '')}"
    return f"line {line}, column {column}{f': {wanted}' if wanted else ''}, in “{shown[:120]}”"


def parameter_variables(text: str) -> Iterator[str]:
    """Yields the names of the parameter variables of a query, each once, in order."""
    names = (match["name"] for match in _TOKENS.finditer(text) if match["name"])
    yield from dict.fromkeys(names)
