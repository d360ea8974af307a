"""The pages in a real browser: they ask this service only, run nothing hostile, and can be used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.store import FORMAT
from kommunegraf.ontology.namespaces import GRAPH, ID, expand
from kommunegraf.viz.web.links import path_of

from ..hostile import IRIS, TEXTS
from .conftest import Served, serving

PATHS = ["/", "/api", "/api/questions", "/api/questions/members?partnership=ror-ikt", "/views",
         "/search?q=molde", "/thing/o/1543-nesset", "/thing/source/ror-ikt-2019", "/sparql"]  # fmt: skip


def open_page(browser: Any, service: Served, path: str) -> None:
    """Opens a page; fails when it asks anything of another site or the console has an error."""
    browser.get_log("performance")
    browser.get(service.base + path)
    browser.execute_async_script("const done = arguments[0]; setTimeout(done, 150);")
    check(browser, service)


def check(browser: Any, service: Served) -> None:
    asked = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    assert [url for url in asked if not url.startswith((service.base, "data:", "about:"))] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("path", PATHS)
def test_pages_ask_here_only_and_have_no_errors(browser: Any, served: Served, path: str) -> None:
    open_page(browser, served, path)
    assert len(browser.find_elements("css selector", "h1")) == 1
    # Every field has a label, every picture a text, and the landmarks are there.
    unlabelled = browser.execute_script(
        """return [...document.querySelectorAll("main input:not([type=hidden]), main select")]
        .filter((e) => !e.closest("#yasgui") && !e.labels.length && !e.ariaLabel).map((e) => e.name)"""
    )
    assert unlabelled == []
    for landmark in ("header", "nav", "main", "footer"):
        assert browser.find_elements("css selector", landmark)


@pytest.mark.parametrize("path", PATHS)
def test_narrow_screens_need_no_sideways_scrolling(browser: Any, served: Served, path: str) -> None:
    size = browser.get_window_size()
    try:
        browser.set_window_size(500, 900)
        open_page(browser, served, path)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= browser.execute_script("return document.documentElement.clientWidth")
    finally:
        browser.set_window_size(size["width"], size["height"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(browser: Any, served: Served, scheme: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    try:
        for path in ("/", "/thing/o/1543-nesset", "/api/questions/members?partnership=ror-ikt"):
            open_page(browser, served, path)
            assert browser.execute_script(_CONTRAST) == []
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


_CONTRAST = """
const light = (c) => { const v = c.map((x) => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
const poor = [];
for (const e of document.querySelectorAll("body *")) {
  if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || !e.offsetParent) continue;
  if (e.matches(".hide, .skip, option")) continue;
  const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(e.outerHTML.slice(0, 120) + " " + ratio.toFixed(2));
}
return poor.slice(0, 5);
"""


def test_a_question_is_asked_and_its_things_are_followed(browser: Any, served: Served) -> None:
    open_page(browser, served, "/")
    box = browser.find_element("css selector", "#members-partnership")
    box.send_keys("IKT Orkidé")
    browser.find_element("css selector", "#members-at").send_keys("2018-12-31\ue007")
    assert "/api/questions/members?" in browser.current_url
    assert "14" in browser.find_element("css selector", "main").text
    browser.find_element("link text", "Nesset").click()
    assert browser.find_element("css selector", "h1").text == "Nesset"
    browser.find_element("link text", "English").click()
    assert browser.find_element("css selector", "html").get_attribute("lang") == "en"
    assert browser.find_element("css selector", "h1").text == "Nesset"
    browser.find_element("link text", "Norsk").click()


def test_the_editor_asks_this_service(browser: Any, served: Served) -> None:
    query = "SELECT ?name { <https://w3id.org/kommunegraf/id/org/1543-nesset> ?p ?name } LIMIT 3"
    open_page(browser, served, "/sparql#query=" + quote(query))
    assert "ready" in browser.execute_script("return document.documentElement.className")
    shown = browser.execute_script(
        "return document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()"
    )
    assert shown == query
    browser.execute_script("document.querySelector('.tabPanel.active .yasqe_queryButton').click()")
    browser.execute_async_script("const done = arguments[0]; setTimeout(done, 1500);")
    assert (
        len(browser.find_elements("css selector", ".tabPanel.active .yasr_results tbody tr")) == 3
    )
    check(browser, served)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A graph in which every text and as many IRIs as can be are hostile, served."""
    build = tmp_path_factory.mktemp("hostile") / "build-1"
    build.mkdir()
    store = Store(str(build / "store"))
    store.extend(_hostile_quads())
    store.flush()
    del store
    manifest = Manifest(FORMAT, "0", {}, {}, "2020-01-01", "2020-01-01")
    (build / "build.json").write_text(json.dumps(asdict(manifest)), "utf-8")
    with serving(build, "--workers", "2") as service:
        yield service


def _hostile_quads() -> list[Quad]:
    graph = NamedNode(GRAPH + "hostile")
    iris = cycle(IRIS)
    said: list[tuple[str, str, NamedNode | Literal]] = []
    hub = f"{ID}org/hub"
    said.append((hub, "skos:prefLabel", Literal(TEXTS[0], language="nb")))
    said.append((hub, "dcterms:type", NamedNode(expand("organisation-type:partnership"))))
    for number, text in enumerate(TEXTS):
        thing, relation = f"{ID}org/t{number}", f"{ID}membership/r{number}'\"".rstrip("\"'")
        said += [
            (thing, "rdf:type", NamedNode(expand("org:Organization"))),
            (thing, "skos:prefLabel", Literal(text, language="nb")),
            (thing, "skos:altLabel", Literal(text)),
            (thing, "dcterms:description", Literal(text, language="nb")),
            (thing, "foaf:homepage", NamedNode(next(iris))),
            (thing, "kg:sourceText", Literal(text)),
            (relation, "rdf:type", NamedNode(expand("kg:Relation"))),
            (relation, "rdfs:label", Literal(text, language="nb")),
            (relation, "org:member", NamedNode(thing)),
            (relation, "org:organization", NamedNode(hub)),
            (relation, "kg:timeText", Literal(text)),
            (relation, "kg:sourceText", Literal(text)),
        ]
    quads = []
    for subject, predicate, value in said:
        parts = NamedNode(subject), NamedNode(expand(predicate)), value
        quads += [Quad(*parts, graph), Quad(*parts, DefaultGraph())]
    return quads


def test_nothing_hostile_runs(browser: Any, hostile: Served) -> None:
    paths = ["/thing/o/hub", *(path_of(f"{ID}org/t{n}") for n in range(0, len(TEXTS), 4))]
    paths += [f"/search?q={quote(text)}" for text in TEXTS[::6]]
    for path in paths:
        browser.get_log("performance")
        browser.get(hostile.base + path)
        browser.execute_script(
            "document.querySelectorAll('[onmouseover], [onclick]').forEach((e) => e.click())"
        )
        assert browser.execute_script("return window.hacked") is None, path
        assert (
            browser.execute_script("return document.querySelectorAll('script, iframe').length") == 0
        )
        hrefs = browser.execute_script("return [...document.links].map((a) => a.protocol)")
        assert set(hrefs) <= {"http:", "https:"}, path
        asked = [
            json.loads(entry["message"])["message"] for entry in browser.get_log("performance")
        ]
        urls = [
            message["params"]["request"]["url"]
            for message in asked
            if message["method"] == "Network.requestWillBeSent"
        ]
        assert all(url.startswith((hostile.base, "data:", "about:")) for url in urls), urls
    shown = browser.find_element("css selector", "html").get_attribute("outerHTML")
    assert "window.hacked" not in shown.replace("&lt;", "<").partition("<body")[0]
    browser.get(hostile.base + "/thing/o/hub")
    text = browser.find_element("css selector", "main").get_attribute("textContent")
    for one in TEXTS[:12]:
        assert " ".join(one.split())[:20] in " ".join(text.split())
