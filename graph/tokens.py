"""Tokens: the words of a SPARQL text, each with its place, read as the standard reads them.

Everything that looks into a query goes by these: what it asks for (`form`), and in `queries.free`
what it may be (`running`), where it is at fault (`faults`), which terms it names (`terms`), what it
matches (`patterns`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LETTERS: Final = "A-Za-z"
_MORE_LETTERS: Final = (
    "À-ÖØ-öø-˿Ͱ-ͽͿ-῿\u200c\u200d⁰-↏Ⰰ-⿯、-\ud7ff豈-\ufdcfﷰ-\ufffd\U00010000-\U000effff"
)
_MORE_SIGNS: Final = "·\u0300-\u036f‿⁀"


def _pattern(letters: str, signs: str) -> re.Pattern[str]:
    """Returns the pattern of one token.

    Every repetition is possessive or over sets that exclude one another, so that no text, however
    made, is read twice. The order matters.
    """
    word = f"{letters}_"
    chars = f"{word}\\-0-9{signs}"
    return re.compile(
        r"(?P<blank>[ \t\r\n]++|#[^\r\n]*+)"
        r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+"""'
        r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
        r'|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
        r"|'(?!'')(?:[^'\\\r\n]|\\.)*+')"
        r'|(?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)'
        rf"|(?P<label>_:[{word}0-9](?:\.*[{chars}]++)*+)"
        rf"|(?P<name>(?:[{letters}][{chars}.]{{0,98}}+(?<!\.))?:"
        rf"(?:(?:[{word}:0-9]|{_ESCAPED})(?:\.*(?:[{chars}:]++|{_ESCAPED}))*+)?)"
        rf"|(?P<variable>[?$][{word}0-9][{word}0-9{signs}]*+)"
        r"|(?P<language>@[A-Za-z]++(?:-{1,2}[A-Za-z0-9]++)*+)"
        r"|(?P<number>[0-9]++\.[0-9]*+[eE][+-]?[0-9]++|\.?[0-9]++[eE][+-]?[0-9]++"
        r"|[0-9]*+\.[0-9]++|[0-9]++)"
        rf"|(?P<word>[{word}][{word}0-9]*+)"
        r"|(?P<sign>\^\^|&&|\|\||!=|<=|>=|[{}()\[\].;,/|^?*+!=<>-])"
        r"|(?P<bad>.)",
        re.DOTALL,
    )


# Sets of many letters take longer to compile than a query to run, and few queries need them: in
# texts, IRIs and comments the first pattern takes any letter.
_PLAIN: Final = _pattern(_LETTERS, "")


@cache
def _whole() -> re.Pattern[str]:
    return _pattern(_LETTERS + _MORE_LETTERS, _MORE_SIGNS)


class Token(NamedTuple):
    """One word of a query: its kind, its text as written and where it begins.

    Kinds: word (a keyword), variable, name (with a prefix), iri, label (of a blank node), string,
    language, number, sign, bad (no word of SPARQL), end.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after the last character."""
        return self.start + len(self.text)

    @property
    def key(self) -> str:
        """A keyword in capitals, a sign as it is, else nothing."""
        if self.kind == "word":
            return self.text.upper()
        return self.text if self.kind == "sign" else ""


def tokenise(text: str, most: int = sys.maxsize) -> list[Token]:
    """Returns the tokens of a query, an `end` last; a `bad` one ends the reading early.

    White space and comments are left out. More than `most` tokens are not read: the last is then
    one of any kind.
    """
    tokens = _read(_PLAIN, text, most)
    if tokens[-1].kind == "bad" and not tokens[-1].text.isascii():
        tokens = _read(_whole(), text, most)
    return tokens


def _read(pattern: re.Pattern[str], text: str, most: int) -> list[Token]:
    tokens: list[Token] = []
    for match in pattern.finditer(text):
        kind = match.lastgroup
        if kind == "blank":
            continue
        tokens.append(Token(kind or "bad", match[0], match.start()))
        if kind == "bad" or len(tokens) > most:
            return tokens
    tokens.append(Token("end", "", len(text)))
    return tokens


def prologue(tokens: Sequence[Token]) -> int:
    """Returns the index of the first token after the prologue of a query."""
    index = 0
    while tokens[index].key in ("PREFIX", "BASE"):
        length = 3 if tokens[index].key == "PREFIX" else 2
        if index + length >= len(tokens):
            break
        index += length
    return index


def iri_of(token: Token) -> str:
    """Returns the IRI that an `iri` token writes, its escapes resolved."""
    return re.sub(r"\\u(....)|\\U(........)", _sign, token.text[1:-1])


def _sign(escape: re.Match[str]) -> str:
    """Returns the sign of an escape; half of a pair is none, and nothing can write it."""
    code = min(int(escape[1] or escape[2], 16), 0x10FFFF)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def name_of(token: Token) -> tuple[str, str]:
    """Returns the prefix and the local part of a `name` token, its escapes resolved."""
    prefix, _, local = token.text.partition(":")
    return prefix, re.sub(r"\\(.)", r"\1", local)
