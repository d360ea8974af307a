"""The command `load`: files become sources of the graph, or nothing changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kommunegraf.graph.build import read_all, source_triples
from kommunegraf.graph.downloaded import SIDECAR, Sidecar, digest, write_record
from kommunegraf.graph.errors import SourceError
from kommunegraf.graph.source import find_sources, read_source
from kommunegraf.graph.store import open_stored
from kommunegraf.ontology import namespaces

HERE = Path(__file__).parent / "klass"
PREFIXES = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in namespaces.PREFIXES.items())
COMMAND = Path(sys.executable).with_name("kommunegraf")

WINDOW = ("--from", "2015-01-01", "--to", "2022-01-01", "--retrieved", "2022-03-04")

HEAD = """key = "{key}"
title = "Prøve"
short = "Prøve"
type = "annual-report"
publisher = "Prøve"
rights = "CC BY 4.0"
issued = "2021-03-01"
speaks = "2020"
place = "line"
lines = 50
{more}
[rows]
"organisations.csv" = 1
"""


def make_source(folder: Path, key: str = "prove", more: str = "", label: str = "Prøve-IKT") -> Path:
    source = folder / key
    source.mkdir(parents=True)
    (source / "source.toml").write_text(HEAD.format(key=key, more=more), "utf-8")
    rows = f"key,label,type,place\n{key}-ikt,{label},partnership,1\n"
    (source / "organisations.csv").write_text(rows, "utf-8")
    return source


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    make_source(tmp_path / "reports")
    return tmp_path / "reports"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(scope="module")
def first_load(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder into which an answer of KLASS has been loaded."""
    folder = tmp_path_factory.mktemp("load")
    make_source(folder / "reports")
    done = load(folder / "out", folder / "reports", HERE / "codes.json", *WINDOW)
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture
def loaded(first_load: Path, out: Path) -> Path:
    """A copy of that folder, to load more into."""
    shutil.copytree(first_load, out, symlinks=True)
    return out


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [str(COMMAND), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def load(out: Path, sources: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run("load", *arguments, "--out", out, "--sources", sources, "--no-pages")


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def quads(out: Path) -> list[str]:
    return sorted(map(str, open_stored(out).store))


def test_an_answer_of_klass_becomes_a_source_of_the_graph(out: Path, sources: Path) -> None:
    done = load(out, sources, HERE / "codes.json", *WINDOW)
    assert done.returncode == 0, done.stderr
    checksum = hashlib.sha256((HERE / "codes.json").read_bytes()).hexdigest()
    key = f"klass-codes-2022-03-04-{checksum[:8]}"
    assert f"4 rows of klass-versions.csv → {key}" in done.stdout
    assert "kept out: 9999 (Uoppgitt), 1 record" in done.stdout
    source = read_source(out / "sources" / key / "source.toml")
    assert source.sha256 == checksum
    assert source.file_name == "codes.json"
    assert source.retrieved is not None
    assert source.retrieved.isoformat() == source.issued.isoformat() == "2022-03-04"
    assert source.rows == {"klass-versions.csv": 4}
    assert key in open_stored(out).manifest.sources


def test_the_same_file_twice_gives_the_same_graph(loaded: Path, sources: Path) -> None:
    folders, graph = content(loaded / "sources"), quads(loaded)
    assert load(loaded, sources, HERE / "codes.json", *WINDOW).returncode == 0
    assert content(loaded / "sources") == folders
    assert quads(loaded) == graph


def test_another_day_of_retrieval_takes_the_place_of_the_one_before(
    loaded: Path, sources: Path
) -> None:
    later = (*WINDOW[:-1], "2022-05-06")
    assert load(loaded, sources, HERE / "codes.json", *later).returncode == 0
    (kept,) = (loaded / "sources").iterdir()
    assert kept.name.startswith("klass-codes-2022-05-06-")


def test_a_build_keeps_what_was_loaded(loaded: Path, sources: Path) -> None:
    before = quads(loaded)
    done = run("build", "--sources", sources, "--out", loaded, "--no-pages")
    assert done.returncode == 0, done.stderr
    assert quads(loaded) == before


def test_the_sidecar_of_a_download_says_when_and_what_was_asked(
    out: Path, sources: Path, tmp_path: Path
) -> None:
    file = tmp_path / "codes.json"
    shutil.copyfile(HERE / "codes.json", file)
    url = "https://data.ssb.no/api/klass/v1/classifications/131/codes.json"
    sidecar = Sidecar(
        source="klass-codes",
        title="",
        url=f"{url}?from=2014-01-01&to=2023-01-01",
        retrieved="2023-04-05T06:07:08+00:00",
        checked="2023-04-05T06:07:08+00:00",
        etag="",
        last_modified="",
        sha256=digest(file),
        size=file.stat().st_size,
        publisher="Statistisk sentralbyrå",
        licence="https://creativecommons.org/licenses/by/4.0/",
        parameters={},
    )
    write_record(file, sidecar)
    done = load(out, sources, file, f"{file}{SIDECAR}")
    assert done.returncode == 0, done.stderr
    (source,) = find_sources(out / "sources")
    assert str(source.retrieved) == "2023-04-05"
    rows = (source.folder / "klass-versions.csv").read_text("utf-8").splitlines()
    assert rows[1] == "1501,Ålesund,2015-01-01,2020-01-01,"


def test_without_a_day_of_retrieval_the_own_day_of_the_file_counts(
    out: Path, sources: Path, tmp_path: Path
) -> None:
    file = tmp_path / "codes.json"
    shutil.copyfile(HERE / "codes.json", file)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    done = load(out, sources, file)
    assert "taken as retrieved on 2023-11-14, the file's own date" in done.stderr
    assert [source.key[:22] for source in find_sources(out / "sources")] == [
        "klass-codes-2023-11-14"
    ]


def test_a_source_folder_of_ones_own_is_copied_in(out: Path, sources: Path, tmp_path: Path) -> None:
    mine = make_source(tmp_path / "mine", "min-rapport", label="Min IKT")
    assert load(out, sources, mine).returncode == 0
    shutil.rmtree(mine)
    assert run("build", "--sources", sources, "--out", out, "--no-pages").returncode == 0
    assert "min-rapport" in open_stored(out).manifest.sources


def test_an_answer_cut_to_a_window_ends_nothing_and_begins_nothing(
    out: Path, sources: Path
) -> None:
    source = sources / "kommuner"
    source.mkdir()
    rows = [
        *("number,name,from,until", "1502,Molde,1838-01-01,2020-01-01"),
        *("1543,Nesset,1838-01-01,2020-01-01", "1506,Molde,2020-01-01,"),
        *("1507,Ålesund,2020-01-01,2024-01-01", "1508,Ålesund,2024-01-01,"),
    ]
    (source / "klass-versions.csv").write_text("\n".join(rows) + "\n", "utf-8")
    head = HEAD.replace('"line"', '"record"').replace(
        'organisations.csv" = 1', 'klass-versions.csv" = 5'
    )
    head = head.replace('"2020"', '"1838-01-01/2024-12-19"')
    head = head.replace("2021-03-01", "2024-12-19").format(key="kommuner", more="")
    (source / "source.toml").write_text(head, "utf-8")
    assert run("build", "--sources", sources, "--out", out, "--no-pages").returncode == 0
    before = numbers_in_force(out)
    done = load(out, sources, HERE / "narrow.csv", "--from", "2019-01-01", "--to", "2022-01-01")
    assert done.returncode == 0, done.stderr
    assert numbers_in_force(out) == before == ["1506", "1508"]


def numbers_in_force(out: Path) -> list[str]:
    """The municipality numbers that are stated to hold on the first day of 2024."""
    day = '"2024-01-01"^^xsd:date'
    solutions = open_stored(out).select(
        f"""{PREFIXES} SELECT DISTINCT ?number WHERE {{
          ?i dcterms:type identifier-scheme:municipality-number ; skos:notation ?number ;
             kg:statedFrom ?from ; kg:statedUntil ?until .
          FILTER(?from <= {day} && ?until > {day}) }} ORDER BY ?number"""
    )
    return [str(solution["number"].value) for solution in solutions]


REFUSED = {
    "a file of no known kind": ("colour,size\nred,2\n", "is of no known kind; known: klass-codes"),
    "a page": ("<html><title>502</title></html>", "is an HTML page (“502”), not data"),
    "an unfinished download": ("code;name\n", "is a download that was cut off"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_costs_neither_graph_nor_what_was_loaded(
    case: str, loaded: Path, sources: Path, tmp_path: Path
) -> None:
    before = content(loaded)
    text, expected = REFUSED[case]
    file = tmp_path / ("x.part" if case == "an unfinished download" else "x")
    file.write_text(text, "utf-8")
    done = load(loaded, sources, HERE / "changes.json", file)
    assert done.returncode == 2
    assert f"kommunegraf: {file}: {expected}" in done.stderr
    assert content(loaded) == before


def test_a_source_that_does_not_build_is_not_kept(
    loaded: Path, sources: Path, tmp_path: Path
) -> None:
    before = content(loaded)
    mine = make_source(tmp_path / "mine", "min-rapport")
    table = mine / "organisations.csv"
    table.write_text(table.read_text("utf-8").replace("partnership", "partnrship"), "utf-8")
    done = load(loaded, sources, mine)
    assert done.returncode == 2
    assert f"kommunegraf: {table}:2: column “type”: “partnrship” is no code" in done.stderr
    assert content(loaded) == before


def test_a_key_that_is_taken_is_refused(out: Path, sources: Path, tmp_path: Path) -> None:
    mine = make_source(tmp_path / "mine", "prove")
    done = load(out, sources, mine)
    assert done.returncode == 2
    assert f"kommunegraf: {mine}: has the key “prove” of {sources / 'prove'}" in done.stderr
    assert not (out / "sources").exists()


def test_an_empty_answer_changes_nothing(out: Path, sources: Path, tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text(json.dumps({"codeChanges": []}))
    done = load(out, sources, tmp_path / "none.json", "--retrieved", "2024-01-01")
    assert done.returncode == 0
    assert "klass-changes, no records; there is nothing to load" in done.stdout
    assert not out.exists()


def test_of_many_faults_the_first_twenty_are_shown(
    out: Path, sources: Path, tmp_path: Path
) -> None:
    lines = ["code;name;validFrom", "0301;Oslo;2020-01-01", *["1;A;2020-01-01"] * 25]
    (tmp_path / "codes.csv").write_text("\n".join(lines))
    done = load(out, sources, tmp_path / "codes.csv", "--from", "2019-01-01")
    assert done.returncode == 0
    assert done.stderr.count("“1” is not a number of a municipality") == 20
    assert "… and 5 more faults, 25 in all" in done.stderr


WRONG_USE = {
    "a window that ends before it begins": (
        ("--from", "2020-01-01", "--to", "2019-01-01"),
        "--to must be a later day than --from",
    ),
    "a selection of units without units": (("--all",), "choose units, and no file holds units"),
    "a day that does not exist": (("--retrieved", "2013-02-30"), "'2013-02-30' does not match"),
    "an unknown kind": (("--kind", "klas"), "'klas' is not one of"),
}


def test_units_and_tables_in_one_go(loaded: Path, sources: Path, tmp_path: Path) -> None:
    unit = {
        "organisasjonsnummer": "921221967",
        "navn": "MOLDE KOMMUNE",
        "organisasjonsform": {"kode": "KOMM"},
    }
    (tmp_path / "unit.json").write_text(json.dumps(unit))
    files = (tmp_path / "unit.json", HERE / "changes.json")
    done = load(loaded, sources, *files, "--retrieved", "2022-03-04")
    assert done.returncode == 0, done.stderr
    assert any("enheter/921221967>" in quad for quad in quads(loaded))
    assert len(find_sources(loaded / "sources")) == 2


@pytest.mark.parametrize("case", WRONG_USE)
def test_wrong_use_is_said_and_changes_nothing(case: str, out: Path, sources: Path) -> None:
    arguments, expected = WRONG_USE[case]
    done = load(out, sources, HERE / "codes.json", *arguments)
    assert done.returncode == 2
    assert expected in done.stderr
    assert not out.exists()


def test_a_folder_that_is_not_ours_is_left_alone(out: Path, sources: Path) -> None:
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    done = load(out, sources, HERE / "codes.json", *WINDOW)
    assert done.returncode == 2
    assert "is not empty and holds no earlier build" in done.stderr
    assert list(content(out)) == ["letter.txt"]


BAD_HEADS = {
    "a licence in words": ('licence = "CC BY"', "licence is “CC BY”; it must be the address"),
    "a short checksum": ('sha256 = "abc"', "sha256 is “abc”; it must be 64 hexadecimal digits"),
    "a day that does not exist": ('retrieved = "2013-02-30"', "day is out of range"),
}


@pytest.mark.parametrize("case", BAD_HEADS)
def test_a_head_that_says_its_origin_wrongly(case: str, tmp_path: Path) -> None:
    more, expected = BAD_HEADS[case]
    source = make_source(tmp_path, more=more)
    with pytest.raises(SourceError, match=expected):
        read_source(source / "source.toml")


def test_the_description_of_a_source_says_its_origin(tmp_path: Path) -> None:
    checksum = "ab" * 32
    more = f'licence = "https://example.org/l"\nretrieved = "2024-02-03"\nsha256 = "{checksum}"\n'
    source = read_source(make_source(tmp_path, more=more) / "source.toml")
    told = {
        (p.value.rsplit("/", 1)[-1], getattr(o, "value", "")) for _, p, o in source_triples(source)
    }
    assert ("license", "https://example.org/l") in told
    assert {value for _, value in told} >= {"2024-02-03", checksum}


def test_two_folders_may_not_hold_the_same_key(tmp_path: Path) -> None:
    make_source(tmp_path / "one")
    make_source(tmp_path / "two")
    with pytest.raises(SourceError, match="has the key “prove” of"):
        read_all([tmp_path / "one", tmp_path / "two"])
