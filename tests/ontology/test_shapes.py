"""Every shape passes its valid example and says what is wrong with each invalid one.

To approve new sentences, set KOMMUNEGRAF_APPROVE=1, run, and read the difference.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from kommunegraf.ontology import namespaces, reading

HERE = Path(__file__).parent / "shapes"
SHAPES = "https://w3id.org/kommunegraf/shapes#"
VALID = sorted(HERE.glob("*/valid.ttl"))
INVALID = sorted(HERE.glob("*/invalid-*.ttl"))


def name_of(example: Path) -> str:
    return f"{example.parent.name}/{example.stem}"


@cache
def shapes() -> Graph:
    return Graph().parse(data=reading.shapes().read_bytes(), format="turtle")


@cache
def background() -> Graph:
    graph = Graph().parse(HERE / "context.ttl")
    for part in reading.graph_parts():
        graph.parse(data=part, format="turtle")
    return graph


def validate(*examples: Path, shape: str | None = None) -> Graph:
    """Validates examples with the context and the ontology, by one shape or by all."""
    graph = Graph()
    for triple in background():
        graph.add(triple)
    for example in examples:
        graph.parse(example)
    use: list[str | URIRef] | None = None if shape is None else [URIRef(SHAPES + shape)]
    _, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes(), use_shapes=use, inplace=True, allow_warnings=False
    )
    assert isinstance(report, Graph)
    return report


def shape_of(example: Path) -> str:
    return "".join(word.capitalize() for word in example.parent.name.split("-"))


def short(term: Node | None) -> str:
    if term is None:
        return ""
    return namespaces.shorten(str(term)) if isinstance(term, URIRef) else str(term)


def sentences(report: Graph) -> str:
    """Renders a report as text: what it is about, and what is wrong in both languages."""
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
        about = short(focus)
        if isinstance(value, URIRef) and value != focus:
            about += f" ({short(value)})"
        severity = short(report.value(result, SH.resultSeverity)).removeprefix("sh:")
        messages = sorted(
            (getattr(text, "language", None) or "", str(text))
            for text in report.objects(result, SH.resultMessage)
        )
        lines = [f"{about}: {severity}"] + [
            f"  {language}: {text}" for language, text in reversed(messages)
        ]
        found.add("\n".join(lines))
    return "\n".join(sorted(found)) + "\n" if found else ""


@pytest.mark.parametrize("example", VALID, ids=name_of)
def test_valid_example_passes_its_shape(example: Path) -> None:
    assert sentences(validate(example, shape=shape_of(example))) == ""


def test_valid_examples_together_pass_every_shape() -> None:
    alone = {"bounds", "plan", "dates"}  # the same use, said otherwise
    examples = [example for example in VALID if example.parent.name not in alone]
    assert sentences(validate(*examples)) == ""


@pytest.mark.parametrize("example", INVALID, ids=name_of)
def test_invalid_example_is_reported_in_the_words_of_the_domain(example: Path) -> None:
    received = sentences(validate(example, shape=shape_of(example)))
    approved = example.with_suffix(".approved.txt")
    if os.environ.get("KOMMUNEGRAF_APPROVE"):
        approved.write_text(received, encoding="utf-8")
    assert received, "the shape does not notice"
    assert received == approved.read_text(encoding="utf-8")


def test_each_shape_has_examples() -> None:
    declared = {
        str(shape).removeprefix(SHAPES)
        for shape in shapes().subjects(RDF.type, SH.NodeShape)
        if not isinstance(shape, BNode)
    }
    assert {shape_of(example) for example in VALID} == declared
    assert {shape_of(example) for example in INVALID} == declared


def test_shapes_are_valid_shacl() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


def test_each_message_is_a_sentence_in_both_languages() -> None:
    for shape in set(shapes().subjects(SH.message)):
        messages = list(shapes().objects(shape, SH.message))
        assert sorted(str(getattr(text, "language", "")) for text in messages) == ["en", "nb"]
        assert all(re.fullmatch(r"[A-ZÆØÅ«“].*\.", str(text)) for text in messages)
