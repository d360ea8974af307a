"""What has been fetched and is held: each file, the sidecar that says where it is from, and graves.

The sidecar `<file>.kommunegraf.json` travels with its file; `load` reads the day of retrieval from
it. A tombstone `<file>.gone.json` stands for what a publisher has removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

SIDECAR: Final = ".kommunegraf.json"
TOMBSTONE: Final = ".gone.json"
PART: Final = ".part"
NOTE: Final = ".part.json"
SEARCHED: Final = 100_000_000
"""Bytes up to which a file is looked through for a number; larger ones are whole registers."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Where a file is from.

    `retrieved`: when its bytes came. `checked`: when the server last said that they are still so.
    """

    source: str
    title: str
    url: str
    retrieved: str
    checked: str
    etag: str
    last_modified: str
    sha256: str
    size: int
    publisher: str
    licence: str
    parameters: Mapping[str, str]

    @property
    def day(self) -> str:
        """The day of retrieval."""
        return self.retrieved[:10]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What a publisher has removed, and the day when that was noticed."""

    source: str
    url: str
    removed: str
    parameters: Mapping[str, str]


Record = TypeVar("Record", Sidecar, Tombstone)


def beside(file: Path, suffix: str) -> Path:
    """Returns the file that stands beside another, with a suffix to its name."""
    return file.with_name(file.name + suffix)


def read_sidecar(file: Path) -> Sidecar | None:
    """Returns the sidecar of a file that is still as it came; None when either is not so."""
    sidecar = _read(beside(file, SIDECAR), Sidecar)
    if sidecar is None or not file.is_file() or file.stat().st_size != sidecar.size:
        return None
    return sidecar if digest(file) == sidecar.sha256 else None


def read_tombstone(file: Path) -> Tombstone | None:
    """Returns the tombstone of a file, or None."""
    return _read(beside(file, TOMBSTONE), Tombstone)


def write_record(file: Path, record: Sidecar | Tombstone) -> None:
    """Writes a sidecar or tombstone beside its file, whole or not at all."""
    suffix = SIDECAR if isinstance(record, Sidecar) else TOMBSTONE
    new = beside(file, suffix + ".new")
    new.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1) + "\n", "utf-8")
    new.replace(beside(file, suffix))


def digest(file: Path) -> str:
    """Returns the SHA-256 of a file as hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def bury(file: Path, url: str, source: str, parameters: Mapping[str, str], day: date) -> list[Path]:
    """Removes a file and all else that was fetched about its organisation number.

    Puts a tombstone in its place. Returns the files that were removed.
    """
    purged = [file, *_about(file.parent, parameters.get("number"))]
    removed = [one for one in dict.fromkeys(purged) if one.exists()]
    for one in purged:
        for suffix in ("", SIDECAR, PART, NOTE):
            beside(one, suffix).unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_record(file, Tombstone(source, url, day.isoformat(), dict(parameters)))
    return removed


def mentions(folder: Path, number: str) -> list[Path]:
    """Returns the files that still name a number: search pages, to be fetched anew."""
    return [
        file
        for file, _ in _held(folder)
        if file.stat().st_size <= SEARCHED and number.encode() in file.read_bytes()
    ]


def drop_pages_after(file: Path, stem: str, last: int) -> None:
    """Removes pages of an earlier, longer answer: `<stem>page-<n>` with n beyond the last."""
    for old in file.parent.glob(f"{stem}page-*{file.suffix}"):
        number = old.stem.removeprefix(f"{stem}page-")
        if number.isdigit() and int(number) > last:
            for suffix in ("", SIDECAR, PART, NOTE):
                beside(old, suffix).unlink(missing_ok=True)


def _about(folder: Path, number: str | None) -> Iterator[Path]:
    if number:
        for file, sidecar in _held(folder):
            if sidecar.parameters.get("number") == number:
                yield file


def _held(folder: Path) -> list[tuple[Path, Sidecar]]:
    found = [
        (record.with_name(record.name.removesuffix(SIDECAR)), _read(record, Sidecar))
        for record in sorted(folder.glob(f"*{SIDECAR}"))
    ]
    return [(file, sidecar) for file, sidecar in found if sidecar is not None and file.is_file()]


def _read(file: Path, kind: type[Record]) -> Record | None:
    try:
        record = kind(**json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    if any(getattr(record, field.name) is None for field in fields(kind)):
        return None
    return record
