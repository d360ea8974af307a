"""Meanings: rules of SPARQL that no grammar holds, and where a query breaks one.

The engine refuses such a query, but says neither where nor what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from pyoxigraph import NamedNode

from ...graph.tokens import Token, iri_of
from .grammar import Node
from .places import at


def find_fault(text: str, tree: Node) -> str | None:
    """Returns what a well-formed query does that it may not, with the place, or None."""
    for rule in _RULES:
        for said, token in rule(tree):
            return f"{said} {at(text, token)}"
    return None


def variables(node: Node) -> set[str]:
    """Returns the names of the variables in a node."""
    return {token.text[1:] for token in node.tokens() if token.kind == "variable"}


Fault = tuple[str, Token]


def _texts(tree: Node) -> Iterator[Fault]:
    for token in tree.tokens():
        if token.kind == "string" and (
            found := re.search(r"(?<!\\)(?:\\\\)*\\([^tbnrf\"'\\uU])", token.text)
        ):
            yield f"“\\{found[1]}” means nothing in a text; a backslash is written \\\\", token
        if re.search(r"\\(?:u|U0000)[dD][89a-fA-F]", token.text):
            yield "half of a character stands here (a surrogate); write the whole one", token
        if token.kind == "language" and any(len(part) > 8 for part in token.text[1:].split("-")):
            yield f"“{token.text}” is no language", token


def _iris(tree: Node) -> Iterator[Fault]:
    if tree.first("BaseDecl") is not None:
        return
    for token in tree.tokens():
        if token.kind == "iri" and not re.match(r"[A-Za-z][\w+.-]*:", iri_of(token)):
            yield f"“{token.text}” is not a whole IRI; begin it with https:// or give a BASE", token
        elif token.kind == "iri" and not _is_iri(iri_of(token)):
            yield f"“{token.text}” is no IRI", token


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _labels(tree: Node) -> Iterator[Fault]:
    home: dict[str, Node] = {}
    for block in tree.all("TriplesBlock"):
        for token in block.tokens():
            if token.kind == "label" and home.setdefault(token.text, block) is not block:
                yield f"{token.text} stands in two groups; use a variable instead", token


def _stops(tree: Node) -> Iterator[Fault]:
    for one, two in pairwise(tree.tokens()):
        if one.key == two.key == ".":
            yield "two “.” follow one another", two
        if one.text == "A" and one.key == "A":
            yield "“a” (is of the class) is a small letter", one


def _limits(tree: Node) -> Iterator[Fault]:
    for clause in tree.all("LimitClause", "OffsetClause"):
        for token in clause.tokens():
            if token.kind == "number" and not (token.text.isdigit() and len(token.text) < 19):
                yield "LIMIT and OFFSET take a whole number", token


def _projections(tree: Node) -> Iterator[Fault]:
    for select in tree.all("SelectQuery", "SubSelect"):
        clause = select.children[0]
        group = next(
            (n for part in select.children if part.rule == "Modifiers" for n in part.children
             if n.rule == "GroupClause"), None,
        )  # fmt: skip
        yield from _columns(clause, select)
        star = next((t for t in clause.parts if isinstance(t, Token) and t.key == "*"), None)
        if group is not None and star is not None:
            yield "SELECT * cannot be grouped; name the columns", star
        if (
            group is not None
            or _aggregates(clause)
            or any(_aggregates(part) for part in select.children if part.rule == "Modifiers")
        ):
            yield from _ungrouped(clause, group)


def _columns(clause: Node, select: Node) -> Iterator[Fault]:
    seen: set[str] = set()
    inside = {
        name for part in select.children if part.rule == "WhereClause" for name in variables(part)
    }
    for selected in clause.children:
        *_, last = (token for token in selected.tokens() if token.kind == "variable")
        name = last.text[1:]
        if name in seen or (selected.children and name in inside):
            yield f"there is a ?{name} already; give the computed column another name", last
        seen.add(name)


def _ungrouped(clause: Node, group: Node | None) -> Iterator[Fault]:
    grouped = variables(group) if group is not None else set()
    for selected in clause.children:
        named = list(selected.tokens())[-2] if selected.children else None
        for token in _free(selected):
            name = token.text[1:]
            if token is not named and name not in grouped:
                yield (
                    f"?{name} is selected, but the rows are grouped: add it to GROUP BY, or take "
                    f"one value of each group with SAMPLE(?{name}) or all with "
                    f'GROUP_CONCAT(?{name}; SEPARATOR=", ")',
                    token,
                )
        if named is not None:
            grouped.add(named.text[1:])


def _free(node: Node) -> Iterator[Token]:
    """Yields the variables of an expression that no aggregate takes."""
    for part in node.parts:
        if isinstance(part, Token):
            if part.kind == "variable":
                yield part
        elif part.rule != "Aggregate":
            yield from _free(part)


def _aggregates(node: Node) -> bool:
    return node.first("Aggregate") is not None


def _misplaced_aggregates(tree: Node) -> Iterator[Fault]:
    for node in tree.all("Filter", "Bind"):
        found = node.first("Aggregate")
        if found is not None and node.first("SubSelect") is None:
            token = next(found.tokens())
            yield (
                f"{token.key} counts over rows, which a {node.rule.upper()} cannot; write it in "
                "SELECT, and a condition on it in HAVING(…)",
                token,
            )


def _bound_twice(tree: Node) -> Iterator[Fault]:
    for elements in tree.all("Elements"):
        seen: set[str] = set()
        for child in elements.children:
            element = child.children[0] if child.rule == "Element" else child
            if element.rule == "Bind":
                *_, token, _ = (part for part in element.parts if isinstance(part, Token))
                if token.text[1:] in seen:
                    yield (
                        f"{token.text} has a value already before this BIND; give another name",
                        token,
                    )
                seen.add(token.text[1:])
            elif element.rule not in ("Filter", "Minus"):
                seen |= variables(element)


def _rows(tree: Node) -> Iterator[Fault]:
    for block in tree.all("DataBlock"):
        width = 0
        for part in block.parts:
            if isinstance(part, Token):
                if part.key == "{":
                    break
                width += part.kind == "variable"
        for row in block.children:
            if row.rule == "DataRow" and len(row.children) != width:
                yield (
                    f"this row has {len(row.children)} values for {width} variables",
                    next(row.tokens()),
                )


def _functions(tree: Node) -> Iterator[Fault]:
    for call in tree.all("IriOrFunction", "FunctionCall"):
        if len(call.children) > 1:
            name = next(call.tokens())
            if not name.text.lower().startswith(("xsd:", "<http://www.w3.org/2001/xmlschema#")):
                yield (
                    f"there is no function {name.text}; functions are words without a prefix, as "
                    "STR(?x), or a type, as xsd:date(?x)",
                    name,
                )


_RULES: Final[tuple[Callable[[Node], Iterator[Fault]], ...]] = (
    _stops,
    _texts,
    _iris,
    _labels,
    _limits,
    _rows,
    _bound_twice,
    _misplaced_aggregates,
    _projections,
    _functions,
)
