"""What is served as it lies: script and style of the pages, the editor, pages that a build drew."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from .render import FOLDER

_STATIC: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".toml": "text/plain; charset=utf-8",
}


def drawn_pages(folder: Path) -> list[str]:
    """Returns the names of the pages that the build has drawn."""
    pages = folder / "pages"
    return sorted(file.name for file in pages.glob("*.html")) if pages.is_dir() else []


@cache
def files() -> Mapping[str, tuple[bytes, bytes]]:
    """Returns what is served as it lies: our own script and style, and the vendored editor."""
    found: dict[str, tuple[bytes, bytes]] = {}
    for folder, under in ((FOLDER / "static", ""), (FOLDER / "vendor", "vendor/")):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix in _STATIC:
                name = under + file.relative_to(folder).as_posix()
                found[name] = (_STATIC[file.suffix].encode(), file.read_bytes())
    return found
