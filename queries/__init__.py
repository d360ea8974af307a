"""Asks: one `.rq` file a question, the catalogue that knows them, and what runs them.

The names below are the public face; all else may change between versions.

    from kommunegraf.graph import open_graph
    from kommunegraf.queries import asking as ask

    for row in ask(open_graph(), "members", partnership="ROR-IKT").rows():
        print(row["memberLabel"], row["source"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..graph.lazily import lazily

if TYPE_CHECKING:
    from .asking import Answer as Answer
    from .asking import ask as ask
    from .catalogue import question_names as question_names
    from .finding.candidates import Candidate as Candidate
    from .finding.candidates import Found as Found
    from .finding.candidates import find as find
    from .free import running
    from .names import resolve as resolve

    sparql = running.run_free

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Answer": ".asking",
        "Candidate": ".finding.candidates",
        "Found": ".finding.candidates",
        "ask": ".asking",
        "find": ".finding.candidates",
        "question_names": ".catalogue",
        "resolve": ".names",
        "sparql": ".free.running:run_free",
    },
)
