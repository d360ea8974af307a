"""Output: the rows of an answer as a table, CSV, JSON, Markdown or Turtle.

CSV and JSON are the standard SPARQL result formats, handed through as the engine writes them. The
table and Markdown are for reading: where there is a column `xLabel` they leave out `x`, its IRI.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    parse_query_results,
)

from ..graph.errors import UsageError
from ..ontology.namespaces import shorten
from .formats import ROWS, check_format

LABEL: Final = "Label"

Result = QuerySolutions | QueryBoolean | QueryTriples


def write_result(result: Result, format_name: str, out: IO[bytes]) -> int:
    """Writes a result and returns the number of rows or triples; a no of an ASK counts 0.

    Raises UsageError for a format that the result cannot have.
    """
    check_format(format_name)
    if isinstance(result, QueryTriples):
        return _write_graph(result, format_name, out)
    if format_name == "ttl":
        raise UsageError("ttl is for CONSTRUCT and DESCRIBE; rows go as table, csv, json or md")
    if isinstance(result, QueryBoolean):
        return _write_boolean(result, format_name, out)
    if format_name == "csv":
        data = result.serialize(format=QueryResultsFormat.CSV) or b""
        out.write(data)
        # A row ends in a line break outside quotes, and every other part is inside.
        return sum(part.count(b"\n") for part in data.split(b'"')[::2]) - 1
    if format_name == "json":
        data = result.serialize(format=QueryResultsFormat.JSON) or b""
        out.write(data + b"\n")
        written = parse_query_results(data, format=QueryResultsFormat.JSON)
        assert isinstance(written, QuerySolutions)
        return sum(1 for _ in written)
    header, rows = readable_rows(result)
    out.write((_markdown(header, rows) if format_name == "md" else _table(header, rows)).encode())
    return len(rows)


def readable_rows(result: QuerySolutions) -> tuple[list[str], list[list[str]]]:
    """Returns the header and rows as people read them."""
    names = [variable.value for variable in result.variables]
    shown = [name for name in names if name + LABEL not in names]
    header = [name.removesuffix(LABEL) for name in shown]
    return header, [[_text(row[name]) for name in shown] for row in result]


def _text(term: object) -> str:
    match term:
        case None:
            return ""
        case NamedNode(value=iri):
            return shorten(iri)
        case Literal(value=text):
            return text
        case _:
            return str(term)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if sys.stdout.isatty():
        return _terminal_table(header, rows)
    columns = list(zip(header, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    lines = [header, ["-" * width for width in widths], *rows]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _terminal_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        escaped = (
            cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells
        )
        return f"| {' | '.join(escaped)} |\n"

    return line(header) + line(["---"] * len(header)) + "".join(map(line, rows))


def _write_boolean(result: QueryBoolean, format_name: str, out: IO[bytes]) -> int:
    if format_name == "json":
        out.write((result.serialize(format=QueryResultsFormat.JSON) or b"") + b"\n")
    else:
        out.write(b"true\n" if result else b"false\n")
    return int(bool(result))


def _write_graph(result: QueryTriples, format_name: str, out: IO[bytes]) -> int:
    if format_name not in ("ttl", "table"):
        raise UsageError("the query gives triples; write them with --format ttl")
    from ..graph.export import write_triples

    triples = list(result)
    write_triples(triples, out, "turtle")
    return len(triples)


def write_rows(
    header: Sequence[str], rows: Sequence[Sequence[str]], format_name: str, out: IO[bytes]
) -> None:
    """Writes rows that are no SPARQL result as table, csv or md.

    Raises UsageError for another format; json is for the caller, who knows the keys.
    """
    match format_name:
        case "table":
            out.write(_table(header, rows).encode())
        case "md":
            out.write(_markdown(header, rows).encode())
        case "csv":
            import csv
            import io

            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
            out.write(text.getvalue().encode())
        case _:
            check_format(format_name, ROWS)
