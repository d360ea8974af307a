"""The wire: frames between the web process and the processes that ask the store.

A frame is its kind, the number of the job it belongs to and the length of what follows. Both ends
are ours and of one version, so there is nothing to negotiate.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final

import orjson

FRAME: Final = struct.Struct("<BQI")
"""Kind, job, length of the payload."""

_ANSWER: Final = struct.Struct("<HH")

READY: Final = 1
"""From a query process: the store is open; the payload says which."""
JOB: Final = 2
"""To a query process: what is to be done, as JSON."""
WHOLE: Final = 3
"""An answer in one piece: status, headers and body."""
START: Final = 4
"""The beginning of an answer that comes in parts: status and headers."""
PART: Final = 5
END: Final = 6
FAILED: Final = 7
"""The answer broke off after it began; what came of it is worth nothing."""

PART_SIZE: Final = 64 * 1024
"""Bytes that a query process gathers before it sends them."""

READ_SIZE: Final = 96 * 1024
"""Bytes that either end reads at once; for more the allocator would map memory each time."""

Headers = Sequence[tuple[str, str]]


def frame(kind: int, job: int, payload: bytes = b"") -> bytes:
    """Returns the bytes of a frame."""
    return FRAME.pack(kind, job, len(payload)) + payload


def head(status: int, headers: Headers) -> bytes:
    """Returns status and headers as the beginning of a payload."""
    said = orjson.dumps(headers)
    return _ANSWER.pack(status, len(said)) + said


def read_head(payload: bytes) -> tuple[int, bytes, bytes]:
    """Returns the status, the headers as JSON, and what comes after them."""
    status, length = _ANSWER.unpack_from(payload)
    start = _ANSWER.size
    return status, payload[start : start + length], payload[start + length :]


class Unpacker:
    """Takes bytes as they come and gives whole frames."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def take(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Yields kind, job and payload of each frame that is complete with this data."""
        if self._rest:
            self._rest += data
            data = bytes(self._rest)
        at, size = 0, FRAME.size
        while len(data) - at >= size:
            kind, job, length = FRAME.unpack_from(data, at)
            if len(data) - at - size < length:
                break
            yield kind, job, data[at + size : at + size + length]
            at += size + length
        self._rest = bytearray(data[at:])
