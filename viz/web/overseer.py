"""The overseer: looks after jobs that take long, clients that leave, and a new build."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from ...graph.errors import StoreError
from .builds import current_build
from .child import Child
from .job import Gone, Job
from .pool import SLOW, Pool, busy

WATCHED: Final = 0.25
"""Seconds after which it is seen to whether the client of a job is still there."""

_TICK: Final = 0.02
_LOOK: Final = 0.5


class Overseer:
    """Looks at a pool every so often, until it is stopped."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._looked = 0.0
        self._timer = self._loop.call_later(_TICK, self._look)

    def stop(self) -> None:
        """Looks no more."""
        self._timer.cancel()

    def _look(self) -> None:
        now = time.monotonic()
        pool = self._pool
        for child in list(pool.children):
            if child.jobs and not child.dead:
                self._look_after(child, now)
        while pool.waiting and now - pool.waiting[0].born > pool.limits.seconds:
            pool.waiting.popleft().end(busy())
        pool.spread()
        if now - self._looked > _LOOK:
            self._looked = now
            self._look_for_build()
            pool.reap()
        self._timer = self._loop.call_later(_TICK, self._look)

    def _look_after(self, child: Child, now: float) -> None:
        job = child.jobs[0]
        limit = self._pool.limits.seconds
        if child.paused:
            # A client that takes nothing for so long has its connection cut.
            if now - job.stopped > limit:
                child.kill("the client took too long to read the answer")
            return
        spent = now - job.began
        if spent > limit:
            child.kill(f"the query ran longer than {limit:g} seconds and was stopped")
            return
        if spent > SLOW:
            self._pool.put_back(child.take_back())
        if spent > WATCHED and job.watcher is None and job.gone is not None:
            job.watcher = self._loop.create_task(self._await_leave(job, job.gone))

    async def _await_leave(self, job: Job, gone: Gone) -> None:
        await gone()
        self._pool.cancel(job)

    def _look_for_build(self) -> None:
        try:
            build = current_build(self._pool.folder)
        except (OSError, StoreError):
            return  # between two builds
        if build in (self._pool.build, self._pool.refused):
            return
        if all(child.build != build for child in self._pool.children):
            self._pool.spawn(build)
