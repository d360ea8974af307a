"""The command `analyse`: figures that follow from many relations at once, with their method."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from ...graph.errors import UsageError
from ...graph.store import open_graph
from ..formats import ROWS, check_format
from ..options import AT, ROW_FORMAT, STORE, Count

if TYPE_CHECKING:
    from .analysis import Analysis, Findings, Wish


@click.command()
@click.argument("name", required=False)
@STORE
@ROW_FORMAT
@AT
@click.option(
    "--standing",
    default="stated persisting",
    show_default=True,
    help="Which of stated, persisting, possible and planned count.",
)
@click.option("--partnership", help="Only this partnership.")
@click.option("--thing", help="Only this municipality or other organisation.")
@click.option("--minimum", type=Count(min=0), help="What a row must rest on to be shown.")
@click.option("--top", type=Count(min=1), help="Only the first so many rows.")
@click.option(
    "--components",
    is_flag=True,
    help="Count also what everybody has: national components, state bodies, associations.",
)
def analyse(
    name: str | None,
    store: str | None,
    format_name: str,
    at: str,
    standing: str,
    partnership: str | None,
    thing: str | None,
    minimum: int | None,
    top: int | None,
    components: bool,
) -> int:
    """Lists the analyses with their methods, or makes one.

    \b
    Examples:
      kommunegraf analyse
      kommunegraf analyse concentration --partnership "IKT Orkidé" --at 2018-12-31
      kommunegraf analyse likeness --thing Aukra --format json
      kommunegraf analyse joint-procurement --at 2020-06-01 --format csv
    """
    from ..as_of import read_day, read_standing, whence
    from ..names import resolve
    from .analysis import ANALYSES, Wish, read_analysis
    from .reading import read_partnership

    given = {
        "partnership": partnership, "thing": thing, "minimum": minimum, "top": top,
        "components": components or None,
    }  # fmt: skip
    if name is None:
        asked = click.get_current_context().get_parameter_source
        if any(asked(one) is ParameterSource.COMMANDLINE for one in (*given, "at", "standing")):
            raise UsageError("the name of an analysis is missing; kommunegraf analyse lists them")
        for analysis in map(read_analysis, ANALYSES):
            options = " ".join(f"[--{option}]" for option in (*analysis.options, "at", "standing"))
            click.echo(f"{analysis.name} {options}\n    {analysis.method}")
        return 0
    analysis = read_analysis(name)
    _check(analysis, format_name, given)
    standings = read_standing(standing)
    graph = open_graph(store)
    day = read_day(graph, at)
    wish = Wish(
        at=day.isoformat(),
        standing=" ".join(standings),
        partnership=None if partnership is None else read_partnership(graph, partnership, day),
        thing=None if thing is None else resolve(graph, thing, "organisations", day),
        minimum=minimum,
        top=top,
        components=components,
    )
    findings = analysis.analyse(graph, wish)
    for line in (analysis.method, f"As of {day}{whence(at)}.", *findings.notes):
        click.echo(line, err=True)
    _write(analysis, wish, findings, format_name)
    if not findings.rows:
        click.echo(f"No rows as of {day}; --at asks of another day.", err=True)
    return 0


def _check(analysis: Analysis, format_name: str, given: Mapping[str, object]) -> None:
    """Refuses an option that the analysis does not take, and a format that it has not."""
    for option, value in given.items():
        if value is not None and option not in analysis.options:
            takes = ", ".join(f"--{one}" for one in analysis.options)
            raise UsageError(f"{analysis.name} takes no --{option}; it takes {takes}")
    check_format(format_name, ROWS)


def _write(analysis: Analysis, wish: Wish, findings: Findings, format_name: str) -> None:
    from ..output import write_rows
    from .analysis import Thing, plain, text

    if format_name == "json":
        answer = {
            "analysis": analysis.name,
            "method": analysis.method,
            "at": wish.at,
            "standing": wish.standing.split(),
            "notes": list(findings.notes),
            **findings.figures,
            "rows": [
                {column: plain(row[column]) for column in findings.columns} for row in findings.rows
            ],
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
        return
    # As in the answers of questions, CSV has the IRI of a thing beside its label.
    iris = {
        column
        for column in findings.columns
        if format_name == "csv" and any(isinstance(row[column], Thing) for row in findings.rows)
    }
    header: list[str] = []
    for column in findings.columns:
        header += [column, f"{column}Label"] if column in iris else [column]
    rows: list[list[str]] = []
    for row in findings.rows:
        cells: list[str] = []
        for column in findings.columns:
            value = row[column]
            if column in iris:
                cells.append(value.iri.value if isinstance(value, Thing) else "")
            cells.append(text(value))
        rows.append(cells)
    write_rows(header, rows, format_name, sys.stdout.buffer)
    sys.stdout.buffer.flush()
