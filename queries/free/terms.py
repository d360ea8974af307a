"""Terms: what a query names that the graph does not hold, and what was probably meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions

from ...graph.dataset import Graph
from ...graph.tokens import Token, iri_of, name_of
from ...ontology.namespaces import BASE, CODE, GRAPH, ID, PREFIXES, STANDARDS, shorten

_TOLD: Final = 3
_ASKED: Final = 100
"""Terms of one query that are looked up; a longer list is data."""


class Unknown(NamedTuple):
    """A term that the graph does not hold: where the query names it, and the likeliest others."""

    token: Token
    iri: str
    near: tuple[str, ...]

    def __str__(self) -> str:
        """One sentence."""
        said = f"the graph has no {shown(self.token)}"
        if not self.near:
            return said
        *others, last = self.near
        return f"{said}; did you mean {', '.join(others)}{' or ' if others else ''}{last}?"


def unknown_terms(
    graph: Graph, tokens: Sequence[Token], declared: Mapping[str, str]
) -> list[Unknown]:
    """Returns the terms of our namespaces that a query names and the graph does not hold.

    `declared`: the prefixes that the query declares.
    """
    named = {
        iri: token
        for token, iri in reversed(named_terms(_asking(tokens), {**PREFIXES, **declared}))
        if iri.startswith(_OURS) and not iri.startswith(PREFIXES["xsd"])
    }
    asked = [*named][::-1][:_ASKED]
    held = _held(graph, asked) if asked else set()
    return [
        Unknown(named[iri], iri, tuple(similar(graph, iri))) for iri in asked if iri not in held
    ]


def _asking(tokens: Sequence[Token]) -> Sequence[Token]:
    """Returns the tokens without the template of a CONSTRUCT, which may name what it will."""
    start = next((i for i, token in enumerate(tokens) if token.key == "CONSTRUCT"), None)
    if start is None or tokens[start + 1].key != "{":
        return tokens
    end = next((i for i in range(start, len(tokens)) if tokens[i].key == "}"), start)
    return [*tokens[:start], *tokens[end:]]


_OURS: Final = (BASE, *PREFIXES.values())


def named_terms(tokens: Sequence[Token], prefixes: Mapping[str, str]) -> list[tuple[Token, str]]:
    """Returns the IRIs that patterns name, with their tokens; no functions, types or endpoints."""
    found = []
    before = ""
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        iri = ""
        if token.kind == "iri":
            iri = iri_of(token)
        elif token.kind == "name":
            prefix, local = name_of(token)
            iri = prefixes[prefix] + local if prefix in prefixes else ""
        if iri and before not in ("PREFIX", "BASE", "SERVICE", "SILENT", "^^"):
            is_prefix = before == "" and following.kind == "iri" and token.text.endswith(":")
            if not is_prefix:
                found.append((token, iri))
        before = token.key
    return found


def _held(graph: Graph, iris: Sequence[str]) -> set[str]:
    """Returns which of the IRIs stand anywhere in the graph, or name one of its graphs."""
    known = {iri for iri in iris if iri.startswith(GRAPH) and iri[len(GRAPH) :] in _graphs(graph)}
    parts = []
    for number, iri in enumerate(iris):
        term = NamedNode(iri)
        parts.append(
            f"{{ SELECT ({number} AS ?n) WHERE {{ {{ {term} ?p ?o }} UNION {{ ?s {term} ?o }} "
            f"UNION {{ ?s ?p {term} }} }} LIMIT 1 }}"
        )
    rows = graph.run(f"SELECT ?n WHERE {{ {' UNION '.join(parts)} }}", over="all")
    assert isinstance(rows, QuerySolutions)
    return known | {iris[int(row["n"].value)] for row in rows}


def _graphs(graph: Graph) -> set[str]:
    return {*graph.manifest.triples, *graph.manifest.registers}


def similar(graph: Graph, iri: str) -> list[str]:
    """Returns the terms of the graph that are most like an IRI, likeliest first, as short names."""
    from rapidfuzz import fuzz, process, utils

    local = _local(iri)
    candidates = _candidates(graph, iri)
    labelled = {label: name for name, label in candidates if label}
    keys = {name: _local(name) for name, _ in candidates}
    found = process.extract(
        local, keys, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=72, limit=20
    )
    ranked: dict[str, float] = {}
    for _, score, name in found:
        # Between two as alike, the one under the same prefix.
        ranked[name] = score + (4 if name.startswith(_namespace(iri)) else 0)
    if (other := labelled.get(local.lower())) is not None:
        ranked.setdefault(other, 90.0)
    if len(local) > 3:
        for name, key in keys.items():
            if name.startswith(_namespace(iri)) and local.lower() in key.lower().split("-"):
                ranked.setdefault(name, 73.0)
    if iri.startswith(ID):
        for name in _by_key(graph, iri):
            ranked.setdefault(name, 85.0)
    best = max(ranked.values(), default=0.0)
    close = sorted((-score, name) for name, score in ranked.items() if score > best - 12)
    return [shorten(name) for _, name in close[:_TOLD]]


def _candidates(graph: Graph, iri: str) -> list[tuple[str, str]]:
    """Returns the terms among which the one that was meant will be, with labels of classes."""
    if iri.startswith(GRAPH):
        return [(GRAPH + name, "") for name in sorted(_graphs(graph))]
    if iri.startswith(CODE):
        space = _namespace(iri)
        where = f"GRAPH <{GRAPH}ontology> {{ ?t a ?c . FILTER(STRSTARTS(STR(?t), ?space)) }}"
        return _asked(graph, where, space)
    if iri.startswith(ID):
        return _asked(graph, "?t a ?c . FILTER(STRSTARTS(STR(?t), ?space))", _namespace(iri))
    used = "{ ?s ?t ?o } UNION { ?s a ?t }"
    labelled = (
        f"GRAPH <{GRAPH}ontology> {{ ?t <{STANDARDS['rdfs']}label> ?label ; "
        f"<{STANDARDS['rdfs']}isDefinedBy> ?whole }}"
    )
    return [*_asked(graph, used), *_asked(graph, labelled)]


@lru_cache(maxsize=8)
def _asked(graph: Graph, where: str, space: str = "") -> list[tuple[str, str]]:
    where = where.replace("?space", str(Literal(space)))
    columns = "?t ?label" if "?label" in where else "?t"
    rows = graph.run(f"SELECT DISTINCT {columns} WHERE {{ {where} }}", over="sources")
    assert isinstance(rows, QuerySolutions)
    return sorted(
        (row["t"].value, row["label"].value.lower() if columns != "?t" else "")
        for row in rows
        if isinstance(row["t"], NamedNode)
    )


def _by_key(graph: Graph, iri: str) -> list[str]:
    """Returns the things of the same kind that the graph finds under the key as a name."""
    from ...graph.iris import fold

    key = Literal(fold(_local(iri).replace("-", " ")))
    found = _asked(graph, f"?t <{PREFIXES['kg']}searchKey> {key}")
    return [name for name, _ in found if name.startswith(_namespace(iri))]


def _namespace(iri: str) -> str:
    return iri[: len(iri) - len(_local(iri))]


def _local(iri: str) -> str:
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def shown(token: Token) -> str:
    """Returns a term as its token writes it, or its short name where it is a whole IRI."""
    return shorten(iri_of(token)) if token.kind == "iri" else token.text
