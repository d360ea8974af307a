"""Measures the load of a register against other ways to do the same, as ratios within one run.

Each way is a process of its own, timed as a whole and in turn with ours, so that a slow moment of
the machine falls on both. Two things are measured, each against what does the same:

- into the store on disk: the packed JSON goes in, the graph can be asked afterwards. Against
  Oxigraph's own loader on the finished N-Triples, and at the smallest size against rdflib and
  morph-kgc, whose N-Triples Oxigraph's loader then takes into a store;
- to N-Triples in a file: at the smallest size, against rdflib and morph-kgc.

All make the same triples, but that RML has no way to say the folded name and the status.
morph-kgc takes part when a Python that has it is named.

    .venv/bin/python bench/registers.py --sizes 10000 100000 1000000 --morph-kgc VENV/bin/python
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bulk import generate  # type: ignore[import-not-found]

SMALL = 10_000
"""Units up to which rdflib and morph-kgc are compared with too."""
LARGE = 1_000_000
"""Units from which on each way runs once only."""
ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("kommunegraf"))
PEAK = """
import resource
print("peak", *(resource.getrusage(who).ru_maxrss // 1024 for who in
    (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""
OURS = """
import sys
from datetime import date
from pathlib import Path
from kommunegraf.graph.register import load_register, selection
load_register(Path(sys.argv[1]), [Path(sys.argv[2])], selection(everything=True), date(2024, 5, 1))
"""
LINES = """
import gc, sys
from datetime import date
from pathlib import Path
from kommunegraf.graph.loaders.unit_records import Selection
from kommunegraf.graph.mapping import Job, Tally, map_records
extract = "https://w3id.org/kommunegraf/id/source/enhetsregisteret"
job = Job(Path(sys.argv[1]), Selection(everything=True), extract, date(2024, 5, 1), frozenset())
gc.disable()  # as the process does that maps for a load
with open(sys.argv[2], "wb") as out:
    for mapped in map_records(job, Tally()):
        out.write(mapped.lines)
"""
PARSE = """
import gzip, sys, orjson
orjson.loads(gzip.open(sys.argv[1]).read())
"""
LOADER = """
import sys
from pyoxigraph import NamedNode, RdfFormat, Store
graph = NamedNode("https://w3id.org/kommunegraf/graph/enhetsregisteret")
store = Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=RdfFormat.N_TRIPLES, to_graph=graph)
store.flush()
"""
RDFLIB = """
import gzip, json, sys
from rdflib import Graph, Literal, Namespace, RDF, SKOS, DCTERMS, FOAF, ORG, XSD, URIRef
from kommunegraf.graph.iris import fold
ROV = Namespace("http://www.w3.org/ns/regorg#")
KG = Namespace("https://w3id.org/kommunegraf/ns#")
ER = Namespace("https://data.brreg.no/enhetsregisteret/api/enheter/")
CODE = Namespace("https://w3id.org/kommunegraf/code/")
source = URIRef("https://w3id.org/kommunegraf/id/source/enhetsregisteret")
graph = Graph()
add = graph.add
with gzip.open(sys.argv[1]) as file:
    units = json.load(file)
for unit in units:
    number, name = unit["organisasjonsnummer"], unit["navn"]
    node = ER[number]
    add((node, RDF.type, ROV.RegisteredOrganization))
    add((node, ROV.legalName, Literal(name)))
    add((node, SKOS.notation, Literal(number)))
    add((node, KG.searchKey, Literal(fold(name))))
    add((node, ROV.orgType, CODE["organisation-form/" + unit["organisasjonsform"]["kode"]]))
    add((node, KG.municipalityNumber, Literal(unit["forretningsadresse"]["kommunenummer"])))
    day = unit["registreringsdatoEnhetsregisteret"]
    add((node, KG.registeredOn, Literal(day, datatype=XSD.date)))
    add((node, KG.foundedOn, Literal(unit["stiftelsesdato"], datatype=XSD.date)))
    status = "bankrupt" if unit["konkurs"] else "winding-up" if unit["underAvvikling"] else "active"
    add((node, ROV.orgStatus, CODE["registration-status/" + status]))
    add((node, KG.industryCode, Literal(unit["naeringskode1"]["kode"])))
    add((node, DCTERMS.source, source))
    if "hjemmeside" in unit:
        add((node, FOAF.homepage, URIRef("http://" + unit["hjemmeside"] + "/")))
    if "antallAnsatte" in unit:
        add((node, KG.employees, Literal(unit["antallAnsatte"])))
    if "overordnetEnhet" in unit:
        add((node, ORG.subOrganizationOf, ER[unit["overordnetEnhet"]]))
graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
"""
MORPH = """
import gzip, sys
import morph_kgc
folder = sys.argv[2]
with gzip.open(sys.argv[1]) as packed, open(folder + "/units.json", "wb") as plain:
    plain.write(packed.read())
with open(folder + "/mapping.ttl", "w") as file:
    file.write(sys.stdin.read().replace("FILE", folder + "/units.json"))
config = (f"[CONFIGURATION]\\noutput_format: N-TRIPLES\\noutput_file: {folder}/morph.nt\\n"
          f"logging_level: WARNING\\n[units]\\nmappings: {folder}/mapping.ttl\\n")
with open(folder + "/config.ini", "w") as file:
    file.write(config)
import runpy
sys.argv = ["morph_kgc", folder + "/config.ini"]
runpy.run_module("morph_kgc", run_name="__main__")
"""
# The same triples but the folded name and the status, which RML cannot compute.
RML_HEAD = """
@prefix rml: <http://semweb.mmlab.be/ns/rml#> . @prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#units> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "FILE" ; rml:referenceFormulation ql:JSONPath ;
    rml:iterator "$[*]" ] ;
  rr:subjectMap [ rr:template
    "https://data.brreg.no/enhetsregisteret/api/enheter/{organisasjonsnummer}" ;
    rr:class <http://www.w3.org/ns/regorg#RegisteredOrganization> ] ;
"""
KG, ROV = "https://w3id.org/kommunegraf/ns#", "http://www.w3.org/ns/regorg#"
RML_PROPERTIES = (
    (ROV + "legalName", 'rml:reference "navn"'),
    ("http://www.w3.org/2004/02/skos/core#notation", 'rml:reference "organisasjonsnummer"'),
    (
        ROV + "orgType",
        'rr:template "https://w3id.org/kommunegraf/code/organisation-form/{organisasjonsform.kode}"',
    ),
    (KG + "municipalityNumber", 'rml:reference "forretningsadresse.kommunenummer"'),
    (
        KG + "registeredOn",
        'rml:reference "registreringsdatoEnhetsregisteret" ; rr:datatype xsd:date',
    ),
    (KG + "foundedOn", 'rml:reference "stiftelsesdato" ; rr:datatype xsd:date'),
    (KG + "industryCode", 'rml:reference "naeringskode1.kode"'),
    (KG + "employees", 'rml:reference "antallAnsatte" ; rr:datatype xsd:integer'),
    ("http://xmlns.com/foaf/0.1/homepage", 'rr:template "http://{hjemmeside}/"'),
    (
        "http://www.w3.org/ns/org#subOrganizationOf",
        'rr:template "https://data.brreg.no/enhetsregisteret/api/enheter/{overordnetEnhet}"',
    ),
    (
        "http://purl.org/dc/terms/source",
        "rr:constant <https://w3id.org/kommunegraf/id/source/enhetsregisteret>",
    ),
)
LOOKUP = """
import sys, time
from pathlib import Path
from kommunegraf.graph.store import open_graph
from kommunegraf.queries.names import resolve
graph = open_graph(Path(sys.argv[1]))
text = ('PREFIX skos: <http://www.w3.org/2004/02/skos/core#> '
        'PREFIX rov: <http://www.w3.org/ns/regorg#> '
        'SELECT ?unit ?name { ?unit skos:notation "%s" ; rov:legalName ?name }')
numbers = sys.argv[2:]
def least(call):
    times = []
    for _ in range(20):
        start = time.perf_counter()
        for number in numbers:
            call(number)
        times.append((time.perf_counter() - start) / len(numbers))
    return min(times)
for number in numbers:
    assert len(list(graph.select(text % number))) == 1, number
print(least(lambda n: resolve(graph, n)), least(lambda n: list(graph.select(text % n))))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: seconds, processor time, and peaks in MB of it and its child."""

    seconds: float
    cpu: float
    peak: int
    children: int

    def __add__(self, other: Run) -> Run:
        """Returns two runs, one after the other, as one."""
        peak, children = max(self.peak, other.peak), max(self.children, other.children)
        return Run(self.seconds + other.seconds, self.cpu + other.cpu, peak, children)


def run(code: str, *arguments: object, python: str = sys.executable, given: str = "") -> Run:
    """Runs Python code as a process and times it as a whole."""
    start, before = time.perf_counter(), processor_time()
    done = subprocess.run(
        [python, "-c", code + PEAK, *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, cpu = time.perf_counter() - start, processor_time() - before
    if done.returncode:
        raise SystemExit(done.stderr)
    said = done.stdout.rpartition("peak ")[2].split()
    peak, children = map(int, said) if said else (0, 0)
    return Run(seconds, cpu, peak, children)


def processor_time() -> float:
    """Returns the processor time that ended processes have taken so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints the measurements as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--pairs", type=int, default=3, help="runs of each, below a million")
    parser.add_argument("--morph-kgc", help="a Python that has morph-kgc")
    parser.add_argument(
        "--sources",
        type=Path,
        default=ROOT / "tests" / "graph" / "small",
        help="sources of the graph around the register",
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = [COMMAND, "build", "--out", folder / "base", "--no-pages"]
        subprocess.run([*build, "--sources", given.sources], check=True, capture_output=True)
        print("| what | against | ratio | times |\n|---|---|---|---|", flush=True)
        costs = []
        for size in sorted(given.sizes):
            pairs = given.pairs if size < LARGE else 1
            costs.append((size, compare(folder, size, pairs)))
            if size <= SMALL:
                elsewhere(folder, size, pairs, given.morph_kgc)
            (folder / f"{size}.json.gz").unlink()
        (few, low), (many, high) = costs[0], costs[-1]
        per_unit = "; ".join(f"{cost / size * 1e6:.0f} µs at {size:,}" for size, cost in costs)
        growth = (high / many) / (low / few)
        row(f"time for a unit, {many:,} units", f"{few:,} units", f"{growth:.2f} ×", per_unit)


def compare(folder: Path, size: int, pairs: int) -> float:
    """Compares our load with parsing and with Oxigraph's loader; returns our median seconds."""
    file, lines = folder / f"{size}.json.gz", folder / f"{size}.nt"
    generate(file, size)
    run(LINES, file, lines)
    ours: list[Run] = []
    parsed: list[Run] = []
    loaded: list[Run] = []
    for _ in range(pairs):
        loaded.append(load_plain(folder, lines))
        ours.append(load(folder, file))
        parsed.append(run(PARSE, file))
    triples = count(lines)
    lines.unlink()
    what = f"{size:,} units ({triples:,} triples) into the store on disk"
    compared(what, "Oxigraph's own loader on the finished N-Triples", ours, loaded)
    compared(what, "gunzip and orjson alone, the file parsed whole", ours, parsed)
    top = max(ours, key=lambda one: one.peak + one.children)
    peak = top.peak + top.children
    said = f"{top.peak} MB, and {top.children} MB of the process that reads"
    row("its peak memory", "Oxigraph's loader", f"{peak / max_peak(loaded):.2f} ×", said)
    row("its peak memory", "the parser", f"{peak / max_peak(parsed):.2f} ×", said)
    lookup(folder, file, size)
    return statistics.median(one.seconds for one in ours)


def elsewhere(folder: Path, size: int, pairs: int, morph: str | None) -> None:
    """Compares with rdflib and morph-kgc: to N-Triples in a file, and from there into a store."""
    file = folder / f"{size}.json.gz"
    properties = " ;\n".join(
        f"rr:predicateObjectMap [ rr:predicate <{predicate}> ; rr:objectMap [ {source} ] ]"
        for predicate, source in RML_PROPERTIES
    )
    mapping = f"{RML_HEAD}{properties} ."
    ours, written = [], []
    theirs: dict[str, list[tuple[Run, Run]]] = {"rdflib": []} | ({"morph-kgc": []} if morph else {})
    for _ in range(pairs):
        ours.append(load(folder, file))
        written.append(run(LINES, file, folder / "ours.nt"))
        for tool, runs in theirs.items():
            made = folder / f"{tool}.nt"
            if tool == "rdflib":
                made_in = run(RDFLIB, file, made)
            else:
                made_in = run(MORPH, file, folder, python=morph or "", given=mapping)
                (folder / "morph.nt").rename(made)
            runs.append((made_in, load_plain(folder, made)))
    for tool, runs in theirs.items():
        triples = count(folder / f"{tool}.nt")
        whole = [made_in + loaded_in for made_in, loaded_in in runs]
        what = f"{size:,} units into the store on disk"
        compared(what, f"{tool} ({triples:,} triples), then Oxigraph's loader", ours, whole)
        what = f"{size:,} units to N-Triples in a file"
        compared(what, f"{tool} ({triples:,} triples)", written, [run for run, _ in runs])


def load(folder: Path, file: Path) -> Run:
    """Loads a file into a fresh copy of the graph; leaves it in the folder `built`."""
    shutil.rmtree(folder / "built", ignore_errors=True)
    shutil.copytree(folder / "base", folder / "built", symlinks=True)
    return run(OURS, folder / "built", file)


def load_plain(folder: Path, lines: Path) -> Run:
    """Loads N-Triples with Oxigraph's own loader into a store of their own."""
    store = folder / "plain"
    took = run(LOADER, store, lines)
    shutil.rmtree(store)
    return took


def lookup(folder: Path, file: Path, size: int) -> None:
    """Compares looking a number up after the load with the same on a graph of a few units."""
    few = folder / "few.json"
    with gzip.open(file, "rt", encoding="utf-8") as text:
        head = text.read(400_000)
    units = json.loads(head[: head.rindex("\n}, {")] + "\n}]")[:20]
    few.write_text(json.dumps(units), "utf-8")
    numbers = [unit["organisasjonsnummer"] for unit in units]
    small = folder / "small"
    shutil.rmtree(small, ignore_errors=True)
    shutil.copytree(folder / "base", small, symlinks=True)
    run(OURS, small, few)
    pairs = [(found(folder / "built", numbers), found(small, numbers)) for _ in range(3)]
    names = ("by name (`names.resolve`)", "by SPARQL", "by SPARQL, as a whole process")
    for index, name in enumerate(names):
        ratio = statistics.median(large[index] / little[index] for large, little in pairs)
        large, little = (
            statistics.median(one[index] for one in side) * 1e3 for side in zip(*pairs, strict=True)
        )
        times = f"{large:.2f} ms against {little:.2f} ms"
        row(f"a number found {name}, of {size:,} units", "of 20 units", f"{ratio:.2f} ×", times)


def found(out: Path, numbers: Sequence[str]) -> tuple[float, float, float]:
    """Returns the seconds of a lookup: by name and by SPARQL, warm, and of a whole process."""
    done = subprocess.run(
        [sys.executable, "-c", LOOKUP, str(out), *numbers],
        check=True,
        capture_output=True,
        text=True,
    )
    resolved, selected = map(float, done.stdout.split())
    text = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        f'SELECT ?unit {{ ?unit skos:notation "{numbers[0]}" }}'
    )
    start = time.perf_counter()
    subprocess.run([COMMAND, "sparql", text, "--store", out], check=True, stdout=subprocess.DEVNULL)
    return resolved, selected, time.perf_counter() - start


def count(file: Path) -> int:
    """Returns how many lines a file has."""
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def max_peak(runs: Sequence[Run]) -> int:
    """Returns the most memory that one of the runs held, in MB."""
    return max(one.peak for one in runs)


def compared(what: str, against: str, ours: Sequence[Run], theirs: Sequence[Run]) -> None:
    """Prints a line of the table: our time against another's, in turn."""
    ratios = sorted(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))
    mine, other = (statistics.median(one.seconds for one in runs) for runs in (ours, theirs))
    work, others = (statistics.median(one.cpu for one in runs) for runs in (ours, theirs))
    ratio = statistics.median(ratios)
    if ratio > 0.8:
        shown = f"{ratio:.2f} of its time ({ratios[0]:.2f}–{ratios[-1]:.2f})"
    else:
        shown = f"{1 / ratio:.1f} × faster ({1 / ratios[-1]:.1f}–{1 / ratios[0]:.1f})"
    times = f"{mine:.1f} s against {other:.1f} s; on the processors {work:.1f} s and {others:.1f} s"
    row(what, against, shown, times)


def row(*cells: str) -> None:
    """Prints a line of the table."""
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
