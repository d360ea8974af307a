"""What every analysis is asked with and answers with, and where each of them is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import QueryError

ANALYSES: Final = ("concentration", "likeness", "brokers", "communities", "joint-procurement")
"""The analyses; a module of the same name in this folder makes each."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the graph with its Norwegian label."""

    iri: NamedNode
    label: str


@dataclass(frozen=True, slots=True)
class Share:
    """A thing and its part of a whole, 0 to 1."""

    thing: Thing
    part: float


Value = None | str | int | float | Thing | Share | Sequence["Value"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What an analysis is asked for: as of which day, and how it is narrowed.

    `thing` is the one organisation that it is about, `minimum` what it must rest on to be shown,
    `top` the number of rows; None stands for the analysis's own choice. `components`: whether what
    everybody has (national components; state bodies and associations) counts too.
    """

    at: str
    standing: str
    partnership: NamedNode | None = None
    thing: NamedNode | None = None
    minimum: int | None = None
    top: int | None = None
    components: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What an analysis found: columns, rows by column, and what a reader must know of them.

    `notes` are sentences on what the rows rest on and leave out; `figures` are those of the whole,
    such as the modularity of a division.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...]
    notes: tuple[str, ...] = ()
    figures: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A named analysis: its method in one line, which options it takes, and how it is made."""

    name: str
    method: str
    options: tuple[str, ...]
    analyse: Callable[[Graph, Wish], Findings]


def read_analysis(name: str) -> Analysis:
    """Returns an analysis. Raises QueryError, with the nearest names, when there is none."""
    if name not in ANALYSES:
        from difflib import get_close_matches

        near = get_close_matches(name, ANALYSES, 2)
        hint = f"did you mean {' or '.join(near)}?" if near else "kommunegraf analyse lists them"
        raise QueryError(f"there is no analysis “{name}”; {hint}")
    analysis: Analysis = import_module(f".{name.replace('-', '_')}", __package__).ANALYSIS
    return analysis


def text(value: Value) -> str:
    """Returns a value as people read it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | int():
            return str(value)
        case float():
            return f"{value:.3f}".rstrip("0").rstrip(".")
        case Thing(label=label):
            return label
        case Share(thing=thing, part=part):
            return f"{thing.label} {part * 100:.1f} %"
        case _:
            return "; ".join(map(text, value))


def plain(value: Value) -> object:
    """Returns a value as JSON has it: things with IRI and label, parts as numbers."""
    match value:
        case float():
            return round(value, 6)
        case None | str() | int():
            return value
        case Thing(iri=iri, label=label):
            return {"iri": iri.value, "label": label}
        case Share(thing=thing, part=part):
            return {"iri": thing.iri.value, "label": thing.label, "share": round(part, 6)}
        case _:
            return [plain(one) for one in value]
