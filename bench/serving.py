"""Measures `kommunegraf serve` against Oxigraph's own server and rdflib-endpoint, under wrk.

All serve the same triples on loopback. Each pair is measured in turn, so that a slow moment of the
machine falls on both, and the median of the pairwise ratios is reported. A question asked anew
has a text of its own each time, so that nothing can be kept; a repeated one has not. It needs wrk,
and the packages oxigraph and rdflib-endpoint with uvicorn or granian:

    .venv/bin/python bench/serving.py STORE
"""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

BIN = Path(sys.executable).parent
CONNECTIONS = (1, 8, 64)
PAIRS = int(os.environ.get("PAIRS", "5"))
SECONDS = int(os.environ.get("SECONDS", "3"))

PREFIXES = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX o: <https://w3id.org/kommunegraf/id/org/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
QUESTIONS = {
    "a lookup (24 rows)": "SELECT ?p ?o WHERE { o:1543-nesset ?p ?o FILTER(?o != MARK) }",
    "members of a partnership (14 rows)": """SELECT DISTINCT ?name ?time ?source WHERE {
  ?membership org:organization o:ikt-orkide ; org:member ?member ; kg:timeText ?time ;
    kg:sourceText ?source ; kg:statedFrom ?from ; kg:possibleUntil ?until .
  ?member a kg:Municipality ; skos:prefLabel ?name .
  FILTER(LANG(?name) = "nb" && ?name != "MARK")
} ORDER BY ?name""",
}
"""Each question, with a place for a mark that changes nothing in the answer."""

LUA = """
local n = %d
local head, tail = %s, %s
request = function()
  n = n + 1
  return wrk.format("GET", %s, {["Accept"] = "application/sparql-results+json"})
end
"""

RDFLIB = """
import sys
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint
graph = Graph().parse(sys.argv[1], format="nt")
app = SparqlEndpoint(graph=graph)
import asyncio
from granian.server.embed import Server
from granian.constants import Interfaces
server = Server(app, address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.ASGI,
                log_enabled=False)
asyncio.run(server.serve())
"""


@dataclass(frozen=True)
class Measured:
    """What wrk says: requests a second, and milliseconds at the median and the 99th percentile."""

    rate: float
    median: float
    slow: float


def main() -> None:
    """Prints the tables as Markdown."""
    store = Path(sys.argv[1])
    build = (store / "current").resolve() if (store / "current").exists() else store
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ours = stack.enter_context(_started(BIN / "kommunegraf", "serve", "--store", store,
                                            "--port", "PORT"))  # fmt: skip
        oxigraph = stack.enter_context(
            _started(BIN / "oxigraph", "serve-read-only", "-l", build / "store", "-b",
                     "127.0.0.1:PORT")
        )  # fmt: skip
        time.sleep(2)
        addresses = {"oxigraph": f"{oxigraph}/query", "ours": f"{ours}/sparql"}
        print("| question | connections | ratio to Oxigraph's server (least–most) | ours "
              "| Oxigraph | ours, median and p99 | p99 to unloaded median |")  # fmt: skip
        print("|---|---|---|---|---|---|---|")
        for kind in ("asked anew", "repeated"):
            for title, text in QUESTIONS.items():
                _compare(folder, addresses, kind, title, PREFIXES + text)
        dump = folder / "data.nt"
        with dump.open("wb") as file:
            subprocess.run(
                [BIN / "oxigraph", "dump", "-l", build / "store", "--format", "nt", "--graph",
                 "default"], check=True, stdout=file,
            )  # fmt: skip
        slow = stack.enter_context(_started(sys.executable, "-c", RDFLIB, dump, "PORT", wait=180))
        print("\n| question | connections | ours to rdflib-endpoint (least–most) | ours "
              "| rdflib-endpoint |")  # fmt: skip
        print("|---|---|---|---|---|")
        for title, text in QUESTIONS.items():
            _against_rdflib(folder, addresses["ours"], slow, title, PREFIXES + text)


def _compare(folder: Path, addresses: dict[str, str], kind: str, title: str, text: str) -> None:
    unloaded = 0.0
    for connections in CONNECTIONS:
        found: dict[str, list[Measured]] = {name: [] for name in addresses}
        for _ in range(PAIRS):
            for name, address in addresses.items():
                script = _script(folder, text, anew=kind == "asked anew")
                found[name].append(_measure(address, connections, script))
        ratios = [a.rate / b.rate for a, b in zip(found["ours"], found["oxigraph"], strict=True)]
        median = statistics.median(one.median for one in found["ours"])
        slow = statistics.median(one.slow for one in found["ours"])
        unloaded = unloaded or median
        print(
            f"| {title}, {kind} | {connections} | {_spread(ratios)} "
            f"| {statistics.median(one.rate for one in found['ours']):,.0f}/s "
            f"| {statistics.median(one.rate for one in found['oxigraph']):,.0f}/s "
            f"| {median:.2f} ms, {slow:.2f} ms | {slow / unloaded:.1f} |",
            flush=True,
        )


def _against_rdflib(folder: Path, ours: str, theirs: str, title: str, text: str) -> None:
    for connections in (1, 8):
        pairs = []
        for _ in range(3):
            rates = [
                _measure(address, connections, _script(folder, text, anew=True)).rate
                for address in (ours, theirs)
            ]
            pairs.append((rates[0], rates[1]))
        ratios = [a / max(b, 1 / SECONDS) for a, b in pairs]
        print(
            f"| {title} | {connections} | {_spread(ratios)} "
            f"| {statistics.median(a for a, _ in pairs):,.0f}/s "
            f"| {statistics.median(b for _, b in pairs):,.1f}/s |",
            flush=True,
        )


def _spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def _script(folder: Path, text: str, *, anew: bool) -> Path:
    head, _, tail = (quote(part, safe="") for part in text.partition("MARK"))
    mark = "head .. n .. tail" if anew else "head .. 0 .. tail"
    path = f'wrk.path .. "?query=" .. {mark}'
    file = folder / "ask.lua"
    # A mark that no run before had.
    file.write_text(LUA % (random.randrange(1 << 40), f'"{head}"', f'"{tail}"', path), "utf-8")
    return file


def _measure(address: str, connections: int, script: Path) -> Measured:
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--timeout", "30", "--latency", "-s",
         script, address], check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "Non-2xx" not in said, said
    return Measured(
        float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        _milliseconds(_found(r"(?m)^\s+50%\s+(\S+)", said)),
        _milliseconds(_found(r"(?m)^\s+99%\s+(\S+)", said)),
    )


def _found(pattern: str, said: str) -> str:
    match = re.search(pattern, said)
    assert match, said
    return match[1]


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(text)


@contextmanager
def _started(*command: str | Path, wait: int = 20) -> Iterator[str]:
    """Starts a server on a free port and gives its address when it answers."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    words = [str(word).replace("PORT", str(port)) for word in command]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(wait * 10):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                assert process.poll() is None, words
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


if __name__ == "__main__":
    main()
