"""The elements of a JSON array that is too large to hold, each parsed by itself.

A register's nightly file is one array of over a million records. What stands between two of them is
the same bytes throughout, so the array is cut there, which costs next to nothing. A part that does
not parse is looked at again by counting brackets, so that one bad record costs only itself.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson

CHUNK: Final = 1 << 17
"""Bytes that are read at a time; parts of this size stay in the processor's cache."""
LONGEST: Final = 1 << 23
"""The longest element that is looked for; a longer one means that the file is damaged."""
JOINED: Final = 64
"""Parts that are tried as one element, when elements hold what stands between elements."""

_FIRST_KEY: Final = re.compile(rb'\s*\{\s*("(?:[^"\\]|\\.)*")\s*:')
_MARKS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|["\[\]{},]', re.DOTALL)
_SPACE: Final = b" \t\r\n"
_GOES_ON: Final = "goes on after the end of its list"
_UNFINISHED: Final = "unexpected end of data"  # orjson's words


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = ..., /) -> bytes:
        """Returns up to `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Broken:
    """An element that is not JSON: how it begins, and what the parser says."""

    text: str
    reason: str


class ArrayEndError(Exception):
    """An array does not end as it must; `str()` says how it does, to follow “the file”."""


Element = tuple[Any, int]
"""A parsed element, or Broken, and a hash of its bytes that holds within one run."""


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between two elements: a closing brace, a comma, a brace and the first key."""

    close: bytes
    comma: bytes
    head: bytes

    @property
    def whole(self) -> bytes:
        """All of it, as the file has it."""
        return self.close + self.comma + self.head


def elements(stream: Readable) -> Iterator[Element]:
    """Yields the elements of the array that a stream holds, from its opening bracket.

    Raises ArrayEndError after the last whole element when there is no closing bracket, or more.
    """
    rest = stream.read(CHUNK).lstrip(_SPACE)[1:]
    between = None
    while chunk := stream.read(CHUNK):
        rest += chunk
        between = between or _between(rest)
        if between:
            rest = yield from _cut(rest, between)
        else:
            found, rest = _count(rest)
            yield from found
        if len(rest) > LONGEST:
            raise ArrayEndError("holds a record that does not end")
    if between := between or _between(rest):
        rest = yield from _cut(rest, between)
    found, end = _count(rest)
    if between and not end.startswith(b"]") and len(parts := rest.split(between.whole)) > 1:
        # Nothing more comes that could finish the element before the last.
        yield Broken(_beginning(rest), "it does not end"), 0
        found, end = _count(between.head + parts[-1])
    yield from found
    if not end.startswith(b"]"):
        raise ArrayEndError("is cut off")
    if end[1:].strip(_SPACE):
        raise ArrayEndError(_GOES_ON)


def _between(text: bytes) -> Between | None:
    """Finds what stands between the first two elements; None while there are not two.

    In JSON these bytes cannot stand inside a string, since a quote there has a backslash before.
    """
    key = _FIRST_KEY.match(text)
    end = _first_end(text) if key else None
    if key is None or end is None:
        return None
    found = re.compile(rb"(\s*,\s*)(\{\s*" + re.escape(key[1]) + rb"\s*:)").match(text, end)
    if found is None:
        return None
    before = len(text[: end - 1].rstrip(_SPACE))
    return Between(text[before:end], found[1], found[2])


def _first_end(text: bytes) -> int | None:
    depth = 0
    for mark in _MARKS.finditer(text):
        sign = mark[0]
        if sign in (b"{", b"["):
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return mark.end()
        elif sign == b'"':
            return None
    return None


def _cut(text: bytes, between: Between) -> Generator[Element, None, bytes]:
    """Yields the elements before the last place between two; returns the rest.

    Each is let go before the next is parsed: what few objects there are stay in the cache.
    """
    *parts, last = text.split(between.whole)
    head, comma, close = b"", between.comma, between.close
    unfinished, joined = b"", 0
    for part in parts:
        whole = b"".join((unfinished, comma, head, part, close) if joined else (head, part, close))
        try:
            yield orjson.loads(whole), hash(whole)
        except orjson.JSONDecodeError as error:
            if error.msg.startswith(_UNFINISHED) and joined < JOINED:
                # An element that holds objects with the same first key; the next part ends it.
                unfinished, joined, head = whole, joined + 1, between.head
                continue
            if joined:
                yield _broken(unfinished, error), 0
            yield from _mended(head + part + close)
        unfinished, joined, head = b"", 0, between.head
    return (unfinished + comma if joined else b"") + head + last


def _mended(piece: bytes) -> list[Element]:
    """Returns what a part holds that was cut wrongly: several elements, or a broken one."""
    found, rest = _count(piece)
    if rest.startswith(b"]"):
        raise ArrayEndError(_GOES_ON)
    if rest:
        found.append(_parsed(rest))
    return found


def _count(text: bytes) -> tuple[list[Element], bytes]:
    """Returns the elements that end in a text, by counting brackets, and the rest."""
    found: list[Element] = []
    depth = start = 0
    for mark in _MARKS.finditer(text):
        sign = mark[0]
        if sign in (b"{", b"["):
            depth += 1
        elif sign in (b"}", b"]", b","):
            if depth == 0 or (depth == 1 and sign != b","):
                # A bracket at depth 0 is the array's own; a comma there ends a bare value.
                end = mark.start() if depth == 0 else mark.end()
                if element := text[start:end].strip(_SPACE):
                    found.append(_parsed(element))
                if depth == 0 and sign != b",":
                    return found, text[mark.start() :]
                start = mark.end()
            depth -= sign != b","
        elif sign == b'"':
            break
    return found, text[start:].lstrip(_SPACE)


def _parsed(element: bytes) -> Element:
    try:
        return orjson.loads(element), hash(element)
    except orjson.JSONDecodeError as error:
        return _broken(element, error), 0


def _broken(element: bytes, error: orjson.JSONDecodeError) -> Broken:
    return Broken(_beginning(element), error.msg)


def _beginning(element: bytes) -> str:
    return " ".join(element[:80].decode("utf-8", "replace").split())
