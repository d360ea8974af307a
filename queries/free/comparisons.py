"""Comparisons: why a FILTER is true of nothing that the patterns match.

What is compared is looked at as it stands in the graph; a way of writing the condition that does
have matches is named only when it was tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ...graph.tokens import Token
from ...ontology.namespaces import PREFIXES
from .grammar import Node
from .patterns import Part, shortened, source
from .reasons import kind_of, term_text, why_none

if TYPE_CHECKING:
    from .emptiness import Asking

_SEARCHES: Final = ("CONTAINS", "STRSTARTS", "STRENDS", "REGEX")
_NUMBERS: Final = tuple(PREFIXES["xsd"] + name for name in ("integer", "decimal", "double"))
_TIMES: Final = tuple(PREFIXES["xsd"] + name for name in ("date", "gYear", "gYearMonth"))
_CAST: Final = frozenset(
    f"xsd:{name}" for name in ("integer", "decimal", "boolean", "dateTime", "date")
)
_DAY: Final = re.compile(r"""["'](\d{4}-\d\d-\d\d)["']""")


def why_false(asking: Asking, basis: Sequence[Part], part: Part) -> str:
    """Returns one or two sentences on a filter that leaves none of what the patterns match."""
    said = f"“{part.text}” is true of none of the matches"
    if part.groups:
        return _of_existence(asking, part)
    given = {name for other in basis for name in other.variables}
    for name in sorted(part.variables - given):
        near = get_close_matches(name, sorted(given), 1, 0.6)
        hint = f"; did you mean ?{near[0]}?" if near else "."
        return f"{said}: no pattern gives ?{name} a value{hint}"
    if wrong := _invalid(asking, part.node):
        return f"{said}: {wrong}."
    for node in part.node.all("Relation", "BuiltInCall"):
        if reason := _of_condition(asking, basis, part, node):
            return f"{said}: {reason}."
    return f"{said}."


def _invalid(asking: Asking, condition: Node) -> str:
    """Returns which pattern or typed value in a condition is not one, if any."""
    for call in condition.all("BuiltInCall"):
        first, sides = call.parts[0], [part for part in call.children if part.rule == "Expression"]
        if isinstance(first, Token) and first.key == "REGEX" and _is_literal(sides[1]):
            pattern = source(sides[1])
            matched = f'BIND(REGEX("", {pattern}) AS ?_kg_term)'
            if next(iter(asking.rows(matched, "?_kg_term")))["_kg_term"] is None:
                return f"{pattern} is not a valid pattern"
    tokens = list(condition.tokens())
    for text, sign, kind in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if text.kind == "string" and sign.key == "^^" and kind.text in _CAST:
            # Not every engine casts to a date; what is a value is the same for all.
            rows = Store().query(
                f"SELECT ({kind.text}({text.text}) AS ?v) {{}}", prefixes=dict(PREFIXES)
            )
            assert isinstance(rows, QuerySolutions)
            if next(rows)["v"] is None:
                return f"{text.text} is not a valid {kind.text}"
    return ""


def _of_existence(asking: Asking, part: Part) -> str:
    first = next(part.node.all("BuiltInCall")).parts[0]
    if isinstance(first, Token) and first.key == "NOT":
        return f"“{part.text}” takes away all that the patterns match."
    for inner in part.groups[0]:
        if inner.kind == "triple" and not asking.matches(inner):
            return f"Nothing is left by FILTER EXISTS: {why_none(asking, inner)}"
    return f"“{part.text}” leaves none of the matches: each pattern in it has matches of its own."


def _of_condition(asking: Asking, basis: Sequence[Part], part: Part, node: Node) -> str:
    """Returns what is wrong with one comparison or search, if that can be seen."""
    sides = [child for child in node.children if child.rule in ("Sum", "Expression")]
    words = [p for p in node.parts if isinstance(p, Token)]
    if len(sides) < 2 or (node.rule == "BuiltInCall" and words[0].key not in _SEARCHES):
        return ""
    left, right = sides[:2]
    literal = right if _is_literal(right) else left if _is_literal(left) else None
    if literal is None:
        return ""
    asked = left if literal is right else right
    found = _samples(asking, basis, asked)
    if not found:
        return f"{source(asked)} has no value in any of them"
    shown = ", ".join(dict.fromkeys(term_text(term) for term in found[:3]))
    for change, why in _changes(asked, literal, found[0], node):
        text = _rewritten(part.node, change)
        tried = Part("filter", text, text, part.node, part.variables, graphs=part.graphs)
        if asking.matches(*basis, tried):
            return f"{why.format(shown=shown)}; with {shortened(text)} there are matches"
    return f"{source(asked)} is {shown}{' …' if len(found) > 3 else ''}"


def _is_literal(node: Node) -> bool:
    tokens = list(node.tokens())
    return tokens[0].kind in ("string", "number") and not any(t.kind == "variable" for t in tokens)


def _samples(asking: Asking, basis: Sequence[Part], asked: Node) -> list[object]:
    where = " ".join(part.query + (" ." if part.kind == "triple" else "") for part in basis)
    columns = f"DISTINCT ({source(asked)} AS ?_kg_term)"
    rows = asking.rows(where, columns, "LIMIT 5")
    return [row["_kg_term"] for row in rows if row["_kg_term"] is not None]


Change = tuple[dict[int, str], str]
"""Another way of writing a condition, by the nodes that it replaces, and why."""


def _changes(asked: Node, literal: Node, sample: object, node: Node) -> Iterator[Change]:
    """Yields other ways of writing a condition, the likeliest first."""
    if next(literal.tokens()).kind == "string":
        yield from _changes_of_text(asked, literal, sample)
        yield from _changes_of_case(asked, literal, node)
    elif isinstance(sample, Literal):
        name, value = source(asked), source(literal)
        what = f"{name} is {kind_of(sample)}, such as {{shown}}"
        if sample.datatype.value.endswith(("#date", "#dateTime")) and len(value) == 4:
            yield {id(asked): f"YEAR({name})"}, what
        yield {id(literal): f'"{value}"'}, what
        yield {id(asked): f"STR({name})", id(literal): f'"{value}"'}, what


def _changes_of_text(asked: Node, literal: Node, sample: object) -> Iterator[Change]:
    name, value = source(asked), source(literal)
    what = f"{name} is {kind_of(sample)}, such as {{shown}}"
    if isinstance(sample, NamedNode):
        yield {id(asked): f"STR({name})"}, what
    elif isinstance(sample, Literal):
        kind = sample.datatype.value
        if kind in _NUMBERS and value[1:-1].isdigit():
            yield {id(literal): value[1:-1]}, what
        if _DAY.fullmatch(value) and kind == PREFIXES["xsd"] + "date":
            yield {id(literal): f"{value}^^xsd:date"}, what
        if sample.language is not None or kind in _TIMES:
            yield {id(asked): f"STR({name})"}, what


def _changes_of_case(asked: Node, literal: Node, node: Node) -> Iterator[Change]:
    name, value = source(asked), source(literal)
    plain = "\\" not in value and sum(1 for _ in literal.tokens()) == 1
    small = value.lower() if plain else f"LCASE(STR({value}))"
    lower = f"LCASE(STR({name}))"
    yield {id(asked): lower, id(literal): small}, "capitals and small letters differ"
    if node.rule == "Relation":
        yield {id(node): f"CONTAINS({lower}, {small})"}, "the values have more than this text"


def _rewritten(node: Node, change: dict[int, str]) -> str:
    """Returns what a node was written as, with other text in the place of some nodes."""
    if id(node) in change:
        return change[id(node)]
    written = ""
    end = -1
    for part in node.parts:
        if isinstance(part, Token):
            text, start, stop = part.text, part.start, part.end
        elif not part.parts:
            continue
        else:
            text, start, stop = _rewritten(part, change), part.start, part.end
        written += (" " if written and start > end else "") + text
        end = stop
    return written
