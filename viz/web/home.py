"""The first page, as a query process answers it: what the graph holds, and first questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...graph.store import StoredGraph
from ...queries.as_of import latest_day, newest_day
from ...queries.catalogue import question_names, read_question
from .. import index
from . import forms
from .engine import Out
from .negotiate import HTML
from .render import render

FIRST: Final = (
    "members", "moved-same-day", "chairs", "shared-systems", "municipality-systems",
    "vendor-impact", "cost-shares", "contracts", "successors-on", "unknown",
)  # fmt: skip
"""The questions that the first page begins with."""


def answer(graph: StoredGraph, asked: Mapping[str, Any], out: Out) -> None:
    """Makes the page. `asked`: build, lang, views (whether the build has drawn any)."""
    known = question_names()
    questions = []
    for name in FIRST:
        if name in known:
            header = read_question(name).header
            fields = [
                field
                for field in forms.fields(graph, header, {}, asked["lang"])
                if field["required"] or field["name"] in ("partnership", "at")
            ]
            questions.append({"header": header, "fields": fields})
    page = render(
        "home.html",
        asked["lang"],
        counts=index.counts(graph),
        sources=index.sources(graph),
        questions=questions,
        many=len(known),
        latest=latest_day(graph).isoformat(),
        newest=newest_day(graph).isoformat(),
        build=asked["build"],
        registers=graph.manifest.registers,
    )
    out.answer(200, (("content-type", HTML.content_type),), page)
