"""Asks: one `.rq` file a question, the catalogue that knows them, and what runs them.

The names below are the public face; all else may change between versions.

    from kommunegraf.graph import open_graph
    from kommunegraf.queries import asking as ask

    for row in ask(open_graph(), "members", partnership="ROR-IKT").rows():
        print(row["memberLabel"], row["source"])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .asking import Answer as Answer
    from .asking import ask as ask
    from .catalogue import question_names as question_names
    from .finding.candidates import find as find
    from .free.running import run_free as sparql
    from .names import resolve as resolve

_WHERE: Final = {
    "Answer": (".asking", "Answer"),
    "ask": (".asking", "ask"),
    "find": (".finding.candidates", "find"),
    "question_names": (".catalogue", "question_names"),
    "resolve": (".names", "resolve"),
    "sparql": (".free.running", "run_free"),
}
__all__ = ["Answer", "ask", "find", "question_names", "resolve", "sparql"]


def __getattr__(name: str) -> object:
    # Imported when first used: a command must not wait for what it does not need.
    if name not in _WHERE:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    module, there = _WHERE[name]
    return getattr(import_module(module, __name__), there)
