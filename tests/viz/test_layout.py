"""Places: what they say of belonging, room for labels, and networks of any size."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from time import process_time

import networkx as nx

from kommunegraf.viz import style
from kommunegraf.viz.boxes import overlaps, symbol
from kommunegraf.viz.discs import Place
from kommunegraf.viz.layout import Area, Layout, lay_out
from kommunegraf.viz.network import Graph, Relation, Thing, things
from kommunegraf.viz.plan import Plan
from kommunegraf.viz.plane import pack
from kommunegraf.viz.streets import Streets

PLAN = Plan(inner=("municipality", "body"))


def network(kinds: dict[str, str], ties: Iterable[tuple[str, str, str]]) -> Graph:
    """Returns a network of things, name → kind, and of ties: kind, from, to."""
    graph: Graph = nx.MultiDiGraph()
    for name, kind in kinds.items():
        graph.add_node(name, thing=Thing(iri=name, label=name, kind=kind))
    for number, (kind, start, end) in enumerate(ties):
        relation = Relation(iri=f"r{number}", start=start, end=end, label="tie", kind=kind)
        graph.add_edge(start, end, key=relation.iri, relation=relation)
    return graph


def country(hubs: int, towns: int) -> Graph:
    """Partnerships in a row; a town takes part in one, every tenth in the next one too."""
    kinds: dict[str, str] = {"Alle": "system", "Vendor": "vendor"}
    ties: list[tuple[str, str, str]] = [("offering", "Vendor", "Alle")]
    for hub in range(hubs):
        kinds[f"hub {hub}"] = "partnership"
        for number in range(towns):
            town = f"town {hub} {number}"
            kinds |= {
                town: "municipality",
                f"system of {town}": "system",
                f"boss of {town}": "person",
            }
            ties += [("membership", town, f"hub {hub}"), ("use", town, f"system of {town}")]
            ties += [
                ("role", f"boss of {town}", f"body {hub}"),
                ("behalf", f"boss of {town}", town),
            ]
            if number % 10 == 0:
                ties += [("membership", town, f"hub {(hub + 1) % hubs}"), ("use", town, "Alle")]
        kinds[f"body {hub}"] = "body"
        ties.append(("unit", f"body {hub}", f"hub {hub}"))
    return network(kinds, ties)


def inside(area: Area, place: Place) -> bool:
    across, down = (place[0] - area.x) / area.width, (place[1] - area.y) / area.height
    return math.hypot(across, down) < 1.0


def laid_out(graph: Graph) -> tuple[Layout, dict[str | None, Area]]:
    layout = lay_out(graph, PLAN, style.load())
    return layout, {area.hub: area for area in layout.areas}


def test_what_one_hub_has_stands_in_its_disc_and_what_two_have_in_none() -> None:
    layout, areas = laid_out(country(6, 12))
    for name, homes in layout.homes.items():
        found = [hub for hub, area in areas.items() if inside(area, layout.places[name])]
        if len(homes) <= 1:
            assert found == list(homes)
        elif len(homes) == 2:
            assert found == []
        else:
            assert found == [None]


def test_homes_are_the_nearest_hubs_that_explain_the_ties() -> None:
    layout, _ = laid_out(country(6, 12))
    assert layout.homes["hub 2"] == ("hub 2",)
    assert layout.homes["town 2 3"] == ("hub 2",)
    assert layout.homes["town 2 0"] == ("hub 2", "hub 3")
    # In a body of one partnership, on behalf of a town that is in two.
    assert layout.homes["boss of town 2 0"] == ("hub 2",)
    assert len(layout.homes["Alle"]) == len(layout.homes["Vendor"]) == 6


def test_a_system_of_a_partnership_and_of_another_ones_member_belongs_to_both() -> None:
    kinds = {"A": "partnership", "B": "partnership", "a": "municipality", "b": "municipality"}
    kinds |= {"both": "system", "only A": "system", "free": "system"}
    ties = [("membership", "a", "A"), ("membership", "b", "B"), ("use", "A", "both")]
    ties += [("use", "b", "both"), ("use", "a", "only A"), ("use", "A", "only A")]
    layout = lay_out(network(kinds, ties), PLAN, style.load())
    assert layout.homes["both"] == ("A", "B")
    assert layout.homes["only A"] == ("A",)
    assert layout.homes["free"] == ()


def test_discs_do_not_overlap_and_the_picture_fills_a_screen() -> None:
    graph = country(40, 9)
    layout, areas = laid_out(graph)
    found = list(areas.values())
    for number, one in enumerate(found):
        high = one.height / one.width
        for other in found[number + 1 :]:
            apart = math.hypot(one.x - other.x, (one.y - other.y) / high)
            assert apart > one.width + other.width - 2
    xs, ys = ([place[axis] for place in layout.places.values()] for axis in (0, 1))
    assert 1.2 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 2
    boxes = {t.iri: symbol(style.load().thing(t.kind).size - 4) for t in things(graph)}
    assert not overlaps(layout.places, boxes)


def test_the_order_of_things_and_relations_does_not_matter() -> None:
    graph = country(8, 11)
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))
    random.Random(3).shuffle(nodes)
    random.Random(5).shuffle(edges)
    other: Graph = nx.MultiDiGraph()
    other.add_nodes_from(nodes)
    for start, end, key, said in edges:
        other.add_edge(start, end, key=key, **said)
    one, two = (lay_out(g, PLAN, style.load()) for g in (graph, other))
    assert (one.places, one.areas, one.homes) == (two.places, two.areas, two.homes)


def test_five_thousand_things_are_laid_out_in_seconds() -> None:
    graph = country(60, 28)
    assert len(graph) > 5_000
    begin = process_time()
    lay_out(graph, PLAN, style.load())
    assert process_time() - begin < 6  # it takes a tenth of this on a quiet machine


def test_partners_are_packed_next_to_one_another() -> None:
    radii = [4.0] * 12 + [7.0]
    centres = pack(radii, {(0, 11): 5.0, (3, 7): 5.0}, 12)
    assert centres[12] == (0.0, 0.0)
    for one, other in ((0, 11), (3, 7)):
        assert math.dist(centres[one], centres[other]) < 8.1
    for number, centre in enumerate(centres):
        for other in range(number):
            assert math.dist(centre, centres[other]) > radii[number] + radii[other] - 1e-6


def test_streets_give_each_cell_once_and_none_of_a_disc() -> None:
    streets = Streets([(0.0, 0.0, 3.0)])
    found = [streets.take(0.0, 0.0, wide=number < 5) for number in range(60)]
    assert len(set(found)) == 60
    assert min(math.hypot(*place) for place in found) > 3.5
    assert max(math.hypot(*place) for place in found) < 9
    wide = found[:5]
    assert all(
        abs(x - other) >= 2 for x, y in wide for other, row in found if row == y and other != x
    )


def test_a_network_without_hubs_or_relations_is_laid_out_too() -> None:
    layout = lay_out(network({f"s{n}": "system" for n in range(30)}, []), PLAN, style.load())
    assert len(set(layout.places.values())) == 30
