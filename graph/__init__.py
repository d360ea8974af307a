"""Says what the sources say: loads, builds, keeps and opens the graph.

The names below are the public face; all else may change between versions.

    from kommunegraf.graph import open_graph

    graph = open_graph()                            # the last build here
    graph = open_graph("http://localhost:8890/sparql")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazily import lazily

if TYPE_CHECKING:
    from .dataset import Graph as Graph
    from .dataset import Manifest as Manifest
    from .errors import KommunegrafError as KommunegrafError
    from .errors import NameNotFoundError as NameNotFoundError
    from .errors import QueryError as QueryError
    from .rdf import rdflib_graph as rdflib_graph
    from .store import open_graph as open_graph

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Graph": ".dataset",
        "KommunegrafError": ".errors",
        "Manifest": ".dataset",
        "NameNotFoundError": ".errors",
        "QueryError": ".errors",
        "open_graph": ".store",
        "rdflib_graph": ".rdf",
    },
)
