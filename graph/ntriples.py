"""N-Triples as text, written fast: for loaders whose records are too many for one object a term."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from . import predicates as p
from .facts import date_literal
from .standing import Times, bounds

_ESCAPES: Final = str.maketrans(
    {
        **{chr(n): f"\\u{n:04X}" for n in (*range(0x20), *range(0x7F, 0xA0))},
        **{"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"},
    }
)
END: Final = " .\n"


def node(iri: NamedNode | str) -> str:
    """Returns an IRI in angle brackets."""
    return f"<{iri.value if isinstance(iri, NamedNode) else iri}>"


def verb(predicate: NamedNode) -> str:
    """Returns a predicate as it stands between subject and object, spaces included."""
    return f" <{predicate.value}> "


def escaped(text: str) -> str:
    """Returns text as it may stand between the quotes of a literal."""
    # Told without a regular expression: a million names pass here, and nearly all are plain.
    safe = text.isprintable() and '"' not in text and "\\" not in text
    return text if safe else text.translate(_ESCAPES)


def plain(text: str) -> str:
    """Returns a plain literal."""
    return f'"{escaped(text)}"'


def norwegian(text: str) -> str:
    """Returns a literal in Norwegian bokmål."""
    return f'"{escaped(text)}"@nb'


def typed(value: str, datatype: NamedNode) -> str:
    """Returns a literal of a datatype."""
    return f'"{escaped(value)}"^^<{datatype.value}>'


def line(subject: str, predicate: NamedNode, term: str) -> str:
    """Returns one triple with its line end; subject and term are N-Triples already."""
    return f"{subject} <{predicate.value}> {term}{END}"


def time_lines(subject: str, times: Times, words: str) -> str:
    """Returns what the sources' words and the rule on time say of a relation, as triples."""
    said = (
        (p.VALID_FROM, times.valid_from),
        (p.VALID_UNTIL, times.valid_until),
        (p.OBSERVED_FROM, times.observed_from),
        (p.OBSERVED_UNTIL, times.observed_until),
    )
    days = bounds(times)
    four = (
        (p.POSSIBLE_FROM, days.possible_from),
        (p.STATED_FROM, days.stated_from),
        (p.STATED_UNTIL, days.stated_until),
        (p.POSSIBLE_UNTIL, days.possible_until),
    )
    lines = [
        line(subject, predicate, str(date_literal(when)))
        for predicate, when in (*said, *four)
        if when
    ]
    lines.append(line(subject, p.IS_PLAN, typed("false", p.XSD_BOOLEAN)))
    lines.append(line(subject, p.TIME_TEXT, norwegian(words)))
    return "".join(lines)


def source_line(subject: str, origin: str, place: str) -> str:
    """Returns where a relation of a register is said: the extract, and a line for people."""
    words = norwegian(f"Enhetsregisteret, {place}")
    return line(subject, p.IN_SOURCE, origin) + line(subject, p.SOURCE_TEXT, words)
