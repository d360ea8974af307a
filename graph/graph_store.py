"""Writing to an endpoint: whole graphs, by the Graph Store Protocol or by SPARQL Update.

W3C SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 (PUT), 5.4 (DELETE), 5.5 (POST); SPARQL 1.1
Update, sections 3.1.1 (INSERT DATA) and 3.2.2 (DROP).
"""

from __future__ import annotations

import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from .endpoint import Endpoint, refusal
from .exchange import check_address, exchange


class Writer(ABC):
    """What puts graphs on an endpoint. Raises RemoteError for what the endpoint does not take.

    `most`: triples of one request.
    """

    most: ClassVar[int]

    @abstractmethod
    def add(self, graph: str, triples: bytes) -> None:
        """Adds N-Triples to a graph, which need not exist; sending them twice changes nothing."""

    @abstractmethod
    def put(self, graph: str, triples: bytes) -> None:
        """Makes N-Triples, no more than `most`, all that a graph holds, in one request."""

    @abstractmethod
    def drop(self, graph: str) -> None:
        """Removes a graph, which need not exist."""


@dataclass(frozen=True, slots=True)
class Updates(Writer):
    """Writes by SPARQL Update."""

    # Virtuoso compiles an update as a program, and takes one of no more than 10,000 lines.
    most: ClassVar[int] = 2_000
    endpoint: Endpoint

    def add(self, graph: str, triples: bytes) -> None:
        """Adds N-Triples by INSERT DATA."""
        self.endpoint.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{triples.decode()}}} }}")

    def put(self, graph: str, triples: bytes) -> None:
        """Replaces a graph by DROP SILENT and INSERT DATA."""
        self.endpoint.update(
            f"DROP SILENT GRAPH <{graph}> ;\n"
            f"INSERT DATA {{ GRAPH <{graph}> {{\n{triples.decode()}}} }}"
        )

    def drop(self, graph: str) -> None:
        """Removes a graph by DROP SILENT."""
        self.endpoint.update(f"DROP SILENT GRAPH <{graph}>")


@dataclass(frozen=True, slots=True)
class GraphStore(Writer):
    """Writes by the Graph Store Protocol, graphs named indirectly."""

    most: ClassVar[int] = 20_000
    address: str
    seconds: float

    def __post_init__(self) -> None:
        """Raises UsageError for what is no address."""
        check_address(self.address)

    def add(self, graph: str, triples: bytes) -> None:
        """Adds N-Triples by POST."""
        self._send("POST", graph, triples)

    def put(self, graph: str, triples: bytes) -> None:
        """Replaces a graph by PUT."""
        self._send("PUT", graph, triples)

    def drop(self, graph: str) -> None:
        """Removes a graph by DELETE; one that is not there is removed already."""
        self._send("DELETE", graph, None)

    def _send(self, method: str, graph: str, body: bytes | None) -> None:
        sign = "&" if "?" in self.address else "?"
        query = urllib.parse.urlencode({"graph": graph})
        request = urllib.request.Request(  # noqa: S310 -- http(s) only, checked by `publish`
            f"{self.address}{sign}{query}", data=body, method=method
        )
        request.add_header("Content-Type", "application/n-triples")
        answer = exchange(self.address, request, self.seconds)
        if answer.status >= 300 and (method, answer.status) != ("DELETE", 404):
            raise refusal(self.address, answer, f"graph {graph}")
