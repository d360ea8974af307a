"""Emptiness: why a query has no rows: which pattern matches nothing, or what emptied the join.

Each pattern is asked alone, then the patterns together as far as they have matches, then each
filter on what they give.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from pyoxigraph import QuerySolutions

from ...graph.dataset import Graph
from ...ontology.namespaces import GRAPH
from .patterns import Part, Query

TOLD = 4
"""Patterns without a match that are named; the rest are counted."""

_ADDING = ("Optional", "bind", "filter", "Service", "Minus")
"""Parts that are not asked alone."""

Told = Generator[str, None, bool]
"""Yields sentences, and returns whether it yielded any."""


class Asking:
    """Asks parts of one query of one graph."""

    def __init__(self, graph: Graph, query: Query) -> None:
        self.graph = graph
        self.query = query

    def rows(self, where: str, columns: str, end: str = "") -> QuerySolutions:
        """Returns the rows of a WHERE of its own."""
        text = self.query.probe(where, columns, end)
        rows = self.graph.run(text, over="own" if self.query.dataset else "all")
        assert isinstance(rows, QuerySolutions)
        return rows

    def holds(self, where: str) -> bool:
        """Whether a WHERE of its own has a match."""
        return next(iter(self.rows(where, "(1 AS ?_kg_hit)", "LIMIT 1")), None) is not None

    def everywhere(self) -> Asking:
        """Returns one that asks over all sources, whatever FROM says."""
        return Asking(self.graph, replace(self.query, dataset="")) if self.query.dataset else self

    def graphs_with(self, part: Part) -> list[str]:
        """Returns the names of the graphs, one for each source, in which a pattern has matches."""
        manifest = self.graph.manifest
        names = sorted([*manifest.triples, *manifest.registers])
        found = self.rows(
            " UNION ".join(
                f"{{ SELECT ({number} AS ?_kg_n) WHERE {{ GRAPH <{GRAPH}{name}> "
                f"{{ {part.sparql} }} }} LIMIT 1 }}"
                for number, name in enumerate(names)
            ),
            "?_kg_n",
        )
        return [names[n] for n in sorted(int(row["_kg_n"].value) for row in found)]

    def matches(self, *parts: Part) -> bool:
        """Whether the parts together have a match."""
        return self.holds(_joined(parts))

    def matching(self, groups: Sequence[Sequence[Part]]) -> list[bool]:
        """Says for each group of parts whether it has a match; asks once."""
        if not groups:
            return []
        where = " UNION ".join(
            f"{{ SELECT ({number} AS ?_kg_n) WHERE {{ {_joined(parts)} }} LIMIT 1 }}"
            for number, parts in enumerate(groups)
        )
        found = {int(row["_kg_n"].value) for row in self.rows(where, "?_kg_n")}
        return [number in found for number in range(len(groups))]


def _joined(parts: Sequence[Part]) -> str:
    # What is under GRAPH ?g keeps its own braces, so that ?g is the same in all of them.
    return " ".join(part.query + (" ." if part.kind == "triple" else "") for part in parts)


def explain_emptiness(graph: Graph, query: Query, *, counted: bool = False) -> Iterator[str]:
    """Yields sentences that say why a query has no rows, the surest first.

    `counted`: there is a row, of what was counted over all matches; it may be over none.
    """
    asking = Asking(graph, query)
    if counted and asking.matches(*query.parts):
        return
    told = yield from _of_group(asking, query.parts)
    if not told:
        yield from _after(asking)


def _of_group(asking: Asking, parts: Sequence[Part]) -> Told:
    """Yields why a group has no match; returns whether anything was said."""
    # One that is written twice is told once.
    alone = [*{part.query: part for part in parts if part.kind not in _ADDING}.values()]
    empty = [
        part
        for part, hit in zip(alone, asking.matching([[part] for part in alone]), strict=True)
        if not hit
    ]
    if empty:
        for part in empty[:TOLD]:
            yield from _of_part(asking, part)
        if len(empty) > TOLD:
            yield f"… and {len(empty) - TOLD} more patterns match nothing by themselves."
        return True
    basis = [part for part in parts if part.kind not in ("filter", "Service")]
    if basis and not asking.matches(*basis):
        yield _of_join(asking, basis)
        return True
    filters = [part for part in parts if part.kind == "filter"]
    return (yield from _of_filters(asking, basis, filters))


def _of_part(asking: Asking, part: Part) -> Iterator[str]:
    """Yields why one part has no match of its own."""
    from .reasons import why_none

    if part.kind == "triple":
        yield why_none(asking, part)
        return
    inner = part.groups
    if part.kind in ("Group", "GraphPattern") and inner:
        told = yield from _of_group(asking, inner[0])
        if told:
            return
    if part.kind == "Union":
        yield "No branch of the UNION has a match."
        for group in inner:
            yield from _of_group(asking, group)
    else:
        yield f"“{part.text}” matches nothing by itself."


def _of_join(asking: Asking, basis: Sequence[Part]) -> str:
    """Returns at which part patterns that each have matches have none together."""
    low, high = 1, len(basis)
    while low < high:
        # The more parts, the fewer matches: the first that leaves none is found by halving.
        middle = (low + high) // 2
        if asking.matches(*basis[:middle]):
            low = middle + 1
        else:
            high = middle
    last = basis[low - 1]
    if last.kind == "Minus":
        return f"“{last.text}” takes away all that the patterns before it match."
    if last.kind == "bind":
        return f"What “{last.text}” gives fits none of the patterns with the same variable."
    partners = [part for part in basis[: low - 1] if part.variables & last.variables]
    hits = asking.matching([[part, last] for part in partners])
    for part, hit in zip(partners, hits, strict=True):
        if not hit:
            shared = " and ".join(f"?{name}" for name in sorted(part.variables & last.variables))
            return (
                f"“{part.text}” and “{last.text}” each have matches, but none with the same "
                f"{shared}.{_hint_on_join(asking, part, last)}"
            )
    if low == 2 or not partners:
        return f"“{last.text}” has no match together with what stands before it."
    return (
        f"The first {low - 1} patterns have matches together, but none of them fits "
        f"“{last.text}”; they share {', '.join(sorted(_shared(partners, last)))}."
    )


def _shared(parts: Sequence[Part], last: Part) -> set[str]:
    return {f"?{name}" for part in parts for name in part.variables & last.variables}


def _hint_on_join(asking: Asking, one: Part, two: Part) -> str:
    """Returns what the shared variable is in each pattern, shown by an example."""
    from .reasons import term_text

    shared = sorted(one.variables & two.variables)
    if len(shared) != 1:
        return ""
    name = f"?{shared[0]}"
    for typed, other in ((one, two), (two, one)):
        if typed.ends[:2] == (name, "a") and other.kind == "triple":
            where = f"{other.query} . {name} a ?_kg_class"
            classes = asking.rows(where, "DISTINCT ?_kg_class", "LIMIT 5")
            names = {term_text(row["_kg_class"]) for row in classes}
            found = ", ".join(sorted(names - {"kg:Relation"} or names))
            says = "is said of" if other.ends[0] == name else "leads to"
            if found:
                return f" {other.ends[1]} {says} {found}."
    examples = [
        next((row[shared[0]] for row in asking.rows(part.query, name, "LIMIT 1")), None)
        for part in (one, two)
    ]
    if None in examples:
        return ""
    first, second = map(term_text, examples)
    return f" In the first it is, for example, {first}, in the second {second}."


def _of_filters(asking: Asking, basis: Sequence[Part], filters: Sequence[Part]) -> Told:
    from .comparisons import why_false

    told = False
    for part in filters:
        if not asking.matches(*basis, part):
            yield why_false(asking, basis, part)
            told = True
    if told:
        return True
    for number in range(2, len(filters) + 1):
        if not asking.matches(*basis, *filters[:number]):
            last = filters[number - 1]
            yield (
                f"Each FILTER alone leaves matches; “{last.text}” leaves none of those that "
                f"{'the one' if number == 2 else 'those'} before it left."
            )
            return True
    return False


def _after(asking: Asking) -> Iterator[str]:
    """Yields what empties an answer whose patterns have matches."""
    query = asking.query
    if query.modifiers is not None:
        for node in query.modifiers.all("HavingClause", "LimitClause", "OffsetClause"):
            from .patterns import source

            text = source(node)
            if node.rule == "HavingClause":
                yield f"The patterns have matches; “{text}” leaves none of the groups."
                return
            if text.upper() == "LIMIT 0":
                yield "The patterns have matches; LIMIT 0 shows none."
                return
            if node.rule == "OffsetClause":
                yield f"The patterns have matches; “{text}” may skip all of them."
                return
    if any(node.rule == "ValuesClause" for node in query.tree.children):
        yield "The patterns have matches; the VALUES at the end leave none of them."
    elif not query.parts:
        yield "There is nothing between the braces to match."
    elif query.form == "CONSTRUCT":
        yield "The patterns have matches; the template makes no whole triple of them."
