"""As of: the day and the standings that an answer is for, read as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..graph import predicates as p
from ..graph.dataset import Graph
from ..graph.errors import QueryError

STANDINGS: Final = ("stated", "persisting", "possible", "planned")
"""How a relation may stand on a day; the rule on time in every question gives these words."""

CERTAINTIES: Final = ("stated", "implied", "uncertain")
"""How sure a place in a source is, the surest first."""


def latest_day(graph: Graph) -> date:
    """Returns the last day that the graph's reports speak for, the default of --at."""
    return date.fromisoformat(graph.manifest.speaks_until) - timedelta(days=1)


def newest_day(graph: Graph) -> date:
    """Returns the last day that any source speaks for, registers included."""
    return date.fromisoformat(graph.manifest.newest) - timedelta(days=1)


def read_day(graph: Graph, text: str) -> date:
    """Returns a day given as 2018-12-31, latest or newest; raises QueryError for all else."""
    if text == "latest":
        return latest_day(graph)
    if text == "newest":
        return newest_day(graph)
    try:
        # Python reads more (20181231, 2018-W52-1) than is said to be read.
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise QueryError(f"“{text[:40]}” is not a date; write it as 2018-12-31")


def whence(text: str, lang: str = "en") -> str:
    """Returns what is said of a day that was not written as such, to follow it in a sentence."""
    said = {
        "latest": ("the last day that the reports speak for", "den siste dagen rapportene gjelder"),
        "newest": ("the last day that any source speaks for", "den siste dagen en kilde gjelder"),
    }
    return f", {said[text][lang == 'nb']}" if text in said else ""


def read_standing(text: str, known: Sequence[str] = STANDINGS) -> tuple[str, ...]:
    """Returns the standings that a text lists, each once; raises QueryError for any other word."""
    words = tuple(dict.fromkeys(text.split()))
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        said = f"“{unknown[0]}” is not a standing" if unknown else "is empty"
        raise QueryError(f"--standing: {said}; write one or more of {', '.join(known)}")
    return words


def time_terms(day: date | str, standing: str) -> dict[str, NamedNode | Literal]:
    """Returns the day and the standings as terms for a query that holds the rule on time."""
    return {
        "_at_xsd_date": Literal(str(day), datatype=p.XSD_DATE),
        "_standing_literal": Literal(standing),
    }
