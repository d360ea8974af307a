"""Records of Enhetsregisteret come out of every form of file, one by one, faults said by record."""

from __future__ import annotations

import gzip
import json
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kommunegraf.graph import arrays
from kommunegraf.graph.errors import SourceError
from kommunegraf.graph.loaders.unit_records import (
    Fault,
    RecordReader,
    Selection,
    is_roles,
    read_records,
)

HERE = Path(__file__).parent / "units"
BULK = (HERE / "bulk.json").read_bytes()
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "enhetsregisteret"

HÅ = {
    "organisasjonsnummer": "964969590",
    "navn": "HÅ KOMMUNE",
    "organisasjonsform": {"kode": "KOMM"},
}
EY = {"organisasjonsnummer": "976389387", "navn": "EY AS", "organisasjonsform": {"kode": "AS"}}


def text(value: Any, **form: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, **form).encode()


def read(
    folder: Path, content: bytes, name: str = "answer"
) -> tuple[list[dict[str, Any]], list[Fault]]:
    file = folder / name
    file.write_bytes(content)
    faults: list[Fault] = []
    return list(read_records(file, faults)), faults


def numbers(records: list[dict[str, Any]]) -> list[str]:
    return [record["organisasjonsnummer"] for record in records]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(BULK, ["964969590", "976389387", "810005912"], id="nightly file"),
        pytest.param(gzip.compress(BULK), ["964969590", "976389387", "810005912"], id="gzipped"),
        pytest.param(
            gzip.compress(BULK[:500]) + gzip.compress(BULK[500:]),
            ["964969590", "976389387", "810005912"],
            id="gzipped in two parts",
        ),
        pytest.param(
            text([HÅ, EY], separators=(",", ":")), ["964969590", "976389387"], id="compact"
        ),
        pytest.param(text([HÅ, EY], indent=4), ["964969590", "976389387"], id="indented"),
        pytest.param(b"\xef\xbb\xbf" + text([HÅ]), ["964969590"], id="array with byte order mark"),
        pytest.param(b"[]", [], id="empty array"),
        pytest.param(b" [ \n ] \n", [], id="empty array, printed"),
        pytest.param(text(HÅ), ["964969590"], id="one unit"),
        pytest.param(text(HÅ, indent=2), ["964969590"], id="one unit, printed"),
        pytest.param(text(HÅ) + b"\n" + text(EY) + b"\n\n", ["964969590", "976389387"], id="lines"),
        pytest.param(
            text({"_embedded": {"enheter": [HÅ, EY]}, "page": {"number": 0}}, indent=2),
            ["964969590", "976389387"],
            id="page of a search",
        ),
        pytest.param(
            text({"_links": {}, "page": {"totalElements": 0}}), [], id="search that found nothing"
        ),
        pytest.param(text({**HÅ, "slettedato": "2019-12-31"}), ["964969590"], id="deleted unit"),
        pytest.param((HERE / "units.csv").read_bytes(), ["964969590", "976389387"], id="table"),
        pytest.param(
            b"\xef\xbb\xbf" + (HERE / "units.csv").read_bytes(),
            ["964969590", "976389387"],
            id="table with byte order mark",
        ),
        pytest.param(
            gzip.compress("orgNumber;entityName\r\n964 969 590;HÅ\r\n".encode()),
            ["964969590"],
            id="table with semicolons, other names and a spaced number",
        ),
        pytest.param((HERE / "roles.json").read_bytes(), ["810005912"], id="roles"),
        pytest.param(
            text([{"organisasjonsnummer": "964969590", "rollegrupper": []}]),
            ["964969590"],
            id="all roles of the register",
        ),
    ],
)
def test_each_form_of_file_is_told_by_its_content(
    tmp_path: Path, content: bytes, found: list[str]
) -> None:
    records, faults = read(tmp_path, content)
    assert (numbers(records), faults) == (found, [])


def test_a_row_has_the_shape_of_a_unit(tmp_path: Path) -> None:
    records, _ = read(tmp_path, (HERE / "units.csv").read_bytes())
    assert records[0]["organisasjonsform"] == {"kode": "KOMM", "beskrivelse": "Kommune"}
    assert records[0]["forretningsadresse"]["adresse"] == 'Rådhusgata 8, "gamle" inngang'
    assert (records[0]["konkurs"], records[1]["konkurs"]) == (False, True)
    assert "overordnetEnhet" not in records[0]


def test_roles_are_told_from_units_and_take_their_number_from_the_link(tmp_path: Path) -> None:
    answer = json.loads((HERE / "roles.json").read_bytes())
    records, _ = read(tmp_path, text(answer), "roles_964969590.json")
    assert [is_roles(record) for record in records] == [True]
    assert numbers(records) == ["810005912"]
    del answer["_links"]
    assert numbers(read(tmp_path, text(answer), "roles_964969590.json")[0]) == ["964969590"]
    with pytest.raises(SourceError, match=r"whose roles it holds.*name it after the unit"):
        read(tmp_path, text(answer), "roles.json")


CUT = json.dumps([HÅ, EY]).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty; download it again", id="empty file"),
        pytest.param(b" \n", "is empty", id="blank file"),
        pytest.param(gzip.compress(b""), "is empty", id="empty gzip"),
        pytest.param(
            b"<!DOCTYPE html><html><body>503", "is an HTML page, such as an error page", id="HTML"
        ),
        pytest.param(gzip.compress(b"<html lang='nb'>"), "is an HTML page", id="HTML in gzip"),
        pytest.param(
            b"<?xml version='1.0'?><enhet/>", "is XML; ask the register for JSON", id="XML"
        ),
        pytest.param(b"PK\x03\x04abc", "is a ZIP file or a spreadsheet", id="spreadsheet"),
        pytest.param("[{}]".encode("utf-16"), "is text in UTF-16", id="UTF-16"),
        pytest.param(b"just words", "no table with a column organisasjonsnummer", id="words"),
        pytest.param("orgnr,navn\n1,HÅ\n".encode("latin-1"), "is not UTF-8", id="Latin-1 table"),
        pytest.param(
            gzip.compress(BULK)[:-60],
            "is cut off: the compressed data ends too early; download it again",
            id="truncated gzip",
        ),
        pytest.param(
            gzip.compress(BULK, mtime=0)[:60] + b"\0\0\0\0" + gzip.compress(BULK, mtime=0)[64:],
            "is damaged: the compressed data does not add up",
            id="corrupt gzip",
        ),
        pytest.param(b"\x1f\x8b\x08\x00", "is cut off", id="gzip of four bytes"),
        pytest.param(
            CUT[:-30],
            r"is cut off \(after record 1\); download it again",
            id="array cut in a record",
        ),
        pytest.param(CUT[:-1], r"is cut off \(after record 2\)", id="array cut after a record"),
        pytest.param(CUT + CUT, "goes on after the end of its list", id="two arrays"),
        pytest.param(text(HÅ)[:-5], "is cut off", id="unit cut"),
        pytest.param(
            text(HÅ) + b"\n" + text(EY)[:9], r"is cut off \(after record 1\)", id="line cut"
        ),
        pytest.param(b'{"a": nothing}', "is not JSON", id="no JSON"),
        pytest.param(
            text({"status": 404, "error": "Not Found"}),
            "is an error answer of the register: 404 Not Found",
            id="error answer",
        ),
        pytest.param(
            text({"codes": []}), "no unit, search page or roles: it holds codes", id="KLASS"
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_what_it_looks_like(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as error:
        read(tmp_path, content)
    assert str(error.value).startswith(str(tmp_path / "answer"))


@pytest.mark.parametrize("damage", ["cut off", "damaged"])
def test_a_damaged_gzip_says_how_far_it_was_read(tmp_path: Path, damage: str) -> None:
    chance = random.Random(1)
    units = [
        {**HÅ, "organisasjonsnummer": "810005912", "n": chance.random()} for _ in range(12_000)
    ]
    zipped = gzip.compress(text(units), 1)
    middle = len(zipped) // 2
    file = tmp_path / "units.json.gz"
    file.write_bytes(
        zipped[:middle] + (bytes(99) + zipped[middle:] if damage == "damaged" else b"")
    )
    faults: list[Fault] = []
    with pytest.raises(SourceError, match=rf"is {damage}: .* \(after record \d{{3,5}}\); download"):
        list(read_records(file, faults))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing.json: cannot be read: No such file"):
        list(read_records(tmp_path / "nothing.json", []))


@pytest.mark.parametrize(
    ("records", "kept", "record", "number", "message"),
    [
        (
            [{**HÅ, "organisasjonsnummer": "964969591"}, EY],
            ["976389387"],
            1,
            "964969591",
            "its check digit is 1, but the digits before it give 0; the record is skipped",
        ),
        ([EY, {"navn": "NOE"}], ["976389387"], 2, "", "the record has no organisation number"),
        (
            [EY, {**HÅ, "organisasjonsnummer": None}],
            ["976389387"],
            2,
            "",
            "has no organisation number",
        ),
        ([EY, {**HÅ, "organisasjonsnummer": 12}], ["976389387"], 2, "12", "it has 2 digits"),
        ([HÅ, None, EY], ["964969590", "976389387"], 2, "", "“None” is no record"),
        (
            [HÅ, EY, {**HÅ, "navn": "NY"}],
            ["964969590", "976389387"],
            3,
            "964969590",
            "the unit is at record 1 too and says otherwise there; the record is skipped",
        ),
    ],
    ids=["check digit", "no number", "null", "number", "no object", "twice, different"],
)
def test_a_bad_record_costs_only_itself(
    tmp_path: Path, records: list[Any], kept: list[str], record: int, number: str, message: str
) -> None:
    found, (fault,) = read(tmp_path, text(records))
    assert numbers(found) == kept
    assert (fault.record, fault.number) == (record, number)
    assert message in fault.message


def test_a_record_twice_and_the_same_is_one(tmp_path: Path) -> None:
    found, faults = read(tmp_path, text([HÅ, EY, HÅ]))
    assert (numbers(found), faults) == (["964969590", "976389387"], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"AS"', b'"AS'),
        (b'"kode" : "AS"', b'"kode" : A"S'),
        (b'"kode" : "AS",', b'"kode" : "AS"'),
        (b'"Aksjeselskap"\n  }', b'"Aksjeselskap"\n  '),
        (b'"konkurs" : true', b'"konkurs" : tr'),
        (b'"KLAMMER', b'"KLAM\xff\xfeMER'),
        (b'"KLAMMER', b'"KLAM\\ud800MER'),
    ],
    ids=[
        "quote lost",
        "letter lost",
        "comma lost",
        "brace lost",
        "word cut",
        "no UTF-8",
        "half a pair",
    ],
)
def test_a_record_that_is_not_json_costs_only_itself(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    assert old in BULK
    found, faults = read(tmp_path, BULK.replace(old, new, 1))
    assert numbers(found) == ["964969590", "810005912"]
    assert faults[0].record == 2
    assert "the record cannot be read" in faults[0].message


def test_a_row_of_another_length_costs_only_itself(tmp_path: Path) -> None:
    rows = "organisasjonsnummer,navn\n964969590,HÅ,1\n976389387,EY\n"
    found, (fault,) = read(tmp_path, rows.encode())
    assert numbers(found) == ["976389387"]
    assert (fault.record, "3 cells under 2 columns" in fault.message) == (1, True)


def test_a_column_that_others_stand_under_has_no_place(tmp_path: Path) -> None:
    rows = "organisasjonsnummer,navn,kapital,kapital.belop\n964969590,HÅ,1,2\n"
    (record,), faults = read(tmp_path, rows.encode())
    assert (record["kapital"], faults) == ({"belop": "2"}, [])


def test_records_are_counted_with_those_that_are_skipped(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    file.write_bytes(text([HÅ, {}, EY]))
    reader = RecordReader(file, [])
    assert [(reader.record, record["navn"]) for record in reader] == [
        (1, "HÅ KOMMUNE"),
        (3, "EY AS"),
    ]
    assert reader.bulk


@pytest.mark.parametrize("chunk", [7, 64, 1000, 1 << 17])
@pytest.mark.parametrize("form", [{}, {"indent": 2}, {"separators": (",", ":")}], ids=str)
def test_arrays_are_cut_rightly_whatever_their_records_hold(
    monkeypatch: pytest.MonkeyPatch, chunk: int, form: dict[str, Any]
) -> None:
    monkeypatch.setattr(arrays, "CHUNK", chunk)
    chance = random.Random(chunk)
    for _ in range(25):
        value = [
            {
                "a": chance.choice(["x", '},{"a":', "å\\", '"', "}, {"]),
                "r": [{"a": 1, "q": [[]]} for _ in range(chance.choice([0, 0, 1, 3]))],
                **({"a": 2} if chance.random() < 0.1 else {"b": {}}),
            }
            for _ in range(chance.randint(0, 20))
        ]
        assert [found for found, _ in arrays.elements(BytesIO(text(value, **form)))] == value


@pytest.mark.parametrize(
    ("form", "name", "taken"),
    [
        ("KOMM", "HÅ KOMMUNE", True),
        ("IKS", "IKA MØRE OG ROMSDAL IKS", True),
        ("AS", "OPPGAVEFELLESSKAP AS", False),
        ("ANNA", "BARNEVERN OPPGAVEFELLESSKAP", True),
        ("ANNA", "BARNEVERN OPPGÅVEFELLESSKAP", True),
        ("ANNA", "HÅ FJELLSTYRE", False),
    ],
)
def test_units_are_taken_by_form_and_name(form: str, name: str, taken: bool) -> None:
    unit = {**EY, "navn": name, "organisasjonsform": {"kode": form}}
    assert Selection().takes(unit) is taken
    assert Selection(everything=True).takes(unit)
    assert Selection(numbers=frozenset({"976389387"})).takes(unit)


def test_units_without_a_form_are_taken_only_by_number() -> None:
    for form in (None, {}, "KOMM", {"kode": None}):
        assert not Selection().takes({**EY, "organisasjonsform": form})


REAL_FILES = {
    "altinn-orgs/altinn_orgs.csv": (102, 4),
    "brreg-pypi/enheter-details-deleted-response.json": (0, 1),  # made-up numbers
    "brreg-pypi/enheter-details-response.json": (0, 1),
    "brreg-pypi/enheter-roller-enhet-response.json": (1, 0),
    "brreg-pypi/enheter-search-empty-response.json": (0, 0),
    "brreg-pypi/enheter-search-page1-response.json": (2, 0),
    "brreg-pypi/enheter-search-page2-response.json": (1, 0),
    "nlnwa-public-entities/public_entities_2021.csv": (1158, 0),
    "norwegian-data-mcp-pypi/enhet_with_historiskeNavn.json": (1, 0),
    "organization-catalog/download_komm.json": (1, 0),
    "organization-catalog/download_stat.json": (1, 0),
    "organization-catalog/download_stat_sub.json": (1, 0),
    "tidybrreg/entity_923609016.json": (1, 0),
    "tidybrreg/roles_923609016.pseudonymised.json": (1, 0),
}


@pytest.mark.parametrize("name", REAL_FILES)
def test_real_files(name: str) -> None:
    if not REAL.is_dir():
        pytest.skip("the real data in ../shared/data is absent")
    faults: list[Fault] = []
    records = list(read_records(REAL / name, faults))
    assert (len(records), len(faults)) == REAL_FILES[name]
