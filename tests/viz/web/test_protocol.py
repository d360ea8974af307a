"""The SPARQL 1.1 Protocol, by a table and in its corners."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph as RdflibGraph

from kommunegraf.viz.web.job import Limits
from kommunegraf.viz.web.pool import Pool

from .conftest import Served, serving

CASES = tomllib.loads((Path(__file__).parent / "protocol.toml").read_text("utf-8"))["case"]
QUERY = "SELECT ?o { o:1543-nesset skos:prefLabel ?o }"
PARAMETERS = ("default-graph-uri", "named-graph-uri", "format", "output")


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['q'][:40]} {c.get('accept', '')}")
def test_table(served: Served, case: dict[str, Any]) -> None:
    given = {name: case[name] for name in PARAMETERS if name in case}
    headers = {"accept": case["accept"]} if "accept" in case else {}
    match case.get("how"):
        case "form":
            headers["content_type"] = "application/x-www-form-urlencoded"
            body = urlencode({"query": case["q"], **given}).encode()
            answer = served.post("/sparql", body, **headers)
        case "direct":
            headers["content_type"] = "application/sparql-query; charset=utf-8"
            path = f"/sparql?{urlencode(given)}" if given else "/sparql"
            answer = served.post(path, case["q"].encode(), **headers)
        case _:
            path = f"/sparql?{urlencode({'query': case['q'], **given})}"
            answer = served.get(path, **headers)
    assert (answer.status, answer.type) == (case["status"], case["type"]), answer.text[:300]
    assert case.get("holds", "") in answer.text


@pytest.mark.parametrize(
    ("method", "kind", "body", "status"),
    [
        ("POST", "application/sparql-update", b"INSERT DATA {}", 403),
        ("POST", "application/x-www-form-urlencoded", b"update=CLEAR+ALL", 403),
        ("POST", "application/x-www-form-urlencoded", b"query=ASK{}&query=ASK{}", 400),
        ("POST", "application/x-www-form-urlencoded", b"query=%ff", 400),
        ("POST", "application/x-www-form-urlencoded", b"query=%zz", 400),
        ("POST", "application/x-www-form-urlencoded", b"", 400),
        ("POST", "application/sparql-query", b"\xff\xfe", 400),
        ("POST", "application/sparql-query; charset=latin1", b"ASK{}", 415),
        ("POST", "text/plain", b"ASK{}", 415),
        ("POST", "application/json", b"{}", 415),
        ("PUT", "application/sparql-query", b"ASK{}", 405),
        ("DELETE", "application/sparql-query", b"ASK{}", 405),
        ("PATCH", "application/sparql-query", b"ASK{}", 405),
    ],
)
def test_refused(served: Served, method: str, kind: str, body: bytes, status: int) -> None:
    answer = served.send(method, "/sparql", {"content-type": kind}, body)
    assert answer.status == status
    assert answer.type == "text/plain"
    assert len(answer.text.strip().splitlines()) >= 1
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("query", ["update=CLEAR+ALL", "query=%zz", "query=%ff", "query=a&query=b"])
def test_refused_by_get(served: Served, query: str) -> None:
    assert served.get(f"/sparql?{query}").status in (400, 403)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/turtle"), ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)  # fmt: skip
def test_without_a_query_the_service_describes_itself(
    served: Served, accept: str, kind: str
) -> None:
    answer = served.get("/sparql", **({"accept": accept} if accept else {}))
    assert (answer.status, answer.type) == (200, kind)
    if kind == "text/turtle":
        said = {triple.object.value for triple in parse(answer.body, RdfFormat.TURTLE)}
        assert "http://www.w3.org/ns/sparql-service-description#Service" in said
        assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in said
        assert f"{served.base}/sparql" in said
        other = served.get("/sparql", host="LocalHost:80")
        assert "<http://localhost:80/sparql>" in other.text


def test_a_browser_that_opens_a_query_gets_the_editor(served: Served) -> None:
    answer = served.sparql(QUERY, "text/html,application/xml;q=0.9,*/*;q=0.8")
    assert answer.type == "text/html"


def test_a_browser_that_names_a_format_gets_it(served: Served) -> None:
    answer = served.sparql(QUERY, "text/html,application/xml;q=0.9,*/*;q=0.8", format="csv")
    assert (answer.status, answer.type) == (200, "text/csv")


def test_the_address_of_an_iri_is_encoded_once(served: Served) -> None:
    answer = served.get("/id/org/%C3%A6-b%23c%25d", accept="text/html")
    assert (answer.status, answer.headers["location"]) == (303, "/thing/o/%C3%A6-b%23c%25d")


def test_half_of_a_pair_in_an_iri_ends_no_process(served: Served) -> None:
    query = "SELECT * { SERVICE <http://127.0.0.1/\\uD800> { ?a ?b ?c } }"
    answer = served.sparql(query)
    assert (answer.status, answer.type) == (400, "text/plain")
    assert served.sparql(QUERY).status == 200


def test_head_is_get_without_the_body(served: Served) -> None:
    path = f"/sparql?{urlencode({'query': QUERY})}"
    got, head = served.get(path), served.ask("HEAD", path)
    assert head.status == 200
    assert head.body == b""
    assert head.headers["content-length"] == str(len(got.body))
    for name in ("content-type", "etag", "vary", "cache-control"):
        assert head.headers[name] == got.headers[name]
    again = served.ask("HEAD", path, if_none_match=got.headers["etag"])
    assert (again.status, again.headers["etag"]) == (304, got.headers["etag"])


def test_options_names_the_methods(served: Served) -> None:
    for path in ("/sparql", "/", "/api/questions", "/thing/o/1543-nesset"):
        answer = served.ask("OPTIONS", path)
        assert answer.status == 204
        assert "GET" in answer.headers["allow"]
    assert served.ask("OPTIONS", "/nothing").status == 404


def test_an_answer_that_the_client_has_is_not_sent_again(served: Served) -> None:
    path = f"/sparql?{urlencode({'query': QUERY})}"
    first = served.get(path)
    tag = first.headers["etag"]
    again = served.get(path, if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
    assert "Accept" in again.headers["vary"]
    assert again.headers["etag"] == tag
    assert served.get(path, if_none_match='"other"').status == 200
    assert served.get(path, if_none_match=tag, accept="text/csv").status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/thing/o/no-such-thing", 404), ("/sparql?query=nonsense", 400), ("/static/nothing.js", 404),
        ("/thing/o/1543-nesset", 304), ("/sparql?query=ASK%7B%7D", 304), ("/static/style.css", 304),
        ("/sparql?query=SELECT*%7B%3Fs%3Fp%3Fo%7D", 304), ("/api/openapi.json", 304),
    ],
)  # fmt: skip
def test_any_answer_is_one_that_there_is(served: Served, path: str, status: int) -> None:
    for _ in range(3):  # as it is made, and as it is kept
        answer = served.get(path, if_none_match="*")
        assert answer.status == status
        assert status != 304 or (answer.headers["etag"] and not answer.body)


def test_a_tag_is_compared_as_a_whole(served: Served) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/static/style.css"):
        tag = served.get(path).headers["etag"]
        for known in (tag, f"W/{tag}", f'"x", {tag}', f'"x",W/{tag} , "y"'):
            assert served.get(path, if_none_match=known).status == 304, known
        for known in (tag[:-2] + '"', f'"x{tag[1:]}', tag.strip('"'), '"*"'):
            assert served.get(path, if_none_match=known).status == 200, known


def test_a_tag_is_of_what_the_service_shows(served: Served, built: Path) -> None:
    """A browser that has seen a page with staff does not keep it for a service without."""
    path, query = "/thing/o/ror-ikt", "/sparql?query=ASK%7B%7D"
    for option in (("--staff",), ("--allow-service", "http://127.0.0.1:9/")):
        with serving(built, "--workers", "1", *option) as other:
            for one in (path, query):
                tag = other.get(one, accept="text/html,*/*;q=0.1").headers.get("etag", "")
                if one == path:
                    assert tag
                assert (
                    served.get(one, accept="text/html,*/*;q=0.1", if_none_match=tag).status == 200
                )


def test_a_tag_is_of_the_program_and_the_build(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def key(*, staff: bool = False, services: tuple[str, ...] = ()) -> bytes:
        return Pool(built, 1, Limits(services=services), staff=staff).key

    keys = {asyncio.run(key()), asyncio.run(key(staff=True)), asyncio.run(key(services=("a",)))}
    assert asyncio.run(key()) in keys
    monkeypatch.setattr("kommunegraf.viz.web.pool.version", lambda _: "99")
    keys.add(asyncio.run(key()))
    assert len(keys) == 4


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?n) {}", "SELECT (NOW() AS ?n) {}"])
def test_what_changes_is_not_kept(served: Served, query: str) -> None:
    first, second = served.sparql(query), served.sparql(query)
    assert first.body != second.body
    assert "etag" not in first.headers


def test_all_formats_of_triples_hold_the_same(served: Served) -> None:
    query = "CONSTRUCT WHERE { o:1543-nesset ?p ?o }"
    counts = {
        name: len(RdflibGraph().parse(data=served.sparql(query, format=name).body, format=parser))
        for name, parser in (
            ("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld"),
        )
    }  # fmt: skip
    assert len(set(counts.values())) == 1, counts
    assert counts["ttl"] > 10


def test_large_answers_come_whole_and_in_parts(served: Served) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 60000"
    answer = served.sparql(query, "text/csv")
    assert answer.status == 200
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.body.count(b"\r\n") >= 60001
    assert served.ask("HEAD", f"/sparql?{urlencode({'query': query})}").status == 200
    assert served.sparql(QUERY).status == 200
