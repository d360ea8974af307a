"""The network of organisations and people as of a day: who is tied to whom by a relation.

What makes a tie is declared here in one query. A body stands for the organisation that it belongs
to, a project for its owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...ontology.namespaces import PREFIXES, expand
from ..batches import batches, terms
from ..fragments import fragment
from .analysis import Wish
from .reading import HEAD, bindings, by_iri, read_owners, things

if TYPE_CHECKING:
    import networkx

TIES: Final = (
    "memberships, roles and whom they represent, posts and employers, contracts and procurements, "
    "services, collaborations, and projects shared with their owner"
)
"""What makes a tie, in words."""

PARTNERSHIPS: Final = tuple(
    NamedNode(expand(f"organisation-type:{name}"))
    for name in ("partnership", "inter-municipal-company")
)
HUBS: Final = tuple(
    NamedNode(expand(f"organisation-type:{name}")) for name in ("state-body", "association")
)
"""Types of organisations that everybody has to do with."""

_NODES: Final = (PREFIXES["o"], PREFIXES["person"])

_QUERY: Final = f"""{HEAD}
SELECT DISTINCT ?one ?other ?relation WHERE {{
  {{ ?relation a org:Membership ; org:member ?one ; org:organization ?other }}
  UNION {{ ?relation a org:Membership ; org:member ?one ; opengov:onBehalfOf ?other }}
  UNION {{
    ?relation a org:Post ; org:heldBy ?one ; org:postIn|kg:namedEmployer|kg:legalEmployer ?other
  }}
  UNION {{ ?relation a kg:Collaboration ; kg:party ?one ; kg:partner ?other }}
  UNION {{ ?relation a kg:Service ; kg:provider ?one ; kg:recipient ?other }}
  UNION {{ ?relation a epo:Contract ; kg:supplier ?one ; kg:buyer|opengov:onBehalfOf ?other }}
  UNION {{ ?relation a kg:Procurement ; kg:winner ?one ; kg:buyer|opengov:onBehalfOf ?other }}
  UNION {{
    ?relation a kg:Participation ; kg:participant ?one ; kg:undertaking/kg:owner ?other
  }}
{fragment("standing")}
}}"""


@dataclass(frozen=True, slots=True)
class Network:
    """Ties between organisations and people, with the relations that make each; types by node."""

    ties: Mapping[tuple[NamedNode, NamedNode], tuple[NamedNode, ...]]
    types: Mapping[NamedNode, frozenset[NamedNode]]

    @property
    def partnerships(self) -> list[NamedNode]:
        """Returns the partnerships that are in the network, in order of IRI."""
        nodes = {node for tie in self.ties for node in tie}
        found = (one for one in nodes if self.types.get(one, frozenset()) & {*PARTNERSHIPS})
        return sorted(found, key=by_iri)

    @property
    def kinds(self) -> set[NamedNode]:
        """Returns the types that nodes of the network have."""
        nodes = {node for tie in self.ties for node in tie}
        return {kind for node in nodes for kind in self.types.get(node, ())}

    def drawn(self) -> networkx.Graph[NamedNode]:
        """Returns the network for networkx; a tie weighs as many as the relations that make it."""
        import networkx

        drawn: networkx.Graph[NamedNode] = networkx.Graph()
        # What networkx answers where several answers are equal follows the order of insertion.
        for node in sorted({node for tie in self.ties for node in tie}, key=str):
            drawn.add_node(node)
        for (one, other), relations in self.ties.items():
            drawn.add_edge(one, other, weight=len(relations))
        return drawn


def read_network(graph: Graph, wish: Wish) -> Network:
    """Returns the network of the day, without what everybody is tied to unless asked for."""
    owners = read_owners(graph)
    types = _types(graph)
    hubs = set() if wish.components else {*HUBS}
    found: dict[tuple[NamedNode, NamedNode], set[NamedNode]] = defaultdict(set)
    for row in graph.select(_QUERY, bindings(wish)):
        first: NamedNode = row["one"]
        second: NamedNode = row["other"]
        ends = owners.get(first, first), owners.get(second, second)
        one, other = sorted(ends, key=by_iri)
        if one == other or not all(end.value.startswith(_NODES) for end in ends):
            continue
        if any(types.get(end, frozenset()) & hubs for end in (one, other)):
            continue
        found[one, other].add(row["relation"])
    ties = {
        tie: tuple(sorted(found[tie], key=by_iri))
        for tie in sorted(found, key=lambda tie: (tie[0].value, tie[1].value))
    }
    return Network(ties, types)


def described(graph: Graph, relations: Iterable[NamedNode]) -> dict[NamedNode, tuple[str, str]]:
    """Returns for each relation its label and the places of its sources."""
    called = things(graph, relations)
    places: dict[NamedNode, set[str]] = defaultdict(set)
    for some in batches(iri.value for iri in called):
        rows = graph.select(
            f"""{HEAD}
SELECT DISTINCT ?relation ?source WHERE {{
  VALUES ?relation {{ {terms(some)} }} ?relation kg:sourceText ?source .
}}"""
        )
        for row in rows:
            places[row["relation"]].add(row["source"].value)
    return {iri: (one.label, "; ".join(sorted(places[iri]))) for iri, one in called.items()}


def _types(graph: Graph) -> dict[NamedNode, frozenset[NamedNode]]:
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?organisation ?type WHERE {{
  ?organisation a org:Organization ; dcterms:type ?type .
}}"""
    )
    types: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for row in rows:
        types[row["organisation"]].add(row["type"])
    return {organisation: frozenset(found) for organisation, found in types.items()}
