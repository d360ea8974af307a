"""Reads what the analyses rest on as of a day: uses, members, bodies, systems, vendors, labels.

Each is one query, so that an analysis of a remote graph costs a handful of requests. How a
relation stands on the day is decided by the one rule on time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode

from ...graph.dataset import Graph
from ...graph.errors import UsageError
from ...ontology.namespaces import PREFIXES, expand
from ..as_of import time_terms
from ..fragments import fragment
from ..labels import key_of, label_of, labels_of
from ..names import resolve
from .analysis import Thing, Wish

USING: Final = frozenset({"in-use", "installed", "phasing-out"})
"""Statuses of a use that count as using, as in the question system-users."""

ENDED: Final = frozenset({"not-in-use", "replaced", "terminated"})
"""Statuses that say that a system is not used (any more)."""

NATIONAL: Final = NamedNode(expand("system-type:national-component"))

HEAD: Final = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in (
        "certainty", "conflict-kind", "contract-status", "contract-type", "dcterms", "epo", "foaf",
        "kg", "member-role", "offering-role", "opengov", "org", "organisation-type",
        "procurement-status", "prov", "rdfs", "skos",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """That an organisation uses a system, as it stands on the day.

    `doubtful`: a source says that it is uncertain, or another claim contradicts it. `until`: the
    first day on which it is over, where a source says it.
    """

    relation: NamedNode
    user: NamedNode
    system: NamedNode
    status: str
    through: NamedNode | None
    standing: str
    source: str
    doubtful: bool
    until: str = ""


@dataclass(frozen=True, slots=True)
class Systems:
    """What is known of systems themselves: type, fields of service, and the suite of a module."""

    types: Mapping[NamedNode, NamedNode]
    fields: Mapping[NamedNode, tuple[NamedNode, ...]]
    suites: Mapping[NamedNode, NamedNode]


def bindings(wish: Wish, standing: str | None = None) -> dict[str, NamedNode | Literal]:
    """Returns the day and the standings as terms for a query that holds the rule on time."""
    return time_terms(wish.at, standing or wish.standing)


def read_partnership(graph: Graph, name: str, day: date) -> NamedNode:
    """Returns the partnership that a name means. Raises UsageError for what is none."""
    found = resolve(graph, name, "organisations", day)
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?why WHERE {{
  {{
    ?_thing_iri dcterms:type ?why .
    FILTER(?why IN (organisation-type:partnership, organisation-type:inter-municipal-company,
      organisation-type:joint-service))
  }} UNION {{ ?why org:organization ?_thing_iri ; org:role member-role:member }}
}}""",
        {"_thing_iri": found},
    )
    if not any(rows):
        raise UsageError(
            f"{label_of(graph, found)} is not a partnership; kommunegraf query members lists them"
        )
    return found


def read_uses(graph: Graph, wish: Wish) -> list[Use]:
    """Returns the uses that stand on the day, of every status, in order of IRI."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?relation ?user ?system ?code ?through ?standing ?source ?certainty ?conflict
  ?until WHERE {{
  ?relation a kg:SystemUse ; kg:user ?user ; kg:system ?system ; kg:useStatus ?status ;
    kg:sourceText ?source .
  ?status skos:notation ?code .
{fragment("standing")}
  OPTIONAL {{ ?relation kg:through ?through }}
  OPTIONAL {{ ?relation kg:validUntil ?until }}
  OPTIONAL {{
    ?relation prov:wasDerivedFrom ?evidence .
    ?evidence kg:certainty ?certainty .
    FILTER(?certainty = certainty:uncertain)
  }}
  OPTIONAL {{
    ?conflict kg:claim ?relation ; dcterms:type ?kind .
    FILTER(?kind = conflict-kind:contradiction)
  }}
}}""",
        bindings(wish),
    )
    uses: dict[NamedNode, Use] = {}
    for row in rows:
        use = Use(
            row["relation"],
            row["user"],
            row["system"],
            row["code"].value,
            row["through"],
            row["standing"].value,
            row["source"].value,
            row["certainty"] is not None or row["conflict"] is not None,
            "" if row["until"] is None else row["until"].value,
        )
        # A relation that two sources tell of has a text for each.
        uses[use.relation] = min(use, uses.get(use.relation, use), key=_place)
    return [uses[relation] for relation in sorted(uses, key=by_iri)]


def _place(use: Use) -> tuple[str, str, str]:
    return use.source, use.through.value if use.through else "", use.until


def read_members(graph: Graph, wish: Wish) -> dict[NamedNode, set[NamedNode]]:
    """Returns the members of each organisation that has any on the day."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?organization ?member WHERE {{
  ?relation a org:Membership ; org:role member-role:member ; org:organization ?organization ;
    org:member ?member .
{fragment("standing")}
}}""",
        bindings(wish),
    )
    members: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for row in rows:
        members[row["organization"]].add(row["member"])
    return dict(members)


def read_owners(graph: Graph) -> dict[NamedNode, NamedNode]:
    """Returns for each body the organisation that it belongs to, through the bodies between."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?body ?whole WHERE {{ ?body org:unitOf ?whole }}"""
    )
    above: dict[NamedNode, NamedNode] = {}
    for row in rows:
        body, whole = row["body"], row["whole"]
        above[body] = min(whole, above.get(body, whole), key=by_iri)
    owners = {}
    for body in above:
        seen, top = {body}, above[body]
        while top in above and top not in seen:
            seen.add(top)
            top = above[top]
        owners[body] = top
    return owners


def read_systems(graph: Graph) -> Systems:
    """Returns type, fields and suite of every system."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?system ?property ?value WHERE {{
  ?system a kg:System ; ?property ?value .
  FILTER(?property IN (dcterms:type, kg:field, dcterms:isPartOf))
}}"""
    )
    types: dict[NamedNode, NamedNode] = {}
    fields: dict[NamedNode, tuple[NamedNode, ...]] = {}
    suites: dict[NamedNode, NamedNode] = {}
    for row in sorted(rows, key=lambda row: by_iri(row["value"])):
        system, value = row["system"], row["value"]
        match row["property"].value.rpartition("/")[2].rpartition("#")[2]:
            case "type":
                types[system] = value
            case "isPartOf":
                suites[system] = value
            case _:
                fields[system] = (*fields.get(system, ()), value)
    return Systems(types, fields, suites)


def read_replacements(graph: Graph) -> dict[NamedNode, set[NamedNode]]:
    """Returns for each system those that a source plans in its place, whenever that may be."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?old ?new WHERE {{
  ?use a kg:SystemUse ; kg:replacesSystem ?old ; kg:system ?new ; kg:isPlan ?plan .
  FILTER(?plan)
}}"""
    )
    planned: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for row in rows:
        planned[row["old"]].add(row["new"])
    return planned


def read_vendors(graph: Graph, wish: Wish, systems: Systems) -> dict[NamedNode, set[NamedNode]]:
    """Returns the suppliers of each system that has a known one.

    Who supplies a system is taken from what is offered and from contracts in force, also from what
    may hold on the day: a report of the year after that names the supplier does not say that it was
    another before. A module without a supplier of its own has that of its suite.
    """
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?system ?vendor WHERE {{
  {{
    ?relation a kg:Offering ; kg:offeringRole offering-role:supplier ; kg:system ?system ;
      kg:vendor ?vendor
  }} UNION {{
    ?relation a epo:Contract ; kg:contractObject ?system ; kg:supplier ?vendor ;
      kg:contractStatus ?status .
    FILTER(?status NOT IN (contract-status:terminated, contract-status:ended))
  }}
{fragment("standing")}
}}""",
        bindings(wish, "stated persisting possible"),
    )
    vendors: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for row in rows:
        vendors[row["system"]].add(row["vendor"])
    for module in systems.suites:
        seen, suite = {module}, module
        while suite in systems.suites and suite not in vendors and suite not in seen - {module}:
            seen.add(suite)
            suite = systems.suites[suite]
        if suite in vendors:
            vendors[module] = vendors[suite]
    return dict(vendors)


def read_municipalities(graph: Graph) -> set[NamedNode]:
    """Returns every municipality of the sources, of all times."""
    rows = graph.select(
        f"""{HEAD}
SELECT DISTINCT ?one WHERE {{ ?one dcterms:type organisation-type:municipality }}"""
    )
    return {row["one"] for row in rows}


def things(graph: Graph, iris: Iterable[NamedNode]) -> dict[NamedNode, Thing]:
    """Returns the things of some IRIs with their Norwegian labels; a key where there is none."""
    wanted = sorted(set(iris), key=by_iri)
    labels = labels_of(graph, (iri.value for iri in wanted))
    return {iri: Thing(iri, labels.get(iri.value) or key_of(iri.value)) for iri in wanted}


def by_iri(node: NamedNode) -> str:
    """Returns the key by which nodes are sorted."""
    return node.value


def by_label(thing: Thing) -> tuple[str, str]:
    """Returns the key by which things are sorted: label, then IRI."""
    return thing.label.casefold(), thing.iri.value
