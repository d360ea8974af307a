"""The graph as those who ask see it: the same whether it lies in a folder here or on an endpoint.

In SPARQL's words it is a dataset. Its default graph holds all sources merged, which is what every
question is read over; its named graphs hold one source each.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from typing import Literal as OneOf

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from ..ontology.namespaces import CODE, GRAPH, PREFIXES, expand
from .binding import bind
from .errors import QueryError

REGISTERS: Final = (GRAPH + "enhetsregisteret",)
"""Named graphs that `load` fills from a register; the default graph does not hold them."""

_OF_REGISTERS: Final = (
    PREFIXES["er"],
    PREFIXES["rov"],
    expand("kg:registeredAs").partition("#")[2],
    *(f"{CODE}{name}/" for name in ("organisation-form", "register-role", "registration-status")),
)

Term = NamedNode | Literal
Home = NamedNode | DefaultGraph
Over = OneOf["sources", "all", "own"]
Result = QuerySolutions | QueryBoolean | QueryTriples


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build says of itself: layout version, sources and their digests, triples by graph.

    `speaks_until` and `newest`: the first day that no report, and no source at all, speaks for.
    `registers`: triples by graph of what `load` brought in.
    """

    format: int
    version: str
    sources: Mapping[str, str]
    triples: Mapping[str, int]
    speaks_until: str
    newest: str
    registers: Mapping[str, int] = field(default_factory=dict)


class Graph(ABC):
    """A graph to ask.

    A question is read over the default graph. One that names a term which only registers have is
    read over the registers too; others would only be slowed by a million units.
    """

    manifest: Manifest

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Runs a query with its parameters bound to terms. Raises QueryError with the place."""
        bound = bind(text, bindings or {})
        wide = any(start in bound for start in _OF_REGISTERS)
        return self.run(bound, over="all" if wide else "sources")

    @abstractmethod
    def run(self, text: str, *, over: Over, prefixes: Mapping[str, str] | None = None) -> Result:
        """Runs a query as it stands.

        `over`: the sources merged, all with the registers, or the graphs that the query names
        itself by FROM. `prefixes` are known to the query without being declared in it.
        Raises QueryError with the place of what is not SPARQL.
        """

    @abstractmethod
    def quads(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        object: Term | BlankNode | None,
        home: Home | None = None,
    ) -> Iterable[Quad]:
        """Yields the quads of a pattern, in one graph or (None) in all named ones.

        With None, a graph in a folder also gives those of the default graph, which merges them.
        """

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> QuerySolutions:
        """Runs a SELECT query."""
        result = self.query(text, bindings)
        if not isinstance(result, QuerySolutions):
            raise QueryError("the query is no SELECT")
        return result

    def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> Iterable[Triple]:
        """Runs a CONSTRUCT or DESCRIBE query."""
        result = self.query(text, bindings)
        if not isinstance(result, QueryTriples):
            raise QueryError("the query is no CONSTRUCT")
        return result
