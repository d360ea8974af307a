"""Reasons: why a pattern matches nothing, or a filter nothing of what there is.

The commonest are a text without its language, a number or day written as a text, another case, a
name from another vocabulary, and a property read the wrong way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ...ontology.namespaces import PREFIXES, shorten
from .grammar import Node
from .patterns import Part, source
from .terms import similar

if TYPE_CHECKING:
    from .emptiness import Asking

_STRING: Final = PREFIXES["xsd"] + "string"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN: Final = 3


def why_none(asking: Asking, part: Part) -> str:
    """Returns one or two sentences on a triple pattern that matches nothing."""
    said = f"“{part.text}” matches nothing by itself"
    narrow = part.graphs or asking.query.dataset
    if narrow and (elsewhere := _elsewhere(asking, part)):
        return f"{said} {elsewhere}"
    for reason in (_unknown, _literal, _direction, _as_class, _values, _properties):
        if found := reason(asking, part):
            return f"{said}: {found}{'' if found.endswith('?') else '.'}"
    return f"{said}."


def _elsewhere(asking: Asking, part: Part) -> str:
    """Returns where else the pattern has matches, when it is read in some graphs only."""
    whole = asking.everywhere()
    if not whole.holds(part.sparql):
        return ""
    names = whole.graphs_with(part)
    among = f"; it does in {', '.join(f'graph:{name}' for name in names)}" if names else ""
    if not part.graphs:
        return f"in the graphs that FROM names, though it does over all sources{among}."
    graph = part.graphs[-1]
    if graph[0] not in "?$" and not whole.holds(f"GRAPH {graph} {{ ?s ?p ?o }}"):
        near = similar(asking.graph, _iri(asking, graph))
        return f"since there is no graph {graph}{_meant(near)}"
    return f"in GRAPH {graph}, though it does over all sources{among}."


def _meant(near: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(near)}?" if near else "."


def term_text(term: object) -> str:
    """Returns a term as one writes it in a query."""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, Literal) and term.language is None and term.datatype.value != _STRING:
        if term.datatype.value in (PREFIXES["xsd"] + "integer", PREFIXES["xsd"] + "boolean"):
            return term.value
        return f'"{term.value}"^^{shorten(term.datatype.value)}'
    text = str(term)
    return text if len(text) <= 60 else f"{text[:58]}…"


def _unknown(asking: Asking, part: Part) -> str:
    """Returns which of the pattern's names the graph does not hold."""
    missing = []
    for node in _names(part):
        term = source(node)
        ask = f"{{ {term} ?p ?o }} UNION {{ ?s {term} ?o }} UNION {{ ?s ?p {term} }}"
        if not asking.everywhere().holds(ask):
            iri = _iri(asking, term)
            prefix, _, local = term.partition(":")
            if not iri.startswith(ours := PREFIXES.get(prefix, "")):
                there = iri.removesuffix(local)
                missing.append(f"{prefix}: is declared here as {there}; the project's is {ours}")
                continue
            near = similar(asking.graph, iri)
            missing.append(f"the graph has no {term}{_meant(near)}")
    return " and ".join(said[:-1] for said in missing[:-1]) + (
        (" and " if missing[1:] else "") + missing[-1].removesuffix(".") if missing else ""
    )


def _names(part: Part) -> Iterator[Node]:
    seen = set[str]()
    for node in part.node.all("Iri"):
        # The type of a literal is no term of the graph.
        text = source(node)
        if text not in seen and text in part.sparql and f"^^{text}" not in part.sparql:
            seen.add(text)
            yield node
    subject = part.ends[0]
    if subject[:1] not in ("?", "$", '"', "'") and not any(
        source(node) == subject for node in part.node.all("Iri")
    ):
        from ...graph.tokens import tokenise

        tokens = tokenise(subject)
        if len(tokens) == 2:
            yield Node("Iri", [tokens[0]])


def _iri(asking: Asking, term: str) -> str:
    """Returns the IRI of a term as the query writes it."""
    row = next(iter(asking.rows(f"VALUES ?_kg_iri {{ {term} }}", "?_kg_iri")))
    return str(row["_kg_iri"].value)


def _literal(asking: Asking, part: Part) -> str:
    """Returns how the graph writes the text or number that the pattern names."""
    subject, verb, thing = part.ends
    if thing[:1] not in ('"', "'", "+", "-", ".") and not thing[:1].isdigit():
        return ""
    literal = next(iter(asking.rows(f"BIND({thing} AS ?_kg_term)", "?_kg_term")))["_kg_term"]
    if not isinstance(literal, Literal):
        return ""
    text = str(Literal(literal.value))
    where = f"{subject} {verb} ?_kg_term ."
    if found := _others(asking, f"{where} FILTER(LCASE(STR(?_kg_term)) = LCASE({text}))"):
        return _difference(literal, found)
    if not asking.holds(f"{where} FILTER(isLITERAL(?_kg_term))"):
        return _thing_of(asking, part, where, text) if asking.holds(where) else ""
    return _misspelt(asking, where, literal, text)


def _thing_of(asking: Asking, part: Part, where: str, text: str) -> str:
    """Returns how to ask for the thing that has a text as its name."""
    subject, verb, _ = part.ends
    named = (
        f"?_kg_term <{PREFIXES['skos']}prefLabel>|<{PREFIXES['rdfs']}label> ?_kg_name . "
        f"FILTER(LCASE(STR(?_kg_name)) = LCASE({text}))"
    )
    if found := _others(asking, f"{{ SELECT DISTINCT ?_kg_term WHERE {{ {where} }} }} {named}"):
        return (
            f"{verb} leads to things, not to texts; {text} is the name of {_some(found)}: "
            f"write {subject} {verb} {term_text(found[0])}"
        )
    found = _others(asking, where)
    return (
        f"{verb} leads to things, such as {_some(found)}, not to texts; ask by a name: "
        f"{subject} {verb} ?thing . ?thing skos:prefLabel {text}@nb"
    )


def _misspelt(asking: Asking, where: str, literal: Literal, text: str) -> str:
    from rapidfuzz import fuzz, process, utils

    found = asking.rows(where, "DISTINCT ?_kg_term", "LIMIT 20000")
    terms = [term for row in found if isinstance(term := row["_kg_term"], Literal)]
    near = process.extract(
        literal.value,
        [term.value for term in terms],
        scorer=fuzz.ratio,
        processor=utils.default_process,
        limit=_SHOWN,
        score_cutoff=80,
    )
    none = f"no value is {term_text(literal)}"
    if near:
        return f"{none}; did you mean {_some([terms[i] for *_, i in near])}?"
    contains = f"isLITERAL(?_kg_term) && CONTAINS(LCASE(STR(?_kg_term)), LCASE({text}))"
    if some := _others(asking, f"{where} FILTER({contains})"):
        return f"{none}; some contain it, as {_some(some)}"
    return f"{none}; the values are such as {_some(terms[:_SHOWN])}"


def _others(asking: Asking, where: str) -> list[object]:
    rows = asking.rows(where, "DISTINCT ?_kg_term", f"LIMIT {_SHOWN}")
    return [row["_kg_term"] for row in rows]


def _some(terms: Sequence[object]) -> str:
    return " or ".join(term_text(term) for term in terms)


def _difference(literal: Literal, found: Sequence[object]) -> str:
    """Returns in what a literal differs from the graph's of the same letters."""
    others = [term for term in found if isinstance(term, Literal)]
    if not others:
        return f"the graph has an IRI there, {_some(found)}: write it as such, not as a text"
    other = others[0]
    if literal.value != other.value:
        return f"the graph writes it in another case, {_some(others)}"
    if other.language != literal.language:
        if literal.language is None and literal.datatype.value == _STRING:
            return f"the graph writes it with a language, {_some(others)}"
        if other.language is None:
            return f"the graph writes it without a language, {_some(others)}"
        return f"the graph has it in another language, {_some(others)}"
    return f"the graph writes it as {kind_of(other)}, {_some(others)}, not as {kind_of(literal)}"


_KINDS: Final = {
    "string": "a text", "integer": "a whole number", "decimal": "a decimal number",
    "double": "a number", "date": "a day (xsd:date)", "gYear": "a year (xsd:gYear)",
    "gYearMonth": "a month (xsd:gYearMonth)", "boolean": "true or false",
    "dateTime": "a moment (xsd:dateTime)",
}  # fmt: skip


def kind_of(term: object) -> str:
    """Returns what kind of value a term is, in words."""
    if isinstance(term, NamedNode):
        return "an IRI"
    if isinstance(term, Literal):
        if term.language is not None:
            return "a text with a language"
        local = term.datatype.value.removeprefix(PREFIXES["xsd"])
        return _KINDS.get(local, f"{shorten(term.datatype.value)}")
    return "a value"


def _direction(asking: Asking, part: Part) -> str:
    subject, verb, thing = part.ends
    if thing[:1] in ('"', "'") or thing[:1].isdigit() or verb in ("a", "rdf:type"):
        return ""
    turned = f"{thing} {verb} {subject}"
    if not asking.holds(turned):
        return ""
    return f"the other way round it does, {turned}"


def _as_class(asking: Asking, part: Part) -> str:
    """Returns whether a class stands for a property, or a property for a class."""
    subject, verb, thing = part.ends
    if verb == "a" and thing[:1] not in ("?", "$"):
        if (
            next(iter(asking.rows(f"?s {thing} ?o", "(1 AS ?_kg_hit)", "LIMIT 1")), None)
            is not None
        ):
            return f"{thing} is a property; write {subject} {thing} ?value"
    elif verb[:1] not in ("?", "$") and re.fullmatch(r"[\w-]*:[\w.-]+|<[^>]*>", verb):
        if asking.holds(f"?s a {verb}"):
            return f"{verb} is a class; write {subject} a {verb}"
        if not asking.holds(f"?s {verb} ?o"):
            return f"nothing in the graph has {verb}"
    return ""


def _values(asking: Asking, part: Part) -> str:
    """Returns which values a property has, where the pattern names one that it has not."""
    subject, verb, thing = part.ends
    if thing[:1] in ("?", "$") or subject[:1] not in ("?", "$") or verb[:1] in ("?", "$"):
        return ""
    rows = asking.rows(f"{subject} {verb} ?_kg_term", "DISTINCT ?_kg_term", "LIMIT 2000")
    terms = [row["_kg_term"] for row in rows]
    # Those of the same kind of name are what was looked for.
    prefix = thing.partition(":")[0] + ":"
    alike = sorted(text for term in terms if (text := term_text(term)).startswith(prefix))
    if not terms:
        return ""
    told = alike[:8] or sorted(map(term_text, terms))[:_SHOWN]
    more = "…" if len(alike or terms) > len(told) else ""
    what = "is in the graph, but nothing is one" if verb == "a" else "is no value of it"
    return f"{thing} {what}; {'classes' if verb == 'a' else 'values'} are {', '.join(told)}{more}"


def _properties(asking: Asking, part: Part) -> str:
    """Returns which properties the subject has, where the pattern names one that it has not."""
    subject, verb, _ = part.ends
    if subject[:1] in ("?", "$") or verb[:1] in ("?", "$"):
        return ""
    rows = asking.rows(f"{subject} ?_kg_term ?o", "DISTINCT ?_kg_term", "LIMIT 200")
    has = sorted(term_text(row["_kg_term"]) for row in rows)
    return f"{subject} has {', '.join(has[:12])}{'…' if len(has) > 12 else ''}" if has else ""
