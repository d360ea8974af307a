"""Organisation numbers as people write them, and those that no register can have given."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kommunegraf.graph.errors import KommunegrafError
from kommunegraf.graph.orgnumbers import check_digit, is_valid, read_number
from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import open_stored

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"

AS_WRITTEN = {
    "974769484": "974769484",
    "997 058 925": "997058925",
    "NO974769484MVA": "974769484",
    "NO 974 769 484 MVA": "974769484",
    "NO-974769484": "974769484",
    "no974769484mva": "974769484",
    "974\u00a0769\u00a0484": "974769484",
    "974\u2009769\u202f484": "974769484",
    "974.769.484": "974769484",
    "974\u2011769\u2011484": "974769484",
    " 984710313 ": "984710313",
    "Org.nr. 974 769 484": "974769484",
    "Organisasjonsnummer: 974769484": "974769484",
    "Org nr NO 974769484 MVA": "974769484",
}

REFUSED = {
    "": "it holds no digits",
    "NO MVA": "it holds no digits",
    "97476948": "it has 8 digits",
    "9747678801": "it has 10 digits",
    "974O69484": "it holds “O”",
    "TestOrg6": "it holds “T”",
    "٩٧٤٧٦٩٤٨٤": "it holds “٩”",
    "974769485": "its check digit is 5, but the digits before it give 4",
    "999999990": "its check digit is 0, but the digits before it give 9",
    "+974769484": "it holds “+”",
}


@pytest.mark.parametrize(("text", "number"), AS_WRITTEN.items())
def test_a_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items())
def test_what_is_no_number_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        read_number(text)
    assert f"“{text}” is not an organisation number" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_some_beginnings_have_no_check_digit() -> None:
    eight = next(str(n) for n in range(90_000_000, 90_000_100) if check_digit(str(n)) is None)
    for last in "0123456789":
        assert not is_valid(eight + last)
        with pytest.raises(ValueError, match="no check digit fits"):
            read_number(eight + last)


def test_only_plain_digits_are_valid_as_they_stand() -> None:
    assert is_valid("974769484")
    assert not is_valid("974 769 484")
    assert not is_valid("٩٧٤٧٦٩٤٨٤")
    assert not is_valid("974769484\n")


def test_one_wrong_digit_is_always_noticed() -> None:
    number = "974769484"
    for place in range(9):
        for digit in set("0123456789") - {number[place]}:
            assert not is_valid(number[:place] + digit + number[place + 1 :])


def test_every_number_of_the_real_list_of_public_units_is_read() -> None:
    file = DATA / "enhetsregisteret/nlnwa-public-entities/public_entities_2021.csv"
    if not file.exists():
        pytest.skip("the real data in ../shared/data is absent")
    with file.open(encoding="utf-8", newline="") as lines:
        numbers = [row["orgNumber"] for row in csv.DictReader(lines)]
    assert len(numbers) > 1000
    assert [number for number in numbers if read_number(number) != number] == []


def test_the_test_numbers_of_a_real_list_are_found_out() -> None:
    file = DATA / "enhetsregisteret/altinn-orgs/altinn_orgs.csv"
    if not file.exists():
        pytest.skip("the real data in ../shared/data is absent")
    with file.open(encoding="utf-8", newline="") as lines:
        wrong = [row["name_nb"] for row in csv.DictReader(lines) if not is_valid(row["orgnr"])]
    assert wrong == [
        "ACN Test org",
        "BFT Test org",
        "Testdepartementet",
        "Klima- og forurensningsdirektoratet",
    ]


HEAD = """key = "prove"
title = "Prøve"
short = "Prøve"
type = "register"
publisher = "Prøve"
rights = "CC BY 4.0"
issued = "2021-03-01"
speaks = "2020"
place = "record"

[rows]
"""


def write_source(folder: Path, tables: dict[str, str]) -> Path:
    """Writes a folder of sources with one source of these tables and one municipality."""
    source = folder / "sources" / "prove"
    source.mkdir(parents=True, exist_ok=True)
    organisations = "key,label,type,place\nmolde,Molde,municipality,1506\n"
    every = {"organisations.csv": organisations, **tables}
    for name, text in every.items():
        (source / name).write_text(text, "utf-8")
    rows = [f'"{name}" = {text.count(chr(10)) - 1}\n' for name, text in every.items()]
    (source / "source.toml").write_text(HEAD + "".join(rows), "utf-8")
    return source.parent


NUMBERS = "thing,scheme,value,seen,place\nmolde,organisation-number,{},2020,1506\n"


def test_a_table_may_write_a_number_with_spaces(tmp_path: Path) -> None:
    sources = write_source(tmp_path, {"identifiers.csv": NUMBERS.format("921 221 967")})
    assert run_build(sources, tmp_path / "out", pages=False) == 0
    graph = open_stored(tmp_path / "out")
    (row,) = graph.select(
        """PREFIX adms: <http://www.w3.org/ns/adms#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?number ?value WHERE { ?number a adms:Identifier ; skos:notation ?value }"""
    )
    assert row["value"] == Literal("921221967")
    assert row["number"].value.endswith("/molde_organisation-number_921221967")


def test_a_table_with_a_wrong_check_digit_is_refused(tmp_path: Path) -> None:
    sources = write_source(tmp_path, {"identifiers.csv": NUMBERS.format("921221968")})
    with pytest.raises(
        KommunegrafError,
        match=r"identifiers\.csv:2: column “value”: “921221968” is not an organisation number",
    ):
        run_build(sources, tmp_path / "out", pages=False)


def test_other_numbers_are_no_organisation_numbers(tmp_path: Path) -> None:
    table = "thing,scheme,value,seen,place\nmolde,municipality-number,1506,2020,1506\n"
    sources = write_source(tmp_path, {"identifiers.csv": table})
    assert run_build(sources, tmp_path / "out", pages=False) == 0
