"""Pages: one self-contained HTML file a view, and the index that points to them.

Here a graph is asked for a view, and files are written; `rendering` makes their text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import NamedNode

from ..graph.public import NOBODY, Hidden, hidden_staff
from ..queries.as_of import read_day
from ..queries.asking import bind_parameters
from ..queries.labels import label_of
from . import index
from .asking.page import write_page as write_question_page
from .errors import ViewError
from .network import KIND, fullest_day
from .rendering import Drawn, Opening, drawn, key_of, render_view
from .view import View, load, names
from .visibility import without

if TYPE_CHECKING:
    from ..graph.store import StoredGraph as Store

INDEX: Final = "index.html"
QUESTIONS: Final = "questions.html"


def ask_view(
    graph: Store, view: View, given: Mapping[str, str], hidden: Hidden = NOBODY
) -> tuple[Drawn, Opening]:
    """Returns the network of a view for parameters as people write them, without what is hidden.

    `given`: the view's parameters, and `at`, the day that the page opens at. Raises QueryError or
    NameNotFoundError for a parameter that does not fit, and ViewError when the sources say nothing
    of the thing.
    """
    rest = {name: value for name, value in given.items() if name != "at"}
    asked = read_day(graph, given.get("at", view.opens or "latest"))
    bindings, understood = bind_parameters(graph, view.header, rest, asked)
    triples = without(graph.construct(view.text, bindings), hidden)
    if not any(triple.predicate.value == KIND for triple in triples):
        told = ", ".join(f"{name} = {value}" for name, value in understood.items())
        raise ViewError(f"there is nothing to show in {view.name}" + (f" ({told})" if told else ""))
    term = bindings.get("_thing_iri")
    thing = term.value if term else None
    network = drawn(view, triples, thing)
    day = asked.isoformat()
    if not view.built and "at" not in given:
        day = fullest_day(network.graph, day)
    return network, Opening(day=day, thing=thing)


def ask_page(
    graph: Store,
    view: View,
    given: Mapping[str, str],
    *,
    home: str | None = None,
    ask: str | None = None,
    hidden: Hidden = NOBODY,
) -> str:
    """Returns the page of a view; `home` and `ask` are its links to the index and the questions.

    Raises as `ask_view`.
    """
    network, opening = ask_view(graph, view, given, hidden)
    return render_view(view, network, Opening(opening.day, opening.thing, home, ask))


def write_whole(file: Path, content: str | bytes) -> None:
    """Writes a file, text as UTF-8; one of that name stays as it was until all is written."""
    beside = file.with_name(f".{file.name}.unfinished")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def write_pages(graph: Store, folder: Path) -> list[Path]:
    """Writes all views, the question page and the index, and returns the files, the index first.

    Staff below leading roles are left out, as in exports.
    """
    hidden = hidden_staff(graph.store)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    cards: list[dict[str, Any]] = []
    for view in map(load, names()):
        if not view.built:
            continue
        of_one = [
            _write(
                graph, view, folder / f"{view.name}-{key_of(given['thing'])}.html", given, hidden
            )
            for given in _each(graph, view)
        ]
        whole = view.each is None and _write(graph, view, folder / f"{view.name}.html", {}, hidden)
        if not of_one and not whole:
            continue
        pages = [page for page in of_one if page]
        written += [page.file for page in pages] + ([whole.file] if whole else [])
        cards.append(
            {
                "name": view.name,
                "title": view.general,
                "about": view.about.filled(view.anyone),
                "file": whole.file.name if whole else None,
                "pages": [
                    {"file": page.file.name, "name": page.name}
                    for page in sorted(pages, key=lambda page: (page.name, page.file.name))
                ],
            }
        )
    questions = folder / QUESTIONS
    write_whole(questions, write_question_page(graph, home=INDEX))
    first = folder / INDEX
    write_whole(first, index.render(index.content(graph, cards, questions=QUESTIONS)))
    return [first, questions, *written]


@dataclass(frozen=True)
class _Page:
    file: Path
    name: str


def _write(
    graph: Store, view: View, file: Path, given: Mapping[str, str], hidden: Hidden
) -> _Page | None:
    """Writes one page; returns None, without a file, when there is nothing to show."""
    try:
        page = ask_page(graph, view, given, home=INDEX, ask=QUESTIONS, hidden=hidden)
    except ViewError:
        return None
    write_whole(file, page)
    thing_iri = given.get("thing")
    return _Page(file, label_of(graph, NamedNode(thing_iri)) if thing_iri else view.title.nb)


def _each(graph: Store, view: View) -> Iterator[dict[str, str]]:
    """Yields the parameters of each page of a view: the thing, and the last day before ?before."""
    for row in graph.select(view.each) if view.each else ():
        last = date.fromisoformat(row["before"].value) - timedelta(days=1)
        yield {"thing": row["thing"].value, "at": last.isoformat()}
