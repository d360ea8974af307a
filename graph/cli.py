"""The command `kommunegraf`: finds a subcommand in its folder and turns errors into sentences.

Subcommands are named here and imported only when called, so that a question starts none of the
heavy libraries (reading entry points would cost more than the question itself).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click

from .errors import KommunegrafError

COMMANDS: Final = MappingProxyType(
    {
        "analyse": "queries.analyses.command",
        "build": "graph.commands",
        "check": "graph.commands",
        "export": "graph.commands",
        "fetch": "graph.fetch",
        "find": "queries.finding.command",
        "impact": "queries.impacts.command",
        "load": "graph.load",
        "match": "queries.match",
        "path": "queries.paths.command",
        "publish": "graph.publish",
        "query": "queries.commands",
        "serve": "viz.serve",
        "sparql": "queries.free.command",
        "view": "viz.commands",
        "why": "queries.commands",
    }
)
"""Each subcommand and the module, below `kommunegraf`, that holds the function of its name."""


class LazyGroup(click.Group):
    """A group whose subcommands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names the subcommands, in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports and returns a subcommand, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"kommunegraf.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kommunegraf")
def cli() -> None:
    """Who shares ICT with whom: Norwegian inter-municipal partnerships as a knowledge graph.

    \b
    Begin with:
      kommunegraf build              make the graph from the shipped sources
      kommunegraf query              list the questions
      kommunegraf query members --partnership "IKT Orkidé" --at 2018-12-31

    Exit codes: 0 done, 1 the answer is no or a check failed, 2 wrong use or wrong input,
    130 stopped with Ctrl-C.
    """


def main() -> None:
    """Runs the command line; ends the process with the documented exit code."""
    sys.exit(_run(lambda: cli(standalone_mode=False)))


def _run(call: Callable[[], object]) -> int:
    try:
        code = call()
        return code if isinstance(code, int) else 0
    except KommunegrafError as error:
        click.echo(f"kommunegraf: {error}", err=True)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        click.echo(f"kommunegraf: {_sentence(error)}", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("kommunegraf: stopped; nothing was changed", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (as with `| head`); that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"kommunegraf: {where}{error.strerror or error}", err=True)
        return 2


def _sentence(error: click.ClickException) -> str:
    """Returns what click says of wrong use as one sentence, and where the right use stands."""
    said = " ".join(error.format_message().split()).removesuffix(".")
    if not isinstance(error, click.UsageError):
        return said
    command = error.ctx.command_path if error.ctx else "kommunegraf"
    return f"{said[:1].lower()}{said[1:]}; see {command} --help"
