"""An endpoint: another SPARQL engine, asked over the SPARQL 1.1 Protocol through SPARQLWrapper.

What comes is believed only as far as it is what was asked for: the right media type, whole, and
not longer or later than we wait (`exchange`). Everything else is a RemoteError of one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from typing import Any, Final

from .errors import KommunegrafError, QueryError, RemoteError
from .exchange import SECONDS, Answer, check_address, exchange
from .opening import PASSWORD, USER

ROWS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is read over; without any, those that the endpoint chooses."""

    default: Sequence[str] = ()
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a SPARQL endpoint, and how long to wait for an answer of it."""

    address: str
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """Raises UsageError for what is no address."""
        check_address(self.address)

    def rows(self, text: str, dataset: Dataset) -> bytes:
        """Returns the answer to a SELECT or ASK as SPARQL results in JSON."""
        return self._ask(text, dataset, ROWS)

    def triples(self, text: str, dataset: Dataset) -> bytes:
        """Returns the answer to a CONSTRUCT or DESCRIBE as N-Triples."""
        return self._ask(text, dataset, TRIPLES)

    def update(self, text: str) -> None:
        """Runs a SPARQL update."""
        client = _client(self.address)
        # Not by `setQuery`, which searches the text, thousands of triples, for what it is.
        client.queryString, client.queryType = text, "INSERT"
        answer = exchange(self.address, client._createRequest(), self.seconds)
        if answer.status >= 300:
            raise refusal(self.address, answer, "update")

    def strange(self, what: str) -> RemoteError:
        """The error for an answer that is not what was asked for."""
        return RemoteError(f"{self.address}: what it answers is {what}")

    def _ask(self, text: str, dataset: Dataset, accept: str) -> bytes:
        client = _client(self.address)
        for graph in dataset.default:
            client.addParameter("default-graph-uri", graph)
        for graph in dataset.named:
            client.addParameter("named-graph-uri", graph)
        client.queryString, client.queryType = text, "SELECT"
        client.addCustomHttpHeader("Accept", accept)
        # SPARQLWrapper makes the request; sent by it, it would read what the server says of a
        # failure for as long as that goes on.
        answer = exchange(
            self.address,
            client._createRequest(),
            self.seconds,
            lambda headers: self._check_head(headers, accept),
        )
        if answer.status >= 300:
            raise refusal(self.address, answer, "query")
        return answer.body

    def _check_head(self, headers: Message, accept: str) -> None:
        kind = headers.get_content_type()
        # N-Triples is a part of Turtle, and some engines name it as plain text.
        fits = (accept,) if accept == ROWS else (accept, "text/plain", "text/turtle")
        if kind not in fits:
            hint = (
                "a page for people; is this the address of the SPARQL endpoint itself? Often it "
                "ends in /sparql or /query"
                if kind == "text/html"
                else f"{kind}, where {accept} was asked for"
            )
            raise RemoteError(f"{self.address}: it answers with {hint}")
        if (packed := headers.get("Content-Encoding", "identity").lower()) != "identity":
            raise self.strange(f"packed ({said(packed)}), unasked")
        # Virtuoso says in a header what its limits have left out of the answer.
        if most := headers.get("X-SPARQL-MaxRows"):
            raise RemoteError(
                f"{self.address}: the endpoint cuts answers at {said(most)} rows; raise its "
                "ResultSetMaxRows, or ask for less"
            )
        if headers.get("X-SQL-State"):
            raise RemoteError(
                f"{self.address}: the endpoint gives a part of the answer only, for want of time; "
                "raise its MaxQueryExecutionTime, or ask for less"
            )


def refusal(address: str, answer: Answer, what: str) -> KommunegrafError:
    """Returns the error for an answer of a failure's status; `what` was sent: a query, a graph."""
    quoted = f": {words}" if (words := said(answer.body)) else ""
    match answer.status:
        case 400 if what == "query":
            return QueryError(f"{address} does not take the query{quoted}")
        case 301 | 302 | 303 | 307 | 308:
            where = said(answer.headers.get("Location", ""))
            return RemoteError(
                f"{address}: it sends to {where}, which is not followed; give that address"
                if where
                else f"{address}: it sends elsewhere and does not say where ({answer.status})"
            )
        case 401 | 403:
            return RemoteError(
                f"{address}: it wants a name and a password, or others than these; set "
                f"{USER} and {PASSWORD}"
            )
        case 404:
            return RemoteError(f"{address}: there is no such thing there (404)")
        case 405 | 501:
            return RemoteError(
                f"{address}: it takes no {what} ({answer.status}); is it read-only, or another "
                f"address than that for it?"
            )
        case 413 | 414:
            return RemoteError(f"{address}: the {what} is too long for it ({answer.status})")
        case 429 | 502 | 503 | 504:
            return RemoteError(
                f"{address}: it is busy or down ({answer.status}){quoted}{_later(answer)}"
            )
        case 500:
            return RemoteError(f"{address}: it fails (500){quoted}")
        case _ if what == "update":
            return RemoteError(
                f"{address}: it does not take the update ({answer.status}){quoted}; name where it "
                "is written to with --graph-store or --update"
            )
        case _:
            return RemoteError(f"{address}: it does not take the {what} ({answer.status}){quoted}")


def said(body: bytes | str) -> str:
    """Returns what a server says of a failure as one line, without markup."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        return ""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", first)[:300]


def _later(answer: Answer) -> str:
    """Returns when a server that is busy says to come again: after seconds, or after a day."""
    after = said(answer.headers.get("Retry-After", ""))
    if not after:
        return ""
    when = f"in {after} seconds" if after.isdigit() else f"after {after}"
    return f"; it says to try again {when}"


def _client(address: str) -> Any:
    from SPARQLWrapper import POST, SPARQLWrapper

    client = SPARQLWrapper(address, agent=f"kommunegraf/{metadata.version('kommunegraf')}")
    client.setMethod(POST)
    client.setOnlyConneg(True)
    return client
