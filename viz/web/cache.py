"""Answers that were given before, as bytes, within a bound; forgotten when the build changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from .replies import Reply

LARGEST: Final = 1 << 20
"""Bytes of an answer that is kept; larger ones are made anew."""

_REMEMBERED: Final = 50_000


class Cache:
    """The most recently asked answers, together no more than `room` bytes."""

    def __init__(self, room: int = 64 << 20) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[Hashable, tuple[Reply, int]] = OrderedDict()
        self._once: set[int] = set()

    def get(self, key: Hashable) -> Reply | None:
        """Returns the answer kept under a key."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, reply: Reply, weight: int) -> None:
        """Keeps an answer that is whole, not too large and asked for the second time.

        `weight` is what its key takes. Most questions are never repeated; keeping their answers
        would push out others and cost more than it saves.
        """
        size = len(reply.body) + weight + 600
        if reply.parts is not None or size > LARGEST or key in self._kept:
            return
        mark = hash(key)
        if mark not in self._once:
            if len(self._once) >= _REMEMBERED:
                self._once.clear()
            self._once.add(mark)
            return
        self._kept[key] = (reply, size)
        self._used += size
        while self._used > self._room:
            _, (_, freed) = self._kept.popitem(last=False)
            self._used -= freed

    def clear(self) -> None:
        """Forgets all."""
        self._kept.clear()
        self._once.clear()
        self._used = 0
