"""Mapping in a process of its own: a register's file goes in, N-Triples come out of a pipe.

So the records are read and mapped while the store takes in what came before, each on a core of its
own. The child tells how far it is, and what it could not read, as lines of JSON on its standard
error.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Any, Final

from pyoxigraph import NamedNode, RdfFormat, Store

from .errors import SourceError, StoreError
from .indexing import index_of_units, names_in
from .loaders.unit_records import Fault
from .mapping import Job, Progress, Tally, map_records

CHUNK: Final = 1 << 18
"""Bytes that the child writes at a time."""
PIPE: Final = 1 << 20
"""Bytes that the pipe holds, where the system lets it: so the child need not wait."""
STEP: Final = 5_000
"""Records after which the child says how far it is."""
CHILD: Final = "from kommunegraf.graph.mapping_process import main; main()"


class MappingProcess:
    """A process that maps the file of a whole register into a store. A context.

    It is begun when its job is known, which may be some time after it has started.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._tally = Tally()
        self._error: tuple[str, int | None] | None = None
        self._said: list[str] = []

    def __enter__(self) -> MappingProcess:
        """Starts the process."""
        self._child = subprocess.Popen(  # noqa: S603 -- our own code, in a list
            [sys.executable, "-P", "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        assert self._child.stdout
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):
                fcntl.fcntl(self._child.stdout, fcntl.F_SETPIPE_SZ, PIPE)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        """Ends the process, also when it has not finished."""
        self._child.kill()
        self._child.wait()
        self._listener.join()
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            assert pipe
            with suppress(OSError):
                pipe.close()

    def begin(self, job: Job) -> None:
        """Gives the process its job."""
        self._job = job
        assert self._child.stdin
        with suppress(BrokenPipeError), self._child.stdin as pipe:
            pipe.write(pickle.dumps(job))

    def pour(self, store: Store, graph: NamedNode) -> Tally:
        """Loads all triples into a graph of a store; returns what became of the records.

        Raises SourceError when the file turns out not to be readable.
        """
        faults: list[Exception] = []
        # In a thread, so that Ctrl-C is heard: the store itself listens to nobody.
        loader = threading.Thread(target=self._load, args=(store, graph, faults))
        loader.start()
        try:
            loader.join()
        except BaseException:
            self._child.kill()
            loader.join()
            raise
        assert self._child.stdout
        self._child.stdout.close()
        code = self._child.wait()
        self._listener.join()
        self._raise_error(code, faults)
        return self._tally

    def _load(self, store: Store, graph: NamedNode, faults: list[Exception]) -> None:
        assert self._child.stdout
        # Read by the store from the pipe itself. Our own writing is well-formed: the mapping
        # checks what becomes an IRI, so the store need not.
        try:
            store.bulk_load(
                path=f"/dev/fd/{self._child.stdout.fileno()}",
                format=RdfFormat.N_TRIPLES,
                to_graph=graph,
                lenient=True,
            )
        except Exception as error:
            faults.append(error)  # raised again in the thread that waits

    def _raise_error(self, code: int, faults: list[Exception]) -> None:
        """Raises what went wrong: in the file, in the process or in the store."""
        file = self._job.file
        if self._error is not None:
            raise SourceError(self._error[0], file, self._error[1])
        if code < 0:
            raise StoreError(
                f"{file}: the process that reads it was ended by signal {-code}; "
                "if memory is short, close other programs and load again"
            )
        if faults:
            raise faults[0]
        if code:
            raise RuntimeError("".join(self._said))

    def _listen(self) -> None:
        assert self._child.stderr
        for line in self._child.stderr:
            try:
                said = json.loads(line)
            except ValueError:
                self._said.append(line.decode(errors="replace"))
                continue
            if "read" in said and self._progress is not None:
                self._progress(said["read"])
            if "tally" in said:
                faults = [Fault(**fault) for fault in said["tally"].pop("faults")]
                self._tally = Tally(**said["tally"], faults=faults)
            if "error" in said:
                self._error = said["error"], said["row"]


def main() -> None:
    """Runs in the child: reads its job, writes N-Triples and reports."""
    # Ctrl-C reaches the whole group; the parent then ends the child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # records hold no cycles, and there are millions of them
    try:
        job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 -- our own parent wrote it
    except EOFError:
        return  # the parent has ended before it knew the job
    try:
        _tell(tally=_map_to_pipe(job))
    except SourceError as error:
        where = f"{error.file}:{error.row}: " if error.row is not None else f"{error.file}: "
        _tell(error=str(error).removeprefix(where), row=error.row)
    except BrokenPipeError:
        os._exit(1)


def _map_to_pipe(job: Job) -> dict[str, Any]:
    tally = Tally()
    pending: list[bytes] = []
    size = told = 0
    names = index_of_units(job.names)
    for mapped in map_records(job, tally):
        if mapped is not None:
            pending.append(mapped.lines)
            size += len(mapped.lines)
            if size >= CHUNK:
                block = b"".join(pending)
                tally.triples += _write(block)
                if names:
                    names.add(names_in(block))
                pending.clear()
                size = 0
        if tally.read - told >= STEP:
            told = tally.read
            _tell(read=told)
    block = b"".join(pending)
    tally.triples += _write(block)
    if names:
        names.add(names_in(block))
        # The store has all that it waits for; while it sorts, the index is made.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        names.finish()
    return asdict(tally)


def _write(block: bytes) -> int:
    """Writes a block of triples to the pipe; returns how many they are."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(1, rest) :]
    return block.count(b"\n")


def _tell(**said: object) -> None:
    os.write(2, json.dumps(said).encode() + b"\n")
