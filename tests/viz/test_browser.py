"""The pages in a real browser: they ask for nothing, run nothing hostile, and answer clicks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kommunegraf.graph.store import StoredGraph
from kommunegraf.viz import pages
from kommunegraf.viz.pages import Parameters, render_view
from kommunegraf.viz.view import load

from .conftest import Ask
from .hostile import TEXTS, triples


def open_page(browser: Any, folder: Path, text: str) -> None:
    """Opens a page from disk; fails when it asks for anything or the console has an error."""
    file = folder / "page.html"
    file.write_bytes(text.encode("utf-8"))
    browser.get_log("performance")
    browser.get("about:blank")
    browser.get(file.as_uri())
    browser.execute_async_script("const done = arguments[0]; setTimeout(done, 400);")
    check(browser, file)


def check(browser: Any, file: Path) -> None:
    asked = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    assert [url for url in asked if url not in ("about:blank", file.as_uri())] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_page_asks_for_nothing_and_has_no_errors(
    browser: Any, ask: Ask, tmp_path: Path, name: str
) -> None:
    open_page(browser, tmp_path, render_view(name, ask(name), Parameters()))
    assert "ready" in browser.execute_script("return document.documentElement.className")


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_nothing_hostile_runs(browser: Any, tmp_path: Path, name: str) -> None:
    open_page(browser, tmp_path, render_view(name, triples(), Parameters()))
    # Everything that puts text on the page: panel of each thing and relation, search, hover.
    browser.execute_script(
        """
        document.querySelectorAll("tbody tr").forEach((row) => {
          row.click();
          document.querySelectorAll("#panel li button").forEach((button) => button.isConnected && button.click());
        });
        const box = document.getElementById("search");
        for (const word of ["script", "img", "href", "a", "e"]) {
          box.value = word;
          box.dispatchEvent(new Event("input"));
        }
        document.getElementById("language").click();
        document.getElementById("theme").click();
        document.querySelectorAll("[onmouseover]").forEach((e) => e.dispatchEvent(new Event("mouseover")));
        """
    )
    browser.execute_async_script("const done = arguments[0]; setTimeout(done, 300);")
    check(browser, tmp_path / "page.html")
    assert browser.execute_script("return window.hacked") is None
    assert browser.execute_script("return Object.keys({}.__proto__).length") == 0
    shown = browser.execute_script("return document.querySelector('tbody').textContent")
    for text in TEXTS:
        assert text in shown


def test_a_click_tells_relations_with_time_and_source(
    browser: Any, ask: Ask, tmp_path: Path
) -> None:
    open_page(browser, tmp_path, render_view("timeline", ask("timeline"), Parameters()))
    browser.execute_script(
        "document.querySelector('svg [data-thing]').dispatchEvent(new Event('click'))"
    )
    panel = browser.find_element("id", "panel").text
    assert "Alfjord" in panel
    assert "Nord 2018, linje 1" in panel
    assert "til 2019-01-01, sett 2018" in panel
    assert "https://w3id.org/kommunegraf/id/org/alfjord" in panel


def test_search_folds_norwegian_letters_and_old_names(
    browser: Any, ask: Ask, tmp_path: Path
) -> None:
    open_page(browser, tmp_path, render_view("whole", ask("whole"), Parameters()))
    box = browser.find_element("id", "search")
    for typed, wanted in (("havoy", "Havøy"), ("ROSVIK", "Røsvik"), ("gamle alf", "Alfjord")):
        box.clear()
        box.send_keys(typed)
        assert browser.find_element("id", "found").text.strip() == wanted
    box.send_keys("\ue007")
    assert browser.find_element("css selector", "#panel h2").text == "Alfjord"


def test_legend_filters_by_keyboard_and_the_table_follows(
    browser: Any, ask: Ask, tmp_path: Path
) -> None:
    open_page(browser, tmp_path, render_view("whole", ask("whole"), Parameters()))
    entry = browser.find_element("css selector", "input[data-kind=membership]")
    count = int(entry.find_element("xpath", "../b").text)
    visible = "return [...document.querySelectorAll('tbody tr')].filter((r) => !r.hidden).length"
    before = browser.execute_script(visible)
    entry.send_keys(" ")
    assert browser.execute_script(visible) == before - count
    assert browser.find_element("id", "shown").text == str(before - count)
    entry.send_keys(" ")
    assert browser.execute_script(visible) == before


def test_english_says_the_page_in_english(browser: Any, ask: Ask, tmp_path: Path) -> None:
    open_page(browser, tmp_path, render_view("whole", ask("whole"), Parameters()))
    browser.find_element("id", "language").click()
    assert browser.find_element("css selector", "h1").text == "The whole network"
    assert browser.find_element("css selector", "html").get_attribute("lang") == "en"


def test_opening_view_of_the_shipped_graph_reads(
    browser: Any, graph: StoredGraph, tmp_path: Path
) -> None:
    open_page(browser, tmp_path, pages.ask_page(graph, load("whole"), {}))
    boxes = json.loads(browser.find_element("id", "network").get_attribute("data-labels"))
    assert len(boxes) > 80
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom
            assert apart, (boxes[number], other)


def test_narrow_screen_needs_no_sideways_scrolling(browser: Any, ask: Ask, tmp_path: Path) -> None:
    size = browser.get_window_size()
    try:
        browser.set_window_size(500, 900)
        open_page(browser, tmp_path, render_view("whole", ask("whole"), Parameters()))
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= browser.execute_script("return document.documentElement.clientWidth")
    finally:
        browser.set_window_size(size["width"], size["height"])
