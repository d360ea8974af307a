"""What the page offers: the questions with their texts, and the things that can be named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Final

from pyoxigraph import NamedNode

from ...graph.binding import bind
from ...graph.dataset import Graph
from ...graph.name_rows import read_findable
from ...ontology.namespaces import PREFIXES, shorten
from ...queries.catalogue import Question, all_questions
from ...queries.header import Parameter
from ...queries.names import TYPES, spaces_of

_SLOT: Final = "urn:kommunegraf:slot:"
_SLOTS: Final = re.compile(rf"<{_SLOT}(\w+)>")

_MENTIONS: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX source-type: <https://w3id.org/kommunegraf/code/source-type/>
SELECT ?thing (COUNT(?relation) AS ?relations) WHERE {
  { SELECT DISTINCT ?relation WHERE {
      ?evidence a kg:Evidence ; dcterms:source ?source .
      ?source dcterms:type ?type FILTER(?type != source-type:register)
      ?relation prov:wasDerivedFrom ?evidence .
  } }
  ?relation ?property ?thing .
  ?thing kg:itself ?thing .
} GROUP BY ?thing
"""


def questions() -> list[dict[str, Any]]:
    """Returns the questions by theme and name, with their texts cut at the parameters."""
    return [_question(question) for question in all_questions()[0]]


def things(graph: Graph, hidden: Collection[str]) -> list[list[Any]]:
    """Returns the things and codes: IRI, labels, type, last day, type's label, other names.

    Those of which reports say most come first. The labels are by language, “nb” or the label for
    all first; the IRI is as short as the project's prefixes make it.
    """
    found, names = read_findable(graph.select)
    said: dict[str, dict[str, None]] = {}
    english: dict[str, str] = {}
    for row in names:
        if row.sort != "initials":
            said.setdefault(row.iri, {})[row.name] = None
        if row.sort == "label-en":
            english.setdefault(row.iri, row.name)
    counted = mentions(graph)
    # Stable: of the same count, those that are still there come first, then by IRI.
    ranked = sorted(found, key=lambda thing: -counted[thing.iri])
    return [
        [
            shorten(thing.iri),
            [thing.label, *([english[thing.iri]] if thing.iri in english else [])],
            thing.type,
            thing.until,
            thing.type_label,
            sorted(set(said[thing.iri]) - {thing.label}),
        ]
        for thing in ranked
        if thing.iri not in hidden
    ]


def mentions(graph: Graph) -> Counter[str]:
    """Returns how many relations of reports, not of registers, name each thing."""
    return Counter(
        {row["thing"].value: int(row["relations"].value) for row in graph.select(_MENTIONS)}
    )


def spaces() -> dict[str, list[str]]:
    """Returns how the IRIs of each kind that a question asks for begin; of any, under “”."""
    kinds = {"": spaces_of("")}
    for question in all_questions()[0]:
        for parameter in question.header.parameters:
            if parameter.type == "iri":
                kinds[parameter.kind] = spaces_of(parameter.kind)
    return kinds


def prefixes() -> dict[str, str]:
    """Returns the prefixes that are known to free queries without being declared."""
    return dict(PREFIXES)


def narrower() -> dict[str, tuple[str, ...]]:
    """Returns the types that a narrower kind of organisation admits."""
    return dict(TYPES)


def _question(question: Question) -> dict[str, Any]:
    header = question.header
    return {
        "name": header.name,
        "summary": header.summary,
        "question": dict(header.question),
        "tags": header.tags,
        "parameters": [_parameter(parameter) for parameter in header.parameters],
        "columns": header.columns,
        "parts": parts(question.text, header.parameters),
    }


def parts(text: str, parameters: Iterable[Parameter]) -> list[str]:
    """Returns a question's text cut at its parameters: text, variable, text … and text at the end.

    The cuts are where `graph.binding` puts terms, so the page has only to join.
    """
    slots = {one.variable: NamedNode(_SLOT + one.variable) for one in parameters}
    return _SLOTS.split(bind(text, slots))


def _parameter(parameter: Parameter) -> dict[str, Any]:
    said = {
        "name": parameter.name,
        "variable": parameter.variable,
        "type": parameter.type,
        "about": parameter.about,
        "kind": parameter.kind,
        "default": parameter.default,
        "required": parameter.required,
        "pattern": parameter.pattern,
    }
    return {key: value for key, value in said.items() if value not in ("", None, False)}
