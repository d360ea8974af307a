"""Reports of paths: for reading, as JSON, as rows, and as the triples that say each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, Final

from pyoxigraph import NamedNode

from ...graph import predicates as p
from ...graph.dataset import Graph
from ...ontology.namespaces import GRAPH, shorten
from ..batches import batches, terms
from ..output import write_rows
from .finding import Connection, Path
from .holding import HAPPENED, UNDATED
from .steps import Said, Step

OVERLAP_TEXTS: Final = {
    "persisting": "Ingen kilde sier at leddene gjaldt samtidig; det forutsetter at det som sist "
    "ble sett, fortsatt gjaldt.",
    "possible": "Ingen kilde sier at alle leddene gjaldt på samme dag, og det følger ikke av dem.",
    "never": "Leddene gjaldt aldri samtidig: en svakere forbindelse.",
}
"""What is said below a path whose steps no source states for the same time."""

_STANDINGS: Final = {
    "persisting": "kan fortsatt ha gjeldt", "possible": "kan ha gjeldt alt da", "planned": "plan",
    UNDATED: "uten tid", HAPPENED: "", "stated": "",
}  # fmt: skip

_COLUMNS: Final = (
    "path", "step", "from", "fromLabel", "relation", "relationLabel", "kind", "to", "toLabel",
    "sentence", "standing", "time", "source", "certainty", "more", "overlaps",
)  # fmt: skip


def write_connection(
    graph: Graph, found: Connection, format_name: str, out: IO[bytes], helps: Any = ()
) -> None:
    """Writes the paths in a format; `helps` are the limits that kept the two apart, for JSON.

    Raises UsageError for a format that there is not.
    """
    match format_name:
        case "table":
            out.write(_readable(found).encode())
        case "json":
            whole = json.dumps(_object(found, helps), ensure_ascii=False, indent=1)
            out.write(whole.encode() + b"\n")
        case "ttl":
            _write_triples(graph, found, out)
        case "md":
            shown = [name for name in _COLUMNS if name + "Label" not in _COLUMNS and name != "kind"]
            index = [_COLUMNS.index(name) for name in shown]
            rows = [[row[at] for at in index] for row in _rows(found)]
            write_rows([name.removesuffix("Label") for name in shown], rows, "md", out)
        case _:
            write_rows(_COLUMNS, list(_rows(found)), format_name, out)


def _readable(found: Connection) -> str:
    lines: list[str] = []
    for number, path in enumerate(found.paths, 1):
        stops = " → ".join((found.start_label, *(step.end_label for step in path.steps)))
        lines += [*([""] if lines else []), f"{number}. {stops}"]
        for step in path.steps:
            lines.append(f"   {_sentence(step.said)}")
            lines.append(f"       {_place(step)}")
        if text := OVERLAP_TEXTS.get(path.overlaps):
            lines.append(f"   {text}")
    return "".join(f"{line}\n" for line in lines)


def _sentence(said: Said) -> str:
    """The sentence with its time, and how it stands where that is less than stated."""
    standing = "" if said.standing == UNDATED and said.time else _STANDINGS[said.standing]
    remarks = ", ".join(filter(None, (said.time, standing)))
    return said.sentence + (f" ({remarks})" if remarks else "")


def _place(step: Step) -> str:
    """Who says it, the relation's own label and name, and what else ties the two."""
    said = step.said
    label = f"«{said.relation_label}» " if said.relation_label not in said.sentence else ""
    more = f", og {len(step.more)} til" if step.more else ""
    return f"{said.source} – {label}[{shorten(said.relation)}]{more}"


def _rows(found: Connection) -> Iterator[list[str]]:
    for number, path in enumerate(found.paths, 1):
        for place, step in enumerate(path.steps, 1):
            said = step.said
            yield [
                str(number), str(place), step.start, step.start_label, said.relation,
                said.relation_label, said.kind, step.end, step.end_label, said.sentence,
                said.standing, said.time, said.source, said.certainty, str(len(step.more)),
                path.overlaps,
            ]  # fmt: skip


def _object(found: Connection, helps: Any) -> dict[str, Any]:
    limits = found.limits
    return {
        "from": found.start,
        "fromLabel": found.start_label,
        "to": found.end,
        "toLabel": found.end_label,
        "at": limits.at.isoformat() if limits.at else None,
        "standing": list(limits.standings),
        "kinds": list(limits.kinds),
        "without": list(limits.without),
        "hubs": limits.hubs,
        "maxSteps": limits.max_steps,
        "searchedSteps": found.searched,
        "cut": found.cut,
        "crowded": [{"label": label, "relations": count} for label, count in found.crowded],
        "paths": [_path_object(path) for path in found.paths],
        "excludedBy": [{"change": change, "steps": steps} for change, steps in helps],
    }


def _path_object(path: Path) -> dict[str, Any]:
    return {
        "steps": [
            {
                "from": step.start,
                "fromLabel": step.start_label,
                **_said_object(step.said),
                "to": step.end,
                "toLabel": step.end_label,
                "more": [_said_object(said) for said in step.more],
            }
            for step in path.steps
        ],
        "overlaps": path.overlaps or None,
        "overlapDay": path.day or None,
    }


def _said_object(said: Said) -> dict[str, str]:
    return {
        "relation": said.relation,
        "relationLabel": said.relation_label,
        "kind": said.kind,
        "sentence": said.sentence,
        "standing": said.standing,
        "time": said.time,
        "source": said.source,
        "certainty": said.certainty,
    }


def _write_triples(graph: Graph, found: Connection, out: IO[bytes]) -> None:
    """Writes what the sources say of each relation of the steps, with its evidence."""
    from ...graph.export import write_triples

    steps = [step for path in found.paths for step in path.steps]
    relations = {said.relation for step in steps for said in (step.said, *step.more)}
    derived = NamedNode(GRAPH + "derived")
    triples = [
        triple
        for some in batches(relations)
        for triple in graph.construct(
            f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
              {{ VALUES ?s {{ {terms(some)} }} GRAPH ?g {{ ?s ?p ?o }} }}
              UNION {{
                VALUES ?relation {{ {terms(some)} }}
                GRAPH ?of {{ ?relation {p.DERIVED_FROM}|{p.IN_SOURCE} ?s }}
                GRAPH ?g {{ ?s ?p ?o }}
              }}
              FILTER(?g != {derived})
            }}"""
        )
    ]
    write_triples(triples, out, "turtle")
