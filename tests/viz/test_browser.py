"""The pages in a real browser: they ask for nothing, run nothing hostile, and answer by hand."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, parse

from kommunegraf.graph.store import StoredGraph
from kommunegraf.viz import pages, rendering
from kommunegraf.viz.network import from_triples, relations, things
from kommunegraf.viz.view import load

from .conftest import Ask
from .hostile import TEXTS, triples
from .pages import check, open_page, render, violations, wait

ALF = "org/alfjord"
NORTH = "org/nord-ikt"
SHOWN = "return [kg.shown.count.things, kg.shown.count.relations]"


@pytest.fixture(scope="module")
def whole(browser: Any, ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the made-up graph's whole network, as of the last day of 2018."""
    file = tmp_path_factory.mktemp("pages") / "whole.html"
    page = render("whole", ask("whole"), day="2018-12-31", ask="questions.html")
    file.write_bytes(page.encode("utf-8"))
    return file.as_uri()


@pytest.fixture
def page(browser: Any, whole: str) -> Iterator[Any]:
    """The browser with that page as it opens; a test that makes errors or requests fails."""
    browser.get_log("performance")
    browser.get("about:blank")
    browser.get(whole)
    yield browser
    check(browser, whole)


def at(browser: Any, whole: str, address: str) -> Any:
    browser.get("about:blank")
    browser.get(f"{whole}#{address}")
    return browser


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_page_asks_for_nothing_and_has_no_errors(
    browser: Any, ask: Ask, tmp_path: Path, name: str
) -> None:
    open_page(browser, tmp_path, render(name, ask(name)))
    assert "ready" in browser.execute_script("return document.documentElement.className")


EVERYTHING = """
  document.querySelector("#page-size").value = "all";
  document.querySelector("#page-size").dispatchEvent(new Event("change"));
  document.querySelectorAll("#rows .cell").forEach((cell) => cell.isConnected && cell.click());
  for (let i = 0; i < kg.things.length; i++) { kg.choose({ thing: i }, { move: true }); kg.change({ steps: 2 }, { fit: true }); }
  for (let i = 0; i < kg.relations.length; i++) kg.choose({ relation: i }, { move: true, focus: true });
  const box = document.getElementById("search");
  for (const word of ["script", "img", "href", "a", "e"]) { box.value = word; box.dispatchEvent(new Event("input")); }
  for (const select of document.querySelectorAll("select")) for (const option of select.options) { select.value = option.value; select.dispatchEvent(new Event("change")); }
  document.getElementById("theme").click();
  document.querySelector("[data-list=things]").click();
  document.querySelectorAll("[onmouseover]").forEach((e) => e.dispatchEvent(new Event("mouseover")));
  const parser = new DOMParser();
  const svg = parser.parseFromString(kg.svg(), "image/svg+xml");
  window.broken = svg.querySelector("parsererror")?.textContent;
  window.odd = [...svg.querySelectorAll("script,foreignObject,image,a,[onload],[onclick]")].length;
  document.body.append(document.importNode(svg.documentElement, true));
"""


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_nothing_hostile_runs(browser: Any, tmp_path: Path, name: str) -> None:
    hub = "https://w3id.org/kommunegraf/id/org/__proto__"
    open_page(browser, tmp_path, render(name, triples(), hub))
    browser.execute_script(
        "document.querySelector('#page-size').value = 'all'; document.querySelector('#page-size').dispatchEvent(new Event('change'));"
    )
    shown = browser.execute_script("return document.querySelector('#rows tbody').textContent")
    for text in TEXTS:
        assert text in shown
    browser.execute_script(EVERYTHING)
    wait(browser, 300)
    check(browser, (tmp_path / "page.html").as_uri())
    assert browser.execute_script("return [window.hacked, window.broken, window.odd]") == [
        None,
        None,
        0,
    ]
    assert browser.execute_script("return Object.keys({}.__proto__).length") == 0


def test_the_policy_alone_stops_what_escaping_would_let_through(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = rendering.environment().overlay(autoescape=False)
    monkeypatch.setattr(rendering, "environment", lambda: bare)
    monkeypatch.setattr(
        rendering.embed, "as_json", lambda data: json.dumps(data, default=lambda d: list(d))
    )
    text = render("whole", triples(), "https://w3id.org/kommunegraf/id/org/__proto__")
    assert "<script>window.hacked=1</script>" in text
    assert "<img src=x onerror=window.hacked=4>" in text
    file = tmp_path / "page.html"
    file.write_bytes(text.encode("utf-8"))
    browser.get(file.as_uri())
    wait(browser, 400)
    assert browser.execute_script("return window.hacked") is None
    blocked = [entry["message"] for entry in browser.get_log("browser")]
    assert any("Content Security Policy" in message for message in blocked)
    browser.get_log("performance")


@pytest.mark.parametrize("day", ["1990-01-01", "2005-06-30", "2018-12-31", "2019-12-31", "2020-06-30"])  # fmt: skip
def test_the_script_s_rule_on_time_is_the_rule_of_the_questions(
    browser: Any, graph: StoredGraph, shipped: str, day: str
) -> None:
    rule = (Path(rendering.__file__).parents[1] / "queries/shared/standing.rq").read_text("utf-8")
    text = f"""PREFIX kg: <https://w3id.org/kommunegraf/ns#>
      PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
      SELECT ?relation ?standing WHERE {{ {rule} }}"""
    text = text.replace("?_at_xsd_date", f'"{day}"^^xsd:date')
    text = text.replace("?_standing_literal", '"stated persisting possible planned"')
    found = graph.store.query(text)
    assert isinstance(found, QuerySolutions)
    wanted = {row["relation"].value: row["standing"].value for row in found}
    at(browser, shipped, f"at={day}&hide=none")
    told = browser.execute_script(
        """return kg.relations.filter((r) => r.kind !== "succession") // an event holds from its day on
        .map((r) => [kg.full(r.iri).split('#')[0], kg.shown.standing[r.id]])"""
    )
    assert len(told) > 500
    assert [(iri, standing) for iri, standing in told if wanted.get(iri) != standing] == []


@pytest.fixture(scope="module")
def shipped(graph: StoredGraph, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the shipped graph's whole network."""
    file = tmp_path_factory.mktemp("shipped") / "whole.html"
    file.write_bytes(pages.ask_page(graph, load("whole"), {}).encode("utf-8"))
    return file.as_uri()


def test_opening_view_of_the_shipped_graph_reads(browser: Any, shipped: str) -> None:
    at(browser, shipped, "")
    wait(browser)
    boxes = browser.execute_script("return kg.lastScene.labels.map((label) => label.box)")
    assert len(boxes) > 80
    for one, other in itertools.combinations(boxes, 2):
        apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
        assert apart, (one, other)
    names = browser.execute_script(
        "return kg.lastScene.labels.map((label) => kg.things[label.id].name)"
    )
    assert {"IKT Orkidé", "ROR-IKT", "Molde (før 2020)", "Kristiansund", "Nesset"} <= {*names}


def test_a_click_tells_relations_with_time_certainty_and_source(
    page: Any, graph: StoredGraph
) -> None:
    page.execute_script(f"kg.choose({{ thing: kg.thingOf('{ALF}').id }}, {{ focus: true }})")
    panel = page.find_element("id", "panel").text
    assert "Alfjord" in panel
    assert "Nord 2018, linje 1" in panel
    assert "til 2019-01-01, sett 2018 · kilden dekker dagen" in panel
    details = page.find_element("css selector", "#panel details")
    details.find_element("tag name", "summary").click()
    assert "https://w3id.org/kommunegraf/id/org/alfjord" in details.text
    link = details.find_element("tag name", "a").get_attribute("href")
    assert "questions.html#sparql=" in link
    assert page.execute_script("return document.activeElement.id") == "panel" or details


def test_the_sparql_of_the_panel_gives_the_relations_of_the_panel(
    browser: Any, graph: StoredGraph, shipped: str
) -> None:
    at(browser, shipped, "thing=org/1543-nesset&at=2019-12-31")
    text = browser.execute_script(
        "document.querySelector('#panel details').open = true; return document.querySelector('#panel pre').textContent"
    )
    rows = graph.select(text)
    said = {row["relation"].value: row for row in rows}
    shown = browser.execute_script(
        """const id = kg.state.thing; return kg.things[id].relations.filter((r) => kg.shown.relations[r.id])
        .map((r) => [kg.full(r.iri).split('#')[0], r.period, r.sources])"""
    )
    assert {iri for iri, _, _ in shown} == said.keys()
    for iri, period, sources in shown:
        assert said[iri]["time"].value == period
        assert sources == [said[iri]["source"].value]


def test_search_folds_norwegian_letters_and_old_names(page: Any) -> None:
    box = page.find_element("id", "search")
    for typed, wanted in (("havoy", "Havøy"), ("ROSVIK", "Røsvik"), ("gamle alf", "Alfjord")):
        box.clear()
        box.send_keys(typed)
        assert page.find_element("id", "found").text.split("\n")[0].strip() == wanted
    box.send_keys("\ue007")
    assert page.find_element("css selector", "#panel h2").text == "Alfjord"
    box.send_keys("qqq")
    assert page.find_element("id", "found").text == "Ingen treff"
    assert page.find_element("id", "said").text == "0 treff"
    box.send_keys("\ue00c")
    assert not page.find_element("id", "found").is_displayed()


def test_the_legend_filters_by_keyboard_and_table_and_address_follow(page: Any) -> None:
    entry = page.find_element("css selector", "input[data-kind=membership]")
    count = int(entry.find_element("xpath", "../b").text)
    before = page.execute_script(SHOWN)
    entry.send_keys(" ")
    wait(page)
    after = page.execute_script(SHOWN)
    assert after[1] == before[1] - count
    assert page.find_element("css selector", "[data-list=relations] b").text == str(after[1])
    assert "relation.membership" in page.current_url
    assert str(after[1]) in page.find_element("id", "said").text
    entry.send_keys(" ")
    assert page.execute_script(SHOWN) == before
    wait(page)
    assert "hide" not in page.current_url


@pytest.mark.parametrize(
    "change",
    [
        "kg.change({ at: '2019-06-30' }, {})",
        f"kg.choose({{ thing: kg.thingOf('{ALF}').id }}, {{}})",
        "kg.choose({ relation: 3 }, {})",
        f"kg.choose({{ thing: kg.thingOf('{NORTH}').id }}, {{}}); kg.change({{ steps: 1 }}, {{}})",
        "kg.change({ hide: new Set(['thing.person', 'standing.planned']) }, {})",
        "kg.change({ hide: new Set() }, {})",
        "kg.change({ vendor: [...kg.facets.vendor.keys()][0], partnership: 'Nord-IKT' }, {})",
        "kg.change({ list: 'things', sort: '-2', rows: 'all' }, {})",
        "kg.change({ find: 'havoy' }, {})",
    ],
)
def test_every_state_is_in_the_address(page: Any, change: str) -> None:
    tell = """return JSON.stringify([kg.state, kg.shown.count, [...document.querySelectorAll("#rows tr")].map((r) => r.textContent),
      document.getElementById("panel").textContent], (key, value) => value instanceof Set ? [...value].sort() : value)"""
    opened = page.execute_script(tell)
    page.execute_script(change)
    wait(page, 250)
    changed, address = page.execute_script(tell), page.current_url
    assert changed != opened
    page.get("about:blank")
    page.get(address)
    assert page.execute_script(tell) == changed
    if page.find_element("id", "reset").is_enabled():
        page.find_element("id", "reset").click()
    assert page.execute_script(tell) == opened


def test_an_address_that_says_nonsense_opens_the_page_as_it_is(browser: Any, whole: str) -> None:
    opened = at(browser, whole, "").execute_script(SHOWN)
    nonsense = "at=2019-02-30&thing=nobody&relation=x&steps=9&hide=thing.dragon&vendor=%3Cimg%3E&list=x&sort=zz&rows=-1&unfolded=x&grown=a@b&lang=xx&theme=pink&%"
    at(browser, whole, nonsense)
    check(browser, whole)
    found = browser.execute_script(SHOWN)
    assert found[0] == opened[0]
    assert browser.execute_script("return kg.state.at") == "2018-12-31"


def test_time_moves_by_slider_day_change_and_play(page: Any) -> None:
    assert page.execute_script("return kg.relations.length") > page.execute_script(SHOWN)[1]
    page.execute_script(
        "const y = document.getElementById('year'); y.value = '2019'; y.dispatchEvent(new Event('input', { bubbles: true }))"
    )
    assert page.execute_script("return kg.state.at") == "2019-12-31"
    wait(page, 250)
    assert "at=2019-12-31" in page.current_url
    left = page.execute_script(
        "return kg.shown.standing[kg.relationOf('membership/alfjord_nord-ikt_member').id]"
    )
    assert left is None
    page.find_element("id", "earlier").click()
    assert page.execute_script("return kg.state.at") == "2019-01-01"
    page.execute_script(
        "const d = document.getElementById('day'); d.value = '2018-06-30'; d.dispatchEvent(new Event('change'))"
    )
    assert page.execute_script("return kg.state.at") == "2018-06-30"
    bars = page.execute_script(
        "return [...document.querySelectorAll('#histogram rect')].filter((r) => r.height.baseVal.value > 0).map((r) => r.textContent)"
    )
    assert any(bar.startswith("2019: ") for bar in bars)
    play = page.find_element("id", "play")
    play.click()
    assert play.get_attribute("aria-pressed") == "true"
    wait(page, 1100)
    assert page.execute_script("return kg.state.at") == "2019-12-31"


def test_who_is_no_member_on_the_day_does_not_look_like_one(browser: Any, shipped: str) -> None:
    outside = "return kg.shown.outside[kg.thingOf('org/1551-eide').id]"
    assert at(browser, shipped, "at=2018-12-31").execute_script(outside) == 0
    assert at(browser, shipped, "at=2019-12-31&hide=none").execute_script(outside) == 1
    assert "tom: ikke deltaker" in browser.find_element("id", "outside").text


def test_focus_shows_one_step_and_grows_by_kind(page: Any) -> None:
    page.execute_script(f"kg.choose({{ thing: kg.thingOf('{ALF}').id }}, {{}})")
    page.find_elements("css selector", ".steps button")[1].click()
    near = page.execute_script(
        "return kg.things.filter((t) => kg.shown.things[t.id] && t.id !== kg.state.thing && !t.relations.some((r) => r.from === kg.state.thing || r.to === kg.state.thing)).length"
    )
    assert near == 0
    one = page.execute_script(SHOWN)
    page.execute_script("kg.change({ grown: [[kg.state.thing, 'membership']] }, {})")
    page.find_elements("css selector", ".steps button")[2].click()
    assert page.execute_script(SHOWN) > one
    for _ in ("the choice", "the focus"):
        page.find_element("css selector", "body").send_keys("\ue00c")
    assert page.execute_script("return kg.state.steps") == 0


def test_a_neighbour_in_focus_grows_by_kind(browser: Any, shipped: str) -> None:
    at(
        browser,
        shipped,
        "centre=org/1543-nesset&steps=1&thing=system/visma-enterprise&at=2019-12-31",
    )
    before = browser.execute_script(SHOWN)
    browser.find_element("css selector", "#panel button.small").click()
    assert browser.execute_script(SHOWN)[0] > before[0]
    assert browser.execute_script("return document.activeElement.closest('#panel') !== null")
    wait(browser, 250)
    address = browser.current_url
    after = browser.execute_script(SHOWN)
    browser.get("about:blank")
    browser.get(address)
    assert browser.execute_script(SHOWN) == after


def test_a_merger_is_told_from_the_others_of_its_event(browser: Any, shipped: str) -> None:
    find = """return kg.relations.filter((r) => r.kind === "succession" && kg.things[r.from].name === "Nesset").map((r) => r.id)"""
    at(browser, shipped, "at=2020-12-31")
    (merger,) = browser.execute_script(find)
    browser.execute_script(f"kg.choose({{ relation: {merger} }}, {{}})")
    wait(browser, 250)
    address = browser.current_url
    browser.get("about:blank")
    browser.get(address)
    assert browser.execute_script("return kg.state.relation") == merger


def test_a_plan_is_no_change_and_a_day_after_the_sources_is_told(
    browser: Any, shipped: str
) -> None:
    at(browser, shipped, "at=2030-01-01")
    assert "Ingen kilde her taler" in browser.find_element("id", "note").text
    counted = browser.execute_script(
        "return kg.relations.filter((r) => r.bounds.at(-1) && kg.changes(r.bounds).length).length"
    )
    assert counted == 0


def test_filters_by_partnership_and_vendor(page: Any) -> None:
    before = page.execute_script(SHOWN)
    select = page.find_element("id", "facet-partnership")
    assert "Nord-IKT" in select.text
    page.execute_script(
        "const s = arguments[0]; s.value = 'Nord-IKT'; s.dispatchEvent(new Event('change'))", select
    )
    assert page.execute_script(SHOWN) < before
    wait(page, 250)
    assert "partnership=Nord-IKT" in page.current_url
    shown = page.execute_script(
        "return kg.things.filter((t) => kg.shown.things[t.id]).map((t) => t.name)"
    )
    assert "Nord-IKT" in shown
    assert "Plassen" not in shown


def test_the_picture_is_walked_by_arrow_keys(page: Any) -> None:
    picture = page.find_element("id", "network")
    picture.send_keys("\ue014")
    first = page.execute_script("return kg.state.thing")
    assert first is not None
    picture.send_keys("\ue014")
    second = page.execute_script("return kg.state.thing")
    assert second != first
    assert page.execute_script(f"return kg.things[{second}].x > kg.things[{first}].x")
    assert page.find_element("id", "said").text.startswith("Valgt: ")
    picture.send_keys("\ue007")
    assert page.execute_script("return document.activeElement.id") == "panel"
    picture.send_keys("\ue00c")
    assert page.execute_script("return kg.state.thing") is None
    scale = page.execute_script("return kg.camera().scale")
    picture.send_keys("+")
    wait(page, 250)
    assert page.execute_script("return kg.camera().scale") > scale


def test_a_click_in_the_picture_chooses_what_lies_there(page: Any) -> None:
    where = """const c = kg.camera(), t = kg.things[arguments[0]], b = document.getElementById('network').getBoundingClientRect();
      return [b.left + (t.x - c.x) * c.scale + c.width / 2, b.top + (t.y - c.y) * c.scale + c.height / 2]"""
    alf = page.execute_script(f"return kg.thingOf('{ALF}').id")
    x, y = page.execute_script(where, alf)
    for kind in ("mousePressed", "mouseReleased"):
        page.execute_cdp_cmd(
            "Input.dispatchMouseEvent",
            {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1},
        )
    wait(page, 400)
    assert page.execute_script("return kg.state.thing") == alf


@pytest.mark.parametrize(
    ("language", "title", "word"),
    [("nb", "Hele nettverket", "Leverandør"), ("nn", "Heile nettverket", "Tenesteområde"), ("en", "The whole network", "Field of service")],
)  # fmt: skip
def test_the_page_speaks_three_languages(
    browser: Any, whole: str, language: str, title: str, word: str
) -> None:
    at(browser, whole, f"lang={language}")
    assert browser.find_element("css selector", "h1").text == title
    assert browser.find_element("tag name", "html").get_attribute("lang") == language
    text = browser.execute_script("return document.body.innerText")
    assert word in text or language == "nb"
    assert "undefined" not in text
    assert "{" not in text
    dictionary = json.loads(
        browser.execute_script("return document.getElementById('words').textContent")
    )
    assert all(len(texts) == 3 and all(texts) for texts in dictionary.values())


def test_the_turtle_of_what_is_shown_draws_the_same(page: Any, ask: Ask) -> None:
    page.execute_script("kg.change({ hide: new Set() }, {})")
    text = page.execute_script("return kg.turtle()")
    network = from_triples(quad.triple for quad in parse(text, RdfFormat.TURTLE))
    count = page.execute_script(SHOWN)
    assert len(list(things(network))) == count[0]
    assert len(list(relations(network))) == count[1]
    source = {relation.iri: relation for relation in relations(from_triples(ask("whole")))}
    for relation in relations(network):
        was = source[relation.iri]
        assert (relation.label, relation.bounds, relation.plan, relation.sources, relation.certainty) == (
            was.label, was.bounds, was.plan, was.sources, was.certainty)  # fmt: skip


def test_hostile_turtle_parses(browser: Any, tmp_path: Path) -> None:
    open_page(browser, tmp_path, render("whole", triples(), day="2018-06-30"))
    text = browser.execute_script("kg.change({ hide: new Set() }, {}); return kg.turtle()")
    said = {quad.triple.object.value for quad in parse(text, RdfFormat.TURTLE)}  # type: ignore[union-attr]
    assert {*TEXTS} <= said


def test_csv_is_the_table_and_no_spreadsheet_takes_it_for_formulas(
    browser: Any, page: Any, tmp_path: Path
) -> None:
    rows = list(csv.reader(io.StringIO(page.execute_script("return kg.csv()").lstrip("\ufeff"))))
    assert rows[0] == [
        "Fra",
        "Forhold",
        "Til",
        "Tid",
        "Hvordan det står",
        "Hvor sikkert det er sagt",
        "Kilde og sted",
        "IRI",
    ]
    assert len(rows) - 1 == page.execute_script(SHOWN)[1]
    open_page(browser, tmp_path, render("whole", triples(), day="2018-06-30"))
    text = browser.execute_script(
        "kg.change({ list: 'things', hide: new Set() }, {}); return kg.csv()"
    )
    cells = [
        cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row
    ]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]


def test_pictures_are_saved_with_title_legend_and_source(page: Any) -> None:
    svg = ElementTree.fromstring(page.execute_script("return kg.svg()"))
    texts = [element.text or "" for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "Hele nettverket – Per 2018-12-31"
    assert {"kommune", "deltar i", "Nord-IKT"} <= {*texts}
    assert any(text.startswith("Kilder: Nord 2018") for text in texts)
    size = page.execute_async_script("kg.png().then((blob) => arguments[0](blob.size))")
    assert size > 20_000


def test_tables_sort_and_turn_pages(browser: Any, shipped: str) -> None:
    at(browser, shipped, "")
    first = (
        "return [...document.querySelectorAll('#rows tbody tr')].map((r) => r.cells[0].innerText)"
    )
    rows = browser.execute_script(first)
    assert len(rows) == 50
    browser.find_element("css selector", "[data-go='1']").click()
    assert browser.execute_script(first) != rows
    browser.find_element("css selector", "#rows th button").click()
    names = browser.execute_script(first)
    assert names[0][0] in "@123ABC"
    header = browser.find_element("css selector", "#rows th")
    assert header.get_attribute("aria-sort") == "ascending"
    browser.execute_script("kg.change({ list: 'things', rows: 'all' }, {})")
    assert len(browser.execute_script(first)) == browser.execute_script(SHOWN)[0]


STATES = {
    "opening": "",
    "a thing": "document.querySelector('#rows .cell').click()",
    "a relation": "document.querySelectorAll('#rows .cell')[1].click(); document.querySelector('#panel details').open = true",
    "a search": "const b = document.getElementById('search'); b.focus(); b.value = 'e'; b.dispatchEvent(new Event('input'))",
    "one step": "document.querySelector('#rows .cell').click(); document.querySelectorAll('.steps button')[1].click()",
    "things, sorted": "document.querySelector('[data-list=things]').click(); document.querySelector('#rows th button').click()",
    "another year": "const y = document.getElementById('year'); y.value = y.min; y.dispatchEvent(new Event('input', { bubbles: true }))",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_axe_finds_nothing_in_any_state(
    browser: Any, whole: str, language: str, theme: str
) -> None:
    for state, reach in STATES.items():
        at(browser, whole, f"lang={language}&theme={theme}")
        browser.execute_script(reach)
        assert violations(browser) == [], state


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_timeline(
    browser: Any, ask: Ask, tmp_path: Path, theme: str
) -> None:
    open_page(browser, tmp_path, render("timeline", ask("timeline")), f"#theme={theme}")
    assert violations(browser) == []
    browser.find_element("css selector", "svg .bar").click()
    assert violations(browser) == []


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_narrow_screens_need_no_sideways_scrolling(
    browser: Any, ask: Ask, tmp_path: Path, name: str
) -> None:
    narrow = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    try:
        open_page(browser, tmp_path, render(name, ask(name)))
        browser.execute_script("kg.choose({ thing: 0 }, {})")
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= 360
        assert violations(browser) == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_timeline_bars_answer_the_keyboard(browser: Any, ask: Ask, tmp_path: Path) -> None:
    open_page(browser, tmp_path, render("timeline", ask("timeline")))
    name = browser.find_element("css selector", "svg [data-thing]")
    name.send_keys("\ue007")
    panel = browser.find_element("id", "panel").text
    assert "Alfjord" in panel
    assert "Nord 2018, linje 1" in panel
    line = "return document.querySelector('.today').getAttribute('transform')"
    before = browser.execute_script(line)
    browser.execute_script("kg.change({ at: '2018-01-01' }, {})")
    assert browser.execute_script(line) != before


def test_printing_prints_all_rows(browser: Any, shipped: str) -> None:
    at(browser, shipped, "")
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    rows = browser.execute_script("return document.querySelectorAll('#rows tbody tr').length")
    assert rows == browser.execute_script(SHOWN)[1]
