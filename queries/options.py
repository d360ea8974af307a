"""Options that every asking command has, written once: which graph, which format, which day."""

from __future__ import annotations

import math
from typing import Any, Final

import click

from .output import FORMATS


class Seconds(click.FloatRange):
    """A number of seconds from `least` to `most`, a day; nan, which click lets through, is none."""

    def __init__(self, least: float = 0, most: float = 86_400) -> None:
        super().__init__(least, most)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Returns the number; fails as click's own types do."""
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


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
