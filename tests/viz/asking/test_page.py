"""The page as text: what it holds and leaves out, that it is the same twice, and its words."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store, Triple, parse

from kommunegraf.graph.public import public_quads, staff_nodes
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import shorten
from kommunegraf.queries.catalogue import all_questions, read_question
from kommunegraf.viz.asking import choices
from kommunegraf.viz.asking import page as asking
from kommunegraf.viz.asking.page import write_page

HERE = Path(asking.__file__).parent


def held(text: str, name: str) -> bytes:
    """What a part of the page holds, unpacked."""
    found = re.search(rf'id="{name}">([A-Za-z0-9+/=]+)</script>', text)
    assert found
    return gzip.decompress(base64.b64decode(found[1]))


def triples(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(held(text, "graph-data"), format=RdfFormat.TURTLE)}


def catalogue(text: str) -> dict[str, Any]:
    return dict(json.loads(held(text, "catalogue-data")))


def merged(store: Store) -> set[Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}


def test_nothing_vendored_has_changed() -> None:
    (origin,) = HERE.glob("vendor/*/origin.toml")
    said = tomllib.loads(origin.read_text("utf-8"))
    assert {"package", "version", "registry", "licence", "repository"} <= said.keys()
    kept = {file.name for file in origin.parent.iterdir() if file.suffix in (".js", ".wasm")}
    assert kept == said["sha256"].keys()
    for name, digest in said["sha256"].items():
        assert hashlib.sha256((origin.parent / name).read_bytes()).hexdigest() == digest, name
    assert "Oxigraph developers" in (origin.parent / "LICENSE.txt").read_text("utf-8")
    assert "Apache License" in (origin.parent / "LICENSE-APACHE.txt").read_text("utf-8")


def test_ordinary_staff_are_nowhere_in_the_page(graph: StoredGraph, written: str) -> None:
    shown = triples(written)
    hidden = staff_nodes(graph.store)
    assert hidden
    assert not {triple.subject for triple in shown} & hidden
    assert not {triple.object for triple in shown} & hidden
    assert {quad.triple for quad in public_quads(graph.store, staff=False)} <= shown
    assert shown <= merged(graph.store)
    iris = {thing[0] for thing in catalogue(written)["things"]}
    assert not {shorten(node.value) for node in hidden} & iris


def test_staff_are_there_when_asked_for(graph: StoredGraph) -> None:
    text = write_page(graph, staff=True)
    assert triples(text) == merged(graph.store)


def test_the_same_graph_gives_the_same_bytes(graph: StoredGraph, written: str) -> None:
    assert write_page(graph, home="index.html") == written


def test_nothing_is_fetched_and_only_our_scripts_run(written: str) -> None:
    assert not re.search(r"""<[^>]*\s(?:src|on\w+|style)\s*=""", written)
    assert not re.search(r"<link|@import|url\(", written)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', written)
    assert "default-src &#39;none&#39;" in policy
    assert "&#39;wasm-unsafe-eval&#39;" in policy
    assert "unsafe-inline" not in policy
    assert "&#39;unsafe-eval" not in policy
    assert policy.endswith("worker-src blob:")


def test_without_scripts_the_page_says_what_to_do(written: str) -> None:
    (without,) = re.findall(r"<noscript>(.*?)</noscript>", written, re.DOTALL)
    for question in all_questions()[0]:
        assert f"<code>kommunegraf query {question.header.name}</code>" in without
    assert "JavaScript" in without


def test_a_text_is_cut_at_its_parameters_only() -> None:
    header = read_question("members").header
    text = 'SELECT * { ?a ?_at_xsd_date "?_at_xsd_date" } # ?_at_xsd_date\n'
    assert choices.parts(text, header.parameters) == [
        "SELECT * { ?a ",
        "_at_xsd_date",
        ' "?_at_xsd_date" } # ?_at_xsd_date\n',
    ]
    for question in all_questions()[0]:
        found = choices.parts(question.text, question.header.parameters)
        whole = "".join(f"?{one}" if at % 2 else one for at, one in enumerate(found))
        assert whole == question.text


@pytest.mark.parametrize("table", ["parameters", "columns", "abouts"])
def test_everything_in_a_question_has_norwegian_words(table: str) -> None:
    names = tomllib.loads((HERE / "names.toml").read_text("utf-8"))[table]
    assert all(len(said) == 2 and all(said) for said in names.values())
    asked = set()
    for question in all_questions()[0]:
        header = question.header
        if table == "columns":
            asked |= {column.removesuffix("Label") for column in header.columns}
        for one in header.parameters if table != "columns" else ():
            about = re.sub(r"[;,] (?:all|both|everything|unknown ones)\b.*$", "", one.about)
            name = one.name.replace("-", " ")
            said = one.name if table == "parameters" else about
            if table == "parameters" or (one.name != "standing" and about != f"the {name}"):
                asked.add(said)
    assert asked - set(names) == set(), "write these in viz/asking/names.toml"
    assert set(names) - asked == set(), "no question has these any more"


def test_every_theme_has_words(written: str) -> None:
    words = tomllib.loads((HERE.parent / "words" / "ask.toml").read_text("utf-8"))
    themes = {question["tags"][0] for question in catalogue(written)["questions"]}
    assert {f"theme-{theme}" for theme in themes} <= set(words)


def test_every_word_of_the_scripts_is_known() -> None:
    known = {
        key
        for table in ("every", "ask")
        for key in tomllib.loads((HERE.parent / "words" / f"{table}.toml").read_text("utf-8"))
    }
    for file in HERE.glob("*.js"):
        said = re.findall(r'(?:kg\.say|kg\.Fault)\(\s*"([\w-]+)"', file.read_text("utf-8"))
        assert set(said) <= known, file.name


def test_things_of_reports_come_first(written: str) -> None:
    first = [thing[0] for thing in catalogue(written)["things"][:2]]
    assert set(first) == {"o:ikt-orkide", "o:ror-ikt"}


def test_a_graph_without_reports_has_a_page_too(small: StoredGraph) -> None:
    text = write_page(small, staff=True)
    assert triples(text) == merged(small.store)
    assert "<a data-page" not in text
