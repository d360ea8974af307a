"""A free SPARQL query, as a query process answers it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, Any, Final, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from ...graph.errors import QueryError
from ...graph.store import CANNOT_RUN, StoredGraph
from ...ontology.namespaces import PREFIXES
from ...queries.free.running import inspect, run_free
from .engine import Out
from .negotiate import GRAPHS, ROWS, Format
from .refusal import RefusalError

ROW_KINDS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
TRIPLE_KINDS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "n3": RdfFormat.N3,
}
PREFIXED: Final = ("ttl", "trig", "n3", "rdf", "jsonld")
_MEDIA: Final = {one.name: one for one in (*ROWS, *GRAPHS)}
_NAMES: Final = re.compile(r"(?<![\w-])([A-Za-z][\w-]{0,40}):")
_BRACKETS: Final = re.compile(r"[{(\[]")

_PLAIN_LENGTH: Final = 4000
_PLAIN_DEPTH: Final = 40
_LOOKED_AT: Final = 5000
"""Triples whose prefixes are declared; those of later ones only if they are the same."""

Result = QuerySolutions | QueryBoolean | QueryTriples


def answer(graph: StoredGraph, asked: Mapping[str, Any], out: Out) -> None:
    """Answers a query in the format that its form and the client have in common.

    `asked`: query, rows and triples (names of formats, or None where the client accepts none),
    default and named (graphs), services (addresses that SERVICE may name).
    """
    text = asked["query"]
    result = _run(graph, text, asked)
    offers: Sequence[Format] = ROWS
    wanted = asked["rows"]
    if isinstance(result, QueryTriples):
        wanted, offers = asked["triples"], GRAPHS
    if wanted is None:
        form = "CONSTRUCT and DESCRIBE" if offers is GRAPHS else "SELECT and ASK"
        raise RefusalError(
            406,
            f"what the client accepts is no format of {form}; there are "
            + ", ".join(one.media for one in offers),
        )
    try:
        write_result(result, wanted, out)
    except (BrokenPipeError, ConnectionResetError):
        raise  # the web process has gone
    except CANNOT_RUN as error:  # rows come as they are found, and so may what stops them
        raise QueryError(f"the query cannot be run: {error}") from None


def write_result(result: Result, wanted: str, out: Out, headers: Any = ()) -> None:
    """Writes rows, a yes or no, or triples in a format by its short name."""
    out.begin(200, (("content-type", content_type(wanted)), *headers))
    if isinstance(result, QueryTriples):
        _write_triples(result, wanted, out)
    else:
        result.serialize(cast("IO[bytes]", out), format=ROW_KINDS[wanted])


def content_type(name: str) -> str:
    """Returns what the header says of a format by its short name."""
    found: Format = _MEDIA[name]
    return found.content_type


def _run(graph: StoredGraph, text: str, asked: Mapping[str, Any]) -> Result:
    default, named = asked["default"], asked["named"]
    plain = (
        len(text) <= _PLAIN_LENGTH
        and "service" not in text.lower()
        and len(_BRACKETS.findall(text)) <= _PLAIN_DEPTH
    )
    if not plain:
        inspect(text, asked["services"])
    elif not text.strip():
        raise QueryError("the query is empty")
    graphs: dict[str, Any] = {}
    if default or named:
        # Either parameter alone leaves the other part of the dataset empty, as the protocol says.
        graphs = {"default_graph": _nodes(default), "named_graphs": _nodes(named)}
    elif graph.reach is not None and not _has_dataset(text, asked["services"]):
        graphs = {"default_graph": graph.reach}
    try:
        with contextlib.suppress(SyntaxError):
            return graph.store.query(text, **graphs)
        # It may lack our prefixes; all of them would cost more than the rest of a small question.
        prefixes = {name: PREFIXES[name] for name in _NAMES.findall(text) if name in PREFIXES}
        return graph.store.query(text, prefixes=prefixes, **graphs)
    except SyntaxError:
        # Run as the command does, for the sake of what it says: place, line and a suggestion.
        run_free(graph, text, asked["services"])
        raise QueryError("the query is not SPARQL") from None
    except CANNOT_RUN as error:
        raise QueryError(f"the query cannot be run: {error}") from None


def _has_dataset(text: str, services: Sequence[str]) -> bool:
    """Whether a query says itself, with FROM, which graphs it reads."""
    return "from" in text.lower() and inspect(text, services).has_dataset


def _nodes(iris: Iterable[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"a graph parameter is no IRI: {error}") from None


def _write_triples(result: Iterable[Triple], wanted: str, out: Out) -> None:
    kind = TRIPLE_KINDS[wanted]
    if wanted not in PREFIXED:
        cast("Any", result).serialize(cast("IO[bytes]", out), format=kind)
        return
    triples = iter(result)
    first = list(islice(triples, _LOOKED_AT))
    serialize(
        chain(first, triples), cast("IO[bytes]", out), format=kind, prefixes=used_prefixes(first)
    )


def used_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Returns those of our prefixes that the triples have a use for, in our order."""
    spaces = {_space(term.value) for triple in triples for term in _nodes_of(triple)}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def _nodes_of(triple: Triple) -> Iterator[NamedNode]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, NamedNode):
            yield term
        elif (datatype := getattr(term, "datatype", None)) is not None:
            yield datatype


def _space(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
