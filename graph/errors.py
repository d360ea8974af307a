"""Errors that a user can mend: one base class, few leaves, each message one sentence.

The command line prints the message on stderr and ends with the class's exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class KommunegrafError(Exception):
    """Something that the user can mend; `str()` says what, where and what to do."""

    exit_code = 2


class SourceError(KommunegrafError):
    """A source cannot be read as declared; names file, row and value."""

    def __init__(self, message: str, file: Path | str, row: int | None = None) -> None:
        self.file = file
        self.row = row
        where = f"{file}:{row}" if row is not None else str(file)
        super().__init__(f"{where}: {message}")


class SeveralFaultsError(KommunegrafError):
    """Several rows cannot be read; one sentence a line, the first twenty of them."""

    SHOWN = 20

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(errors)
        lines = [str(error) for error in errors[: self.SHOWN]]
        if (more := len(errors) - self.SHOWN) > 0:
            lines.append(f"… and {more} more faults")
        super().__init__("\n".join(lines))


class StoreError(KommunegrafError):
    """A store is missing, unfinished, of another version or cannot be written."""


class QueryError(KommunegrafError):
    """A query cannot be run as written, or a parameter is missing or of the wrong kind."""


class NameNotFoundError(KommunegrafError):
    """A name fits nothing in the graph, or more than one thing; carries the candidates.

    `candidates`: their IRIs; `bare`: the sentence without them.
    """

    def __init__(self, message: str, candidates: Sequence[str] = (), bare: str = "") -> None:
        self.candidates = tuple(candidates)
        self.bare = bare or message
        super().__init__(message)


class UsageError(KommunegrafError):
    """A command was called in a way that it cannot follow."""


class FetchError(KommunegrafError):
    """A download cannot be had: the server, the way to it, or what it answered."""


class GoneError(FetchError):
    """A register answers that what is asked for is not there (404) or has been removed (410)."""

    exit_code = 1

    def __init__(self, message: str, *, removed: bool) -> None:
        self.removed = removed
        super().__init__(message)


class RemoteError(KommunegrafError):
    """A SPARQL endpoint cannot be reached, refuses, or answers something that is no answer."""
