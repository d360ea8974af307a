"""Sending: a publication on its way to an endpoint, resumed where it stopped and verified after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Triple, parse, serialize

from . import predicates as p
from .dataset import Manifest
from .endpoint import Dataset, Endpoint
from .errors import RemoteError
from .facts import Triple as Said
from .graph_store import Writer
from .publication import NOTED, NOTES, PUBLISHED, SENDING, Part, description
from .remote import read_rows


class Sending:
    """Sends graphs one by one; `endpoint` is asked what is there, `writer` writes.

    Readers see the graph again when `finish` has said that it is whole. `again` sends also what is
    there. `sent` counts the triples of new or changed graphs, `total` those of all.
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
        self._samples: dict[str, set[Triple]] = {}
        self._notes = self._read_notes()
        writer.drop(PUBLISHED)
        if again:
            # The names stay: they tell what to remove.
            self._note(dict.fromkeys(self._notes, ""))

    def send(self, part: Part) -> None:
        """Sends what lacks of one graph, and verifies it; its file is not needed afterwards."""
        if self._notes.get(part.name) != part.digest:
            self._check_alone()
            self._writer.drop(part.name)
            self._note({**self._notes, part.name: part.digest})
            # Another publish that ends meanwhile has this removed, or else finds the note.
            self._writer.drop(PUBLISHED)
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
        self.parts.append(part)
        lines = b"".join(part.sample())
        self._samples[part.name] = {quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES)}
        self.total += part.triples
        self._verify([part])

    def finish(self) -> None:
        """Says that the publication is whole; removes graphs of ours that it no longer has."""
        self._check_alone()
        kept = {part.name: part.digest for part in self.parts}
        if gone := sorted({*self._notes} - {*kept}):
            for name in gone:
                self._writer.drop(name)
            self._note(kept)
        # Another publish may have changed them since.
        self._verify(self.parts)
        self._writer.put(PUBLISHED, _lines(description(self._manifest, self.parts)))
        try:
            self._check_alone()
        except RemoteError:
            self._writer.drop(PUBLISHED)
            raise

    def _verify(self, parts: Sequence[Part]) -> None:
        fault = next((f"{part.name} {why}" for part in parts if (why := self._fault(part))), "")
        if fault:
            # Where one is wrong, others may be since. The next try must not take what is there for
            # the beginning of them.
            wrong = [part.name for part in self.parts if self._fault(part)]
            for name in (PUBLISHED, *wrong):
                self._writer.drop(name)
            raise RemoteError(f"{self._endpoint.address}: {fault}; run publish again")

    def _check_alone(self) -> None:
        if self._read_notes() != self._notes:
            raise RemoteError(
                f"{self._endpoint.address}: another publish has been at work there meanwhile; "
                "when it has ended, run publish again"
            )

    def _fault(self, part: Part) -> str:
        """Returns what is wrong with a graph as it is there, empty when nothing is."""
        there = self._count(part.name)
        if there != part.triples:
            return f"has {there:,} triples there, {part.triples:,} were sent"
        sample = self._samples[part.name]
        subjects = " ".join(sorted({str(triple.subject) for triple in sample}))
        text = f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {subjects} }} ?s ?p ?o }}"
        rows = self._rows(text, part.name, ("s", "p", "o"))
        try:
            found = {Triple(row["s"], row["p"], row["o"]) for row in rows}
        except TypeError:
            raise self._endpoint.strange("no triple") from None
        if lacking := sorted(map(str, sample - found)):
            return (
                f"is not there as it was sent: of {len(sample)} triples looked for "
                f"{len(lacking)} lack, such as {lacking[0]}"
            )
        return ""

    def _count(self, graph: str) -> int:
        rows = self._rows("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", graph, ("n",))
        try:
            (row,) = rows
            return int(row["n"].value)
        except (ValueError, AttributeError):
            raise self._endpoint.strange("no number of triples") from None

    def _rows(self, text: str, graph: str, columns: Sequence[str]) -> QuerySolutions:
        return read_rows(self._endpoint, self._endpoint.rows(text, Dataset([graph])), columns)

    def _read_notes(self) -> dict[str, str]:
        notes: dict[str, str] = {}
        try:
            for row in self._rows(NOTES, SENDING, NOTED):
                # Of a graph with two digests, left by two at once, nothing is known.
                name = row["graph"].value
                notes[name] = "" if name in notes else row["digest"].value
        except AttributeError:
            raise self._endpoint.strange("no note of what was sent") from None
        return notes

    def _note(self, notes: dict[str, str]) -> None:
        said = ((NamedNode(name), p.SHA256, Literal(notes[name])) for name in sorted(notes))
        self._writer.put(SENDING, _lines(said))
        self._notes = notes


def _lines(triples: Iterable[Said]) -> bytes:
    data = serialize([Triple(*triple) for triple in triples], format=RdfFormat.N_TRIPLES)
    return data or b""
