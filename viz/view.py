"""The views: one `views/<name>.rq` each, a CONSTRUCT under the header of a question.

A view gives the relations of all times; the page shows those of a day. Besides what a question's
header has it holds `title` and `about` in nb, nn and en (may hold {thing}), `picture` (network or
timeline), `hubs`, `inner` and `group` (see `layout`), `opens`, the day that its page opens at when
it is not the latest, and `each`: a SELECT of the things that `build` writes a page for, with ?thing
and ?before, the first day after the one to open at. These pages together are called `general`, and
any of their things `anyone`. `built: false` says that `build` writes no page, `order` the view's
place in lists. docs/adding.md says what the CONSTRUCT gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ..queries.header import Header
from ..queries.header import parse as parse_header
from .errors import ViewError
from .plan import Plan
from .wording import Words
from .wording import of as words_of

FOLDER: Final = Path(__file__).parent / "views"
_PICTURES: Final = ("network", "timeline")


@dataclass(frozen=True)
class View:
    """One view: what it is called, what it asks and how it is laid out."""

    name: str
    header: Header
    title: Words
    about: Words
    text: str
    picture: str
    hubs: tuple[str, ...]
    inner: tuple[str, ...]
    group: tuple[str, ...]
    each: str | None
    general: Words
    anyone: Words
    order: int
    opens: str | None = None
    built: bool = True

    @property
    def of_one_thing(self) -> bool:
        """True when the view shows one thing and its surroundings."""
        return self.header.parameter("thing") is not None

    def plan(self, focus: str | None) -> Plan:
        """Returns the layout for this view, around a thing when the view is about one."""
        return Plan(self.hubs, focus if self.of_one_thing else None, self.inner, self.group)


def names() -> list[str]:
    """Returns the names of all views, in the order that their headers ask for."""
    found = [load(file.stem) for file in FOLDER.glob("*.rq")]
    return [view.name for view in sorted(found, key=lambda view: (view.order, view.name))]


def load(name: str) -> View:
    """Returns a view by name; raises ViewError when there is none of that name."""
    file = FOLDER / f"{name}.rq"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        raise ViewError(f"there is no view “{name}”; there are {', '.join(names())}")
    return parse(name, file.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> View:
    """Returns the view that a text describes; raises ViewError with what its header lacks."""
    header = parse_header(text, name)
    said = header.extra
    try:
        title = _words(name, said, "title")
        view = View(
            name=name,
            header=header,
            title=title,
            about=_words(name, said, "about"),
            text=text,
            picture=said.get("picture", "network"),
            hubs=_kinds(said.get("hubs", ["partnership"])),
            inner=_kinds(said.get("inner", [])),
            group=_kinds(said.get("group", [])),
            each=said.get("each"),
            general=_words(name, said, "general") if "general" in said else title,
            anyone=_words(name, said, "anyone") if "anyone" in said else Words("", "", ""),
            order=int(said.get("order", 99)),
            opens=_day(name, said.get("opens")),
            built=bool(said.get("built", True)),
        )
    except (KeyError, TypeError) as error:
        raise ViewError(f"views/{name}.rq: the header lacks {error}") from None
    if view.picture not in _PICTURES:
        raise ViewError(f"views/{name}.rq: picture “{view.picture}” is none of {_PICTURES}")
    return view


def _words(name: str, said: Mapping[str, Any], key: str) -> Words:
    return words_of(said[key], f"views/{name}.rq, {key}")


def _day(name: str, day: object) -> str | None:
    """Returns the day as ISO text; YAML reads one without quotation marks as a date."""
    try:
        return None if day is None else date.fromisoformat(str(day)).isoformat()
    except ValueError:
        raise ViewError(f"views/{name}.rq: opens at “{day}”, which is not a date") from None


def _kinds(value: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(kind) for kind in value)
