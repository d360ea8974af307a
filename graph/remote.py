"""A graph on an endpoint: what `publish` has put there, asked as if it lay in a folder here.

The endpoint holds a graph for each source, one with all of them merged, and one that says what was
published. A query is sent with its dataset, so that every engine reads the same graphs,
whatever it takes for its default graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    Variable,
    parse_query_results,
)

from ..ontology.namespaces import GRAPH
from . import predicates as p
from .dataset import Graph, Home, Manifest, Over, Result, Term
from .endpoint import Dataset, Endpoint
from .errors import RemoteError
from .exchange import wait
from .form import form_of
from .publication import (
    DESCRIBED,
    DESCRIPTION,
    MERGED,
    NOTED,
    NOTES,
    PUBLISHED,
    SENDING,
    read_manifest,
)

_BOOLEAN: Final = p.XSD_BOOLEAN.value
_WORDS: Final = {"0": "false", "1": "true"}
_ASKED: Final = Variable("__ASK_RETVAL")
_UNREADABLE: Final = (SyntaxError, ValueError, TypeError, KeyError, AttributeError)
_NO_RESULT: Final = "no SPARQL result of the kind that was asked for, or not a whole one"


@dataclass(frozen=True, slots=True, eq=False)
class RemoteGraph(Graph):
    """A graph on an endpoint."""

    endpoint: Endpoint
    manifest: Manifest

    def run(self, text: str, *, over: Over, prefixes: Mapping[str, str] | None = None) -> Result:
        """Runs a query as it stands, on the endpoint.

        Raises RemoteError for what the endpoint does not answer, QueryError for what it does not
        take for a query.
        """
        for prefix, iri in (prefixes or {}).items():
            if f"{prefix}:" in text:
                text = f"PREFIX {prefix}: <{iri}>\n{text}"
        dataset = self._dataset(over)
        form = form_of(text)
        match form.word:
            case "CONSTRUCT" | "DESCRIBE":
                return read_triples(self.endpoint, self.endpoint.triples(text, dataset))
            case "ASK":
                return read_boolean(self.endpoint, self.endpoint.rows(text, dataset))
            case _:
                body = self.endpoint.rows(text, dataset)
                return read_rows(self.endpoint, body, form.columns)

    def quads(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        object: Term | BlankNode | None,
        home: Home | None = None,
    ) -> Iterator[Quad]:
        """Yields the quads of a pattern; one request."""
        sought = {"s": subject, "p": predicate, "o": object}
        columns = [name for name, term in sought.items() if term is None]
        pattern = " ".join(str(term or f"?{name}") for name, term in sought.items()) + " ."
        match home:
            case DefaultGraph():
                where = f"WHERE {{ {pattern} }}"
            case NamedNode():
                where = f"WHERE {{ GRAPH {home} {{ {pattern} }} }}"
            case _:
                where = f"WHERE {{ GRAPH ?g {{ {pattern} }} }}"
                columns.append("g")
        dataset = self._dataset("sources")
        rows: Iterable[Any]
        if columns:
            body = self.endpoint.rows(f"SELECT * {where}", dataset)
            rows = read_rows(self.endpoint, body, columns)
        else:
            # A pattern without a variable is a question of yes or no.
            body = self.endpoint.rows(f"ASK {where}", dataset)
            rows = [{}] if read_boolean(self.endpoint, body) else []
        for row in rows:
            found: tuple[Any, Any, Any] = (
                subject or row["s"], predicate or row["p"], object or row["o"]
            )  # fmt: skip
            try:
                quad = Quad(*found, home if home is not None else row["g"])
            except (TypeError, ValueError):
                raise self.endpoint.strange("no quad") from None
            yield quad

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
    endpoint = Endpoint(address, wait())
    body = endpoint.rows(DESCRIPTION, Dataset([PUBLISHED]))
    if manifest := read_manifest(address, read_rows(endpoint, body, DESCRIBED)):
        return RemoteGraph(endpoint, manifest)
    body = endpoint.rows(NOTES, Dataset([SENDING]))
    if next(read_rows(endpoint, body, NOTED), None) is not None:
        raise RemoteError(
            f"{address}: its graph is being published, or that was cut off; wait, or run "
            "kommunegraf publish again"
        )
    raise RemoteError(f"{address}: it holds no graph of ours; kommunegraf publish puts it there")


def read_rows(endpoint: Endpoint, body: bytes, columns: Sequence[str] = ()) -> QuerySolutions:
    """Returns SPARQL results in JSON as rows, which have at least these columns.

    An engine may write a boolean as 0 or 1 (Virtuoso does), which is the same value; it is given
    here as XML Schema's canonical form, so that rows are alike from every engine.
    """
    try:
        if _BOOLEAN.encode() in body:
            body = _canonical(body)
        # The library reads row by row; what is wrong in one would be found as somebody reads it.
        for _ in _parse(body):
            pass
        rows = _parse(body)
    except _UNREADABLE:
        raise endpoint.strange(_NO_RESULT) from None
    if lacking := {*columns} - {variable.value for variable in rows.variables}:
        del rows  # else the error keeps it, and rows may be let go of by their own thread only
        raise endpoint.strange(f"without the column {min(lacking)}, which was asked for")
    return rows


def read_boolean(endpoint: Endpoint, body: bytes) -> QueryBoolean:
    """Returns a SPARQL result in JSON as a yes or no.

    Virtuoso gives a yes as a row with a 1, a no as no row.
    """
    try:
        result = parse_query_results(body, QueryResultsFormat.JSON)
        if isinstance(result, QuerySolutions) and result.variables == [_ASKED]:
            held = [row[_ASKED].value for row in result] == ["1"]
            body = orjson.dumps({"head": {}, "boolean": held})
            result = parse_query_results(body, QueryResultsFormat.JSON)
    except _UNREADABLE:
        raise endpoint.strange(_NO_RESULT) from None
    if not isinstance(result, QueryBoolean):
        del result  # as above
        raise endpoint.strange("rows, where a yes or no was asked for")
    return result


def _parse(body: bytes) -> QuerySolutions:
    result = parse_query_results(body, QueryResultsFormat.JSON)
    if not isinstance(result, QuerySolutions):
        raise ValueError
    return result


def _canonical(body: bytes) -> bytes:
    answer = orjson.loads(body)
    for row in answer["results"]["bindings"]:
        for cell in row.values():
            if cell.get("datatype") == _BOOLEAN:
                cell["value"] = _WORDS.get(cell["value"], cell["value"])
    return orjson.dumps(answer)


def read_triples(endpoint: Endpoint, body: bytes) -> QueryTriples:
    """Returns triples that came as N-Triples or Turtle."""
    store = Store()
    try:
        store.load(body, RdfFormat.TURTLE)
    except SyntaxError:
        raise endpoint.strange("no Turtle, or not a whole file") from None
    triples = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(triples, QueryTriples)
    return triples
