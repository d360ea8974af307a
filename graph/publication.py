"""A publication: the graphs of a build as they are sent to an endpoint, and how it says so itself.

One graph on the endpoint, PUBLISHED, describes the others in VoID: how many triples each has, and
the digest of what was sent. It is there only while all of them are whole. Another, SENDING, notes
what has been sent so far, so that a publication that was cut off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, RdfFormat

from ..ontology.namespaces import GRAPH, expand
from . import predicates as p
from .dataset import REGISTERS, Manifest
from .errors import RemoteError, StoreError
from .facts import Triple
from .store import FORMAT, StoredGraph

MERGED: Final = GRAPH + "merged"
"""The graph that holds all sources and what is derived, each triple once: questions read it."""

PUBLISHED: Final = GRAPH + "published"
"""The graph that says what was published."""

SAMPLE: Final = 100
"""Triples of a graph that are looked for after sending."""

SENDING: Final = GRAPH + "sending"
"""The graph that notes the digest of each graph that was sent, wholly or in part."""

DESCRIBED: Final = ("layout", "version", "speaksUntil", "newest", "graph", "triples")
"""The columns of DESCRIPTION."""

DESCRIPTION: Final = f"""PREFIX kg: <{expand("kg:")}>
PREFIX owl: <{expand("owl:")}>
PREFIX void: <{expand("void:")}>
SELECT {" ".join(f"?{column}" for column in DESCRIBED)} WHERE {{
  <{PUBLISHED}> kg:layout ?layout ;
    owl:versionInfo ?version ;
    kg:speaksUntil ?speaksUntil ;
    kg:newest ?newest ;
    void:subset ?graph .
  ?graph void:triples ?triples .
}}
ORDER BY ?graph"""
"""What a publication says of itself, to be read over PUBLISHED alone."""

NOTED: Final = ("graph", "digest")
"""The columns of NOTES."""

NOTES: Final = f"""PREFIX kg: <{expand("kg:")}>
SELECT ?graph ?digest WHERE {{ ?graph kg:sha256 ?digest }} ORDER BY ?graph ?digest"""
"""The digests of what was sent, to be read over SENDING alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """One graph to be sent: its name, a file of its N-Triples, how many, their digest."""

    name: str
    file: Path
    triples: int
    digest: str

    def chunks(self, first: int, size: int) -> Iterator[bytes]:
        """Yields the N-Triples from triple number `first` on, `size` at a time."""
        with self.file.open("rb") as lines:
            for _ in range(first):
                next(lines)
            chunk: list[bytes] = []
            for line in lines:
                chunk.append(line)
                if len(chunk) == size:
                    yield b"".join(chunk)
                    chunk.clear()
            if chunk:
                yield b"".join(chunk)

    def sample(self) -> list[bytes]:
        """Returns up to SAMPLE triples from all over the graph, the last one included."""
        every = max(1, -(-self.triples // SAMPLE))
        with self.file.open("rb") as lines:
            return [
                line
                for number, line in enumerate(lines, 1)
                if number % every == 0 or number == self.triples
            ]


def parts(graph: StoredGraph, folder: Path) -> Iterator[Part]:
    """Writes each graph of a build to a file in a folder and yields it; the merged one last.

    Raises StoreError when a file cannot be written.
    """
    held = {**graph.manifest.triples, **graph.manifest.registers}
    names = [NamedNode(GRAPH + name) for name in sorted(held)]
    homes: list[NamedNode | DefaultGraph] = [*names, DefaultGraph()]
    for name in homes:
        iri = MERGED if isinstance(name, DefaultGraph) else name.value
        file = folder / (iri.rpartition("/")[2] + ".nt")
        try:
            with file.open("wb") as out:
                graph.store.dump(out, RdfFormat.N_TRIPLES, from_graph=name)
        except OSError as error:
            raise StoreError(
                f"{folder}: {iri} cannot be written there on its way ({error.strerror or error}); "
                "make room, or name another folder in TMPDIR"
            ) from None
        digest, count = hashlib.sha256(), 0
        with file.open("rb") as lines:
            for line in lines:
                digest.update(line)
                count += 1
        yield Part(iri, file, count, digest.hexdigest())


def description(manifest: Manifest, parts: Iterable[Part]) -> list[Triple]:
    """Returns what PUBLISHED says when all parts are whole."""
    node = NamedNode(PUBLISHED)
    triples: list[Triple] = [
        (node, p.TYPE, p.DATASET),
        (node, p.LAYOUT, Literal(str(manifest.format), datatype=p.XSD_INTEGER)),
        (node, p.VERSION_INFO, Literal(manifest.version)),
        (node, p.SPEAKS_UNTIL, Literal(manifest.speaks_until, datatype=p.XSD_DATE)),
        (node, p.NEWEST, Literal(manifest.newest, datatype=p.XSD_DATE)),
    ]
    for part in parts:
        count = Literal(str(part.triples), datatype=p.XSD_INTEGER)
        triples.append((node, p.SUBSET, NamedNode(part.name)))
        triples.append((NamedNode(part.name), p.TRIPLES, count))
    return triples


def read_manifest(address: str, rows: QuerySolutions) -> Manifest | None:
    """Returns the manifest of a publication from the rows of DESCRIPTION, None when there is none.

    Raises RemoteError when it is of another layout, or cannot be read.
    """
    triples: dict[str, int] = {}
    said: list[str] = []
    try:
        for row in rows:
            said = [row[name].value for name in DESCRIBED[:4]]
            triples[row["graph"].value.removeprefix(GRAPH)] = int(row["triples"].value)
        if not said:
            return None
        layout = int(said[0])
        if min(map(date.fromisoformat, said[2:])) == date.min:
            raise ValueError  # there is a last day that they speak for, the one before
    except (AttributeError, ValueError):
        raise RemoteError(
            f"{address}: what it says of its graph cannot be read; run kommunegraf publish again"
        ) from None
    if layout != FORMAT:
        raise RemoteError(
            f"{address}: its graph has layout version {layout}, this program reads version "
            f"{FORMAT}; publish again with this one"
        )
    names = [register.removeprefix(GRAPH) for register in REGISTERS]
    registers = {name: triples.pop(name) for name in names if name in triples}
    triples.pop(MERGED.removeprefix(GRAPH), None)
    return Manifest(FORMAT, said[1], {}, triples, said[2], said[3], registers)
