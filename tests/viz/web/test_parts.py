"""The small parts: content negotiation, frames, kept answers, addresses."""

from __future__ import annotations

import ast
import socket
from pathlib import Path
from typing import cast

import orjson
import pytest

from kommunegraf.graph.errors import QueryError
from kommunegraf.graph.store import StoredGraph
from kommunegraf.graph.tokens import Token
from kommunegraf.graph.tokens import iri_of as token_iri
from kommunegraf.ontology.namespaces import PREFIXES
from kommunegraf.queries.catalogue import all_questions
from kommunegraf.viz.web import sparql, wire
from kommunegraf.viz.web.cache import LARGEST, Cache
from kommunegraf.viz.web.called import about_of
from kommunegraf.viz.web.engine import Out, _explain
from kommunegraf.viz.web.links import iri_at, iri_of, outside, path_of
from kommunegraf.viz.web.negotiate import GRAPHS, HTML, ROWS, choose, named
from kommunegraf.viz.web.protocol import fields
from kommunegraf.viz.web.refusal import RefusalError
from kommunegraf.viz.web.refusal_words import SENTENCES, in_language
from kommunegraf.viz.web.replies import Reply

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "json"), ("*/*", "json"), ("text/csv", "csv"), ("TEXT/CSV ; Q=1", "csv"),
        ("text/*", "csv"), ("text/*;q=0.5, application/*", "json"), ("text/xml", "xml"),
        ("application/sparql-results+xml;q=0.1, text/csv;q=0.2", "csv"),
        ("text/csv;q=0", None), ("text/csv;q=0, */*", "json"), ("text/csv;q=x", None),
        ("text/csv;q=1.0001", None), ("image/*", None), ("nonsense", None), (",,;", None),
        ("text/csv;q=.2, text/xml;q=0.1", "csv"), ("text/csv;q=.", None),
        ("application/json;q=0.5, text/csv;q=0.5", "csv"), ("*/*;q=0.001", "json"),
        ("application/sparql-results+json;profile=x;q=0.9, text/csv;q=0.8", "json"),
    ],
)  # fmt: skip
def test_what_the_client_likes_best(accept: str, wanted: str | None) -> None:
    chosen = choose(accept, ROWS)
    assert (chosen.name if chosen else None) == wanted


def test_browsers_get_pages() -> None:
    assert choose(CHROME, (*ROWS, HTML)) is HTML
    assert choose(CHROME, (*GRAPHS, HTML)) is HTML
    assert choose("*/*", (*GRAPHS, HTML)) is GRAPHS[0]


def test_names_of_formats() -> None:
    for one in (*ROWS, *GRAPHS):
        offers = ROWS if one in ROWS else GRAPHS
        assert named(one.name.upper(), offers) is one
        assert named(one.media, offers) is one
    assert named("exe", ROWS) is None


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"a=b", [("a", "b")]), (b"a=%C3%A6+%2B", [("a", "æ +")]), (b"&&a&b=", [("a", ""), ("b", "")]),
        (b"a=\\x41\\N{DASH}\\", [("a", "\\x41\\N{DASH}\\")]), (b"a=%5Cx41", [("a", "\\x41")]),
        (b"a=\xc3\xa6", [("a", "æ")]), (b"a=1=2", [("a", "1=2")]), (b"", []),
        (b"a=%00%0A", [("a", "\0\n")]),
    ],
)  # fmt: skip
def test_fields(encoded: bytes, plain: list[tuple[str, str]]) -> None:
    assert list(fields(encoded)) == plain


@pytest.mark.parametrize(
    "encoded", [b"a=%", b"a=%4", b"%zz=1", b"a=%ff", b"a=\xff", b"a=%ED%A0%80", b"a=%\n"]
)
def test_fields_that_cannot_be_read(encoded: bytes) -> None:
    with pytest.raises(RefusalError) as refused:
        list(fields(encoded))
    assert refused.value.status == 400


def test_a_form_has_so_many_fields() -> None:
    assert len(list(fields(b"&".join([b"a=1"] * 200)))) == 200
    with pytest.raises(RefusalError) as refused:
        list(fields(b"&".join([b"a=1"] * 201)))
    assert refused.value.status == 400


def test_half_of_a_pair_is_no_sign() -> None:
    text = "<http://x/\\uD800\\U0000DFFF\\u00E6>"
    assert token_iri(Token("iri", text, 0)) == "http://x/\ufffd\ufffdæ"


def test_a_large_piece_is_cut_into_parts() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        out = Out(ours, 1)
        out.begin(200, ())
        out.write(b"x" * (wire.PART_SIZE + 1))
        out.end()
        ours.shutdown(socket.SHUT_WR)
        data = b"".join(iter(lambda: theirs.recv(1 << 16), b""))
    got = [(kind, len(payload)) for kind, _, payload in wire.Unpacker().take(data)]
    assert got[1:] == [(wire.PART, wire.PART_SIZE), (wire.PART, 1), (wire.END, 0)]


@pytest.mark.parametrize("size", [1, 3, 7, 13, 100, 10_000])
def test_frames_come_whole_however_they_are_cut(size: int) -> None:
    sent = [(wire.JOB, 1, b""), (wire.PART, 2**40, b"x" * 999), (wire.END, 3, b"\0\1\2")]
    data = b"".join(wire.frame(*one) for one in sent)
    unpacker = wire.Unpacker()
    got = [one for at in range(0, len(data), size) for one in unpacker.take(data[at : at + size])]
    assert got == sent


def test_heads() -> None:
    payload = wire.head(200, [("a", "æ")]) + b"body"
    assert wire.read_head(payload) == (200, '[["a","æ"]]'.encode(), b"body")


def test_the_cache_keeps_within_its_room() -> None:
    cache = Cache(room=10_000)
    for number in range(100):
        cache.put(number, Reply(200, [], b"x" * 1000), 10)
        assert cache.get(number) is None  # it may never be asked again
        cache.put(number, Reply(200, [], b"x" * 1000), 10)
        assert cache.get(number) is not None
    assert cache.get(0) is None
    kept = [number for number in range(100) if cache.get(number)]
    assert 3 <= len(kept) <= 9
    assert kept == list(range(100 - len(kept), 100))
    for _ in range(2):
        cache.put("large", Reply(200, [], b"x" * LARGEST), 0)
    assert cache.get("large") is None
    cache.clear()
    assert cache.get(99) is None


def test_addresses_of_things_are_theirs_alone() -> None:
    for prefix, space in PREFIXES.items():
        iri = space + "a-b_c.d"
        path = path_of(iri)
        _, _, shown, local = path.split("/", 3)
        assert iri_of(shown, local) == iri, prefix
    assert path_of("https://w3id.org/kommunegraf/id/org/1543-nesset") == "/thing/o/1543-nesset"
    assert path_of("https://evil.example/x") == ""
    assert path_of(PREFIXES["o"] + "<script>\"'") == "/thing/o/%3Cscript%3E%22'"
    assert iri_at("/id/org/x") == PREFIXES["o"] + "x"
    assert iri_of("nothing", "x") == iri_of("o", "") == ""
    assert outside("javascript:alert(1)") == outside("data:text/html,x") == ""


def test_a_lack_of_memory_is_told_as_every_error_is() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        _explain(MemoryError(), Out(ours, 1))
        ((kind, _, payload),) = wire.Unpacker().take(theirs.recv(1 << 16))
    status, headers, body = wire.read_head(payload)
    assert (kind, status) == (wire.WHOLE, 503)
    assert dict(orjson.loads(headers))["x-problem"]
    assert b"memory" in body


@pytest.mark.parametrize("error", [RuntimeError, OSError, ValueError])
def test_what_the_engine_cannot_run_is_the_askers_matter(error: type[Exception]) -> None:
    class Failing:
        reach = None
        store = property(lambda self: self)

        def query(self, *_: object, **__: object) -> object:
            raise error("no")

    asked = {"query": "ASK {}", "default": (), "named": (), "services": (), "rows": "json"}
    with pytest.raises(QueryError, match="cannot be run: no"):
        sparql.answer(cast("StoredGraph", Failing()), asked, cast("Out", None))


def test_refusals_in_norwegian_are_of_sentences_that_there_are() -> None:
    said = {
        _template(node)
        for file in Path(wire.__file__).parent.glob("*.py")
        if file.name != "refusal_words.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
    }
    takes = {"takes none", "takes {}"}
    for english, norwegian in SENTENCES.items():
        assert english.count("{}") == norwegian.count("{}")
        head, _, end = english.rpartition("takes ")
        assert english in said or ("takes " + end in takes and head + "{}" in said), english
    assert in_language("the graph does not know {0} %s\n", "nb") == (
        "grafen kjenner ikke {0} %s\n", "nb",
    )  # fmt: skip
    assert in_language("something else", "nb") == ("something else", "en")


def _template(node: ast.AST) -> str:
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(values):
            return "".join(
                _template(one) if isinstance(one, ast.Constant) else "{}" for one in values
            )
    return ""


def test_what_is_said_of_parameters_is_in_the_language_of_the_page() -> None:
    said = {
        (question.header.name, p.name): p
        for question in all_questions()[0]
        for p in question.header.parameters
    }
    at, partnership = said["members", "at"], said["members", "partnership"]
    assert about_of(at, "nb") == ("dagen svaret gjelder", "nb")
    assert about_of(at, "en") == (at.about, "en")
    assert about_of(partnership, "nb") == ("", "nb")  # its name says it already
    assert about_of(said["members", "standing"], "nb")[1] == "nb"
