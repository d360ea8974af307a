"""Sending, cut off at every request, beside another, and again: what is published is whole."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.endpoint import Dataset, Endpoint
from kommunegraf.graph.errors import RemoteError
from kommunegraf.graph.graph_store import Writer
from kommunegraf.graph.publication import DESCRIPTION, MERGED, PUBLISHED, SENDING, Part
from kommunegraf.graph.remote import read_manifest, read_rows
from kommunegraf.graph.sending import Sending
from kommunegraf.ontology.namespaces import GRAPH

Build = Mapping[str, int]
OLD: Build = {"a": 10, "gone": 4, "merged": 14}
MANIFEST = Manifest(2, "1", {}, {}, "2020-01-01", "2020-01-01")
NEW: Build = {"a": 12, "b": 5, "merged": 17}


def lines(name: str, size: int) -> list[bytes]:
    """The triples of a graph, other ones for another size."""
    return [
        f'<http://x.example/{name}{n}> <http://x.example/p> "{size}" .\n'.encode()
        for n in range(size)
    ]


@dataclass
class Line:
    """Counts requests; the one numbered `at` is lost, or done and its answer lost, or half done.

    Without a loss, `meanwhile` happens before that one.
    """

    at: int = -1
    loss: str = ""
    meanwhile: Callable[[], None] = lambda: None
    number: int = 0

    def request(self, do: Callable[[], bytes], half: Callable[[], object] = lambda: None) -> bytes:
        self.number += 1
        if self.number != self.at:
            return do()
        if not self.loss:
            self.meanwhile()
            return do()
        if self.loss == "answer":
            do()
        elif self.loss == "half":
            half()
        raise RemoteError("the line is cut")


@dataclass(frozen=True)
class Server:
    """An engine in memory, and its writer, over a line."""

    store: Store = field(default_factory=Store)

    def publish(
        self, build: Build, folder: Path, line: Line | None = None, *, again: bool = False
    ) -> Sending:
        line = line or Line()
        asked = Asked("http://x.example/", store=self.store, line=line)
        sending = Sending(asked, Written(self.store, line), MANIFEST, again=again)
        for name, size in build.items():
            data = b"".join(lines(name, size))
            file = folder / f"{name}-{size}.nt"
            file.write_bytes(data)
            sending.send(Part(GRAPH + name, file, size, hashlib.sha256(data).hexdigest()))
            file.unlink(missing_ok=True)
        sending.finish()
        return sending

    def held(self) -> dict[str, set[bytes]]:
        """The triples by graph; without what publications say of themselves."""
        found: dict[str, set[bytes]] = {}
        for quad in self.store:
            triple = f"{quad.triple} .\n".encode()
            found.setdefault(str(quad.graph_name)[1:-1].removeprefix(GRAPH), set()).add(triple)
        return {name: found[name] for name in found if name not in ("published", "sending")}

    def described(self) -> Manifest | None:
        asked = Asked("http://x.example/", store=self.store, line=Line())
        return read_manifest("", read_rows(asked, asked.rows(DESCRIPTION, Dataset([PUBLISHED]))))

    def holds(self, build: Build, *, more: bool = False) -> bool:
        """Whether the graphs of a build are there as they should be, and no other, or perhaps."""
        held = {name: triples for name, triples in self.held().items() if name in build or not more}
        return held == {name: {*lines(name, size)} for name, size in build.items()}


@dataclass(frozen=True)
class Asked(Endpoint):
    store: Store = field(default_factory=Store)
    line: Line = field(default_factory=Line)

    def rows(self, text: str, dataset: Dataset) -> bytes:
        def ask() -> bytes:
            graphs = [NamedNode(graph) for graph in dataset.default]
            found = self.store.query(text, default_graph=graphs)  # type: ignore[arg-type]
            assert isinstance(found, QuerySolutions)
            return found.serialize(format=QueryResultsFormat.JSON) or b""

        return self.line.request(ask)


@dataclass(frozen=True)
class Written(Writer):
    most: ClassVar[int] = 3
    store: Store
    line: Line

    def add(self, graph: str, triples: bytes) -> None:
        self.line.request(
            lambda: self._add(graph, triples),
            # not its first triples, but any
            lambda: self._add(graph, b"".join(triples.splitlines(keepends=True)[1::2])),
        )

    def put(self, graph: str, triples: bytes) -> None:
        def put() -> bytes:
            self.store.remove_graph(NamedNode(graph))
            return self._add(graph, triples)

        self.line.request(put)

    def drop(self, graph: str) -> None:
        def drop() -> bytes:
            self.store.remove_graph(NamedNode(graph))
            return b""

        self.line.request(drop)

    def _add(self, graph: str, triples: bytes) -> bytes:
        self.store.load(triples, RdfFormat.N_TRIPLES, to_graph=NamedNode(graph))
        return b""


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("loss", ["request", "answer", "half"])
def test_cut_off_at_any_request_it_is_whole_or_says_so_and_the_next_try_works(
    loss: str, again: bool, tmp_path: Path
) -> None:
    for at in count(1):
        server = Server()
        server.publish(OLD, tmp_path)
        try:
            server.publish(NEW, tmp_path, Line(at, loss), again=again)
        except RemoteError:
            if server.described() is not None:
                assert server.holds(OLD) or server.holds(NEW), at
            assert server.publish(NEW, tmp_path).total == sum(NEW.values())
            assert server.holds(NEW), at
            assert server.described() is not None
        else:
            assert at > 20
            return


def test_cut_off_in_each_try_it_comes_to_an_end(tmp_path: Path) -> None:
    server = Server()
    for _ in range(30):
        try:
            server.publish(NEW, tmp_path, Line(12, "half"))
        except RemoteError:
            continue
        break
    assert server.holds(NEW)


@pytest.mark.parametrize("until", [6, 11, 17, 10**6])
def test_two_at_once_end_whole_or_say_so_and_the_next_try_works(until: int, tmp_path: Path) -> None:
    for at in count(1):
        server = Server()
        server.publish({"a": 3, "merged": 3}, tmp_path)

        def other(server: Server = server) -> None:
            with contextlib.suppress(RemoteError):
                server.publish(OLD, tmp_path, Line(until, "answer"))

        line = Line(at, meanwhile=other)
        with contextlib.suppress(RemoteError):
            server.publish(NEW, tmp_path, line)
        if server.described() is not None:
            assert server.holds(OLD, more=True) or server.holds(NEW, more=True), at
        server.publish(NEW, tmp_path)
        # A graph of the other's may be forgotten; what is asked is whole.
        assert server.holds(NEW, more=True), at
        if line.number < at:
            return


def test_a_graph_that_is_no_longer_in_the_build_goes_also_after_again(tmp_path: Path) -> None:
    server = Server()
    server.publish(OLD, tmp_path)
    server.publish(NEW, tmp_path, again=True)
    assert server.holds(NEW)


def test_what_was_removed_is_not_noted_any_more(tmp_path: Path) -> None:
    server = Server()
    server.publish(OLD, tmp_path)
    server.publish(NEW, tmp_path)
    noted = {
        quad.subject
        for quad in server.store.quads_for_pattern(None, None, None, NamedNode(SENDING))
    }
    assert noted == {NamedNode(GRAPH + name) for name in NEW}
    # It is the other program's by now, or another's.
    server.store.load(lines("gone", 1)[0], RdfFormat.N_TRIPLES, to_graph=NamedNode(GRAPH + "gone"))
    server.publish(NEW, tmp_path)
    assert "gone" in server.held()


def test_what_arrived_changed_is_sent_anew_by_the_next_try(tmp_path: Path) -> None:
    server = Server()
    server.publish(NEW, tmp_path)
    graph = NamedNode(MERGED)
    for quad in list(server.store.quads_for_pattern(None, None, None, graph))[-8:]:
        server.store.remove(quad)
    other = b"".join(b"<http://y.example/%d> <http://y.example/p> 1 .\n" % n for n in range(8))
    server.store.load(other, RdfFormat.TURTLE, to_graph=graph)
    with pytest.raises(RemoteError, match="is not there as it was sent"):
        server.publish(NEW, tmp_path)
    assert server.described() is None
    server.publish(NEW, tmp_path)
    assert server.holds(NEW)


@pytest.mark.parametrize(("size", "looked_for"), [(0, 0), (1, 1), (100, 100), (101, 51),
                                                  (150, 75), (199, 100), (1000, 100)])  # fmt: skip
def test_a_sample_is_of_a_hundred_at_the_most(size: int, looked_for: int, tmp_path: Path) -> None:
    file = tmp_path / "x.nt"
    file.write_bytes(b"".join(lines("x", size)))
    sample = Part("x", file, size, "").sample()
    assert len(sample) == looked_for
    assert sample[-1:] == lines("x", size)[-1:]


@pytest.mark.parametrize(
    "says",
    [
        '{"head": {"vars": ["n", "graph", "digest"]}, "results": {"bindings": [{}]}}',
        '{"head": {"vars": ["n"]}, "results": {"bindings": []}}',
        '{"head": {}, "boolean": true}',
    ],
)
def test_a_server_that_answers_anything_is_one_sentence(says: str, tmp_path: Path) -> None:
    class Liar(Asked):
        def rows(self, text: str, dataset: Dataset) -> bytes:
            return says.encode()

    with pytest.raises(RemoteError, match="what it answers is"):
        Sending(Liar("http://x.example/"), Written(Store(), Line()), MANIFEST)


def test_a_number_of_triples_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    class Liar(Asked):
        def rows(self, text: str, dataset: Dataset) -> bytes:
            cell = '{"n": {"type": "literal", "value": "many"}}' if "COUNT" in text else ""
            head = '["n", "graph", "digest"]'
            return f'{{"head": {{"vars": {head}}}, "results": {{"bindings": [{cell}]}}}}'.encode()

    sending = Sending(Liar("http://x.example/"), Written(Store(), Line()), MANIFEST)
    with pytest.raises(RemoteError, match=r"no (number of triples|note)"):
        sending.send(Part("http://x.example/g", tmp_path / "x.nt", 1, "1"))
