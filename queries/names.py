"""Names: from what a person types to the thing that is meant, or to the candidates.

A name may be a label, another or an old name, a municipality or organisation number, a key or an
IRI, with or without æ, ø, å and capital letters. A name that fits two things is never guessed: the
error lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from ..graph import predicates as p
from ..graph.errors import NameNotFoundError
from ..graph.iris import code, fold
from ..graph.orgnumbers import read_number
from ..graph.store import REGISTERS, Graph
from ..ontology.namespaces import CODE, ID, KINDS, PREFIXES

KIND_PREFIX: Final = {
    "organisations": "o", "persons": "person", "bodies": "body", "systems": "system",
    "projects": "project", "documents": "document", "sites": "site", "activities": "activity",
    "contracts": "contract", "procurements": "procurement", "events": "event",
    "sources": "source", "units": "er", "municipalities": "o", "counties": "o",
}  # fmt: skip
"""Prefix of the IRIs of each kind of thing."""


REGISTER: Final = NamedNode(REGISTERS[0])
_HOMES: Final = (DefaultGraph(), REGISTER)
TYPES: Final = {
    "municipalities": ("municipality",), "counties": ("county-municipality", "county"),
}  # fmt: skip
"""Codes of the organisation types that a narrower kind of organisation admits."""

SHOWN: Final = 10
"""Things of the same name that an error lists."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean, with its label and how alike the name is (0 to 1)."""

    iri: NamedNode
    label: str
    likeness: float


def resolve(graph: Graph, text: str, kind: str = "", at: date | None = None) -> NamedNode:
    """Returns the one thing that `text` names.

    `kind`: a kind of thing ("organisations;bodies"), a code list ("code:field"), or empty for any.
    `at`: when several organisations have the name, the one that existed on that day is meant;
    else the one that is labelled with the bare name.
    Raises NameNotFoundError with the candidates when none or more than one fits.
    """
    text = text.strip()
    if (iri := _iri(text)) is not None:
        if any(_known(graph, iri, home) for home in _HOMES):
            return iri
        raise NameNotFoundError(f"the graph does not know {text}")
    spaces = _spaces(kind)
    found = _meant(graph, text, kind, at)
    if len(found) == 1:
        return found[0]
    if found:
        names = "; ".join(f"{_key(iri)} ({label_of(graph, iri)})" for iri in found[:SHOWN])
        if len(found) > SHOWN:
            names += f"; and {len(found) - SHOWN} more"
        raise NameNotFoundError(f"“{text}” names more than one: {names}. Write the one meant.")
    near = suggest(graph, text, spaces)
    hint = (
        f" Did you mean {', '.join(f'“{c.label}” ({_key(c.iri)})' for c in near)}?" if near else ""
    )
    if len(re.findall(r"\d", text)) == 9 and _number(text) is None:
        hint = " Its check digit is wrong for an organisation number."
    what = f" among {kind.replace(';', ' and ').replace('code:', 'the codes of ')}" if kind else ""
    raise NameNotFoundError(f"“{text}” is not known{what}.{hint}")


def _meant(graph: Graph, text: str, kind: str, at: date | None) -> list[NamedNode]:
    """Returns the things of a kind that a text names exactly, of namesakes the likelier."""
    found = _own(graph, _exact(graph, text, _spaces(kind)), kind)
    if not found and "organisations" in kind.split(";"):
        # One that no source names, but a register knows.
        found = _own(graph, _exact(graph, text, [PREFIXES["er"]]), kind)
    if kind in TYPES:
        found = [iri for iri in found if _is_of(graph, iri, TYPES[kind])]
    if len(found) > 1 and at is not None:
        found = [iri for iri in found if _existed(graph, iri, at)] or found
        found = [iri for iri in found if _called(graph, iri, text, at)] or found
    if len(found) > 1:
        # Namesakes that readers no longer mean are labelled with their years.
        bare = fold(text).removesuffix(" kommune")
        found = [iri for iri in found if fold(label_of(graph, iri)) == bare] or found
    return found


def label_of(graph: Graph, iri: NamedNode) -> str:
    """Returns the Norwegian label of a node, or its short IRI."""
    for predicate in (p.PREF_LABEL, p.NAME, p.LABEL, p.LEGAL_NAME):
        labels = [
            quad.object
            for quad in graph.store.quads_for_pattern(iri, predicate, None)
            if isinstance(quad.object, Literal)
        ]
        labels.sort(key=lambda label: (label.language != "nb", label.value))
        if labels:
            return labels[0].value
    return _key(iri)


def suggest(graph: Graph, text: str, spaces: Sequence[str], limit: int = 4) -> list[Candidate]:
    """Returns the things whose names are most like `text`, best first."""
    from difflib import SequenceMatcher

    wanted = fold(text)
    best: dict[NamedNode, float] = {}
    for iri, key in _all_keys(graph, spaces):
        matcher = SequenceMatcher(None, wanted, key)
        if matcher.real_quick_ratio() < 0.5:
            continue
        likeness = matcher.ratio()
        if len(wanted) > 3 and wanted in key:
            likeness = max(likeness, 0.75)
        if likeness >= 0.6:
            best[iri] = max(likeness, best.get(iri, 0.0))
    ranked = sorted(best.items(), key=lambda pair: (-pair[1], pair[0].value))[:limit]
    return [Candidate(iri, label_of(graph, iri), likeness) for iri, likeness in ranked]


def _iri(text: str) -> NamedNode | None:
    plain = text.removeprefix("<").removesuffix(">")
    if re.match(r"https?://\S+$", plain):
        return NamedNode(plain)
    prefix, colon, local = plain.partition(":")
    if colon and prefix in PREFIXES and re.fullmatch(r"[\w.%-]+", local):
        return NamedNode(PREFIXES[prefix] + local)
    return None


def _known(graph: Graph, iri: NamedNode, home: NamedNode | DefaultGraph) -> bool:
    found = graph.store.quads_for_pattern(iri, None, None, home)
    return next(iter(found), None) is not None


def _spaces(kind: str) -> list[str]:
    if not kind:
        return [PREFIXES[prefix] for prefix in dict.fromkeys((*KIND_PREFIX.values(), *KINDS))]
    return [
        f"{CODE}{part.removeprefix('code:')}/"
        if part.startswith("code:")
        else PREFIXES[KIND_PREFIX.get(part, part)]
        for part in kind.split(";")
    ]


def _exact(graph: Graph, text: str, spaces: Sequence[str]) -> list[NamedNode]:
    found: dict[NamedNode, None] = {}
    for space in spaces:
        # Keys and codes; percent and spaces cannot be part of one.
        # The sources have indexes of their own, which stay small beside a million units.
        home: NamedNode | DefaultGraph = DefaultGraph()
        key = text
        if space == PREFIXES["er"]:
            home, key = REGISTER, _number(text) or text
        iri = NamedNode(space + key) if re.fullmatch(r"[A-Za-z0-9._-]+", key) else None
        if iri is not None and _known(graph, iri, home):
            found[iri] = None
    for wanted in {fold(text), _number(text) or fold(text)}:
        for home in _HOMES:
            for quad in graph.store.quads_for_pattern(None, p.SEARCH_KEY, Literal(wanted), home):
                node = quad.subject
                if isinstance(node, NamedNode) and node.value.startswith(tuple(spaces)):
                    found[node] = None
    return sorted(found, key=lambda iri: iri.value)


def _number(text: str) -> str | None:
    """Returns an organisation number written in any way as nine digits, or None."""
    try:
        return read_number(text)
    except ValueError:
        return None


def _own(graph: Graph, found: list[NamedNode], kind: str) -> list[NamedNode]:
    """Returns the organisations of the sources in place of their units in a register."""
    units = [iri for iri in found if iri.value.startswith(PREFIXES["er"])]
    if not units or kind == "units":
        return found
    others = [iri for iri in found if iri not in units]
    registered = {
        quad.subject
        for unit in units
        for quad in graph.store.quads_for_pattern(None, p.REGISTERED_AS, unit, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
    return others or sorted(registered, key=lambda iri: iri.value) or units


def _all_keys(graph: Graph, spaces: Sequence[str]) -> Iterable[tuple[NamedNode, str]]:
    # Of the sources only: nobody looks for one of a million units by a misspelt name.
    for quad in graph.store.quads_for_pattern(None, p.SEARCH_KEY, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(tuple(spaces)):
            assert isinstance(quad.object, Literal)
            yield quad.subject, quad.object.value


def _is_of(graph: Graph, iri: NamedNode, types: Iterable[str]) -> bool:
    codes = [code("organisation-type", name) for name in types]
    return any(Quad(iri, p.KIND, one, DefaultGraph()) in graph.store for one in codes)


def _existed(graph: Graph, iri: NamedNode, at: date) -> bool:
    """False when a change event shows that the organisation was not there on that day."""
    rows = graph.select(
        """PREFIX org: <http://www.w3.org/ns/org#> PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        SELECT ?day ?before WHERE {
          { ?event org:originalOrganization ?_thing_iri BIND(true AS ?before)
            FILTER NOT EXISTS { ?event org:resultingOrganization ?_thing_iri } }
          UNION { ?event org:resultingOrganization ?_thing_iri BIND(false AS ?before)
            FILTER NOT EXISTS { ?event org:originalOrganization ?_thing_iri } }
          ?event kg:periodFrom ?day . }""",
        {"_thing_iri": iri},
    )
    for row in rows:
        day = date.fromisoformat(row["day"].value)
        if (row["before"].value == "true") == (at >= day):
            return False
    return True


def _called(graph: Graph, iri: NamedNode, text: str, at: date) -> bool:
    """Whether a dated name or number of the thing is this one on that day."""
    rows = graph.select(
        """PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?value WHERE {
          ?dated kg:about ?_thing_iri ; skos:notation|rdfs:label ?value ;
            kg:possibleFrom ?from ; kg:possibleUntil ?until .
          FILTER(?from <= ?_at_xsd_date && ?_at_xsd_date < ?until) }""",
        {"_thing_iri": iri, "_at_xsd_date": Literal(at.isoformat(), datatype=p.XSD_DATE)},
    )
    wanted = {fold(text), _number(text)}
    return any(fold(row["value"].value) in wanted for row in rows)


def _key(iri: NamedNode) -> str:
    return iri.value.removeprefix(ID).removeprefix(CODE).rpartition("/")[2]
