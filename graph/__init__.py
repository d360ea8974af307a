"""Says what the sources say: loads, builds, keeps and opens the graph.

The names below are the public face; all else may change between versions.

    from kommunegraf.graph import open_graph

    graph = open_graph()                            # the last build here
    graph = open_graph("http://localhost:8890/sparql")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .dataset import Graph as Graph
    from .dataset import Manifest as Manifest
    from .errors import KommunegrafError as KommunegrafError
    from .rdf import rdflib_graph as rdflib_graph
    from .store import open_graph as open_graph

_WHERE: Final = {
    "Graph": ".dataset",
    "KommunegrafError": ".errors",
    "Manifest": ".dataset",
    "open_graph": ".store",
    "rdflib_graph": ".rdf",
}
__all__ = ["Graph", "KommunegrafError", "Manifest", "open_graph", "rdflib_graph"]


def __getattr__(name: str) -> object:
    # Imported when first used: a command must not wait for what it does not need.
    if name not in _WHERE:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(_WHERE[name], __name__), name)
