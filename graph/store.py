"""The store: an output folder with numbered builds, of which one is current, opened to be asked.

`build.json` is written last in a build; one without it is unfinished. `newbuild` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from ..ontology.namespaces import CODE, GRAPH, PREFIXES, expand
from .binding import bind, syntax_fault
from .errors import QueryError, StoreError

FORMAT: Final = 2
"""Version of the layout of a build; a build of another version is made anew."""

MANIFEST: Final = "build.json"
CURRENT: Final = "current"
DEFAULT: Final = Path("kommunegraf-out")

REGISTERS: Final = (GRAPH + "enhetsregisteret",)
"""Named graphs that `load` fills from a register; the default graph does not hold them."""

_OF_REGISTERS: Final = (
    PREFIXES["er"],
    PREFIXES["rov"],
    expand("kg:registeredAs").partition("#")[2],
    *(f"{CODE}{name}/" for name in ("organisation-form", "register-role", "registration-status")),
)

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build says of itself: layout version, sources and their digests, triples by graph.

    `registers`: triples by graph of what `load` brought in.
    """

    format: int
    version: str
    sources: Mapping[str, str]
    triples: Mapping[str, int]
    speaks_until: str
    newest: str
    registers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """An open graph to ask.

    Every question is read over its default graph, which holds all sources merged. A question
    that names a term which only registers have is read over the registers too; others would only
    be slowed by a million units.
    """

    store: Store
    folder: Path
    manifest: Manifest

    def query(
        self, text: str, bindings: Mapping[str, Term] | None = None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Runs a query with its parameters bound to terms. Raises QueryError with the place."""
        bound = bind(text, bindings or {})
        wide = any(start in bound for start in _OF_REGISTERS)
        try:
            return self.store.query(bound, default_graph=self.reach if wide else None)
        except SyntaxError as error:
            raise QueryError(f"the query is not SPARQL: {syntax_fault(text, str(error))}") from None
        except (ValueError, OSError) as error:
            raise QueryError(f"the query cannot be run: {error}") from None

    @property
    def reach(self) -> list[NamedNode | BlankNode | DefaultGraph] | None:
        """The graphs that hold everything together, None when the default graph does."""
        if not self.manifest.registers:
            return None
        return [DefaultGraph(), *(NamedNode(GRAPH + name) for name in self.manifest.registers)]

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


def table_quads(store: Store) -> Iterator[Quad]:
    """Yields the quads of all named graphs but the registers, which may hold millions."""
    for graph in table_graphs(store):
        yield from store.quads_for_pattern(None, None, None, graph)


def table_graphs(store: Store) -> Iterator[NamedNode]:
    """Yields the named graphs that are no registers: sources, ontology and what is derived."""
    for graph in sorted(store.named_graphs(), key=str):
        if isinstance(graph, NamedNode) and graph.value not in REGISTERS:
            yield graph
