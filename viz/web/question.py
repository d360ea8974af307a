"""A named question, as a query process answers it: rows in a format, or a page with a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from ...graph.binding import bind
from ...graph.errors import KommunegrafError
from ...graph.public import NOBODY, Hidden
from ...graph.store import StoredGraph
from ...ontology.namespaces import shorten
from ...queries.asking import Answer, ask, bind_parameters
from ...queries.catalogue import Question, question_names, read_question
from ...queries.output import LABEL
from . import forms
from .called import column_of, name_of
from .engine import Out
from .links import path_of
from .negotiate import HTML
from .refusal import RefusalError
from .render import render
from .sparql import write_result
from .visible import WHY, hidden, told

SHOWN: Final = 500
"""Rows on a page; the other formats have all."""


def answer(graph: StoredGraph, asked: Mapping[str, Any], out: Out) -> None:
    """Answers a question. `asked`: name, given (parameters as written), format, lang, staff."""
    name = asked["name"]
    if name not in question_names():
        try:
            read_question(name)
        except KommunegrafError as error:
            raise RefusalError(404, str(error)) from None
    question = read_question(name)
    given = {key: value for key, value in asked["given"].items() if value != ""}
    if asked["format"] == HTML.name:
        _page(graph, question, given, asked["lang"], hidden(graph, staff=asked["staff"]), out)
        return
    try:
        said = ask(graph, name, given)
    except KommunegrafError as error:
        # Rows as data are of the whole graph, and so are names that a parameter may mean.
        raise RefusalError(400, told(error, NOBODY)) from None
    write_result(said.result, asked["format"], out, _understood(said))


def _understood(said: Answer) -> list[tuple[str, str]]:
    """Returns headers that say how the parameters were understood."""
    words = "; ".join(f"{key}={quote(value)}" for key, value in said.understood.items())
    headers = [("kommunegraf-understood", words)] if words else []
    for variable, term in said.bindings.items():
        if isinstance(term, NamedNode) and (path := path_of(term.value)):
            name = variable.strip("_").removesuffix("_iri").replace("_", "-")
            headers.append(("link", f'<{path}>; rel="related"; title="{name}"'))
    return headers


def _page(
    graph: StoredGraph,
    question: Question,
    given: Mapping[str, str],
    lang: str,
    hide: Hidden,
    out: Out,
) -> None:
    header, fault, said, status = question.header, "", None, 200
    lacking = [p.name for p in header.parameters if p.required and p.name not in given]
    if not lacking:
        try:
            said = ask(graph, header.name, given)
        except KommunegrafError as error:
            fault, status = told(error, hide), 400
    elif given:
        try:
            bind_parameters(graph, header, given)
        except KommunegrafError as error:
            fault, status = told(error, hide), 400
    if said is not None and any(hide.has(term) for term in said.bindings.values()):
        said, fault, status = None, WHY, 404
    names: list[str] = []
    rows: list[list[dict[str, str]]] = []
    more, left_out = False, 0
    if said is not None:
        names, rows, more, left_out = _cells(said.result, hide)
    query = urlencode(given)
    page = render(
        "question.html",
        lang,
        header=header,
        fields=forms.fields(graph, header, given, lang),
        fault=fault,
        asked=said is not None,
        understood=_readable(said, lang) if said else [],
        names=[column_of(name, lang) for name in names],
        rows=rows,
        more=more,
        left_out=left_out,
        shown=SHOWN,
        query=f"?{query}" if query else "",
        text=bind(question.text, said.bindings) if said else question.text,
    )
    out.answer(status, (("content-type", HTML.content_type),), page)


def _readable(said: Answer, lang: str) -> list[dict[str, str]]:
    shown = []
    for parameter in said.header.parameters:
        if parameter.name in said.understood:
            term = said.bindings[parameter.variable]
            path = path_of(term.value) if isinstance(term, NamedNode) else ""
            shown.append({"called": name_of(parameter.name, lang), "path": path,
                          "value": said.understood[parameter.name]})  # fmt: skip
    return shown


def _cells(
    result: QuerySolutions | QueryBoolean | QueryTriples, hide: Hidden
) -> tuple[list[str], list[list[dict[str, str]]], bool, int]:
    """Returns the rows as a page shows them: a label links to its thing.

    Rows that name what is hidden are left out; the last is how many.
    """
    if isinstance(result, QueryBoolean):
        return ["answer"], [[_cell(Literal("yes" if result else "no"), None)]], False, 0
    if isinstance(result, QueryTriples):
        triples, left_out = _shown(result, hide)
        rows = [[_cell(term, None) for term in triple] for triple in triples[:SHOWN]]
        return ["subject", "property", "value"], rows, len(triples) > SHOWN, left_out
    names = [variable.value for variable in result.variables]
    shown = [name for name in names if name + LABEL not in names]
    found, left_out = _shown(result, hide)
    rows = []
    for row in found[:SHOWN]:
        cells = []
        for name in shown:
            owner = name.removesuffix(LABEL)
            iri = row[owner] if owner != name and owner in names else None
            cells.append(_cell(row[name], iri))
        rows.append(cells)
    return [name.removesuffix(LABEL) for name in shown], rows, len(found) > SHOWN, left_out


def _shown(rows: Iterable[Any], hide: Hidden) -> tuple[list[Any], int]:
    """Returns the rows of a page, one more if there are more, and how many are left out."""
    found: list[Any] = []
    left_out = 0
    for row in rows:
        if any(hide.has(term) for term in row):
            left_out += 1
        else:
            found.append(row)
            if len(found) > SHOWN:
                break
    return found, left_out


def _cell(term: Any, iri: Any) -> dict[str, str]:
    if term is None:
        return {"text": "" if iri is None else shorten(iri.value), "path": ""}
    node = iri if isinstance(iri, NamedNode) else term if isinstance(term, NamedNode) else None
    text = shorten(term.value) if isinstance(term, NamedNode) else getattr(term, "value", str(term))
    return {"text": text, "path": path_of(node.value) if node is not None else ""}
