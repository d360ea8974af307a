"""The queries that stand in Python or are put together there keep the rules of the named ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kommunegraf.queries

FOLDER = Path(kommunegraf.queries.__file__).parent
FILES = [*FOLDER.rglob("*.py"), *(FOLDER / "impacts" / "touched").glob("*.rq")]

# Numbers, days, and what is yes or no: every engine orders these alike.
ALIKE = {"row", "day", "first", "isPlan"}


@pytest.mark.parametrize("file", sorted(FILES), ids=lambda file: str(file.relative_to(FOLDER)))
def test_order_is_of_texts_numbers_and_dates(file: Path) -> None:
    # IRIs and texts with a language have an order of each engine's own; what is chosen by an order
    # is better chosen in Python.
    for order in re.findall(r"ORDER BY(?: |\n).*", file.read_text("utf-8")):
        bare = set(re.findall(r"(?<!STR\()\?(\w+)", order)) - ALIKE
        assert not bare, f"order by STR(?{min(bare)})"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.rq")), ids=lambda file: file.stem)
def test_what_a_question_writes_into_rows_is_latin_1(file: Path) -> None:
    # Virtuoso puts a question mark for other signs that stand in a query.
    body = "\n".join(line for line in file.read_text("utf-8").splitlines() if line[:1] != "#")
    body.encode("latin-1")
