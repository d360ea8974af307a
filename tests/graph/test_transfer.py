"""One file over the wire: on good days, cut, from busy servers, and with wrong answers."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kommunegraf.graph.downloads import Download, find_downloads
from kommunegraf.graph.errors import FetchError
from kommunegraf.graph.transfer import Had, Wanted, transfer

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

DOWNLOADS = find_downloads()
UNIT = DOWNLOADS["enhetsregisteret-enhet"]
ROLES = DOWNLOADS["enhetsregisteret-roller"]
BULK = DOWNLOADS["enhetsregisteret-bulk"]
CODES = DOWNLOADS["klass-codesat"]
OTHER = UNITS[:10] + UNITS[:9:-1]
DAY = datetime.fromisoformat("2026-11-22T10:00:00+01:00")
NEXT_DAY = datetime.fromisoformat("2026-11-23T10:00:00+01:00")


@pytest.fixture
def get(server: RegisterServer, machine: Machine, tmp_path: Path) -> Any:
    """Fetches one file of a source from the server."""

    def had(download: Download = UNIT, again: bool = False, now: datetime = DAY) -> Had:
        given = {"number": [MOLDE]} if "number" in download.parameters else {}
        if "date" in download.parameters:
            given["date"] = ["2020-01-01"]
        (values,) = download.values(given)
        url = download.address(values, server.url)
        wanted = Wanted(download, values, url, tmp_path / download.file_name(values))
        return transfer(machine.client(), wanted, again=again, now=lambda: now)

    return had


# --- good days


def test_a_unit_comes_with_a_sidecar_that_says_where_it_is_from(
    server: RegisterServer, get: Any, tmp_path: Path
) -> None:
    unit(server, Answer(BODY, etag='"1"', modified="Sat, 21 Nov 2026 03:00:00 GMT"))
    had = get()
    assert had.changed
    assert had.file.read_bytes() == BODY
    assert json.loads((tmp_path / f"{had.file.name}.kommunegraf.json").read_bytes()) == {
        "source": "enhetsregisteret-enhet",
        "title": UNIT.title,
        "url": f"{server.url}{PATH}/{MOLDE}",
        "retrieved": "2026-11-22T10:00:00+01:00",
        "checked": "2026-11-22T10:00:00+01:00",
        "etag": '"1"',
        "last_modified": "Sat, 21 Nov 2026 03:00:00 GMT",
        "sha256": hashlib.sha256(BODY).hexdigest(),
        "size": len(BODY),
        "publisher": "Brønnøysundregistrene",
        "licence": "https://data.norge.no/nlod/no/2.0",
        "parameters": {"number": MOLDE},
    }
    assert len(left(tmp_path)) == 2


def test_the_server_is_told_who_asks_and_what_is_wanted(server: RegisterServer, get: Any) -> None:
    unit(server, Answer(BODY))
    get()
    (asked,) = server.asked
    assert asked.headers["user-agent"].startswith("kommunegraf/")
    assert "https://w3id.org/kommunegraf" in asked.headers["user-agent"]
    assert "application/vnd.brreg.enhetsregisteret.enhet.v2+json" in asked.headers["accept"]
    assert asked.headers["accept-encoding"] == "identity"


def test_json_is_asked_for_where_xml_comes_otherwise(server: RegisterServer, get: Any) -> None:
    answer = Answer(b'{"codes":[]}', unless_accept=b"<?xml version='1.0'?><codeList/>")
    server.answer("/api/klass/v1/classifications/131/codesAt.json", answer)
    assert get(CODES).file.read_bytes() == b'{"codes":[]}'
    assert server.asked[0].path.endswith("codesAt.json?date=2020-01-01")


UNCHANGED: dict[str, tuple[Answer, str]] = {
    "by ETag": (Answer(BODY, etag='"1"'), "if-none-match"),
    "by a weak ETag": (Answer(BODY, etag='W/"1"'), "if-none-match"),
    "by time": (Answer(BODY, modified="Sat, 21 Nov 2026 03:00:00 GMT"), "if-modified-since"),
    "by its bytes, where the server tells no version": (Answer(BODY), ""),
}


@pytest.mark.parametrize(("answer", "header"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_what_is_unchanged_keeps_its_day(
    server: RegisterServer, get: Any, answer: Answer, header: str
) -> None:
    unit(server, answer)
    get()
    had = get(now=NEXT_DAY)
    assert not had.changed
    assert had.sidecar.day == "2026-11-22"
    assert had.sidecar.checked.startswith("2026-11-23")
    if header:
        assert server.sent(header) == [None, answer.etag or answer.modified]


def test_again_asks_without_conditions(server: RegisterServer, get: Any) -> None:
    unit(server, Answer(BODY, etag='"1"'))
    get()
    get(again=True)
    assert server.sent("if-none-match") == [None, None]


def test_a_file_that_was_edited_is_fetched_anew(server: RegisterServer, get: Any) -> None:
    unit(server, Answer(BODY, etag='"1"'))
    get().file.write_text("{}")
    had = get()
    assert had.changed
    assert had.file.read_bytes() == BODY


def test_a_new_version_replaces_the_old(server: RegisterServer, get: Any) -> None:
    unit(server, Answer(BODY, etag='"1"'), Answer(b'{"navn":"NY"}', etag='"2"'))
    get()
    had = get(now=NEXT_DAY)
    assert (had.changed, had.sidecar.day, had.sidecar.etag) == (True, "2026-11-23", '"2"')
    assert had.file.read_bytes() == b'{"navn":"NY"}'


def test_a_server_that_packs_unasked_is_understood(server: RegisterServer, get: Any) -> None:
    unit(server, Answer(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}))
    assert get().file.read_bytes() == BODY


def test_a_gzip_file_stays_packed(server: RegisterServer, get: Any) -> None:
    bulk(server, Answer(UNITS, headers={"Content-Encoding": "gzip"}))
    assert get(BULK).file.read_bytes() == UNITS


# --- cut connections

CUT: dict[str, tuple[list[Answer], list[str | None]]] = {
    "the rest is asked for by ETag": (
        [Answer(UNITS, etag='"1"', cut=20_000), Answer(UNITS, etag='"1"')],
        [None, "bytes=20000-"],
    ),
    "the rest is asked for by time": (
        [Answer(UNITS, modified="Sat, 21 Nov 2026 03:00:00 GMT", cut=20_000),
         Answer(UNITS, modified="Sat, 21 Nov 2026 03:00:00 GMT")],
        [None, "bytes=20000-"],
    ),
    "twice": (
        [Answer(UNITS, etag='"1"', cut=20_000), Answer(UNITS, etag='"1"', cut=5_000),
         Answer(UNITS, etag='"1"')],
        [None, "bytes=20000-", "bytes=25000-"],
    ),
    "a version that has changed meanwhile is begun anew": (
        [Answer(OTHER, etag='"0"', cut=300), Answer(UNITS, etag='"1"')],
        [None, "bytes=300-"],
    ),
    "a time that has changed meanwhile is begun anew": (
        [Answer(OTHER, modified="Sat, 21 Nov 2026 03:00:00 GMT", cut=300),
         Answer(UNITS, modified="Sun, 22 Nov 2026 03:00:00 GMT")],
        [None, "bytes=300-"],
    ),
    "a range of another time": (
        [Answer(UNITS, modified="Sat, 21 Nov 2026 03:00:00 GMT", cut=20_000),
         Answer(OTHER, modified="Sun, 22 Nov 2026 03:00:00 GMT", ranges="unconditional"),
         Answer(UNITS, modified="Sun, 22 Nov 2026 03:00:00 GMT")],
        [None, "bytes=20000-", None],
    ),
    "no version is told, so it is begun anew": (
        [Answer(UNITS, cut=20_000), Answer(UNITS)],
        [None, None],
    ),
    "a weak ETag cannot tell bytes, so it is begun anew": (
        [Answer(UNITS, etag='W/"1"', cut=20_000), Answer(UNITS, etag='W/"1"')],
        [None, None],
    ),
    "a server without ranges begins anew": (
        [Answer(UNITS, etag='"1"', cut=20_000), Answer(UNITS, etag='"1"', ranges="ignored")],
        [None, "bytes=20000-"],
    ),
    "another range than was asked for": (
        [Answer(UNITS, etag='"1"', cut=20_000), Answer(UNITS, etag='"1"', ranges="wrong"),
         Answer(UNITS, etag='"1"')],
        [None, "bytes=20000-", None],
    ),
    "a range of another version": (
        [Answer(UNITS, etag='"1"', cut=20_000), Answer(OTHER, etag='"2"', ranges="unconditional"),
         Answer(UNITS, etag='"1"')],
        [None, "bytes=20000-", None],
    ),
    "no length is told": (
        [Answer(UNITS, etag='"1"', chunked=True, cut=20_000), Answer(UNITS, etag='"1"', chunked=True)],
        [None, "bytes=20000-"],
    ),
    "the length is told wrongly, as too much": (
        [Answer(UNITS, etag='"1"', length=len(UNITS) + 10), Answer(UNITS, etag='"1"')],
        [None, f"bytes={len(UNITS)}-"],
    ),
    "a busy server in between": (
        [Answer(UNITS, etag='"1"', cut=20_000), Answer(status=503), Answer(UNITS, etag='"1"')],
        [None, "bytes=20000-", "bytes=20000-"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "ranges"), CUT.values(), ids=CUT.keys())
def test_a_cut_download_goes_on_where_it_was_cut(
    server: RegisterServer,
    get: Any,
    tmp_path: Path,
    answers: list[Answer],
    ranges: list[str | None],
) -> None:
    bulk(server, *answers)
    assert get(BULK).file.read_bytes() == UNITS
    assert server.sent("range") == ranges
    assert len(left(tmp_path)) == 2


def test_a_reset_connection_is_a_cut_one(server: RegisterServer, get: Any) -> None:
    bulk(server, Answer(UNITS, etag='"1"', cut=20_000, reset=True), Answer(UNITS, etag='"1"'))
    assert get(BULK).file.read_bytes() == UNITS


def test_what_came_before_the_last_cut_waits_for_the_next_run(
    server: RegisterServer, get: Any, tmp_path: Path
) -> None:
    bulk(server, Answer(UNITS, etag='"1"', cut=1_000))
    with pytest.raises(
        FetchError, match=r"cut.* 5 times.*5,000 bytes are kept in .*\.part; the same"
    ):
        get(BULK)
    assert left(tmp_path) == [
        f"enhetsregisteret-enheter.json.gz.part{end}" for end in ("", ".json")
    ]
    bulk(server, Answer(UNITS, etag='"1"'))
    assert get(BULK).file.read_bytes() == UNITS
    assert server.sent("range")[-1] == "bytes=5000-"


def test_a_part_that_is_the_whole_is_taken(
    server: RegisterServer, get: Any, tmp_path: Path
) -> None:
    bulk(server, Answer(UNITS, etag='"1"'))
    file = get(BULK).file
    note = {"url": f"{server.url}{PATH}/lastned", "etag": '"1"', "packed": False}
    file.rename(f"{file}.part")
    Path(f"{file}.part.json").write_text(json.dumps(note))
    assert get(BULK).file.read_bytes() == UNITS
    assert server.sent("range") == [None, f"bytes={len(UNITS)}-"]


def test_again_leaves_no_part(server: RegisterServer, get: Any, tmp_path: Path) -> None:
    bulk(server, Answer(UNITS, etag='"1"', cut=1_000))
    with pytest.raises(FetchError):
        get(BULK)
    bulk(server, Answer(UNITS, etag='"1"'))
    get(BULK, again=True)
    assert server.sent("range")[-1] is None
    assert len(left(tmp_path)) == 2


# --- busy servers

BUSY: dict[str, tuple[list[Answer], list[float]]] = {
    "twice 503": ([Answer(status=503), Answer(status=503), Answer(BODY)], [1.0, 2.0]),
    "429 with seconds": ([Answer(status=429, headers={"Retry-After": "7"}), Answer(BODY)], [7.0]),
    "429 with nonsense": ([Answer(status=429, headers={"Retry-After": "soon"}), Answer(BODY)], [1.0]),
    "429 with a day that is past": (
        [Answer(status=429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), Answer(BODY)],
        [1.0],
    ),
    "503 with less than our own wait": (
        [Answer(status=503), Answer(status=503, headers={"Retry-After": "0"}), Answer(BODY)],
        [1.0, 2.0],
    ),
    "a cut before the first byte": ([Answer(BODY, cut=0), Answer(BODY)], [1.0]),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "waits"), BUSY.values(), ids=BUSY.keys())
def test_a_busy_server_is_waited_for(
    server: RegisterServer, get: Any, machine: Machine, answers: list[Answer], waits: list[float]
) -> None:
    unit(server, *answers)
    assert get().file.read_bytes() == BODY
    assert machine.sleeps == waits
    assert len(machine.said) == len(waits)


def test_waits_grow_and_end(server: RegisterServer, get: Any, machine: Machine) -> None:
    unit(server, Answer(status=500))
    with pytest.raises(FetchError, match="the server answers 500 Internal Server Error, 5 times"):
        get()
    assert machine.sleeps == [1.0, 2.0, 4.0, 8.0]
    assert len(server.asked) == 5


def test_a_server_that_asks_for_a_long_wait_is_left_alone(
    server: RegisterServer, get: Any, machine: Machine
) -> None:
    unit(server, Answer(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(
        FetchError, match="429 Too Many Requests and asks to wait 3600 seconds; try"
    ):
        get()
    assert (machine.sleeps, len(server.asked)) == ([], 1)


def test_no_server_is_one_sentence(machine: Machine, tmp_path: Path, get: Any) -> None:
    values = {"number": MOLDE}
    url = UNIT.address(values, "http://127.0.0.1:9")
    with pytest.raises(FetchError, match=r"127\.0\.0\.1:9.*no connection to the server, 5 times"):
        transfer(machine.client(), Wanted(UNIT, values, url, tmp_path / "x.json"))
    assert left(tmp_path) == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: RegisterServer, get: Any, machine: Machine, tmp_path: Path
) -> None:
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl, which makes the certificate, is absent")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    server.use_tls(certificate, key)
    unit(server, Answer(BODY))
    with pytest.raises(FetchError, match=r"certificate cannot be trusted .*self-signed"):
        get()
    assert (machine.sleeps, server.asked) == ([], [])


def test_a_silent_server_is_given_up(
    server: RegisterServer, get: Any, machine: Machine, tmp_path: Path
) -> None:
    server.answer(f"{PATH}/lastned", Answer(UNITS, etag='"1"', trickle=30))
    hasty = replace(BULK, manners=replace(BULK.manners, read=0.05, attempts=2))
    with pytest.raises(FetchError, match="silent for 0 seconds, 2 times"):
        get(hasty)


# --- wrong answers: whatever comes, what was held stays

WRONG: dict[str, tuple[Download, Answer, str]] = {
    "an HTML page": (UNIT, Answer(b"<!DOCTYPE html><p>Vedlikehold", type="text/html"), "an HTML page came where JSON was meant"),
    "an HTML page that calls itself JSON": (UNIT, Answer(b"\n <html><body>Feil"), "an HTML page came where JSON was meant"),
    "an HTML page without a head": (UNIT, Answer(b"<p>Feil", type="text/html"), "an HTML page came"),
    "XML": (UNIT, Answer(b"<?xml version='1.0'?><codeList/>", type="application/xml"), "XML came where JSON was meant (the server did not heed the Accept header)"),
    "plain text": (UNIT, Answer(b"Service Unavailable", type="text/plain"), "plain text came where JSON was meant"),
    "JSON for gzip": (BULK, Answer(b'{"melding":"utilgjengelig"}'), "JSON came where a gzip file was meant"),
    "an empty answer": (UNIT, Answer(b""), "the answer is empty"),
    "an empty gzip answer": (BULK, Answer(b""), "the answer is empty"),
    "half a JSON": (UNIT, Answer(BODY[:30]), "no whole JSON"),
    "half a gzip file": (BULK, Answer(UNITS[:-100]), "no whole gzip file"),
    "a damaged gzip file": (BULK, Answer(UNITS[:-8] + bytes(8)), "no whole gzip file"),
    "a length told wrongly, as too little": (UNIT, Answer(BODY, length=20), "no whole JSON"),
    "broken packing": (UNIT, Answer(b"\x1f\x8bxx", headers={"Content-Encoding": "gzip"}), "packing is broken"),
    "unknown packing": (UNIT, Answer(BODY, headers={"Content-Encoding": "br"}), "packed with “br”, unasked"),
    "a media type that is not served": (UNIT, Answer(status=406), "nothing in the form asked for (406)"),
    "a wrong question": (UNIT, Answer(status=400), "the server answers 400 Bad Request"),
    "304 to nothing held": (ROLES, Answer(status=304), "answers 304 unasked"),
    "another host": (UNIT, Answer(status=302, headers={"Location": "http://localhost:1/x"}), "redirects to http://localhost:1/x, which is another host"),
    "another scheme": (UNIT, Answer(status=302, headers={"Location": "ftp://127.0.0.1/x"}), "another host or less safe"),
    "redirects without end": (UNIT, Answer(status=302, headers={"Location": f"{PATH}/{MOLDE}"}), "redirects more than 5 times"),
    "more than is taken": (replace(UNIT, max_bytes=50), Answer(BODY), "at most 50 are taken"),
    "more than is taken, without saying so": (replace(UNIT, max_bytes=50), Answer(BODY, chunked=True), "at most 50 are taken"),
    "more than is taken, packed": (replace(UNIT, max_bytes=5000), Answer(gzip.compress(b" " * 6000 + BODY), headers={"Content-Encoding": "gzip"}), "unpacks to more than 5,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("download", "answer", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_is_one_sentence_and_changes_nothing(
    server: RegisterServer,
    get: Any,
    tmp_path: Path,
    download: Download,
    answer: Answer,
    sentence: str,
) -> None:
    path = (
        f"{PATH}/lastned"
        if download is BULK
        else f"{PATH}/{MOLDE}{'/roller' * (download is ROLES)}"
    )
    if download is not ROLES:
        server.answer(path, Answer(UNITS if download is BULK else b"{}"))
        get(replace(download, max_bytes=10**6))
    before = [(file, (tmp_path / file).read_bytes()) for file in left(tmp_path)]
    server.answer(path, answer)
    with pytest.raises(FetchError) as error:
        get(download)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert [(file, (tmp_path / file).read_bytes()) for file in left(tmp_path)] == before


def test_a_redirect_on_the_same_host_is_followed(server: RegisterServer, get: Any) -> None:
    unit(server, Answer(status=301, headers={"Location": "/moved"}))
    server.answer("/moved", Answer(BODY))
    assert get().file.read_bytes() == BODY
