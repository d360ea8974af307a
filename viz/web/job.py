"""A job for a query process: what it may use, and its answer as it comes."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .refusal import RefusalError

if TYPE_CHECKING:
    from .child import Child

BUFFER: Final = 8 << 20
"""Bytes of an answer that are held for a client that reads slowly."""

Gone = Callable[[], Awaitable[None]]
"""Waits until the client of a job has left."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may use: seconds of work, bytes of memory; and the endpoints it may ask."""

    seconds: float = 30.0
    memory: int = 1 << 30
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: whole in `body`, or with `parts` that come as they are made."""

    status: int
    headers: bytes
    body: bytes
    parts: AsyncGenerator[bytes] | None = None


class BrokenOffError(Exception):
    """An answer ended before its end; the connection can only be cut."""


class Job:
    """One thing to do, and its answer as it comes.

    `began`: when a process took it up, or 0; `stopped`: when its client fell behind.
    """

    __slots__ = (
        "answer",
        "began",
        "born",
        "buffered",
        "child",
        "done",
        "failed",
        "gone",
        "head",
        "more",
        "number",
        "payload",
        "pieces",
        "stopped",
        "watcher",
    )  # fmt: skip

    def __init__(self, payload: bytes, answer: asyncio.Future[Answer], gone: Gone | None) -> None:
        self.payload = payload
        self.answer = answer
        self.gone = gone
        self.head = b""
        self.number = 0
        self.born = time.monotonic()
        self.began = 0.0
        self.stopped = 0.0
        self.child: Child | None = None
        self.pieces: deque[bytes] = deque()
        self.buffered = 0
        self.more: asyncio.Event | None = None
        self.done = False
        self.failed = False
        self.watcher: asyncio.Task[None] | None = None

    def begin(self, status: int, headers: bytes, stop: Callable[[Job], None]) -> None:
        """Gives an answer that comes in parts; `stop` ends the job when nobody reads them."""
        self.more = asyncio.Event()
        if not self.answer.done():
            self.answer.set_result(Answer(status, headers, b"", self._parts(self.more, stop)))

    def take(self, piece: bytes) -> bool:
        """Takes a part of the answer; returns whether the client has fallen behind."""
        self.pieces.append(piece)
        self.buffered += len(piece)
        if self.more is not None:
            self.more.set()
        return self.buffered > BUFFER

    def end(self, error: Exception | None = None, *, failed: bool = False) -> None:
        """Ends the job: all has come, or (with an error, or failed) nothing more will."""
        self.done = True
        self.failed = failed or error is not None
        if self.watcher is not None:
            self.watcher.cancel()
        if self.failed:
            # What came is worth nothing; one piece tells the client that it had begun.
            while len(self.pieces) > 1:
                self.buffered -= len(self.pieces.pop())
            if not self.answer.done():
                self.answer.set_exception(error or RefusalError(503, "the answer broke off"))
        if self.more is not None:
            self.more.set()

    async def _parts(
        self, more: asyncio.Event, stop: Callable[[Job], None]
    ) -> AsyncGenerator[bytes]:
        try:
            while True:
                while self.pieces:
                    piece = self.pieces.popleft()
                    self.buffered -= len(piece)
                    if self.stopped and self.child is not None and self.buffered < BUFFER // 2:
                        self.child.resume(self)
                    yield piece
                if self.done:
                    break
                more.clear()
                await more.wait()
            if self.failed:
                raise BrokenOffError
        finally:
            stop(self)
