"""The catalogue: every question that the folder holds, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..graph.errors import QueryError
from .header import Header, parse

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Question:
    """A named question: its header and its text (SPARQL 1.1 with parameter variables)."""

    header: Header
    text: str


def question_names() -> list[str]:
    """Returns the names of all questions, sorted."""
    return sorted(file.stem for file in FOLDER.glob("*.rq"))


def read_question(name: str) -> Question:
    """Reads one question. Raises QueryError, with the nearest names, when there is none."""
    file = FOLDER / f"{name}.rq"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        from difflib import get_close_matches

        near = get_close_matches(name, question_names(), 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "kommunegraf query lists them"
        raise QueryError(f"there is no question “{name}”; {hint}")
    text = file.read_text("utf-8")
    return Question(parse(text, name), text)


def all_questions() -> tuple[list[Question], list[QueryError]]:
    """Reads every question, by theme (its first tag) and name; and the faults of unfit ones."""
    questions: list[Question] = []
    faults: list[QueryError] = []
    for name in question_names():
        try:
            questions.append(read_question(name))
        except QueryError as error:
            faults.append(error)
    return sorted(questions, key=lambda q: (q.header.tags[:1], q.header.name)), faults
