"""Places: the line of a query in which something stands, with a caret right under it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ...graph.tokens import Token

WIDTH: Final = 88
"""Columns of a line that is shown; a longer one is cut around the place."""


def at(text: str, token: Token | int) -> str:
    """Returns the place of a token: line and column, the line itself and a caret under it."""
    place = token if isinstance(token, int) else token.start
    return f"(line {line_of(text, place)}, column {column_of(text, place)}):\n{shown(text, place)}"


def line_of(text: str, place: int) -> int:
    """Returns the line of a place, from 1; a line ends at LF, CR LF or CR."""
    return len(re.findall(r"\r\n|\r|\n", text[:place])) + 1


def column_of(text: str, place: int) -> int:
    """Returns the column of a place in its line, in characters from 1."""
    return place - max(text.rfind("\n", 0, place), text.rfind("\r", 0, place))


def shown(text: str, place: int) -> str:
    """Returns the line of a place, cut around it where it is long, and a caret right under it."""
    start = place - column_of(text, place) + 1
    end = min((i for i in (text.find("\n", place), text.find("\r", place)) if i >= 0), default=-1)
    before, after = text[start:place], text[place : end if end >= 0 else len(text)]
    # Tabs become spaces in both lines, so that the caret stands right whatever a tab's width is.
    before, after = _printable(before), _printable(after)
    if _columns(before) + _columns(after) > WIDTH:
        before = _cut(before[::-1], WIDTH * 2 // 3)[::-1]
        after = _cut(after, WIDTH - _columns(before))
    return f"  {before}{after}\n  {' ' * _columns(before)}^"


def _cut(line: str, width: int) -> str:
    if _columns(line) <= width:
        return line
    kept, used = "", 0
    for character in line:
        used += _columns(character)
        if used > width - 1:
            break
        kept += character
    return kept + "…"


def _printable(line: str) -> str:
    return "".join(
        "    " if character == "\t" else character if character.isprintable() else "�"
        for character in line
    )


def _columns(line: str) -> int:
    """Returns the columns that a terminal gives a text: wide ones take two."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in line
    )
