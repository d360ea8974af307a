"""Build: all sources to one checked graph, Turtle and a manifest, swapped in whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from ..ontology import reading
from . import iris
from . import predicates as p
from .dataset import Manifest
from .derive import derive
from .errors import SourceError
from .export import write_triples
from .facts import Fact, Triple, date_literal, fact_triples
from .indexing import index_sources
from .loaders.tables import load_tables, table_files
from .newbuild import NewBuild
from .public import public_quads
from .source import Source, find_sources
from .store import FORMAT, table_graphs

ONTOLOGY = iris.graph("ontology")
DERIVED = iris.graph("derived")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one source gave: things and relations by kind, and the triples of its graph."""

    source: Source
    kinds: Mapping[str, int]
    triples: int


def shipped_sources() -> Path:
    """Returns the folder of the sources that the product ships."""
    return Path(str(resources.files("kommunegraf.graph") / "sources"))


def read_all(
    folders: Sequence[Path], left_out: list[SourceError] | None = None
) -> dict[str, tuple[Source, list[Fact]]]:
    """Reads every source of the folders, each key once; raises SourceError at the first fault.

    `left_out` takes a sentence for each record that fits no municipality.
    """
    sources = [source for folder in folders for source in find_sources(folder)]
    _refuse_same_key(sources)
    facts = load_tables(sources, left_out)
    return {source.key: (source, facts[source.key]) for source in sources}


def fill(
    build: NewBuild, read: Mapping[str, tuple[Source, list[Fact]]]
) -> tuple[Store, list[Loaded]]:
    """Writes the ontology, the sources' graphs and the derived graph into the build's store."""
    quads: list[Quad] = list(ontology_quads())
    loaded: list[Loaded] = []
    for key, (source, facts) in read.items():
        triples = {*source_triples(source)}
        for fact in facts:
            triples.update(fact_triples(fact))
        quads.extend(_in_graph(triples, iris.graph(key)))
        kinds = Counter(fact.kind for fact in {fact.iri: fact for fact in facts}.values())
        loaded.append(Loaded(source, dict(sorted(kinds.items())), len(triples)))
    store = build.load(quads)
    of_sources = {key: facts for key, (_, facts) in read.items()}
    store.bulk_extend(_in_graph(set(derive(store, of_sources)), DERIVED))
    # Questions read the default graph: all named graphs merged, each triple once. Oxigraph's own
    # union of named graphs repeats a triple that two sources state, and with it the row.
    lines = {line for graph in table_graphs(store) for line in _lines(store, graph)}
    store.bulk_load(b"".join(sorted(lines)), RdfFormat.N_TRIPLES)
    store.flush()
    return store, loaded


def write(build: NewBuild, store: Store, sources: Sequence[Source]) -> Manifest:
    """Writes the build's Turtle and returns the manifest to publish it with."""
    with (build.folder / "kommunegraf.ttl").open("wb") as file:
        write_triples((quad.triple for quad in public_quads(store, staff=False)), file, "turtle")
    index_sources(build.folder, store)
    return Manifest(
        format=FORMAT,
        version=metadata.version("kommunegraf"),
        sources={source.key: _digest(table_files([source])) for source in sources},
        triples={
            iris.local_name(name): sum(1 for _ in store.quads_for_pattern(None, None, None, name))
            for name in sorted(store.named_graphs(), key=str)
            if isinstance(name, NamedNode)
        },
        newest=max(source.speaks.after for source in sources).isoformat(),
        speaks_until=max(
            (source.speaks.after for source in sources if source.type != "register"),
            default=max(source.speaks.after for source in sources),
        ).isoformat(),
    )


def ontology_quads() -> Iterator[Quad]:
    """Yields the vocabulary and the code lists in the graph of the ontology."""
    for part in reading.graph_parts():
        for quad in parse(part, format=RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, ONTOLOGY)


def source_triples(source: Source) -> Iterator[Triple]:
    """Yields the description of a source itself, its provenance included."""
    iri = iris.thing("source", source.key)
    yield iri, p.TYPE, p.SOURCE
    yield iri, p.KIND, iris.code("source-type", source.type)
    yield iri, p.TITLE, Literal(source.title, language="nb")
    yield iri, p.LABEL, Literal(source.title, language="nb")
    yield iri, p.ALT_LABEL, Literal(source.short, language="nb")
    yield iri, p.PUBLISHER, Literal(source.publisher)
    yield iri, p.RIGHTS, Literal(source.rights)
    yield iri, p.LICENCE, NamedNode(source.licence)
    yield iri, p.ISSUED, date_literal(source.issued)
    yield iri, p.SPEAKS_FROM, date_literal(source.speaks.first)
    yield iri, p.SPEAKS_UNTIL, date_literal(source.speaks.after)
    if source.retrieved is not None:
        yield iri, p.RETRIEVED, date_literal(source.retrieved)
    if source.sha256:
        yield iri, p.SHA256, Literal(source.sha256)
    if source.file_name:
        yield iri, p.FILE_NAME, Literal(source.file_name)
    if source.description:
        yield iri, p.DESCRIPTION, Literal(source.description, language="nb")


def _refuse_same_key(sources: Sequence[Source]) -> None:
    first: dict[str, Source] = {}
    for source in sources:
        if (other := first.setdefault(source.key, source)) is not source:
            raise SourceError(
                f"has the key “{source.key}” of {other.folder}; rename one of the two",
                source.folder,
            )


def _in_graph(triples: Iterable[Triple], graph: NamedNode) -> Iterator[Quad]:
    return (Quad(*triple, graph) for triple in triples)


def _lines(store: Store, graph: NamedNode) -> list[bytes]:
    dumped = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
    assert dumped is not None
    return dumped.splitlines(keepends=True)


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
