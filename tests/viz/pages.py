"""Pages for the tests: written to a folder, opened in the browser, looked at through axe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Triple

from kommunegraf.viz.rendering import Opening, drawn, render_view
from kommunegraf.viz.view import load

DAY = "2019-12-31"


def render(
    name: str, triples: Iterable[Triple], thing: str | None = None, day: str = DAY, **links: str
) -> str:
    """Returns the page of a view for triples."""
    view = load(name)
    return render_view(view, drawn(view, triples, thing), Opening(day, thing, **links))


def open_page(browser: Any, folder: Path, text: str, address: str = "") -> None:
    """Opens a page from disk; fails when it asks for anything or the console has an error."""
    file = folder / "page.html"
    file.write_bytes(text.encode("utf-8"))
    browser.get_log("performance")
    browser.get("about:blank")
    browser.get(file.as_uri() + address)
    wait(browser)
    check(browser, file.as_uri())


def wait(browser: Any, milliseconds: int = 150) -> None:
    """Waits for what the page does by itself."""
    browser.execute_async_script(f"setTimeout(arguments[0], {milliseconds});")


def check(browser: Any, address: str) -> None:
    """Fails when the page asked for anything or the console has an error."""
    asked = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    # The browser's own icons are data: addresses; blob: is what the page made itself, to save.
    own = ("about:blank", "data:image/svg+xml", "blob:", address.partition("#")[0])
    assert [url for url in asked if not url.startswith(own)] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def violations(browser: Any) -> list[str]:
    """Returns what axe-core finds in the page as it is now."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed (axe-playwright-python)")
    browser.execute_script(Path(spec.origin).with_name("axe.min.js").read_text("utf-8"))
    found: list[str] = browser.execute_async_script(
        """const [done] = arguments;
        axe.run(document, { resultTypes: ["violations"] }).then((result) => done(result.violations.flatMap(
          (one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`))));"""
    )
    return found
