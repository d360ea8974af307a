"""Mapping in a process of its own: a register's file goes in, N-Triples come out of a pipe.

So the records are read and mapped while the store takes in what came before, and neither the file
nor its triples are ever whole in memory. The child tells how far it is, and what it could not read,
as lines of JSON on its standard error.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from .errors import SourceError, StoreError
from .loaders.unit_records import NUMBER, Fault, RecordReader, Selection, is_roles
from .loaders.unit_roles import role_triples
from .loaders.units import unit_triples

SHOWN: Final = 20
"""Faults that are kept as sentences; of the rest only the number is."""
CHUNK: Final = 1 << 18
STEP: Final = 5_000
"""Records after which the child says how far it is."""
CHILD: Final = "from kommunegraf.graph.mapping import main; main()"

Progress = Callable[[int], None]
"""Called with the number of records read so far."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be mapped: a file, what is wanted of it, its extract's node and day.

    `barred`: units that the register has removed and that must not come back.
    """

    file: Path
    selection: Selection
    extract: str
    day: date
    barred: frozenset[str]

    @property
    def origin(self) -> bytes:
        """The extract's node as N-Triples."""
        return f"<{self.extract}>".encode()


@dataclass(slots=True)
class Tally:
    """How many records a file held and what became of them."""

    read: int = 0
    taken: int = 0
    roles: int = 0
    not_selected: int = 0
    barred: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)

    def note(self, faults: list[Fault]) -> None:
        """Counts faults and keeps the first of them; empties the list."""
        self.faulty += len(faults)
        self.faults.extend(faults[: SHOWN - len(self.faults)])
        faults.clear()


@dataclass(frozen=True, slots=True)
class Mapped:
    """One record as N-Triples: the unit, whether they are its roles, and the lines."""

    number: str
    roles: bool
    lines: bytes


def map_records(job: Job, tally: Tally) -> Iterator[Mapped | None]:
    """Yields each record of a file as N-Triples, None for one that is not taken."""
    takes, barred = job.selection.takes, job.barred
    origin = job.origin
    faults: list[Fault] = []
    said: list[str] = []
    reader = RecordReader(job.file, faults)
    for record in reader:
        tally.read += 1
        mapped: Mapped | None = None
        number = record[NUMBER]
        try:
            if number in barred:
                tally.barred += 1
            elif not takes(record):
                tally.not_selected += 1
            elif is_roles(record):
                lines = role_triples(number, record, origin, job.day, said)
                mapped = Mapped(number, True, lines)
                tally.roles += 1
            else:
                mapped = Mapped(number, False, unit_triples(record, origin, said))
                tally.taken += 1
        except ValueError as error:
            said.append(str(error))
        if said:
            faults.extend(Fault(reader.record, number, sentence) for sentence in said)
            said.clear()
        if faults:
            tally.note(faults)
        yield mapped
    tally.note(faults)


def main() -> None:
    """Runs in the child: reads its job, writes N-Triples and reports."""
    # Ctrl-C reaches the whole group; the parent then closes the pipe, which ends the child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # records hold no cycles, and there are millions of them
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 -- our own parent wrote it
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
    for mapped in map_records(job, tally):
        if mapped is not None:
            pending.append(mapped.lines)
            size += len(mapped.lines)
            if size >= CHUNK:
                _write(b"".join(pending))
                pending.clear()
                size = 0
        if tally.read - told >= STEP:
            told = tally.read
            _tell(read=told)
    _write(b"".join(pending))
    return asdict(tally)


def _write(block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(1, rest) :]


def _tell(**said: object) -> None:
    os.write(2, json.dumps(said).encode() + b"\n")


class MappedFile:
    """A register's file as a stream of N-Triples that a child process makes. A context.

    `tally` is whole when the stream has been read to its end. Reading raises SourceError when
    the file turns out not to be readable.
    """

    def __init__(self, job: Job, progress: Progress | None = None) -> None:
        self.tally = Tally()
        self._job = job
        self._progress = progress
        self._fault: SourceError | None = None
        self._said: list[str] = []

    def __enter__(self) -> MappedFile:
        """Starts the child."""
        self._child = subprocess.Popen(  # noqa: S603 -- our own code, in a list
            [sys.executable, "-P", "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        assert self._child.stdin
        with self._child.stdin as job:
            job.write(pickle.dumps(self._job))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        """Ends the child, also when it has not finished."""
        self._child.kill()
        self._child.wait()
        self._listener.join()
        for pipe in (self._child.stdout, self._child.stderr):
            assert pipe
            pipe.close()

    def read(self, size: int = CHUNK, /) -> bytes:
        """Returns the next bytes, none at the end."""
        assert self._child.stdout
        block: bytes = os.read(self._child.stdout.fileno(), CHUNK if size < 0 else size)
        if not block:
            self._finish()
        return block

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
                self.tally = Tally(**said["tally"], faults=faults)
            if "error" in said:
                self._fault = SourceError(said["error"], self._job.file, said["row"])

    def _finish(self) -> None:
        code = self._child.wait()
        self._listener.join()
        if self._fault is not None:
            raise self._fault
        if code < 0:
            raise StoreError(
                f"{self._job.file}: the process that reads it was ended by signal {-code}; "
                "if memory is short, close other programs and load again"
            )
        if code:
            raise RuntimeError("".join(self._said))
