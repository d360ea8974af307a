"""Writes docs/questions.md and docs/tables.md from the questions and the kinds of table.

    .venv/bin/python docs/generate.py

A test fails when they are not up to date.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from kommunegraf.graph.codes import all_codes
from kommunegraf.graph.kind import Column, Kind, all_kinds
from kommunegraf.graph.periods import PARTS
from kommunegraf.queries.catalogue import all_questions

HERE = Path(__file__).resolve().parent


def questions() -> str:
    """Returns the list of questions by theme, as Markdown."""
    found, _ = all_questions()
    lines = [
        "# The questions",
        "",
        f"{len(found)} questions by theme; made by `docs/generate.py`. Run one with `kommunegraf query NAME`.",
        "A parameter in brackets may be left out.",
    ]
    for theme, group in groupby(found, key=lambda question: question.header.tags[0]):
        lines += ["", f"## {theme}", ""]
        for question in group:
            header = question.header
            options = " ".join(
                f"--{p.name}" if p.required else f"[--{p.name}]" for p in header.parameters
            )
            lines.append(
                f"- **`{' '.join([header.name, options]).strip()}`** – {header.question['en']}"
            )
            lines.append(f"  *{header.question['nb']}*")
    return "\n".join(lines) + "\n"


def tables() -> str:
    """Returns the columns of every kind of table and every code, as Markdown."""
    lines = [
        "# Tables of facts",
        "",
        "A source is a folder with `source.toml` and CSV tables: UTF-8, comma-separated, header first, a row a fact. A table",
        "is named by its kind, `uses.csv` or `uses.velferdsteknologi.csv`. Columns marked * must be filled in; columns that",
        "a table does not need may be left out. Made from `graph/kinds/` and `ontology/codes/` by `docs/generate.py`.",
        "",
        "Every table has `place`* (line numbers of the report's text, `31` or `15-18;86`; for registers what finds the record),",
        "`certainty` (empty means stated) and `note`. Tables of dated kinds also have",
        "",
        "- `from`, the first day it holds, and `until`, the first day it no longer holds; empty when the source does not say;",
        "- `seen`, the day or period for which the source speaks of it; at least one of the three is filled in;",
        "- `plan`, `yes` for what a source only announces: `from` is then the day announced, `seen` the announcement;",
        "- `claim`, a letter that keeps apart two rows that contradict each other.",
        "",
        f"Days and periods: `2018-06-30`, `2018-06`, `2018`, `2018-` with {', '.join(f'`{part}`' for part in PARTS)},",
        "`2023~` (about), and ranges `2014-01-01/2019-12-31`, both ends included.",
        "",
        "A cell refers to a thing by its key. Cells marked (;) take several, separated by semicolons; (one each) makes one",
        "relation of each. `@group` stands for the members of a group in `groups.csv` (key, label, members, place).",
    ]
    for kind in all_kinds().values():
        lines += ["", f"## {kind.name}.csv", "", f"{kind.about} {_traits(kind)}", ""]
        lines += [_column(column) for column in kind.columns.values()]
    lines += ["", "# Codes", ""]
    for codes in all_codes().values():
        entries = ", ".join(f"`{code}` {label}" for code, label in codes.labels.items())
        lines.append(f"- **{codes.name}**: {entries}")
    return "\n".join(lines) + "\n"


def _traits(kind: Kind) -> str:
    dated = "Dated." if kind.dated else "Not dated."
    return f"{dated} IRI: `{kind.prefix}:` + {' _ '.join(f'`{part}`' for part in kind.key)}."


def _column(column: Column) -> str:
    what = {
        "ref": f"key of {' or '.join(column.of)}" if len(column.of) < 8 else "key of anything",
        "code": f"code of {column.list}",
        "relation": "IRI of a row, as prefix:name",
        "flag": "yes or empty",
    }.get(column.type, column.type)
    several = " (;)" if column.many else " (;, one each)" if column.expand else ""
    return f"- `{column.name}`{'*' if column.required else ''} – {what}{several}: {column.about}"


if __name__ == "__main__":
    (HERE / "questions.md").write_text(questions(), "utf-8")
    (HERE / "tables.md").write_text(tables(), "utf-8")
