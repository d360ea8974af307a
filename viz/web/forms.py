"""Forms: what a person fills in for a question, with an example and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from ...graph.dataset import Graph
from ...queries.as_of import STANDINGS
from ...queries.header import Header, Parameter
from .called import about_of, name_of

EXAMPLES: Final[Mapping[str, str]] = {
    "partnership": "IKT Orkidé",
    "municipality": "Nesset",
    "vendor": "Tieto",
    "system": "P360",
    "component": "ID-porten",
    "organisation": "Molde",
    "person": "",
    "at": "2018-12-31",
    "from": "2018-01-01",
    "to": "2019-12-31",
    "year": "2019",
    "number": "1543",
    "form": "KOMM",
}
"""An example of what to write for a parameter."""

_PARTNERSHIPS: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX organisation-type: <https://w3id.org/kommunegraf/code/organisation-type/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?label WHERE {
  ?thing dcterms:type organisation-type:partnership ; skos:prefLabel ?label .
  FILTER(LANG(?label) = "nb")
} ORDER BY ?label LIMIT 200
"""

_CODES: Final = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?label WHERE {
  ?thing skos:inScheme ?_scheme_iri ; skos:prefLabel ?label .
  FILTER(LANG(?label) = "nb")
} ORDER BY ?label LIMIT 200
"""


def fields(
    graph: Graph, header: Header, given: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    """Returns the fields of a question's form, with what was given."""
    return [
        {
            "name": parameter.name,
            "called": name_of(parameter.name, lang),
            "about": about,
            "lang": its,
            "required": parameter.required,
            "type": parameter.type,
            "value": given.get(parameter.name, ""),
            "default": parameter.default or "",
            "example": EXAMPLES.get(parameter.name, ""),
            "pattern": parameter.pattern,
            "choices": choices(graph, parameter),
        }
        for parameter in header.parameters
        for about, its in [about_of(parameter, lang)]
    ]


def choices(graph: Graph, parameter: Parameter) -> Sequence[str]:
    """Returns what may be chosen for a parameter, where that is a short list."""
    if parameter.name == "standing":
        return (*STANDINGS, "stated persisting", "stated persisting planned")
    if parameter.type == "xsd_boolean":
        return ("true", "false")
    if parameter.name == "partnership":
        return _labels(graph, _PARTNERSHIPS, "")
    if parameter.kind.startswith("code:") and ";" not in parameter.kind:
        from ...ontology.namespaces import BASE

        return _labels(graph, _CODES, f"{BASE}code/{parameter.kind.removeprefix('code:')}")
    return ()


@lru_cache(maxsize=100)
def _labels(graph: Graph, text: str, scheme: str) -> tuple[str, ...]:
    from pyoxigraph import NamedNode

    given = {"_scheme_iri": NamedNode(scheme)} if scheme else {}
    return tuple(row["label"].value for row in graph.select(text, given))
