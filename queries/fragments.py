"""Fragments: lines of SPARQL that many questions share, each written once in `shared/`.

A question keeps the fragment's text in its own file, so that any engine runs it as it stands; a
test holds the copies to the file. What composes a query in Python takes the text from here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "shared"


@cache
def fragment(name: str) -> str:
    """Returns the lines of a fragment.

    `standing` is the rule on time: it needs ?relation, ?_at_xsd_date and ?_standing_literal, and
    gives ?standing (stated, persisting, possible or planned).
    """
    return (_FOLDER / f"{name}.rq").read_text("utf-8")
