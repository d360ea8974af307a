"""The command `find`: what a text may name, the likeliest first, and why."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

from ...graph.errors import UsageError
from ...graph.store import open_graph
from ...ontology.namespaces import LISTS, shorten
from ..formats import ROWS, check_format
from ..names import KIND_PREFIX
from ..options import ROW_FORMAT, STORE, Count
from ..output import write_rows

if TYPE_CHECKING:
    from .candidates import Candidate, Found


_SORTS: Final = {
    "label": "name",
    "official": "name",
    "former": "former name",
    "registered": "registered name",
    "initials": "initials of",
    "label-en": "English name",
    "label-nn": "Nynorsk name",
    "label-se": "Northern Sami name",
    "label-sma": "Southern Sami name",
    "label-smj": "Lule Sami name",
    "label-fkv": "Kven name",
}


@click.command()
@click.argument("text")
@click.option("--kind", default="", help=f"One of {', '.join(KIND_PREFIX)}, or code:LIST.")
@click.option("--limit", default=10, show_default=True, type=Count(1, 100))
@STORE
@ROW_FORMAT
def find(text: str, kind: str, limit: int, store: str | None, format_name: str) -> int:
    """Finds things by a name, a part of one, a misspelt one, an abbreviation or a number.

    With or without æ, ø, å and capitals; old names and numbers too, each with the time in which it
    held. A likeness of 1 is the name itself. Exit code 1: nothing is called so.

    \b
    Examples:
      kommunegraf find Kristansund
      kommunegraf find 1543
      kommunegraf find "IKA MR" --format json
      kommunegraf find visma --kind systems --limit 20
    """
    check_format(format_name, ROWS)
    _check_kind(kind)
    graph = open_graph(store)
    from .candidates import find as find_in

    found = find_in(graph, text, kind, limit)
    if found.remark:
        click.echo(f"{found.remark[0].upper()}{found.remark[1:]}.", err=True)
    if format_name == "json":
        sys.stdout.write(_json(text, found))
    elif found.candidates:
        header = ["likeness", "name", "what", "until", "found by", "iri"]
        rows = [_row(one) for one in found.candidates]
        write_rows(header, rows, format_name, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    if found.candidates:
        return 0
    if not found.remark:
        among = f" among {kind.replace(';', ' and ')}" if kind else ""
        click.echo(f"Nothing{among} is called “{_cut(text)}”, or nearly so.", err=True)
    return 1


def reason(one: Candidate) -> str:
    """Returns by which name a thing was found, what sort of name that is, and when it held."""
    sort = _SORTS.get(one.sort, one.sort.replace("-", " "))
    return f"{sort} {one.name}{f' ({one.time})' if one.time else ''}"


def _check_kind(kind: str) -> None:
    for part in filter(None, kind.split(";")):
        if part not in KIND_PREFIX and part.removeprefix("code:") not in LISTS:
            raise UsageError(
                f"“{part}” is no kind of thing; known: {', '.join(KIND_PREFIX)}, and code: with "
                "the name of a code list (code:field)"
            )


def _row(one: Candidate) -> list[str]:
    what = one.type or one.kind
    iri = shorten(one.iri.value)
    return [f"{one.likeness:.2f}", one.label, what, one.until, reason(one), iri]


def _json(text: str, found: Found) -> str:
    candidates = [
        {
            "iri": one.iri.value,
            "label": one.label,
            "kind": one.kind,
            "type": one.type,
            "until": one.until or None,
            "likeness": round(one.likeness, 2),
            "fit": one.fit.name.lower(),
            "matched": {"name": one.name, "sort": one.sort, "time": one.time or None},
        }
        for one in found.candidates
    ]
    whole = {"text": text, "remark": found.remark or None, "found": candidates}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
