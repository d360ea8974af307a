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
_LONGEST: Final = 4
"""Times the limit after which a job ends that its client alone has held up."""


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
        try:
            self._look_at_all(time.monotonic())
        finally:
            self._timer = self._loop.call_later(_TICK, self._look)

    def _look_at_all(self, now: float) -> None:
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

    def _look_after(self, child: Child, now: float) -> None:
        job = child.jobs[0]
        limit = self._pool.limits.seconds
        spent = now - job.began
        if child.paused or spent > SLOW:
            self._pool.put_back(child.take_back())
        # A client that takes nothing for long, or all of it too slowly, has its connection cut.
        if now - job.born > _LONGEST * limit or (child.paused and now - job.stopped > limit):
            child.kill("the client took too long to read the answer")
            return
        if child.paused:
            return
        if spent > limit:
            child.kill(f"the query ran longer than {limit:g} seconds and was stopped")
            return
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
        if build == self._pool.build or self._pool.refuses(build):
            return
        if all(child.build != build for child in self._pool.children):
            self._pool.spawn(build)
