"""The store: an output folder with numbered builds, of which one is current, opened to be asked.

`build.json` is written last in a build; one without it is unfinished. `newbuild` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from .binding import bind, syntax_fault
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
            raise QueryError(f"the query is not SPARQL: {syntax_fault(text, str(error))}") from None
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
