"""Answers of KLASS, Kartverket and Wikidata: what becomes a row, what is said of the rest."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kommunegraf.graph.answers import Window
from kommunegraf.graph.errors import SourceError
from kommunegraf.graph.intake import Intake, Options, take_in, window_of_url
from kommunegraf.graph.loaders.recognise import recognise

HERE = Path(__file__).parent / "klass"
ROOT = Path(__file__).resolve().parent.parent.parent
REAL = ROOT.parent / "shared" / "data"


def day(text: str) -> date:
    return date.fromisoformat(text)


def window(first: str, after: str) -> Window:
    return Window(day(first) if first else None, day(after) if after else None)


def take(
    file: Path, asked: Window | None = None, retrieved: str = "", kind: str | None = None
) -> Intake:
    options = Options(day(retrieved) if retrieved else None, asked or Window())
    return take_in(recognise(file, kind), options)


def rows(intake: Intake, table: str) -> list[str]:
    return intake.contents[f"{table}.csv"].splitlines()[1:]


def faults(intake: Intake) -> list[str]:
    return [f"{fault.record}: {fault.message}" for fault in intake.faults]


def written(folder: Path, content: Any, name: str = "answer.json") -> Path:
    file = folder / name
    data = content if isinstance(content, bytes | str) else json.dumps(content, ensure_ascii=False)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def codes(**changed: Any) -> dict[str, object]:
    sound = {"code": "0301", "name": "Oslo", "validFrom": "2020-01-01", "validTo": None}
    return {"codes": [sound, {**sound, "code": "1103", "name": "Stavanger", **changed}]}


def test_a_day_on_the_edge_of_the_window_is_no_start_and_no_end() -> None:
    answer = take(HERE / "codes.json", window("2015-01-01", "2022-01-01"))
    assert rows(answer, "klass-versions") == [
        "1501,Ålesund,,2020-01-01,2015-01-01/2019-12-31",
        "1502,Molde,,2020-01-01,2015-01-01/2019-12-31",
        "1543,Nesset,1838-01-01,2020-01-01,",
        "1506,Molde,2020-01-01,,2020-01-01/2021-12-31",
    ]
    assert answer.kept_out == {"9999 (Uoppgitt)": 1}
    assert not answer.faults


def test_without_a_known_window_the_first_and_the_last_day_of_the_answer_are_taken_as_its_edges() -> (
    None
):
    known = take(HERE / "codes.json", window("2015-01-01", "2022-01-01"))
    assert (
        take(HERE / "codes.json").contents["klass-versions.csv"]
        == (known.contents["klass-versions.csv"])
    )


def test_an_answer_with_open_ends_was_not_cut_at_its_end(tmp_path: Path) -> None:
    answer = take(written(tmp_path, codes(validFrom="2015-01-01", validTo="2020-01-01")))
    assert rows(answer, "klass-versions") == [
        "0301,Oslo,2020-01-01,,",
        "1103,Stavanger,,2020-01-01,2015-01-01/2019-12-31",
    ]


def test_a_wider_window_shows_starts_that_a_narrow_one_hides() -> None:
    answer = take(HERE / "codes.json", window("2014-01-01", "2023-01-01"))
    assert rows(answer, "klass-versions")[0] == "1501,Ålesund,2015-01-01,2020-01-01,"


def test_nothing_is_cut_off_before_1838(tmp_path: Path) -> None:
    file = written(tmp_path, codes(validFrom="1838-01-01", validTo="1900-01-01"))
    answer = take(file, window("1838-01-01", "2025-01-01"))
    assert rows(answer, "klass-versions")[1] == "1103,Stavanger,1838-01-01,1900-01-01,"


def test_codes_of_a_day_are_seen_on_that_day() -> None:
    answer = take(HERE / "codes-at.json", retrieved="2021-05-04")
    assert rows(answer, "klass-counties") == ["03,Oslo,2021-05-04"]
    assert rows(answer, "klass-versions") == ["0301,Oslo,,,2021-05-04"]
    assert answer.kept_out == {"99 (Uoppgitt)": 1}


def test_changes() -> None:
    answer = take(HERE / "changes.json")
    assert rows(answer, "klass-changes") == [
        "2020-01-01,1502,Molde,1506,Molde",
        "2020-01-01,1543,Nesset,1506,Molde",
    ]


def test_organisation_numbers_hold_in_the_window_and_are_checked() -> None:
    answer = take(HERE / "correspondence.json", window("2020-01-01", "2024-01-01"))
    assert rows(answer, "klass-organisation-numbers") == [
        "921221967,MOLDE KOMMUNE,1506,2020-01-01/2023-12-31"
    ]
    (fault,) = faults(answer)
    assert fault.startswith("2: “921221968” is not an organisation number: its check digit is 8")


def test_a_county_beside_each_of_its_municipalities_is_one_county() -> None:
    answer = take(HERE / "counties.json", window("2020-01-01", "2024-01-01"))
    assert rows(answer, "klass-counties") == ["15,Møre og Romsdal,2020-01-01/2023-12-31"]
    assert len(rows(answer, "klass-versions")) == 2
    assert not answer.faults


def test_the_csv_of_klass_in_latin_1() -> None:
    answer = take(HERE / "codes.latin1.csv", window("1838-01-01", ""))
    assert rows(answer, "klass-versions") == [
        "1507,Ålesund,2020-01-01,2024-01-01,",
        "1580,Haram,2024-01-01,,",
        "1535,Vestnes,1838-01-01,,",
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gzip"], ids=["UTF-8", "UTF-8 with a mark", "gzip"]
)
def test_the_same_csv_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = (HERE / "codes.latin1.csv").read_text("latin-1")
    data = gzip.compress(text.encode()) if encoding == "gzip" else text.encode(encoding)
    answer = take(written(tmp_path, data, "codes.csv"), window("1838-01-01", ""))
    expected = take(HERE / "codes.latin1.csv", window("1838-01-01", ""))
    assert answer.contents["klass-versions.csv"] == expected.contents["klass-versions.csv"]


def test_the_results_of_a_sparql_query() -> None:
    answer = take(HERE / "wikidata-sparql.csv", retrieved="2024-02-03")
    assert rows(answer, "wikidata-items") == [
        "1506,Q104394,Molde,2024-02-03,http://www.molde.kommune.no/",
        "1507,Q48840,,2024-02-03,",
    ]
    assert faults(answer) == ["2: is the same item as record 1; it is kept once"]


def test_sparql_results_as_json(tmp_path: Path) -> None:
    binding = {
        "item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q585"},
        "kommunenummer": {"type": "literal", "value": "0301"},
    }
    answer = {"head": {"vars": ["item"]}, "results": {"bindings": [binding]}}
    intake = take(written(tmp_path, answer), retrieved="2024-02-03")
    assert rows(intake, "wikidata-items") == ["0301,Q585,,2024-02-03,"]


BAD_ITEMS = {
    "no item": ("X1,0301,", "is no item of Wikidata"),
    "an item that begins with nought": ("Q01,0301,", "is no item of Wikidata"),
    "a number of three digits": ("Q585,301,", "is not a number of a municipality"),
    "a home page that is none": (
        "Q585,0301,javascript:alert(1)",
        "is not an address of a home page",
    ),
    "a number of two items": ("Q25416,1103,", "Q25416 has the number 1103, as Q1 of record 1"),
}


@pytest.mark.parametrize("case", BAD_ITEMS)
def test_a_bad_item_costs_only_itself(case: str, tmp_path: Path) -> None:
    line, expected = BAD_ITEMS[case]
    text = f"wikidata,kommunenummer,homepage\nQ1,1103,\n{line}\n"
    answer = take(written(tmp_path, text, "items.csv"), retrieved="2020-09-14")
    assert rows(answer, "wikidata-items")[0] == "1103,Q1,,2020-09-14,"
    (fault,) = faults(answer)
    assert fault.startswith("2: ")
    assert expected in fault


BAD_RECORDS: dict[str, tuple[dict[str, object], str, int]] = {
    "a day that does not exist": ({"validFrom": "2013-02-30"}, "the day “2013-02-30” does not", 1),
    "a day in words": ({"validFrom": "i fjor"}, "the day “i fjor” does not exist", 1),
    "an end before the start": (
        {"validTo": "2019-01-01"},
        "ends (2019-01-01) before it begins (2020-01-01)",
        1,
    ),
    "a number of three digits": ({"code": "103"}, "“103” is not a number of a municipality", 1),
    "a number with letters": ({"code": "11O3"}, "“11O3” is not a number of a municipality", 1),
    "no number": ({"code": None}, "field “code” is empty", 1),
    "no name": ({"name": None}, "field “name” is empty", 1),
    "a name that is no text": ({"name": ["Oslo"]}, "field “name” holds list, not text", 1),
    "a lost character": ({"name": "H�"}, "holds a character that was lost", 1),
    "a name encoded twice": (
        {"name": "HÃ¥"},
        "“HÃ¥” was encoded twice; it is read as “Hå”",
        2,
    ),
    "a field nobody knows": ({"colour": "red"}, "field “colour” is not known", 2),
    "the same record twice": (
        {"code": "0301", "name": "Oslo"},
        "says the same as record 1; it is kept once",
        1,
    ),
    "two names at the same time": (
        {"code": "0301", "name": "Kristiania"},
        "says otherwise than record 1 of the same time; the first one is kept",
        1,
    ),
}


@pytest.mark.parametrize("case", BAD_RECORDS)
def test_a_bad_record_costs_only_itself(case: str, tmp_path: Path) -> None:
    changed, expected, kept = BAD_RECORDS[case]
    file = written(tmp_path, codes(**changed))
    answer = take(file, window("1838-01-01", ""))
    assert rows(answer, "klass-versions")[0] == "0301,Oslo,2020-01-01,,"
    assert len(rows(answer, "klass-versions")) == kept
    (fault,) = answer.faults
    assert str(fault).startswith(f"{file}, record 2: ")
    assert expected in fault.message


def test_a_record_that_is_no_object_costs_only_itself(tmp_path: Path) -> None:
    answer = take(written(tmp_path, {"codes": [*codes()["codes"], "Oslo"]}))  # type: ignore[misc]
    assert faults(answer) == ["3: is no object with fields"]


def test_a_row_of_another_length_costs_only_itself(tmp_path: Path) -> None:
    text = "code;name;validFrom\n0301;Oslo;2020-01-01\n1103;Stavanger\n"
    answer = take(written(tmp_path, text, "codes.csv"))
    assert faults(answer) == ["2: has 2 cells, the header has 3"]


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty; fetch it again"),
    "blanks": (b" \n\n", "is empty; fetch it again"),
    "an HTML page": (
        b"<!DOCTYPE html><html><head><title>Vedlikehold</title></head></html>",
        r"is an HTML page \(“Vedlikehold”\), not data; fetch the data again",
    ),
    "the XML of KLASS": (
        (HERE / "codes.xml").read_bytes(),
        "is XML, which KLASS sends when JSON is not asked for; ask with the header "
        "“Accept: application/json”, or run: kommunegraf fetch klass-codes",
    ),
    "other XML": (b"<?xml version='1.0'?><!-- x --><note/>", "first element is “note”"),
    "Turtle": (b"@prefix a: <http://a/> .\n", "is RDF, and load takes answers of registers"),
    "N-Triples": (b"<http://a/b> <http://a/c> <http://a/d> .\n", "is RDF"),
    "RDF in XML": (b"<?xml version='1.0'?><rdf:RDF xmlns:rdf='x'/>", "is RDF"),
    "JSON cut in the middle": (
        (HERE / "codes.json").read_bytes()[:700],
        "is JSON that ends in the middle; fetch it again",
    ),
    "JSON that is none": (b'{"codes": [,]}', "is not JSON: .* at line 1, column 12"),
    "JSON in Latin-1": ('{"codes": [{"name": "Hå"}]}'.encode("latin-1"), "is not UTF-8"),
    "deep JSON": (b"[" * 100_000, "nested too deeply"),
    "an answer that failed": (
        b'{"status": 404, "error": "Not Found", "path": "/v1/classifications/9"}',
        r"is the answer to a request that failed \(status 404: Not Found\)",
    ),
    "a refusal in words": (b"Classification not found with id = 9\n", "it says “Classification"),
    "JSON of another kind": (b'{"colour": "red"}', "is of no known kind; known: klass-codes, "),
    "a table of another kind": (b"colour,size\nred,2\n", "is of no known kind; known: klass-c"),
    "a column twice": (b"code;code;name\n1;2;3\n", "column “code” stands twice"),
    "CSV cut in the middle": (b'"code";"name"\n"0301";"Os', "is CSV that ends in the middle"),
    "a damaged gzip file": (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "damaged gzip"),
    "a cut gzip file": (
        gzip.compress((HERE / "codes.latin1.csv").read_bytes())[:-12],
        "gzip file that ends in the middle",
    ),
    "UTF-16": ("code;name\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    "binary": (b"\x00\x01\x02", "is neither text nor gzip"),
    "only bad records": (b"code;name\n1;Oslo\n", "has 1 records, and none can be used; record 1:"),
    "no time": (b"code;name\n0301;Oslo\n", "does not say when it held; say --retrieved DATE"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_named_in_one_sentence(case: str, tmp_path: Path) -> None:
    data, expected = BAD_FILES[case]
    file = written(tmp_path, data, "answer")
    retrieved = "2024-01-01" if case == "only bad records" else ""
    with pytest.raises(SourceError, match=expected) as raised:
        take(file, retrieved=retrieved)
    assert str(raised.value).startswith(str(file))
    assert "\n" not in str(raised.value)


def test_a_workbook_is_no_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(SourceError, match="is a zip archive or a workbook"):
        recognise(tmp_path / "book.xlsx")


def test_a_correspondence_table_does_not_hold_on_the_day_it_was_fetched() -> None:
    with pytest.raises(SourceError, match="say --from DATE and --to DATE"):
        take(HERE / "correspondence.json", retrieved="2026-01-01")


def test_an_empty_answer_gives_nothing(tmp_path: Path) -> None:
    answer = take(written(tmp_path, {"codes": []}))
    assert not answer.rows
    assert not answer.contents


def test_a_kind_that_the_user_names_must_fit() -> None:
    with pytest.raises(SourceError, match="has no field “oldCode”, so it is not an answer of"):
        take(HERE / "codes.json", kind="klass-changes")


SPEAKS = {
    "codes of a window": ("codes.json", "2015-01-01", "2022-01-01", "2015-01-01/2021-12-31"),
    "codes without a known window": ("codes.json", "", "", "1838-01-01/2021-12-31"),
    "codes up to the day of the answer": ("codes.latin1.csv", "", "", "1838-01-01/2024-05-06"),
    "changes up to the day of the answer": ("changes.json", "", "", "2020-01-01/2024-05-06"),
    "a window into the future": ("codes.json", "2015-01-01", "2050-01-01", "2015-01-01/2024-05-06"),
    "codes of a day": ("codes-at.json", "", "", "2024-05-06"),
}


@pytest.mark.parametrize("case", SPEAKS)
def test_the_days_for_which_an_answer_speaks(case: str) -> None:
    name, first, after, expected = SPEAKS[case]
    answer = take(HERE / name, window(first, after), "2024-05-06")
    assert f'speaks = "{expected}"' in answer.contents["source.toml"]


URLS = {
    "codes?from=2015-01-01&to=2022-01-01": window("2015-01-01", "2022-01-01"),
    "codes.json?from=1838-01-01": window("1838-01-01", ""),
    "codesAt?date=2020-06-01": window("2020-06-01", "2020-06-02"),
    "changes?from=when": Window(),
}


@pytest.mark.parametrize("url", URLS)
def test_the_window_that_a_request_asked_for(url: str) -> None:
    at = "https://data.ssb.no/api/klass/v1/classifications/131/"
    assert window_of_url(at + url) == URLS[url]


REAL_FILES = {
    "klass/klass131_code_versions.csv": ("", "", "", {"klass-versions.csv": 1999}),
    "klass/klass131_changes.csv": ("", "", "", {"klass-changes.csv": 2164}),
    "klass/fylke_by_year.csv": ("", "", "", {"klass-counties.csv": 63}),
    "klass/fylke_changes_2020.csv": ("", "", "", {"klass-county-changes.csv": 13}),
    "klass/klass_correspondence_1236_orgnr_to_kommune.latin1.csv": (
        *("2020-01-01", "2024-01-01", ""),
        {"klass-organisation-numbers.csv": 356},
    ),
    "klass/shape_only_correspondenceMaps.json": (
        *("2020-01-01", "2024-01-01", ""),
        {"klass-organisation-numbers.csv": 2},
    ),
    "klass/kartverket_kommuneinfo_fylkerkommuner_2023.json": (
        *("2023-01-01", "2024-01-01", ""),
        {"klass-counties.csv": 11, "klass-versions.csv": 356, "kartverket-names.csv": 48},
    ),
    "wikidata/kommune_wikidata_2020.csv": ("", "", "2020-09-14", {"wikidata-items.csv": 356}),
}


@pytest.mark.parametrize("name", REAL_FILES)
def test_the_real_files_load_whole(name: str) -> None:
    if not REAL.is_dir():
        pytest.skip("the real data in ../shared/data is absent")
    first, after, retrieved, expected = REAL_FILES[name]
    answer = take(REAL / name, window(first, after), retrieved)
    assert answer.rows == expected
    assert not answer.faults


SHIPPED = {
    "klass/klass131_changes.csv": ("kommuner", "klass-changes"),
    "klass/fylke_changes_2020.csv": ("kommuner", "klass-county-changes"),
    "klass/klass131_code_versions.csv": ("kommuner", "klass-versions"),
    "wikidata/kommune_wikidata_2020.csv": ("wikidata-kommuner", "wikidata-items"),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_real_files_say_what_the_shipped_tables_say(name: str) -> None:
    if not REAL.is_dir():
        pytest.skip("the real data in ../shared/data is absent")
    source, table = SHIPPED[name]
    shipped = (ROOT / "graph" / "sources" / source / f"{table}.csv").read_text("utf-8")
    given = rows(take(REAL / name, retrieved="2020-09-14"), table)
    # A table need not have a column that is empty in all rows.
    assert sorted(row.rstrip(",") for row in given) == sorted(
        row.rstrip(",") for row in shipped.splitlines()[1:]
    )
