"""Publishing to a real server: whole, resumed where it was cut off, verified, and asked from there."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest

from kommunegraf.graph.endpoint import Dataset, Endpoint
from kommunegraf.graph.errors import RemoteError
from kommunegraf.graph.graph_store import GraphStore, Updates, Writer
from kommunegraf.graph.publication import MERGED, PUBLISHED, SENDING, Part, parts
from kommunegraf.graph.remote import open_endpoint, read_rows
from kommunegraf.graph.report import run_build
from kommunegraf.graph.sending import Sending
from kommunegraf.graph.store import StoredGraph, open_stored

from .engines import Engine, oxigraph

SMALL = Path(__file__).parent.parent / "graph" / "small"
COMMAND = str(Path(sys.executable).with_name("kommunegraf"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> StoredGraph:
    out = tmp_path_factory.mktemp("small") / "out"
    assert run_build(SMALL, out, pages=False) == 0
    return open_stored(out)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Engine]:
    with oxigraph(tmp_path / "server") as running:
        yield running


@dataclass(frozen=True)
class CutOff(Writer):
    """Writes as another does, until so many requests have added triples."""

    most = 100
    writer: Writer
    requests: int
    added: list[str] = field(default_factory=list)

    def add(self, graph: str, triples: bytes) -> None:
        if len(self.added) == self.requests:
            raise RemoteError("the line is cut")
        self.added.append(graph)
        self.writer.add(graph, triples)

    def put(self, graph: str, triples: bytes) -> None:
        self.writer.put(graph, triples)

    def drop(self, graph: str) -> None:
        self.writer.drop(graph)


def sent(graph: StoredGraph, engine: Engine, writer: Writer, folder: Path) -> Sending:
    sending = Sending(Endpoint(engine.query), writer, graph.manifest)
    for part in parts(graph, folder):
        sending.send(part)
    sending.finish()
    return sending


def published(
    graph: StoredGraph, *arguments: str, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "publish", *arguments, "--store", str(graph.folder)],
        capture_output=True, text=True, check=False, preexec_fn=before,
    )  # fmt: skip


def writer_of(engine: Engine) -> Writer:
    return Updates(Endpoint(engine.write[1]))


def held(engine: Engine, graph: str) -> int:
    endpoint = Endpoint(engine.query)
    body = endpoint.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Dataset([graph]))
    (row,) = read_rows(endpoint, body, ["n"])
    return int(row["n"].value)


def test_a_graph_that_is_there_is_not_sent_again(
    small: StoredGraph, server: Engine, tmp_path: Path
) -> None:
    first = sent(small, server, writer_of(server), tmp_path)
    assert first.sent == first.total > 1000
    assert held(server, MERGED) == len(list(small.quads(None, None, None, None))) - sum(
        small.manifest.triples.values()
    )
    again = sent(small, server, writer_of(server), tmp_path)
    assert (again.sent, again.total) == (0, first.total)


def test_by_the_graph_store_protocol(small: StoredGraph, server: Engine, tmp_path: Path) -> None:
    store = GraphStore(server.query.replace("/query", "/store"), 30)
    assert sent(small, server, store, tmp_path).sent > 1000
    assert open_endpoint(server.query).manifest.speaks_until == small.manifest.speaks_until


@pytest.mark.parametrize("requests", [2, 7, 20])
def test_what_was_cut_off_goes_on_where_it_stopped(
    small: StoredGraph, server: Engine, tmp_path: Path, requests: int
) -> None:
    cut = CutOff(writer_of(server), requests)
    with pytest.raises(RemoteError, match="the line is cut"):
        sent(small, server, cut, tmp_path)
    with pytest.raises(RemoteError, match="being published, or that was cut off"):
        open_endpoint(server.query)
    rest = CutOff(writer_of(server), 10**6)
    whole = sent(small, server, rest, tmp_path)
    expected = sum(-(-part.triples // 100) for part in whole.parts)
    assert len(cut.added + rest.added) <= expected + 1
    assert held(server, MERGED) == whole.parts[-1].triples


def test_a_graph_that_changed_is_replaced(
    small: StoredGraph, server: Engine, tmp_path: Path
) -> None:
    sent(small, server, writer_of(server), tmp_path)
    writer_of(server).add(
        MERGED, b"<http://x.example/> <http://x.example/> <http://x.example/> .\n"
    )
    assert sent(small, server, writer_of(server), tmp_path).sent > 0
    assert held(server, MERGED) == sum(1 for _ in small.quads(None, None, None)) - sum(
        small.manifest.triples.values()
    )


def test_what_arrives_changed_is_noticed(
    small: StoredGraph, server: Engine, tmp_path: Path
) -> None:
    @dataclass(frozen=True)
    class Garbling(Writer):
        most = 100
        writer: Writer

        def add(self, graph: str, triples: bytes) -> None:
            self.writer.add(graph, triples.replace(b'"@nb', b'"@nn'))

        def put(self, graph: str, triples: bytes) -> None:
            self.writer.put(graph, triples)

        def drop(self, graph: str) -> None:
            self.writer.drop(graph)

    with pytest.raises(RemoteError, match="is not there as it was sent"):
        sent(small, server, Garbling(writer_of(server)), tmp_path)
    with pytest.raises(RemoteError, match="being published"):
        open_endpoint(server.query)


def test_the_description_is_removed_before_anything_changes(
    small: StoredGraph, server: Engine, tmp_path: Path
) -> None:
    sent(small, server, writer_of(server), tmp_path)
    assert held(server, PUBLISHED) > 0
    Sending(Endpoint(server.query), writer_of(server), small.manifest)
    assert held(server, PUBLISHED) == 0


def test_chunks_are_the_whole_file(small: StoredGraph, tmp_path: Path) -> None:
    part: Part = next(iter(parts(small, tmp_path)))
    for size in (1, 7, part.triples, part.triples + 1):
        assert b"".join(part.chunks(0, size)) == part.file.read_bytes()
    assert b"".join(part.chunks(5, 10)).count(b"\n") == part.triples - 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["localhost:1"], "is not an address"),
        (
            ["http://localhost:1/", "--update", "http://x/", "--graph-store", "http://x/"],
            "not both",
        ),
        (["http://127.0.0.1:1/sparql"], "nobody answers there"),
        (["http://[::1/sparql"], "is not an address"),
    ],
)
def test_wrong_use_is_one_sentence(small: StoredGraph, arguments: list[str], says: str) -> None:
    done = published(small, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_readme_s_command_publishes_what_is_then_asked(
    built: Path, server: Engine, tmp_path: Path
) -> None:
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
    (line,) = re.findall(r"^kommunegraf (publish .*)", readme, re.MULTILINE)
    arguments = line.replace("http://localhost:7878/query", server.query)
    arguments = arguments.replace("http://localhost:7878/store", server.query[:-5] + "store")
    command = [COMMAND, *arguments.split(), "--store", str(built)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "triples sent" in done.stdout
    for asked in (
        ["query", "members", "--partnership", "ror-ikt", "--at", "2019-12-31"],
        ["sparql", "SELECT (COUNT(*) AS ?n) FROM graph:ontology WHERE { ?s ?p ?o }"],
    ):
        here, there = (
            subprocess.run([COMMAND, *asked, "--store", store], capture_output=True, check=False)
            for store in (str(built), server.query)
        )
        assert here.returncode == 0, here.stderr.decode()
        assert there.stdout == here.stdout, asked


def test_an_endpoint_that_is_not_written_to_is_one_sentence(
    small: StoredGraph, server: Engine
) -> None:
    store = server.query.replace("/query", "/nowhere")
    for write in ([], ["--update", server.query], ["--graph-store", server.query],
                  ["--graph-store", store], ["--update", store]):  # fmt: skip
        done = published(small, server.query, *write)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1, done.stderr
        assert "Traceback" not in done.stderr


def test_a_full_disk_is_one_sentence_and_the_next_try_works(
    small: StoredGraph, server: Engine
) -> None:
    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    writes = ["--update", server.write[1]]
    done = published(small, server.query, *writes, before=fill)
    assert done.returncode == 2
    assert "make room" in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert published(small, server.query, *writes).returncode == 0


def test_stopped_at_any_moment_the_next_try_goes_on(small: StoredGraph, server: Engine) -> None:
    writes = ["--update", server.write[1]]
    command = [COMMAND, "publish", server.query, *writes, "--store", str(small.folder)]
    for signal, code in ((SIGINT, 130), (SIGKILL, -SIGKILL)):
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            while held(server, SENDING) == 0:
                time.sleep(0.01)
            process.send_signal(signal)
            _, said = process.communicate(timeout=20)
        assert process.returncode == code
        assert said == ("kommunegraf: stopped; publish again goes on there\n" * (code == 130))
        with pytest.raises(RemoteError, match="being published"):
            open_endpoint(server.query)
    assert published(small, server.query, *writes).returncode == 0
    assert open_endpoint(server.query).manifest.triples == small.manifest.triples
