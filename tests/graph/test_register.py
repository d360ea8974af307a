"""The register graph: a load replaces what it must, repeats to the same, and fails whole."""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kommunegraf.graph import predicates as p
from kommunegraf.graph.errors import SourceError, StoreError
from kommunegraf.graph.register import Result, load_register, purge, selection
from kommunegraf.graph.register_graph import REGISTER
from kommunegraf.graph.register_report import describe
from kommunegraf.graph.registrations import unit_node
from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import open_stored
from kommunegraf.ontology.namespaces import PREFIXES

ROOT = Path(__file__).resolve().parent.parent.parent
REAL = ROOT.parent / "shared" / "data" / "enhetsregisteret"
DAY = date(2024, 5, 1)
ALL = selection(everything=True)

HEAD = """key = "prove"
title = "Prøverapport"
short = "Prøve 2020"
type = "annual-report"
publisher = "Prøve"
rights = "CC BY 4.0"
issued = "2021-03-01"
speaks = "2020"
place = "line"
lines = 50

[rows]
"organisations.csv" = 3
"identifiers.csv" = 2
"matches.csv" = 2
"""
TABLES = {
    "organisations.csv": "key,label,type,place\n"
    "ha,Hå kommune,municipality,1\n"
    "prove-ikt,Prøve-IKT,partnership,1\n"
    "equinor,Equinor,company,1\n",
    "identifiers.csv": "thing,scheme,value,from,place\n"
    "organisations:ha,organisation-number,964 969 590,2010-01-01,2\n"
    "organisations:prove-ikt,organisation-number,964969590,2010-01-01,2\n",
    "matches.csv": "organisation,number,name,verdict,reason,decided,place\n"
    "equinor,923609016,EQUINOR ASA,same,Samme navn,2024-01-01,3\n"
    "prove-ikt,964969590,HÅ KOMMUNE,not-same,Kommunen er vert,2024-01-01,3\n",
}


def unit(number: str, name: str, form: str = "AS", **more: object) -> dict[str, Any]:
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": form},
        "konkurs": False,
        **more,
    }


HA = unit("964969590", "HÅ KOMMUNE", "KOMM", registreringsdatoEnhetsregisteret="1995-02-19")
EQUINOR = unit("923609016", "EQUINOR ASA", "ASA", antallAnsatte=21239)
SMITH = unit("810006242", "SMÅ & STORE AS")
BAKER = unit("810004282", "BAKER AS")
ROLES = {
    "_links": {
        "self": {"href": "https://data.brreg.no/enhetsregisteret/api/enheter/964969590/roller"}
    },
    "rollegrupper": [
        {
            "type": {"kode": "DELT"},
            "sistEndret": "2021-02-01",
            "roller": [
                {
                    "type": {"kode": "DTPR"},
                    "enhet": {"organisasjonsnummer": "810006242", "navn": ["SMÅ & STORE AS"]},
                    "ansvarsandel": "50%",
                },
                {
                    "type": {"kode": "DAGL"},
                    "person": {"navn": {"fornavn": "Kari", "etternavn": "Prøve"}},
                },
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources") / "prove"
    folder.mkdir()
    for name, text in {**TABLES, "source.toml": HEAD}.items():
        (folder / name).write_text(text, "utf-8")
    return folder.parent


@pytest.fixture(scope="module")
def built(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "out"
    assert run_build(sources, out, pages=False) == 0
    return out


@pytest.fixture
def out(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "out", symlinks=True)
    return tmp_path / "out"


def put(folder: Path, name: str, content: object) -> Path:
    """Writes content as JSON to a file, gzipped when its name says so, always of the same day."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = folder / name
    file.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return file


def load(out: Path, *files: Path) -> Result:
    return load_register(out, files, ALL, DAY)


def quads(out: Path) -> list[str]:
    return sorted(map(str, open_stored(out).store))


def names(out: Path) -> set[str]:
    store = open_stored(out).store
    return {
        q.object.value
        for q in store.quads_for_pattern(None, p.LEGAL_NAME, None, REGISTER)
        if isinstance(q.object, Literal)
    }


def said(out: Path, node: NamedNode) -> int:
    store = open_stored(out).store
    return sum(1 for _ in store.quads_for_pattern(node, None, None, REGISTER))


def nodes(out: Path, part: str) -> set[str]:
    store = open_stored(out).store
    return {
        q.subject.value
        for q in store.quads_for_pattern(None, None, None, REGISTER)
        if isinstance(q.subject, NamedNode) and part in q.subject.value
    }


def test_a_whole_register_is_loaded_from_gzip(out: Path, tmp_path: Path) -> None:
    result = load(out, put(tmp_path, "all.json.gz", [HA, EQUINOR, SMITH]))
    (file,) = result.files
    assert (file.whole, file.tally.read, file.tally.taken, file.tally.faulty) == (True, 3, 3, 0)
    assert names(out) == {"HÅ KOMMUNE", "EQUINOR ASA", "SMÅ & STORE AS"}
    assert open_stored(out).manifest.registers == {"enhetsregisteret": result.triples}
    store = open_stored(out).store
    assert result.triples == sum(1 for _ in store.quads_for_pattern(None, None, None, REGISTER))


def test_each_unit_leads_to_the_extract_that_says_it(out: Path, tmp_path: Path) -> None:
    result = load(out, put(tmp_path, "all.json", [HA]))
    extract = result.files[0].extract
    store = open_stored(out).store
    assert Quad(unit_node("964969590"), p.IN_SOURCE, extract.iri, REGISTER) in store
    assert extract.key.startswith("enhetsregisteret-2024-05-01-")
    assert Quad(extract.iri, p.SHA256, Literal(extract.sha256), REGISTER) in store


def test_what_was_there_before_is_there_still(out: Path, tmp_path: Path) -> None:
    before = set(map(str, open_stored(out).store))
    load(out, put(tmp_path, "all.json", [SMITH]))
    assert before <= set(quads(out))
    assert {q for q in set(quads(out)) - before if REGISTER.value not in q} == set()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("all.json.gz", [HA, EQUINOR, SMITH]),
        ("one.json", EQUINOR),
        ("page.json", {"_embedded": {"enheter": [HA, SMITH]}, "page": {"totalElements": 2}}),
        ("roles.json", ROLES),
        ("empty.json", {"page": {"totalElements": 0}}),
    ],
)
def test_the_same_file_twice_gives_the_same_graph(
    out: Path, tmp_path: Path, name: str, content: object
) -> None:
    load(out, put(tmp_path, "all.json", [HA, BAKER]))
    file = put(tmp_path, name, content)
    load(out, file)
    once = quads(out)
    load(out, file)
    assert quads(out) == once


def test_a_later_whole_register_takes_the_place_of_the_earlier(out: Path, tmp_path: Path) -> None:
    load(out, put(tmp_path, "old.json", [HA, SMITH]))
    load(out, put(tmp_path, "new.json", [HA, unit("810004282", "BAKER AS")]))
    assert names(out) == {"HÅ KOMMUNE", "BAKER AS"}
    assert len(nodes(out, "/source/")) == 1


def test_the_size_is_right_after_every_load_though_nothing_is_counted(
    out: Path, tmp_path: Path
) -> None:
    # A name that came back: its search key is said once.
    former = [{"navn": "Hå kommune", "fraDato": "2001-01-01", "tilDato": "2002-01-01"}]
    all_ = put(tmp_path, "all.json", [{**HA, "historiskeNavn": former}, EQUINOR, SMITH])
    one, roles = put(tmp_path, "one.json", BAKER), put(tmp_path, "roles.json", ROLES)
    for files in ((all_,), (one,), (one, roles), (roles,), (all_, one), (all_,)):
        result = load(out, *files)
        held = sum(1 for quad in quads(out) if quad.endswith(f"{REGISTER}"))
        assert held == result.triples, files
    assert purge(out, ["964969590", "810004282"], DAY) == 2
    held = sum(1 for quad in quads(out) if quad.endswith(f"{REGISTER}"))
    assert open_stored(out).manifest.registers == {"enhetsregisteret": held}


def test_a_single_unit_takes_the_place_of_what_the_whole_says_of_it(
    out: Path, tmp_path: Path
) -> None:
    former = [{"navn": "STATOIL ASA", "fraDato": "2009-11-02", "tilDato": "2018-05-16"}]
    load(out, put(tmp_path, "all.json", [HA, {**EQUINOR, "historiskeNavn": former}]))
    assert nodes(out, "/name/er-923609016")
    load(out, put(tmp_path, "one.json", {**EQUINOR, "navn": "EQUINOR NY ASA"}))
    assert names(out) == {"HÅ KOMMUNE", "EQUINOR NY ASA"}
    assert not nodes(out, "/name/er-923609016")


def test_what_only_a_single_file_holds_outlives_the_next_whole_register(
    out: Path, tmp_path: Path
) -> None:
    load(out, put(tmp_path, "one.json", SMITH), put(tmp_path, "roles.json", ROLES))
    roles = nodes(out, "er-964969590")
    assert roles
    load(out, put(tmp_path, "all.json", [HA]))
    assert names(out) == {"HÅ KOMMUNE", "SMÅ & STORE AS"}
    assert roles <= nodes(out, "er-964969590")
    assert len(nodes(out, "/source/")) == 3


def test_roles_go_with_the_next_answer_and_leave_the_unit(out: Path, tmp_path: Path) -> None:
    load(out, put(tmp_path, "all.json", [HA, SMITH]), put(tmp_path, "roles.json", ROLES))
    assert nodes(out, "/membership/er-810006242_er-964969590")
    assert nodes(out, "/figure/er-964969590_er-810006242")
    assert nodes(out, "/person/er-964969590-kari-prove")
    unit_before = said(out, unit_node("964969590"))
    load(out, put(tmp_path, "roles.json", {**ROLES, "rollegrupper": []}))
    for part in ("/membership/", "/figure/", "/person/", "/role-of/"):
        assert not nodes(out, part), part
    assert said(out, unit_node("964969590")) == unit_before


def test_a_member_that_the_register_names_itself_keeps_its_own_name(
    out: Path, tmp_path: Path
) -> None:
    answer = json.loads(json.dumps(ROLES).replace("SM\\u00c5 & STORE AS", "OLD NAME AS"))
    for files in (("all.json", "roles.json"), ("roles.json", "all.json")):
        content = {"all.json": [HA, SMITH], "roles.json": answer}
        for name in files:
            load(out, put(tmp_path, name, content[name]))
        store, member = open_stored(out).store, unit_node("810006242")
        legal = store.quads_for_pattern(member, p.LEGAL_NAME, None)
        assert [quad.object for quad in legal] == [Literal("SMÅ & STORE AS")], files
        assert not list(store.quads_for_pattern(member, p.LABEL, None)), files


def test_only_what_is_selected_is_taken_and_what_the_graph_names(out: Path, tmp_path: Path) -> None:
    file = put(tmp_path, "all.json", [HA, EQUINOR, SMITH, BAKER])
    chosen = selection(numbers=frozenset({"810004282"}))
    (loaded,) = load_register(out, [file], chosen, DAY).files
    assert loaded.tally.not_selected == 1
    # A municipality by its form, Equinor by the judgement, the baker by the number given.
    assert names(out) == {"HÅ KOMMUNE", "EQUINOR ASA", "BAKER AS"}
    load_register(out, [file], selection(forms=["AS"]), DAY)
    assert names(out) == {"HÅ KOMMUNE", "EQUINOR ASA", "SMÅ & STORE AS", "BAKER AS"}


def test_what_was_asked_for_by_name_needs_no_selection(out: Path, tmp_path: Path) -> None:
    load_register(out, [put(tmp_path, "one.json", SMITH)], selection(), DAY)
    assert names(out) == {"SMÅ & STORE AS"}


LINKS = "SELECT ?org ?unit WHERE { ?org kg:registeredAs ?unit } ORDER BY ?org"


def links(out: Path) -> list[tuple[str, str]]:
    graph = open_stored(out)
    prefix = f"PREFIX kg: <{PREFIXES['kg']}>"
    return [
        (row["org"].value.rpartition("/")[2], row["unit"].value.rpartition("/")[2])
        for row in graph.select(f"{prefix} {LINKS}")
    ]


def test_organisations_lead_to_their_units_but_not_to_their_host_s(
    out: Path, tmp_path: Path
) -> None:
    result = load(out, put(tmp_path, "all.json", [HA, EQUINOR]))
    assert links(out) == [("equinor", "923609016"), ("ha", "964969590")]
    assert result.links == 2
    load(out, put(tmp_path, "all.json", [HA]))
    assert links(out) == [("ha", "964969590")]


def test_a_build_keeps_what_was_loaded(out: Path, sources: Path, tmp_path: Path) -> None:
    load(out, put(tmp_path, "all.json", [HA, EQUINOR, SMITH]))
    before = quads(out)
    assert run_build(sources, out, pages=False) == 0
    assert quads(out) == before
    assert open_stored(out).manifest.registers["enhetsregisteret"] > 0


def test_a_question_that_names_a_term_of_registers_is_read_over_them(
    out: Path, tmp_path: Path
) -> None:
    load(out, put(tmp_path, "all.json", [HA]))
    graph = open_stored(out)
    for text, count in {
        "SELECT * { ?s <http://www.w3.org/ns/regorg#legalName> ?name }": 1,
        "SELECT * { ?unit_iri <http://www.w3.org/2004/02/skos/core#notation> 'x' }": 0,
        f"SELECT * {{ <{PREFIXES['er']}964969590> a ?type }}": 1,
    }.items():
        assert len(list(graph.select(text))) == count, text
    assert graph.reach == [DefaultGraph(), REGISTER]


def test_a_removed_unit_is_gone_whole_and_does_not_come_back(out: Path, tmp_path: Path) -> None:
    file = put(tmp_path, "all.json", [HA, EQUINOR])
    load(out, file, put(tmp_path, "roles.json", ROLES))
    assert purge(out, ["964969590"], date(2024, 6, 1)) == 1
    assert names(out) == {"EQUINOR ASA"}
    assert nodes(out, "964969590") == {unit_node("964969590").value}
    assert said(out, unit_node("964969590")) == 3
    assert links(out) == [("equinor", "923609016")]
    result = load(out, file)
    assert result.files[0].tally.barred == 1
    assert names(out) == {"EQUINOR ASA"}
    load(out, put(tmp_path, "one.json", HA))
    assert names(out) == {"EQUINOR ASA"}


def test_purging_without_a_graph_is_no_fault(tmp_path: Path) -> None:
    assert purge(tmp_path / "nothing", ["964969590"], DAY) == 0


def test_a_bad_record_costs_only_itself(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        {**SMITH, "organisasjonsnummer": "810006241"},
        {**BAKER, "navn": None},
        {**EQUINOR, "stiftelsesdato": "2013-02-30"},
    ]
    result = load(out, put(tmp_path, "all.json", [HA, *bad]))
    assert names(out) == {"HÅ KOMMUNE", "EQUINOR ASA"}
    assert result.files[0].tally.faulty == 3
    assert [fault.record for _, fault in result.faults] == [2, 3, 4]
    capsys.readouterr()
    describe(result)
    printed = capsys.readouterr().out
    assert "check digit" in printed
    assert "“2013-02-30” does not exist" in printed


def test_faults_beyond_twenty_are_counted(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [{**HA, "organisasjonsnummer": str(n)} for n in range(25)]
    result = load(out, put(tmp_path, "all.json", [HA, *bad]))
    assert result.files[0].tally.faulty == 25
    describe(result)
    assert "and 5 more faults" in capsys.readouterr().out


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


BAD_FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a gzip that is cut off": (
        "all.json.gz",
        lambda: cut(gzip.compress(os.urandom(4000).hex().join("[]").encode(), mtime=0)),
        "cut off",
    ),
    "an array that is cut off": ("all.json", lambda: cut(json.dumps([HA] * 9).encode()), "cut off"),
    "an HTML page": ("all.json", lambda: b"<!DOCTYPE html><html>Error</html>", "an HTML page"),
    "nothing": ("all.json", lambda: b"", "is empty"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_never_costs_the_graph(out: Path, tmp_path: Path, case: str) -> None:
    name, make, words = BAD_FILES[case]
    load(out, put(tmp_path, "good.json", [HA]))
    before, folder = quads(out), (out / "current").resolve()
    file = tmp_path / name
    file.write_bytes(make())
    with pytest.raises(SourceError, match=words):
        load(out, put(tmp_path, "one.json", SMITH), file)
    assert quads(out) == before
    assert (out / "current").resolve() == folder
    assert not list(out.glob("*.unfinished"))


def test_a_file_that_turns_bad_late_is_not_published(out: Path, tmp_path: Path) -> None:
    text = gzip.compress(json.dumps([unit(n, "A") for n in valid(3000)]).encode(), 9, mtime=0)
    file = tmp_path / "all.json.gz"
    file.write_bytes(text[:-200])
    with pytest.raises(SourceError, match=r"cut off.*after record [1-9]"):
        load(out, file)
    assert names(out) == set()


def valid(count: int) -> list[str]:
    """Returns valid organisation numbers, which the first eight digits give."""
    from kommunegraf.graph.orgnumbers import check_digit

    eight = (str(n) for n in range(81_000_000, 82_000_000))
    found = (f"{n}{digit}" for n in eight if (digit := check_digit(n)) is not None)
    return [next(found) for _ in range(count)]


def test_an_empty_list_takes_nothing_away(out: Path, tmp_path: Path) -> None:
    load(out, put(tmp_path, "all.json", [HA]))
    load(out, put(tmp_path, "empty.json", []))
    assert names(out) == {"HÅ KOMMUNE"}


def test_two_whole_registers_at_once_are_refused(out: Path, tmp_path: Path) -> None:
    files = [put(tmp_path, "a.json", [HA]), put(tmp_path, "b.json", [SMITH])]
    with pytest.raises(SourceError, match="load one of them"):
        load(out, *files)


def test_a_graph_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run: kommunegraf build"):
        load(tmp_path / "out", put(tmp_path, "all.json", [HA]))


def test_a_file_that_is_not_the_one_downloaded(out: Path, tmp_path: Path) -> None:
    file = put(tmp_path, "all.json", [HA])
    put(tmp_path, "all.json.kommunegraf.json", {"sha256": "0" * 64})
    with pytest.raises(SourceError, match="checksum"):
        load(out, file)


def test_the_day_of_retrieval_is_the_download_s_then_the_file_s(out: Path, tmp_path: Path) -> None:
    file = put(tmp_path, "all.json", [HA])
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert load_register(out, [file], ALL).files[0].extract.retrieved == date(2023, 11, 14)
    put(tmp_path, "all.json.kommunegraf.json", {"retrieved": "2024-02-03T23:00:00+00:00"})
    assert load_register(out, [file], ALL).files[0].extract.retrieved == date(2024, 2, 3)


LOADING = """
import sys
from pathlib import Path
from kommunegraf.graph import cli
from kommunegraf.graph.register import load_register, selection
def run():
    load_register(Path(sys.argv[1]), [Path(sys.argv[2])], selection(everything=True))
sys.exit(cli._run(run))
"""


def loading(out: Path, file: Path, before: Callable[[], object]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LOADING, str(out), str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
        start_new_session=True,
    )


def in_session(leader: int) -> list[int]:
    """Returns the processes of a session that still run."""
    running = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] != "Z":
                running.append(int(entry.name))
    return running


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_an_interrupted_load_changes_nothing_and_leaves_no_process(
    out: Path, tmp_path: Path
) -> None:
    load(out, put(tmp_path, "good.json", [HA]))
    before = quads(out)
    file = put(tmp_path, "all.json", [unit(n, "ÅS BYGG AS" * 20) for n in valid(40_000)])
    process = loading(out, file, lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    while not list(out.glob("*.unfinished/store/*")) and process.poll() is None:
        time.sleep(0.005)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 130, message
    assert message.strip() == "kommunegraf: stopped; nothing was changed"
    assert in_session(process.pid) == []
    assert quads(out) == before
    assert not list(out.glob("*.unfinished"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_reading_process_that_is_killed_is_one_sentence(out: Path, tmp_path: Path) -> None:
    load(out, put(tmp_path, "good.json", [HA]))
    before = quads(out)
    file = put(tmp_path, "all.json", [unit(n, "ÅS BYGG AS" * 20) for n in valid(40_000)])
    process = loading(out, file, lambda: None)
    while not list(out.glob("*.unfinished/store/*")) and process.poll() is None:
        time.sleep(0.005)
    for child in set(in_session(process.pid)) - {process.pid}:
        os.kill(child, signal.SIGKILL)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 2, message
    assert "was ended by signal 9" in message
    assert len(message.splitlines()) == 1
    assert quads(out) == before


def test_a_full_disk_is_one_sentence(out: Path, tmp_path: Path) -> None:
    load(out, put(tmp_path, "good.json", [HA]))
    before = quads(out)
    file = put(tmp_path, "all.json", [unit(n, f"ÅS BYGG {n} AS") for n in valid(5_000)])

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    process = loading(out, file, no_room)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 2, message
    assert "cannot be written" in message
    assert len(message.splitlines()) == 1
    assert quads(out) == before


def real(name: str) -> Path:
    if not (file := REAL / name).exists():
        pytest.skip("the real data in ../shared/data is absent")
    return file


@pytest.mark.parametrize(
    ("name", "units", "linked"),
    [
        ("norwegian-data-mcp-pypi/enhet_with_historiskeNavn.json", 1, 1),
        ("organization-catalog/download_komm.json", 1, 1),
        ("tidybrreg/entity_923609016.json", 1, 1),
        ("brreg-pypi/enheter-search-empty-response.json", 0, 0),
        ("nlnwa-public-entities/public_entities_2021.csv", 1158, 1),
    ],
)
def test_real_files(out: Path, name: str, units: int, linked: int) -> None:
    result = load(out, real(name))
    assert result.files[0].tally.taken == units
    assert result.links == len(links(out)) == linked


def test_real_roles(out: Path) -> None:
    load(out, real("tidybrreg/entity_923609016.json"))
    result = load(out, real("tidybrreg/roles_923609016.pseudonymised.json"))
    assert result.files[0].tally.roles == 1
    assert nodes(out, "/role-of/er-923609016")


def test_a_unit_s_number_means_the_organisation_that_it_is(out: Path, tmp_path: Path) -> None:
    from kommunegraf.queries.free.running import run_free
    from kommunegraf.queries.names import resolve

    load(out, put(tmp_path, "all.json", [EQUINOR, SMITH]), put(tmp_path, "roles.json", ROLES))
    graph = open_stored(out)
    for text, kind, meant in (
        ("923609016", "organisations", PREFIXES["o"] + "equinor"),
        ("923 609 016", "", PREFIXES["o"] + "equinor"),
        ("EQUINOR ASA", "", PREFIXES["o"] + "equinor"),
        ("923609016", "units", PREFIXES["er"] + "923609016"),
        ("små & store as", "organisations", PREFIXES["er"] + "810006242"),
        ("er:810006242", "", PREFIXES["er"] + "810006242"),
        ("Kari Prøve", "persons", PREFIXES["person"] + "er-964969590-kari-prove"),
    ):
        assert resolve(graph, text, kind).value == meant, text
    rows = run_free(graph, "SELECT ?name { ?unit skos:notation '810006242' ; rov:legalName ?name }")
    assert [row["name"].value for row in rows] == ["SMÅ & STORE AS"]  # type: ignore[union-attr,index]
