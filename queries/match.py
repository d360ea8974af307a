"""The command `match`: offers units of a register for organisations that have no number."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..graph.errors import UsageError
from ..graph.store import StoredGraph, open_stored
from .formats import ROWS, check_format
from .options import ROW_FORMAT, Count
from .output import write_result

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

    from ..graph.likeness import Candidate, Sought
    from ..graph.matching import Units

HEADER = ("organisation", "label", "number", "name", "form", "score", "reasons", "verdict")


@click.command()
@click.argument("name", required=False)
@click.option(
    "--among",
    type=click.Path(path_type=Path),
    help="CSV list of units to look in. Default: the register that the graph holds.",
)
@click.option(
    "--min",
    "minimum",
    type=click.FloatRange(0, 1),
    default=0.75,
    show_default=True,
    help="Lowest score to offer.",
)
@click.option("--limit", type=Count(1), default=3, show_default=True, help="Units an organisation.")
@click.option("--undecided", is_flag=True, help="Those that have only undecided judgements.")
@click.option(
    "--write", type=click.Path(path_type=Path), help="Add the rows to this table of matches."
)
@click.option("--store", help="Output folder of a build. Default: the last.")
@ROW_FORMAT
def match(
    name: str | None,
    among: Path | None,
    minimum: float,
    limit: int,
    undecided: bool,
    write: Path | None,
    store: str | None,
    format_name: str,
) -> int:
    """Offers units of a register for organisations that have no organisation number.

    Without NAME: for all that have neither a number nor a judgement. A score is only an offer; the
    judgement is a row of matches.csv that a person writes. --format csv prints such rows, undecided
    as yet, and --write adds them to a table; delete a row to undo it.

    \b
    Examples:
      kommunegraf match
      kommunegraf match "IKA Møre og Romsdal" --limit 5
      kommunegraf match --among units.csv --write my-sources/who-is-who/matches.csv
    """
    from ..graph import judgements
    from ..graph.matching import find_candidates

    check_format(format_name, ROWS)
    if name is not None and undecided:
        raise UsageError("--undecided is for all organisations; leave out the name")
    graph = open_stored(store)
    units, place = _units(graph, among)
    sought = _sought(graph, name, undecided)
    candidates = find_candidates(sought, units, judgements.read_holders(graph), minimum, limit)
    _report_faults(units)
    verdicts = judgements.read_verdicts(graph)
    rows = judgements.rows_to_judge(candidates, verdicts, place, date.today())
    having = sum(1 for found in candidates.values() if found)
    click.echo(f"{having} of {len(sought)} organisations have candidates in {place}.", err=True)
    if format_name == "csv":
        click.echo(judgements.as_csv(rows, judgements.COLUMNS, header=True), nl=False)
    elif having:
        table = _table(sought, candidates, verdicts)
        write_result(table, format_name, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    if write is not None:
        added, count = judgements.append_rows(write, rows)
        click.echo(
            f"{write}: {added} rows added. Judge them, and write under [rows] in source.toml: "
            f'"{write.name}" = {count}',
            err=True,
        )
    return 0


def _units(graph: StoredGraph, among: Path | None) -> tuple[Units, str]:
    from ..graph.registered import ListedUnits, StoredUnits

    if among is not None:
        return ListedUnits(among), among.name
    stored = StoredUnits(graph.store)
    if not stored.any():
        raise UsageError(
            "the graph holds no register to look in; load one with kommunegraf load FILE, "
            "or name a CSV list of units with --among FILE"
        )
    return stored, "Enhetsregisteret"


def _sought(graph: StoredGraph, name: str | None, undecided: bool) -> list[Sought]:
    from ..graph import judgements

    every = judgements.read_sought(graph)
    if name is None:
        return judgements.without_number(graph, every.values(), undecided)
    from .names import resolve

    return [every[resolve(graph, name, "organisations").value.rpartition("/")[2]]]


def _report_faults(units: Units) -> None:
    from ..graph.registered import ListedUnits

    if not isinstance(units, ListedUnits) or not units.faults:
        return
    line, fault = next(iter(units.faults.items()))
    click.echo(
        f"{units.file}: {len(units.faults)} rows are left out, the first in line {line}: {fault}",
        err=True,
    )


def _table(
    sought: Sequence[Sought],
    candidates: dict[str, list[Candidate]],
    verdicts: dict[tuple[str, str], str],
) -> QuerySolutions:
    """Returns the candidates as the rows of an answer, so that they print as answers do."""
    from pyoxigraph import QuerySolutions, Store

    from ..ontology.namespaces import PREFIXES

    lines: list[str] = []
    for one in sought:
        for found in candidates[one.key]:
            unit = found.unit
            cells = (
                f"<{PREFIXES['o']}{one.key}>",
                *map(_text, (one.label, unit.number, unit.names[0], unit.form)),
                f'"{found.score:.2f}"^^<http://www.w3.org/2001/XMLSchema#decimal>',
                *map(_text, ("; ".join(found.reasons), verdicts.get((one.key, unit.number), ""))),
            )
            lines.append(f"({len(lines)} {' '.join(cells)})")
    names = " ".join(f"?{name}" for name in HEADER)
    shown = names.replace("?label", "?organisationLabel")
    values = "\n".join(lines)
    result = Store().query(
        f"SELECT {shown} WHERE {{ VALUES (?row {shown}) {{\n{values}\n}} }} ORDER BY ?row"
    )
    assert isinstance(result, QuerySolutions)
    return result


def _text(value: str) -> str:
    from pyoxigraph import Literal

    return str(Literal(value))
