"""A new build: made beside the current one and swapped in whole.

It becomes current in a single step (the link `current` is replaced), so a failed or killed build
leaves the earlier graph as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from .dataset import Manifest
from .errors import StoreError
from .name_index import NAMES
from .store import CURRENT, MANIFEST, StoredGraph, table_graphs

BESIDE: Final = ("sources", "downloads")
"""Folders in an output folder that are no builds: what `load` and `fetch` keep there."""

RETRIES: Final = 20
"""Attempts to remove a build that was not published, a tenth of a second apart."""


class NewBuild:
    """A build in the making.

    Use it as a context, `seal` it when its data is written and `publish` it when its pages are.

    Left without `publish`, for whatever reason, it is removed and the current build stays.
    """

    def __init__(self, out: Path) -> None:
        if out.is_file():
            raise StoreError(f"{out}: is a file, not a folder; name another")
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
        for _attempt in range(RETRIES):
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                break
            # The store of a build that failed is still open, and may write a file meanwhile.
            time.sleep(0.1)
        with contextlib.suppress(OSError):
            # A first build that failed leaves no empty folder behind.
            self.out.rmdir()

    def load(self, quads: Iterable[Quad]) -> Store:
        """Writes the quads into the build's store on disk and returns it."""
        store = Store(str(self.folder / "store"))
        store.bulk_extend(quads)
        store.flush()
        return store

    def continue_from(self, current: StoredGraph, *, registers: bool) -> Store:
        """Starts from the current build: its store, pages and Turtle. Returns the new store.

        Files that never change are shared with the current build (hard links), so this costs
        the same however large the store is. Without `registers` the other graphs alone are
        copied.
        """
        for entry in current.folder.iterdir():
            if entry.name == "pages":
                shutil.copytree(entry, self.folder / entry.name, copy_function=share)
            elif entry.suffix == ".ttl" or entry.name == NAMES:
                share(entry, self.folder / entry.name)
        target = self.folder / "store"
        if registers:
            current.store.backup(str(target))
            return Store(str(target))
        store = Store(str(target))
        _copy_tables(current.store, store)
        return store

    def keep_registers(self, current: StoredGraph) -> Store:
        """Puts the new build's graphs into the current build's store, which holds registers."""
        tables = self.folder / "tables"
        (self.folder / "store").rename(tables)
        current.store.backup(str(self.folder / "store"))
        store = Store(str(self.folder / "store"))
        store.clear_graph(DefaultGraph())
        for graph in list(table_graphs(store)):
            store.remove_graph(graph)
        _copy_tables(Store.read_only(str(tables)), store)
        shutil.rmtree(tables)
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
        entry.name.startswith(("build-", CURRENT)) or entry.name in BESIDE
        for entry in out.iterdir()
    )


def _next_number(out: Path) -> int:
    numbers = [
        int(entry.name.removeprefix("build-").removesuffix(".unfinished"))
        for entry in out.glob("build-*")
        if entry.name.removeprefix("build-").removesuffix(".unfinished").isdigit()
    ]
    return max(numbers, default=0) + 1


def _copy_tables(source: Store, target: Store) -> None:
    """Copies all graphs but the registers, as text: no object for each term."""
    graphs: list[DefaultGraph | NamedNode] = [DefaultGraph(), *table_graphs(source)]
    for graph in graphs:
        text = source.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        assert text is not None
        target.bulk_load(text, RdfFormat.N_TRIPLES, to_graph=graph)


def share(source: Path | str, target: Path | str) -> None:
    """Makes a second name for a file that is never changed, or a copy where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
