"""The SPARQL 1.1 Protocol: from an HTTP request to the query, dataset and formats it asks for."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .negotiate import GRAPHS, ROWS, Format, choose, named
from .refusal import RefusalError

QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
FORM_TYPE: Final = "application/x-www-form-urlencoded"

_MOST_FIELDS: Final = 200
_LONGEST_FORMAT: Final = 100
_FORMAT: Final = ("format", "output")

_READ_ONLY: Final = (
    "the graph is only read here; an update is a matter of its sources and kommunegraf build"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was asked: its text, graphs, and the formats for rows and for triples."""

    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]
    rows: Format | None
    triples: Format | None


def fields(encoded: bytes) -> Iterator[tuple[str, str]]:
    """Yields names and values of a query string or form.

    Raises RefusalError for bad encoding, or more fields than anything here takes.
    """
    if encoded.count(b"&") >= _MOST_FIELDS:
        raise RefusalError(400, f"the request has more than {_MOST_FIELDS} fields")
    try:
        for part in encoded.split(b"&"):
            if part:
                name, _, value = part.partition(b"=")
                yield _plain(name), _plain(value)
    except UnicodeDecodeError:
        raise RefusalError(400, "the request is not UTF-8") from None


def _plain(encoded: bytes) -> str:
    """Returns the text that percent-encoding stands for.

    Quoted-printable is the same code with another sign, and is read at once rather than by the
    character; a query may be a thousand of them long.
    """
    decoded = a2b_qp(encoded.replace(b"=", b"=3D").replace(b"+", b" ").replace(b"%", b"="))
    # It drops a sign before the end of a line, which here is a fault like any other.
    dropped = b"%\n" in encoded or b"%\r" in encoded
    if dropped or len(decoded) != len(encoded) - 2 * encoded.count(b"%"):
        raise RefusalError(400, "the request has a % that two hexadecimal digits do not follow")
    return decoded.decode("utf-8")


def has_query(query_string: bytes) -> bool:
    """Whether a query string says anything that only a query or an update can."""
    return b"query=" in query_string or b"update=" in query_string


def has_format(query_string: bytes) -> bool:
    """Whether a query string names a format. Raises RefusalError as `fields` does."""
    return any(value and name in _FORMAT for name, value in fields(query_string))


def read_get(query_string: bytes, accept: str) -> Asked:
    """Returns what a GET asks."""
    return _asked(list(fields(query_string)), None, accept)


def read_post(content_type: str, query_string: bytes, body: bytes, accept: str) -> Asked:
    """Returns what a POST asks, in either of the protocol's forms."""
    media, charset = _media(content_type)
    if media == UPDATE_TYPE:
        raise RefusalError(403, _READ_ONLY)
    if charset not in ("", "utf-8", "utf8"):
        raise RefusalError(415, f"the charset {charset} is not read here; send UTF-8")
    if media == QUERY_TYPE:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise RefusalError(400, "the query is not UTF-8") from None
        return _asked(list(fields(query_string)), text, accept)
    if media == FORM_TYPE:
        return _asked([*fields(query_string), *fields(body)], None, accept)
    raise RefusalError(
        415, f"a query comes as {FORM_TYPE} or {QUERY_TYPE}, not as {media or 'nothing'}"
    )


def _media(content_type: str) -> tuple[str, str]:
    media, _, rest = content_type.partition(";")
    match = re.search(r"charset\s*=\s*\"?([\w-]+)", rest, re.IGNORECASE)
    return media.strip().lower(), match[1].lower() if match else ""


def _asked(given: list[tuple[str, str]], text: str | None, accept: str) -> Asked:
    queries = [] if text is None else [text]
    default: list[str] = []
    named_graphs: list[str] = []
    shortcut = ""
    for name, value in given:
        if name == "query":
            queries.append(value)
        elif name == "default-graph-uri":
            default.append(value)
        elif name == "named-graph-uri":
            named_graphs.append(value)
        elif name in _FORMAT:
            shortcut = value or shortcut
        elif name == "update":
            raise RefusalError(403, _READ_ONLY)
    if len(queries) != 1:
        raise RefusalError(
            400, "the request has no query" if not queries else "the request has several queries"
        )
    if len(shortcut) > _LONGEST_FORMAT:
        raise RefusalError(400, f"a format has at most {_LONGEST_FORMAT} signs")
    rows, triples = formats(accept, shortcut)
    return Asked(queries[0], tuple(default), tuple(named_graphs), rows, triples)


@lru_cache(maxsize=512)
def formats(accept: str, shortcut: str = "") -> tuple[Format | None, Format | None]:
    """Returns the formats for rows and for triples: of a format parameter, else of Accept.

    Raises RefusalError for a parameter that names no format.
    """
    if not shortcut:
        return choose(accept, ROWS), choose(accept, GRAPHS)
    rows, triples = named(shortcut, ROWS), named(shortcut, GRAPHS)
    if rows is None and triples is None:
        known = ", ".join(one.name for one in (*ROWS, *GRAPHS))
        raise RefusalError(400, f"“{shortcut[:60]}” is no format; known: {known}")
    return rows, triples
