"""The index page: what is in the graph, from which sources, and the pages to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from .style import Words

if TYPE_CHECKING:
    from ..graph.store import Graph

_SOURCES: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?title ?publisher (COALESCE(?rights, STR(?deed)) AS ?license) ?from ?until
  (COUNT(DISTINCT ?said) AS ?statements) WHERE {
  ?source a kg:Source ; dcterms:title ?title .
  OPTIONAL { ?source dcterms:publisher ?publisher }
  OPTIONAL { ?source dcterms:rights ?rights }
  OPTIONAL { ?source dcterms:license ?deed }
  OPTIONAL { ?source kg:speaksFrom ?from ; kg:speaksUntil ?until }
  OPTIONAL { ?said prov:wasDerivedFrom/dcterms:source ?source }
} GROUP BY ?source ?title ?publisher ?rights ?deed ?from ?until ORDER BY ?title
"""

_COUNTS: Final = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE {
  VALUES ?class { kg:Municipality org:Organization foaf:Person org:OrganizationalUnit kg:System
    kg:Project kg:Relation kg:Evidence }
  ?thing a ?class .
} GROUP BY ?class
"""

_WORDS: Final[Mapping[str, Words]] = {
    "Municipality": Words("kommuner", "municipalities"),
    "Organization": Words("organisasjoner i alt", "organisations in all"),
    "OrganizationalUnit": Words("organer og avdelinger", "bodies and departments"),
    "Person": Words("personer i en rolle", "people in a role"),
    "System": Words("systemer", "systems"),
    "Project": Words("prosjekter", "projects"),
    "Relation": Words("forhold med tid og kilde", "relations with time and source"),
    "Evidence": Words("steder i kildene", "places in the sources"),
}


def content(graph: Graph, views: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Returns what the index template shows: pages, counts and sources."""
    counts = {
        _text(row["class"]).rpartition("#")[2].rpartition("/")[2]: int(_text(row["count"]))
        for row in graph.select(_COUNTS)
    }
    return {
        "views": views,
        "counts": [
            {"words": words, "count": counts[name]}
            for name, words in _WORDS.items()
            if counts.get(name)
        ],
        "sources": [
            {
                "title": _text(row["title"]),
                "publisher": _text(row["publisher"]),
                "license": _text(row["license"]),
                "speaks": _period(_text(row["from"]), _text(row["until"])),
                "statements": _text(row["statements"]),
            }
            for row in graph.select(_SOURCES)
        ],
    }


def _period(start: str, until: str) -> str:
    if not start:
        return ""
    if start[4:] == "-01-01" and until == f"{int(start[:4]) + 1:04d}-01-01":
        return start[:4]
    return f"{start} – {until}"


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
