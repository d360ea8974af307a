"""The analyses on the shipped graph, checked by hand, and as a user meets the command.

The expected rows lie in `analyses/<analysis>.toml`.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from kommunegraf.graph.dataset import Manifest
from kommunegraf.graph.errors import QueryError
from kommunegraf.graph.store import StoredGraph
from kommunegraf.queries.analyses.analysis import (
    ANALYSES,
    Share,
    Thing,
    Wish,
    plain,
    read_analysis,
    text,
)
from kommunegraf.queries.analyses.concentration import herfindahl
from kommunegraf.queries.analyses.joint_procurement import outside_contracts
from kommunegraf.queries.analyses.likeness import jaccard
from kommunegraf.queries.analyses.purchases import Purchase
from kommunegraf.queries.analyses.reading import Use, read_uses

COMMAND = Path(sys.executable).with_name("kommunegraf")
HERE = Path(__file__).parent / "analyses"


def run(built: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "analyse", *arguments, "--store", str(built)],
        capture_output=True,
        text=True,
        check=False,
    )


def cases() -> list[Any]:
    return [
        pytest.param(file.stem, case, id=f"{file.stem}-{number}")
        for file in sorted(HERE.glob("*.toml"))
        for number, case in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], 1)
    ]


def test_every_analysis_has_expected_rows_and_a_method_in_one_line() -> None:
    assert {file.stem for file in HERE.glob("*.toml")} == {*ANALYSES}
    for name in ANALYSES:
        assert read_analysis(name).name == name
        assert "\n" not in read_analysis(name).method


@pytest.mark.parametrize(("name", "case"), cases())
def test_rows_on_the_shipped_graph(built: Path, name: str, case: dict[str, Any]) -> None:
    options = [part for key, value in case["options"].items() for part in (f"--{key}", str(value))]
    done = run(built, name, *options, "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    # A thing has its IRI in a column of its own.
    shown = [[row.get(f"{c}Label", row.get(c)) for c in case["columns"]] for row in rows]
    if "systems" in case:
        shown = [row for row in shown if row[case["columns"].index("system")] in case["systems"]]
    assert shown[: case.get("first")] == case["rows"]


@pytest.mark.parametrize("name", ANALYSES)
def test_json_names_the_method_the_day_and_what_it_rests_on(built: Path, name: str) -> None:
    done = run(built, name, "--format", "json")
    answer = json.loads(done.stdout)
    assert answer["analysis"] == name
    assert answer["method"] == read_analysis(name).method
    assert answer["at"] == "2019-12-31"
    assert answer["notes"]
    assert answer["rows"]
    assert "As of 2019-12-31, the last day that the reports speak for." in done.stderr
    assert answer["method"] in done.stderr
    assert run(built, name, "--format", "json").stdout == done.stdout


def test_without_a_name_the_analyses_are_listed_with_their_methods(built: Path) -> None:
    done = run(built)
    assert done.returncode == 0
    for name in ANALYSES:
        assert f"{name} [--" in done.stdout
        assert read_analysis(name).method in done.stdout


def test_a_table_and_markdown_leave_the_iris_out(built: Path) -> None:
    options = ["concentration", "--partnership", "ikt-orkide"]
    assert "https://" not in run(built, *options).stdout
    assert run(built, *options, "--format", "md").stdout.startswith("| partnership | field | hhi |")


BAD: dict[str, tuple[list[str], str]] = {
    "an unknown analysis": (["concentraton"], "there is no analysis “concentraton”; did you mean concentration?"),
    "an option of another": (["brokers", "--minimum", "3"], "brokers takes no --minimum; it takes --partnership, --top, --components"),
    "no name": (["--top", "3"], "the name of an analysis is missing"),
    "a bad day": (["likeness", "--at", "2019-02-30"], "“2019-02-30” is not a date"),
    "a standing that is none": (["likeness", "--standing", "sure"], "“sure” is not a standing"),
    "an unknown partnership": (["concentration", "--partnership", "IKT Orkide AS x"], "is not known among organisations"),
    "no partnership": (["concentration", "--partnership", "Nesset"], "Nesset is not a partnership; kommunegraf query members lists them"),
    "no partnership either": (["brokers", "--partnership", "o:visma"], "Visma is not a partnership"),
    "too little known": (["likeness", "--thing", "Kristiansund"], "Kristiansund is not compared: 4 systems are stated of it as of 2019-12-31, fewer than 5"),
    "a format for triples": (["likeness", "--format", "ttl"], "“ttl” is not a format here; known: table, csv, json, md"),
    "a negative number": (["likeness", "--top", "0"], "0 is not in the range"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_sentence_and_exit_code_2(
    built: Path, arguments: list[str], sentence: str
) -> None:
    done = run(built, *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_before_all_sources_there_is_nothing_and_no_error(built: Path) -> None:
    for name in ANALYSES:
        done = run(built, name, "--at", "1900-01-01")
        assert done.returncode == 0, done.stderr
        assert "No rows as of 1900-01-01" in done.stderr


def test_a_partnership_that_was_not_yet_has_no_row(built: Path) -> None:
    for name in ("concentration", "joint-procurement"):
        done = run(built, name, "--partnership", "ROR-IKT", "--at", "1900-01-01")
        assert done.returncode == 0, done.stderr
        assert "No rows as of 1900-01-01" in done.stderr


def test_of_several_texts_the_same_is_taken_in_every_engine() -> None:
    kg, other = "https://w3id.org/kommunegraf/ns#", "urn:"
    texts = [f"use {number:02}" for number in range(20)]
    lines = [
        f"<{other}r> a <{kg}SystemUse> ; <{kg}user> <{other}u> ; <{kg}system> <{other}s> ; <{kg}useStatus> <{other}c> .",
        f'<{other}c> <http://www.w3.org/2004/02/skos/core#notation> "in-use" .',
        *(
            f'<{other}r> <{kg}{name}> "{day}"^^<http://www.w3.org/2001/XMLSchema#date> .'
            for name, day in (
                ("possibleFrom", "2018-01-01"),
                ("statedFrom", "2018-01-01"),
                ("statedUntil", "2019-01-01"),
                ("possibleUntil", "2019-01-01"),
            )
        ),
        f"<{other}r> <{kg}isPlan> false .",
        *(f'<{other}r> <{kg}sourceText> "{text}"@nb .' for text in texts),
    ]
    store = Store()
    store.load("\n".join(lines).encode(), format=RdfFormat.TURTLE)
    graph = Shuffled(store, Path(), Manifest(2, "0", {}, {}, "2020-01-01", "2020-01-01"))
    found = read_uses(graph, Wish("2018-06-01", "stated"))
    assert [use.source for use in found] == texts[:1]


class Shuffled(StoredGraph):
    """An engine that orders IRIs and texts with a language in its own way: backwards."""

    def select(self, text: str, bindings: Any = None) -> Any:
        return list(super().select(text, bindings))[::-1]


def test_help_imports_no_heavy_library() -> None:
    said = (
        "import sys; from kommunegraf.graph.cli import cli; cli.get_command(None, 'analyse');"
        "print(sorted({'networkx', 'rdflib', 'rich', 'pandas'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("parts", "index"), [([1.0], 10_000), ([0.5, 0.5], 5_000), ([0.25] * 4, 2_500), ([], None)]
)
def test_herfindahl(parts: list[float], index: float | None) -> None:
    assert herfindahl(parts) == index


def test_jaccard() -> None:
    a, b, c = (NamedNode(f"urn:{letter}") for letter in "abc")
    assert jaccard({a, b}, {b, c}) == pytest.approx(1 / 3)
    assert jaccard({a}, {a}) == 1
    assert jaccard(set(), set()) == 0


def test_a_member_outside_the_contract_is_a_candidate_until_it_uses_the_system() -> None:
    p, a, b, new, s = (NamedNode(f"urn:{name}") for name in ("p", "a", "b", "new", "s"))
    contract = Purchase(p, "Avtale", True, frozenset({p}), frozenset({a}), (s,), "", "linje 1")
    members = {a, b, new}
    (found,) = outside_contracts(p, members, [contract], {a: {new}}, [])
    assert (found.have, found.fellows, found.through) == ({a}, {b, new}, {new})
    used = Use(p, new, s, "in-use", None, "stated", "linje 2", doubtful=False)
    (found,) = outside_contracts(p, members, [contract], {a: {new}}, [used])
    assert (found.fellows, found.through) == ({b}, set())


def test_values_for_people_and_for_programs() -> None:
    thing = Thing(NamedNode("urn:a"), "A")
    assert text((thing, Share(thing, 0.25))) == "A; A 25.0 %"
    assert (text(None), text(0.5), text(1.0), text(3)) == ("", "0.5", "1", "3")
    assert plain(Share(thing, 1 / 3)) == {"iri": "urn:a", "label": "A", "share": 0.333333}


def test_an_unknown_analysis_names_those_that_there_are() -> None:
    with pytest.raises(QueryError, match="kommunegraf analyse lists them"):
        read_analysis("xyz")
