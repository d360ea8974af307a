"""Questions on a graph with a loaded register: units, their links to organisations, shares."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import QuerySolutions

from kommunegraf.graph.errors import NameNotFoundError
from kommunegraf.graph.register import load_register, selection
from kommunegraf.graph.store import StoredGraph, open_stored
from kommunegraf.queries.asking import ask
from kommunegraf.queries.names import resolve

SEEN = date(2024, 6, 1)
# Invented units with valid numbers, and the real numbers of Molde and Sunndal from KLASS 1236.
UNITS = {
    "921221967": ("MOLDE KOMMUNE", "KOMM", "1506"),
    "964981604": ("SUNNDAL KOMMUNE", "KOMM", "1563"),
    "974769484": ("ROMSDAL RENHOLD IKS", "IKS", "1506"),
    "997058925": ("MOLDE AS", "AS", "1506"),
}


def unit(number: str, name: str, form: str, municipality: str) -> dict[str, Any]:
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": form},
        "forretningsadresse": {"kommunenummer": municipality},
    }


def participant(number: str, share: str) -> dict[str, Any]:
    name, form, _ = UNITS[number]
    return {
        "type": {"kode": "DTSO"},
        "enhet": {
            "organisasjonsnummer": number,
            "organisasjonsform": {"kode": form},
            "navn": [name],
        },
        "ansvarsandel": share,
        "avregistrert": False,
    }


@pytest.fixture(scope="module")
def loaded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> StoredGraph:
    folder = tmp_path_factory.mktemp("registers")
    shutil.copytree(built, folder / "graph", symlinks=True)
    units = folder / "units.json"
    units.write_text(json.dumps([unit(n, *said) for n, said in UNITS.items()]), "utf-8")
    roles = folder / "roles_974769484.json"
    shares = [participant("921221967", "75%"), participant("964981604", "25%")]
    answer = {"rollegrupper": [{"type": {"kode": "DELT"}, "roller": shares}]}
    roles.write_text(json.dumps(answer), "utf-8")
    chosen = selection(everything=True)
    load_register(folder / "graph", [units, roles], chosen, SEEN)
    return open_stored(folder / "graph")


def rows(graph: StoredGraph, name: str, columns: list[str], **given: str) -> list[list[str]]:
    result = ask(graph, name, given).result
    assert isinstance(result, QuerySolutions)
    return [["" if row[c] is None else row[c].value for c in columns] for row in result]


def test_who_holds_a_share_of_liability_in_an_iks(loaded: StoredGraph) -> None:
    found = rows(
        loaded, "shares", ["holderLabel", "measureLabel", "value", "ofLabel", "standing"],
        of="974769484", at="2024-06-01",
    )  # fmt: skip
    assert found == [
        ["MOLDE KOMMUNE", "ansvarsandel", "75", "ROMSDAL RENHOLD IKS", "stated"],
        ["SUNNDAL KOMMUNE", "ansvarsandel", "25", "ROMSDAL RENHOLD IKS", "stated"],
    ]


def test_a_share_is_not_stated_for_the_day_before_it_was_seen(loaded: StoredGraph) -> None:
    assert rows(loaded, "shares", ["value"], of="974769484", at="2024-05-31") == []
    later = rows(loaded, "shares", ["standing"], of="974769484", at="2025-01-01")
    assert later == [["persisting"], ["persisting"]]


def test_units_of_a_form_and_organisations_of_ours_stand_once(loaded: StoredGraph) -> None:
    columns = ["organisationLabel", "number", "municipalityNumber"]
    assert rows(loaded, "organisations-of-form", columns, form="IKS") == [
        ["ROMSDAL RENHOLD IKS", "974769484", "1506"]
    ]
    molde = [
        row
        for row in rows(
            loaded, "organisations-of-form", ["organisationLabel", "number", "unit"], form="KOMM"
        )
        if row[1] == "921221967"
    ]
    assert molde == [
        ["Molde (fra 2020)", "921221967",
         "https://data.brreg.no/enhetsregisteret/api/enheter/921221967"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "at", "meant"),
    [
        ("921 221 967", None, "org/1506-molde"),
        ("NO921221967MVA", None, "org/1506-molde"),
        ("5061", None, "org/1567-rindal"),
        ("1523", date(1950, 1, 1), "org/1523-sunnylven"),
        ("1523", date(2010, 1, 1), "org/1527-orskog"),
        ("Aukra", date(1900, 1, 1), "org/1545-aukra"),
        ("Aukra", None, "org/1547-nord-aukra"),
        ("HÅ KOMMUNE", None, "org/1119-ha-1964"),
        ("Molde", date(2019, 1, 1), "org/1502-molde"),
        ("Molde", date(2020, 1, 1), "org/1506-molde"),
        ("Kárášjohka", None, "org/2021-karasjok"),
        ("997058925", None, "enheter/997058925"),
    ],
)
def test_a_number_or_name_of_any_time_finds_the_organisation(
    loaded: StoredGraph, text: str, at: date | None, meant: str
) -> None:
    assert resolve(loaded, text, "organisations", at).value.endswith(meant)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Molde", r"names more than one: 1502-molde \(Molde \(før 2020\)\)"),
        ("921221968", "check digit is wrong"),
        ("9999", "is not known"),
    ],
)
def test_what_cannot_be_told_is_not_guessed(loaded: StoredGraph, text: str, said: str) -> None:
    with pytest.raises(NameNotFoundError, match=said):
        resolve(loaded, text, "organisations")
