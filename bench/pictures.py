"""Measures our pages in a headless browser against pyvis's default page of the same network.

    .venv/bin/python bench/pictures.py [--skip-pyvis]

Needs Chromium with chromedriver. All pages are opened from disk, without a GPU. `interactive` is
the end of the last task of over 50 ms before the first half second without such a task, counted
from the start of navigation; pyvis's page is given a minute. A frame is the time between two
animation frames while the picture is dragged by the mouse. Compare the figures of one run.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from big_network import made_up, triples  # noqa: E402 -- beside this file

from kommunegraf.graph.report import run_build  # noqa: E402
from kommunegraf.graph.store import open_stored  # noqa: E402
from kommunegraf.viz import pages, style  # noqa: E402
from kommunegraf.viz.network import Graph, relations, things  # noqa: E402
from kommunegraf.viz.rendering import Opening, drawn, render_view  # noqa: E402
from kommunegraf.viz.view import load  # noqa: E402

FLAGS: Final = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--window-size=1400,1000", "--allow-file-access-from-files"),
)
DAY: Final = "2019-12-31"
PATIENCE: Final = 60.0

WATCH: Final = """
window.busy = [];
new PerformanceObserver((list) => {
  list.getEntries().forEach((e) => window.busy.push([e.startTime, e.duration]));
}).observe({ type: "longtask", buffered: true });
"""
QUIET: Final = """
const busy = window.busy, now = performance.now();
const drawn = document.querySelector("canvas, svg.timeline, #answer") !== null;
const last = busy.length ? busy.at(-1)[0] + busy.at(-1)[1] : 0;
return drawn && now - last > 500 ? last : null;
"""
DRAG: Final = """
const [done] = arguments;
const canvas = document.querySelector("#network canvas, #mynetwork canvas");
const box = canvas.getBoundingClientRect();
const fire = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
  clientX: box.left + x, clientY: box.top + y, bubbles: true, cancelable: true, pointerId: 1,
  pointerType: "mouse", isPrimary: true, buttons: type === "pointerup" ? 0 : 1, button: 0 }));
const frames = [];
let step = 0, before = null;
fire("pointerdown", 400, 400);
const next = (now) => {
  if (before !== null) frames.push(now - before);
  before = now;
  step += 1;
  fire("pointermove", 400 + 200 * Math.sin(step / 12), 400 + 120 * Math.cos(step / 9));
  if (step < 90) requestAnimationFrame(next);
  else { fire("pointerup", 400, 400); done(frames); }
};
requestAnimationFrame(next);
"""


def main() -> None:
    """Prints a table of sizes, then of what the shipped graph's pages take."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--skip-pyvis", action="store_true", help="only our own pages")
    parser.add_argument("--sizes", type=int, nargs="*", default=[200, 300, 1_000, 5_000, 20_000])
    wanted = parser.parse_args()
    columns = "file KB | written s | interactive s | pan p95 ms | year step p95 ms"
    print(f"| page | things | relations | {columns} |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name, browser() as session:
        folder = Path(name)
        for size in wanted.sizes:
            ours(session, folder, size)
            if not wanted.skip_pyvis and size <= 1_000:
                default(session, folder, size)
        shipped(session, folder)


def ours(session: Any, folder: Path, size: int) -> None:
    """Measures our page of a made-up network, and of one that opens folded all unfolded too."""
    view = load("whole")
    said = triples(size, size * 3)
    start = time.perf_counter()
    page = render_view(view, drawn(view, said, None), Opening(day=DAY))
    written = time.perf_counter() - start
    file = folder / f"ours-{size}.html"
    file.write_bytes(page.encode("utf-8"))
    states = ["", "#unfolded=all"] if size > 5_000 else [""]
    for state in states:
        measure(session, file, f"ours{state}", size, size * 3, written, state)


def default(session: Any, folder: Path, size: int) -> None:
    """Measures the page that pyvis writes by default for the same network."""
    graph = made_up(size, size * 3)
    start = time.perf_counter()
    file = folder / f"pyvis-{size}.html"
    file.write_text(pyvis_page(graph), encoding="utf-8")
    measure(session, file, "pyvis's default", size, size * 3, time.perf_counter() - start, "")


def pyvis_page(graph: Graph) -> str:
    """Returns pyvis's own page, as its documentation makes one, its script inlined."""
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    looks = style.load()
    for found in things(graph):
        look = looks.thing(found.kind)
        network.add_node(found.iri, label=found.label, color=look.light, shape=look.shape)
    for relation in relations(graph):
        network.add_edge(relation.start, relation.end, title=relation.label)
    page: str = network.generate_html()
    return page


def shipped(session: Any, folder: Path) -> None:
    """Measures the pages of the shipped graph, and when the question page has its first answer."""
    out = folder / "out"
    assert run_build(None, out, pages=False) == 0
    graph = open_stored(out)
    written = pages.write_pages(graph, folder / "pages")
    for file in written:
        if file.name in ("whole.html", "systems.html", "people.html", "timeline.html"):
            text = file.read_text("utf-8")
            measure(session, file, file.name, text.count("IRI") and 0, 0, 0.0, "")
    questions = folder / "pages" / "questions.html"
    session.get("about:blank")
    start = time.perf_counter()
    session.get(f"{questions.as_uri()}#q=members&p.partnership=ROR-IKT")
    while not session.find_elements("css selector", "#answer tbody tr, #rows tbody tr"):
        time.sleep(0.02)
    print(f"\nquestions.html: {questions.stat().st_size / 1e6:.1f} MB, first answer after "
          f"{time.perf_counter() - start:.2f} s")  # fmt: skip


def measure(
    session: Any, file: Path, name: str, nodes: int, edges: int, written: float, state: str
) -> None:
    """Opens a page anew and prints its row."""
    session.get("about:blank")
    session.get(file.as_uri() + state)
    interactive = quiet(session)
    pan = year = None
    if interactive is not None:
        frames = session.execute_async_script(DRAG) if "timeline" not in name else []
        pan = p95(frames[2:]) if frames else None
        year = steps(session)
    cells = (
        name, nodes or "", edges or "", round(file.stat().st_size / 1000),
        f"{written:.2f}" if written else "",
        f"over {PATIENCE:.0f}" if interactive is None else f"{interactive / 1000:.2f}",
        "" if pan is None else f"{pan:.0f}", "" if year is None else f"{year:.0f}",
    )  # fmt: skip
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def quiet(session: Any) -> float | None:
    """Returns when the page had become interactive, in milliseconds; None when it never did."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            if (last := session.execute_script(QUIET)) is not None:
                return float(last)
        time.sleep(0.1)
    return None


def steps(session: Any) -> float | None:
    """Returns the 95th percentile of a step of the year slider, drawn, in milliseconds."""
    found: list[float] = session.execute_async_script(
        """const [done] = arguments; const slider = document.getElementById("year");
        if (!slider || slider.closest("[hidden]")) { done([]); return; }
        const times = []; let year = Number(slider.max);
        const step = () => {
          if (year < Number(slider.min) || times.length >= 20) { done(times); return; }
          const start = performance.now();
          slider.value = String(year--);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          requestAnimationFrame(() => { const channel = new MessageChannel();
            channel.port1.onmessage = () => { times.push(performance.now() - start); step(); };
            channel.port2.postMessage(0); });
        };
        step();"""
    )
    return p95(found) if found else None


def p95(values: list[float]) -> float:
    """Returns the value that 95 in a hundred do not pass."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium without a GPU whose pages tell of their long tasks."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with webdriver.Chrome(options=options, service=service) as session:
        session.set_page_load_timeout(PATIENCE)
        session.set_script_timeout(PATIENCE)
        session.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        yield session


if __name__ == "__main__":
    main()
