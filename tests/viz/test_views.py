"""The views: what their files hold to, and what they draw of the shipped graph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kommunegraf.graph import predicates as p
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import ID, PREFIXES
from kommunegraf.queries.as_of import STANDINGS
from kommunegraf.queries.asking import bind_parameters
from kommunegraf.queries.fragments import fragment
from kommunegraf.viz import style, view
from kommunegraf.viz.errors import ViewError
from kommunegraf.viz.layout import lay_out
from kommunegraf.viz.network import Graph, Relation, from_triples, relations, standing_on, things

from .conftest import Ask

ROOT = Path(__file__).resolve().parents[2]
NAMES = view.names()
NETWORKS = [name for name in NAMES if view.load(name).picture == "network"]
DAYS = ("1990-01-01", "2005-06-30", "2018-12-31", "2019-01-01", "2019-12-31", "2020-06-30")

Draw = Callable[..., Graph]


@pytest.fixture(scope="session")
def draw(graph: StoredGraph) -> Draw:
    """Returns the network of a view over the shipped graph."""

    def run(name: str, **given: str) -> Graph:
        asked = view.load(name)
        bindings, _ = bind_parameters(graph, asked.header, given)
        return from_triples(graph.construct(asked.text, bindings))

    return run


def ties(network: Graph) -> dict[str, list[tuple[str, str]]]:
    """The relations by kind, as the last parts of the IRIs of their ends."""
    found: dict[str, list[tuple[str, str]]] = {}
    for relation in relations(network):
        ends = relation.start.rpartition("/")[2], relation.end.rpartition("/")[2]
        found.setdefault(relation.kind, []).append(ends)
    return found


def body(name: str) -> str:
    text = view.load(name).text
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def test_views_are_listed_in_their_order() -> None:
    networks = ("whole", "partnership", "surroundings", "systems", "people")
    assert tuple(NAMES) == (*networks, "timeline", "family-tree", "answer")
    assert [name for name in NAMES if not view.load(name).built] == ["answer"]


@pytest.mark.parametrize("name", NAMES)
def test_views_give_all_times(name: str) -> None:
    assert "at" not in [parameter.name for parameter in view.load(name).header.parameters]
    assert "_at_xsd_date" not in view.load(name).text
    assert "standing" not in body(name)


@pytest.mark.parametrize("name", NAMES)
def test_prefixes_are_ours_and_used(name: str) -> None:
    text = body(name)
    declared = dict(re.findall(r"PREFIX ([\w-]+): <([^>]+)>", text))
    assert declared
    for prefix, iri in declared.items():
        assert PREFIXES[prefix] == iri
        assert re.search(rf"(?<![\w<]){prefix}:(?! <)", text), f"prefix {prefix} is not used"


def test_networks_say_what_they_draw_by_the_same_lines() -> None:
    for first, last in (
        ("# what things are called", "skos:prefLabel ?fieldName }\n"),
        ("# what is said of a relation", "# end of what is said\n"),
    ):
        lines = {
            re.search(f"  {re.escape(first)}.*?{re.escape(last)}", view.load(name).text, re.DOTALL)
            for name in NETWORKS
        }
        texts = {found[0] for found in lines if found}
        assert len(lines) == len(NETWORKS)
        assert len(texts) == 1, first
        assert None not in lines


def test_a_header_that_lacks_something_is_refused() -> None:
    text = view.load("whole").text
    for wrong, told in (
        (text.replace("#+ hubs", "#+ picture: hologram\n#+ hubs"), "hologram"),
        (text.replace("#+ hubs", "#+ opens: soon\n#+ hubs"), "opens at “soon”"),
        (text.replace(', nn: "Heile nettverket"', ""), r"whole\.rq, title: .* no words in nn"),
        ("#+ summary: x\nCONSTRUCT {} WHERE {}", "lacks 'title'"),
    ):
        with pytest.raises(ViewError, match=told):
            view.parse("whole", wrong)
    for name in ("../whole", "nosuch", ""):
        with pytest.raises(ViewError, match="there are whole, partnership"):
            view.load(name)


@pytest.mark.parametrize("day", ["2018-12-31", '"2018-12-31"'])
def test_a_view_may_open_at_a_day(day: str) -> None:
    text = view.load("whole").text
    assert view.parse("whole", text).opens is None
    assert view.parse("whole", text.replace("#+ hubs", f"#+ opens: {day}\n#+ hubs")).opens == (
        "2018-12-31"
    )


def test_a_view_is_added_by_a_file_alone(
    small: StoredGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("whole", "timeline"):
        (tmp_path / f"{name}.rq").write_text(view.load(name).text, "utf-8")
    guide = (ROOT / "docs" / "adding.md").read_text("utf-8")
    (example,) = re.findall(r"```sparql\n(#\+ summary: Who supplies.*?)```", guide, re.DOTALL)
    (tmp_path / "vendors.rq").write_text(example.replace("order: 9", "order: 0"), "utf-8")
    monkeypatch.setattr(view, "FOLDER", tmp_path)
    assert view.names() == ["vendors", "whole", "timeline"]
    added = view.load("vendors")
    assert added.title.nn == "Leverandørane"
    network = from_triples(small.construct(added.text))
    assert network.number_of_edges() > 0
    assert all(relation.bounds for relation in relations(network))
    layout = lay_out(network, added.plan(None), style.load())
    assert set(layout.places) == set(network)


def test_standings_are_those_of_the_shared_rule(graph: StoredGraph, draw: Draw) -> None:
    drawn = list(relations(draw("whole")))
    assert len(drawn) > 1000
    for day in DAYS:
        text = f"""PREFIX kg: <https://w3id.org/kommunegraf/ns#>
            SELECT ?relation ?standing WHERE {{ {fragment("standing")} }}"""
        bindings = {
            "_at_xsd_date": Literal(day, datatype=p.XSD_DATE),
            "_standing_literal": Literal(" ".join(STANDINGS)),
        }
        ruled = {
            row["relation"].value: row["standing"].value for row in graph.select(text, bindings)
        }
        for relation in drawn:
            # An event has no bounds in the graph: what it brought about holds from its day.
            if relation.kind == "succession":
                assert relation.bounds is not None
                wanted = "stated" if day >= relation.bounds.stated_from else None
            else:
                wanted = ruled.get(relation.iri.partition("#")[0])
            assert standing_on(relation, day) == wanted, (relation.iri, day)


THINGS = {
    "partnership": "o:ror-ikt",
    "surroundings": "o:1543-nesset",
    "family-tree": "o:1502-molde",
}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "answer"])
def test_all_that_is_drawn_has_a_look_a_name_and_a_source(draw: Draw, name: str) -> None:
    network = draw(name, **({"thing": THINGS[name]} if name in THINGS else {}))
    looks = style.load()
    assert network.number_of_edges() > 5
    for found in things(network):
        assert looks.thing(found.kind)
        assert found.label != found.iri
    for relation in relations(network):
        assert looks.relation(relation.kind)
        assert relation.label
        # A system's own part-of is said with the system.
        if relation.kind != "module":
            assert relation.sources, relation.iri
            assert relation.certainty in looks.certainties, relation.iri
            # No source says when a site came to lie where it lies, or some documents were made.
            timeless = relation.iri.startswith((f"{ID}document/", f"{ID}site/"))
            assert relation.bounds or timeless, relation.iri


def test_plans_and_uncertain_statements_are_marked(draw: Draw) -> None:
    found: Counter[tuple[bool, str]] = Counter(
        (relation.plan, relation.certainty) for relation in relations(draw("whole"))
    )
    assert {certainty for _, certainty in found} == {"stated", "implied", "uncertain"}
    assert {plan for plan, _ in found} == {True, False}


def test_systems_have_fields_of_service(draw: Draw) -> None:
    network = draw("systems")
    with_field = [found for found in things(network) if found.fields]
    assert len(with_field) > 50
    assert {found.kind for found in with_field} <= {"system", "component", "project"}
    assert "health" in {words.en for found in with_field for words in found.fields}


def test_whole_tells_what_became_of_nesset(draw: Draw) -> None:
    successions = ties(draw("whole"))["succession"]
    assert ("1543-nesset", "1506-molde") in successions


@pytest.mark.parametrize(
    ("thing", "kinds", "tied"),
    [
        ("system:public-360", {"use", "offering", "integration", "buyer", "supplier", "about"},
         ("offering", ("tieto", "public-360"))),
        ("o:tieto", {"offering", "supplier", "buyer", "about", "use", "participation"},
         ("supplier", ("tieto", "ror-tieto-p360"))),
        ("person:steinar-holm", {"role", "post", "behalf", "employment", "task"}, None),
        ("body:ror-ikt-styret", {"unit", "role", "author", "about"},
         ("unit", ("ror-ikt-styret", "ror-ikt"))),
        ("contract:ror-tieto-p360", {"buyer", "supplier", "behalf", "about"},
         ("buyer", ("ror-ikt", "ror-tieto-p360"))),
        ("document:st-32-19", {"author", "about"}, ("author", ("ror-ikt-styret", "st-32-19"))),
        ("system:id-porten", {"integration", "offering"}, None),
        ("o:1543-nesset", {"membership", "role", "behalf", "use", "service", "succession"},
         ("succession", ("1543-nesset", "1506-molde"))),
    ],
)  # fmt: skip
def test_surroundings_of_any_kind_of_thing(
    draw: Draw, thing: str, kinds: set[str], tied: tuple[str, tuple[str, str]] | None
) -> None:
    network = draw("surroundings", thing=thing)
    found = ties(network)
    assert kinds <= set(found)
    if tied:
        assert tied[1] in found[tied[0]]


def test_surroundings_of_a_project_hold_its_owner_participants_and_systems(
    graph: StoredGraph, draw: Draw
) -> None:
    rows = graph.select(
        """PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        SELECT ?project ?system ?owner ?participant WHERE {
          ?use kg:inProject ?project ; kg:system ?system ; kg:useStatus ?status .
          ?project kg:owner ?owner .
          ?participation kg:undertaking ?project ; kg:participant ?participant .
        } ORDER BY ?project ?system ?owner ?participant LIMIT 1"""
    )
    (row,) = rows
    network = draw("surroundings", thing=row["project"].value)
    assert {row[name].value for name in ("system", "owner", "participant")} <= set(network)


def answer(draw: Draw, *names: str) -> Graph:
    return draw("answer", things=" ".join(ID + name for name in names))


def test_an_answer_draws_what_it_names_and_what_ties_it(draw: Draw) -> None:
    network = answer(draw, "org/ror-ikt", "org/1543-nesset", "org/visma", "person/steinar-holm")
    assert ("1543-nesset", "ror-ikt") in ties(network)["membership"]
    # Nothing ties Visma to these directly: it is drawn alone.
    assert ID + "org/visma" in network
    assert len(network) == 4


def test_an_answer_draws_a_relation_that_it_names_with_its_ends(draw: Draw) -> None:
    whole = next(r for r in relations(draw("systems")) if r.kind == "use")
    (relation,) = relations(answer(draw, whole.iri.removeprefix(ID)))
    assert relation == whole


def test_an_answer_takes_no_name_for_another_that_it_begins(draw: Draw) -> None:
    assert set(answer(draw, "org/ks-more-og-romsdal")) == {ID + "org/ks-more-og-romsdal"}


def test_an_answer_leaves_out_what_the_graph_does_not_have(draw: Draw) -> None:
    assert len(draw("answer", things="https://example.org/x https://example.org/y")) == 0


def test_views_of_the_made_up_graph_hold_all_times(ask: Ask) -> None:
    drawn: dict[str, Relation] = {r.iri: r for r in relations(from_triples(ask("whole")))}
    left = drawn[f"{ID}membership/alfjord_nord-ikt_member"]
    assert standing_on(left, "2018-12-31") == "stated"
    assert standing_on(left, "2019-01-01") is None
    plan = drawn[f"{ID}use/vikabo_arkivet_planned"]
    assert standing_on(plan, "2019-12-31") == "planned"
