"""Files for Gephi: all that the network holds, in XML that any reader takes."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from kommunegraf.viz import gephi, style
from kommunegraf.viz.errors import ViewError
from kommunegraf.viz.layout import Layout, lay_out
from kommunegraf.viz.network import Bounds, Graph, Relation, Thing, from_triples, relations, things
from kommunegraf.viz.plan import Plan

from . import hostile

FORMATS = ("gexf", "graphml")
GEXF = "{http://gexf.net/1.3}"


def written(graph: Graph, format: str) -> bytes:
    looks = style.load()
    return gephi.write(graph, lay_out(graph, Plan(), looks), looks, format)


def read(data: bytes, format: str) -> Any:
    if format == "gexf":
        return nx.read_gexf(io.BytesIO(data), version="1.3")
    return nx.read_graphml(io.BytesIO(data), force_multigraph=True)


@pytest.fixture
def two() -> Graph:
    """Two things with three relations, two of one kind and one without days."""
    graph: Graph = nx.MultiDiGraph()
    graph.add_node("urn:town", thing=Thing(iri="urn:town", label="Vik", kind="municipality"))
    graph.add_node("urn:hub", thing=Thing(iri="urn:hub", label="Nord-IKT", kind="partnership"))
    days = (
        Bounds("2017-01-01", "2018-01-01", "2019-01-01", "2020-01-01"),
        Bounds("0001-01-01", "2021-01-01", "2022-01-01", "9999-12-31"),
        None,
    )
    for number, bounds in enumerate(days):
        relation = Relation(
            iri=f"urn:r{number}",
            start="urn:town",
            end="urn:hub",
            label="Vik – Nord-IKT",
            kind="membership",
            bounds=bounds,
            sources=("Årsmelding 2018, linje 12", "Årsmelding 2019, linje 3"),
        )
        graph.add_edge("urn:town", "urn:hub", key=relation.iri, relation=relation)
    return graph


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_texts_come_back_as_they_were(format: str) -> None:
    graph = from_triples(hostile.triples())
    found = read(written(graph, format), format)
    assert {iri: said["label"] for iri, said in found.nodes(data=True)} == {
        thing.iri: thing.label for thing in things(graph)
    }
    assert sorted((a, b, s["label"], s["sources"]) for a, b, s in found.edges(data=True)) == sorted(
        (r.start, r.end, r.label, " | ".join(r.sources)) for r in relations(graph)
    )


@pytest.mark.parametrize("format", FORMATS)
def test_what_xml_forbids_is_dropped(format: str) -> None:
    graph: Graph = nx.MultiDiGraph()
    label = "a\x00\x08\x0b\x1fb\ud800\ufffe\uffffc\r\nd\U0001f600"
    graph.add_node("urn:x", thing=Thing(iri="urn:x", label=label, kind="system"))
    found = read(written(graph, format), format)
    assert found.nodes["urn:x"]["label"] == "abc\nd\U0001f600"


@pytest.mark.parametrize("format", FORMATS)
def test_relations_keep_days_certainty_and_sources(two: Graph, format: str) -> None:
    found = read(written(two, format), format)
    said = sorted(found.edges(data=True), key=lambda edge: edge[2]["iri"])
    assert [edge[2]["iri"] for edge in said] == ["urn:r0", "urn:r1", "urn:r2"]
    first = said[0][2]
    assert (first["possible_from"], first["stated_from"]) == ("2017-01-01", "2018-01-01")
    assert (first["stated_until"], first["possible_until"]) == ("2019-01-01", "2020-01-01")
    assert first["sources"] == "Årsmelding 2018, linje 12 | Årsmelding 2019, linje 3"
    assert (first["plan"], first["kind"]) == (False, "membership")
    assert "note" not in first


def test_gexf_lives_end_on_the_last_day_and_parallel_edges_stay_apart(two: Graph) -> None:
    data = written(two, "gexf")
    root = ElementTree.fromstring(data)
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    edges = sorted(graph.iter(f"{GEXF}edge"), key=lambda edge: edge.get("id", ""))
    lives = [(edge.get("start"), edge.get("end")) for edge in edges]
    assert lives == [("2018-01-01", "2019-12-31"), ("2021-01-01", None), (None, None)]
    assert [edge.get("kind") for edge in edges] == ["membership", "membership 2", "membership 3"]
    assert b"lastmodifieddate" not in data


@pytest.mark.parametrize("format", FORMATS)
def test_the_picture_goes_along_with_its_y_axis_upwards(two: Graph, format: str) -> None:
    looks = style.load()
    layout = lay_out(two, Plan(), looks)
    node = read(gephi.write(two, layout, looks, format), format).nodes["urn:town"]
    x, y = layout.places["urn:town"]
    if format == "gexf":
        place, colour = node["viz"]["position"], node["viz"]["color"]
    else:
        place = colour = node
    assert (place["x"], place["y"]) == (x, -y)
    assert "#{r:02x}{g:02x}{b:02x}".format(**colour) == looks.thing("municipality").light
    assert node["hubs"] == "urn:hub"


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_network_gives_the_same_bytes(format: str) -> None:
    triples = hostile.triples()
    assert written(from_triples(triples), format) == written(from_triples(triples[::-1]), format)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(ViewError, match=r"no format “dot”.*gexf, graphml"):
        gephi.write(nx.MultiDiGraph(), Layout({}, [], {}), style.load(), "dot")
