"""A graph on an endpoint: what `publish` has put there, asked as if it lay in a folder here.

The endpoint holds a graph for each source, one with all of them merged, and one that says what was
published. A query is sent with its dataset, so that every engine reads the same graphs,
whatever it takes for its default graph.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse_query_results,
)

from ..ontology.namespaces import GRAPH
from . import predicates as p
from .binding import syntax_fault
from .dataset import Graph, Home, Manifest, Over, Result, Term
from .endpoint import SECONDS, Dataset, Endpoint, sign_in
from .errors import QueryError, RemoteError, UsageError
from .publication import DESCRIPTION, MERGED, NOTES, PUBLISHED, SENDING, read_manifest

_BOOLEAN: Final = p.XSD_BOOLEAN.value
_WORDS: Final = {"0": "false", "1": "true"}


@dataclass(frozen=True, slots=True, eq=False)
class RemoteGraph(Graph):
    """A graph on an endpoint."""

    endpoint: Endpoint
    manifest: Manifest

    def run(self, text: str, *, over: Over, prefixes: Mapping[str, str] | None = None) -> Result:
        """Runs a query as it stands, on the endpoint.

        Raises RemoteError for what the endpoint does not answer.
        """
        for prefix, iri in (prefixes or {}).items():
            if f"{prefix}:" in text:
                text = f"PREFIX {prefix}: <{iri}>\n{text}"
        dataset = self._dataset(over)
        if gives_triples(text):
            return read_triples(self.endpoint, self.endpoint.triples(text, dataset))
        return read_rows(self.endpoint, self.endpoint.rows(text, dataset))

    def quads(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        object: Term | BlankNode | None,
        home: Home | None = None,
    ) -> Iterator[Quad]:
        """Yields the quads of a pattern; one request."""
        terms = [str(term) if term else f"?{name}" for term, name in
                 ((subject, "s"), (predicate, "p"), (object, "o"))]  # fmt: skip
        pattern = f"{' '.join(terms)} ."
        match home:
            case DefaultGraph():
                text = f"SELECT * WHERE {{ {pattern} }}"
            case NamedNode():
                text = f"SELECT * WHERE {{ GRAPH {home} {{ {pattern} }} }}"
            case _:
                text = f"SELECT * WHERE {{ GRAPH ?g {{ {pattern} }} }}"
        # A pattern without a variable is a question of yes or no.
        for row in self._solutions(text):
            found: tuple[Any, Any, Any] = (
                subject or row["s"], predicate or row["p"], object or row["o"]
            )  # fmt: skip
            yield Quad(*found, home if home is not None else row["g"])

    def _solutions(self, text: str) -> Iterable[Any]:
        if "?" not in text:
            held = self.run(text.replace("SELECT * WHERE", "ASK"), over="sources")
            return [{}] if held else []
        found = self.run(text, over="sources")
        assert isinstance(found, QuerySolutions)
        return found

    def _dataset(self, over: Over) -> Dataset:
        if over == "own":
            return Dataset()
        registers = [GRAPH + name for name in self.manifest.registers]
        named = [GRAPH + name for name in self.manifest.triples]
        return Dataset([MERGED, *(registers if over == "all" else [])], [*named, *registers])


def open_endpoint(address: str) -> RemoteGraph:
    """Opens the graph that was published to an endpoint.

    Raises RemoteError when the endpoint does not answer, or holds no graph of ours that is whole.
    """
    sign_in(address)
    endpoint = Endpoint(address, wait())
    rows = read_rows(endpoint, endpoint.rows(DESCRIPTION, Dataset([PUBLISHED])))
    assert isinstance(rows, QuerySolutions)
    if manifest := read_manifest(address, rows):
        return RemoteGraph(endpoint, manifest)
    notes = read_rows(endpoint, endpoint.rows(NOTES, Dataset([SENDING])))
    if isinstance(notes, QuerySolutions) and next(notes, None) is not None:
        raise RemoteError(
            f"{address}: its graph is being published, or that was cut off; wait, or run "
            "kommunegraf publish again"
        )
    raise RemoteError(f"{address}: it holds no graph of ours; kommunegraf publish puts it there")


def wait() -> float:
    """Returns how many seconds an answer is waited for: KOMMUNEGRAF_TIMEOUT, or two minutes."""
    given = os.environ.get("KOMMUNEGRAF_TIMEOUT")
    try:
        seconds = float(given) if given else SECONDS
    except ValueError:
        seconds = 0
    if seconds <= 0:
        raise UsageError(f"KOMMUNEGRAF_TIMEOUT: “{given}” is no number of seconds")
    return seconds


def read_rows(endpoint: Endpoint, body: bytes) -> QuerySolutions | QueryBoolean:
    """Returns SPARQL results in JSON as rows or a yes or no.

    An engine may write a boolean as 0 or 1 (Virtuoso does), which is the same value; it is given
    here as XML Schema's canonical form, so that rows are alike from every engine.
    """
    try:
        answer = orjson.loads(body)
        if "boolean" not in answer:
            for row in answer["results"]["bindings"]:
                for cell in row.values():
                    if cell.get("datatype") == _BOOLEAN:
                        cell["value"] = _WORDS.get(cell["value"], cell["value"])
        return parse_query_results(orjson.dumps(answer), QueryResultsFormat.JSON)
    except (ValueError, TypeError, KeyError, AttributeError, SyntaxError):
        raise RemoteError(
            f"{endpoint.address}: what it answers is no SPARQL result, or not a whole one"
        ) from None


def read_triples(endpoint: Endpoint, body: bytes) -> QueryTriples:
    """Returns triples that came as N-Triples or Turtle."""
    store = Store()
    try:
        store.load(body, RdfFormat.TURTLE)
    except SyntaxError:
        raise RemoteError(
            f"{endpoint.address}: what it answers is no Turtle, or not a whole file"
        ) from None
    triples = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(triples, QueryTriples)
    return triples


def gives_triples(text: str) -> bool:
    """Whether a query is a CONSTRUCT or DESCRIBE.

    Raises QueryError for what is not SPARQL, here, where line and column can be shown.
    """
    try:
        return isinstance(Store().query(text), QueryTriples)
    except SyntaxError as error:
        raise QueryError(f"the query is not SPARQL: {syntax_fault(text, str(error))}") from None
    except (ValueError, OSError):
        return False  # a fault of running it, not of its text
