"""The things that an answer of another command names, to draw what it touches."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..graph.errors import UsageError
from ..ontology.namespaces import ID


@dataclass(frozen=True)
class Named:
    """The things and relations that an answer names, and the day that it is for, if it says so."""

    iris: tuple[str, ...]
    day: str | None


def read(data: bytes, file: str) -> Named:
    """Returns what an answer in JSON names: of `path`, `impact`, `analyse`, `query` or `sparql`.

    Raises UsageError, with the file's name, when it is no JSON or names nothing of the graph.
    """
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON ({error}); write it with --format json") from None
    iris = dict.fromkeys(text for text in _texts(answer) if text.startswith(ID) and " " not in text)
    if not iris:
        raise UsageError(f"{file} names nothing of the graph, so there is nothing to draw")
    return Named(tuple(iris), _day(answer))


def read_file(file: Path) -> Named:
    """Returns what the answer in a file names; “-” is standard input. Raises UsageError."""
    if str(file) == "-":
        return read(sys.stdin.buffer.read(), "standard input")
    try:
        return read(file.read_bytes(), str(file))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


def _day(answer: object) -> str | None:
    said = answer.get("at") if isinstance(answer, dict) else None
    try:
        return date.fromisoformat(said).isoformat() if isinstance(said, str) else None
    except ValueError:
        return None
