"""Pages: one self-contained HTML file a view, and the index that points to them.

`render_view` and `render_index` are pure: the same triples give the same bytes. `write_pages`
asks a graph for all views and writes the files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from ..ontology.namespaces import ID
from ..queries.ask import bind_parameters
from ..queries.names import label_of
from . import drawing, embed, style, timeline, views
from .errors import ViewError
from .index import content
from .layout import lay_out
from .network import Graph, from_triples, relations, thing, things
from .style import Style, Words

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from ..graph.store import Graph as Store


@dataclass(frozen=True)
class Parameters:
    """What a view was asked for: the thing it is about, the day, and the way home."""

    thing: str | None = None
    at: str | None = None
    home: str | None = None


def render_view(name: str, triples: Iterable[Triple], parameters: Parameters) -> str:
    """Returns the page of a view for what its CONSTRUCT gave."""
    view = views.load(name)
    graph = from_triples(triples)
    looks = style.load()
    chart = None
    if view.picture == "timeline":
        chart = timeline.chart(graph)
        drawn = drawing.plain(graph)
    else:
        layout = lay_out(graph, view.plan(parameters.thing), looks)
        drawn = drawing.draw(graph, layout, looks)
    about_thing = drawing.label_of(graph, parameters.thing) if parameters.thing else ""
    return _render(
        "page.html",
        styles=[style.css(looks), embed.own("page.css")],
        scripts=([] if chart else [embed.vis_network()]) + [embed.own("page.js")],
        title=_filled(view.title, about_thing),
        about=_filled(view.about, about_thing),
        date=parameters.at,
        home=parameters.home,
        legend=_legend(graph, looks),
        rows=_rows(graph, looks),
        chart=chart,
        data=embed.as_json(_data(drawn, looks)),
    )


def ask_page(graph: Store, view: views.View, given: Mapping[str, str], home: str = "") -> str:
    """Returns the page of a view for parameters as people write them.

    Raises QueryError or NameNotFoundError for a parameter that does not fit, and ViewError when
    the sources say nothing of the thing on that day.
    """
    bindings, understood = bind_parameters(graph, view.header, given)
    triples = list(graph.construct(view.text, bindings))
    if not triples:
        told = ", ".join(f"{name} = {value}" for name, value in understood.items())
        raise ViewError(f"there is nothing to show in {view.name} ({told})")
    thing_term, day = bindings.get("_thing_iri"), bindings.get("_at_xsd_date")
    parameters = Parameters(
        thing=thing_term.value if thing_term else None,
        at=day.value if day else None,
        home=home or None,
    )
    return render_view(view.name, triples, parameters)


def write_pages(graph: Store, folder: Path) -> list[Path]:
    """Writes all views and the index into a folder and returns the files, the index first."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    cards: list[dict[str, Any]] = []
    for name in views.names():
        view = views.load(name)
        of_one = [
            _write(graph, view, folder / f"{name}-{_key(iri)}.html", {"thing": iri, "at": at})
            for iri, at in _each(graph, view)
        ]
        whole = view.each is None and _write(graph, view, folder / f"{name}.html", {})
        if not of_one and not whole:
            continue
        pages = [page for page in of_one if page]
        written += [page.file for page in pages] + ([whole.file] if whole else [])
        cards.append(
            {
                "title": view.title if whole else views.general(view),
                "about": _filled(view.about, "…"),
                "file": whole.file.name if whole else None,
                "pages": [
                    {"file": page.file.name, "name": page.name}
                    for page in sorted(pages, key=lambda page: (page.name, page.file.name))
                ],
            }
        )
    index = folder / "index.html"
    index.write_bytes(render_index(content(graph, cards)).encode("utf-8"))
    return [index, *written]


@dataclass(frozen=True)
class _Page:
    file: Path
    name: str


def _write(graph: Store, view: views.View, file: Path, given: Mapping[str, str]) -> _Page | None:
    """Writes one page; returns None, without a file, when there is nothing to show."""
    try:
        page = ask_page(graph, view, given, home="index.html")
    except ViewError:
        return None
    file.write_bytes(page.encode("utf-8"))
    thing_iri = given.get("thing")
    return _Page(file, label_of(graph, NamedNode(thing_iri)) if thing_iri else view.title.nb)


def _each(graph: Store, view: views.View) -> Iterator[tuple[str, str]]:
    """Yields the things that a view has a page for, with the last day before ?before."""
    for row in graph.select(view.each) if view.each else ():
        before = date.fromisoformat(row["before"].value)
        yield row["thing"].value, (before - timedelta(days=1)).isoformat()


def _key(iri: str) -> str:
    """Returns the last part of an IRI as it may stand in the name of a file."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", iri.rpartition("/")[2]).strip("-") or "thing"


def render_index(content: Mapping[str, Any]) -> str:
    """Returns the index page; see `index.content` for what it needs."""
    looks = style.load()
    return _render(
        "index.html",
        styles=[style.css(looks), embed.own("page.css")],
        scripts=[embed.own("index.js")],
        title=Words("Hvem deler IKT med hvem", "Who shares ICT with whom"),
        **content,
    )


def _render(template: str, *, styles: list[str], scripts: list[str], **content: Any) -> str:
    page = _environment().get_template(template)
    return page.render(
        policy=embed.policy(scripts, styles),
        styles=[embed.trusted(text) for text in styles],
        scripts=[embed.trusted(text) for text in scripts],
        **content,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(str(files(__package__))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )


def _filled(words: Words, name: str) -> Words:
    return Words(words.nb.replace("{thing}", name), words.en.replace("{thing}", name))


def _legend(graph: Graph, looks: Style) -> dict[str, list[dict[str, Any]]]:
    """Returns the kinds that the page shows, with how many of each."""
    kinds = Counter(t.kind for t in things(graph))
    ties = Counter(r.kind for r in relations(graph))
    sure = Counter(r.standing for r in relations(graph))
    groups: tuple[tuple[str, Counter[str], Mapping[str, Any]], ...] = (
        ("things", kinds, looks.things),
        ("relations", ties, looks.relations),
        ("standings", sure, looks.standings),
    )
    return {
        group: [
            {
                "kind": kind,
                "words": look.words,
                "shape": getattr(look, "shape", None),
                "count": counts[kind],
            }
            for kind, look in table.items()
            if counts[kind]
        ]
        for group, counts, table in groups
    }


def _rows(graph: Graph, looks: Style) -> Sequence[Mapping[str, Any]]:
    """Returns the table's rows: by kind of relation, then by the names at both ends."""
    rank = {kind: number for number, kind in enumerate(looks.relations)}
    rows = [
        {
            "number": number,
            "start": thing(graph, relation.start).label,
            "end": thing(graph, relation.end).label,
            "kind": relation.kind,
            "text": relation.label,
            "period": relation.period,
            "standing": looks.standing(relation.standing).words.nb,
            "sources": relation.sources,
        }
        for number, relation in enumerate(relations(graph))
    ]
    return sorted(rows, key=lambda r: (rank[r["kind"]], r["end"], r["start"], r["number"]))


def _data(drawn: drawing.Drawing, looks: Style) -> dict[str, Any]:
    return {
        **asdict(drawn),
        "base": ID,
        "hub": drawing.HUB,
        "faint": [kind for kind, look in looks.relations.items() if look.faint],
        "strength": {kind: look.strength for kind, look in looks.standings.items()},
        "words": {
            group: {kind: [look.words.nb, look.words.en] for kind, look in table.items()}
            for group, table in (
                ("thing", looks.things),
                ("relation", looks.relations),
                ("standing", looks.standings),
            )
        },
    }
