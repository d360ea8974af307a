"""Free SPARQL: any query over the sources and registers, with our prefixes declared."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from ..graph.binding import keywords, syntax_fault
from ..graph.errors import QueryError
from ..graph.store import Graph
from ..ontology.namespaces import PREFIXES

_UPDATE: Final = re.compile(
    r"\s*(?:(?:PREFIX|BASE)\s*)*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD|WITH)\b"
)
_SERVICE: Final = re.compile(r"\bSERVICE\b")


def run_free(graph: Graph, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Runs a query; prefixes that it does not declare itself are ours.

    Raises QueryError, with line and column, for what is not a query; an update is refused.
    """
    if not text.strip():
        raise QueryError("the query is empty")
    words = keywords(text)
    if _SERVICE.search(words):
        raise QueryError("SERVICE asks another endpoint; this program opens no connections")
    if match := _UPDATE.match(words):
        raise QueryError(
            f"{match[1]} is an update; the graph is only read here. "
            "Correct the source tables and run kommunegraf build"
        )
    try:
        return graph.store.query(text, prefixes=dict(PREFIXES), default_graph=graph.reach)
    except SyntaxError as error:
        raise QueryError(f"the query is not SPARQL: {syntax_fault(text, str(error))}") from None
    except (ValueError, OSError) as error:
        raise QueryError(f"the query cannot be run: {error}") from None
