"""What a register says of units that were found: name, form, end, and whose unit it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...graph.dataset import Graph
from ..batches import terms

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
}"""
_COLUMNS: Final = ("legalName", "name", "label", "form", "deleted", "organisation")


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
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    former: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in graph.select(_DETAILS % terms(iris)):
        unit = row["unit"].value
        for name in _COLUMNS:
            if row[name] is not None:
                said[unit][name].add(row[name].value)
        if row["former"] is not None:
            former[unit].add((row["former"].value, row["time"].value))
    # Of several values the same one is taken whatever order they come in.
    first = {
        unit: {name: min(of[name], default="") for name in _COLUMNS} for unit, of in said.items()
    }
    return {
        unit: Unit(name, of["form"], of["deleted"], of["organisation"], (*sorted(former[unit]),))
        for unit, of in first.items()
        if (name := of["legalName"] or of["name"] or of["label"])
    }
