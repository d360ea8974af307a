"""How the service begins, goes over to a new build, and ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .conftest import COMMAND, Served, alive, serving

QUERY = "SELECT ?o { o:1543-nesset skos:prefLabel ?o }"


def refused(*options: str) -> tuple[int, str]:
    done = subprocess.run(
        [COMMAND, "serve", *options], capture_output=True, text=True, timeout=20, check=False
    )
    return done.returncode, done.stderr


def test_a_port_that_is_taken(built: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused("--store", str(built), "--port", str(port))
    assert code == 2
    assert said.startswith(f"kommunegraf: port {port} on 127.0.0.1 is taken")
    assert len(said.splitlines()) == 1


def test_a_port_that_another_service_has(served: Served, built: Path) -> None:
    assert refused("--store", str(built), "--port", str(served.port))[0] == 2


def test_no_graph(tmp_path: Path) -> None:
    code, said = refused("--store", str(tmp_path))
    assert code == 2
    assert "there is no graph here" in said


def test_a_store_that_cannot_be_opened(built: Path, tmp_path: Path) -> None:
    build = tmp_path / "build-1"
    (build / "store").mkdir(parents=True)
    shutil.copy((built / "current").resolve() / "build.json", build)
    (tmp_path / "current").symlink_to("build-1")
    code, said = refused("--store", str(tmp_path), "--port", "0")
    assert code == 2
    assert "cannot be opened" in said


def test_an_address_is_no_folder() -> None:
    code, said = refused("--store", "http://127.0.0.1:1/sparql")
    assert code == 2
    assert "needs the graph in a folder" in said


def test_no_such_address(built: Path) -> None:
    assert refused("--store", str(built), "--host", "203.0.113.7", "--port", "0")[0] == 2


def test_it_says_what_to_open(served: Served) -> None:
    assert f"http://127.0.0.1:{served.port}/" in served.said[0]
    assert len(served.said) == 1


def test_ctrl_c_ends_it_within_a_second(built: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with serving(built) as service:
            children = service.wait_for_children(4)
            service.sparql(QUERY)
            began = time.monotonic()
            service.process.send_signal(number)
            code = service.process.wait(5)
            assert time.monotonic() - began < 1.5
            assert code == 0
            time.sleep(0.2)
            assert not [pid for pid in children if alive(pid)]


def test_a_long_query_does_not_hold_up_the_end(built: Path) -> None:
    with serving(built) as service:
        heavy = threading.Thread(target=lambda: _quietly(service))
        heavy.start()
        time.sleep(0.5)
        began = time.monotonic()
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(5) == 0
        assert time.monotonic() - began < 2
        heavy.join()


def _quietly(service: Served) -> None:
    with contextlib.suppress(OSError):
        service.sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def test_when_it_is_killed_no_process_is_left(built: Path) -> None:
    with serving(built) as service:
        children = service.wait_for_children(4)
        heavy = threading.Thread(target=lambda: _quietly(service))
        heavy.start()
        time.sleep(0.5)
        service.process.kill()
        service.process.wait(5)
        heavy.join()
        until = time.monotonic() + 5
        while any(alive(pid) for pid in children) and time.monotonic() < until:
            time.sleep(0.05)
        assert not [pid for pid in children if alive(pid)]


def test_a_full_disk_stops_no_query(built: Path, tmp_path: Path) -> None:
    """What the processes share lies in memory: a hole in a file could not be read or filled."""
    service = os.fspath(tmp_path / "full")
    (tmp_path / "full").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", service],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        (tmp_path / "full" / "all").write_bytes(bytes(4096))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", service)
            with serving(built) as full:
                assert full.sparql(QUERY).status == 200
    finally:
        subprocess.run(["umount", service], check=True)


def copy_build(built: Path, out: Path, name: str) -> None:
    shutil.copytree((built / "current").resolve(), out / name)
    link = out / "current.new"
    link.symlink_to(name)
    link.replace(out / "current")


def test_it_serves_on_while_a_new_build_comes(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    copy_build(built, out, "build-1")
    with serving(out, "--timeout", "20") as service:
        first = set(service.wait_for_children(4))
        tag = service.sparql(QUERY).headers["etag"]
        statuses: list[int] = []
        faults: list[str] = []
        slow: list[int] = []
        stop = threading.Event()

        def ask(place: int) -> None:
            count = 0
            while not stop.is_set():
                count += 1
                query = f"{QUERY} # {place} {count}" if place else QUERY
                answer = service.sparql(query)
                statuses.append(answer.status)
                if answer.status != 200:
                    faults.append(answer.text)

        long = (
            "SELECT (COUNT(*) AS ?n) { ?a a kg:Relation . ?b a kg:Person "
            "FILTER(STR(?a) < STR(?b)) }"
        )
        threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
        threads.append(threading.Thread(target=lambda: slow.append(service.sparql(long).status)))
        for thread in threads:
            thread.start()
        copy_build(built, out, "build-2")
        until = time.monotonic() + 15
        while "build-2" not in "".join(service.said) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        shutil.rmtree(out / "build-1")
        stop.set()
        for thread in threads:
            thread.join()
        assert faults == []
        assert len(statuses) > 20
        assert slow == [200]
        assert "build-2" in "".join(service.said)
        answer = service.sparql(QUERY)
        assert answer.headers["etag"] != tag
        until = time.monotonic() + 10
        while first & set(service.children()) and time.monotonic() < until:
            time.sleep(0.05)
        assert not first & set(service.children())
        assert service.sparql(QUERY, if_none_match=tag).status == 200


def test_a_new_build_that_is_broken_changes_nothing(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    copy_build(built, out, "build-1")
    with serving(out) as service:
        (out / "build-2" / "store").mkdir(parents=True)
        shutil.copy(out / "build-1" / "build.json", out / "build-2")
        (out / "current.new").symlink_to("build-2")
        (out / "current.new").replace(out / "current")
        until = time.monotonic() + 10
        while len(service.said) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert "cannot be opened" in "".join(service.said)
        assert service.sparql(QUERY).status == 200
        copy_build(built, out, "build-3")
        until = time.monotonic() + 10
        while "build-3" not in "".join(service.said) and time.monotonic() < until:
            time.sleep(0.05)
        assert "build-3" in "".join(service.said)


def test_help_starts_nothing_heavy() -> None:
    said = subprocess.run(
        [sys.executable, "-X", "importtime", COMMAND, "serve", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Examples:" in said.stdout
    for heavy in ("granian", "starlette", "pyoxigraph", "jinja2", "networkx"):
        assert f" {heavy}\n" not in said.stderr
