"""Codes: the values of a parameter that takes codes, by their keys and their labels."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ..graph.codes import all_codes
from ..graph.dataset import Graph
from ..graph.iris import fold
from ..ontology.namespaces import CODE
from .labels import key_of


def lists_of(kind: str) -> list[str]:
    """Returns the code lists that a kind is (“code:role;code:outcome”); none for other things."""
    parts = kind.split(";")
    is_codes = all(part.startswith("code:") for part in parts)
    return [part.removeprefix("code:") for part in parts] if is_codes else []


def codes_named(graph: Graph, text: str, lists: list[str]) -> list[NamedNode]:
    """Returns the codes of some lists that have a text, in any case, as key or label."""
    schemes = " ".join(f"<{CODE}{name}>" for name in lists)
    rows = graph.select(
        f"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?code ?label WHERE {{
          VALUES ?scheme {{ {schemes} }}
          ?code skos:inScheme ?scheme ; skos:prefLabel|skos:altLabel ?label }}"""
    )
    wanted = fold(text)
    found = {
        row["code"].value
        for row in rows
        if wanted in (fold(row["label"].value), fold(key_of(row["code"].value)))
    }
    return [NamedNode(iri) for iri in sorted(found)]


def values_of(lists: list[str]) -> str:
    """Returns the codes of some lists with their labels, as one line."""
    labels = {key: label for name in lists for key, label in all_codes()[name].labels.items()}
    return ", ".join(
        key if fold(label) == key else f"{key} ({label})" for key, label in sorted(labels.items())
    )
