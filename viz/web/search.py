"""Search, as a query process answers it: what a text may mean, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ...graph.errors import KommunegrafError
from ...graph.iris import fold
from ...graph.store import StoredGraph
from ...ontology.namespaces import shorten
from ...queries.finding.candidates import Candidate, find
from .engine import Out
from .links import path_of
from .negotiate import HTML, OBJECT
from .refusal import RefusalError
from .render import render
from .visible import hidden

SHOWN: Final = 30
ENGLISH: Final = "label-en"
"""The sort of name that is a thing's English label."""


def answer(graph: StoredGraph, asked: Mapping[str, Any], out: Out) -> None:
    """Answers a search. `asked`: text, format, lang, staff."""
    text, fault, status = asked["text"], "", 200
    candidates: list[Candidate] = []
    remark = ""
    if text.strip():
        try:
            found = find(graph, text, limit=SHOWN)
            candidates, remark = found.candidates, found.remark
        except KommunegrafError as error:
            fault, status = str(error), 400
    hide = hidden(graph, staff=asked["staff"])
    candidates = [
        one
        for one in candidates
        if not (hide.has(one.iri) or hide.named_in(one.label) or hide.named_in(one.name))
    ]
    if asked["format"] == HTML.name:
        page = render(
            "search.html", asked["lang"], text=text, fault=fault, remark=remark,
            candidates=_in_language(candidates, text, asked["lang"]),
        )  # fmt: skip
        out.answer(status, (("content-type", HTML.content_type),), page)
        return
    if fault:
        raise RefusalError(400, fault)
    said = {"text": text, "remark": remark, "candidates": [_shown(one) for one in candidates]}
    out.answer(200, (("content-type", OBJECT.media),), orjson.dumps(said))


def _in_language(candidates: list[Candidate], text: str, lang: str) -> list[dict[str, Any]]:
    """Returns the candidates as a page shows them.

    Of those that fit alike, what only its English name finds comes last on a Norwegian page; a
    name by which a thing was found is said when the one that is shown does not say it.
    """
    if lang != "en":
        candidates = sorted(candidates, key=lambda one: (one.fit, one.sort == ENGLISH))
    shown = []
    for one in candidates:
        said = _shown(one)
        if lang == "en" and one.sort == ENGLISH:
            said["label"] = one.name
        if fold(one.name) == fold(said["label"]) or (
            one.sort == ENGLISH and fold(text) in fold(said["label"])
        ):
            said["name"] = ""
        shown.append(said)
    return shown


def _shown(one: Candidate) -> dict[str, Any]:
    return {
        "iri": one.iri.value,
        "short": shorten(one.iri.value),
        "page": path_of(one.iri.value),
        "label": one.label,
        "kind": one.kind,
        "type": one.type,
        "until": one.until,
        "name": one.name,
        "sort": one.sort,
        "time": one.time,
        "likeness": round(one.likeness, 3),
    }
