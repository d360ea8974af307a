"""The ontology passes its own lints, each lint finds a planted fault, and all names agree."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kommunegraf.ontology import namespaces, reading

ROOT = Path(__file__).parents[2]
PLANTED = Path(__file__).parent / "lints"
LINTS = {file.name.removesuffix(".rq"): file.read_text("utf-8") for file in reading.lints()}
KIND_FILES = (ROOT / "graph" / "kinds").glob("*.toml")
KINDS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in KIND_FILES}
CODE_FILES = {file.name.removesuffix(".ttl") for file in reading.code_lists()}


@cache
def ontology() -> ox.Store:
    store = ox.Store()
    for part in (*reading.graph_parts(), reading.shapes().read_bytes()):
        store.load(part, format=ox.RdfFormat.TURTLE)
    return store


@cache
def shapes() -> Graph:
    return Graph().parse(data=reading.shapes().read_bytes(), format="turtle")


@cache
def declared() -> frozenset[str]:
    graph = Graph().parse(data=reading.vocabulary().read_bytes(), format="turtle")
    terms = {*graph.subjects(RDF.type, RDFS.Class), *graph.subjects(RDF.type, RDF.Property)}
    return frozenset(namespaces.shorten(str(term)) for term in terms)


def offenders(lint: str, store: ox.Store) -> list[str]:
    found = store.query(LINTS[lint])
    assert isinstance(found, ox.QuerySolutions)
    return [namespaces.shorten(solution["term"].value) for solution in found]


@pytest.mark.parametrize("lint", sorted(LINTS))
def test_the_ontology_passes(lint: str) -> None:
    assert offenders(lint, ontology()) == []


@pytest.mark.parametrize("lint", sorted(LINTS))
def test_the_lint_finds_a_planted_fault(lint: str) -> None:
    store = ox.Store()
    store.load(path=PLANTED / f"{lint}.ttl", format=ox.RdfFormat.TURTLE)
    assert offenders(lint, store)


@pytest.mark.parametrize("lint", sorted(LINTS))
def test_the_lint_says_what_it_finds(lint: str) -> None:
    assert re.match(r'#\+ summary: ".+"\n', LINTS[lint])


def test_prefixes_are_those_of_the_code_files() -> None:
    assert list(namespaces.LISTS) == sorted(CODE_FILES)


@pytest.mark.parametrize("name", sorted(CODE_FILES))
def test_a_code_file_holds_one_list_of_its_own_name(name: str) -> None:
    file = reading.code_lists()[sorted(CODE_FILES).index(name)]
    graph = Graph().parse(data=file.read_bytes(), format="turtle")
    own = namespaces.CODE + name
    assert [str(node) for node in graph.subjects(RDF.type, SKOS.ConceptScheme)] == [own]
    assert {str(node) for node in graph.objects(None, SKOS.inScheme)} == {own}


def sources_of_names() -> Iterator[Path]:
    for folder in ("graph", "queries", "viz", "ontology"):
        for ending in ("toml", "rq", "py"):
            yield from (ROOT / folder).rglob(f"*.{ending}")


def test_every_own_name_that_the_project_uses_is_declared() -> None:
    used = {
        (name, path.relative_to(ROOT).as_posix())
        for path in sources_of_names()
        for name in re.findall(r"(?<![\w:-])kg:[A-Za-z]\w*", path.read_text("utf-8"))
    }
    assert {(name, path) for name, path in used if name not in declared()} == set()


def test_every_prefix_of_a_query_is_the_projects() -> None:
    for path in sources_of_names():
        if path.suffix == ".rq":
            text = path.read_text("utf-8")
            for prefix, iri in re.findall(r"^PREFIX\s+([\w-]+):\s+<([^>]*)>", text, re.M):
                assert namespaces.PREFIXES.get(prefix) == iri, f"{path.name}: {prefix}"


def property_shapes(classes: list[str]) -> Iterator[Node]:
    """Yields the property shapes that nodes of these classes must fulfil, nested ones too."""
    targets = {URIRef(namespaces.expand(curie)) for curie in classes}
    for shape in shapes().subjects(RDF.type, SH.NodeShape):
        if not isinstance(shape, BNode) and targets & set(shapes().objects(shape, SH.targetClass)):
            waiting = [shape]
            while waiting:
                node = waiting.pop()
                yield from shapes().objects(node, SH.property)
                for alternatives in shapes().objects(node, SH["or"]):
                    waiting.extend(Collection(shapes(), alternatives))


def path_of(shape: Node) -> list[str]:
    path = shapes().value(shape, SH.path)
    if isinstance(path, URIRef):
        return [str(path)]
    steps = shapes().value(path, SH.alternativePath) or path
    assert steps is not None
    return [str(step) for step in Collection(shapes(), steps)]


def list_name(code: Node) -> str:
    return str(code).removeprefix(namespaces.CODE)


def required(kind: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for column in kind["column"]:
        if column.get("required") and "predicate" in column:
            yield column["predicate"], column.get("list")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_shapes_require_what_the_kind_requires(name: str) -> None:
    kind = KINDS[name]
    classes = [*kind["class"], *([] if kind["thing"] else ["kg:Relation"])]
    asked: set[tuple[str, str | None]] = set()
    for shape in property_shapes(classes):
        path = path_of(shape)
        wanted = set(shapes().objects(shape, SH.hasValue))
        for inner in shapes().objects(shape, SH["in"]):
            wanted |= set(Collection(shapes(), inner))
        if shapes().value(shape, SH.minCount) or shapes().value(shape, SH.qualifiedMinCount):
            asked |= {(namespaces.shorten(step), None) for step in path}
        asked |= {(namespaces.shorten(path[0]), list_name(code)) for code in wanted}
    assert set(required(kind)) - asked == set()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_optional_codes_are_checked_too(name: str) -> None:
    kind = KINDS[name]
    lists = {
        list_name(code)
        for shape in property_shapes(kind["class"])
        for inner in [*shapes().objects(shape, SH.hasValue), *shapes().objects(shape, SH["in"])]
        for code in ([inner] if isinstance(inner, URIRef) else Collection(shapes(), inner))
    }
    assert {column["list"] for column in kind["column"] if "list" in column} - lists == set()
