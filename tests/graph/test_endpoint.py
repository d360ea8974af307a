"""Endpoints that misbehave: one sentence that says what is wrong, and nothing believed of it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kommunegraf.graph.endpoint import Dataset, Endpoint
from kommunegraf.graph.errors import KommunegrafError, QueryError, RemoteError
from kommunegraf.graph.remote import open_endpoint, read_rows, read_triples

ROWS = "application/sparql-results+json"
GOOD = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": []}}).encode()
Answer = Callable[[BaseHTTPRequestHandler], None]


def body(
    content: bytes, kind: str = ROWS, status: int = 200, length: int | None = None, **more: str
) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in more.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answers a byte at a time, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def silence(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(30)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass  # the client hangs up where it should

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()


WRONG: dict[str, tuple[Answer, type[KommunegrafError], str]] = {
    "a page": (body(b"<html>hi</html>", "text/html"), RemoteError, "a page for people"),
    "another type": (body(b"<x/>", "application/xml"), RemoteError, "application/xml, where"),
    "lies about its type": (body(b"<html>"), RemoteError, "is no SPARQL result"),
    "cuts off": (body(GOOD[:20], length=len(GOOD)), RemoteError, "broke off"),
    "cuts off and does not say": (body(GOOD[:20]), RemoteError, "not a whole one"),
    "another shape": (body(b'{"results": []}'), RemoteError, "is no SPARQL result"),
    "nothing": (body(b""), RemoteError, "is no SPARQL result"),
    "not found": (body(b"", status=404), RemoteError, "no such thing"),
    "locked": (body(b"", status=401), RemoteError, "KOMMUNEGRAF_USER"),
    "forbidden": (body(b"", status=403), RemoteError, "KOMMUNEGRAF_USER"),
    "busy": (body(b"later\n", "text/plain", 503), RemoteError, "busy or down (503): later"),
    "broken": (body(b"SQ156: oh\nmore", "text/plain", 500), RemoteError, "fails (500): SQ156: oh"),
    "does not like the query": (
        body(b"no such function", "text/plain", 400), QueryError, "take the query: no such"),
    "cut at a limit": (body(GOOD, X_SPARQL_MaxRows="10000"), RemoteError, "cuts answers at 10000"),
    "a part only": (body(GOOD, X_SQL_State="S1TAT"), RemoteError, "a part of the answer"),
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_an_endpoint_that_misbehaves_is_not_believed(how: str) -> None:
    answer, error, says = WRONG[how]
    with serving(answer) as address:
        endpoint = Endpoint(address, 5)
        with pytest.raises(error) as raised:
            read_rows(endpoint, endpoint.rows("SELECT ?x { ?x ?p ?o }", Dataset()))
    assert says in str(raised.value)
    assert address in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("slow", [drip, silence])
def test_an_endpoint_that_is_slow_is_not_waited_for(slow: Answer) -> None:
    with serving(slow) as address:
        begun = time.monotonic()
        with pytest.raises(RemoteError, match="within 1 seconds"):
            Endpoint(address, 1).rows("SELECT ?x { ?x ?p ?o }", Dataset())
        assert time.monotonic() - begun < 10


def test_an_endpoint_that_is_down() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RemoteError, match="nobody answers there"):
        open_endpoint(f"http://127.0.0.1:{port}/sparql")
    with pytest.raises(RemoteError, match="name is not known"):
        open_endpoint("http://nowhere.invalid/sparql")


def test_an_endpoint_without_our_graph() -> None:
    with serving(body(GOOD)) as address, pytest.raises(RemoteError, match="holds no graph of ours"):
        open_endpoint(address)


def test_triples_that_are_none() -> None:
    with pytest.raises(RemoteError, match="no Turtle"):
        read_triples(Endpoint("http://x.example/"), b"<a> <b")


def test_booleans_are_of_one_form() -> None:
    cell = {"type": "literal", "value": "1",
            "datatype": "http://www.w3.org/2001/XMLSchema#boolean"}  # fmt: skip
    answer = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": cell}]}}
    ((value,),) = read_rows(Endpoint("http://x.example/"), json.dumps(answer).encode())  # type: ignore[union-attr]
    assert value.value == "true"
