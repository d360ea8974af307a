"""A query process as the web process sees it: its connection, and the jobs that it has."""

from __future__ import annotations

import asyncio
import mmap
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import orjson

from . import wire
from .builds import Build
from .engine import SKIP
from .job import Answer, Job

_START: Final = "from kommunegraf.viz.web.engine import main; main()"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a process tells the pool: that it can answer, has answered, has ended; and a job's end.

    `stop` is called when nobody reads the parts of a job's answer any more.
    """

    ready: Callable[[Child], None]
    free: Callable[[Child], None]
    lost: Callable[[Child], None]
    stop: Callable[[Job], None]


class Child:
    """A query process; it answers its jobs in turn."""

    def __init__(
        self, build: Build, settings: dict[str, Any], watch: Watch, *, quiet: bool
    ) -> None:
        self.build = build
        self.ready = False
        self.paused = False
        self.retired = False
        self.dead = False
        self.why = ""
        self.jobs: deque[Job] = deque()
        self._loop = asyncio.get_running_loop()
        self._watch = watch
        self._numbers: dict[int, Job] = {}
        self._next = 0
        self._unsent = b""
        self._unpacker = wire.Unpacker()
        ours, theirs = socket.socketpair()
        with theirs, _shared_file() as file:
            self._shared = mmap.mmap(file.fileno(), SKIP.size)
            said = {
                **settings,
                "socket": theirs.fileno(),
                "shared": file.fileno(),
                "folder": str(build.folder),
                "parent": os.getpid(),
            }
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-c", _START, orjson.dumps(said).decode()],
                pass_fds=(theirs.fileno(), file.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL if quiet else None,
            )
        ours.setblocking(False)
        self._socket = ours
        self._loop.add_reader(ours.fileno(), self._read)

    def give(self, job: Job) -> None:
        """Sends a job to the process."""
        self._next += 1
        job.number, job.child = self._next, self
        if not self.jobs:
            job.began = time.monotonic()
        self.jobs.append(job)
        self._numbers[job.number] = job
        self._send(wire.frame(wire.JOB, job.number, job.payload))

    def _send(self, data: bytes) -> None:
        if not self._unsent:
            try:
                sent = self._socket.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                return  # the process has ended; reading says so too
            if sent == len(data):
                return
            data = data[sent:]
            self._loop.add_writer(self._socket.fileno(), self._flush)
        self._unsent += data

    def _flush(self) -> None:
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""
        if not self._unsent:
            self._loop.remove_writer(self._socket.fileno())

    def _read(self) -> None:
        try:
            data = self._socket.recv(wire.READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._watch.lost(self)
            return
        for kind, number, payload in self._unpacker.take(data):
            if number:
                job = self._numbers.get(number)
                if job is not None:  # else it is done elsewhere, or nobody waits for it
                    self._hear(job, kind, payload)
            elif kind == wire.READY:
                self.ready = True
                self._watch.ready(self)
            else:
                self.why = payload.decode()

    def _hear(self, job: Job, kind: int, payload: bytes) -> None:
        """Takes what the process says of a job."""
        match kind:
            case wire.WHOLE:
                if not job.answer.done():
                    job.answer.set_result(Answer(*wire.read_head(payload)))
                self._finish(job, failed=False)
            case wire.START:
                job.head = payload
            case wire.PART:
                if job.more is None:
                    # Only now: a process that ends before has its end told as an error.
                    status, headers, _ = wire.read_head(job.head)
                    job.begin(status, headers, self._watch.stop)
                if job.take(payload) and not self.paused:
                    self.paused = True
                    job.stopped = time.monotonic()
                    self._loop.remove_reader(self._socket.fileno())
            case _:
                self._finish(job, failed=kind == wire.FAILED)

    def _finish(self, job: Job, *, failed: bool) -> None:
        job.end(failed=failed)
        if self.paused:
            self.resume(job)  # what is held is all there is; the next job need not wait for it
        del self._numbers[job.number]
        self.jobs.remove(job)
        if self.jobs:
            self.jobs[0].began = time.monotonic()
        self._watch.free(self)

    def resume(self, job: Job) -> None:
        """Reads on when a slow client has taken what was held for it."""
        # The time that the process stood still for the client is not its own.
        job.began += time.monotonic() - job.stopped
        job.stopped = 0.0
        if self.paused and not self.dead:
            self.paused = False
            self._loop.add_reader(self._socket.fileno(), self._read)

    def take_back(self) -> list[Job]:
        """Takes back the jobs that wait behind the one at work, for another process to do."""
        waiting = [self.jobs.pop() for _ in range(len(self.jobs) - 1)][::-1]
        if waiting:
            SKIP.pack_into(self._shared, 0, self.jobs[0].number, self._next)
        for job in waiting:
            del self._numbers[job.number]
            job.child = None
        return waiting

    def kill(self, why: str) -> None:
        """Ends the process at once, and says what its job is told."""
        if not self.dead:
            self.why = self.why or why
            self.process.kill()
            self._watch.lost(self)

    def close(self) -> None:
        """Lets go of the process, which ends when it has nothing more to read."""
        if self.dead:
            return
        self.dead = True
        self._numbers.clear()
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_writer(self._socket.fileno())
        self._socket.close()
        self._shared.close()


def _shared_file() -> BinaryIO:
    """Returns a file of zeros to be shared; in memory where that can be, as a disk may be full."""
    file: BinaryIO
    if sys.platform == "linux":
        file = os.fdopen(os.memfd_create("kommunegraf"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(bytes(SKIP.size))
    file.flush()
    return file
