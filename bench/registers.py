"""Measures the load of a register against other ways to do the same, as ratios within one run.

Each way is a process of its own, timed as a whole and in turn with ours, so that a slow moment of
the machine falls on both. Compared are: only unpacking and parsing the file (gunzip, orjson);
Oxigraph's own loader on the finished N-Triples of the same data; at the smallest size also rdflib
and, when a Python that has it is named, morph-kgc (which makes an N-Triples file and no store).

    .venv/bin/python bench/registers.py --sizes 10000 100000 1000000 --morph-kgc VENV/bin/python
"""

from __future__ import annotations

import argparse
import gzip
import resource
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
import sys
from datetime import date
from pathlib import Path
from kommunegraf.graph.loaders.unit_records import Selection
from kommunegraf.graph.mapping import Job, Tally, map_records
job = Job(Path(sys.argv[1]), Selection(everything=True), "urn:extract", date(2024, 5, 1),
          frozenset())
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
from rdflib import Graph, Literal, Namespace, RDF, RDFS, SKOS, DCTERMS, FOAF, ORG, XSD, URIRef
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
    add((node, RDFS.label, Literal(name)))
    add((node, SKOS.notation, Literal(number)))
    add((node, KG.searchKey, Literal(fold(name))))
    add((node, KG.searchKey, Literal(number)))
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
# The same triples but the folded name, the status and the search keys, which RML cannot compute.
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
    ("http://www.w3.org/2000/01/rdf-schema#label", 'rml:reference "navn"'),
    ("http://www.w3.org/2004/02/skos/core#notation", 'rml:reference "organisasjonsnummer"'),
    (KG + "searchKey", 'rml:reference "organisasjonsnummer"'),
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
    parser.add_argument("--sources", type=Path, help="sources of the graph around the register")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = folder / "built"
        sources = ["--sources", str(given.sources)] if given.sources else []
        subprocess.run(
            [COMMAND, "build", "--out", built, "--no-pages", *sources],
            check=True,
            capture_output=True,
        )
        subprocess.run(["cp", "-r", built, folder / "base"], check=True)
        print("| what | against | ratio |\n|---|---|---|")
        costs = []
        for size in sorted(given.sizes):
            pairs = given.pairs if size < 1_000_000 else 1
            costs.append((size, compare(folder, built, size, pairs)))
            if size <= SMALL:
                elsewhere(folder, built, size, pairs, given.morph_kgc)
        low, high = costs[0], costs[-1]
        per_unit = [f"{seconds / size * 1e6:.0f} µs at {size:,}" for size, seconds in costs]
        growth = (high[1] / high[0]) / (low[1] / low[0])
        print(f"| cost of a unit | {'; '.join(per_unit)} | {growth:.2f} |")


def compare(folder: Path, built: Path, size: int, pairs: int) -> float:
    """Compares our load with parsing and with Oxigraph's loader; returns our median seconds."""
    file, lines = folder / f"{size}.json.gz", folder / f"{size}.nt"
    generate(file, size)
    run(LINES, file, lines)
    triples = count(lines)
    ours: list[Run] = []
    parsed: list[Run] = []
    loaded: list[Run] = []
    for turn in range(pairs):
        loaded.append(run(LOADER, folder / f"plain-{size}-{turn}", lines))
        subprocess.run(["rm", "-rf", folder / f"plain-{size}-{turn}"], check=True)
        ours.append(run(OURS, built, file))
        if size < 1_000_000 or turn == 0:
            parsed.append(run(PARSE, file))
    what = f"load of {size:,} units ({triples:,} triples)"
    seconds = statistics.median(one.seconds for one in ours)
    row(what, "gunzip and orjson alone, the file parsed whole", ours, parsed)
    row(what, "Oxigraph's loader on the finished N-Triples", ours, loaded)
    top = max(ours, key=lambda one: one.peak + one.children)
    print(
        f"| its peak memory | {top.peak} MB and {top.children} MB (reading process) | "
        f"{(top.peak + top.children) / max(one.peak for one in loaded):.2f} of the loader's, "
        f"{(top.peak + top.children) / max(one.peak for one in parsed):.2f} of the parser's |",
        flush=True,
    )
    lookup(folder, built, file, size)
    lines.unlink()
    return seconds


def elsewhere(folder: Path, built: Path, size: int, pairs: int, morph: str | None) -> None:
    """Compares with rdflib and morph-kgc, which write N-Triples to a file."""
    file = folder / f"{size}.json.gz"
    ours, written, plain, mapped = [], [], [], []
    properties = " ;\n".join(
        f"rr:predicateObjectMap [ rr:predicate <{predicate}> ; rr:objectMap [ {source} ] ]"
        for predicate, source in RML_PROPERTIES
    )
    for _ in range(pairs):
        ours.append(run(OURS, built, file))
        written.append(run(LINES, file, folder / "ours.nt"))
        plain.append(run(RDFLIB, file, folder / "rdflib.nt"))
        if morph:
            mapped.append(run(MORPH, file, folder, python=morph, given=f"{RML_HEAD}{properties} ."))
    whole, lines = (
        f"load of {size:,} units into the store",
        f"{size:,} units to N-Triples in a file",
    )
    against = f"rdflib, {count(folder / 'rdflib.nt'):,} triples to a file"
    row(whole, against, ours, plain)
    row(lines, against, written, plain)
    if morph:
        against = f"morph-kgc, {count(folder / 'morph.nt'):,} triples to a file"
        row(whole, against, ours, mapped)
        row(lines, against, written, mapped)


def lookup(folder: Path, built: Path, file: Path, size: int) -> None:
    """Compares looking a number up after the load with the same on a graph of a few units."""
    import json

    few = folder / "few.json"
    with gzip.open(file, "rt", encoding="utf-8") as text:
        head = text.read(400_000)
    units = json.loads(head[: head.rindex("\n}, {")] + "\n}]")[:20]
    few.write_text(json.dumps(units), "utf-8")
    numbers = [unit["organisasjonsnummer"] for unit in units]
    small = folder / f"small-{size}"
    subprocess.run(["cp", "-r", folder / "base", small], check=True)
    run(OURS, small, few)
    pairs = [(found(built, numbers), found(small, numbers)) for _ in range(3)]
    names = ("by name (`names.resolve`)", "by SPARQL", "by SPARQL, as a whole process")
    for index, name in enumerate(names):
        ratio = statistics.median(large[index] / little[index] for large, little in pairs)
        large, little = (
            statistics.median(one[index] for one in side) for side in zip(*pairs, strict=True)
        )
        print(
            f"| a number looked up {name} after {size:,} units | after 20 units | "
            f"{ratio:.2f}; {large * 1e3:.2f} ms against {little * 1e3:.2f} ms |",
            flush=True,
        )
    subprocess.run(["rm", "-rf", small], check=True)


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


def row(what: str, against: str, ours: Sequence[Run], theirs: Sequence[Run]) -> None:
    """Prints a line of the table: our time as a ratio to another's, in turn."""
    ratios = sorted(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=False))
    mine, other = (statistics.median(one.seconds for one in runs) for runs in (ours, theirs))
    work = [statistics.median(one.cpu for one in runs) for runs in (ours, theirs)]
    ratio = statistics.median(ratios)
    shown = f"{ratio:.2f} of its time" if ratio > 0.5 else f"{1 / ratio:.1f} × faster"
    print(
        f"| {what} | {against} | {shown} ({ratios[0]:.2f}–{ratios[-1]:.2f}); "
        f"{mine:.1f} s against {other:.1f} s; processor time {work[0]:.1f} s and {work[1]:.1f} s |",
        flush=True,
    )


if __name__ == "__main__":
    main()
