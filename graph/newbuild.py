"""A new build: made beside the current one and swapped in whole.

It becomes current in a single step (the link `current` is replaced), so a failed or killed build
leaves the earlier graph as it was.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from pyoxigraph import Quad, Store

from .errors import StoreError
from .store import CURRENT, MANIFEST, Manifest


class NewBuild:
    """A build in the making.

    Use it as a context, `seal` it when its data is written and `publish` it when its pages are.

    Left without `publish`, for whatever reason, it is removed and the current build stays.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / f"build-{_next_number(out)}.unfinished"

    def __enter__(self) -> NewBuild:
        """Makes the folder. Raises StoreError when that is not possible."""
        try:
            if self.out.exists() and not _is_ours(self.out):
                raise StoreError(
                    f"{self.out}: is not empty and holds no earlier build; name another folder"
                )
            for stale in self.out.glob("build-*.unfinished"):
                shutil.rmtree(stale, ignore_errors=True)
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"{self.out}: cannot be written: {error.strerror}") from None
        return self

    def __exit__(self, *_: object) -> None:
        """Removes what was not published."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            # A first build that failed leaves no empty folder behind.
            self.out.rmdir()

    def load(self, quads: Iterable[Quad]) -> Store:
        """Writes the quads into the build's store on disk and returns it."""
        store = Store(str(self.folder / "store"))
        store.bulk_extend(quads)
        store.flush()
        return store

    def seal(self, manifest: Manifest) -> None:
        """Writes the manifest: from now on the build can be opened, but is not yet current."""
        (self.folder / MANIFEST).write_text(
            json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )

    def publish(self) -> Path:
        """Makes the sealed build the current one and removes older ones.

        The build before it is kept, for programs that have it open. Returns the folder `current`.
        """
        final = self.folder.with_suffix("")
        self.folder.rename(final)
        link, new = self.out / CURRENT, self.out / f"{CURRENT}.new"
        before = link.resolve() if link.is_symlink() else None
        new.unlink(missing_ok=True)
        new.symlink_to(final.name, target_is_directory=True)
        new.replace(link)
        for old in self.out.glob("build-*"):
            if old.resolve() not in (final.resolve(), before):
                shutil.rmtree(old, ignore_errors=True)
        return link


def _is_ours(out: Path) -> bool:
    return out.is_dir() and all(
        entry.name.startswith(("build-", CURRENT)) for entry in out.iterdir()
    )


def _next_number(out: Path) -> int:
    numbers = [
        int(entry.name.removeprefix("build-").removesuffix(".unfinished"))
        for entry in out.glob("build-*")
        if entry.name.removeprefix("build-").removesuffix(".unfinished").isdigit()
    ]
    return max(numbers, default=0) + 1
