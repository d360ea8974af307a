"""Names: from what a person types to the thing that is meant, or to the candidates.

A name may be a label, another or an old name, a municipality or organisation number, a key or an
IRI, with or without æ, ø, å and capital letters. A name that fits two things is never guessed: the
error lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode

from ..graph import predicates as p
from ..graph.dataset import REGISTERS, Graph
from ..graph.errors import NameNotFoundError, UsageError
from ..graph.iris import code, fold
from ..graph.orgnumbers import read_number
from ..ontology.namespaces import CODE, KINDS, PREFIXES, shorten
from .codes import codes_named, lists_of, values_of
from .labels import key_of, label_of

if TYPE_CHECKING:
    from .finding.candidates import Candidate

KIND_PREFIX: Final = {
    "organisations": "o", "persons": "person", "bodies": "body", "systems": "system",
    "projects": "project", "documents": "document", "sites": "site", "activities": "activity",
    "contracts": "contract", "procurements": "procurement", "events": "event",
    "sources": "source", "units": "er", "municipalities": "o", "counties": "o", "partnerships": "o",
}  # fmt: skip
"""Prefix of the IRIs of each kind of thing."""


REGISTER: Final = NamedNode(REGISTERS[0])
_HOMES: Final = (DefaultGraph(), REGISTER)
TYPES: Final = {
    "municipalities": ("municipality",), "counties": ("county-municipality", "county"),
    "partnerships": ("partnership", "inter-municipal-company", "joint-service"),
}  # fmt: skip
"""Codes of the organisation types that a narrower kind of organisation admits."""

SHOWN: Final = 10
"""Things of the same name that an error lists."""
SPELT: Final = 0.99
"""Likeness of a name that differs in signs, spaces or a declared form (nynorsk) of a word only."""
NEAR: Final = 4
"""Candidates that an error offers."""


def resolve(graph: Graph, text: str, kind: str = "", at: date | None = None) -> NamedNode:
    """Returns the one thing that `text` names.

    `kind`: a kind of thing ("organisations;bodies"), a code list ("code:field"), or empty for any.
    `at`: when several organisations have the name, the one that existed on that day is meant;
    else the one that is labelled with the bare name.
    Raises NameNotFoundError with the candidates when none or more than one fits.
    """
    # What a shell hands on of bytes that are no text is none either.
    text = text.strip().encode("utf-8", "replace").decode()
    if (iri := iri_of(text)) is not None:
        if any(_known(graph, iri, home) for home in _HOMES):
            return iri
        raise NameNotFoundError(f"the graph does not know {text}")
    found = _meant(graph, text, kind, at)
    if len(found) == 1:
        return found[0]
    if found:
        names = "; ".join(
            f"{written} ({label_of(graph, iri)})" for iri, written in _written(found)[:SHOWN]
        )
        if len(found) > SHOWN:
            names += f"; and {len(found) - SHOWN} more"
        raise NameNotFoundError(
            f"“{text}” names more than one: {names}. Write the one meant.",
            [iri.value for iri in found],
            f"“{text}” names more than one.",
        )
    near = suggest(graph, text, kind)
    spelt = [one.iri for one in near if one.likeness >= SPELT]
    if len(spelt) == 1:
        return spelt[0]
    offers = ", ".join(f"“{one.label}” ({key_of(one.iri.value)})" for one in near)
    hint = f" Did you mean {offers}?" if near else ""
    if len(re.findall(r"\d", text)) == 9 and _number(text) is None:
        hint = " Its check digit is wrong for an organisation number."
    if lists := lists_of(kind):
        hint += f" Known: {values_of(lists)}."
    bare = f"“{text}” is not known{_among(kind)}."
    raise NameNotFoundError(bare + hint, [one.iri.value for one in near], bare)


def _among(kind: str) -> str:
    """Says among what a name was looked for, in words."""
    parts = [part.replace("code:", "the codes of ") for part in kind.split(";") if part]
    return (
        f" among {' and '.join(filter(None, (', '.join(parts[:-1]), *parts[-1:])))}"
        if parts
        else ""
    )


def _written(found: Sequence[NamedNode]) -> list[tuple[NamedNode, str]]:
    """Returns each candidate with its key, or its prefixed name when others share the key."""
    keys = [key_of(iri.value) for iri in found]
    return [
        (iri, key if keys.count(key) == 1 else shorten(iri.value))
        for iri, key in zip(found, keys, strict=True)
    ]


def _meant(graph: Graph, text: str, kind: str, at: date | None) -> list[NamedNode]:
    """Returns the things of a kind that a text names exactly, of namesakes the likelier."""
    if lists := lists_of(kind):
        return codes_named(graph, text, lists)
    found = _own(graph, _exact(graph, text, spaces_of(kind)), kind)
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


def suggest(graph: Graph, text: str, kind: str = "", limit: int = NEAR) -> list[Candidate]:
    """Returns the things of a kind whose names are most like `text`, best first, as `find` does."""
    from .finding.candidates import find

    try:
        return find(graph, text, kind, limit).candidates
    except UsageError:
        return []  # too long, or nothing but signs: no name is like it


def iri_of(text: str) -> NamedNode | None:
    """Returns the IRI that a text is, written whole or with a prefix of the project, or None."""
    plain = text.removeprefix("<").removesuffix(">")
    prefix, colon, local = plain.partition(":")
    try:
        if re.match(r"https?://\S+$", plain):
            return NamedNode(plain)
        if colon and prefix in PREFIXES and re.fullmatch(r"[\w.%-]+", local):
            return NamedNode(PREFIXES[prefix] + local)
    except ValueError:
        pass  # it has a sign that no IRI has
    return None


def _known(graph: Graph, iri: NamedNode, home: NamedNode | DefaultGraph) -> bool:
    found = graph.quads(iri, None, None, home)
    return next(iter(found), None) is not None


def spaces_of(kind: str) -> list[str]:
    """Returns how the IRIs of a kind, of several or (empty) of any begin."""
    if not kind:
        return [PREFIXES[prefix] for prefix in dict.fromkeys((*KIND_PREFIX.values(), *KINDS))]
    return [
        f"{CODE}{part.removeprefix('code:')}/"
        if part.startswith("code:")
        else PREFIXES[KIND_PREFIX.get(part, part)]
        for part in kind.split(";")
    ]


def _exact(graph: Graph, text: str, spaces: Sequence[str]) -> list[NamedNode]:
    found = dict.fromkeys(_keyed(graph, text, spaces))
    for wanted in {fold(text), _number(text) or fold(text)}:
        # The sources have indexes of their own, which stay small beside a million units.
        for home in _HOMES if graph.manifest.registers else _HOMES[:1]:
            for quad in graph.quads(None, p.SEARCH_KEY, Literal(wanted), home):
                node = quad.subject
                if isinstance(node, NamedNode) and node.value.startswith(tuple(spaces)):
                    found[node] = None
    return sorted(found, key=lambda iri: iri.value)


def _keyed(graph: Graph, text: str, spaces: Sequence[str]) -> list[NamedNode]:
    """Returns the nodes whose key (the end of the IRI) is the text, asked at once."""
    number = _number(text) or text
    keys = {space: number if space == PREFIXES["er"] else text for space in spaces}
    iris = [
        NamedNode(space + key)
        for space, key in keys.items()
        # Percent and spaces cannot be part of a key.
        if re.fullmatch(r"[A-Za-z0-9._-]+", key)
    ]
    if not iris:
        return []
    values = " ".join(map(str, iris))
    rows = graph.select(
        f"SELECT DISTINCT ?thing {{ VALUES ?thing {{ {values} }} ?thing a ?class }}"
    )
    return [row["thing"] for row in rows]


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
        for quad in graph.quads(None, p.REGISTERED_AS, unit, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
    return others or sorted(registered, key=lambda iri: iri.value) or units


def _is_of(graph: Graph, iri: NamedNode, types: Iterable[str]) -> bool:
    codes = [code("organisation-type", name) for name in types]
    return any(quad.object in codes for quad in graph.quads(iri, p.KIND, None, DefaultGraph()))


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
