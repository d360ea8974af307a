"""One file over the wire: resumed when it was cut, left when unchanged, there whole or not at all.

While it comes it is `<file>.part`, and `<file>.part.json` says of which version; both survive a cut
or Ctrl-C, and the next attempt asks for the rest.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from urllib3 import BaseHTTPResponse

from .downloaded import NOTE, PART, TOMBSTONE, Sidecar, beside, digest, read_sidecar, write_record
from .downloads import Download
from .errors import FetchError, GoneError
from .http import Client, CutError
from .part import Part, content_range, expected_size
from .wire import check_form, check_whole, unpack

BLOCK: Final = 1 << 16
HEAD: Final = 512

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to be had: of which source, from where, to where, for which values."""

    download: Download
    values: Mapping[str, str]
    url: str
    file: Path


@dataclass(frozen=True, slots=True)
class Had:
    """A file that is held now. `changed` is False when it was held before, the same."""

    file: Path
    sidecar: Sidecar
    changed: bool


def transfer(
    client: Client,
    wanted: Wanted,
    *,
    again: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    progress: Progress = lambda _done, _of: None,
) -> Had:
    """Gets one file; `again` gets it even when the server would call it unchanged.

    Raises FetchError; what was held before then stays as it was.
    """
    part = Part(beside(wanted.file, PART), beside(wanted.file, NOTE), wanted.url)
    held = read_sidecar(wanted.file)
    if held is not None and (held.url != wanted.url or again):
        held = None
    if again:
        part.discard()
    receiver = _Receiver(wanted, part, held, progress)
    try:
        wanted.file.parent.mkdir(parents=True, exist_ok=True)
        manners = wanted.download.manners
        came = client.get(wanted.url, receiver.headers, receiver.receive, manners)
        when = now().isoformat(timespec="seconds")
        if came == "unchanged" and held is not None:
            part.discard()
            sidecar = replace(held, checked=when)
            write_record(wanted.file, sidecar)
            return Had(wanted.file, sidecar, changed=False)
        return _take(wanted, part, when)
    except GoneError:
        part.discard()
        raise
    except FetchError as error:
        if size := part.size():
            raise FetchError(
                f"{error}. {size:,} bytes are kept in {part.file}; the same command goes on there"
            ) from None
        part.discard()
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        why = "the disk is full or the file too large for it" if full else error.strerror
        raise FetchError(f"{part.file}: cannot be written: {why}") from None


def _take(wanted: Wanted, part: Part, when: str) -> Had:
    """Checks the part, which now should be whole, and puts it in place with its sidecar."""
    download = wanted.download
    note = part.note()
    try:
        if note.get("packed"):
            unpack(part.file, download.max_bytes)
        check_whole(wanted.url, download.form, part.file)
    except FetchError:
        part.discard()
        raise
    before = read_sidecar(wanted.file)
    sha256 = digest(part.file)
    same = before is not None and before.sha256 == sha256
    sidecar = Sidecar(
        source=download.key,
        title=download.title,
        url=wanted.url,
        # The same bytes again are no new extract: its day stays.
        retrieved=before.retrieved if same and before else when,
        checked=when,
        etag=str(note.get("etag") or ""),
        last_modified=str(note.get("last_modified") or ""),
        sha256=sha256,
        size=part.file.stat().st_size,
        publisher=download.publisher,
        licence=download.licence,
        parameters=dict(wanted.values),
    )
    part.file.replace(wanted.file)
    write_record(wanted.file, sidecar)
    part.discard()
    beside(wanted.file, TOMBSTONE).unlink(missing_ok=True)
    return Had(wanted.file, sidecar, changed=not same)


class _Receiver:
    """Asks for what is missing and takes what comes."""

    def __init__(
        self, wanted: Wanted, part: Part, held: Sidecar | None, progress: Progress
    ) -> None:
        self._wanted = wanted
        self._part = part
        self._held = held
        self._progress = progress

    def headers(self) -> dict[str, str]:
        headers = {"Accept": self._wanted.download.accept}
        if self._held is not None and self._held.etag:
            headers["If-None-Match"] = self._held.etag
        elif self._held is not None and self._held.last_modified:
            headers["If-Modified-Since"] = self._held.last_modified
        if size := self._part.size():
            headers["Range"] = f"bytes={size}-"
            headers["If-Range"] = self._part.version()
        return headers

    def receive(self, response: BaseHTTPResponse) -> Literal["unchanged", "whole"]:
        match response.status:
            case 304:
                if self._held is None:
                    raise FetchError(f"{self._wanted.url}: the server answers 304 unasked")
                return "unchanged"
            case 416:
                _, of = content_range(response)
                if of is not None and of == self._part.size():
                    return "whole"
                self._begin_anew("the server has another version than the part that is held")
            case 206:
                self._write(response, start=self._go_on(response))
            case _:
                self._part.begin(response, packed=self._packed(response))
                self._write(response, start=0)
        return "whole"

    def _begin_anew(self, why: str) -> None:
        self._part.discard()
        raise CutError(f"{why}; it is begun anew")

    def _go_on(self, response: BaseHTTPResponse) -> int:
        """Returns where a partial answer goes on, after seeing that it fits the part."""
        start, _ = content_range(response)
        size = self._part.size()
        note = self._part.note()
        other = any(
            (said := response.headers.get(header, "")) and note.get(name) and said != note[name]
            for header, name in (("ETag", "etag"), ("Last-Modified", "last_modified"))
        )
        if not size or start != size or other:
            self._begin_anew("the server sends another part than was asked for")
        return size

    def _packed(self, response: BaseHTTPResponse) -> bool:
        """Tells whether the server has packed the answer, though it was asked not to."""
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding in ("identity", ""):
            return False
        if encoding in ("gzip", "x-gzip"):
            return self._wanted.download.form != "gzip"
        raise FetchError(f"{self._wanted.url}: the answer is packed with “{encoding}”, unasked")

    def _write(self, response: BaseHTTPResponse, start: int) -> None:
        wanted, most = self._wanted, self._wanted.download.max_bytes
        expected = expected_size(response, start)
        head, checked = bytearray(), start > 0 or bool(self._part.note().get("packed"))
        kind = response.headers.get("Content-Type", "")
        done = start
        try:
            if expected is not None and expected > most:
                raise FetchError(_too_large(wanted, expected))
            with self._part.file.open("ab") as file:
                while block := response.read1(BLOCK, decode_content=False):
                    file.write(block)
                    done += len(block)
                    if done > most:
                        raise FetchError(_too_large(wanted, done))
                    if not checked and len(head) < HEAD:
                        head += block[:HEAD]
                        if checked := len(head) >= HEAD:
                            check_form(wanted.url, wanted.download.form, bytes(head), kind)
                    self._progress(done, expected)
            if not checked:
                check_form(wanted.url, wanted.download.form, bytes(head), kind)
        except FetchError:
            self._part.discard()
            raise
        if expected is not None and done != expected:
            raise CutError(f"the connection was cut after {done:,} of {expected:,} bytes")


def _too_large(wanted: Wanted, size: int) -> str:
    most = wanted.download.max_bytes
    return f"{wanted.url}: {size:,} bytes or more, but at most {most:,} are taken from this source"
