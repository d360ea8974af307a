"""Formats: the names of what an answer may be written as, and the refusal of any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..graph.errors import UsageError

ROWS: Final = ("table", "csv", "json", "md")
"""What rows may be written as."""

FORMATS: Final = (*ROWS, "ttl")
"""What an answer that may be triples can be written as."""


def check_format(name: str, known: Sequence[str] = FORMATS) -> None:
    """Raises UsageError for a name that is not one of the known formats."""
    if name not in known:
        raise UsageError(f"“{name}” is not a format here; known: {', '.join(known)}")
