"""Sending: a publication on its way to an endpoint, resumed where it stopped and verified after."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Triple, parse, serialize

from . import predicates as p
from .dataset import Manifest
from .endpoint import Dataset, Endpoint
from .errors import RemoteError
from .facts import Triple as Said
from .graph_store import Writer
from .publication import NOTES, PUBLISHED, SENDING, Part, description
from .remote import read_rows


class Sending:
    """Sends graphs one by one; `endpoint` is asked what is there, `writer` writes.

    Readers see the graph again when `finish` has said that it is whole. `sent` counts the triples
    of new or changed graphs, `total` those of all.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        writer: Writer,
        manifest: Manifest,
        *,
        again: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._endpoint = endpoint
        self._writer = writer
        self._manifest = manifest
        self._say = say
        self.sent = self.total = 0
        self.parts: list[Part] = []
        self._notes = {} if again else self._read_notes()
        writer.drop(PUBLISHED)

    def send(self, part: Part) -> None:
        """Sends what lacks of one graph, and verifies it."""
        if self._notes.get(part.name) != part.digest:
            self._writer.drop(part.name)
            self._notes[part.name] = part.digest
            self._write(SENDING, [(NamedNode(name), p.SHA256, Literal(digest))
                                  for name, digest in sorted(self._notes.items())])  # fmt: skip
        there = self._count(part.name)
        if there > part.triples:
            self._writer.drop(part.name)
            there = 0
        if there < part.triples:
            # A request that was cut off may have left a part of its triples.
            done = there - there % self._writer.most
            for chunk in part.chunks(done, self._writer.most):
                self._writer.add(part.name, chunk)
                done = min(done + self._writer.most, part.triples)
                self._say(f"{part.name}: {done:,} of {part.triples:,} triples")
            self.sent += part.triples - there
        self._verify(part)
        self.total += part.triples
        self.parts.append(part)

    def finish(self) -> None:
        """Says that the publication is whole; removes graphs of ours that it no longer has."""
        for name in sorted({*self._notes} - {part.name for part in self.parts}):
            self._writer.drop(name)
            del self._notes[name]
        self._write(PUBLISHED, description(self._manifest, self.parts))

    def _verify(self, part: Part) -> None:
        there = self._count(part.name)
        if there != part.triples:
            raise RemoteError(
                f"{self._endpoint.address}: {part.name} has {there:,} triples there, "
                f"{part.triples:,} were sent; run publish again"
            )
        sample = {quad.triple for quad in parse(b"".join(part.sample()), RdfFormat.N_TRIPLES)}
        subjects = " ".join(sorted({str(triple.subject) for triple in sample}))
        found = {
            Triple(row["s"], row["p"], row["o"])
            for row in self._rows(
                f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {subjects} }} ?s ?p ?o }}", part.name
            )
        }
        if lacking := sorted(map(str, sample - found)):
            raise RemoteError(
                f"{self._endpoint.address}: {part.name} is not there as it was sent; of "
                f"{len(sample)} triples looked for {len(lacking)} lack, such as {lacking[0]}"
            )

    def _count(self, graph: str) -> int:
        return self._number("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", graph)

    def _number(self, text: str, graph: str) -> int:
        (row,) = self._rows(text, graph)
        return int(row["n"].value)

    def _rows(self, text: str, graph: str) -> QuerySolutions:
        rows = read_rows(self._endpoint, self._endpoint.rows(text, Dataset([graph])))
        assert isinstance(rows, QuerySolutions)
        return rows

    def _read_notes(self) -> dict[str, str]:
        return {row["graph"].value: row["digest"].value for row in self._rows(NOTES, SENDING)}

    def _write(self, graph: str, triples: Iterable[Said]) -> None:
        self._writer.drop(graph)
        data = serialize([Triple(*triple) for triple in triples], format=RdfFormat.N_TRIPLES)
        self._writer.add(graph, data or b"")
