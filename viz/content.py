"""What a page shows of a network besides the picture: legend, table and the script's data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..ontology.namespaces import ID
from . import drawing
from .network import Graph, relations, thing, things
from .style import Style


def legend(graph: Graph, looks: Style) -> dict[str, list[dict[str, Any]]]:
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


def rows(graph: Graph, looks: Style) -> Sequence[Mapping[str, Any]]:
    """Returns the table's rows: by kind of relation, then by the names at both ends."""
    rank = {kind: number for number, kind in enumerate(looks.relations)}
    found = [
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
    return sorted(found, key=lambda r: (rank[r["kind"]], r["end"], r["start"], r["number"]))


def script_data(drawn: drawing.Drawing, looks: Style) -> dict[str, Any]:
    """Returns what the page's script reads: the drawing and what kinds are called."""
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
