"""The commands `query` and `why`, which ask by names."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ..graph.errors import UsageError
from ..graph.store import open_graph
from .formats import ROWS, check_format
from .options import FORMAT, ROW_FORMAT, STORE
from .output import write_result

if TYPE_CHECKING:
    from .catalogue import Question


class _AnyOptions(click.Command):
    """A command that takes the parameters of a named question as options of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Sets `--name value` and `--name=value` pairs that are no options of ours aside."""
        own = {opt for param in self.params for opt in param.opts} | {"--help", "-h"}
        kept: list[str] = []
        given: dict[str, str] = {}
        rest = iter(args)
        for arg in rest:
            name, has_value, value = arg.partition("=")
            if not arg.startswith("--") or name in own:
                kept.append(arg)
                continue
            if not has_value:
                following = next(rest, None)
                if following is None or following.startswith("--"):
                    raise click.UsageError(f"{arg} needs a value", ctx)
                value = following
            if given.setdefault(name[2:], value) is not value:
                raise click.UsageError(f"{name} is given twice", ctx)
        ctx.obj = given
        # --help is followed before the name is, wherever it stands.
        ctx.meta["question"] = self.make_parser(ctx).parse_args([*kept])[0].get("name")
        return super().parse_args(ctx, kept)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the help of the question that is named, else of the command."""
        if not isinstance(name := ctx.meta["question"], str):
            super().format_help_text(ctx, formatter)
            return
        from .catalogue import read_question
        from .question_help import write_help

        write_help(read_question(name).header, formatter)


@click.command(cls=_AnyOptions, options_metavar="[--PARAMETER VALUE]... [OPTIONS]")
@click.argument("name", required=False)
@STORE
@ROW_FORMAT
@click.option(
    "--show", is_flag=True, help="Print the SPARQL with its values instead of running it."
)
@click.pass_context
def query(
    ctx: click.Context, name: str | None, store: str | None, format_name: str, show: bool
) -> int:
    """Lists the questions by theme, or answers one.

    A parameter takes a name as people write it: a label, an old name, a number, an organisation
    number or an IRI. --at takes a day; without it the last day that the reports speak for.
    A question's own --help tells its parameters and columns.

    \b
    Examples:
      kommunegraf query
      kommunegraf query members --help
      kommunegraf query members --partnership "IKT Orkidé" --at 2018-12-31
      kommunegraf query board --partnership ror-ikt --format csv
    """
    from .asking import ask, bind_parameters

    _stop_at_once()
    if name is None:
        if ctx.obj:
            raise UsageError(f"--{next(iter(ctx.obj))} needs the name of a question before it")
        _list_questions()
        return 0
    check_format(format_name, ROWS)
    from .catalogue import read_question

    question = read_question(name)
    graph = open_graph(store)
    if show:
        from ..graph.binding import bind

        click.echo(bind(question.text, bind_parameters(graph, question.header, ctx.obj)[0]))
        return 0
    answer = ask(graph, name, ctx.obj)
    said = ", ".join(
        f"{key} = {value}{_whence(question, key, ctx.obj)}"
        for key, value in answer.understood.items()
    )
    click.echo(f"{answer.header.summary}" + (f" ({said})" if said else ""), err=True)
    count = write_result(answer.result, format_name, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    if not count:
        day = (
            f" as of {answer.understood['at']}; --at asks of another day"
            if "at" in answer.understood
            else ""
        )
        click.echo(f"No rows{day}.", err=True)
    return 0


def _whence(question: Question, name: str, given: Mapping[str, str]) -> str:
    """Says what a day is that nobody asked for."""
    from .as_of import whence

    parameter = question.header.parameter(name)
    if name in given or parameter is None:
        return ""
    return whence(parameter.default or "")


def _stop_at_once() -> None:
    """Lets Ctrl-C end a long query, which Python itself cannot while the engine works."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _list_questions() -> None:
    from itertools import groupby

    from .catalogue import all_questions

    found, faults = all_questions()
    for fault in faults:
        click.echo(f"kommunegraf: {fault}", err=True)
    for theme, questions in groupby(found, key=lambda q: q.header.tags[0]):
        click.echo(f"\n{theme}")
        for question in questions:
            options = " ".join(
                f"--{parameter.name}" if parameter.required else f"[--{parameter.name}]"
                for parameter in question.header.parameters
            )
            click.echo(f"  {question.header.name} {options}".rstrip())
            click.echo(f"      {question.header.summary}")


@click.command()
@click.argument("thing")
@STORE
@FORMAT
def why(thing: str, store: str | None, format_name: str) -> int:
    """Says what the graph holds of a thing or relation: by which source, where, how sure.

    \b
    Examples:
      kommunegraf why Nesset
      kommunegraf why membership:1543-nesset_ror-ikt_member_2019-01-01
    """
    from .why import explain

    sys.stdout.write(explain(open_graph(store), thing, format_name))
    return 0
