"""The command `sparql`: any query, within limits, with help where it fails or finds nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from pyoxigraph import QueryBoolean, QuerySolutions

from ...graph.errors import QueryError, UsageError
from ...graph.store import open_graph
from ..formats import check_format
from ..options import FORMAT, STORE, Count, Seconds
from ..output import readable_rows, write_result, write_rows
from .columns import counts_all, may_hide, unbound_columns
from .limits import BrokenError, Limits, Work, run_limited
from .running import MAX_TEXT, inspect_tokens, read_tokens, run_free
from .services import prefixes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...graph.dataset import Graph, Result
    from ...graph.tokens import Token

TABLE_ROWS: Final = 10_000
"""Rows of a table or of Markdown, which are for reading; the other formats have them all."""


@click.command()
@click.argument("text", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="Read the query from a file.")
@STORE
@FORMAT
@click.option("--explain", is_flag=True, help="Say what the query would do; do not run it whole.")
@click.option(
    "--limit-rows",
    type=Count(min=0),
    metavar="N",
    help=f"The most rows to show; 0 shows all. Default: {TABLE_ROWS:,} for table and md, else all.",
)
@click.option(
    "--timeout",
    type=Seconds(),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="Stop the query after so long; 0 lets it run.",
)
@click.option(
    "--memory",
    type=Count(min=0),
    default=4096,
    show_default=True,
    metavar="MB",
    help="Stop the query when it takes more (on Linux); 0 lets it.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    envvar="KOMMUNEGRAF_SERVICES",
    metavar="URL",
    help="An endpoint that SERVICE may ask; may be given again. Else from KOMMUNEGRAF_SERVICES.",
)
def sparql(
    text: str | None,
    file: Path | None,
    store: str | None,
    format_name: str,
    explain: bool,
    limit_rows: int | None,
    timeout: float,
    memory: int,
    services: tuple[str, ...],
) -> int:
    """Runs any SPARQL query over all sources; “-” reads it from standard input.

    The prefixes of the project need not be declared. Updates are refused: the graph is made by
    build, from its sources. A query that finds nothing is told which of its patterns has no match.

    \b
    Examples:
      kommunegraf sparql 'SELECT ?p ?l { ?p a org:OrganizationalCollaboration ; skos:prefLabel ?l }'
      kommunegraf sparql -f question.rq --format csv
      kommunegraf sparql -f question.rq --explain
    """
    query_text = _read_query(text, file)
    check_format(format_name)
    # What is refused is refused before anything is started.
    tokens = read_tokens(query_text)
    inspect_tokens(query_text, tokens, services)
    if limit_rows is None and format_name in ("table", "md"):
        limit_rows = TABLE_ROWS
    asked = _Asked(query_text, tokens, services, format_name, limit_rows or None)

    def work(watched: Work) -> int:
        graph = open_graph(store)
        return asked.explain(graph) if explain else asked.answer(graph, watched)

    try:
        code = run_limited(work, Limits(timeout or None, memory or None))
        # This process has nothing open; to take it down piece by piece takes as long as a query.
        sys.stdout.flush()
        os._exit(code)
    except BrokenError:
        if any(token.key == "ORDER" for token in tokens):
            # A fault of the engine, met on days and years in one column.
            raise BrokenError(
                "the engine broke down as it ordered the rows; it cannot order values of different "
                "kinds, such as days among years and texts. Write ORDER BY STR(?x)"
            ) from None
        raise


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:
        return False  # too long for the name of one


def _read_query(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise UsageError("give the query as text, with -f FILE, or - for standard input")
    if text is not None and text != "-":
        if "{" not in text and _is_file(text):
            raise UsageError(f"{text} is a file; read it with -f {text}")
        return text
    where = file or "standard input"
    most = 4 * MAX_TEXT
    try:
        # Of what is too long to be a query, no more is read than shows that it is.
        if file is None:
            data = sys.stdin.buffer.read(most + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(most + 1)
    except OSError as error:
        raise QueryError(f"{where}: cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise QueryError(f"{where}: is too long for a query; at most {MAX_TEXT:,} characters")
    try:
        # Some editors write a byte order mark, which is no part of the query.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{where}: is not UTF-8 (byte {error.start + 1:,})") from None


class _Asked:
    """One query as it was asked, with what belongs to its answer."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        services: tuple[str, ...],
        format_name: str,
        rows: int | None,
    ) -> None:
        self.text = text
        self.tokens = tokens
        self.services = services
        self.format_name = format_name
        self.rows = rows

    def answer(self, graph: Graph, watched: Work) -> int:
        """Writes the answer, then what is to be said of it; returns the exit code."""
        is_read = self.format_name in ("table", "md")
        # One row more than is shown tells whether there are more.
        rows = self.rows + 1 if self.rows and is_read else self.rows
        result = run_free(graph, self.text, self.services, rows)
        count = self._write(result)
        sys.stdout.flush()
        code = int(isinstance(result, QueryBoolean) and not count)
        watched.answered(code)
        if self.rows and is_read and count > self.rows:
            _say(
                f"There are more than {self.rows:,} rows; these are the first. --limit-rows shows "
                "more (0: all), --format csv writes all."
            )
        elif self.rows and not is_read and count == self.rows:
            _say(f"{count:,} rows, as many as --limit-rows lets through; there may be more.")
        if not count and not isinstance(result, QueryBoolean):
            _say("No rows." if isinstance(result, QuerySolutions) else "No triples.")
        counted = count == 1 and counts_all(self.tokens)
        for sentence in self._help(graph, empty=not count or counted, counted=counted):
            _say(sentence)
        return code

    def _write(self, result: Result) -> int:
        try:
            if isinstance(result, QuerySolutions) and self.format_name in ("table", "md"):
                header, rows = readable_rows(result)
                write_rows(header, rows[: self.rows], self.format_name, sys.stdout.buffer)
                return len(rows)
            return write_result(result, self.format_name, sys.stdout.buffer)
        except BrokenPipeError:
            raise
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(_failure(error, self.services)) from None

    def _help(self, graph: Graph, *, empty: bool, counted: bool) -> Iterator[str]:
        """Yields what may help after an answer: unknown names, why there are no rows."""
        told = ""
        try:
            for token in self.tokens:
                if token.kind == "variable" and token.text[1] == "_":
                    yield (
                        f"Note: {token.text} looks like a parameter and has no value here; "
                        "kommunegraf query gives the named questions their values."
                    )
                    break
            if empty:
                for sentence in self._reasons(graph, counted=counted):
                    told += sentence
                    yield sentence
            for sentence in unbound_columns(self.tokens):
                yield f"Note: {sentence}"
            if empty or may_hide(self.tokens):
                yield from self._unknown(graph, told)
        except Exception as error:
            # The answer is out and right; that there is no help must not look like a failure.
            yield f"(No more help could be given: {error})"

    def _unknown(self, graph: Graph, told: str) -> Iterator[str]:
        from .places import column_of, line_of
        from .terms import shown, unknown_terms

        for unknown in unknown_terms(graph, self.tokens, prefixes_of(self.tokens)):
            if shown(unknown.token) not in told:
                place = unknown.token.start
                line, column = line_of(self.text, place), column_of(self.text, place)
                yield f"Note: line {line}, column {column}: {unknown}"

    def _reasons(self, graph: Graph, *, counted: bool) -> Iterator[str]:
        from .emptiness import explain_emptiness
        from .grammar import GrammarError, parse
        from .patterns import read_query

        try:
            query = read_query(parse(self.tokens))
        except GrammarError:
            # An engine takes more than the standard; of that nothing can be said.
            return
        yield from explain_emptiness(graph, query, counted=counted)

    def explain(self, graph: Graph) -> int:
        """Writes what the query would do; returns the exit code."""
        from .explaining import explain
        from .faults import explain_fault
        from .grammar import GrammarError, parse
        from .patterns import read_query

        try:
            query = read_query(parse(self.tokens))
        except GrammarError:
            fault = explain_fault(self.text, self.tokens, prefixes_of(self.tokens))
            raise QueryError(fault) from None
        for line in explain(graph, query):
            click.echo(line)
            sys.stdout.flush()
        return 0


def _failure(error: Exception, services: Sequence[str]) -> str:
    """Returns what went wrong as the rows came, in one line."""
    said = str(error).partition(" with payload")[0].splitlines()[0][:300]
    if not services:
        return f"the query cannot be run: {said}"
    if "redirect" in said:
        return (
            "the query cannot be answered: an endpoint that SERVICE asks sends it elsewhere "
            f"({said.rpartition(' ')[2]}), which is not followed; name and allow that address"
        )
    return f"the query cannot be answered; of an endpoint that SERVICE asks: {said}"


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
