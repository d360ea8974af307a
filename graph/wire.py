"""What came over the wire: whether it is of the form asked for, and whole."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from .errors import FetchError

Form = Literal["json", "csv", "gzip"]

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "json": "JSON",
        "csv": "CSV",
        "gzip": "a gzip file",
        "html": "an HTML page",
        "xml": "XML",
        "zip": "a zip file",
    }
)
CHUNK: Final = 1 << 20


def check_form(url: str, form: Form, head: bytes, content_type: str) -> None:
    """Raises FetchError when the first bytes, or the media type, are not of the form asked for."""
    seen = guess(head, content_type)
    if seen in (None, form):
        return
    what = "plain text" if seen == "csv" else NAMES[seen or form]
    hint = " (the server did not heed the Accept header)" if seen == "xml" else ""
    raise FetchError(
        f"{url}: {what} came where {NAMES[form]} was meant{hint}; what was held before stays"
    )


def guess(head: bytes, content_type: str = "") -> str | None:
    """Returns what bytes look like: json, html, xml, gzip, zip; csv when nothing else; or None.

    The bytes are believed before the media type, which servers often state wrongly.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if start.startswith((b"{", b"[")):
        return "json"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--")):
        return "html"
    if start.startswith(b"<"):
        return "html" if "html" in content_type else "xml"
    return "csv" if start else None


def check_whole(url: str, form: Form, file: Path) -> None:
    """Reads a file to its end; raises FetchError when it is empty, broken or not of its form."""
    if file.stat().st_size == 0:
        raise FetchError(f"{url}: the answer is empty; what was held before stays")
    with file.open("rb") as start:
        check_form(url, form, start.read(512), "")
    try:
        if form == "gzip":
            with gzip.open(file) as packed:
                while packed.read(CHUNK):
                    pass
        elif form == "json":
            read_json(file)
    except (EOFError, OSError, zlib.error, ValueError) as error:
        raise FetchError(
            f"{url}: what came is no whole {NAMES[form].removeprefix('a ')} ({error}); what was "
            "held before stays"
        ) from None


def read_json(file: Path) -> Any:
    """Returns the JSON of a file; raises ValueError when it is none."""
    return json.loads(file.read_bytes())


def unpack(file: Path, most: int) -> None:
    """Replaces a file by what is packed in it with gzip; for a server that packs unasked.

    Raises FetchError when more than `most` bytes come out, or the packing is broken.
    """
    plain = file.with_name(file.name + ".plain")
    size = 0
    try:
        with gzip.open(file) as packed, plain.open("wb") as target:
            while block := packed.read(CHUNK):
                size += len(block)
                if size > most:
                    raise FetchError(f"{file.name}: unpacks to more than {most:,} bytes; refused")
                target.write(block)
        plain.replace(file)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FetchError(f"{file.name}: the server's packing is broken ({error})") from None
    finally:
        plain.unlink(missing_ok=True)
