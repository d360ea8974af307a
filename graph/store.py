"""The store: an output folder with numbered builds, of which one is current, opened to be asked.

`build.json` is written last in a build; one without it is unfinished. `newbuild` writes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from ..ontology.namespaces import GRAPH
from .binding import syntax_fault
from .dataset import REGISTERS, Graph, Home, Manifest, Over, Result, Term
from .errors import QueryError, StoreError, UsageError

FORMAT: Final = 2
"""Version of the layout of a build; a build of another version is made anew."""

MANIFEST: Final = "build.json"
CURRENT: Final = "current"
DEFAULT: Final = Path("kommunegraf-out")

CANNOT_RUN: Final = (ValueError, OSError, RuntimeError)
"""What the engine raises for a query that it has read but cannot run."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredGraph(Graph):
    """A graph in a folder here: its store opened read-only, the folder of its build."""

    store: Store
    folder: Path
    manifest: Manifest

    def run(self, text: str, *, over: Over, prefixes: Mapping[str, str] | None = None) -> Result:
        """Runs a query as it stands, in the store."""
        graphs = self.reach if over == "all" else None
        try:
            return self.store.query(
                text, prefixes=dict(prefixes) if prefixes else None, default_graph=graphs
            )
        except SyntaxError as error:
            raise QueryError(f"the query is not SPARQL: {syntax_fault(text, str(error))}") from None
        except CANNOT_RUN as error:
            raise QueryError(f"the query cannot be run: {error}") from None

    def quads(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        object: Term | BlankNode | None,
        home: Home | None = None,
    ) -> Iterable[Quad]:
        """Yields the quads of a pattern from the store's indexes."""
        return self.store.quads_for_pattern(subject, predicate, object, home)

    @property
    def reach(self) -> list[NamedNode | BlankNode | DefaultGraph] | None:
        """The graphs that hold everything together, None when the default graph does."""
        if not self.manifest.registers:
            return None
        return [DefaultGraph(), *(NamedNode(GRAPH + name) for name in self.manifest.registers)]


def open_graph(place: Path | str | None = None) -> Graph:
    """Opens a graph to ask: a folder of builds, or the address of a SPARQL endpoint.

    Without a place it is what the environment's KOMMUNEGRAF_STORE says, else the last build here.
    Raises StoreError when there is no graph, RemoteError when an endpoint does not answer as one.
    """
    place = place or os.environ.get("KOMMUNEGRAF_STORE") or DEFAULT
    if is_address(place):
        from .remote import open_endpoint

        return open_endpoint(str(place))
    return open_stored(place)


def is_address(place: Path | str) -> bool:
    """Whether a place is an address, of whatever scheme, rather than a folder."""
    return re.match(r"[a-z][a-z0-9+.-]*://", str(place), re.IGNORECASE) is not None


def open_stored(place: Path | str | None = None) -> StoredGraph:
    """Opens a folder read-only: an output folder (its current build) or one build in it.

    Raises StoreError when there is none, or it is unfinished, of another version or damaged;
    UsageError for an address, when what is wanted needs the files.
    """
    place = place or os.environ.get("KOMMUNEGRAF_STORE") or DEFAULT
    if is_address(place):
        raise UsageError(f"{place}: this command needs the graph in a folder, not an endpoint")
    folder = Path(place)
    if folder.is_file():
        raise StoreError(f"{folder}: is a file, not a folder with a graph")
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
    return StoredGraph(store, build.resolve(), manifest)


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


def table_quads(store: Store) -> Iterator[Quad]:
    """Yields the quads of all named graphs but the registers, which may hold millions."""
    for graph in table_graphs(store):
        yield from store.quads_for_pattern(None, None, None, graph)


def table_graphs(store: Store) -> Iterator[NamedNode]:
    """Yields the named graphs that are no registers: sources, ontology and what is derived."""
    for graph in sorted(store.named_graphs(), key=str):
        if isinstance(graph, NamedNode) and graph.value not in REGISTERS:
            yield graph
