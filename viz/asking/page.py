"""The page of questions: one file that holds the graph, an engine, and the questions to ask.

`write_page` is pure: the same graph gives the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...graph.store import StoredGraph
from ...queries.as_of import STANDINGS, latest_day, newest_day
from ...queries.free.rules import keywords
from .. import embed, wording
from ..errors import ViewError
from . import choices, public

_HERE: Final = Path(__file__).parent
_ENGINE: Final = _HERE / "vendor" / "oxigraph"

SCRIPTS: Final = (
    "unpack", "terms", "things", "called", "binding", "inspect", "faults", "engine", "saving",
    "choose", "form", "rows", "answer", "catalogue", "ask",
)  # fmt: skip
"""Our scripts, in the order in which they run; `worker.js` runs beside the page."""

LEVEL: Final = 6
"""Compression: the highest takes twice the time and makes the page a hundredth smaller."""


def write_page(graph: StoredGraph, *, home: str | None = None, staff: bool = False) -> str:
    """Returns the page: it answers questions over the graph from disk, without a server.

    `home`: the page that the name of the project leads to. Staff below leading roles are left out
    unless `staff`.
    """
    left_out = public.hidden(graph.store, staff=staff)
    lines = public.public_lines(graph.store, left_out)
    catalogue = _catalogue(graph, left_out, triples=len(lines))
    said = wording.load("every", "ask")
    styles = [embed.own("page.css"), _own("ask.css")]
    scripts = [
        embed.own("page/words.js"),
        *(_own(f"{name}.js") for name in SCRIPTS),
        embed.own("page/switches.js"),
    ]
    return _environment().get_template("asking/ask.html").render(
        policy=policy(scripts, styles),
        styles=[embed.trusted(text) for text in styles],
        scripts=[embed.trusted(text) for text in scripts],
        words=said,
        dictionary=embed.as_json(wording.packed(said)),
        home=home,
        themes=_themes(catalogue["questions"]),
        worker=embed.as_json(worker()),
        engine=packed((_ENGINE / "web_bg.wasm").read_bytes()),
        data=packed(public.turtle(lines)),
        catalogue=packed(_json(catalogue)),
    )  # fmt: skip


def policy(scripts: list[str], styles: list[str]) -> str:
    """Returns the policy of every page, and besides leave to start our worker and its engine."""
    # The worker is made by our script from text in the page, and is under the same policy.
    strict = embed.policy(scripts, styles)
    return strict.replace("script-src ", "script-src 'wasm-unsafe-eval' ") + "; worker-src blob:"


def worker() -> str:
    """Returns the worker's script: the engine's own as a classic script, and ours after it.

    Browsers start no module from a page on disk. Raises ViewError when the engine's script is of
    another make than the one that this was written for.
    """
    text = (_ENGINE / "web.js").read_text(encoding="utf-8").replace("\r\n", "\n")
    text = re.sub(
        r"^export \{ initSync, (\w+) as default \};$", r"const initialise = \1;", text, flags=re.M
    )
    text = re.sub(r"^export (?=class |function )", "", text, flags=re.M)
    text = text.replace("import.meta.url", "self.location.href")
    if re.search(r"^\s*(export|import)\b|import\.meta", text, re.M) or "initialise" not in text:
        raise ViewError("the engine's script is not as expected; see viz/asking/vendor/oxigraph")
    return "\n".join((text, _own("unpack.js"), _own("writing.js"), _own("worker.js")))


def packed(data: bytes) -> str:
    """Returns bytes compressed, as text that holds no markup; the same bytes give the same text."""
    return base64.b64encode(gzip.compress(data, LEVEL, mtime=0)).decode("ascii")


def _catalogue(graph: StoredGraph, left_out: public.Hidden, triples: int) -> dict[str, Any]:
    return {
        "questions": choices.questions(),
        "things": choices.things(graph, left_out.nodes),
        "spaces": choices.spaces(),
        "types": choices.narrower(),
        "prefixes": choices.prefixes(),
        "names": tomllib.loads(_own("names.toml")),
        "standings": STANDINGS,
        "keywords": sorted(keywords()),
        "latest": _day(latest_day(graph)),
        "newest": _day(newest_day(graph)),
        "triples": triples,
    }


def _themes(questions: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Returns the questions by their first tag, for readers without scripts."""
    themes: dict[str, list[dict[str, Any]]] = {}
    for question in questions:
        themes.setdefault(question["tags"][0], []).append(question)
    return themes


def _day(day: date) -> str:
    return day.isoformat()


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _own(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
