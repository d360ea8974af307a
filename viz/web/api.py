"""What there is to ask for: the questions by theme and as a list, the views, first queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from ...ontology.namespaces import PREFIXES
from ...queries.catalogue import Question, all_questions
from ...queries.header import Header
from ..view import load, names

THEMES: Final[Mapping[str, tuple[str, str]]] = {
    "membership": ("Deltakelse", "Membership"),
    "bodies": ("Organer", "Bodies"),
    "people": ("Folk og verv", "People and roles"),
    "systems": ("Systemer", "Systems"),
    "vendors": ("Leverandører", "Vendors"),
    "contracts": ("Avtaler og anskaffelser", "Contracts and procurements"),
    "money": ("Økonomi", "Money"),
    "costs": ("Kostnader", "Costs"),
    "projects": ("Prosjekter", "Projects"),
    "welfare-technology": ("Velferdsteknologi", "Welfare technology"),
    "succession": ("Kommuner gjennom tiden", "Municipalities through time"),
    "registers": ("Registre", "Registers"),
    "quality": ("Kvalitet", "Quality"),
    "provenance": ("Hvor det står", "Where it says so"),
}
"""What the themes of questions are called, in the order shown; others follow."""


@cache
def questions() -> tuple[Question, ...]:
    """Returns every question, read once."""
    return tuple(all_questions()[0])


def themes() -> list[tuple[tuple[str, str], list[Header]]]:
    """Returns the headers of all questions by theme."""
    found: dict[str, list[Header]] = {theme: [] for theme in THEMES}
    for question in questions():
        header = question.header
        found.setdefault(header.tags[0] if header.tags else "", []).append(header)
    return [
        (THEMES.get(theme, (theme, theme)), headers) for theme, headers in found.items() if headers
    ]


def views() -> list[dict[str, Any]]:
    """Returns the views with what each can be asked for."""
    found = []
    for name in names():
        view = load(name)
        thing = view.header.parameter("thing")
        found.append(
            {
                "name": name,
                "title": view.general,
                "about": view.about,
                "anyone": view.anyone,
                "thing": thing,
                "at": view.header.parameter("at"),
            }
        )
    return found


def examples() -> list[dict[str, str]]:
    """Returns queries that the editor begins with."""
    return [
        {"nb": "Samarbeidene og hvor mange som er med", "en": "Partnerships and their members",
         "query": declared(_PARTNERSHIPS)},
        {"nb": "Alt om én ting", "en": "All about one thing", "query": declared(_ONE)},
        {"nb": "Hva en kilde alene sier", "en": "What one source alone says",
         "query": declared(_SOURCE)},
    ]  # fmt: skip


def declared(text: str) -> str:
    """Returns a query with those of our prefixes declared that it has a use for."""
    used = set(re.findall(r"(?<![\w-])([a-z][\w-]{0,40}):", text)) & PREFIXES.keys()
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in sorted(used)) + text


_PARTNERSHIPS: Final = """SELECT ?partnership ?name (COUNT(DISTINCT ?member) AS ?members) WHERE {
  ?partnership dcterms:type organisation-type:partnership ;
    skos:prefLabel ?name .
  ?membership a org:Membership ;
    org:organization ?partnership ;
    org:member ?member .
  ?member a kg:Municipality .
  FILTER(LANG(?name) = "nb")
}
GROUP BY ?partnership ?name
ORDER BY DESC(?members) ?name
"""

_ONE: Final = """DESCRIBE o:1543-nesset
"""

_SOURCE: Final = """SELECT ?kind (COUNT(DISTINCT ?statement) AS ?statements) WHERE {
  GRAPH graph:ror-ikt-2019 { ?statement a ?kind }
}
GROUP BY ?kind
ORDER BY DESC(?statements)
"""
