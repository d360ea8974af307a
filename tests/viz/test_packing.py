"""Columns for the page, and what its script makes of them again."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from kommunegraf.viz import embed, style
from kommunegraf.viz.drawing import draw
from kommunegraf.viz.packing import END, START, pack
from kommunegraf.viz.rendering import drawn
from kommunegraf.viz.view import load

from .conftest import Ask
from .hostile import triples

UNPACK = """
globalThis.kg = {};
globalThis.document = { getElementById: () => ({ textContent: process.env.DATA }), documentElement: { lang: "nb" } };
"""
TELL = """
console.log(JSON.stringify({
  things: kg.things.map((t) => [t.id, t.name, t.kind, t.iri, t.x, t.y, t.size, t.home, t.also, t.note]),
  relations: kg.relations.map((r) => [r.from, r.to, r.kind, r.iri, r.text, r.bounds, r.period, r.sources, r.note]),
}));
"""


def unpacked(data: object) -> dict[str, Any]:
    """What the page's script holds after it has read data."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js here to run the page's script")
    program = UNPACK + embed.own("page/data.js") + TELL
    done = subprocess.run(
        [node, "-e", program],
        env={"DATA": str(embed.as_json(data))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("which", ["made-up", "hostile"])
def test_the_script_gets_back_what_was_packed(ask: Ask, which: str) -> None:
    network = drawn(load("whole"), ask("whole") if which == "made-up" else triples(), None)
    picture = draw(network.graph, network.layout, style.load())
    found = unpacked({**pack(picture.nodes, picture.edges), "base": "https://x.example/"})
    assert found["things"] == [
        [n["id"], n["name"], n["kind"], n["iri"], n["x"], n["y"], n["size"], n["home"], n["also"], n["note"]]
        for n in picture.nodes
    ]  # fmt: skip
    assert found["relations"] == [
        [e["from"], e["to"], e["kind"], e["iri"], e["text"], [*e["bounds"], int(e["plan"])], e["period"], e["sources"], e["note"]]
        for e in picture.edges
    ]  # fmt: skip


def test_relations_of_one_pattern_share_it() -> None:
    nodes = [_node(0, "Alfjord", "org/alfjord"), _node(1, "Nord-IKT", "org/nord-ikt")]
    nodes.append(_node(2, "Havøy", "org/havoy"))
    edges = [
        _edge(number, 1, f"{nodes[number]['name']} – deltaker i Nord-IKT", f"membership/{key}_nord-ikt_member")
        for number, key in ((0, "alfjord"), (2, "havoy"))
    ]  # fmt: skip
    packed = pack(nodes, edges)["edges"]
    assert packed["texts"] == [f"{START} – deltaker i {END}"]
    assert packed["iris"] == [f"membership/{START}_{END}_member"]
    assert packed["sourceNames"] == ["Årsmelding 2018, linje "]
    assert packed["sourceLists"] == [((0, "1"),)]


def test_a_name_inside_another_comes_back_whole() -> None:
    nodes = [_node(0, "Molde", "org/molde"), _node(1, "Molde kommune", "org/molde-kommune")]
    edges = [_edge(0, 1, "Molde – Molde kommune", "x/molde_molde-kommune")]
    packed = pack(nodes, edges)["edges"]
    (text,) = packed["texts"]
    assert text.replace(START, "Molde").replace(END, "Molde kommune") == "Molde – Molde kommune"


def _node(number: int, name: str, iri: str) -> dict[str, Any]:
    return {
        "id": number, "name": name, "iri": iri, "label": name, "kind": "org", "x": 0, "y": 0,
        "size": 9, "home": [], "fields": [], "names": {}, "also": [], "note": "",
    }  # fmt: skip


def _edge(start: int, end: int, text: str, iri: str) -> dict[str, Any]:
    return {
        "from": start, "to": end, "kind": "membership", "text": text, "iri": iri, "bounds": [],
        "plan": False, "certainty": "stated", "period": "", "note": "",
        "sources": ["Årsmelding 2018, linje 1"],
    }  # fmt: skip
