"""Finding: what is offered first for what people write, from an index, without one, in registers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kommunegraf.graph.dataset import Graph
from kommunegraf.graph.errors import NameNotFoundError, UsageError
from kommunegraf.graph.name_index import NAMES, UNITS
from kommunegraf.graph.register import load_register, purge, selection
from kommunegraf.graph.store import open_graph
from kommunegraf.queries.finding.candidates import find
from kommunegraf.queries.finding.command import reason
from kommunegraf.queries.finding.spellings import forms, plain
from kommunegraf.queries.names import resolve, suggest

COMMAND = Path(sys.executable).with_name("kommunegraf")
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['text']}")
    for file in sorted((Path(__file__).parent / "find").glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]
DAY = date(2024, 6, 1)
ALL = selection(everything=True)


def keys(graph: Graph, text: str, kind: str = "") -> list[str]:
    found = find(graph, text, kind).candidates
    return [one.iri.value.partition("/id/")[2] or one.iri.value.rpartition("/")[2] for one in found]


def check(graph: Graph, case: dict[str, Any]) -> None:
    found = find(graph, case["text"], case.get("kind", "")).candidates
    iris = [one.iri.value.partition("/id/")[2] for one in found]
    assert iris[0] == case["first"]
    if "second" in case:
        assert iris[1] == case["second"]
    if "by" in case:
        assert reason(found[0]) == case["by"]
    if case.get("only"):
        assert len(iris) == 1
    assert 0.6 <= found[0].likeness <= 1.0


@pytest.mark.parametrize("case", CASES)
def test_what_is_offered_first(graph: Graph, case: dict[str, Any]) -> None:
    check(graph, case)


@pytest.fixture(scope="module")
def bare(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The same graph without its index, as an endpoint is."""
    folder = tmp_path_factory.mktemp("bare") / "graph"
    shutil.copytree(built, folder, symlinks=True)
    (folder / "current" / NAMES).unlink()
    return open_graph(folder)


def test_a_graph_without_an_index_gives_the_same(graph: Graph, bare: Graph) -> None:
    for text in ("Nesett", "1543", "Molde", "P360", "Tieto Evry", "kommune"):
        assert find(bare, text) == find(graph, text)


def test_a_misspelt_name_is_offered_what_find_finds(graph: Graph) -> None:
    with pytest.raises(NameNotFoundError, match=r"Did you mean “Nesset” \(1543-nesset\)"):
        resolve(graph, "Nesett", "organisations")
    assert suggest(graph, "Nesett", "systems") == find(graph, "Nesett", "systems", 4).candidates


def test_signs_and_forms_of_a_word_do_not_matter_to_a_question(graph: Graph) -> None:
    assert resolve(graph, "ROR IKT", "organisations").value.endswith("org/ror-ikt")
    assert resolve(graph, "Averøy kommuna").value.endswith("org/1554-averoy")
    with pytest.raises(NameNotFoundError):
        resolve(graph, "Tieto Evry")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is nothing to find"),
        (" \t\x00\x1b ", "there is nothing to find"),
        ("!?–", "holds no letter and no digit"),
        ("x" * 10_000, "has 10,000 signs"),
    ],
)
def test_what_can_be_no_name_is_refused(graph: Graph, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find(graph, text)


@pytest.mark.parametrize(
    "text",
    ['" OR 1=1 --', "*", "a*", "NEAR(molde, 2)", "molde AND", "-molde", "\x00molde", "'; DROP TABLE",
     "molde " * 30, "å" * 200, "\ud800 molde", "\udcff\udcfe molde", "ＭＯＬＤＥ", "1" * 200,
     "^nesset$", "%s%s", "nesset\u202e", "a b c d e f g h i j k l m n o p q r s t u v w x y z"],
)  # fmt: skip
def test_any_text_is_only_text(graph: Graph, text: str) -> None:
    for ask in (find, resolve):
        with suppress(UsageError, NameNotFoundError):
            ask(graph, text)


def test_forms_of_words() -> None:
    assert plain("heimeteneste") == plain("hjemmetjeneste") == "hjemmetjeneste"
    assert "heimeteneste" in forms("hjemmetjeneste")
    assert plain("kommunane") == plain("kommuna") == "kommune"
    assert plain("fylkeskommune") == "fylkeskommune"


def run(built: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "find", *arguments, "--store", str(built)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_candidates_with_the_reason(built: Path) -> None:
    done = run(built, "1543", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "likeness,name,what,until,found by,iri\n"
        "1.00,Nesset,kommune,2020-01-01,municipality number 1543 (1838–2019),o:1543-nesset\n"
    )


def test_the_command_gives_json_with_stable_keys(built: Path) -> None:
    (one,) = json.loads(run(built, "1543", "--format", "json").stdout)["found"]
    assert one == {
        "iri": "https://w3id.org/kommunegraf/id/org/1543-nesset", "label": "Nesset", "kind": "org",
        "type": "kommune", "until": "2020-01-01", "likeness": 1.0, "fit": "exact",
        "matched": {"name": "1543", "sort": "municipality-number", "time": "1838–2019"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["qqzzx"], 1, "Nothing is called “qqzzx”, or nearly so."),
        (["921 221 968"], 1, "its check digit is 8, but the digits before it give 7."),
        (["12345678"], 1, "it has 8 digits, but an organisation number has 9."),
        (["Molde", "--kind", "ships"], 2, "“ships” is no kind of thing; known: organisations,"),
        (["Molde", "--format", "ttl"], 2, "“ttl” is not a format here"),
        (["Molde", "--limit", "0"], 2, "0 is not in the range"),
        (["…"], 2, "holds no letter and no digit"),
    ],
)
def test_a_no_is_one_sentence(built: Path, arguments: list[str], code: int, said: str) -> None:
    done = run(built, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def unit(number: str, name: str, form: str = "AS", **more: object) -> dict[str, Any]:
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": form},
        **more,
    }


UNITS_OF_REGISTER = [
    unit("921221967", "MOLDE KOMMUNE", "KOMM"),
    unit("997058925", "MOLDE TAKST AS"),
    unit("923609016", "EQUINOR ASA", "ASA",
         historiskeNavn=[{"navn": "STATOIL ASA", "fraDato": "2009-11-02", "tilDato": "2018-05-16"}]),
    unit("810006242", 'SMÅ & "STORE" FISK AS'),
    unit("974769484", "GAMLEHEIMEN EIGEDOM IKS", "IKS", slettedato="2020-02-01"),
]  # fmt: skip


@pytest.fixture(scope="module")
def loaded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(built, folder / "graph", symlinks=True)
    file = folder / "units.json"
    file.write_text(json.dumps(UNITS_OF_REGISTER), "utf-8")
    load_register(folder / "graph", [file], ALL, DAY)
    return folder / "graph"


@pytest.fixture
def changing(loaded: Path, tmp_path: Path) -> Path:
    shutil.copytree(loaded, tmp_path / "graph", symlinks=True)
    return tmp_path / "graph"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("equinor", "923609016"),
        ("Ekvinor ASA", "923609016"),
        ("STATOIL", "923609016"),
        ('SMÅ & "STORE" FISK AS', "810006242"),
        ("fisk sma", "810006242"),
        ("997 058 925", "997058925"),
        ("Molde takst", "997058925"),
        ("gamleheimen eiendom", "974769484"),
        ("molde kommune", "org/1506-molde"),
        ("921221967", "org/1506-molde"),
    ],
)
def test_units_of_a_register_are_found(loaded: Path, text: str, first: str) -> None:
    assert keys(open_graph(loaded), text, "organisations")[0] == first


def test_a_unit_that_is_an_organisation_of_ours_stands_once(loaded: Path) -> None:
    assert keys(open_graph(loaded), "Molde")[:2] == ["org/1506-molde", "org/1502-molde"]
    assert "921221967" not in keys(open_graph(loaded), "molde kommune")


def test_a_former_name_says_when_it_held_and_a_deleted_unit_until_when(loaded: Path) -> None:
    graph = open_graph(loaded)
    (statoil,) = find(graph, "Statoil ASA").candidates[:1]
    assert statoil.label == "EQUINOR ASA"
    assert reason(statoil) == "former name STATOIL ASA (fra 2009-11-02 til 2018-05-16)"
    assert find(graph, "gamleheimen eigedom").candidates[0].until == "2020-02-01"


def test_without_an_index_units_are_found_by_whole_names_and_numbers(changing: Path) -> None:
    (changing / "current" / UNITS).unlink()
    graph = open_graph(changing)
    assert keys(graph, "equinor asa") == ["923609016"]
    assert keys(graph, "923609016") == ["923609016"]
    assert keys(graph, "equinr") == []


def test_a_later_file_changes_what_is_found(changing: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(unit("997058925", "ROMSDAL VERKSETTING AS")), "utf-8")
    load_register(changing, [file], ALL, DAY)
    graph = open_graph(changing)
    assert keys(graph, "romsdal verksetting") == ["997058925"]
    assert keys(graph, "verksettning") == ["997058925"]
    assert "997058925" not in keys(graph, "molde takst")


def test_a_single_unit_without_a_whole_register_is_found(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "graph", symlinks=True)
    file = tmp_path / "one.json"
    file.write_text(json.dumps(UNITS_OF_REGISTER[2]), "utf-8")
    load_register(tmp_path / "graph", [file], ALL, DAY)
    assert keys(open_graph(tmp_path / "graph"), "ekvinor") == ["923609016"]


def test_nothing_of_a_removed_unit_is_left_in_the_index(changing: Path) -> None:
    index = changing / "current" / UNITS
    assert b"gamleheimen" in index.read_bytes()
    assert purge(changing, ["974769484"], DAY) == 1
    left = index.read_bytes()
    assert b"gamleheimen" not in left
    assert b"eigedom" not in left
    assert keys(open_graph(changing), "gamleheimen") == []
    assert keys(open_graph(changing), "equinor") == ["923609016"]
