"""Batches: many IRIs asked of in few requests, each of a length that every engine takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, QuerySolutions

from ..graph.dataset import Graph
from ..graph.errors import QueryError


def batches(iris: Iterable[str], size: int = 400) -> Iterator[list[str]]:
    """Yields the IRIs in order, each once, as many at a time as one request may ask of."""
    ordered = sorted(set(iris))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def terms(iris: Iterable[str]) -> str:
    """Returns IRIs as the list of a VALUES block."""
    return " ".join(str(NamedNode(iri)) for iri in iris)


def select_wide(graph: Graph, text: str) -> QuerySolutions:
    """Returns the rows of a query that is read over the registers too, whatever it names."""
    result = graph.run(text, over="all")
    if not isinstance(result, QuerySolutions):
        raise QueryError("the query is no SELECT")
    return result
