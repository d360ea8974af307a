"""From what a view's CONSTRUCT gave to the text of its page; pure: same triples, same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import content, drawing, embed, style, timeline, wording
from .layout import Layout, lay_out
from .network import Graph, from_triples, relations, thing, things
from .packing import pack
from .view import View

if TYPE_CHECKING:
    from pyoxigraph import Triple

FOLDED: Final = 5000
"""Things from which a page opens with each partnership folded into one symbol."""

_BEFORE: Final = ("words", "data", "rule", "shown", "state", "scene", "labels", "canvas")
_AFTER: Final = ("panel", "legend", "time", "table", "download", "switches", "main")
"""The scripts of a view's page, in their order, before and after the one that draws."""


@dataclass(frozen=True)
class Opening:
    """How a page opens: on what day, about what thing, with what links to other pages."""

    day: str
    thing: str | None = None
    home: str | None = None
    ask: str | None = None


@dataclass(frozen=True)
class Drawn:
    """A network with its places, as a page and the exports for other programs need it."""

    graph: Graph
    layout: Layout


def drawn(view: View, triples: Iterable[Triple], focus: str | None) -> Drawn:
    """Returns the network of a view's triples, laid out as the view says.

    Raises ViewError for a kind of thing or relation that `style.toml` does not have.
    """
    graph = from_triples(triples)
    looks = style.load()
    for found in things(graph):
        looks.thing(found.kind)
    for tie in relations(graph):
        looks.relation(tie.kind)
    if view.picture == "timeline":
        return Drawn(graph, Layout({}, [], {}))
    return Drawn(graph, lay_out(graph, view.plan(focus), looks))


def render_view(view: View, network: Drawn, opening: Opening) -> str:
    """Returns the page of a view."""
    looks = style.load()
    graph = network.graph
    numbers = {iri: number for number, iri in enumerate(graph)}
    charted = view.picture == "timeline"
    hidden = list(content.OPENS_HIDDEN)
    shown = content.legend(graph, looks, opening.day)
    if charted:
        # A chart shows all times at once: of how things stand it leaves out what is not solid.
        shown["standing"] = [
            e for e in shown["standing"] if e["kind"] in ("persisting", "possible", "planned")
        ]
    table = content.table(graph, looks, opening.day, hidden, all_times=charted)
    name = label_of(graph, opening.thing) if opening.thing else ""
    carried: dict[str, Any] = {
        **content.script_data(shown, looks),
        "areas": drawing.areas(graph, network.layout),
        "opens": opening.day,
        "hidden": hidden,
        "hub": drawing.HUB,
        "file": view.name + (f"-{key_of(opening.thing)}" if opening.thing else ""),
        "focus": numbers.get(opening.thing or ""),
        "folded": len(graph) > FOLDED,
        "chart": charted,
        "inner": [] if charted else sorted(set(view.inner) & {"municipality"}),
        "ask": opening.ask,
        "cited": content.cited(graph),
    }

    def packed(
        nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]], options: str
    ) -> object:
        return embed.as_json({**pack(nodes, edges), **carried, "options": loads(options)})

    scripts = (*_BEFORE, "chart" if charted else "picture", *_AFTER)
    context = page_context(
        words={
            **wording.load("every", "view"),
            **content.words(looks),
            "title": view.title.filled(name),
            "about": view.about.filled(name),
        },
        styles=[style.css(looks), embed.own("page.css"), embed.own("view.css")],
        scripts=[
            *([] if charted else [embed.vis_network()]),
            *(embed.own(f"page/{script}.js") for script in scripts),
        ],
        allowed=("img-src blob:",),
        home=opening.home,
        date=opening.day,
        legend=shown,
        hidden=hidden,
        rows=table.rows,
        left_out=table.left_out,
        columns=content.COLUMNS,
        chart=timeline.chart(graph) if charted else None,
        carried=packed,
    )
    return drawing.render(
        drawing.draw(graph, network.layout, looks), environment(), "page.html", context
    )


def page_context(
    *,
    words: Mapping[str, wording.Words],
    styles: Sequence[str],
    scripts: Sequence[str],
    allowed: Sequence[str] = (),
    **shown: Any,
) -> dict[str, Any]:
    """Returns what `base.html` and a page on top of it need; `allowed` adds to the policy."""
    return {
        "policy": embed.policy(scripts, styles, allowed),
        "styles": [embed.trusted(text) for text in styles],
        "scripts": [embed.trusted(text) for text in scripts],
        "words": words,
        "dictionary": embed.as_json(wording.packed(words)),
        **shown,
    }


def key_of(iri: str) -> str:
    """Returns the last part of an IRI as it may stand in the name of a file."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", iri.rpartition("/")[2]).strip("-") or "thing"


def label_of(graph: Graph, iri: str) -> str:
    """Returns the name of a drawn thing, or its IRI when the view does not draw it."""
    return thing(graph, iri).label if iri in graph else iri


@cache
def environment() -> Environment:
    """Returns the templates of this folder: every text is data unless marked as ours."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
