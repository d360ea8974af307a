"""Communities: groups of organisations and people that have more to do with one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from .analysis import Analysis, Findings, Thing, Value, Wish
from .network import TIES, read_network
from .reading import by_label, read_members, read_municipalities, things

if TYPE_CHECKING:
    import networkx

MINIMUM: Final = 3


def analyse(graph: Graph, wish: Wish) -> Findings:
    """Returns the groups, largest first, each with the partnerships and municipalities in it."""
    import networkx

    network = read_network(graph, wish)
    drawn = network.drawn()
    found: list[set[NamedNode]] = (
        [
            set(one)
            for one in networkx.community.greedy_modularity_communities(drawn, weight="weight")
        ]
        if drawn.number_of_edges()
        else []
    )
    modularity = networkx.community.modularity(drawn, found, weight="weight") if found else 0.0
    minimum = MINIMUM if wish.minimum is None else wish.minimum
    known = things(graph, drawn)
    found.sort(key=lambda group: (-len(group), min(by_label(known[node]) for node in group)))
    shown = [group for group in found if len(group) >= minimum]
    partnerships = set(network.partnerships)
    municipalities = read_municipalities(graph)
    members = read_members(graph, wish)
    rows: list[dict[str, Value]] = []
    for number, group in enumerate(shown if wish.top is None else shown[: wish.top], 1):
        ordered = sorted(group, key=lambda node: by_label(known[node]))
        centre = max(ordered, key=lambda node: drawn.degree(node, weight="weight"))
        of_them = sorted((known[node] for node in group & partnerships), key=by_label)
        here = set().union(*(members.get(thing.iri, set()) for thing in of_them))
        rows.append(
            {
                "group": number,
                "size": len(group),
                "centre": known[centre],
                "partnerships": tuple(of_them),
                "municipalities": _listed(group & municipalities, known),
                "membersElsewhere": _listed((here - group) & set(drawn), known),
                "others": _listed(
                    {node for node in group if node in network.types}
                    - municipalities
                    - partnerships,
                    known,
                ),
                "people": sum(1 for node in group if node not in network.types),
                "inside": round(_inside(drawn, group), 3),
            }
        )
    notes = [
        f"The network has {len(drawn)} organisations and people and {len(network.ties)} ties; "
        f"{len(found)} groups, modularity {modularity:.3f} (0: no more ties inside the groups than "
        "by chance; above 0.3 groups are usually called distinct).",
        "inside is the part of the group's ties that stay in it. A report on one partnership draws "
        "that partnership as a star, so groups follow the reports as much as the world.",
    ]
    if len(shown) < len(found):
        notes.append(
            f"{len(found) - len(shown)} groups of fewer than {minimum} are left out; --minimum 0 "
            "shows them."
        )
    if not wish.components:
        notes.append("State bodies and associations are left out; --components counts them too.")
    return Findings(
        columns=(
            "group", "size", "centre", "partnerships", "municipalities", "membersElsewhere",
            "others", "people", "inside",
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        figures={
            "modularity": round(modularity, 6),
            "nodes": len(drawn),
            "edges": len(network.ties),
            "groups": len(found),
        },
    )  # fmt: skip


def _inside(drawn: networkx.Graph[NamedNode], group: set[NamedNode]) -> float:
    """Returns the part of the weight of a group's ties that has both ends in it."""
    within = across = 0.0
    for one, other in drawn.edges(group):
        weight = drawn.edges[one, other]["weight"]
        if one in group and other in group:
            within += weight
        else:
            across += weight
    return within / (within + across) if within + across else 0.0


def _listed(nodes: set[NamedNode], known: Mapping[NamedNode, Thing]) -> tuple[Thing, ...]:
    return tuple(sorted((known[node] for node in nodes), key=by_label))


ANALYSIS: Final = Analysis(
    "communities",
    "Greedy modularity (Clauset, Newman and Moore) over the network of organisations and people, a "
    "tie weighted by its number of relations; the same data always give the same groups. "
    f"Ties: {TIES}.",
    ("minimum", "top", "components"),
    analyse,
)
