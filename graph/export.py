"""Export: the graph as Turtle and the other formats, deterministic and prefixed.

The triples are sorted as N-Triples bytes before they are written, so the same facts give the same
bytes; only the prefixes that are used are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Final

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from ..ontology.namespaces import PREFIXES


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: its name on the command line, its file suffix, whether it has graphs."""

    name: str
    suffix: str
    graphs: bool


FORMATS: Final = MappingProxyType(
    {
        "turtle": Format("turtle", "ttl", graphs=False),
        "ntriples": Format("ntriples", "nt", graphs=False),
        "trig": Format("trig", "trig", graphs=True),
        "jsonld": Format("jsonld", "jsonld", graphs=False),
        "rdfxml": Format("rdfxml", "rdf", graphs=False),
    }
)


def write_triples(triples: Iterable[Triple], out: IO[bytes], format_name: str) -> None:
    """Writes triples, without repeats and in sorted order, in a format without graphs."""
    _WRITERS[format_name](_sorted(triples), out)


def write_trig(quads: Iterable[Quad], out: IO[bytes]) -> None:
    """Writes quads as TriG, sorted by graph and then by triple."""
    lines = sorted(
        {str(quad): quad for quad in quads}.items(), key=lambda pair: _graph_first(pair[1])
    )
    ordered = [quad for _, quad in lines]
    used = _used_prefixes(str(quad) for quad in ordered)
    out.write(serialize(ordered, format=RdfFormat.TRIG, prefixes=used) or b"")


def _graph_first(quad: Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad.triple)


def _sorted(triples: Iterable[Triple]) -> list[Triple]:
    # Types come first in each subject, as people write Turtle.
    unique = {str(triple): triple for triple in triples}
    type_first = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    return [
        triple
        for _, triple in sorted(
            unique.items(),
            key=lambda pair: (
                str(pair[1].subject),
                str(pair[1].predicate) != type_first,
                pair[0],
            ),
        )
    ]


def _used_prefixes(lines: Iterable[str]) -> dict[str, str]:
    text = "\n".join(lines)
    return {prefix: ns for prefix, ns in PREFIXES.items() if f"<{ns}" in text}


def _turtle(triples: list[Triple], out: IO[bytes]) -> None:
    used = _used_prefixes(str(triple) for triple in triples)
    data = serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b""
    # The serialiser declares prefixes in no fixed order and sets subjects without space.
    lines = data.decode().splitlines(keepends=True)
    heads = sorted(line for line in lines if line.startswith("@prefix "))
    body = "".join(line for line in lines if not line.startswith("@prefix "))
    out.write(("".join(heads) + "\n" + body.replace(" .\n", " .\n\n")).rstrip().encode() + b"\n")


def _ntriples(triples: list[Triple], out: IO[bytes]) -> None:
    out.write(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def _rdfxml(triples: list[Triple], out: IO[bytes]) -> None:
    used = _used_prefixes(str(triple) for triple in triples)
    out.write(serialize(triples, format=RdfFormat.RDF_XML, prefixes=used) or b"")


def _jsonld(triples: list[Triple], out: IO[bytes]) -> None:
    used = _used_prefixes(str(triple) for triple in triples)
    out.write(serialize(triples, format=RdfFormat.JSON_LD, prefixes=used) or b"")


_WRITERS: Final[dict[str, Callable[[list[Triple], IO[bytes]], None]]] = {
    "turtle": _turtle,
    "ntriples": _ntriples,
    "jsonld": _jsonld,
    "rdfxml": _rdfxml,
}
