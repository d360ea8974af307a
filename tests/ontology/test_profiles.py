"""The export profiles: nothing of our own in them, nothing that they must leave out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, Graph
from rdflib.compare import isomorphic

from kommunegraf.ontology import namespaces, reading

DATA = Path(__file__).parent / "profiles" / "graph.ttl"
ALLOWED = {
    "org": {"org", "prov", "skos", "dcterms", "foaf", "rdf"},
    "dcat": {"dcat", "dcterms", "foaf", "rdf", "vcard"},
}


@cache
def store() -> ox.Store:
    made = ox.Store()
    for number, part in enumerate((DATA.read_bytes(), *reading.graph_parts())):
        graph = ox.NamedNode(f"{namespaces.GRAPH}{number}")
        made.load(part, format=ox.RdfFormat.TURTLE, to_graph=graph)
    return made


def construct(profile: str, *, staff: bool = False) -> Graph:
    """Runs a profile's queries on Oxigraph over the union of all graphs."""
    output = Graph()
    for text in reading.profile_queries(profile):
        bound = text.replace("?_staff_xsd_boolean", "true") if staff else text
        found = store().query(bound, use_default_graph_as_union=True)
        assert isinstance(found, ox.QueryTriples)
        output.parse(data=found.serialize(format=ox.RdfFormat.N_TRIPLES), format="nt")
    return output


def lines(graph: Graph) -> set[str]:
    return {" ".join(namespaces.shorten(str(term)) for term in triple) for triple in graph}


@pytest.mark.parametrize("profile", ["dcat", "org"])
def test_output_fulfils_the_profiles_shapes(profile: str) -> None:
    shapes = Graph().parse(data=reading.profile_shapes(profile).read_bytes(), format="turtle")
    conforms, _, text = pyshacl.validate(construct(profile), shacl_graph=shapes)
    assert conforms, text


@pytest.mark.parametrize("profile", ["dcat", "org"])
def test_output_uses_only_the_vocabularies_that_it_promises(profile: str) -> None:
    allowed = tuple(namespaces.PREFIXES[prefix] for prefix in ALLOWED[profile])
    output = construct(profile, staff=True)
    used = {str(term) for term in {*output.predicates(), *output.objects(None, RDF.type)}}
    assert {term for term in used if not term.startswith(allowed)} == set()


@pytest.mark.parametrize("staff", [False, True])
def test_every_subject_is_typed_and_every_reference_is_described(staff: bool) -> None:
    output = construct("org", staff=staff)
    typed = {s for s, p, _ in output if str(p) == namespaces.expand("rdf:type")}
    assert set(output.subjects()) - typed == set()
    ours = {o for o in output.objects() if str(o).startswith(namespaces.ID)}
    assert ours - typed == set()


@pytest.mark.parametrize("profile", ["dcat", "org"])
def test_rdflib_gives_the_same(profile: str) -> None:
    union, output = Graph(), Graph()
    for part in (DATA.read_bytes(), *reading.graph_parts()):
        union.parse(data=part, format="turtle")
    for text in reading.profile_queries(profile):
        found = union.query(text.replace("?_staff_xsd_boolean", "true")).graph
        assert found is not None
        output += found
    assert isomorphic(output, construct(profile, staff=True))


def test_staff_appear_only_when_asked_for() -> None:
    asked = construct("org", staff=True).serialize(format="nt")
    unasked = construct("org").serialize(format="nt")
    assert "Ola Ansatt" in asked
    assert "ola-ansatt" not in unasked
    assert "Ola Ansatt" not in unasked
    assert "Kari Nordmann" in unasked


def test_plans_and_what_nobody_is_sure_of_are_left_out() -> None:
    text = construct("org", staff=True).serialize(format="nt")
    plans = ("visma_orkide", "body/planned", "nordmann_planned", "aure_id-porten")
    for left_out in (*plans, "orkide_visma"):
        assert left_out not in text
    assert "membership/aure_orkide" in text


def test_time_and_place_are_said() -> None:
    said = lines(construct("org"))
    scheme = "scheme=W3C-DTF;"
    assert {
        f"membership:aure_orkide dcterms:valid start=2014-01-01; end=2020-02-29; {scheme}",
        f"membership:county_orkide dcterms:valid start=2014; end=2018; {scheme}",
        f"membership:aure_orkide dcterms:temporal start=2018-01-01; end=2018-12-31; {scheme}",
        "evidence:ikt-orkide-2018_l41_implied dcterms:bibliographicCitation "
        "Årsrapport 2018, linje 41 (følger av teksten)",
        "o:1576-aure org:identifier 1576",
        "o:1576-aure rdf:type org:FormalOrganization",
        "project:velferd prov:qualifiedAssociation role-of:kari-nordmann_velferd",
        "use:aure_gerica prov:used system:gerica",
        "activity:kurs prov:wasAssociatedWith o:ikt-orkide",
    } <= said


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("2020-01-01", "2019-12-31"),
        ("2020-03-01", "2020-02-29"),
        ("2019-03-01", "2019-02-28"),
        ("2000-03-01", "2000-02-29"),
        ("1900-03-01", "1900-02-28"),
        ("2019-05-01", "2019-04-30"),
        ("2019-08-01", "2019-07-31"),
        ("2019-11-01", "2019-10-31"),
        ("2019-12-01", "2019-11-30"),
        ("2019-10-10", "2019-10-09"),
        ("2019-10-31", "2019-10-30"),
    ],
)
def test_the_last_day_is_the_day_before_the_end(until: str, last: str) -> None:
    small = ox.Store()
    for part in (DATA.read_bytes().replace(b"2020-03-01", until.encode()), *reading.graph_parts()):
        small.load(part, format=ox.RdfFormat.TURTLE)
    (query,) = (text for text in reading.profile_queries("org") if "dcterms:valid ?valid" in text)
    found = small.query(query)
    assert isinstance(found, ox.QueryTriples)
    periods = {str(t.object.value) for t in found if str(t.subject).endswith("/aure_orkide>")}
    assert len(periods) == 1
    assert f"end={last};" in periods.pop()


def test_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match="no profile “brreg”; there are dcat, org"):
        reading.profile_queries("brreg")
