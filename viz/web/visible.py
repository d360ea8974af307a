"""Who is shown: pages of people carry governing and leading roles, others only with --staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from ...graph.dataset import Graph
from ...ontology.namespaces import ID

_LEADING: Final = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT DISTINCT ?node ?person WHERE {
  ?code kg:visibility ?visibility .
  FILTER(?visibility = "governing" || ?visibility = "leading")
  ?node org:role|kg:postFunction ?code .
  OPTIONAL { ?node org:member|org:heldBy ?person }
}
"""

_ALL: Final = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT DISTINCT ?node WHERE {
  { ?node a kg:Person } UNION { ?node org:role ?any } UNION { ?node kg:postFunction ?any }
}
"""

_NAMED: Final = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
SELECT DISTINCT ?node ?person WHERE {
  ?person a kg:Person . ?node ?property ?person ; a kg:Relation
}
"""

_OWN: Final = tuple(f"{ID}{kind}/" for kind in ("person", "role-of", "post"))


@dataclass(frozen=True, slots=True)
class Hidden:
    """What pages leave out: roles, posts and persons below leading roles, and what names them."""

    nodes: frozenset[str]


_KNOWN: Final[WeakKeyDictionary[Graph, Hidden]] = WeakKeyDictionary()


def hidden(graph: Graph) -> Hidden:
    """Returns what is hidden of a graph; worked out once."""
    if graph not in _KNOWN:
        shown: set[str] = set()
        for row in graph.select(_LEADING):
            shown |= {term.value for term in (row["node"], row["person"]) if term is not None}
        every = {row["node"].value for row in graph.select(_ALL)}
        gone = {iri for iri in every if iri.startswith(_OWN)} - shown
        gone |= {row["node"].value for row in graph.select(_NAMED) if row["person"].value in gone}
        _KNOWN[graph] = Hidden(frozenset(gone))
    return _KNOWN[graph]
