"""Options that every asking command has, written once: which graph, which format, which day."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Final

import click

from .formats import FORMATS, ROWS


class Count(click.IntRange):
    """A whole number in a range, called so where it is none."""

    name = "whole number"


class Seconds(click.FloatRange):
    """A number of seconds from `least` to `most`, a day; nan, which click lets through, is none."""

    name = "number of seconds"

    def __init__(self, least: float = 0, most: float = 86_400) -> None:
        super().__init__(least, most)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Returns the number; fails as click's own types do."""
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)
        return seconds


STORE: Final = click.option(
    "--store",
    help="Output folder of a build, or the address of a SPARQL endpoint. Default: the last build.",
)

_FORMAT: Final = partial(
    click.option, "--format", "format_name", default="table", show_default=True
)
FORMAT: Final = _FORMAT(help=f"{', '.join(FORMATS)}.")
ROW_FORMAT: Final = _FORMAT(help=f"{', '.join(ROWS)}.")
"""The same for what never gives triples."""

AT: Final = click.option(
    "--at",
    default="latest",
    metavar="DAY",
    help="The day that the answer is for, as 2018-12-31. Default: the last that reports speak for.",
)
