"""An endpoint: another SPARQL engine, asked over the SPARQL 1.1 Protocol through SPARQLWrapper.

What comes is believed only as far as it is what was asked for: the right media type, whole, and
not longer or later than we wait. Everything else is a RemoteError of one sentence.
"""

from __future__ import annotations

import ast
import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from importlib import metadata
from typing import Any, Final
from urllib.parse import urlsplit

from .errors import QueryError, RemoteError

ROWS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"

USER, PASSWORD = "KOMMUNEGRAF_USER", "KOMMUNEGRAF_PASSWORD"

MOST: Final = 1 << 30
"""Bytes of one answer that are taken; a longer one is refused rather than filling the memory."""

SECONDS: Final = 120.0
"""How long one answer is waited for in all."""

_BLOCK: Final = 1 << 20


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
        self._send(client)

    def _ask(self, text: str, dataset: Dataset, accept: str) -> bytes:
        client = _client(self.address)
        for graph in dataset.default:
            client.addParameter("default-graph-uri", graph)
        for graph in dataset.named:
            client.addParameter("named-graph-uri", graph)
        client.queryString, client.queryType = text, "SELECT"
        client.addCustomHttpHeader("Accept", accept)
        return self._send(client, accept)

    def _send(self, client: Any, accept: str | None = None) -> bytes:
        from SPARQLWrapper import SPARQLExceptions

        until = time.monotonic() + self.seconds
        client.setTimeout(max(1, round(self.seconds)))
        try:
            response: HTTPResponse = client.query().response
            with response:
                if accept is not None:
                    self._check_head(response, accept)
                return self._read(response, until)
        except SPARQLExceptions.SPARQLWrapperException as error:
            raise self._refused(type(error).__name__, said(_quoted(str(error)))) from None
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(f"{error.code}", said(error.read(_BLOCK))) from None
        except TimeoutError:
            raise self.silent() from None
        except (urllib.error.URLError, HTTPException, OSError) as error:
            raise RemoteError(f"{self.address}: {reason(error, self.seconds)}") from None

    def silent(self) -> RemoteError:
        """The error for an answer that does not come in time."""
        return RemoteError(
            f"{self.address}: no whole answer within {self.seconds:.0f} seconds; ask for less, or "
            "raise the limit with KOMMUNEGRAF_TIMEOUT"
        )

    def _check_head(self, response: HTTPResponse, accept: str) -> None:
        kind = response.headers.get_content_type()
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
        # Virtuoso says in a header what its limits have left out of the answer.
        if most := response.headers.get("X-SPARQL-MaxRows"):
            raise RemoteError(
                f"{self.address}: the endpoint cuts answers at {most} rows; raise its "
                "ResultSetMaxRows, or ask for less"
            )
        if response.headers.get("X-SQL-State"):
            raise RemoteError(
                f"{self.address}: the endpoint gives a part of the answer only, for want of time; "
                "raise its MaxQueryExecutionTime, or ask for less"
            )

    def _read(self, response: HTTPResponse, until: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while block := response.read1(_BLOCK):
            size += len(block)
            if size > MOST:
                raise RemoteError(f"{self.address}: the answer is longer than {MOST >> 20} MB")
            if time.monotonic() > until:
                raise self.silent()
            parts.append(block)
        if response.length:
            raise RemoteError(f"{self.address}: the answer broke off; {response.length} bytes lack")
        return b"".join(parts)

    def _refused(self, what: str, body: str) -> Exception:
        quoted = f": {body}" if body else ""
        match what:
            case "QueryBadFormed" | "400":
                return QueryError(f"{self.address} does not take the query{quoted}")
            case "EndPointNotFound" | "404":
                return RemoteError(f"{self.address}: there is no such thing there (404)")
            case "Unauthorized" | "401" | "403":
                return RemoteError(
                    f"{self.address}: it wants a name and a password, or others than these; set "
                    f"{USER} and {PASSWORD}"
                )
            case "URITooLong" | "413" | "414":
                return RemoteError(f"{self.address}: the query is too long for it")
            case "502" | "503" | "504":
                return RemoteError(f"{self.address}: it is busy or down ({what}){quoted}")
            case _:
                status = "500" if what == "EndPointInternalError" else what
                return RemoteError(f"{self.address}: it fails ({status}){quoted}")


def sign_in(address: str) -> None:
    """Lets requests below an address give the name and password that the environment holds.

    Both ways that servers ask for them are answered, Basic and Digest; nobody else is told.
    """
    if not (user := os.environ.get(USER)):
        return
    parts = urlsplit(address)
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    root = f"{parts.scheme}://{parts.netloc}/"
    known.add_password(None, root, user, os.environ.get(PASSWORD, ""))
    urllib.request.install_opener(
        urllib.request.build_opener(
            urllib.request.HTTPDigestAuthHandler(known), urllib.request.HTTPBasicAuthHandler(known)
        )
    )


def said(body: bytes | str) -> str:
    """Returns what a server says of a failure as one line, without markup."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        return ""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", first)[:300]


def reason(error: BaseException, seconds: float) -> str:
    """Returns why a connection did not come about or did not hold."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    match cause:
        case TimeoutError():
            return f"no connection within {seconds:.0f} seconds"
        case socket.gaierror():
            return "the host's name is not known to the network"
        case ConnectionRefusedError():
            return "nobody answers there; is the server running?"
        case HTTPException():
            return f"the answer broke off or is no HTTP ({type(cause).__name__})"
        case _:
            return f"the connection failed ({cause})"


def _quoted(message: str) -> bytes:
    """Returns the server's own words, which the library's message gives as a Python literal."""
    _, found, literal = message.partition("Response:\n")
    return bytes(ast.literal_eval(literal)) if found else b""


def _client(address: str) -> Any:
    from SPARQLWrapper import POST, SPARQLWrapper

    client = SPARQLWrapper(address, agent=f"kommunegraf/{metadata.version('kommunegraf')}")
    client.setMethod(POST)
    client.setOnlyConneg(True)
    return client
