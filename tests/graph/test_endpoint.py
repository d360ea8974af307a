"""Endpoints that misbehave: one sentence that says what is wrong, and nothing believed of it."""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pyoxigraph import Literal, NamedNode

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.endpoint import Dataset, Endpoint
from kommunegraf.graph.errors import KommunegrafError, QueryError, RemoteError, UsageError
from kommunegraf.graph.exchange import wait
from kommunegraf.graph.graph_store import GraphStore
from kommunegraf.graph.remote import RemoteGraph, open_endpoint, read_rows, read_triples

ROWS = "application/sparql-results+json"


@pytest.fixture(autouse=True)
def _rows_end_in_their_thread() -> Iterator[None]:
    # What an error keeps of rows may be collected by a thread of a server here, which they forbid.
    yield
    gc.collect()


GOOD = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": []}}).encode()
Answer = Callable[[BaseHTTPRequestHandler], None]


def rows(*bindings: Mapping[str, object], head: tuple[str, ...] = ("x",)) -> bytes:
    return json.dumps({"head": {"vars": head}, "results": {"bindings": bindings}}).encode()


def cell(value: str, kind: str = "literal") -> dict[str, object]:
    return {"type": kind, "value": value}


DESCRIBED = {
    "layout": "2", "version": "1", "speaksUntil": "2020-01-01", "newest": "2020-01-01",
    "graph": "https://w3id.org/kommunegraf/graph/ontology", "triples": "7",
}  # fmt: skip


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


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    """Begins an answer that never gets to its body, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def continuing(handler: BaseHTTPRequestHandler) -> None:
    """Says to go on, for ever."""
    while True:
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def dripping_failure(handler: BaseHTTPRequestHandler) -> None:
    """Fails, and says why a byte at a time, for ever."""
    handler.send_response(500)
    handler.send_header("Content-Type", "text/plain")
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def many_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    for number in range(200):
        handler.send_header(f"X-{number}", "x")
    handler.end_headers()


def flood(status: int, kind: str = ROWS) -> Answer:
    """Answers megabyte after megabyte, for ever."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * (1 << 20))

    return answer


def asking(*challenges: str) -> Answer:
    """Asks for a name and a password again and again, whatever it gets, each time anew."""
    numbers = itertools.count()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(401)
        for challenge in challenges:
            handler.send_header("WWW-Authenticate", challenge.replace("NONCE", str(next(numbers))))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_DELETE = do_GET = do_POST  # noqa: N815 -- the library's names

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
    "yes or no": (body(b'{"head": {}, "boolean": true}'), RemoteError, "is no SPARQL result"),
    "an IRI that is none": (body(rows({"x": cell("a b", "uri")})), RemoteError, "is no SPARQL"),
    "a term of no kind": (body(rows({"x": cell("a", "klingon")})), RemoteError, "is no SPARQL"),
    "other columns": (body(rows(head=("y",))), RemoteError, "without the column x"),
    "no head": (body(b'{"results": {"bindings": []}}'), RemoteError, "is no SPARQL result"),
    "a list": (body(b"[]"), RemoteError, "is no SPARQL result"),
    "another charset": (body('{"å"'.encode("utf-16")), RemoteError, "is no SPARQL result"),
    "packed": (body(gzip.compress(GOOD), Content_Encoding="gzip"), RemoteError, "packed (gzip)"),
    "elsewhere": (body(b"", status=302, Location="http://localhost:1/"), RemoteError,
                  "sends to http://localhost:1/, which is not followed"),
    "elsewhere for good": (body(b"", status=308, Location="/there"), RemoteError, "sends to /there"),
    "nowhere": (body(b"", status=301), RemoteError, "sends elsewhere"),
    "busy for a while": (body(b"", status=503, Retry_After="120"), RemoteError, "in 120 seconds"),
    "asked too often": (body(b"", status=429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
                        RemoteError, "busy or down (429); it says to try again after Wed, 21"),
    "queries not allowed": (body(b"", status=405), RemoteError, "takes no query (405)"),
    "a header without end": (body(GOOD, X_Long="x" * 70_000), RemoteError, "is no HTTP"),
    "headers without end": (many_headers, RemoteError, "is no HTTP"),
    "fails without end": (flood(500, "text/plain"), RemoteError, "fails (500): xxx"),
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_an_endpoint_that_misbehaves_is_not_believed(how: str) -> None:
    answer, error, says = WRONG[how]
    with serving(answer) as address:
        endpoint = Endpoint(address, 5)
        with pytest.raises(error) as raised:
            read_rows(endpoint, endpoint.rows("SELECT ?x { ?x ?p ?o }", Dataset()), ["x"])
    assert says in str(raised.value)
    assert address in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("slow", [drip, silence, dripping_head, continuing, dripping_failure])
def test_an_endpoint_that_is_slow_is_not_waited_for(slow: Answer) -> None:
    says = r"fails \(500\): xxx" if slow is dripping_failure else "within 1 seconds"
    with serving(slow) as address:
        begun = time.monotonic()
        with pytest.raises(RemoteError, match=says):
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
    answer = body(rows(head=(*DESCRIBED, "digest")))
    with serving(answer) as address, pytest.raises(RemoteError, match="holds no graph of ours"):
        open_endpoint(address)


def test_triples_that_are_none() -> None:
    with pytest.raises(RemoteError, match="no Turtle"):
        read_triples(Endpoint("http://x.example/"), b"<a> <b")


def test_booleans_are_of_one_form() -> None:
    yes = {**cell("1"), "datatype": "http://www.w3.org/2001/XMLSchema#boolean"}
    answer = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": yes}]}}
    ((value,),) = read_rows(Endpoint("http://x.example/"), json.dumps(answer).encode())
    assert value.value == "true"


LIES: dict[str, dict[str, str | None]] = {
    "a layout in words": {"layout": "two"},
    "a day in words": {"speaksUntil": "yesterday"},
    "the first day of all": {"newest": "0001-01-01"},
    "triples in words": {"triples": "many"},
    "no graph": {"graph": None},
}


@pytest.mark.parametrize("how", LIES)
def test_a_description_that_cannot_be_read_is_one_sentence(how: str) -> None:
    said = {name: cell(text) for name, text in {**DESCRIBED, **LIES[how]}.items() if text}
    answer = body(rows(said, head=tuple(DESCRIBED)))
    with serving(answer) as address, pytest.raises(RemoteError, match="of its graph cannot be"):
        open_endpoint(address)


def test_the_description_is_read_when_it_is_right() -> None:
    said = {name: cell(text) for name, text in DESCRIBED.items()}
    with serving(body(rows(said, head=tuple(DESCRIBED)))) as address:
        assert open_endpoint(address).manifest.triples == {"ontology": 7}


def remote(address: str) -> RemoteGraph:
    return RemoteGraph(Endpoint(address, 5), Manifest(2, "1", {}, {}, "2020-01-01", "2020-01-01"))


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("SELECT ?x { ?x ?p ?o }", b'{"head": {}, "boolean": true}'),
        ("SELECT (COUNT(*) AS ?n) (1 AS ?x) { ?s ?p ?o }", rows({"x": cell("1")})),
        ("PREFIX ask: <http://x.example/> ASK { ?s ?p ask:x }", rows()),
    ],
)
def test_what_was_not_asked_for_is_no_answer(query: str, answer: bytes) -> None:
    with serving(body(answer)) as address, pytest.raises(RemoteError, match="what it answers"):
        remote(address).run(query, over="sources")


@pytest.mark.parametrize("held", [True, False])
def test_a_yes_as_virtuoso_gives_it(held: bool) -> None:
    row = {"__ASK_RETVAL": {"type": "typed-literal", "value": "1",
                            "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}  # fmt: skip
    with serving(body(rows(*[row] * held, head=("__ASK_RETVAL",)))) as address:
        assert bool(remote(address).run("ASK { ?s ?p ?o }", over="sources")) is held


def test_quads_that_are_none_are_no_answer() -> None:
    found = {"o": cell("http://x.example/", "uri"), "g": cell("no IRI")}
    node = NamedNode("http://x.example/")
    answer = body(rows(found, head=("o", "g")))
    with serving(answer) as address, pytest.raises(RemoteError, match="is no quad"):
        list(remote(address).quads(node, node, None))


def test_a_pattern_without_a_variable_may_have_a_question_mark() -> None:
    node = NamedNode("http://x.example/?a")
    with serving(body(b'{"head": {}, "boolean": true}')) as address:
        (quad,) = remote(address).quads(node, node, Literal("what?"), node)
    assert (quad.subject, quad.graph_name) == (node, node)


def test_a_query_is_not_run_here_before_it_is_sent() -> None:
    """SERVICE is the endpoint's to ask, as far as it may; from here nobody is asked."""
    asked: list[str] = []

    def other(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        body(GOOD)(handler)

    with serving(other) as elsewhere, serving(body(GOOD)) as address:
        remote(address).run(f"SELECT ?x {{ SERVICE <{elsewhere}> {{ ?x ?p ?o }} }}", over="own")
    assert asked == []


def test_an_address_that_takes_no_updates_is_told_how_to_write_elsewhere() -> None:
    answer = body(b"The URL query parameter query must be set", "text/plain", 400)
    with serving(answer) as address, pytest.raises(RemoteError, match="--graph-store or --update"):
        Endpoint(address).update("DROP SILENT GRAPH <urn:g>")


def test_a_query_that_is_none_gets_the_endpoint_s_own_words() -> None:
    answer = body(b"no such word", "text/plain", 400)
    with serving(answer) as address, pytest.raises(QueryError, match="no such word"):
        remote(address).run("SELEC ?x", over="sources")


@pytest.mark.parametrize("seconds", ["inf", "nan", "1e400", "-1", "0", "soon", "86401"])
def test_a_time_to_wait_that_is_none(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNEGRAF_TIMEOUT", seconds)
    with pytest.raises(UsageError, match="is not a number of seconds"):
        wait()


ADDRESSES = ["http://", "http://[::1/sparql", "http://x:y/", "http://x.example/å", "http://a b/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_none_is_one_sentence(address: str) -> None:
    with pytest.raises(UsageError, match="is not an address") as raised:
        open_endpoint(address)
    assert "\n" not in str(raised.value)


# --- names and passwords


CHALLENGES = [
    ("Basic realm=x",),
    ('Digest realm="x", nonce="NONCE"',),
    ('Digest realm="x", nonce="NONCE", algorithm=KLINGON',),
    ("Negotiate",),
    ("Bearer", 'Digest realm="x", nonce="NONCE"'),
    ("Digest",),
    ("Digest ,,=",),
    ("",),
]


@pytest.mark.parametrize("challenges", CHALLENGES)
@pytest.mark.parametrize("signed", [False, True])
def test_who_is_never_content_with_a_password_is_left(
    challenges: tuple[str, ...], signed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if signed:
        monkeypatch.setenv("KOMMUNEGRAF_USER", "dba")
        monkeypatch.setenv("KOMMUNEGRAF_PASSWORD", "dba")
    with serving(asking(*challenges)) as address:
        with pytest.raises(RemoteError, match="KOMMUNEGRAF_USER"):
            Endpoint(address, 5).rows("SELECT ?x { ?x ?p ?o }", Dataset())
        with pytest.raises(RemoteError, match="KOMMUNEGRAF_USER"):
            GraphStore(address, 5).drop("http://x.example/")


def locked(handler: BaseHTTPRequestHandler) -> None:
    if handler.headers.get("Authorization") == "Basic ZGJhOnNlc2FtZQ==":
        body(GOOD)(handler)
    else:
        body(b"", status=401, WWW_Authenticate="Basic realm=x")(handler)


def test_each_address_is_signed_in_to_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNEGRAF_USER", "dba")
    monkeypatch.setenv("KOMMUNEGRAF_PASSWORD", "sesame")
    with serving(locked) as one, serving(locked) as other:
        GraphStore(one, 5).drop("http://x.example/")
        for address in (other, one):
            assert Endpoint(address, 5).rows("SELECT ?x { ?x ?p ?o }", Dataset()) == GOOD
        # A program that has us for a library keeps its own way of asking.
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(one)


def test_an_answer_without_end_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunegraf.graph.exchange.MOST", 5 << 20)
    with serving(flood(200)) as address, pytest.raises(RemoteError, match="longer than 5 MB"):
        Endpoint(address, 5).rows("SELECT ?x { ?x ?p ?o }", Dataset())
