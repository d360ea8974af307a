"""Builds: which one an output folder's `current` is, told apart by content."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ...graph.errors import StoreError
from ...graph.store import CURRENT, MANIFEST


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build: its own folder (not the link to it) and a name that no other has."""

    folder: Path
    name: str
    tag: str


def current_build(place: Path) -> Build:
    """Returns the build that a folder's `current` is, or the folder when it is a build itself.

    Raises StoreError when there is none.
    """
    link = place / CURRENT
    folder = (link if link.exists() else place).resolve()
    manifest = folder / MANIFEST
    try:
        changed = manifest.stat().st_mtime_ns
        said = manifest.read_bytes()
    except OSError:
        raise StoreError(
            f"{place}: there is no graph here; run: kommunegraf build --out {place}"
        ) from None
    digest = blake2b(f"{folder}\n{changed}\n".encode() + said, digest_size=9).hexdigest()
    return Build(folder, folder.name, digest)
