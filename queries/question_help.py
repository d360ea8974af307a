"""Help of one question: what it answers, its parameters and its columns."""

from __future__ import annotations

from typing import Final

import click

from .codes import lists_of, values_of
from .header import EVER, Header, Parameter

_TAKES: Final = {
    "xsd_date": "a day, as 2018-12-31",
    "xsd_integer": "a whole number",
    "xsd_boolean": "yes or no",
    "literal": "a text",
}


def write_help(header: Header, formatter: click.HelpFormatter) -> None:
    """Writes the summary, the parameters and the columns of a question."""
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(f"{header.summary}.")
    if header.parameters:
        with formatter.section("Parameters"):
            formatter.write_dl([(f"--{one.name}", _about(one)) for one in header.parameters])
    with formatter.section("Columns"):
        formatter.write_text(", ".join(header.columns))


def _about(parameter: Parameter) -> str:
    said = "; ".join(filter(None, (parameter.about, _takes(parameter))))
    if parameter.required:
        return f"{said}  [required]"
    shown = parameter.default and parameter.default not in EVER
    return f"{said}  [default: {parameter.default}]" if shown else said


def _takes(parameter: Parameter) -> str:
    if lists := lists_of(parameter.kind):
        return f"one of {values_of(lists)}"
    if parameter.type == "iri":
        kinds = " or ".join(part.replace("-", " ") for part in parameter.kind.split(";") if part)
        return f"a name, number or IRI{f' ({kinds})' if kinds else ''}"
    # What a pattern holds to, and the standings, are said already.
    said = parameter.pattern or parameter.name == "standing"
    return "" if said else _TAKES[parameter.type]
