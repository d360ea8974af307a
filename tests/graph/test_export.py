"""Export: the same facts in every format, the same bytes twice, and who is left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import BNode
from rdflib import Graph as RdflibGraph

from kommunegraf.graph.errors import UsageError
from kommunegraf.graph.public import export_graph, public_quads, staff_nodes
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import ID, PREFIXES

COMMAND = Path(sys.executable).with_name("kommunegraf")
FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


def exported(graph: StoredGraph, tmp_path: Path, name: str, profile: str | None = None) -> bytes:
    out = tmp_path / f"{name}-{profile}"
    export_graph(graph, name, profile, staff=False, out=out)
    return out.read_bytes()


@pytest.fixture(scope="module")
def public(graph: StoredGraph) -> list[Quad]:
    """What an export gives, without staff."""
    return list(public_quads(graph.store, staff=False))


@pytest.fixture(scope="module")
def exports(graph: StoredGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One export in each format."""
    folder = tmp_path_factory.mktemp("exports")
    return {name: exported(graph, folder, name) for name in FORMATS}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_the_same_facts(
    exports: dict[str, bytes], public: list[Quad], name: str
) -> None:
    found = {quad.triple for quad in parse(exports[name], format=FORMATS[name])}
    assert found == {quad.triple for quad in public}


@pytest.mark.parametrize("name", ["turtle", "rdfxml"])
def test_another_library_reads_the_same_number_of_facts(
    exports: dict[str, bytes], public: list[Quad], name: str
) -> None:
    target = RdflibGraph().parse(data=exports[name], format={"rdfxml": "xml"}.get(name, name))
    assert len(target) == len({quad.triple for quad in public})


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bytes_twice(
    exports: dict[str, bytes], graph: StoredGraph, tmp_path: Path, name: str
) -> None:
    assert exported(graph, tmp_path, name) == exports[name]


def test_there_are_no_blank_nodes(graph: StoredGraph) -> None:
    assert not any(
        type(term).__name__ == "BlankNode"
        for quad in graph.store
        for term in (quad.subject, quad.object)
    )


def test_turtle_is_prefixed_and_grouped(exports: dict[str, bytes]) -> None:
    text = exports["turtle"].decode()
    body = text.partition("\n\n")[2]
    assert "<https://w3id.org/kommunegraf/id/" not in body
    subjects = [line.split(" ", 1)[0] for line in body.splitlines() if line[:1] not in ("\t", "")]
    assert len(subjects) == len(set(subjects)), "each thing stands once"
    heads = [line for line in text.splitlines() if line.startswith("@prefix")]
    assert heads == sorted(heads)


def test_staff_below_leading_roles_are_left_out_unless_asked(
    graph: StoredGraph, public: list[Quad]
) -> None:
    hidden = staff_nodes(graph.store)
    shown = {quad.subject for quad in public}
    everyone = {quad.subject for quad in public_quads(graph.store, staff=True)}

    def person(key: str) -> NamedNode:
        return NamedNode(f"{ID}person/{key}")

    assert person("arne-ingebrigtsen") in shown, "chairs the board"
    assert person("steinar-holm") in shown, "general manager"
    for key in ("eirik-norum", "trond-brekken", "tore-lien"):
        assert person(key) in hidden & everyone, "an adviser or system manager"
        assert person(key) not in shown


def test_organisations_and_bodies_stay(graph: StoredGraph, public: list[Quad]) -> None:
    shown = {quad.subject for quad in public}
    everyone = {quad.subject for quad in public_quads(graph.store, staff=True)}
    nodes = [node for node in everyone - shown if isinstance(node, NamedNode)]
    gone = {node.value.removeprefix(ID).split("/")[0] for node in nodes}
    assert gone <= {"person", "post", "role-of", "unknown", "conflict", "figure", "remark"}


def test_no_text_names_those_who_are_left_out(graph: StoredGraph, public: list[Quad]) -> None:
    text = "\n".join(str(quad.object) for quad in public)
    names = [
        quad.object.value
        for node in staff_nodes(graph.store)
        for quad in graph.store.quads_for_pattern(node, NamedNode(PREFIXES["foaf"] + "name"), None)
        if isinstance(quad.object, Literal)
    ]
    assert len(names) > 20
    assert not [name for name in names if name in text]


def test_nothing_shown_points_to_what_is_left_out(graph: StoredGraph, public: list[Quad]) -> None:
    hidden = staff_nodes(graph.store)
    assert not [quad for quad in public if quad.object in hidden]


def test_the_org_profile_has_no_terms_of_ours(graph: StoredGraph, tmp_path: Path) -> None:
    allowed = tuple(PREFIXES[p] for p in ("org", "prov", "skos", "dcterms", "foaf", "rdf", "rdfs"))
    quads = list(parse(exported(graph, tmp_path, "ntriples", "org"), format=RdfFormat.N_TRIPLES))
    assert quads
    terms = {quad.predicate.value for quad in quads}
    terms |= {
        quad.object.value
        for quad in quads
        if quad.predicate.value == PREFIXES["rdf"] + "type" and isinstance(quad.object, NamedNode)
    }
    assert not {term for term in terms if not term.startswith(allowed)}


def test_the_profiles_keep_staff_out(graph: StoredGraph, tmp_path: Path) -> None:
    text = exported(graph, tmp_path, "turtle", "org").decode()
    assert "Arne Ingebrigtsen" in text
    for name in ("Eirik Norum", "Trond Brekken", "Tore Lien"):
        assert name not in text


def test_the_dataset_is_described_in_dcat(graph: StoredGraph, tmp_path: Path) -> None:
    described = RdflibGraph().parse(
        data=exported(graph, tmp_path, "turtle", "dcat"), format="turtle"
    )
    rows = described.query(
        """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
        ASK { ?d a dcat:Dataset ; dcterms:title ?t ; dcterms:publisher ?p ;
          dcat:distribution ?f . ?f dcterms:license ?l }"""
    )
    assert rows.askAnswer
    assert not any(isinstance(term, BNode) for triple in described for term in triple)


def test_an_unknown_format_or_profile_is_one_sentence(graph: StoredGraph) -> None:
    with pytest.raises(UsageError, match="“n3” is not a format; known: turtle"):
        export_graph(graph, "n3", None, staff=False, out=None)
    with pytest.raises(UsageError, match="“cpov” is no profile; known: org, dcat"):
        export_graph(graph, "turtle", "cpov", staff=False, out=None)


def test_a_file_that_cannot_be_written(built: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "export", "--store", built, "--out", tmp_path / "no" / "folder.ttl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr
