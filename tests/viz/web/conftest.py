"""A real server on a free port, and a client that says exactly what it is told to."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

COMMAND = str(Path(sys.executable).with_name("kommunegraf"))


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """A running service."""

    process: subprocess.Popen[str]
    port: int
    said: list[str]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def ask(self, method: str, path: str, **headers: str) -> Response:
        return self.send(method, path, headers)

    def get(self, path: str, **headers: str) -> Response:
        return self.send("GET", path, headers)

    def post(self, path: str, body: bytes, **headers: str) -> Response:
        return self.send("POST", path, headers, body)

    def sparql(
        self, query: str, accept: str = "", *, format: str = "", if_none_match: str = ""
    ) -> Response:
        given = {"query": query, **({"format": format} if format else {})}
        headers = {"accept": accept, "if-none-match": if_none_match}
        said = {name: value for name, value in headers.items() if value}
        return self.send("GET", f"/sparql?{urlencode(given)}", said)

    def children(self) -> list[int]:
        """The processes that answer queries."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                fields = stat.rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid and fields[0] != "Z":
                    found.append(int(entry.name))
        return found

    def wait_for_children(self, count: int, seconds: float = 10) -> list[int]:
        until = time.monotonic() + seconds
        while len(found := self.children()) < count and time.monotonic() < until:
            time.sleep(0.05)
        return found


Start = Callable[..., Any]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    process = subprocess.Popen(
        [COMMAND, "serve", "--store", str(folder), "--port", "0", *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    assert process.stderr is not None
    try:
        for line in process.stderr:
            said.append(line)
            if match := re.search(r"http://[^:]+:(\d+)/", line):
                reader = threading.Thread(target=lambda: said.extend(process.stderr or ()))
                reader.start()
                yield Served(process, int(match[1]), said)
                break
        else:
            raise AssertionError("".join(said))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
        process.stderr.close()


@pytest.fixture(scope="session")
def served(built: Path) -> Iterator[Served]:
    """The shipped graph, served; queries may take ten seconds."""
    with serving(built, "--timeout", "10") as service:
        yield service


@pytest.fixture(scope="session")
def tight(built: Path) -> Iterator[Served]:
    """The shipped graph, served where a query has little time and memory."""
    with serving(built, "--timeout", "1", "--memory", "300", "--workers", "3") as service:
        service.wait_for_children(3)
        yield service


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
