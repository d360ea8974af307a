"""Fetching: what is gone, page after page, the sources as declared, and the command."""

from __future__ import annotations

import ast
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from kommunegraf.graph.downloads import find_downloads
from kommunegraf.graph.errors import FetchError, GoneError, KommunegrafError, UsageError
from kommunegraf.graph.fetching import Fetch

from .register_server import (
    BODY,
    MOLDE,
    PATH,
    UNITS,
    Answer,
    Machine,
    RegisterServer,
    bulk,
    left,
    unit,
)

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = Path(sys.executable).with_name("kommunegraf")
DOWNLOADS = find_downloads()
UNIT = DOWNLOADS["enhetsregisteret-enhet"]
ROLES = DOWNLOADS["enhetsregisteret-roller"]
SEARCH = DOWNLOADS["enhetsregisteret-sok"]
DAY = datetime.fromisoformat("2026-11-22T10:00:00+01:00")


def test_requests_keep_to_the_rate_of_their_host(
    server: RegisterServer, machine: Machine, tmp_path: Path
) -> None:
    numbers = [MOLDE, "974769484", "974760673", "923609016"]
    for number in numbers:
        server.answer(f"{PATH}/{number}", Answer(BODY))
    run = Fetch(machine.client(), tmp_path, base=server.url)
    code, files = run.run(UNIT, {"number": numbers})
    assert (code, len(files)) == (0, 4)
    assert machine.sleeps == [0.2, 0.2, 0.2]


def test_a_proxy_that_the_environment_names_is_used(
    server: RegisterServer, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    address = f"http://register.invalid{PATH}/{MOLDE}"
    server.answer(address, Answer(BODY))
    run = Fetch(machine.client(), tmp_path, base="http://register.invalid")
    assert run.run(UNIT, {"number": [MOLDE]})[0] == 0
    assert [asked.path for asked in server.asked] == [address]


def test_a_full_disk_is_one_sentence(server: RegisterServer, tmp_path: Path) -> None:
    bulk(server, Answer(UNITS, etag='"1"'))
    done = subprocess.run(
        [COMMAND, "fetch", "enhetsregisteret-bulk", "--base-url", server.url, "--out", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert done.returncode == 2
    assert "cannot be written: the disk is full or the file too large for it" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "enhetsregisteret-enheter.json.gz" not in left(tmp_path)


# --- gone


@dataclass
class Purges:
    """Stands for the graph: what it was told to purge."""

    told: list[tuple[str, date]] = field(default_factory=list)

    def __call__(self, number: str, day: date) -> bool:
        self.told.append((number, day))
        return True


@pytest.fixture
def purges() -> Purges:
    return Purges()


@pytest.fixture
def run(server: RegisterServer, machine: Machine, tmp_path: Path, purges: Purges) -> Fetch:
    return Fetch(machine.client(), tmp_path, base=server.url, now=lambda: DAY, purge=purges)


def test_what_is_not_there_is_said_and_costs_only_itself(
    server: RegisterServer, run: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    unit(server, Answer(BODY))
    code, files = run.run(UNIT, {"number": ["974769484", MOLDE]})
    assert (code, [file.name for file in files]) == (1, [f"enhetsregisteret-enhet-{MOLDE}.json"])
    assert "/enheter/974769484: there is no such thing there (404)" in capsys.readouterr().err


def test_what_has_been_removed_is_removed_here_and_remembered(
    server: RegisterServer,
    run: Fetch,
    tmp_path: Path,
    purges: Purges,
    capsys: pytest.CaptureFixture[str],
) -> None:
    unit(server, Answer(BODY))
    server.answer(f"{PATH}/{MOLDE}/roller", Answer(b"{}"))
    page = {"_embedded": {"enheter": [{"organisasjonsnummer": MOLDE}]}}
    server.answer(PATH, Answer(json.dumps(page).encode()))
    for download in (UNIT, ROLES):
        assert run.run(download, {"number": [MOLDE]})[0] == 0
    assert run.run(SEARCH, {"form": ["KOMM"]})[0] == 0

    unit(server, Answer(status=410))
    assert run.run(UNIT, {"number": [MOLDE]}) == (1, [])
    said = capsys.readouterr().err
    assert "has been removed by its publisher (410); removed here too: " in said
    assert f"enhetsregisteret-enhet-{MOLDE}.json" in said
    assert f"enhetsregisteret-roller-{MOLDE}.json" in said
    assert "what the graph held of it" in said
    assert "still named in " in said
    assert purges.told == [(MOLDE, DAY.date())]
    assert left(tmp_path) == [
        f"enhetsregisteret-enhet-{MOLDE}.json.gone.json",
        "enhetsregisteret-sok-KOMM-page-0.json",
        "enhetsregisteret-sok-KOMM-page-0.json.kommunegraf.json",
    ]

    requests = len(server.asked)
    assert run.run(UNIT, {"number": [MOLDE]}) == (1, [])
    assert "as noticed on 2026-11-22; --again asks once more" in capsys.readouterr().err
    assert len(server.asked) == requests

    unit(server, Answer(BODY))
    code, files = replace(run, again=True).run(UNIT, {"number": [MOLDE]})
    assert (code, len(files)) == (0, 1)
    assert not list(tmp_path.glob("*.gone.json"))


def test_a_graph_that_cannot_be_purged_leaves_the_removal_to_the_next_run(
    server: RegisterServer, run: Fetch, tmp_path: Path
) -> None:
    def fails(_number: str, _day: date) -> bool:
        raise FetchError("the graph is in use")

    unit(server, Answer(status=410))
    with pytest.raises(FetchError, match="the graph is in use"):
        replace(run, purge=fails).run(UNIT, {"number": [MOLDE]})
    assert left(tmp_path) == []


# --- pages


def page(number: int, pages: int, following: str | None, hits: int = 5) -> Answer:
    links = {"next": {"href": following}} if following else {}
    answer = {
        "_embedded": {"enheter": [{"organisasjonsnummer": MOLDE, "page": number}]},
        "_links": links,
        "page": {"size": 2, "totalElements": hits, "totalPages": pages, "number": number},
    }
    return Answer(json.dumps(answer).encode())


PAGES = {
    "on the server asked": "{server}" + PATH,
    "on the register, from a mirror": "https://data.brreg.no" + PATH,
    "on the register, over plain http": "http://data.brreg.no" + PATH,
}


@pytest.mark.parametrize("base", PAGES.values(), ids=PAGES.keys())
def test_pages_are_followed_to_the_last(
    server: RegisterServer, run: Fetch, machine: Machine, base: str
) -> None:
    base = base.format(server=server.url)
    server.answer(f"{PATH}?organisasjonsform=KOMM%2CIKS&size=2", page(0, 3, f"{base}?page=1"))
    server.answer(f"{PATH}?page=1", page(1, 3, f"{base}?page=2"))
    # As the register has been seen to do, the last page names itself, here in other words.
    server.answer(f"{PATH}?page=2", page(2, 3, f"{base}?page=2&size=2"))
    code, files = run.run(SEARCH, {"form": ["KOMM", "IKS", "KOMM"], "size": ["2"]})
    assert code == 0
    assert [file.name for file in files] == [
        f"enhetsregisteret-sok-KOMM-IKS-page-{number}.json" for number in range(3)
    ]
    assert len(server.asked) == 3
    assert machine.sleeps == [0.5, 0.5]


def test_pages_that_go_round_end(server: RegisterServer, run: Fetch) -> None:
    for number in range(2):
        server.answer(f"{PATH}?page={number}", page(number, 9, f"{PATH}?page={1 - number}"))
    server.answer(PATH, page(0, 9, f"{server.url}{PATH}?page=1"))
    server.answer(f"{PATH}?page=1", page(1, 9, f"{server.url}{PATH}?page=1"))
    _, files = run.run(SEARCH, {"form": ["KOMM"]})
    assert len(files) == 2


def test_a_shorter_answer_leaves_no_pages_of_a_longer_one(
    server: RegisterServer, run: Fetch, tmp_path: Path
) -> None:
    server.answer(PATH, page(0, 2, f"{server.url}{PATH}?page=1"))
    server.answer(f"{PATH}?page=1", page(1, 2, None))
    assert len(run.run(SEARCH, {"form": ["KOMM"]})[1]) == 2
    server.answer(PATH, page(0, 1, None))
    assert len(run.run(SEARCH, {"form": ["KOMM"]})[1]) == 1
    assert left(tmp_path) == [
        f"enhetsregisteret-sok-KOMM-page-0.json{end}" for end in ("", ".kommunegraf.json")
    ]


def test_an_answer_without_hits_is_a_page(server: RegisterServer, run: Fetch) -> None:
    server.answer(PATH, page(0, 0, None, hits=0))
    assert len(run.run(SEARCH, {"name": ["finnes ikke"]})[1]) == 1


def test_more_hits_than_the_register_shows_are_refused(server: RegisterServer, run: Fetch) -> None:
    server.answer(PATH, page(0, 600, f"{server.url}{PATH}?page=1", hits=300_000))
    with pytest.raises(
        FetchError, match="300,000 hits, but the server shows the first 10,000 only"
    ):
        run.run(SEARCH, {"form": ["AS"]})
    assert len(server.asked) == 1


def test_a_next_page_on_another_host_is_refused(server: RegisterServer, run: Fetch) -> None:
    server.answer(PATH, page(0, 2, "https://example.org/x"))
    with pytest.raises(FetchError, match="another host; not followed"):
        run.run(SEARCH, {"form": ["KOMM"]})


# --- the sources as declared


def test_every_source_is_declared_whole() -> None:
    assert {
        *("enhetsregisteret-bulk", "enhetsregisteret-csv", "enhetsregisteret-enhet"),
        *("enhetsregisteret-sok", "enhetsregisteret-roller", "klass-codes", "klass-codesat"),
        *("klass-changes", "klass-correspondence", "klass-csv", "wikidata-kommuner"),
    } <= DOWNLOADS.keys()
    for download in DOWNLOADS.values():
        assert download.url.startswith("https://")
        assert download.documentation.startswith("https://")
        assert download.licence.startswith("https://")
        assert 0 < download.manners.rate <= 5


BAD: dict[str, tuple[str, dict[str, Sequence[str]], str]] = {
    "a number that cannot be": ("enhetsregisteret-enhet", {"number": ["921221968"]}, "its check digit is 8"),
    "no number": ("enhetsregisteret-enhet", {}, "enhetsregisteret-enhet needs --number"),
    "a day that is none": ("klass-codesat", {"date": ["2013-02-30"]}, "“2013-02-30” is not a date"),
    "two days": ("klass-codesat", {"date": ["2013-02-03", "2014-01-01"]}, "--date can be given once only"),
    "a parameter of another source": ("klass-codesat", {"number": ["1"]}, "klass-codesat takes no --number; its parameters: --classification, --date"),
    "a form that is none": ("enhetsregisteret-sok", {"form": ["../../etc"]}, "“../../etc” does not fit"),
    "an empty name": ("enhetsregisteret-sok", {"name": [" "]}, "does not fit"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "given", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_parameters_are_refused_before_anything_is_asked(
    key: str, given: dict[str, Sequence[str]], sentence: str
) -> None:
    with pytest.raises(UsageError) as error:
        DOWNLOADS[key].values(given)
    assert sentence in str(error.value)


def test_numbers_are_read_as_people_write_them() -> None:
    (values,) = UNIT.values({"number": ["NO 921 221 967 MVA", MOLDE]})
    assert values == {"number": MOLDE}


def test_a_name_is_safe_in_file_and_address() -> None:
    (values,) = SEARCH.values({"name": ["../Å&æ/?x"]})
    assert SEARCH.file_name(values, 0) == "enhetsregisteret-sok-Å-æ-x-page-0.json"
    assert "navn=..%2F%C3%85%26%C3%A6%2F%3Fx" in SEARCH.address(values)


def test_a_mirror_may_stand_below_a_path() -> None:
    url = UNIT.address({"number": MOLDE}, "http://mirror.example/brreg/")
    assert url == f"http://mirror.example/brreg{PATH}/{MOLDE}"


BROKEN: dict[str, tuple[str, str]] = {
    "no TOML": ("key = ", "cannot be read"),
    "a field too few": ("key = 'x'", "'title'"),
    "an unknown field": ("{whole}\nkolour = 'red'", "unknown field kolour"),
    "an undeclared place": ("{whole}\nquery = {{ a = '{{b}}' }}", "“{b}” is no declared parameter"),
}


@pytest.mark.parametrize(("text", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_declaration_names_its_file(tmp_path: Path, text: str, sentence: str) -> None:
    whole = (ROOT / "graph" / "endpoints" / "enhetsregisteret-bulk.toml").read_text("utf-8")
    whole = whole.replace("enhetsregisteret-bulk", "x")
    (tmp_path / "x.toml").write_text(text.format(whole=whole), "utf-8")
    with pytest.raises(KommunegrafError, match=r"x\.toml") as error:
        find_downloads(tmp_path)
    assert sentence in str(error.value)


def test_the_question_to_wikidata_gives_one_row_an_item_and_number() -> None:
    store = Store()
    store.update(
        """
        PREFIX wd: <http://www.wikidata.org/entity/> PREFIX wdt: <http://www.wikidata.org/prop/direct/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        INSERT DATA {
          wd:Q2 wdt:P2504 "1506" ; rdfs:label "Molde"@nb, "Molde kommune"@nn ;
                wdt:P571 "1838-01-01T00:00:00Z"^^xsd:dateTime ;
                wdt:P856 <https://b.example/>, <https://a.example/> .
          wd:Q1 wdt:P2504 "0301" .
        }
        """
    )
    prefixes = "PREFIX wdt: <http://www.wikidata.org/prop/direct/>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    query = prefixes + DOWNLOADS["wikidata-kommuner"].query["query"]
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    table = answer.serialize(format=QueryResultsFormat.CSV) or b""
    assert table.decode().split() == [
        "kommunenummer,name,wikidata,inception,homepage",
        "0301,,Q1,,",
        "1506,Molde,Q2,1838-01-01,https://a.example/",
    ]


# --- the command


def shell(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)


def test_the_command_lists_fetches_and_says_how_to_go_on(
    server: RegisterServer, tmp_path: Path
) -> None:
    listed = shell("fetch")
    assert listed.returncode == 0
    assert all(key in listed.stdout for key in DOWNLOADS)

    unit(server, Answer(BODY, etag='"1"'))
    out = tmp_path / "two words"
    arguments = ["fetch", "enhetsregisteret-enhet", "--number", "921 221 967"]
    options = ["--base-url", server.url, "--out", str(out)]
    done = shell(*arguments, *options)
    file = out / f"enhetsregisteret-enhet-{MOLDE}.json"
    assert done.returncode == 0, done.stderr
    assert f"fetched    {file}" in done.stdout
    assert f"kommunegraf load '{file}' --number {MOLDE}\n" in done.stdout
    again = shell(*arguments, *options)
    assert f"unchanged  {file}  since " in again.stdout

    unit(server, Answer(status=410))
    done = shell(*arguments, *options, "--store", str(tmp_path / "no-graph"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "has been removed by its publisher (410)" in done.stderr


WRONG_USE: dict[str, tuple[list[str], str]] = {
    "a misspelt source": (["klass-kodes"], "there is no source “klass-kodes”; did you mean klass-codes?"),
    "a base that is none": (["klass-codes", "--base-url", "file:///etc"], "“file:///etc” is no http(s)"),
    "a parameter without source": (["--number", MOLDE], "name the source to fetch"),
    "a wrong number": (["enhetsregisteret-enhet", "--number", "921221968"], "its check digit is 8"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_USE.values(), ids=WRONG_USE.keys())
def test_wrong_use_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    done = shell("fetch", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_ctrl_c_keeps_what_has_come(server: RegisterServer, tmp_path: Path) -> None:
    bulk(server, Answer(UNITS, etag='"1"', trickle=0.05))
    arguments = ["fetch", "enhetsregisteret-bulk", "--base-url", server.url, "--out", str(tmp_path)]
    process = subprocess.Popen(
        [COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs tests in the background has its children ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    part = tmp_path / "enhetsregisteret-enheter.json.gz.part"
    while process.poll() is None and not (part.exists() and part.stat().st_size >= 2_000):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err == "kommunegraf: stopped; the same command goes on where it was\n"
    kept = part.stat().st_size
    assert 0 < kept < len(UNITS)

    bulk(server, Answer(UNITS, etag='"1"'))
    assert shell(*arguments).returncode == 0
    assert server.sent("range")[-1] == f"bytes={kept}-"
    assert (tmp_path / "enhetsregisteret-enheter.json.gz").read_bytes() == UNITS


def test_a_unit_is_loaded_and_later_removed_from_the_graph_too(
    server: RegisterServer, built: Path, tmp_path: Path
) -> None:
    record = {"organisasjonsnummer": "974760673", "navn": "REGISTERENHETEN I BRØNNØYSUND",
              "organisasjonsform": {"kode": "ORGL"}, "registreringsdatoEnhetsregisteret": "1995-08-09"}  # fmt: skip
    path, store = f"{PATH}/974760673", tmp_path / "graph"
    server.answer(path, Answer(json.dumps(record).encode()))
    shutil.copytree(built, store, symlinks=True)
    options = ["--base-url", server.url, "--out", store / "downloads", "--store", store]
    arguments = ["fetch", "enhetsregisteret-enhet", "--number", "974760673", *options]

    def holds(pattern: str) -> bool:
        ask = f"ASK {{ er:974760673 {pattern} }}"
        return shell("sparql", ask, "--store", store).returncode == 0

    done = shell(*arguments, "--load")
    assert done.returncode == 0, done.stderr
    assert holds('rov:legalName "REGISTERENHETEN I BRØNNØYSUND"')

    server.answer(path, Answer(status=410))
    done = shell(*arguments)
    assert done.returncode == 1
    assert "what the graph held of it" in done.stderr
    assert not holds("rov:legalName ?name")
    assert holds("a kg:Tombstone")


# --- nothing else opens a connection

BLOCKED = """
import socket, sys
class Blocked(socket.socket):
    def __init__(self, *a, **k):
        raise AssertionError("a connection was opened")
socket.socket = Blocked
socket.create_connection = socket.getaddrinfo = Blocked
from kommunegraf.graph.cli import main
main()
"""


# `check` and `export` are left out for their time; the test after this one covers them.
@pytest.mark.parametrize(
    "arguments",
    [["query", "members", "--partnership", "IKT Orkidé", "--at", "2018-12-31"], ["why", "1506"]],
    ids=lambda arguments: arguments[0],
)
def test_nothing_else_opens_a_connection(built: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, *arguments, "--store", built],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr


def test_few_modules_know_how_to_open_one() -> None:
    openers = {"urllib3", "requests", "httpx", "aiohttp", "socket", "http.client", "urllib.request"}
    openers |= {"SPARQLWrapper", "ftplib", "smtplib"}
    found = set()
    for file in (
        file
        for part in ("graph", "ontology", "queries", "viz")
        for file in (ROOT / part).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            if openers & {part for name in names for part in (name, name.partition(".")[0])}:
                found.add(str(file.relative_to(ROOT)))
    fetch = {"graph/http.py", "graph/part.py", "graph/transfer.py"}
    endpoints = {
        "graph/endpoint.py", "graph/graph_store.py", "graph/exchange.py", "graph/opening.py",
    }  # fmt: skip
    # They listen, and speak to their own processes.
    service = {"viz/web/child.py", "viz/web/engine.py", "viz/web/running.py"}
    assert found == fetch | endpoints | service


def test_gone_is_exit_code_1_and_the_rest_2() -> None:
    assert (GoneError("x", removed=True).exit_code, FetchError("x").exit_code) == (1, 2)
