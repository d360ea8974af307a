"""Nodes and edges as columns: what a page carries, and its script unpacks (`page/data.js`).

Repeated texts stand once in a table. A relation's text and IRI mostly repeat the names and keys
of its ends: these become marks, so that many relations share one pattern.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

Rows = Sequence[Mapping[str, Any]]

START: Final = "\ue000"
END: Final = "\ue001"
"""The marks of a pattern for its relation's ends; of Unicode's private use, so in no name."""

_PLACE: Final = re.compile(r"([^,]*, \D*)(\d.*)", re.DOTALL)
_PLAIN: Final = re.compile(r"[A-Za-z0-9ÆØÅæøå ().,&+-]+")
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


def pack(nodes: Rows, edges: Rows) -> dict[str, Any]:
    """Returns the columns of the nodes and edges that pyvis holds."""
    return {"nodes": _nodes(nodes), "edges": _edges(nodes, edges)}


def _nodes(nodes: Rows) -> dict[str, Any]:
    kinds, homes, fields = _Table(), _Table(), _Table()
    return {
        "kind": _letters([kinds.number(node["kind"]) for node in nodes]),
        "kinds": kinds.values,
        "x": [node["x"] for node in nodes],
        "y": [node["y"] for node in nodes],
        "size": _sparse(nodes, "size"),
        "name": [node["name"] for node in nodes],
        "iri": [_named(node["iri"], node["name"]) for node in nodes],
        "home": [homes.number(tuple(node["home"])) for node in nodes],
        "homes": homes.values,
        "fields": {
            str(node["id"]): [fields.number(name) for name in node["fields"]]
            for node in nodes
            if node["fields"]
        },
        "fieldNames": fields.values,
        **{
            key: {str(node["id"]): node[key] for node in nodes if node[key]}
            for key in ("names", "also", "note")
        },
    }


def _edges(nodes: Rows, edges: Rows) -> dict[str, Any]:
    kinds, bounds, certain, periods, sources, names, texts, iris = (_Table() for _ in range(8))
    columns: dict[str, Any] = {
        "from": _steps([edge["from"] for edge in edges]),
        "to": [edge["to"] for edge in edges],
        "kind": _letters([kinds.number(edge["kind"]) for edge in edges]),
        "bounds": [bounds.number((*edge["bounds"], int(edge["plan"]))) for edge in edges],
        "certainty": _letters([certain.number(edge["certainty"]) for edge in edges]),
        "period": [periods.number(edge["period"]) for edge in edges],
        "sources": [
            sources.number(tuple(_split(text, names) for text in edge["sources"])) for edge in edges
        ],
        "note": {str(number): edge["note"] for number, edge in enumerate(edges) if edge["note"]},
    }
    called = [node["name"] for node in nodes]
    keys = [node["iri"].rpartition("/")[2] for node in nodes]
    for column, table, ends in (("text", texts, called), ("iri", iris, keys)):
        columns[column] = _letters(
            [
                table.number(_pattern(edge[column], ends[edge["from"]], ends[edge["to"]]))
                for edge in edges
            ]
        )
    tables = {
        "kinds": kinds,
        "boundsTable": bounds,
        "certainties": certain,
        "periods": periods,
        "sourceLists": sources,
        "sourceNames": names,
        "texts": texts,
        "iris": iris,
    }
    return columns | {name: table.values for name, table in tables.items()}


class _Table:
    """The distinct values of a column, in the order of their first use."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Hashable]:
        return list(self._numbers)


def _named(iri: str, name: str) -> str:
    """Returns an IRI, with a mark where it ends in the name as IRIs write names."""
    if not _PLAIN.fullmatch(name):
        return iri
    key = re.sub("[^a-z0-9]+", "-", name.lower().translate(_LETTERS)).strip("-")
    folder = iri.removesuffix(key)
    return f"{folder}{START}" if key and folder + key == iri else iri


def _split(text: str, names: _Table) -> tuple[int, str]:
    """Returns a source's text as the number of its name, which many share, and the place in it."""
    match = _PLACE.fullmatch(text)
    return (names.number(match[1]), match[2]) if match else (names.number(""), text)


def _pattern(text: str, start: str, end: str) -> str | tuple[str]:
    """Returns the text with its ends' names as marks; as it is, in a tuple, if that would err."""
    if START in text or END in text:
        return (text,)
    pattern = text
    # The longer name first: it may hold the shorter one.
    for name, mark in sorted(((start, START), (end, END)), key=lambda pair: (-len(pair[0]), pair)):
        if name:
            pattern = pattern.replace(name, mark)
    return pattern if _filled(pattern, start, end) == text else (text,)


def _filled(pattern: str, start: str, end: str) -> str:
    return "".join({START: start, END: end}.get(letter, letter) for letter in pattern)


def _letters(numbers: Sequence[int]) -> str | Sequence[int]:
    """Returns small numbers as one text, a letter each: half as long as a list."""
    if max(numbers, default=0) >= len(_DIGITS):
        return numbers
    return "".join(_DIGITS[number] for number in numbers)


_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def _steps(numbers: Sequence[int]) -> list[int]:
    """Returns each number's difference to the one before: edges come by where they start."""
    return [now - before for before, now in zip((0, *numbers), numbers, strict=False)]


def _sparse(nodes: Rows, key: str) -> dict[str, Any]:
    """Returns the values that differ from the most usual one of the node's kind."""
    usual: dict[str, Any] = {}
    for node in nodes:
        usual[node["kind"]] = min(usual.get(node["kind"], node[key]), node[key])
    return {
        "usual": usual,
        "other": {str(node["id"]): node[key] for node in nodes if node[key] != usual[node["kind"]]},
    }
