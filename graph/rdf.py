"""The graph for those who work with rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .publication import MERGED
from .remote import RemoteGraph
from .store import StoredGraph

if TYPE_CHECKING:
    import rdflib

    from .dataset import Graph


def rdflib_graph(graph: Graph) -> rdflib.Graph:
    """Returns an rdflib graph over all sources merged, without a copy: reading asks the store.

    It is for reading. Triples of the registers are in the named graphs, not in this one.
    """
    import rdflib

    match graph:
        case StoredGraph(store=store):
            from oxrdflib import OxigraphStore
            from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

            return rdflib.Graph(
                store=OxigraphStore(store=store), identifier=DATASET_DEFAULT_GRAPH_ID
            )
        case RemoteGraph(endpoint=endpoint):
            from rdflib.plugins.stores.sparqlstore import SPARQLStore

            return rdflib.Graph(
                store=SPARQLStore(endpoint.address, context_aware=True), identifier=MERGED
            )
        case _:
            raise TypeError(f"{type(graph).__name__} is no graph that can be read this way")
