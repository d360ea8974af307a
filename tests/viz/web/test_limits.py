"""Hostile queries and requests: each has its answer, and the next question is answered as ever."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from .conftest import Served, alive

QUERY = "SELECT ?o { o:1543-nesset skos:prefLabel ?o }"
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }"
BOMB = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a"


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def well(service: Served) -> None:
    """The next question is answered as if nothing had been."""
    answer = service.sparql(QUERY)
    assert answer.status == 200
    assert "Nesset" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        CARTESIAN,
        "SELECT (COUNT(*) AS ?n) { ?a (!rdf:nil)+ ?b . ?b (!rdf:nil|^!rdf:nil)* ?c }",
        "SELECT (COUNT(?x) AS ?n) { ?x ?p ?v . ?y ?q ?w "
        'FILTER(REGEX(CONCAT(STR(?v), STR(?w)), "^(([a-z])+.)+[A-Z]([a-z])+$")) }',
        'SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f FILTER(STR(?a) = CONCAT(STR(?d), STR(?f), "!")) }',
    ],
    ids=["cartesian", "paths", "regular expressions", "nothing found"],
)
def test_a_query_that_runs_too_long_is_stopped(tight: Served, query: str) -> None:
    before = set(tight.wait_for_children(3))
    began = time.monotonic()
    answer = tight.sparql(query)
    assert answer.status == 503
    assert "ran longer than 1 seconds" in answer.text or "memory" in answer.text
    assert time.monotonic() - began < 4
    well(tight)
    # Its process is really gone, and another stands in its place.
    until(lambda: len(before - set(tight.children())) == 1 and len(tight.children()) == 3)


def test_a_query_that_takes_too_much_memory_is_stopped(tight: Served) -> None:
    tight.wait_for_children(3)
    answer = tight.sparql(BOMB)
    assert answer.status == 503
    assert "memory" in answer.text or "longer" in answer.text
    well(tight)


def test_what_the_engine_cannot_sort_is_told_as_such(served: Served) -> None:
    """Oxigraph aborts when it sorts very mixed values; the sentence says what to write instead."""
    answer = served.sparql("SELECT ?o { ?s ?p ?o } ORDER\nBY ?o")
    assert answer.status in (200, 503)
    if answer.status == 503:
        assert "ORDER BY STR(?x)" in answer.text
    well(served)


def test_others_notice_nothing(tight: Served) -> None:
    tight.wait_for_children(3)
    answers: list[int] = []
    heavy = [
        threading.Thread(target=lambda: answers.append(tight.sparql(CARTESIAN).status))
        for _ in range(2)
    ]
    for thread in heavy:
        thread.start()
    spent: list[float] = []
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        began = time.monotonic()
        answer = tight.sparql(f"{QUERY} # {len(spent)}")
        assert answer.status == 200
        spent.append(time.monotonic() - began)
    for thread in heavy:
        thread.join()
    assert answers == [503, 503]
    assert statistics.median(spent) < 0.2
    assert len(spent) > 5


def test_when_all_are_busy_the_next_waits_its_turn(tight: Served) -> None:
    tight.wait_for_children(3)
    heavy = [threading.Thread(target=lambda: tight.sparql(CARTESIAN)) for _ in range(3)]
    for thread in heavy:
        thread.start()
    time.sleep(0.2)
    well(tight)
    for thread in heavy:
        thread.join()


def test_a_client_that_leaves_takes_its_query_with_it(served: Served) -> None:
    before = set(served.wait_for_children(4))
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        path = f"/sparql?{urlencode({'query': CARTESIAN})}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        time.sleep(0.6)
    until(lambda: len(before - set(served.children())) == 1)
    well(served)


def test_an_answer_that_is_stopped_midway_is_cut(tight: Served) -> None:
    """The client can tell: the last chunk never comes."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with socket.create_connection(("127.0.0.1", tight.port), timeout=15) as connection:
        path = f"/sparql?{urlencode({'query': query})}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head, tail = b"", b""
        while data := connection.recv(1 << 20):
            head = head or data
            tail = (tail + data)[-50:]
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert not tail.endswith(b"0\r\n\r\n")
    well(tight)


def test_a_client_that_reads_slowly_costs_little(served: Served) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", served.port))
        path = f"/sparql?{urlencode({'query': query})}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        time.sleep(1.5)
        status = Path(f"/proc/{served.process.pid}/status").read_text()
        used = int((re.search(r"VmRSS:\s+(\d+)", status) or ["", "0"])[1]) >> 10
        assert used < 150
        well(served)
    well(served)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * { " + "{" * 300 + "}" * 300 + " }", 400),
        ("SELECT * { ?a ?b ?c " + "OPTIONAL { ?a ?b ?c " * 400 + "}" * 400 + " }", 400),
        ("SELECT * { ?a ?b ?c FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }", 400),
        ("SELECT * { ?a " + "/".join(["rdf:type"] * 5000) + " ?c }", 400),
        ("SELECT" + " ?x" * 200_000, 400),
        ("SELECT * { ?a ?b '" + "x" * 900_000 + "' }", 200),
        ("SELECT * { ?a ?b \u0000 ?c }", 400),
        ("SELECT * { ?a ?b \\u0020 ?c }", 400),
        ("(" * 100_000, 400),
        ("\ufeffASK {}", 400),
    ],
    ids=range(10),
)
def test_strange_texts(served: Served, query: str, status: int) -> None:
    answer = served.post("/sparql", query.encode(), content_type="application/sparql-query")
    assert answer.status == status, answer.text[:300]
    assert len(answer.body) < 5000
    well(served)


def test_ten_megabytes(tight: Served) -> None:
    body = b"SELECT * { ?s ?p '" + b"x" * (10 << 20) + b"' }"
    for kind in ("application/sparql-query", "application/x-www-form-urlencoded"):
        # One that is refused before all was sent may lose the answer.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            assert tight.post("/sparql", body, content_type=kind).status == 413
        well(tight)
    assert tight.get(f"/sparql?query={quote('x' * 70_000)}").status == 414


def test_a_body_that_is_packed(served: Served) -> None:
    answer = served.post(
        "/sparql", b"ASK {}", content_type="application/sparql-query", content_encoding="gzip"
    )
    assert answer.status == 415
    assert "Content-Encoding" in answer.text


RAW = {
    b"NONSENSE\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n\r\n": 421,
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n": 421,
    b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n": 400,
    b"GET /%ff HTTP/1.1\r\nHost: localhost\r\n\r\n": 400,
    b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n": 400,
    b"GET /thing/o/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET /static/../../pool.py HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET /static/%2e%2e/%2e%2e/pool.py HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET /views/..%2f..%2fbuild.json HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n": 431,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 700_000 + b"\r\n\r\n": 431,
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 200 + b"\r\n": 431,
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n": 414,
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\nASK{}": 400,
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n": 413,
    b"BREW /sparql HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"DELETE /api/questions HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n": 200,
}


@pytest.mark.parametrize("sent", RAW, ids=lambda b: repr(b[:40]))
def test_malformed_requests(served: Served, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        answer = b""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        with contextlib.suppress(ConnectionResetError):
            answer = connection.recv(4096)
    # One that is larger than the server's buffer is cut off, and may lose its answer.
    lost = len(sent) > 512 << 10 and not answer
    assert answer.startswith(f"HTTP/1.1 {RAW[sent]} ".encode()) or lost, answer[:200]
    well(served)


@pytest.fixture(scope="module", autouse=True)
def silent(served: Served) -> Iterator[socket.socket]:
    """A client that stops sending amid its request; it waits while the others here are tested."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/sparql-query\r\n\r\nASK"
        )
        yield connection


def test_a_body_that_does_not_come(served: Served, silent: socket.socket) -> None:
    """A client that stops sending is told so and let go of, and holds nobody up meanwhile."""
    well(served)
    answer = b"".join(iter(lambda: silent.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 "), answer
    assert b"the request took too long to come" in answer
    well(served)


def test_a_process_that_is_killed_is_replaced(served: Served) -> None:
    victims = served.wait_for_children(4)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in victims))
    well(served)
    until(lambda: len(served.children()) == 4)
