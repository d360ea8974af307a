"""Real SPARQL engines, started on loopback for the tests: Virtuoso and Oxigraph's own server."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = 2G
StopCompilerWhenXOverRunTime = 1
MaxOptimizeLayouts = 100
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
MaxClientConnections = 10
MaxKeepAlives = 10
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 600
"""


@dataclass(frozen=True)
class Engine:
    """A server that runs: where it is asked, and how `publish` writes to it."""

    name: str
    query: str
    write: tuple[str, str]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def virtuoso(folder: Path, buffers: int = 60_000) -> Iterator[Engine]:
    """Virtuoso with a database of its own; Debian's package virtuoso-opensource."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource)")
    folder.mkdir(parents=True, exist_ok=True)
    http = free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(
        VIRTUOSO.format(
            folder=folder, sql=free_port(), http=http, buffers=buffers, dirty=buffers * 3 // 4
        )
    )
    with _running([program, "+configfile", str(settings), "+foreground"], http, folder):
        root = f"http://127.0.0.1:{http}"
        yield Engine(
            "Virtuoso", f"{root}/sparql", ("--graph-store", f"{root}/sparql-graph-crud-auth")
        )


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[Engine]:
    """Oxigraph's own server, from the Python package `oxigraph`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--location", str(folder / "data")]
    with _running([*command, "--bind", f"127.0.0.1:{port}"], port, folder):
        root = f"http://127.0.0.1:{port}"
        yield Engine("Oxigraph", f"{root}/query", ("--update", f"{root}/update"))


@contextlib.contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_for(port, process, folder / "output.log")
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # some 300 MB a server, whatever it holds
            shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.1)
    raise AssertionError(f"{process.args} does not answer")
