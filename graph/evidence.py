"""Places: from the cell `place` of a table to evidence nodes, checked against the source."""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from . import iris
from .codes import all_codes
from .facts import Evidence
from .source import Source
from .tables import Row

_LINES = re.compile(r"(\d+)(?:-(\d+))?")


def read_evidence(source: Source, row: Row) -> tuple[Evidence, ...]:
    """Returns the evidence of a row, one node for each place that its cell `place` names.

    Raises SourceError for a place that the source does not have or an unknown certainty.
    """
    certainty = row["certainty"] or "stated"
    known = all_codes()["certainty"].labels
    if certainty not in known:
        raise row.error(f"column “certainty”: “{certainty}” is none of {', '.join(known)}")
    places = dict.fromkeys(row.several("place"))
    return tuple(_evidence(source, row, place, certainty) for place in places)


def _evidence(source: Source, row: Row, place: str, certainty: str) -> Evidence:
    suffix = "" if certainty == "stated" else f"_{certainty}"
    lines = _lines(source, row, place) if source.place == "line" else None
    section = source.section(lines[0]) if lines else None
    name = f"l{place}" if lines else iris.slug(place)
    where = f"linje {place.replace('-', '–')}" if lines else place
    return Evidence(
        iri=NamedNode(f"{iris.thing('evidence', source.key).value}_{name}{suffix}"),
        source=iris.thing("source", source.key),
        label=f"{source.short}, {where}",
        place=place,
        lines=lines,
        section=section,
        certainty=iris.code("certainty", certainty),
    )


def _lines(source: Source, row: Row, place: str) -> tuple[int, int]:
    match = _LINES.fullmatch(place)
    if not match:
        raise row.error(f"column “place”: “{place}” is no line number; write 31, 15-18 or 3;15-18")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= source.lines:
        raise row.error(
            f"column “place”: “{place}” is not in the text, which has lines 1 to {source.lines}"
        )
    return first, last
