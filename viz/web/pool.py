"""The pool: query processes, the jobs they are given, and what becomes of those that end badly.

Each process answers its jobs in turn. A few small ones may wait at a process, which saves it from
falling asleep between them; when the one before them turns out to be slow they go to another.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import orjson

from ...graph.errors import StoreError
from .builds import Build, current_build
from .child import Child, Watch
from .job import Answer, Gone, Job, Limits
from .refusal import RefusalError

DEPTH: Final = 4
"""Jobs that a process may have, the one at work included."""

SLOW: Final = 0.02
"""Seconds after which those that wait behind a job go elsewhere."""

MANY: Final = 2000
"""Jobs that may wait for a process; more are turned away."""

_MOST_BYTES: Final = 64 << 20
"""Bytes of the jobs that may wait for a process."""

_SELDOM: Final = 30.0
_SELDOM_BUILD: Final = 300.0
"""Seconds at most until a process, or a build, that cannot start is tried again."""

_SORTS: Final = re.compile(rb"\border\W+(?:[nrt]\W*)?by\b", re.IGNORECASE)
_UNSORTED: Final = (
    "sorts values of several kinds, at which the engine may give up: write ORDER BY STR(?x)"
)

_CRASHES: Final = (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL)


class Pool:
    """The query processes of a service, on the current build."""

    def __init__(
        self,
        folder: Path,
        size: int,
        limits: Limits,
        *,
        staff: bool = False,
        verbose: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder
        self.limits = limits
        self.build = current_build(folder)
        self.on_swap: list[Callable[[], None]] = []
        self.children: list[Child] = []
        self.waiting: deque[Job] = deque()
        self._loop = asyncio.get_running_loop()
        self._size = size
        self._eager = min(size, os.cpu_count() or 1)
        self._quiet = not verbose
        self._say = say
        self._watch = Watch(self._ready, self._freed, self._lost, self.cancel)
        self._settings = {
            "memory": limits.memory,
            "timeout": limits.seconds,
            "services": limits.services,
            "staff": staff,
        }
        self.key = self._key()
        self._ended: list[subprocess.Popen[bytes]] = []
        self._failures = 0
        self._refused: Build | None = None
        self._refusals = 0
        self._refused_until = 0.0
        self._started: asyncio.Future[None] = self._loop.create_future()
        self._closed = False

    def _key(self) -> bytes:
        """Returns what every answer depends on besides the request, as 32 bytes."""
        settings = (self._settings["staff"], self.limits.services)
        said = orjson.dumps((self.build.tag, version("kommunegraf"), *settings))
        return blake2b(said, digest_size=32).digest()

    async def start(self) -> None:
        """Starts the processes; returns when the first can answer. Raises StoreError."""
        self.spawn(self.build)
        await self._started
        self._fill()

    async def ask(self, kind: str, arguments: dict[str, Any], gone: Gone | None = None) -> Answer:
        """Has a job done. `gone` waits until the client has left.

        Raises RefusalError when too many wait, or when the job takes too long or too much memory.
        """
        job = Job(orjson.dumps((kind, arguments)), self._loop.create_future(), gone)
        child = None if self.waiting else self._free()
        if child is not None:
            child.give(job)
        elif len(self.waiting) >= MANY or self._waiting_bytes() > _MOST_BYTES:
            raise busy()
        else:
            self.waiting.append(job)
        try:
            return await job.answer
        except asyncio.CancelledError:
            self.cancel(job)
            raise

    def _waiting_bytes(self) -> int:
        return sum(len(job.payload) for job in self.waiting)

    def _free(self) -> Child | None:
        """Returns the process that has least to do, None when each has enough.

        Beyond one process a core they are left asleep until the first are stuck.
        """
        best: Child | None = None
        least = DEPTH
        place = 0
        for child in self.children:
            if child.retired or not child.ready:
                continue
            place += 1
            count = len(child.jobs)
            if place > self._eager:
                count = DEPTH if count or not self._stuck() else 0
            if count < least and not child.paused:
                if count == 0:
                    return child
                best, least = child, count
        return best

    def _stuck(self) -> bool:
        """Whether the first processes are all at work on something slow."""
        before = time.monotonic() - SLOW
        first = [child for child in self.children if child.ready and not child.retired]
        return all(child.jobs and child.jobs[0].began < before for child in first[: self._eager])

    def spread(self) -> None:
        """Gives waiting jobs to whoever can take them."""
        while self.waiting and (child := self._free()) is not None:
            self._hand(child)

    def _hand(self, child: Child) -> None:
        job = self.waiting.popleft()
        if not job.answer.done():
            child.give(job)

    def put_back(self, jobs: Iterable[Job]) -> None:
        """Lets jobs wait again, before those that came later."""
        self.waiting.extendleft(reversed(list(jobs)))

    def cancel(self, job: Job) -> None:
        """Stops a job that nobody waits for."""
        if job.done:
            return
        if not job.answer.done():
            job.answer.cancel()
        child = job.child
        if child is None:
            with contextlib.suppress(ValueError):
                self.waiting.remove(job)
        elif child.jobs and child.jobs[0] is job:
            child.kill("the client has left")

    # What becomes of the processes

    def spawn(self, build: Build) -> None:
        """Starts a process on a build; what cannot be started now is tried again later."""
        if self._closed:
            return
        settings = {**self._settings, "build": build.name}
        try:
            self.children.append(Child(build, settings, self._watch, quiet=self._quiet))
        except OSError as error:
            why = f"{build.folder}: a query process cannot be started: {error}"
            self._failed_to_start(build, why)

    def _fill(self) -> None:
        """Starts as many processes as are lacking."""
        have = sum(child.build is self.build and not child.retired for child in self.children)
        failures = self._failures
        for _ in range(self._size - have):
            self.spawn(self.build)
            if self._failures > failures:
                break  # it is tried again later

    def _freed(self, child: Child) -> None:
        if child.retired:
            if not child.jobs:
                self._let_go(child)
            return
        while self.waiting and len(child.jobs) < DEPTH and not child.paused:
            self._hand(child)

    def _ready(self, child: Child) -> None:
        self._failures = 0
        if not self._started.done():
            self._started.set_result(None)
        if child.build is not self.build:
            self._swap(child.build)
        self._freed(child)

    def _swap(self, build: Build) -> None:
        """Goes over to a new build; the processes on the old end when they have answered."""
        self.build = build
        self.key = self._key()
        for child in list(self.children):
            if child.build is not build:
                child.retired = True
                self.put_back(child.take_back())
                if not child.jobs:
                    self._let_go(child)
        for act in self.on_swap:
            act()
        self._fill()
        self._say(f"Now serving {build.folder}")

    def _let_go(self, child: Child) -> None:
        child.close()
        self.children.remove(child)
        self._ended.append(child.process)

    def _lost(self, child: Child) -> None:
        """Answers for a process that has ended, and starts another."""
        if child.dead:
            return
        jobs = list(child.jobs)
        child.jobs.clear()
        self._let_go(child)
        if jobs:
            jobs[0].end(self._reason(child, jobs[0]))
            self.put_back(jobs[1:])
        if not child.ready:
            why = child.why or f"{child.build.folder}: the query process cannot be started"
            self._failed_to_start(child.build, why)
        elif not child.retired:
            self._fill()
        self.spread()

    def refuses(self, build: Build) -> bool:
        """Whether a build could not be opened, and it is too early to try it again."""
        return build == self._refused and time.monotonic() < self._refused_until

    def _failed_to_start(self, build: Build, why: str) -> None:
        if not self._started.done():
            self._started.set_exception(StoreError(why))
            return
        self._say(why)
        # What cannot start is tried again ever more seldom.
        if build is not self.build:
            self._refusals = self._refusals + 1 if build == self._refused else 1
            self._refused = build
            wait = min(_SELDOM_BUILD, 2.0 ** min(self._refusals, 16))
            self._refused_until = time.monotonic() + wait
            return
        self._failures += 1
        self._loop.call_later(min(_SELDOM, 0.1 * 2 ** min(self._failures, 16)), self._fill)

    def _reason(self, child: Child, job: Job) -> RefusalError:
        if child.why:
            return RefusalError(503, child.why)
        code = child.process.poll()
        if code is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = child.process.wait(0.2)
        if code in _CRASHES:
            sorts = _SORTS.search(job.payload) is not None
            return RefusalError(
                503,
                f"the query was stopped: it needed more than the {self.limits.memory >> 20:,} MB "
                "of memory that a query has here, or "
                + (_UNSORTED if sorts else "more than the engine bears"),
            )
        return RefusalError(500, "the query process ended without an answer")

    def reap(self) -> None:
        """Takes leave of processes that have ended."""
        self._ended = [process for process in self._ended if process.poll() is None]

    def close(self) -> None:
        """Ends all processes at once."""
        self._closed = True
        stopping = RefusalError(503, "the service is stopping")
        for child in list(self.children):
            child.process.kill()
            for job in child.jobs:
                job.end(stopping)
            self._let_go(child)
        for job in self.waiting:
            job.end(stopping)
        for process in self._ended:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)


def busy() -> RefusalError:
    """Returns what is said when there is too much to do."""
    return RefusalError(
        503,
        "the service has more to do than it can; try again in a moment",
        (("retry-after", "2"),),
    )
