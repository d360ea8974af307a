"""Labels: what the nodes of the graph are called in Norwegian."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..graph import predicates as p
from ..graph.dataset import Graph
from .batches import batches, select_wide, terms

_LABELS: Final = (p.PREF_LABEL, p.NAME, p.LEGAL_NAME, p.LABEL, p.TITLE)
_LANGUAGES: Final = ("nb", None)


def labels_of(graph: Graph, iris: Iterable[str]) -> dict[str, str]:
    """Returns the label of each node that has one, by IRI.

    It is the Norwegian one of the best property, else one without a language, else the first.
    """
    wanted = ", ".join(map(str, _LABELS))
    best: dict[str, tuple[int, int, str]] = {}
    for some in batches(iris):
        text = f"""SELECT ?node ?p ?label WHERE {{
          VALUES ?node {{ {terms(some)} }} ?node ?p ?label . FILTER(?p IN ({wanted})) }}"""
        for row in select_wide(graph, text):
            node, label = row["node"].value, row["label"]
            if isinstance(label, Literal):
                of = label.language
                language = _LANGUAGES.index(of) if of in _LANGUAGES else len(_LANGUAGES)
                key = _LABELS.index(row["p"]), language, label.value
                best[node] = min(key, best.get(node, key))
    return {node: label for node, (_, _, label) in best.items()}


def label_of(graph: Graph, iri: NamedNode) -> str:
    """Returns the label of one node, or its key."""
    return labels_of(graph, [iri.value]).get(iri.value) or key_of(iri.value)


def key_of(iri: str) -> str:
    """Returns the last part of an IRI, by which a thing or code may be named."""
    return iri.rpartition("/")[2]
