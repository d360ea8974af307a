"""A small made-up graph, its pages, and a browser for what only a browser can tell."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store, Triple

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.store import StoredGraph
from kommunegraf.queries.asking import bind_parameters
from kommunegraf.viz.view import load

SMALL = Path(__file__).parent / "small.ttl"

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Ask = Callable[..., list[Triple]]


@pytest.fixture(scope="session")
def small() -> StoredGraph:
    """The made-up graph: two partnerships, 21 municipalities, systems, vendors and people."""
    store = Store()
    store.load(path=SMALL, format=RdfFormat.TURTLE, to_graph=DefaultGraph())
    return StoredGraph(store, SMALL.parent, Manifest(1, "0", {}, {}, "2020-01-01", "2020-01-01"))


@pytest.fixture(scope="session")
def ask(small: StoredGraph) -> Ask:
    """Returns the triples of a view over the made-up graph."""

    def run(name: str, **given: str) -> list[Triple]:
        view = load(name)
        bindings, _ = bind_parameters(small, view.header, given)
        return list(small.construct(view.text, bindings))

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium that logs every request; skipped with a reason where there is none."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip(
            "no Chromium with chromedriver here; on Debian: apt-get install chromium-driver"
        )
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, "--window-size=1400,1000"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with webdriver.Chrome(options=options, service=webdriver.ChromeService(driver)) as session:
        yield session
