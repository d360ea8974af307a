"""Who is shown: pages of people carry governing and leading roles, others only with --staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from pyoxigraph import Literal

from ...graph.dataset import Graph
from ...graph.errors import KommunegrafError, NameNotFoundError
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

_NAMES: Final = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?node ?name WHERE {
  { ?node a kg:Person } UNION { ?node org:role ?any } UNION { ?node kg:postFunction ?any }
  ?node foaf:name|rdfs:label|skos:prefLabel|skos:altLabel ?name
}
"""

_OWN: Final = tuple(f"{ID}{kind}/" for kind in ("person", "role-of", "post"))


@dataclass(frozen=True, slots=True)
class Hidden:
    """What pages leave out: roles, posts and persons below leading roles, and what names them."""

    nodes: frozenset[str]
    names: frozenset[str] = frozenset()
    """Names of hidden persons, roles and posts that nothing shown has."""

    def has(self, term: Any) -> bool:
        """Whether a term is hidden, or a literal that names what is hidden."""
        value = getattr(term, "value", None)
        return value in (self.names if isinstance(term, Literal) else self.nodes)

    def told(self, error: KommunegrafError) -> str:
        """Returns what a page says of an error, without candidates that are hidden."""
        if isinstance(error, NameNotFoundError) and not self.nodes.isdisjoint(error.candidates):
            return error.bare
        return str(error)


NOTHING: Final = Hidden(frozenset())
"""What --staff hides."""

WHY: Final = (
    "this is about ordinary staff and is not published here; "
    "kommunegraf serve --staff shows it to those who may see it"
)

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
        names: dict[bool, set[str]] = {True: set(), False: set()}
        for row in graph.select(_NAMES):
            names[row["node"].value in gone].add(row["name"].value)
        _KNOWN[graph] = Hidden(frozenset(gone), frozenset(names[True] - names[False]))
    return _KNOWN[graph]
