"""What a person does with the page: choose, fill, run, stop, sort, save, share; and what goes wrong."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

from kommunegraf.graph.store import StoredGraph
from kommunegraf.viz.asking.page import write_page

from ..hostile import IRIS, TEXTS
from .conftest import Page, made_up

SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?f = ?i) }"


def free(text: str) -> str:
    return f"#sparql={quote(text)}"


def saved(page: Page, button: str) -> str:
    """What a press on a button saves: the text and the name of the file."""
    page.js(
        "globalThis.saved = null; const make = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { blob.text().then((text) => { globalThis.saved = text; }); return make(blob); };"
        "HTMLAnchorElement.prototype.click = function () { globalThis.savedAs = this.download; };"
    )
    page.js(
        "[...document.querySelectorAll('#saves button')].find((one) => one.textContent === arguments[0]).click()",
        button,
    )
    page.wait("globalThis.saved !== null")
    return str(page.js("return globalThis.saved"))


def test_the_address_asks_and_keeps_the_question(page: Page) -> None:
    page.open("#q=members&p.partnership=ROR-IKT&p.at=2019-12-31")
    assert page.answered().startswith("7 rader")
    assert page.cells(1)[:2] == ["Aukrao:1547-nord-aukra", "Midsundo:1545-sor-aukra"]
    assert page.value("field-partnership") == "ROR-IKT"
    assert page.text("command") == "kommunegraf query members --partnership ROR-IKT --at 2019-12-31"
    before = page.js("return location.hash")
    page.browser.refresh()
    page.wait("document.querySelector('#questions li') !== null")
    assert page.answered().startswith("7 rader")
    assert page.js("return location.hash") == before
    page.check()


def test_a_question_that_lacks_something_waits(page: Page) -> None:
    page.open("#q=system-impact")
    assert page.js("return document.getElementById('answer').hidden")
    page.find("#run").click()
    assert page.answered() == "System må fylles ut."
    page.open("#q=system-impact&p.system=P360&lang=en")
    assert "rows" in page.answered()
    assert "System: Public 360" in page.text("understood")
    page.check()


def test_what_is_not_known_or_not_clear_is_told(page: Page) -> None:
    for state, said in {
        "#q=nothing": "Det finnes ikke noe spørsmål «nothing».",
        "#q=members&p.strange=1": "Spørsmålet har ikke noe felt «strange».",
        "#q=members&p.at=2019-02-30": "«2019-02-30» er ingen dag; skriv den som 2018-12-31.",
        "#q=members&p.standing=sure": "Velg minst ett svar på hvordan det står.",
        "#q=members&p.partnership=Atlantis": "«Atlantis» er ikke kjent her.",
        "#q=members&p.partnership=https://example.org/x": "Grafen kjenner ikke https://example.org/x.",
        "#q=where-a-number-went&p.number=12": "Kommunenummer: «12» passer ikke (fire sifre, for eksempel 0301).",
    }.items():
        page.open(state)
        assert page.answered() == said
    page.open("#q=names-and-numbers&p.organisation=Orkid")
    assert page.answered().startswith("«Orkid» er ikke kjent her. Mente du:Orkidenett")
    page.find("#fault button:nth-child(2)").click()
    page.wait("!document.getElementById('answer').hidden")
    assert page.value("field-organisation") == "IKT Orkidé"
    page.check()


def test_keyboard_alone_is_enough(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open()
    page.find("#seek").send_keys("vertskommune rettsgrunnlag")
    page.wait("document.querySelectorAll('#questions li').length === 1")
    assert page.text("said") == "1 spørsmål"

    def press(*keys: str) -> None:
        for key in keys:
            page.browser.switch_to.active_element.send_keys(key)

    press(Keys.TAB, Keys.TAB, Keys.ENTER)
    page.answered()
    assert page.js("return document.activeElement.id") == "asked-title"
    press(Keys.TAB)
    assert page.js("return document.activeElement.id") == "field-partnership"
    press("o", "r", "k", "i", "d", "e")
    page.wait("document.getElementById('field-partnership-list').hidden === false")
    press(Keys.ARROW_DOWN, Keys.ENTER)
    assert page.value("field-partnership") == "IKT Orkidé"
    press(Keys.ENTER)
    page.wait("location.hash.includes('p.partnership=o%3Aikt-orkide')")
    assert "rad" in page.answered()
    # The editor is no trap: Tab leaves it.
    page.js(
        "document.getElementById('text').open = true; document.getElementById('editor').focus()"
    )
    press(Keys.TAB)
    assert page.js("return document.activeElement.id") != "editor"
    page.check()


def test_rows_are_sorted_and_paged(page: Page) -> None:
    page.open("#q=municipalities&p.at=2019-12-31")
    page.answered()
    first = page.cells(0)
    assert len(first) == 50
    assert page.text("pages").startswith("Forrige1–50 av")
    page.find("#pages button:last-child").click()
    assert page.text("pages").startswith("Forrige51–100 av")
    assert page.cells(0) != first
    page.find("#table thead button").click()
    assert (
        page.js("return document.querySelector('#table th').getAttribute('aria-sort')")
        == "ascending"
    )
    page.find("#table thead button").click()
    assert (
        page.js("return document.querySelector('#table th').getAttribute('aria-sort')")
        == "descending"
    )
    assert page.text("said").startswith("Sortert synkende")
    page.find("#table thead button").click()
    assert page.cells(0) == first


def test_a_label_leads_to_what_the_sources_say(page: Page) -> None:
    page.open("#q=members&p.partnership=ROR-IKT")
    page.answered()
    page.find("#table tbody tr td:nth-child(2) a").click()
    page.wait("location.hash.includes('q=source-of')")
    page.wait("document.getElementById('command').textContent.includes('source-of')")
    assert "rad" in page.answered()
    page.browser.back()
    page.wait("location.hash.includes('q=members')")
    assert page.answered().startswith("5 rader") or "rader" in page.answered()
    page.check()


def test_free_sparql_knows_the_prefixes(page: Page) -> None:
    page.open(free('ASK { o:ror-ikt skos:prefLabel "ROR-IKT"@nb }'))
    assert page.answered().startswith("ja")
    page.open(free("SELECT ?p WHERE { o:ror-ikt dcterms:type ?p } ORDER BY ?p"))
    assert page.answered().startswith("1 rad")
    assert page.cells(0) == ["organisation-type:partnership"]
    page.open(free("SELECT ?s WHERE { GRAPH ?g { ?s a org:Organization } }"))
    assert page.answered().startswith("Ingen rader")
    assert "slått sammen" in page.text("answer-note")
    page.check()


def test_a_changed_question_runs_as_free_sparql(page: Page) -> None:
    page.open("#q=members&p.partnership=ROR-IKT")
    page.answered()
    page.js("document.getElementById('text').open = true")
    page.find("#editor").send_keys(" LIMIT 2")
    assert not page.js("return document.getElementById('changed').hidden")
    page.find("#run").click()
    page.wait("location.hash.startsWith('#sparql=')")
    page.wait("document.querySelectorAll('#table tbody tr').length === 2")
    page.check()


def test_construct_gives_turtle(page: Page) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { o:ror-ikt o:ikt-orkide kg:Membership } ?s ?p ?o }"
    page.open(free(text))
    assert "utsagn" in page.answered()
    turtle = page.text("triples")
    rows = page.later(
        f"return await kg.sparql({json.dumps(text.replace('CONSTRUCT { ?s ?p ?o }', 'SELECT *'))});"
    )
    found = list(parse(turtle, format=RdfFormat.TURTLE))
    assert len(found) == len(rows["results"]["bindings"]) > 20
    assert saved(page, "Turtle") == turtle
    assert page.js("return globalThis.savedAs") == "kommunegraf.ttl"
    described = page.later("return await kg.sparql('DESCRIBE o:ror-ikt');")
    assert list(parse(described, format=RdfFormat.TURTLE))
    page.check()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("INSERT DATA { o:a o:b o:c }", "INSERT changes a graph; here it is only read."),
        ("PREFIX x: <http://x/>\nDELETE WHERE { ?s ?p ?o }", "DELETE changes a graph; here it is only read."),
        (
            "SELECT * WHERE {\n  service <https://example.org/sparql> { ?s ?p ?o }\n}",
            "Line 2, column 3: SERVICE asks somewhere else on the net, and this page asks nobody, "
            "in “service <https://example.org/sparql> { ?s ?p ?o }”.",
        ),
        ("SELECT * WHERE {\n  ?s x:y ?o }", "Line 2, column 6: the prefix x: is not declared, in “?s x:y ?o }”."),
        ("SELECT * WHERE {\n  ?s ?p ?o", "Line 1, column 16: the “{” that begins here is not closed, in “SELECT * WHERE {”."),
        ("SELECT * WHERE { ?s ?p ?o ) }", "Line 1, column 27: this “)” closes nothing, in “SELECT * WHERE { ?s ?p ?o ) }”."),
        ("SELECT * WHERE { ?s ?p ?o }\nGRUP BY ?s", "Line 2, column 1: “GRUP” is not a word of SPARQL, in “GRUP BY ?s”."),
        ("SELECT * WHERE { ?s ?p “x” }", "Line 1, column 24: ““” begins no word of SPARQL, in “SELECT * WHERE { ?s ?p “x” }”."),
        ("SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "Line 1, column 46: a selected variable is not in GROUP BY, in “SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o }”."),
        ("# nothing", "The query is empty."),
        ("{" * 70, "Line 1, column 65: more than 64 brackets within one another, in “" + "{" * 70 + "”."),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_with_its_place(page: Page, text: str, said: str) -> None:
    if page.js("return typeof kg === 'undefined' || document.documentElement.lang !== 'en'"):
        page.open("#lang=en")
    assert page.later("return await kg.sparql(given[0]);", text) == f"! {said}"


def test_words_in_strings_and_names_are_no_keywords(page: Page) -> None:
    page.open(free('ASK { FILTER("SERVICE" = "SERVICE" && "}" = "}") } # INSERT {'))
    assert page.answered().startswith("ja")


def test_stop_ends_a_query_and_the_next_one_is_answered(page: Page) -> None:
    page.open(free(SLOW))
    page.wait("document.getElementById('state').textContent === 'Kjører …'")
    page.find("#stop").click()
    assert page.answered() == "Stanset."
    page.js("document.getElementById('editor').value = 'ASK { ?s ?p ?o }'")
    page.find("#run").click()
    page.wait("!document.getElementById('answer').hidden")
    assert page.answered().startswith("ja")
    page.check()


def test_another_question_is_not_held_up_by_the_one_before(page: Page) -> None:
    page.open(free(SLOW))
    page.wait("document.getElementById('state').textContent === 'Kjører …'")
    page.js("location.hash = '#q=members&p.partnership=ROR-IKT&p.at=2019-12-31'")
    page.wait("!document.getElementById('answer').hidden")
    assert page.answered().startswith("7 rader")


def test_csv_is_safe_in_a_spreadsheet(page: Page) -> None:
    values = ["=1+1", "+a", "-b", "@c", "\td", "-12.5", "+3e4", 'say "x", y', "plain", "\re"]
    terms = " ".join(json.dumps(value) for value in values)
    page.open(free(f"SELECT ?v WHERE {{ VALUES ?v {{ {terms} -7 }} }}"))
    assert page.answered().startswith("11 rader")
    assert saved(page, "CSV") == (
        "v\r\n'=1+1\r\n'+a\r\n'-b\r\n'@c\r\n'\td\r\n-12.5\r\n+3e4\r\n"
        '"say ""x"", y"\r\nplain\r\n"\'\re"\r\n-7\r\n'
    )
    assert page.js("return globalThis.savedAs") == "kommunegraf.csv"


def test_all_rows_are_saved_when_the_table_shows_some(page: Page) -> None:
    page.open(free("SELECT ?s WHERE { ?s kg:timeText ?t } LIMIT 12000"))
    page.answered()
    page.open(free("SELECT ?s ?p WHERE { ?s ?p ?o } LIMIT 12000"))
    assert page.answered().startswith("12")
    assert "10" in page.text("answer-note")
    assert saved(page, "CSV").count("\r\n") == 12_001
    assert len(json.loads(saved(page, "JSON"))["results"]["bindings"]) == 12_000
    page.open("#q=members&p.partnership=ROR-IKT")
    page.answered()
    assert saved(page, "SPARQL").startswith("#+ summary: Who takes part")
    assert page.js("return globalThis.savedAs") == "members.rq"


def test_three_languages_and_two_themes(page: Page) -> None:
    page.open("#q=members&p.partnership=ROR-IKT&p.at=2019-12-31&lang=nn&theme=dark")
    page.answered()
    assert page.text("asked-title") == "Hvem er med i samarbeidet på en dato?"
    assert page.cells(3)[0] == "kjelda dekkjer dagen"
    page.js(
        "const one = document.getElementById('language'); one.value = 'en'; one.dispatchEvent(new Event('change'))"
    )
    assert page.text("asked-title") == "Who takes part in the partnership as of a date?"
    assert page.cells(3)[0] == "the source covers the day"
    assert page.text("answer-title").startswith("7 rows")
    assert page.js("return document.documentElement.dataset.theme") == "dark"
    page.find("#free").click()
    page.wait("location.hash === '#sparql=&lang=en&theme=dark'")
    assert page.text("asked-title") == "Free SPARQL"
    page.check()


def test_narrow_screens_do_not_scroll_sideways(page: Page) -> None:
    size = {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.open("#q=inherited&p.municipality=Nesset")
        page.answered()
        assert page.js("return document.documentElement.scrollWidth") <= 360
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture(scope="module")
def hostile(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of a graph in which every label, name and value is hostile."""
    lines = [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .",
        "@prefix kg: <https://w3id.org/kommunegraf/ns#> . @prefix o: <https://w3id.org/kommunegraf/id/org/> .",
    ]
    for number, text in enumerate(TEXTS):
        said = json.dumps(text, ensure_ascii=True)
        lines.append(
            f"o:x{number} a kg:Thing ; skos:prefLabel {said}@nb, {said}@en ; skos:altLabel {said} ;"
            f" kg:itself o:x{number} ; kg:timeText {said} ; kg:says <{IRIS[number % len(IRIS)]}> ."
        )
    file = tmp_path_factory.mktemp("hostile") / "questions.html"
    graph: StoredGraph = made_up("\n".join(lines))
    file.write_bytes(write_page(graph).encode("utf-8"))
    return Page(browser, file)


def test_nothing_hostile_runs(hostile: Page) -> None:
    hostile.open(
        free(
            "SELECT ?thing ?thingLabel ?says ?text WHERE { ?thing skos:prefLabel ?thingLabel ; kg:says ?says ; kg:timeText ?text }"
        )
    )
    assert hostile.answered().startswith("48 rader")
    shown = set(hostile.cells(2))
    assert set(TEXTS) <= shown
    links = hostile.js(
        "return [...document.querySelectorAll('#answer a')].map((one) => one.getAttribute('href'))"
    )
    assert all(link.startswith(("#", "https://example.org/")) for link in links)
    hostile.open("#q=source-of&p.thing=%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E")
    hostile.answered()
    hostile.js(
        "const one = document.getElementById('field-thing'); one.value = 'script'; one.dispatchEvent(new Event('input'))"
    )
    hostile.wait("document.querySelectorAll('#field-thing-list li').length > 3")
    assert (
        hostile.js(
            "return document.querySelectorAll('#field-thing-list script, #field-thing-list img').length"
        )
        == 0
    )
    hostile.open("#sparql=%3C/textarea%3E%3Cimg src=x onerror=window.hacked=1%3E&lang=%3Cscript%3E")
    hostile.answered()
    assert hostile.js("return globalThis.hacked") is None
    assert (
        hostile.js("return document.querySelectorAll('main img, main iframe, main script').length")
        == 0
    )
    hostile.check()


def test_the_policy_alone_stops_a_script(hostile: Page) -> None:
    hostile.open()
    hostile.js(
        "document.getElementById('welcome').innerHTML = '<img src=x onerror=window.hacked=1>';"
        "const one = document.createElement('script'); one.textContent = 'window.hacked = 2'; document.body.append(one);"
    )
    hostile.later("await new Promise((done) => setTimeout(done, 200));")
    assert hostile.js("return globalThis.hacked") is None
    hostile.browser.get_log("browser")
