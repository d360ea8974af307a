"""What a page shows of a network besides the picture: legend, table and the script's data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..ontology.namespaces import ID
from .network import Graph, Relation, relations, standing_on, thing, things
from .style import Style
from .wording import Words

OPENS_HIDDEN: Final = ("standing.possible",)
"""What the legend hides when a page opens: what a source merely does not exclude."""

STATIC_ROWS: Final = 3000
"""Rows of the table that is written for readers without JavaScript; of a larger one, the first."""

FIRST_ROWS: Final = 200

COLUMNS: Final = ("col-from", "col-relation", "col-to", "col-period", "col-standing", "col-source")


@dataclass(frozen=True)
class Table:
    """The rows that hold on the opening day, and how many are left out of them."""

    rows: Sequence[Mapping[str, str]]
    left_out: int


def legend(graph: Graph, looks: Style, day: str) -> dict[str, list[dict[str, Any]]]:
    """Returns the kinds in the network, at whatever time, with how many hold on a day."""
    standings = {relation: standing_on(relation, day) for relation in relations(graph)}
    holding = [relation for relation, standing in standings.items() if standing]
    ends = {end for relation in holding for end in (relation.start, relation.end)}
    present: dict[str, Collection[str]] = {
        "thing": {found.kind for found in things(graph)},
        "relation": {relation.kind for relation in standings},
        "standing": {*looks.standings}
        - ({"untimed"} if all(r.bounds for r in standings) else set()),
        "certainty": {relation.certainty for relation in standings},
    }
    counts: dict[str, Counter[Any]] = {
        "thing": Counter(thing(graph, iri).kind for iri in ends),
        "relation": Counter(relation.kind for relation in holding),
        "standing": Counter(standings.values()),
        "certainty": Counter(relation.certainty for relation in holding),
    }
    return {
        group: [
            {"kind": kind, "shape": getattr(look, "shape", None), "count": counts[group][kind]}
            for kind, look in table.items()
            if kind in present[group]
        ]
        for group, table in _looks(looks).items()
    }


def words(looks: Style) -> dict[str, Words]:
    """Returns what the kinds are called, as `thing.municipality`."""
    return {
        f"{group}.{kind}": look.words
        for group, table in _looks(looks).items()
        for kind, look in table.items()
    }


def table(
    graph: Graph, looks: Style, day: str, hidden: Collection[str], *, all_times: bool = False
) -> Table:
    """Returns the rows that hold on a day: by kind of relation, then by the names at both ends.

    `all_times`: also those that do not hold, as on a page whose picture shows all times.
    """
    rank = {kind: number for number, kind in enumerate(looks.relations)}
    found: list[tuple[tuple[int, str, str, str], Mapping[str, str]]] = []
    for relation in relations(graph):
        standing = standing_on(relation, day)
        if all_times or (standing and f"standing.{standing}" not in hidden):
            row = _row(graph, relation, looks, standing)
            found.append(((rank[relation.kind], row["end"], row["start"], relation.iri), row))
    found.sort(key=lambda pair: pair[0])
    rows = [row for _, row in found]
    return Table(rows, 0) if len(rows) <= STATIC_ROWS else _first(rows)


def _first(rows: Sequence[Mapping[str, str]]) -> Table:
    return Table(rows[:FIRST_ROWS], len(rows) - FIRST_ROWS)


def _row(graph: Graph, relation: Relation, looks: Style, standing: str | None) -> Mapping[str, str]:
    return {
        "start": thing(graph, relation.start).label,
        "end": thing(graph, relation.end).label,
        "text": relation.label,
        "period": relation.period,
        "standing": looks.standing(standing).words.nb if standing else "",
        "sources": "; ".join(relation.sources),
    }


def cited(graph: Graph) -> list[str]:
    """Returns the short names of the sources behind a network, the most used first."""
    counts = Counter(
        source.partition(", ")[0]
        for relation in relations(graph)
        for said in relation.sources
        for source in said.split("; ")
    )
    return [source for source, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def script_data(legend_shown: Mapping[str, Sequence[Mapping[str, Any]]], looks: Style) -> Any:
    """Returns what the page's script reads of looks: the kinds, in the legend's order."""
    return {
        "base": ID,
        "legend": {
            group: [entry["kind"] for entry in entries] for group, entries in legend_shown.items()
        },
        "kinds": {
            "thing": {
                kind: {"shape": look.shape, "font": look.font}
                for kind, look in looks.things.items()
            },
            "relation": {
                kind: {"width": look.width, "faint": look.faint, "binds": look.binds}
                for kind, look in looks.relations.items()
            },
        },
        "strength": {kind: look.strength for kind, look in looks.standings.items()},
        "dashes": {kind: list(look.dashes) for kind, look in looks.standings.items()},
    }


def _looks(looks: Style) -> Mapping[str, Mapping[str, Any]]:
    return {
        "thing": looks.things,
        "relation": looks.relations,
        "standing": looks.standings,
        "certainty": looks.certainties,
    }
