"""Brokers: the organisations and people through which partnerships are tied together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import QueryError
from .analysis import Analysis, Findings, Value, Wish
from .network import TIES, Network, described, read_network
from .reading import by_iri, by_label, things

if TYPE_CHECKING:
    import networkx

TOP: Final = 15

_SHOWN: Final = 3
"""Relations that a row shows of each tie."""

_EXACT: Final = 2_000
"""Nodes up to which overall betweenness is worked out from every node; above, from a sample."""

Pair = tuple[NamedNode, NamedNode]


def analyse(graph: Graph, wish: Wish) -> Findings:
    """Returns whoever lies on a shortest path between two partnerships, with those ties."""
    import networkx

    network = read_network(graph, wish)
    drawn = network.drawn()
    if wish.partnership is not None and wish.partnership not in drawn:
        raise QueryError(
            f"{things(graph, [wish.partnership])[wish.partnership].label} has no ties as of "
            f"{wish.at}; --at asks of another day"
        )
    ends = network.partnerships
    if wish.partnership is not None and wish.partnership not in ends:
        ends = [wish.partnership, *ends]
    pairs = [
        pair
        for pair in combinations(ends, 2)
        if wish.partnership in (None, *pair) and networkx.has_path(drawn, *pair)
    ]
    parts = _between(drawn, pairs)
    overall = networkx.betweenness_centrality(
        drawn, k=_EXACT if len(drawn) > _EXACT else None, seed=1
    )
    near = _near(drawn, pairs, {node for node in parts if parts[node] > 0})
    known = things(graph, [*near, *ends, *drawn, *network.kinds])
    ranked = sorted(
        near,
        key=lambda node: (-round(parts[node], 9), -round(overall[node], 9), by_label(known[node])),
    )[: TOP if wish.top is None else wish.top]
    ties = {node: _ties(network, node, near[node]) for node in ranked}
    told = described(graph, (one for made in ties.values() for _, some in made for one in some))
    rows: list[dict[str, Value]] = []
    for node in ranked:
        relations = [relation for _, some in ties[node] for relation in some]
        kinds = sorted(known[kind].label for kind in network.types.get(node, frozenset()))
        rows.append(
            {
                "broker": known[node],
                "kind": kinds[0] if kinds else "person",
                "between": round(parts[node], 3),
                "overall": round(overall[node], 3),
                "tiedTo": tuple(known[other] for other, _ in ties[node]),
                "ties": tuple(told[relation][0] for relation in relations),
                "sources": tuple(dict.fromkeys(told[relation][1] for relation in relations)),
            }
        )
    notes = [_size(network, ends, [f"{known[a].label} – {known[b].label}" for a, b in pairs])]
    if 0 < len(pairs) < 10:
        notes.append(
            "So few pairs rank nobody: read the rows as a list of who is between; who else is, is "
            "unknown."
        )
    if not wish.components:
        notes.append("State bodies and associations are left out; --components counts them too.")
    return Findings(
        columns=("broker", "kind", "between", "overall", "tiedTo", "ties", "sources"),
        rows=tuple(rows),
        notes=tuple(notes),
        figures={"nodes": len(drawn), "edges": len(network.ties), "pairs": len(pairs)},
    )


def _size(network: Network, ends: list[NamedNode], pairs: list[str]) -> str:
    nodes = {node for tie in network.ties for node in tie}
    connected = f"connected are {'; '.join(pairs)}" if pairs else "no two of them are connected"
    return (
        f"The network has {len(nodes)} organisations and people with {len(network.ties)} ties, "
        f"and {len(ends)} partnerships; {connected}."
    )


def _between(drawn: networkx.Graph[NamedNode], pairs: list[Pair]) -> Mapping[NamedNode, float]:
    """Returns the part of the pairs that each node lies between."""
    import networkx

    if not pairs:
        return {}
    ends = sorted({end for pair in pairs for end in pair}, key=by_iri)
    found: dict[NamedNode, float] = defaultdict(float)
    targets: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for one, other in pairs:
        targets[one].append(other)
    for one in ends:
        if targets[one]:
            # networkx halves what an undirected network gives, as if each pair came twice.
            some = networkx.betweenness_centrality_subset(drawn, [one], targets[one])
            for node, part in some.items():
                found[node] += 2 * part / len(pairs)
    return found


def _near(
    drawn: networkx.Graph[NamedNode], pairs: list[Pair], nodes: set[NamedNode]
) -> dict[NamedNode, set[NamedNode]]:
    """Returns for each node its neighbours on the shortest paths between the pairs."""
    import networkx

    ends = {end for pair in pairs for end in pair}
    away = {end: networkx.single_source_shortest_path_length(drawn, end) for end in ends}
    near: dict[NamedNode, set[NamedNode]] = {node: set() for node in nodes}
    for one, other in pairs:
        length = away[one][other]
        for node in nodes:
            if away[one].get(node, length) + away[other].get(node, length) != length:
                continue
            for neighbour in drawn[node]:
                if length in (
                    away[one][neighbour] + 1 + away[other][node],
                    away[one][node] + 1 + away[other][neighbour],
                ):
                    near[node].add(neighbour)
    return near


def _ties(
    network: Network, node: NamedNode, others: set[NamedNode]
) -> list[tuple[NamedNode, tuple[NamedNode, ...]]]:
    """Returns the ties of a node to some others with a few relations each."""
    found = []
    for other in sorted(others, key=by_iri):
        one, two = sorted((node, other), key=by_iri)
        found.append((other, network.ties[one, two][:_SHOWN]))
    return found


ANALYSIS: Final = Analysis(
    "brokers",
    "Betweenness centrality in the network of organisations and people: between is the part of "
    "the connected pairs of partnerships whose shortest paths go through the broker (paths of "
    f"equal length share), overall that of all pairs of nodes. Ties: {TIES}.",
    ("partnership", "top", "components"),
    analyse,
)
