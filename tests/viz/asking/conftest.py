"""The page of questions over the shipped public graph, open in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.store import StoredGraph
from kommunegraf.viz.asking import public
from kommunegraf.viz.asking.page import write_page

SPEAKS = ("2020-01-01", "2024-12-20")


class Page:
    """A page that is open from disk: what it holds, and what it asked for since it was opened."""

    def __init__(self, browser: Any, file: Path) -> None:
        self.browser = browser
        self.file = file

    def open(self, state: str = "") -> None:
        """Opens the page anew in a state and waits until its questions are there."""
        self.browser.get("about:blank")
        self.browser.get_log("performance")
        self.browser.get(f"{self.file.as_uri()}{state}")
        self.wait("document.querySelector('#questions li') !== null")

    def js(self, script: str, *given: object) -> Any:
        return self.browser.execute_script(script, *given)

    def later(self, script: str, *given: object) -> Any:
        """Runs an async function's body; what it raises comes back as “! ” and its words."""
        return self.browser.execute_async_script(
            "const done = arguments[arguments.length - 1]; const given = arguments;"
            f"(async () => {{ {script} }})().then(done, (fault) => done('! ' + (fault.told ?? fault)));",
            *given,
        )

    def wait(self, condition: str, seconds: float = 20) -> None:
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.browser, seconds, 0.05).until(
            lambda _: self.js(f"return Boolean({condition})"), f"never true: {condition}"
        )

    def answered(self) -> str:
        """Waits for an answer or a fault and returns its words."""
        self.wait(
            "!document.getElementById('answer').hidden || !document.getElementById('fault').hidden"
        )
        self.wait("document.getElementById('stop').hidden")
        return str(
            self.js(
                "const fault = document.getElementById('fault');"
                "return fault.hidden ? document.getElementById('answer-title').textContent : fault.textContent;"
            )
        )

    def text(self, identity: str) -> str:
        return str(self.js("return document.getElementById(arguments[0]).textContent", identity))

    def value(self, identity: str) -> str:
        return str(self.js("return document.getElementById(arguments[0]).value", identity))

    def cells(self, column: int) -> list[str]:
        return [
            str(text)
            for text in self.js(
                "return [...document.querySelectorAll('#table tbody tr')].map((row) =>"
                " row.cells[arguments[0]].textContent)",
                column,
            )
        ]

    def find(self, css: str) -> Any:
        return self.browser.find_element("css selector", css)

    def check(self) -> None:
        """Fails when the page asked for anything but itself and its worker, or logged an error.

        The browser's own field for days has a data: picture.
        """
        asked = []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        strange = [
            url
            for url in asked
            if url != "about:blank"
            and not url.startswith(("blob:null/", "blob:file:", "data:"))
            and url.partition("#")[0] != self.file.as_uri()
        ]
        assert strange == []
        log = self.browser.get_log("browser")
        assert [entry for entry in log if entry["level"] == "SEVERE"] == []


def stored(store: Store) -> StoredGraph:
    return StoredGraph(store, Path(), Manifest(1, "0", {}, {}, *SPEAKS))


@pytest.fixture(scope="session")
def public_graph(graph: StoredGraph) -> StoredGraph:
    """A graph that holds the triples of the page and nothing else."""
    lines = public.public_lines(graph.store, public.hidden(graph.store, staff=False))
    store = Store()
    store.bulk_load(b"".join(lines), RdfFormat.N_TRIPLES, to_graph=DefaultGraph())
    return StoredGraph(store, Path(), graph.manifest)


@pytest.fixture(scope="session")
def written(graph: StoredGraph) -> str:
    """The text of the page of the shipped graph."""
    return write_page(graph, home="index.html")


@pytest.fixture(scope="session")
def page(browser: Any, written: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of the shipped graph on disk, with a browser to open it."""
    file = tmp_path_factory.mktemp("asking") / "questions.html"
    file.write_bytes(written.encode("utf-8"))
    yield Page(browser, file)
    browser.get("about:blank")


def made_up(turtle: str) -> StoredGraph:
    """A graph of some Turtle."""
    store = Store()
    home = DefaultGraph()
    store.extend(
        Quad(triple.subject, NamedNode(triple.predicate.value), triple.object, home)
        for triple in parse(turtle, format=RdfFormat.TURTLE)
    )
    return stored(store)
