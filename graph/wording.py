"""Wording: one line of Norwegian for the time of a relation and for where it is said.

Tables and pictures show these lines; they are derived, so no question puts them together itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from . import predicates as p
from .facts import Triple
from .iris import local_name

PARTS: Final[Mapping[str, str]] = {
    "H1": "første halvår",
    "H2": "andre halvår",
    "Q1": "første kvartal",
    "Q2": "andre kvartal",
    "Q3": "tredje kvartal",
    "Q4": "fjerde kvartal",
    "winter": "vinteren",
    "spring": "våren",
    "summer": "sommeren",
    "autumn": "høsten",
    "early": "tidlig i",
    "mid": "midt i",
    "late": "sent i",
}
"""How the parts of a year that tables name (`periods.PARTS`) are said in Norwegian."""

_PART: Final = re.compile(rf"(\d{{4}})-({'|'.join(PARTS)})")
_ABOUT: Final = re.compile(r"(\d{4})~")
_CERTAINTY = {"implied": " (følger av teksten)", "uncertain": " (usikkert)"}


def time_texts(store: Store) -> Iterator[Triple]:
    """Yields for each dated node its time in words: "fra 2014-01-01, sett 2019"."""
    values: dict[NamedNode, dict[NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    precise = {
        (quad.subject, quad.graph_name)
        for quad in store.quads_for_pattern(None, p.OBSERVED_TEXT, None)
    }
    for predicate in (p.VALID_FROM, p.VALID_FROM_TEXT, p.VALID_UNTIL, p.VALID_UNTIL_TEXT,
                      p.OBSERVED_FROM, p.OBSERVED_TEXT, p.PLAN):  # fmt: skip
        for quad in store.quads_for_pattern(None, predicate, None):
            if predicate == p.OBSERVED_FROM and (quad.subject, quad.graph_name) in precise:
                continue  # that source says it in words
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                values[quad.subject][predicate].append(quad.object.value)
    for node, said in values.items():
        yield node, p.TIME_TEXT, Literal(_time(said), language="nb")


def in_words(token: str) -> str:
    """Returns a period as people say it: 2018-autumn as høsten 2018; days and months stay."""
    said = _PART.sub(lambda match: f"{PARTS[match[2]]} {match[1]}", token)
    return _ABOUT.sub(r"ca. \1", said).replace("/", "–")


def _time(said: dict[NamedNode, list[str]]) -> str:
    def first(*predicates: NamedNode) -> str:
        found = (value for predicate in predicates for value in sorted(said.get(predicate, ())))
        return next(found, "")

    plan = bool(said.get(p.PLAN))
    start = in_words(first(p.VALID_FROM_TEXT, p.VALID_FROM))
    end = in_words(first(p.VALID_UNTIL_TEXT, p.VALID_UNTIL))
    days = sorted({*said.get(p.OBSERVED_TEXT, ()), *said.get(p.OBSERVED_FROM, ())})
    seen = ", ".join(map(in_words, days))
    parts = [f"fra {start}" if start else "", f"til {end}" if end else ""]
    if plan:
        return " ".join(["planlagt", *filter(None, parts)]) + (f", sagt {seen}" if seen else "")
    return ", ".join(filter(None, [" ".join(filter(None, parts)), f"sett {seen}" if seen else ""]))


def source_texts(store: Store) -> Iterator[Triple]:
    """Yields for each fact every place that says it, in one line, with doubts in brackets."""
    places: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    evidence = {quad.subject for quad in store.quads_for_pattern(None, p.TYPE, p.EVIDENCE)}
    for predicate in (p.DERIVED_FROM, p.IN_SOURCE):
        for quad in store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, NamedNode) and quad.object in evidence:
                assert isinstance(quad.object, NamedNode)
                places[quad.subject].add(quad.object)
    cited = {
        place: _citation(store, place)
        for place in sorted({place for found in places.values() for place in found}, key=str)
    }
    for node, found in places.items():
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for source, doubt, _, said in sorted(cited[place] for place in found):
            groups[source, doubt].append(said)
        text = "; ".join(
            f"{source} {', '.join(all_said)}{d}" for (source, d), all_said in groups.items()
        )
        yield node, p.SOURCE_TEXT, Literal(text, language="nb")


def _citation(store: Store, evidence: NamedNode) -> tuple[str, str, int, str]:
    """The source's short name, the doubt in brackets, a number to sort by, and the place."""
    values = {quad.predicate: quad.object for quad in store.quads_for_pattern(evidence, None, None)}
    label = getattr(values.get(p.LABEL), "value", "")
    source, _, place = label.rpartition(" linje ") if p.LINE in values else label.rpartition(", ")
    certainty = values.get(p.CERTAINTY)
    doubt = _CERTAINTY.get(local_name(certainty), "") if isinstance(certainty, NamedNode) else ""
    line = int(getattr(values.get(p.FIRST_LINE), "value", "0"))
    return (f"{source} linje" if p.LINE in values else f"{source},"), doubt, line, place
