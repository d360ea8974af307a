"""The store: an output folder with numbered builds, of which one is current.

A build is made beside the current one and becomes current in a single step (the link `current`
is replaced), so a failed or killed build leaves the earlier graph as it was. `build.json` is
written last; a build without it is unfinished.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from .binding import bind
from .errors import QueryError, StoreError

FORMAT: Final = 1
"""Version of the layout of a build; a build of another version is made anew."""

MANIFEST: Final = "build.json"
CURRENT: Final = "current"
DEFAULT: Final = Path("kommunegraf-out")

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build says of itself: layout version, sources and their digests, triples by graph."""

    format: int
    version: str
    sources: Mapping[str, str]
    triples: Mapping[str, int]
    speaks_until: str


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """An open graph to ask.

    Every question is read over its default graph, which holds all named graphs merged.
    """

    store: Store
    folder: Path
    manifest: Manifest

    def query(
        self, text: str, bindings: Mapping[str, Term] | None = None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Runs a query with its parameters bound to terms. Raises QueryError with the place."""
        try:
            return self.store.query(bind(text, bindings or {}))
        except SyntaxError as error:
            raise QueryError(f"the query is not SPARQL: {error}") from None
        except (ValueError, OSError) as error:
            raise QueryError(f"the query cannot be run: {error}") from None

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> QuerySolutions:
        """Runs a SELECT query."""
        result = self.query(text, bindings)
        if not isinstance(result, QuerySolutions):
            raise QueryError("the query is no SELECT")
        return result

    def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> Iterable[Triple]:
        """Runs a CONSTRUCT or DESCRIBE query."""
        result = self.query(text, bindings)
        if not isinstance(result, QueryTriples):
            raise QueryError("the query is no CONSTRUCT")
        return result


def open_graph(folder: Path | None = None) -> Graph:
    """Opens a graph read-only: an output folder (its current build) or one build in it.

    Raises StoreError when there is none, or it is unfinished, of another version or damaged.
    """
    folder = folder or Path(os.environ.get("KOMMUNEGRAF_STORE", DEFAULT))
    build = folder / CURRENT if (folder / CURRENT).exists() else folder
    if not build.is_dir() or not ((build / "store").is_dir() or (build / MANIFEST).exists()):
        raise StoreError(f"{folder}: there is no graph here; run: kommunegraf build --out {folder}")
    manifest = _read_manifest(build)
    try:
        store = Store.read_only(str(build / "store"))
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"{build / 'store'}: cannot be opened ({error}); run kommunegraf build again"
        ) from None
    return Graph(store, build, manifest)


def _read_manifest(build: Path) -> Manifest:
    try:
        declared = json.loads((build / MANIFEST).read_bytes())
        if declared["format"] != FORMAT:
            raise StoreError(
                f"{build}: was built in layout version {declared['format']}, this program reads "
                f"version {FORMAT}; run kommunegraf build again"
            )
        return Manifest(**declared)
    except FileNotFoundError:
        raise StoreError(f"{build}: the build is unfinished; run kommunegraf build again") from None
    except (OSError, ValueError, TypeError, KeyError):
        raise StoreError(
            f"{build / MANIFEST}: cannot be read; run kommunegraf build again"
        ) from None


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
