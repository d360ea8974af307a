"""From a CONSTRUCT's triples to a network, and from a network to places."""

from __future__ import annotations

import math
import random

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kommunegraf.ontology.namespaces import expand
from kommunegraf.viz import style
from kommunegraf.viz.boxes import box, overlaps, separate, symbol, wrap
from kommunegraf.viz.errors import ViewError
from kommunegraf.viz.layout import lay_out
from kommunegraf.viz.network import (
    Bounds,
    Relation,
    from_triples,
    relations,
    standing_on,
    thing,
    things,
)
from kommunegraf.viz.plan import Plan
from kommunegraf.viz.wording import Words

from .conftest import Ask

A, B, R1, R2 = (NamedNode(f"https://example.org/{name}") for name in ("a", "b", "r1", "r2"))


def said(subject: NamedNode, predicate: str, value: NamedNode | str) -> Triple:
    term = Literal(value) if isinstance(value, str) else value
    return Triple(subject, NamedNode(expand(predicate)), term)


def node(iri: NamedNode, kind: str = "municipality") -> list[Triple]:
    return [said(iri, "rdfs:label", iri.value[-1]), said(iri, "kg:drawnAs", kind)]


def edge(iri: NamedNode, start: NamedNode, end: NamedNode) -> list[Triple]:
    return [
        said(iri, "rdf:subject", start),
        said(iri, "rdf:object", end),
        said(iri, "rdfs:label", "tie"),
        said(iri, "kg:drawnAs", "membership"),
    ]


def test_parallel_relations_stay_apart() -> None:
    graph = from_triples([*node(A), *node(B), *edge(R1, A, B), *edge(R2, A, B)])
    assert graph.number_of_edges() == 2
    assert [relation.iri for relation in relations(graph)] == [R1.value, R2.value]


def test_one_event_with_two_origins_is_two_edges() -> None:
    graph = from_triples(
        [*node(A), *node(B), *node(R2), *edge(R1, A, B), said(R1, "rdf:subject", R2)]
    )
    assert sorted((r.start, r.end) for r in relations(graph)) == [
        (A.value, B.value),
        (R2.value, B.value),
    ]


def test_an_end_that_is_not_drawn_is_named() -> None:
    with pytest.raises(ViewError, match=r"its end <https://example\.org/b>"):
        from_triples([*node(A), *edge(R1, A, B)])


def test_bokmaal_is_preferred_and_the_order_of_triples_does_not_matter() -> None:
    label = NamedNode(expand("rdfs:label"))
    triples = [
        *node(A),
        Triple(A, label, Literal("Aaa", language="en")),
        Triple(A, label, Literal("Åa", language="nb")),
    ]
    for shuffled in (triples, triples[::-1]):
        assert thing(from_triples(shuffled), A.value).label == "Åa"


def test_a_thing_has_its_names_by_language_and_the_rest_for_the_search() -> None:
    label = NamedNode(expand("rdfs:label"))
    names = {"nb": "Storfjord", "nn": "Storfjorden", "se": "Omasvuotna", "en": "Great Fjord"}
    triples = [said(A, "kg:drawnAs", "municipality"), said(A, "skos:altLabel", "Gamle Storfjord")]
    triples += [Triple(A, label, Literal(text, language=at)) for at, text in names.items()]
    (found,) = things(from_triples(triples))
    assert found.label == "Storfjord"
    assert found.labels == {at: names[at] for at in ("nb", "nn", "en")}
    assert found.also == ("Gamle Storfjord", "Omasvuotna")


def test_fields_are_named_in_every_language() -> None:
    label = NamedNode(expand("rdfs:label"))
    triples = [
        *node(A, "system"),
        said(A, "kg:field", R1),
        said(A, "kg:field", "uten eget navn"),
        Triple(R1, label, Literal("helse", language="nb")),
        Triple(R1, label, Literal("health", language="en")),
    ]
    (found,) = things(from_triples(triples))
    assert found.fields == (
        Words("helse", "helse", "health"),
        Words("uten eget navn", "uten eget navn", "uten eget navn"),
    )


def test_the_surest_place_says_how_sure_a_relation_is() -> None:
    for said_of_it, surest in (
        (["implied", "stated"], "stated"),
        (["uncertain", "implied"], "implied"),
        (["uncertain"], "uncertain"),
        ([], ""),
        (["guessed"], ""),
    ):
        codes = [NamedNode(expand(f"certainty:{code}")) for code in said_of_it]
        tied = [*edge(R1, A, B), *(said(R1, "kg:certainty", code) for code in codes)]
        (relation,) = relations(from_triples([*node(A), *node(B), *tied]))
        assert relation.certainty == surest


def test_a_relation_without_a_label_is_called_by_its_ends() -> None:
    label = expand("rdfs:label")
    tie = [triple for triple in edge(R1, A, B) if triple.predicate.value != label]
    (relation,) = relations(from_triples([*node(A), *node(B), *tie]))
    assert relation.label == "a – b"


def test_how_a_relation_stands_on_a_day() -> None:
    bounds = Bounds("2017-01-01", "2018-01-01", "2019-01-01", "2020-01-01")
    days = ("2016-12-31", "2017-01-01", "2018-01-01", "2018-12-31", "2019-01-01", "2020-01-01")
    fact = Relation("r", "a", "b", "", "use", bounds=bounds)
    plan = Relation("r", "a", "b", "", "use", plan=True, bounds=bounds)
    assert [standing_on(fact, day) for day in days] == [
        *(None, "possible", "stated", "stated", "persisting", None),
    ]
    assert [standing_on(plan, day) for day in days] == [None, *["planned"] * 4, None]
    assert standing_on(Relation("r", "a", "b", "", "module"), "1700-01-01") == "untimed"


def test_unknown_kind_names_the_known_ones() -> None:
    graph = from_triples(node(A, "spaceship"))
    with pytest.raises(ViewError, match="no thing “spaceship”; it has partnership, municipality"):
        lay_out(graph, Plan(), style.load())


def test_labels_wrap_without_breaking_words() -> None:
    assert wrap("Digitaliseringsgruppen i Nordmøre") == "Digitaliseringsgruppen\ni Nordmøre"
    assert wrap("a " * 200).count("\n") == 2
    assert len(wrap("a" * 100_000)) < 50


def test_bounds_that_are_no_days_are_left_aside() -> None:
    ends = ("possibleFrom", "statedFrom", "statedUntil", "possibleUntil")
    for day, kept in (("2018-01-01", True), ("</svg>", False), ("2018-02-30", False)):
        bounds = [said(R1, f"kg:{end}", day) for end in ends]
        (relation,) = relations(from_triples([*node(A), *node(B), *edge(R1, A, B), *bounds]))
        assert (relation.bounds is not None) == kept


def test_separate_leaves_no_overlap_and_moves_nothing_fixed() -> None:
    numbers = random.Random(7)
    places = {str(n): (numbers.uniform(0, 300), numbers.uniform(0, 300)) for n in range(60)}
    places["hub"] = (150.0, 150.0)
    boxes = {name: box("Kommune", size=8, font=12) for name in places}
    moved = separate(places, boxes, fixed=["hub"])
    assert overlaps(places, boxes)
    assert not overlaps(moved, boxes)
    assert moved["hub"] == places["hub"]


def test_members_lie_around_their_partnership_and_shared_things_between(ask: Ask) -> None:
    graph = from_triples(ask("whole"))
    layout = lay_out(graph, Plan(inner=("municipality", "body")), style.load())
    place = {t.label: layout.places[t.iri] for t in things(graph)}
    north, south = place["Nord-IKT"], place["Sør-IKT"]
    assert math.dist(place["Kvitnes"], north) < math.dist(place["Kvitnes"], south) / 2
    assert math.dist(place["Plassen"], south) < math.dist(place["Plassen"], north) / 2
    assert north[0] < place["Arkivet"][0] < south[0]


def test_layout_is_deterministic_and_symbols_do_not_overlap(ask: Ask) -> None:
    triples = ask("whole")
    looks = style.load()
    one, other = (from_triples(t) for t in (triples, triples[::-1]))
    first, second = (lay_out(g, Plan(inner=("municipality",)), looks) for g in (one, other))
    assert first == second
    boxes = {t.iri: symbol(looks.thing(t.kind).size - 4) for t in things(one)}
    assert not overlaps(first.places, boxes)


def test_nothing_to_draw_is_no_error() -> None:
    assert lay_out(from_triples([]), Plan(), style.load()).places == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[thing.x]\nshape="blob"', "known: diamond"),
        ('[thing."x y"]\nshape="dot"', "lower-case letters"),
        ('[thing.x]\nshape="dot"\nlight="red;}"', "#rrggbb"),
    ],
)
def test_a_style_that_css_could_not_carry_is_refused(text: str, told: str) -> None:
    rest = '\nnb="x"\nnn="x"\nen="x"\ndark="#000000"\nsize=1\nfont=1\n[relation]\n[standing]\n[certainty]\n'
    light = "" if "light" in text else '\nlight="#000000"'
    with pytest.raises(ViewError, match=told):
        style.parse(text + light + rest)
