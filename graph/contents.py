"""What a file holds, seen by its first bytes and never by its name; gzip is opened on the way."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, cast

from .errors import SourceError

READ_ERRORS: Final = (OSError, EOFError, zlib.error)
"""What reading an opened file may raise; `damage` says it in a sentence."""

_BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = 4096
_LOOKS: Final = (
    (re.compile(rb"PK\x03\x04"), "a ZIP file or a spreadsheet; unpack it, or save it as CSV"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "text in UTF-16; save it as UTF-8"),
    (re.compile(rb"%PDF"), "a PDF; download the data as JSON or CSV"),
    (
        re.compile(rb"\s*<(?:!doctype html|html|head|body)", re.IGNORECASE),
        "an HTML page, such as an error page or a log-in; download the file again",
    ),
    (re.compile(rb"\s*<[?a-zA-Z!]"), "XML; ask the register for JSON (Accept: application/json)"),
)


class Form(Enum):
    """The forms in which a register gives its records."""

    ARRAY = "a JSON array"
    OBJECT = "a JSON object"
    TABLE = "a table"


@dataclass(frozen=True, slots=True)
class Content:
    """An opened file: its form, and its bytes without compression and byte order mark."""

    form: Form
    stream: io.BufferedReader


def open_content(file: Path) -> Content:
    """Opens a file. Raises SourceError when it is empty or what it holds is no data."""
    try:
        stream = _open(file)
        try:
            head = stream.peek(_HEAD)[:_HEAD]
            if head.startswith(_BOM):
                stream.read(len(_BOM))
                head = head[len(_BOM) :]
            return Content(_form(head, file), stream)
        except BaseException:
            stream.close()
            raise
    except READ_ERRORS as error:
        raise SourceError(damage(error), file) from None


def _open(file: Path) -> io.BufferedReader:
    plain = file.open("rb")
    zipped = plain.peek(2).startswith(b"\x1f\x8b")
    if not zipped:
        return plain
    plain.close()
    return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(file)), 1 << 17)


def _form(head: bytes, file: Path) -> Form:
    if not head.strip():
        raise SourceError("is empty; download it again", file)
    for pattern, what in _LOOKS:
        if pattern.match(head):
            raise SourceError(f"is {what}", file)
    first = head.lstrip()[:1]
    return {b"[": Form.ARRAY, b"{": Form.OBJECT}.get(first, Form.TABLE)


def damage(error: Exception) -> str:
    """Returns a sentence for what went wrong while a compressed file was read."""
    if isinstance(error, EOFError):
        return "is cut off: the compressed data ends too early; download it again"
    if isinstance(error, zlib.error | gzip.BadGzipFile):
        return "is damaged: the compressed data does not add up; download it again"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"
