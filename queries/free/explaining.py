"""Explaining: what a query would do, without running it whole.

Each pattern is counted alone, up to a limit, and looked for in each named graph; patterns that
share no variable are told, since every match of the one is combined with every match of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Final

from pyoxigraph import Literal

from ...graph.dataset import Graph
from .emptiness import Asking
from .patterns import Part, Query, source

CAP: Final = 100_000
"""Matches of a pattern that are counted; beyond it stands “or more”."""

_WORDS: Final = {
    "Optional": "OPTIONAL (kept also without a match)",
    "Union": "one of (UNION)",
    "Minus": "MINUS (taken away)",
    "Group": "group",
    "Service": "SERVICE (asked elsewhere, not counted)",
}


_SO: Final = {
    "": "there are no rows",
    "Optional": "the OPTIONAL adds nothing",
    "Minus": "the MINUS takes nothing away",
    "Union": "this branch of the UNION has no rows",
}


def explain(graph: Graph, query: Query) -> Iterator[str]:
    """Yields lines that say what a query does and how much it has to look at."""
    yield from _heading(graph, query)
    lines = _Lines(Asking(graph, query))
    yield from lines.group(query.parts, "  ")
    yield ""
    yield from lines.verdict


def _heading(graph: Graph, query: Query) -> Iterator[str]:
    columns = f" {' '.join(query.columns)}" if query.columns else ""
    yield f"{query.form}{columns or (' *' if query.form == 'SELECT' else '')}"
    if query.dataset:
        yield f"read over: {query.dataset}"
    else:
        registers = ", ".join(graph.manifest.registers)
        yield "read over: all sources merged" + (
            f", and the register {registers}" * bool(registers)
        )
    if query.modifiers is not None:
        for node in query.modifiers.children:
            yield f"then: {source(node)}"
    yield ""


class _Lines:
    """Writes the lines of a query's groups, and gathers what is to be said of the whole."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.verdict: list[str] = []
        self.counts: dict[Part, int] = {}

    def group(self, parts: Sequence[Part], indent: str, around: str = "") -> Iterator[str]:
        """Yields the lines of one group; `around`: the kind of part that it stands in."""
        for part in parts:
            yield from self._part(part, indent)
        self._judge(parts, around)

    def _part(self, part: Part, indent: str) -> Iterator[str]:
        if part.kind in ("filter", "bind", "values"):
            yield f"{indent}{part.text}"
            return
        if part.kind in ("triple", "SubSelect"):
            count = self.counts[part] = self._count(part)
            amount = f"{count:,}{' or more' if count >= CAP else ''}"
            matches = "match" if count == 1 else "matches"
            yield f"{indent}{part.text}  —  {amount} {matches}{self._graphs(part, count)}"
            return
        name = part.text.partition("{")[0] if part.kind == "GraphPattern" else _WORDS[part.kind]
        yield f"{indent}{name.strip()}"
        if part.kind == "Service":
            return
        for number, inner in enumerate(part.groups):
            if number:
                yield f"{indent}or"
            yield from self.group(inner, indent + "  ", part.kind)
        self.counts[part] = sum(
            max((self.counts.get(one, 0) for one in inner), default=0) for inner in part.groups
        )

    def _count(self, part: Part) -> int:
        where = f"{{ SELECT * WHERE {{ {part.query} }} LIMIT {CAP} }}"
        term = next(iter(self.asking.rows(where, "(COUNT(*) AS ?_kg_n)")))["_kg_n"]
        assert isinstance(term, Literal)
        return int(term.value)

    def _graphs(self, part: Part, count: int) -> str:
        """Returns in which named graphs the pattern has matches, where it reads them all."""
        if part.graphs or self.asking.query.dataset or not count or part.kind != "triple":
            return ""
        names = self.asking.graphs_with(part)
        return f" in {', '.join(names)}" if names else ""

    def _judge(self, parts: Sequence[Part], around: str) -> None:
        """Adds what is to be said of how the patterns of one group hang together."""
        joined = [part for part in parts if part.kind not in ("filter", "bind", "Minus", "Service")]
        components = _components([part for part in joined if part.variables])
        if len(components) > 1:
            sizes = [max(self._size(part) for part in one) for one in components]
            names = " | ".join(
                f"“{one[0].text}”{f' and {len(one) - 1} more' * (len(one) > 1)}"
                for one in components
            )
            rows = prod(sizes)
            self.verdict.append(
                f"Warning: {len(components)} sets of patterns share no variable: {names}. Every "
                "match of one is combined with every match of the others: about "
                f"{_about(rows)} rows."
            )
        for part in joined:
            if self.counts.get(part) == 0 and part.kind == "triple":
                so = _SO.get(around, "its group has no rows")
                self.verdict.append(f"“{part.text}” matches nothing, so {so}.")
        if len(components) == 1 and parts == self.asking.query.parts and joined:
            work = max(self._size(part) for part in components[0])
            self.verdict.append(f"Work: roughly {_about(work)} matches are looked at.")

    def _size(self, part: Part) -> int:
        return max(self.counts.get(part, 1), 1)


def _about(rows: int) -> str:
    if rows < 1000:
        return f"{rows:,}"
    digits = len(str(rows)) - 2
    rounded = round(rows, -digits)
    return f"{rounded:,}" if rows < 10**12 else f"10^{len(str(rows)) - 1}"


def _components(parts: Sequence[Part]) -> list[list[Part]]:
    """Returns the parts in sets that hang together by their variables, in the order written."""
    found: list[tuple[set[str], list[int]]] = []
    for number, part in enumerate(parts):
        names, members = set(part.variables), [number]
        apart = []
        for others, numbers in found:
            if others & names:
                names |= others
                members += numbers
            else:
                apart.append((others, numbers))
        found = [*apart, (names, members)]
    return [[parts[n] for n in numbers] for numbers in sorted(sorted(m) for _, m in found)]
