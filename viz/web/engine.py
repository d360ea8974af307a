"""A query process: opens the store read-only and answers one job after another.

It can be ended at any time: it holds nothing but the open store, and the web process starts
another. It ends by itself when the web process is gone.
"""

from __future__ import annotations

import contextlib
import gc
import mmap
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from . import wire

SKIP: Final = struct.Struct("<QQ")
"""What both processes see: of the jobs up to the second number only the first is still wanted."""


class Out:
    """Where a job writes its answer: in one piece when it is small, else in parts."""

    def __init__(self, connection: socket.socket, job: int) -> None:
        self._connection = connection
        self._job = job
        self._head = b""
        self._kept: list[bytes] = []
        self._size = 0
        self.begun = False

    def begin(self, status: int, headers: wire.Headers) -> None:
        """Says status and headers, before anything is written."""
        self._head = wire.head(status, headers)

    def write(self, data: bytes) -> int:
        """Takes a piece of the body."""
        self._kept.append(bytes(data))
        self._size += len(data)
        if self._size >= wire.PART_SIZE:
            self._send_part()
        return len(data)

    def flush(self) -> None:
        """Does nothing: pieces go out when there is enough of them."""

    def _send_part(self) -> None:
        body = b"".join(self._kept)
        self._kept, self._size = [], 0
        before = b"" if self.begun else wire.frame(wire.START, self._job, self._head)
        self.begun = True
        for at in range(0, len(body), wire.PART_SIZE):
            part = wire.frame(wire.PART, self._job, body[at : at + wire.PART_SIZE])
            self._connection.sendall(before + part)
            before = b""

    def end(self) -> None:
        """Sends what is left."""
        if self.begun:
            if self._size:
                self._send_part()
            self._connection.sendall(wire.frame(wire.END, self._job))
        else:
            body = b"".join((self._head, *self._kept))
            self._connection.sendall(wire.frame(wire.WHOLE, self._job, body))

    def answer(self, status: int, headers: wire.Headers, body: bytes) -> None:
        """Gives an answer that is at hand as a whole."""
        self.begin(status, headers)
        for at in range(0, len(body), wire.PART_SIZE):
            self.write(body[at : at + wire.PART_SIZE])

    def fail(self, status: int, headers: wire.Headers, body: bytes) -> None:
        """Answers with an error, or breaks the answer off when it had begun."""
        if self.begun:
            self._connection.sendall(wire.frame(wire.FAILED, self._job))
        else:
            payload = wire.head(status, headers) + body
            self._connection.sendall(wire.frame(wire.WHOLE, self._job, payload))


def main() -> None:
    """Runs the process; its one argument is the JSON that the web process started it with."""
    settings = orjson.loads(sys.argv[1])
    _die_with(settings["parent"])
    _limit(settings["memory"])
    connection = socket.socket(fileno=settings["socket"])
    with mmap.mmap(settings["shared"], SKIP.size) as shared, connection:
        from ...graph.errors import KommunegrafError
        from ...graph.store import open_stored

        try:
            graph = open_stored(Path(settings["folder"]))
        except KommunegrafError as error:
            connection.sendall(wire.frame(wire.FAILED, 0, str(error).encode("utf-8", "replace")))
            return
        gc.freeze()
        connection.sendall(wire.frame(wire.READY, 0))
        _serve(connection, shared, graph, settings)


def _die_with(parent: int) -> None:
    """Lets the kernel end this process when the web process ends, however that happens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the web process, which ends us
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        sys.exit(0)


def _limit(memory: int) -> None:
    """Holds the process to so many bytes; an engine that wants more aborts, and is replaced."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (memory, memory))


def _serve(
    connection: socket.socket, shared: mmap.mmap, graph: Any, settings: Mapping[str, Any]
) -> None:
    # The last resort where the kernel does not end us with our parent: the default action of an
    # alarm ends a process even while the engine works and Python cannot run.
    longest = settings["timeout"] * 2 + 60
    # The tasks know how to write their answers from here.
    from .tasks import task

    unpacker = wire.Unpacker()
    while data := connection.recv(wire.READ_SIZE):
        for _, number, payload in unpacker.take(data):
            wanted, last = SKIP.unpack_from(shared)
            if number <= last and number != wanted:
                continue
            signal.setitimer(signal.ITIMER_REAL, longest)
            out = Out(connection, number)
            try:
                kind, arguments = orjson.loads(payload)
                task(kind)(graph, {**settings, **arguments}, out)
                out.end()
            except (BrokenPipeError, ConnectionResetError):
                return
            except Exception as error:
                _explain(error, out)
                if isinstance(error, MemoryError):
                    return
            signal.setitimer(signal.ITIMER_REAL, 0)


_TEXT: Final = (("content-type", "text/plain; charset=utf-8"),)


def _explain(error: Exception, out: Out) -> None:
    """Answers an error: a user's mistake as 400 or 404 with its sentence, ours as 500.

    Headers of a refusal are not passed on; no task has any.
    """
    from ...graph.errors import KommunegrafError
    from .refusal import RefusalError

    if isinstance(error, RefusalError):
        status, said = error.status, str(error)
    elif isinstance(error, KommunegrafError):
        status, said = 400, str(error)
    elif isinstance(error, MemoryError):
        status, said = 503, "the answer needs more memory than a query may use here"
    else:
        import traceback

        traceback.print_exception(error)
        status, said = 500, "the service failed at this request; its log says where"
    out.fail(status, (*_TEXT, ("x-problem", "1")), said.encode("utf-8", "replace"))
