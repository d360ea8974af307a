"""The index page: what is in the graph, from which sources, what is unknown, and what to open."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ..queries.as_of import latest_day
from . import embed, wording
from .rendering import environment, page_context

if TYPE_CHECKING:
    from ..graph.store import StoredGraph as Graph

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

_KINDS: Final = (
    *("Municipality", "Organization", "OrganizationalUnit", "Person"),
    *("System", "Project", "Relation", "Evidence"),
)

_DOUBTS: Final = """
PREFIX certainty: <https://w3id.org/kommunegraf/code/certainty/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?doubt (COUNT(DISTINCT ?said) AS ?count) WHERE {
  { ?said a kg:Unknown BIND("unknown" AS ?doubt) }
  UNION { ?said a kg:Conflict BIND("conflict" AS ?doubt) }
  UNION { ?said kg:isPlan true BIND("plan" AS ?doubt) }
  UNION { ?said prov:wasDerivedFrom/kg:certainty certainty:uncertain BIND("uncertain" AS ?doubt) }
  UNION { ?said prov:wasDerivedFrom/kg:certainty certainty:implied BIND("implied" AS ?doubt) }
} GROUP BY ?doubt
"""

_ASKED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "unknown": ("unknown", {}),
    "conflict": ("contradictions", {}),
    "implied": ("uncertain", {"certainty": "implied"}),
    "uncertain": ("uncertain", {"certainty": "uncertain"}),
    "plan": ("planned", {}),
}
"""The question that lists what each count counts."""


def content(graph: Graph, views: Sequence[Mapping[str, Any]], *, questions: str) -> dict[str, Any]:
    """Returns what the index shows: pages, questions, counts, sources and doubts.

    `views`: a card a view: name, title, about, file or None, and pages with file and name.
    `questions`: the file of the question page.
    """
    doubts = {_text(row["doubt"]): int(_text(row["count"])) for row in graph.select(_DOUBTS)}
    return {
        "views": views,
        "questions": questions,
        "begin": [
            {
                "words": wording.of(asked, f"begin.toml, {asked['name']}"),
                "address": address(questions, asked["name"], asked["parameters"]),
            }
            for asked in _begin()
        ],
        "latest": latest_day(graph).isoformat(),
        "build": graph.manifest.version,
        "counts": counts(graph),
        "unknown": [
            {"name": name, "count": doubts[name], "address": address(questions, *asked)}
            for name, asked in _ASKED.items()
            if doubts.get(name)
        ],
        "sources": sources(graph),
    }


def counts(graph: Graph) -> list[dict[str, Any]]:
    """Returns how many things of each kind the graph holds, with what they are called."""
    found = {
        _text(row["class"]).rpartition("#")[2].rpartition("/")[2]: int(_text(row["count"]))
        for row in graph.select(_COUNTS)
    }
    words = wording.load("index")
    return [
        {"name": name, "words": words[f"count.{name}"], "count": found[name]}
        for name in _KINDS
        if found.get(name)
    ]


def sources(graph: Graph) -> list[dict[str, str]]:
    """Returns the sources: title, publisher, licence, the time they speak for, statements."""
    return [
        {
            "title": _text(row["title"]),
            "publisher": _text(row["publisher"]),
            "license": _text(row["license"]),
            "speaks": _period(_text(row["from"]), _text(row["until"])),
            "statements": _text(row["statements"]),
        }
        for row in graph.select(_SOURCES)
    ]


def render(shown: Mapping[str, Any]) -> str:
    """Returns the index page; `content` says what it needs."""
    used = {
        **wording.load("every", "index"),
        **{f"view-title.{card['name']}": card["title"] for card in shown["views"]},
        **{f"view-about.{card['name']}": card["about"] for card in shown["views"]},
        **{f"begin.{number}": one["words"] for number, one in enumerate(shown["begin"], 1)},
    }
    context = page_context(
        words=used,
        styles=[embed.own("page.css"), embed.own("index.css")],
        scripts=[embed.own("page/words.js"), embed.own("page/switches.js")],
        home=None,
        **shown,
    )
    return environment().get_template("index.html").render(**context)


def address(page: str, question: str, parameters: Mapping[str, str]) -> str:
    """Returns the address of a question on the question page, its parameters filled in."""
    said = {"q": question, **{f"p.{name}": value for name, value in parameters.items()}}
    return f"{page}#{urlencode(said)}"


def _begin() -> Sequence[Mapping[str, Any]]:
    text = (Path(__file__).parent / "begin.toml").read_text(encoding="utf-8")
    asked: list[Mapping[str, Any]] = tomllib.loads(text)["question"]
    return asked


def _period(start: str, until: str) -> str:
    if not start:
        return ""
    if start[4:] == "-01-01" and until == f"{int(start[:4]) + 1:04d}-01-01":
        return start[:4]
    return f"{start} – {until}"


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
