"""Who is shown: pages of people carry governing and leading roles, others only with --staff."""

from __future__ import annotations

import re
from typing import Final
from weakref import WeakKeyDictionary

from ...graph.errors import KommunegrafError, NameNotFoundError
from ...graph.public import NOBODY, Hidden, hidden_staff
from ...graph.store import StoredGraph

WHY: Final = (
    "this is about ordinary staff and is not published here; "
    "kommunegraf serve --staff shows it to those who may see it"
)

_OPTION: Final = re.compile(r"(?<!\S)--(?=[a-z])")
_KNOWN: Final[WeakKeyDictionary[StoredGraph, Hidden]] = WeakKeyDictionary()


def hidden(graph: StoredGraph, *, staff: bool = False) -> Hidden:
    """Returns what is hidden of a graph, nothing when staff is shown; worked out once."""
    if staff:
        return NOBODY
    if graph not in _KNOWN:
        _KNOWN[graph] = hidden_staff(graph.store)
    return _KNOWN[graph]


def told(error: KommunegrafError, hide: Hidden) -> str:
    """Returns what is said of an error here: parameters without the dashes of the command line.

    Candidates that are hidden are not named.
    """
    said = str(error)
    if isinstance(error, NameNotFoundError) and not hide.nodes.isdisjoint(error.candidates):
        said = error.bare
    return WHY if hide.named_in(said) else _OPTION.sub("", said)
