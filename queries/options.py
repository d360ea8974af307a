"""Options that every asking command has, written once: which graph, which format, which day."""

from __future__ import annotations

from typing import Final

import click

from .output import FORMATS

STORE: Final = click.option(
    "--store",
    help="Output folder of a build, or the address of a SPARQL endpoint. Default: the last build.",
)

FORMAT: Final = click.option(
    "--format", "format_name", default="table", show_default=True, help=f"{', '.join(FORMATS)}."
)

AT: Final = click.option(
    "--at",
    default="latest",
    metavar="DAY",
    help="The day that the answer is for, as 2018-12-31. Default: the last that reports speak for.",
)
