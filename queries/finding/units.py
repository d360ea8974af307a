"""What a register says of units that were found: name, form, end, and whose unit it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from ...graph.store import Graph

_DETAILS: Final = """PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rov: <http://www.w3.org/ns/regorg#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?unit ?legalName ?name ?label ?form ?deleted ?organisation ?former ?time WHERE {
  VALUES ?unit { %s }
  OPTIONAL { ?unit rov:legalName ?legalName }
  OPTIONAL { ?unit foaf:name ?name }
  OPTIONAL { ?unit rdfs:label ?label }
  OPTIONAL { ?unit rov:orgType ?type . ?type skos:prefLabel ?form FILTER(LANG(?form) = "nb") }
  OPTIONAL { ?unit kg:deletedOn ?deleted }
  OPTIONAL { ?organisation kg:registeredAs ?unit }
  OPTIONAL { ?dated kg:about ?unit ; rdfs:label ?former ; kg:timeText ?time }
}
ORDER BY ?unit ?organisation ?former ?time"""
_COLUMNS: Final = (
    "legalName", "name", "label", "form", "deleted", "organisation", "former", "time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, or a person with a role in one; what the register does not say is empty.

    `organisation`: the one of ours that the unit is. `former`: earlier names, with their times.
    """

    name: str
    form: str
    deleted: str
    organisation: str
    former: tuple[tuple[str, str], ...] = ()


def unit_details(graph: Graph, iris: Sequence[str]) -> dict[str, Unit]:
    """Returns what the register says of those that it knows, asked at once."""
    if not iris:
        return {}
    values = " ".join(str(NamedNode(iri)) for iri in iris)
    found: dict[str, Unit] = {}
    for row in graph.select(_DETAILS % values):
        said = {name: row[name].value if row[name] is not None else "" for name in _COLUMNS}
        name = said["legalName"] or said["name"] or said["label"]
        if not name:
            continue
        unit = Unit(name, said["form"], said["deleted"], said["organisation"])
        unit = found.setdefault(row["unit"].value, unit)
        if said["former"]:
            former = (*unit.former, (said["former"], said["time"]))
            found[row["unit"].value] = replace(unit, former=former)
    return found
