"""Words of questions on pages: what parameters and columns are called, and what is said of them.

Those of the page of questions, in `viz/asking/names.toml`; English is what a question says itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ...queries.header import Parameter

_LEFT_OPEN: Final = re.compile(r"[;,] (?:all|both|everything|unknown ones)\b.*")
_STANDING: Final = "hvilke som vises av stated, persisting, possible og planned"


def name_of(parameter: str, lang: str) -> str:
    """Returns what a parameter is called."""
    return _said("parameters", parameter, lang)


def column_of(column: str, lang: str) -> str:
    """Returns what a column is called."""
    return _said("columns", column, lang)


def about_of(parameter: Parameter, lang: str) -> tuple[str, str]:
    """Returns what is said of a parameter, and in which language that is.

    In Norwegian what only says the name once more is left out, and that it may be left open.
    """
    if lang == "en":
        return parameter.about, "en"
    if parameter.name == "standing":
        return _STANDING, lang
    about = _LEFT_OPEN.sub("", parameter.about)
    if about == f"the {parameter.name}":
        return "", lang
    said = _said("abouts", about, lang)
    return said, "en" if said == about else lang


def _said(table: str, key: str, lang: str) -> str:
    return key if lang == "en" else _words()[table].get(key, [key])[0]


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    file = Path(__file__).parents[1] / "asking" / "names.toml"
    return tomllib.loads(file.read_text("utf-8"))
