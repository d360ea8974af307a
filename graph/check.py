"""Checks whether the graph is well-formed (SHACL) and consistent (the queries in `checks/`).

Findings are sentences with the table row that caused them. An *error* must be mended; a *warning*
is a claim of the sources that a reader should know of, such as a printed sum that does not add up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import IO, Final, Literal

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, RdfFormat, Store, Triple, serialize
from pyoxigraph import Literal as Text

from ..ontology import reading
from ..ontology.namespaces import GRAPH, shorten
from . import iris
from . import predicates as p
from .store import table_graphs

Severity = Literal["error", "warning"]
_SHACL_SEVERITY: Final = "http://www.w3.org/ns/shacl#Violation"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding: how grave, what it is about, the table row and a sentence."""

    severity: Severity
    row: str
    node: str
    message: str


def check_graph(store: Store, leave_out: Collection[str] = ()) -> list[Finding]:
    """Returns every finding, errors first, then by table row.

    `leave_out`: keys of sources whose facts the shapes are asked of only where others refer to
    them. A build leaves out registers: rows that rules make of a table differ little, and they
    are many.
    """
    return sorted({*check_consistency(store), *check_shapes(store, leave_out)})


def register_sources(store: Store) -> set[str]:
    """Returns the keys of the sources that are registers."""
    kind = iris.code("source-type", "register")
    found = store.quads_for_pattern(None, p.KIND, kind, DefaultGraph())
    return {iris.local_name(q.subject) for q in found if isinstance(q.subject, NamedNode)}


def check_consistency(store: Store) -> Iterator[Finding]:
    """Runs the consistency queries: each gives `?node` and `?message` for what is not right."""
    folder = resources.files("kommunegraf.graph") / "checks"
    for name in sorted(e.name for e in folder.iterdir() if e.name.endswith(".rq")):
        text = (folder / name).read_text("utf-8")
        severity: Severity = (
            "error" if re.search(r"^#\+ severity: error$", text, re.M) else "warning"
        )
        rows = store.query(text)
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            node = row["node"]
            assert isinstance(node, NamedNode)
            yield Finding(severity, _row(store, node), shorten(node.value), row["message"].value)


def check_shapes(store: Store, leave_out: Collection[str] = ()) -> Iterator[Finding]:
    """Validates the sources' graphs against the SHACL shapes with pySHACL; see check_graph."""
    import logging

    from pyshacl import validate
    from rdflib import Graph
    from rdflib.namespace import SH, SKOS

    logging.getLogger("pyshacl").setLevel(logging.ERROR)
    data = Graph()
    triples = _stated(store, leave_out)
    data.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    shapes = Graph().parse(
        data=reading.shapes().read_text("utf-8"),
        format="turtle",
    )
    if leave_out:
        # The code lists ship with the product, whose tests ask the shapes of them.
        for shipped in (SKOS.Concept, SKOS.ConceptScheme):
            shapes.remove((None, SH.targetClass, shipped))
    _, report, _ = validate(data, shacl_graph=shapes, inference="none", advanced=True)
    assert isinstance(report, Graph)
    for result in report.subjects(SH.resultSeverity, None):
        focus = report.value(result, SH.focusNode)
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        messages = sorted(
            report.objects(result, SH.resultMessage),
            key=lambda m: (getattr(m, "language", None) != "nb", str(m)),
        )
        where = (
            f" ({shorten(str(path))}{f': {value}' if value is not None else ''})" if path else ""
        )
        node = NamedNode(str(focus))
        grave = str(report.value(result, SH.resultSeverity)) == _SHACL_SEVERITY
        yield Finding(
            "error" if grave else "warning",
            _row(store, node),
            shorten(node.value),
            f"{messages[0] if messages else 'breaks a shape'}{where}",
        )


def _stated(store: Store, leave_out: Collection[str]) -> set[Triple]:
    """The triples of the ontology and the sources, and what these refer to in those left out."""
    graphs = [name for name in table_graphs(store) if name.value != GRAPH + "derived"]
    others = [name for name in graphs if name.value.removeprefix(GRAPH) in leave_out]
    found: set[Triple] = set()
    for name in graphs:
        if name not in others:
            found |= {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
    wanted = [triple.object for triple in found]
    known: set[object] = {triple.subject for triple in found}
    while wanted:
        node = wanted.pop()
        if not isinstance(node, NamedNode) or node in known:
            continue
        known.add(node)
        for name in others:
            for quad in store.quads_for_pattern(node, None, None, name):
                found.add(quad.triple)
                wanted.append(quad.object)
    return found


def _row(store: Store, node: NamedNode) -> str:
    rows = {
        quad.object.value
        for quad in store.quads_for_pattern(node, p.ROW, None)
        if isinstance(quad.object, Text)
    }
    return ", ".join(sorted(rows))


def print_findings(findings: Sequence[Finding], out: IO[str]) -> None:
    """Prints the findings as sentences, and how many there are."""
    for finding in findings:
        place = f"{finding.row}: " if finding.row else ""
        out.write(f"{finding.severity}: {place}{finding.message} [{finding.node}]\n")
    out.write(summary(findings) + "\n")


def summary(findings: Iterable[Finding]) -> str:
    """Returns one line that counts the findings."""
    counts = {"error": 0, "warning": 0}
    for finding in findings:
        counts[finding.severity] += 1
    return f"{counts['error']} errors, {counts['warning']} warnings"
