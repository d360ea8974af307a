"""Pages: one self-contained HTML file a view, and the index that points to them.

`render_view` and `render_index` are pure: the same triples give the same bytes. `write_pages`
asks a graph for all views and writes the files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from ..graph.public import staff_nodes
from ..ontology.namespaces import ID
from ..queries.asking import bind_parameters
from ..queries.names import label_of
from . import content, drawing, embed, index, style, timeline
from .errors import ViewError
from .layout import lay_out
from .network import SUBJECT, from_triples
from .style import Words
from .view import View, load, names
from .visibility import without

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from ..graph.store import StoredGraph as Store


@dataclass(frozen=True)
class Parameters:
    """What a view was asked for: the thing it is about, the day, and the way home."""

    thing: str | None = None
    at: str | None = None
    home: str | None = None


def render_view(name: str, triples: Iterable[Triple], parameters: Parameters) -> str:
    """Returns the page of a view for what its CONSTRUCT gave."""
    view = load(name)
    graph = from_triples(triples)
    looks = style.load()
    chart = None
    if view.picture == "timeline":
        chart = timeline.chart(graph)
        drawn = drawing.plain(graph)
    else:
        layout = lay_out(graph, view.plan(parameters.thing), looks)
        drawn = drawing.draw(graph, layout, looks)
    name_of = drawing.label_of(graph, parameters.thing) if parameters.thing else ""
    called = Words(name_of, name_of)
    return _render(
        "page.html",
        styles=[style.css(looks), embed.own("page.css")],
        scripts=([] if chart else [embed.vis_network()]) + [embed.own("page.js")],
        title=_filled(view.title, called),
        about=_filled(view.about, called),
        date=parameters.at,
        home=parameters.home,
        legend=content.legend(graph, looks),
        rows=content.rows(graph, looks),
        chart=chart,
        data=embed.as_json(content.script_data(drawn, looks)),
    )


def ask_page(
    graph: Store,
    view: View,
    given: Mapping[str, str],
    *,
    home: str | None = None,
    hidden: Collection[str] = (),
) -> str:
    """Returns the page of a view for parameters as people write them, without what is hidden.

    Raises QueryError or NameNotFoundError for a parameter that does not fit, and ViewError when
    the sources say nothing of the thing on that day.
    """
    bindings, understood = bind_parameters(graph, view.header, given)
    triples = without(graph.construct(view.text, bindings), hidden)
    if not any(triple.predicate.value == SUBJECT for triple in triples):
        told = ", ".join(f"{name} = {value}" for name, value in understood.items())
        raise ViewError(f"there is nothing to show in {view.name} ({told})")
    thing_term, day = bindings.get("_thing_iri"), bindings.get("_at_xsd_date")
    parameters = Parameters(
        thing=thing_term.value if thing_term else None,
        at=day.value if day else None,
        home=home,
    )
    return render_view(view.name, triples, parameters)


def staff(graph: Store) -> set[str]:
    """Returns the roles, posts and persons below leading roles, which pages leave out."""
    kinds = tuple(f"{ID}{kind}/" for kind in ("person", "post", "role-of"))
    # Only these: a body or partnership that merely has such a member is shown.
    return {node.value for node in staff_nodes(graph.store) if node.value.startswith(kinds)}


def write_whole(file: Path, page: str) -> None:
    """Writes a page as UTF-8; a file of that name stays as it was until all is written."""
    beside = file.with_name(f".{file.name}.unfinished")
    try:
        beside.write_bytes(page.encode("utf-8"))
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def write_pages(graph: Store, folder: Path) -> list[Path]:
    """Writes all views and the index into a folder and returns the files, the index first.

    Staff below leading roles are left out, as in exports.
    """
    hidden = staff(graph)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    cards: list[dict[str, Any]] = []
    for name in names():
        view = load(name)
        of_one = [
            _write(graph, view, folder / f"{name}-{_key(given['thing'])}.html", given, hidden)
            for given in _each(graph, view)
        ]
        whole = view.each is None and _write(graph, view, folder / f"{name}.html", {}, hidden)
        if not of_one and not whole:
            continue
        pages = [page for page in of_one if page]
        written += [page.file for page in pages] + ([whole.file] if whole else [])
        cards.append(
            {
                "title": view.general,
                "about": _filled(view.about, view.anyone),
                "file": whole.file.name if whole else None,
                "pages": [
                    {"file": page.file.name, "name": page.name}
                    for page in sorted(pages, key=lambda page: (page.name, page.file.name))
                ],
            }
        )
    first = folder / "index.html"
    write_whole(first, render_index(index.content(graph, cards)))
    return [first, *written]


@dataclass(frozen=True)
class _Page:
    file: Path
    name: str


def _write(
    graph: Store, view: View, file: Path, given: Mapping[str, str], hidden: Collection[str]
) -> _Page | None:
    """Writes one page; returns None, without a file, when there is nothing to show."""
    try:
        page = ask_page(graph, view, given, home="index.html", hidden=hidden)
    except ViewError:
        return None
    write_whole(file, page)
    thing_iri = given.get("thing")
    return _Page(file, label_of(graph, NamedNode(thing_iri)) if thing_iri else view.title.nb)


def _each(graph: Store, view: View) -> Iterator[dict[str, str]]:
    """Yields the parameters of each page of a view: the thing, and the last day before ?before."""
    dated = view.header.parameter("at") is not None
    for row in graph.select(view.each) if view.each else ():
        last = date.fromisoformat(row["before"].value) - timedelta(days=1)
        given = {"thing": row["thing"].value}
        yield {**given, "at": last.isoformat()} if dated else given


def _key(iri: str) -> str:
    """Returns the last part of an IRI as it may stand in the name of a file."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", iri.rpartition("/")[2]).strip("-") or "thing"


def render_index(shown: Mapping[str, Any]) -> str:
    """Returns the index page; see `index.content` for what it needs."""
    looks = style.load()
    return _render(
        "index.html",
        styles=[style.css(looks), embed.own("page.css")],
        scripts=[embed.own("index.js")],
        title=Words("Hvem deler IKT med hvem", "Who shares ICT with whom"),
        **shown,
    )


def _render(template: str, *, styles: list[str], scripts: list[str], **shown: Any) -> str:
    page = _environment().get_template(template)
    return page.render(
        policy=embed.policy(scripts, styles),
        styles=[embed.trusted(text) for text in styles],
        scripts=[embed.trusted(text) for text in scripts],
        **shown,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )


def _filled(words: Words, called: Words) -> Words:
    return Words(words.nb.replace("{thing}", called.nb), words.en.replace("{thing}", called.en))
