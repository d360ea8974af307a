"""Measures `kommunegraf serve` against Oxigraph's own server and rdflib-endpoint, under wrk.

All serve the same triples on loopback. Each pair is measured in turn, so that a slow moment of the
machine falls on both, and the median of the pairwise ratios is reported. A question asked anew
has a text of its own each time, so that nothing can be kept; a repeated one has not.

wrk asks as fast as it is answered, so with many connections each answer waits for those before it.
The second table is of clients that pause: half of what the service can take, at random moments.
What a question costs in processor time is there too, which other work on the machine disturbs
least (Linux only). It needs wrk, and the packages oxigraph and rdflib-endpoint with granian:

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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import astuple, dataclass
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

PAUSE = """
delay = function() return math.random(0, %d) end
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
    """What wrk says: requests a second, and milliseconds at the median and the 99th percentile.

    `spent`: microseconds of processor time of the server and its processes for each request.
    """

    rate: float
    median: float
    slow: float
    spent: float


@dataclass(frozen=True)
class Server:
    """A server that was started: its address and process."""

    address: str
    process: int


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
        servers = {
            "oxigraph": Server(f"{oxigraph.address}/query", oxigraph.process),
            "ours": Server(f"{ours.address}/sparql", ours.process),
        }
        print("| question | connections | ratio to Oxigraph's server (least–most) | ours "
              "| Oxigraph | ours, median and p99 | p99 to unloaded median "
              "| processor time, ours and Oxigraph's |")  # fmt: skip
        print("|---|---|---|---|---|---|---|---|")
        base: dict[str, tuple[float, float]] = {}
        for kind in ("asked anew", "repeated"):
            for title, text in QUESTIONS.items():
                base[f"{title}, {kind}"] = _compare(folder, servers, kind, title, PREFIXES + text)
        print("\n| question at half of what it can take | connections | a second | ours, median "
              "and p99 | p99 to unloaded median | Oxigraph, median and p99 |")  # fmt: skip
        print("|---|---|---|---|---|---|")
        for title, text in QUESTIONS.items():
            _at_half(folder, servers, title, PREFIXES + text, *base[f"{title}, asked anew"])
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
            _against_rdflib(folder, servers["ours"], slow, title, PREFIXES + text)


def _pairs(
    folder: Path, servers: dict[str, Server], connections: int, text: str, *, anew: bool, pause: int
) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {name: [] for name in servers}
    for _ in range(PAIRS):
        for name, server in servers.items():
            script = _script(folder, text, anew=anew, pause=pause)
            found[name].append(_measure(server, connections, script))
    return found


def _compare(
    folder: Path, servers: dict[str, Server], kind: str, title: str, text: str
) -> tuple[float, float]:
    """Prints the lines of a question; returns its unloaded median and the most it can take."""
    unloaded = most = 0.0
    for connections in CONNECTIONS:
        found = _pairs(folder, servers, connections, text, anew=kind == "asked anew", pause=0)
        ratios = [a.rate / b.rate for a, b in zip(found["ours"], found["oxigraph"], strict=True)]
        ours, theirs = _middle(found["ours"]), _middle(found["oxigraph"])
        unloaded, most = unloaded or ours.median, max(most, ours.rate)
        print(
            f"| {title}, {kind} | {connections} | {_spread(ratios)} "
            f"| {ours.rate:,.0f}/s | {theirs.rate:,.0f}/s "
            f"| {ours.median:.2f} ms, {ours.slow:.2f} ms | {ours.slow / unloaded:.1f} "
            f"| {ours.spent:.0f} µs, {theirs.spent:.0f} µs |",
            flush=True,
        )
    return unloaded, most


def _at_half(
    folder: Path,
    servers: dict[str, Server],
    title: str,
    text: str,
    unloaded: float,
    most: float,
) -> None:
    for connections in CONNECTIONS[1:]:
        # Each connection waits on the average for half of the longest pause.
        pause = max(1, round(2 * 1000 * connections / (most / 2)))
        found = _pairs(folder, servers, connections, text, anew=True, pause=pause)
        ours, theirs = _middle(found["ours"]), _middle(found["oxigraph"])
        print(
            f"| {title} | {connections} | {ours.rate:,.0f} "
            f"| {ours.median:.2f} ms, {ours.slow:.2f} ms | {ours.slow / unloaded:.1f} "
            f"| {theirs.median:.2f} ms, {theirs.slow:.2f} ms |",
            flush=True,
        )


def _middle(found: list[Measured]) -> Measured:
    """Returns the median of each figure."""
    return Measured(*map(statistics.median, zip(*map(astuple, found), strict=True)))


def _against_rdflib(folder: Path, ours: Server, theirs: Server, title: str, text: str) -> None:
    for connections in (1, 8):
        pairs = []
        for _ in range(3):
            rates = [
                _measure(server, connections, _script(folder, text, anew=True)).rate
                for server in (ours, theirs)
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


def _script(folder: Path, text: str, *, anew: bool, pause: int = 0) -> Path:
    head, _, tail = (quote(part, safe="") for part in text.partition("MARK"))
    mark = "head .. n .. tail" if anew else "head .. 0 .. tail"
    path = f'wrk.path .. "?query=" .. {mark}'
    file = folder / "ask.lua"
    # A mark that no run before had.
    said = LUA % (random.randrange(1 << 40), f'"{head}"', f'"{tail}"', path)
    file.write_text(said + (PAUSE % pause if pause else ""), "utf-8")
    return file


def _measure(server: Server, connections: int, script: Path) -> Measured:
    before = _spent(server.process)
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--timeout", "30", "--latency", "-s",
         script, server.address], check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "Non-2xx" not in said, said
    spent = _spent(server.process) - before
    return Measured(
        float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        _milliseconds(_found(r"(?m)^\s+50%\s+(\S+)", said)),
        _milliseconds(_found(r"(?m)^\s+99%\s+(\S+)", said)),
        spent / max(1.0, float(_found(r"(\d+) requests in", said))),
    )


def _spent(process: int) -> float:
    """Returns the microseconds that a process, and those that it has started, have worked."""
    found = 0.0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            said = file.read_text().rpartition(")")[2].split()
            if process in (int(file.parent.name), int(said[1])):
                found += (int(said[11]) + int(said[12])) * 1e6 / os.sysconf("SC_CLK_TCK")
    return found


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
def _started(*command: str | Path, wait: int = 20) -> Iterator[Server]:
    """Starts a server on a free port and gives it when it answers."""
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
        yield Server(address, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


if __name__ == "__main__":
    main()
