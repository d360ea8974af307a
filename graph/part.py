"""A file of which a part has come: which version it is a part of, and how the rest is asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from urllib3 import BaseHTTPResponse

RANGE: Final = re.compile(r"bytes\s+(?:(\d+)-\d+|\*)/(\d+|\*)")


class Part:
    """The part of a file that has come, and the note of which version it is a part of."""

    def __init__(self, file: Path, note_file: Path, url: str) -> None:
        self.file = file
        self.note_file = note_file
        self.url = url

    def note(self) -> dict[str, object]:
        """Returns the note; empty when there is none for this URL."""
        try:
            note = json.loads(self.note_file.read_bytes())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) and note.get("url") == self.url else {}

    def version(self) -> str:
        """Returns what the server can tell the version by: a strong ETag, or else the time."""
        note = self.note()
        etag = str(note.get("etag") or "")
        return str(note.get("last_modified") or "") if not etag or etag[:2] == "W/" else etag

    def size(self) -> int:
        """Returns how many bytes can be gone on from: none without a version."""
        return self.file.stat().st_size if self.file.exists() and self.version() else 0

    def begin(self, response: BaseHTTPResponse, *, packed: bool) -> None:
        """Notes of which version the part will be, before its first byte."""
        self.discard()
        note = {
            "url": self.url,
            "etag": response.headers.get("ETag", ""),
            "last_modified": response.headers.get("Last-Modified", ""),
            "packed": packed,
        }
        self.note_file.write_text(json.dumps(note), "utf-8")

    def discard(self) -> None:
        """Removes part and note."""
        self.file.unlink(missing_ok=True)
        self.note_file.unlink(missing_ok=True)


def expected_size(response: BaseHTTPResponse, start: int) -> int | None:
    """Returns how large the whole file is to be, as far as the server says."""
    if response.status == 206 and (of := content_range(response)[1]) is not None:
        return of
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def content_range(response: BaseHTTPResponse) -> tuple[int | None, int | None]:
    """Returns the first byte and the whole size of a Content-Range, each None when not said."""
    found = RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    if not found:
        return None, None
    first, of = found.groups()
    return (int(first) if first else None), (int(of) if of != "*" else None)
