"""Purchases: contracts and procurements of systems as of a day, and who came after whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ..fragments import fragment
from .analysis import Wish
from .reading import HEAD, USING, bindings, by_iri

_QUERY: Final = f"""{HEAD}
SELECT DISTINCT ?relation ?label ?buyer ?behalf ?object ?contract ?until ?source WHERE {{
  {{
    ?relation a epo:Contract ; kg:contractStatus ?status .
    FILTER(?status NOT IN (contract-status:terminated, contract-status:ended))
    BIND(true AS ?contract)
  }} UNION {{
    ?relation a kg:Procurement ; kg:procurementStatus ?status .
    FILTER(?status != procurement-status:cancelled)
    BIND(false AS ?contract)
  }}
  ?relation kg:contractObject ?object ; kg:buyer ?buyer ; skos:prefLabel ?label ;
    kg:sourceText ?source .
  FILTER(LANG(?label) = "nb")
{fragment("standing")}
  OPTIONAL {{ ?relation opengov:onBehalfOf ?behalf }}
  OPTIONAL {{ ?relation kg:validUntil ?until }}
}}"""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A contract, or a procurement: who buys what, and on whose behalf where that is said.

    `until`: the first day on which the contract is over, where a source says it.
    """

    relation: NamedNode
    label: str
    contract: bool
    buyers: frozenset[NamedNode]
    behalf: frozenset[NamedNode]
    objects: tuple[NamedNode, ...]
    until: str
    source: str


def read_purchases(
    graph: Graph, wish: Wish, owners: Mapping[NamedNode, NamedNode]
) -> list[Purchase]:
    """Returns the purchases that stand on the day, in order of IRI; a body buys for its owner."""
    values: dict[NamedNode, dict[str, set[NamedNode]]] = defaultdict(lambda: defaultdict(set))
    texts: dict[NamedNode, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in graph.select(_QUERY, bindings(wish)):
        for name in ("buyer", "behalf", "object"):
            if row[name] is not None:
                values[row["relation"]][name].add(row[name])
        for name in ("label", "contract", "until", "source"):
            if row[name] is not None:
                texts[row["relation"]][name].add(row[name].value)
    # Of several texts, as of two sources, the same one is taken whatever order they come in.
    return [
        Purchase(
            relation,
            min(said["label"]),
            not said["contract"].isdisjoint(("true", "1")),
            frozenset(owners.get(buyer, buyer) for buyer in values[relation]["buyer"]),
            frozenset(values[relation]["behalf"]),
            tuple(sorted(values[relation]["object"], key=by_iri)),
            min(said["until"], default=""),
            min(said["source"]),
        )
        for relation, said in sorted(texts.items(), key=lambda one: one[0].value)
    ]


def read_successors(graph: Graph) -> dict[NamedNode, set[NamedNode]]:
    """Returns for each organisation all that came after it through changes."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?before ?after WHERE {{
  ?after a org:Organization ; dcterms:replaces ?before .
}}"""
    )
    next_: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for row in rows:
        next_[row["before"]].add(row["after"])
    successors: dict[NamedNode, set[NamedNode]] = {}
    for start in list(next_):
        found: set[NamedNode] = set()
        ahead = list(next_[start])
        while ahead:
            if (one := ahead.pop()) not in found:
                found.add(one)
                ahead += next_.get(one, ())
        successors[start] = found
    return successors


def read_inherited(graph: Graph, wish: Wish) -> defaultdict[NamedNode, set[NamedNode]]:
    """Returns for each system the organisations that came of a user of it when that one ceased."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?system ?after ?code WHERE {{
  ?relation a kg:SystemUse ; kg:user ?user ; kg:system ?system ; kg:useStatus ?status ;
    kg:isPlan ?plan ; kg:possibleUntil ?until .
  ?status skos:notation ?code .
  ?event org:originalOrganization ?user ; org:resultingOrganization ?after ; kg:periodFrom ?until .
  FILTER(!?plan && !(?until > ?_at_xsd_date) && ?after != ?user)
}}""",
        bindings(wish),
    )
    inherited: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    for row in rows:
        if row["code"].value in USING:
            inherited[row["system"]].add(row["after"])
    return inherited
