"""Units and roles of Enhetsregisteret as triples: what is kept, mended, left out and said."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kommunegraf.graph import iris
from kommunegraf.graph.loaders.unit_records import is_roles, read_records
from kommunegraf.graph.loaders.unit_roles import read_share, role_triples
from kommunegraf.graph.loaders.units import unit_triples
from kommunegraf.graph.mending import read_day, read_name, web_address
from kommunegraf.graph.ntriples import plain
from kommunegraf.graph.orgnumbers import check_digit, is_valid
from kommunegraf.ontology.namespaces import shorten

HERE = Path(__file__).parent / "units"
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "enhetsregisteret"
SOURCE = b"<https://w3id.org/kommunegraf/id/source/enhetsregisteret-2024-05-01-0badcafe>"
DAY = date(2024, 5, 1)
UNIT: dict[str, Any] = {
    "organisasjonsnummer": "964969590",
    "navn": "HÅ KOMMUNE",
    "organisasjonsform": {"kode": "KOMM"},
}


def said_of(lines: bytes, subject: str = "er:964969590") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for triple in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
        assert isinstance(triple.subject, ox.NamedNode)
        if shorten(triple.subject.value) == subject:
            value = triple.object.value  # type: ignore[union-attr]
            found.setdefault(shorten(triple.predicate.value), []).append(shorten(value))
    return found


def unit(**fields: Any) -> tuple[dict[str, list[str]], list[str]]:
    faults: list[str] = []
    return said_of(unit_triples({**UNIT, **fields}, SOURCE, faults)), faults


def subjects(lines: bytes) -> set[str]:
    triples = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
    return {
        shorten(triple.subject.value)
        for triple in triples
        if isinstance(triple.subject, ox.NamedNode)
    }


def test_a_unit() -> None:
    faults: list[str] = []
    lines = unit_triples(json.loads((HERE / "unit.json").read_bytes()), SOURCE, faults)
    assert faults == []
    assert lines.endswith(b" .\n")
    assert said_of(lines, "er:926721720") == {
        "rdf:type": ["rov:RegisteredOrganization"],
        "rov:legalName": ['IKT "FJORD" \\ NÆRØY'],
        "skos:notation": ["926721720"],
        "kg:searchKey": ['ikt "fjord" \\ naeroy', "ikt fjord", "ikt fjord og dal"],
        "dcterms:source": ["source:enhetsregisteret-2024-05-01-0badcafe"],
        "kg:registeredOn": ["1995-03-12"],
        "kg:foundedOn": ["1972-09-18"],
        "rov:orgType": ["organisation-form:ORGL"],
        "rov:orgStatus": ["registration-status:winding-up"],
        "kg:municipalityNumber": ["1547"],
        "kg:industryCode": ["84.110"],
        "kg:employees": ["12"],
        "org:subOrganizationOf": ["er:964969590"],
        "foaf:homepage": ["http://www.fjord.no/ikt"],
    }


def test_a_former_name_holds_between_its_days() -> None:
    lines = unit_triples(json.loads((HERE / "unit.json").read_bytes()), SOURCE)
    # The second former name held for some hours of one day: no day has it.
    assert subjects(lines) == {"er:926721720", "name:er-926721720_ikt-fjord_1995-03-12"}
    assert said_of(lines, "name:er-926721720_ikt-fjord_1995-03-12") == {
        "rdf:type": ["kg:DatedName", "kg:Relation"],
        "kg:about": ["er:926721720"],
        "rdfs:label": ["IKT FJORD"],
        "dcterms:type": ["name-kind:former"],
        "kg:validFrom": ["1995-03-12"],
        "kg:validUntil": ["2001-05-11"],
        "kg:possibleFrom": ["1995-03-12"],
        "kg:statedFrom": ["1995-03-12"],
        "kg:statedUntil": ["2001-05-11"],
        "kg:possibleUntil": ["2001-05-11"],
        "kg:isPlan": ["false"],
        "kg:timeText": ["fra 1995-03-12 til 2001-05-11"],
        "dcterms:source": ["source:enhetsregisteret-2024-05-01-0badcafe"],
        "kg:sourceText": ["Enhetsregisteret, 926721720"],
    }


@pytest.mark.parametrize(
    ("fields", "predicate", "values"),
    [
        ({"slettedato": "2019-12-31"}, "rov:orgStatus", ["registration-status:deleted"]),
        ({"slettedato": "2019-12-31"}, "kg:deletedOn", ["2019-12-31"]),
        ({"konkurs": True}, "rov:orgStatus", ["registration-status:bankrupt"]),
        ({"konkurs": False}, "rov:orgStatus", ["registration-status:active"]),
        ({}, "rov:orgStatus", []),
        ({"organisasjonsform": {"kode": "SÆR"}}, "rov:orgType", ["organisation-form:SAER"]),
        ({"organisasjonsform": {"kode": "EØFG"}}, "rov:orgType", ["organisation-form:EOFG"]),
        ({"postadresse": {"kommunenummer": "0301"}}, "kg:municipalityNumber", ["0301"]),
        ({"postadresse": None, "forretningsadresse": None}, "kg:municipalityNumber", []),
        ({"stiftelsesdato": None, "hjemmeside": None, "antallAnsatte": None}, "kg:foundedOn", []),
        ({"naeringskode1": None, "historiskeNavn": None, "overordnetEnhet": ""}, "kg:industryCode", []),
        ({"antallAnsatte": 0}, "kg:employees", ["0"]),
        ({"antallAnsatte": "2877"}, "kg:employees", ["2877"]),
        ({"overordnetEnhet": "NO 974 760 673"}, "org:subOrganizationOf", ["er:974760673"]),
        ({"stiftelsesdato": "2007-10-01T00:00:00.000+0000"}, "kg:foundedOn", ["2007-10-01"]),
        ({"navn": ["HÅ", "", "KOMMUNE"]}, "rov:legalName", ["HÅ KOMMUNE"]),
    ],
)  # fmt: skip
def test_what_a_field_says(fields: dict[str, Any], predicate: str, values: list[str]) -> None:
    found, faults = unit(**fields)
    assert (found.get(predicate, []), faults) == (values, [])


@pytest.mark.parametrize(
    ("fields", "predicate", "values", "sentence"),
    [
        ({"stiftelsesdato": "2013-02-30"}, "kg:foundedOn", [], "stiftelsesdato: the day “2013-02-30” does not exist; left out"),
        ({"stiftelsesdato": "30.02.2013"}, "kg:foundedOn", [], "stiftelsesdato: the day “30.02.2013” does not exist; left out"),
        ({"slettedato": 2013}, "kg:deletedOn", [], "slettedato: the day “2013” does not exist; left out"),
        ({"organisasjonsform": {"kode": "XYZ"}}, "rov:orgType", [], "the form of organisation “XYZ” is unknown; left out"),
        ({"organisasjonsform": None}, "rov:orgType", [], "the form of organisation (organisasjonsform) is missing"),
        ({"organisasjonsform": {"kode": None}}, "rov:orgType", [], "the form of organisation (organisasjonsform) is missing"),
        ({"navn": "HÃ… KOMMUNE"}, "rov:legalName", ["HÅ KOMMUNE"], "the name “HÃ… KOMMUNE” is wrongly encoded; read as “HÅ KOMMUNE”"),
        ({"navn": "H<U+00C5> KOMMUNE"}, "kg:searchKey", ["ha kommune"], "the name “H<U+00C5> KOMMUNE” is wrongly encoded; read as “HÅ KOMMUNE”"),
        ({"navn": "HÃ… OG NÆRØY"}, "rov:legalName", ["HÃ… OG NÆRØY"], "the name “HÃ… OG NÆRØY” is damaged and kept as it is: no repair is sure"),
        ({"navn": "H\ufffd KOMMUNE"}, "rov:legalName", ["H\ufffd KOMMUNE"], "the name “H\ufffd KOMMUNE” is damaged and kept as it is: no repair is sure"),
        ({"hjemmeside": "post@ha.no"}, "foaf:homepage", [], "hjemmeside: “post@ha.no” is no web address; left out"),
        ({"antallAnsatte": -1}, "kg:employees", [], "antallAnsatte: “-1” is not a number of employees; left out"),
        ({"postadresse": {"kommunenummer": "301"}}, "kg:municipalityNumber", [], "postadresse: “301” is not a municipality number; left out"),
        ({"naeringskode1": {"kode": "A"}}, "kg:industryCode", [], "naeringskode1: “A” is no industry code; left out"),
        ({"overordnetEnhet": "964969591"}, "org:subOrganizationOf", [], "overordnetEnhet: “964969591” is not an organisation number: its check digit is 1, but the digits before it give 0; left out"),
        ({"historiskeNavn": [{"fraDato": "2001-01-01"}]}, "kg:searchKey", ["ha kommune"], "historiskeNavn: an entry without a name; left out"),
        ({"historiskeNavn": [{"navn": "NÅ"}]}, "kg:searchKey", ["ha kommune", "na"], "historiskeNavn “NÅ” has no days; only the search finds it"),
        ({"historiskeNavn": [{"navn": "NÅ", "fraDato": "2001-01-02", "tilDato": "2001-01-01"}]}, "kg:searchKey", ["ha kommune", "na"], "historiskeNavn “NÅ” ends (2001-01-01) before it begins (2001-01-02)"),
    ],
)  # fmt: skip
def test_a_bad_value_costs_only_itself(
    fields: dict[str, Any], predicate: str, values: list[str], sentence: str
) -> None:
    found, faults = unit(**fields)
    assert (found.get(predicate, []), faults) == (values, [sentence])


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"navn": None}, "the unit 964969590 has no name"),
        ({"navn": "  "}, "the unit 964969590 has no name"),
        ({"organisasjonsnummer": None}, "the record has no organisation number"),
        ({"organisasjonsnummer": "96496959> <a:b> <c:d"}, "is not an organisation number"),
    ],
)
def test_a_unit_without_name_or_number_cannot_be_used(
    fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        unit(**fields)


@pytest.mark.parametrize(
    "name",
    [
        "BLÅ–GUL AS",
        "JOÃO SÃO",
        "ÄLG Å SÖNN",
        "GÅ’N UT",
        "STORÅ\u00a0SKOLE",
        "ČÁHCESUOLU",
        "MÅL “A”",
    ],
)
def test_a_name_with_rare_letters_is_left_as_it_is(name: str) -> None:
    faults: list[str] = []
    assert (read_name(name, faults), faults) == (name, [])


@pytest.mark.parametrize(
    "name", ["HÅ", "BRØNNØY", "NÆRØY", "KÁRÁŠJOGA", "ČÁHCESUOLU", "MÜLLER", "Grønn ærlig å"]
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_name_that_was_encoded_more_than_once_is_repaired(name: str, times: int) -> None:
    twice = name
    for _ in range(times):
        raw = twice.encode()
        twice = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)
    assert read_name(twice, []) == name


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2013-02-28", "2013-02-28"),
        ("1995-03-12 16:23:00", "1995-03-12"),
        ("2007-10-01T00:00:00.000+0000", "2007-10-01"),
        ("2007-09-30T22:00:00.000+0000", "2007-10-01"),
        ("2007-12-31T23:00:00Z", "2008-01-01"),
        ("2007-10-01T00:00:00+02:00", "2007-10-01"),
        ("2007-10-01T22:00:00", "2007-10-01"),
        ("9999-12-31T23:00:00Z", "9999-12-31"),
        ("2013-02-30", None),
        ("2013-2-3", None),
        ("2013", None),
        ("0000-00-00", None),
        ("1995-03-12 soon", None),
    ],
)
def test_days_as_registers_write_them(written: str, day: str | None) -> None:
    assert read_day(written) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("www.ha.kommune.no/", "http://www.ha.kommune.no/"),
        (" HTTPS://Www.Ha.No/Om?side=1#del ", "https://www.ha.no/Om?side=1#del"),
        ("www.blåbær.no:8080/a%20b", "http://www.blåbær.no:8080/a%20b"),
        ("www.a.no, www.b.no", None),
        ("www.a.no/%zz", None),
        ("www.a.no/<script>", None),
        ("post@a.no", None),
        ("fjellregionen", None),
        ("ftp://a.no/", None),
    ],
)
def test_web_addresses_as_registers_write_them(written: str, address: str | None) -> None:
    assert web_address(written) == address
    if address:
        ox.parse(f"<{address}> <a:b> <a:c> .", format=ox.RdfFormat.N_TRIPLES)


@pytest.mark.parametrize(
    "text", ['a"b', "a\\b", "a\nb\r\tc", "\x00\x07\x7f\x85", "ÆØÅ\u00a0x", "日本"]
)
def test_any_text_is_a_literal(text: str) -> None:
    (triple,) = ox.parse(f"<a:a> <a:b> {plain(text)} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    assert triple.object == ox.Literal(text)


def test_the_fast_way_of_folding_gives_what_the_slow_one_gives() -> None:
    for number in range(1, 0x3000):
        text = f"A{chr(number)}Ø b"
        assert iris.fold(text) == iris._fold(text)


def test_the_fast_check_of_numbers_agrees_with_the_check_digit() -> None:
    for eight in ("96496959", "97476067", "81000591", "00000000", "11223344"):
        right = check_digit(eight)
        assert [d for d in "0123456789" if is_valid(eight + d)] == ([right] if right else [])
    assert not any(map(is_valid, ("", "96496959", "9649695900", "96496959x", "٩٦٤٩٦٩٥٩٠")))


def roles(answer: dict[str, Any] | None = None, **settings: Any) -> tuple[bytes, list[str]]:
    faults: list[str] = []
    given = answer or json.loads((HERE / "roles.json").read_bytes())
    return role_triples("810005912", given, SOURCE, DAY, faults, **settings), faults


def test_roles_that_are_held() -> None:
    lines, faults = roles()
    assert faults == []
    assert subjects(lines) == {
        "er:810006242",
        "er:964969590",
        "figure:er-810005912_er-810006242_liability-share",
        "figure:er-810005912_er-964969590_liability-share",
        "membership:er-810006242_er-810005912_dtpr",
        "membership:er-964969590_er-810005912_dtpr",
        "person:er-810005912-kari-a-nordmann",
        "person:er-810005912-kari-a-nordmann-2",
        "role-of:er-810005912_kari-a-nordmann_lede",
        "role-of:er-810005912_kari-a-nordmann-2_medl",
    }


def test_of_a_person_the_name_is_kept_and_nothing_else() -> None:
    lines, _ = roles()
    assert said_of(lines, "person:er-810005912-kari-a-nordmann") == {
        "rdf:type": ["foaf:Person", "kg:Person"],
        "foaf:name": ["KARI Å NORDMANN"],
        "kg:searchKey": ["kari a nordmann"],
        "dcterms:source": ["source:enhetsregisteret-2024-05-01-0badcafe"],
    }
    assert not any(born in lines for born in (b"1951", b"1981", b"1950", "AVDØD".encode()))


def test_a_role_is_observed_on_the_day_of_retrieval() -> None:
    lines, _ = roles()
    assert said_of(lines, "role-of:er-810005912_kari-a-nordmann_lede") == {
        "rdf:type": ["org:Membership", "kg:Relation"],
        "org:member": ["person:er-810005912-kari-a-nordmann"],
        "org:organization": ["er:810005912"],
        "org:role": ["register-role:LEDE"],
        "rdfs:label": ["KARI Å NORDMANN – styrets leder i 810005912"],
        "kg:changedOn": ["2020-11-02"],
        "kg:observedFrom": ["2024-05-01"],
        "kg:observedUntil": ["2024-05-02"],
        "kg:possibleFrom": ["0001-01-01"],
        "kg:statedFrom": ["2024-05-01"],
        "kg:statedUntil": ["2024-05-02"],
        "kg:possibleUntil": ["9999-12-31"],
        "kg:isPlan": ["false"],
        "kg:timeText": ["sett 2024-05-01"],
        "dcterms:source": ["source:enhetsregisteret-2024-05-01-0badcafe"],
        "kg:sourceText": ["Enhetsregisteret, roller i 810005912"],
    }


def test_a_liability_share_is_a_figure() -> None:
    lines, _ = roles()
    third = said_of(lines, "figure:er-810005912_er-964969590_liability-share")
    assert third["kg:about"] == ["er:810005912"]
    assert third["kg:party"] == ["er:964969590"]
    assert third["kg:measure"] == ["measure:liability-share"]
    assert third["kg:unit"] == ["unit:percent"]
    assert (third["kg:value"], third["kg:valueText"]) == (["33.333333"], ["1/3"])
    assert third["kg:approximate"] == ["true"]
    printed = said_of(lines, "figure:er-810005912_er-810006242_liability-share")
    assert (printed["kg:value"], printed.get("kg:approximate")) == (["66.67"], None)


def test_a_holder_that_the_register_names_is_not_named_again() -> None:
    lines, _ = roles(known={"964969590"})
    assert said_of(lines, "er:964969590") == {}
    assert said_of(lines, "er:810006242")["rdfs:label"] == ["ROLFSEN AS"]


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ({}, "a role without a type (type.kode); the role is left out"),
        ({"type": {"kode": "DTPR"}}, "the role DTPR is held by neither person nor unit; the role is left out"),
        ({"type": {"kode": "DAGL"}, "person": {"navn": None}}, "the role DAGL is held by a person without a name; the role is left out"),
        ({"type": {"kode": "DTPR"}, "enhet": {"navn": ["X"]}}, "“” is not an organisation number: it holds no digits; the role is left out"),
        ({"type": {"kode": "ZZZ"}, "enhet": {"organisasjonsnummer": "964969590"}}, "the role “ZZZ” is unknown; it is kept without its code"),
        ({"type": {"kode": "DTPR"}, "enhet": {"organisasjonsnummer": "964969590"}, "ansvarsandel": "en del"}, "ansvarsandel: “en del” is no share; left out"),
    ],
)  # fmt: skip
def test_a_bad_role_costs_only_itself(role: dict[str, Any], sentence: str) -> None:
    good = {"type": {"kode": "DAGL"}, "person": {"navn": {"fornavn": "KARI", "etternavn": "LI"}}}
    lines, faults = roles({"rollegrupper": [{"roller": [role, good]}]})
    assert faults == [sentence]
    assert "role-of:er-810005912_kari-li_dagl" in subjects(lines)


def test_an_answer_that_has_no_roles() -> None:
    assert roles({"rollegrupper": []}) == (b"", [])
    with pytest.raises(ValueError, match="no list of roles"):
        role_triples("810005912", {"rollegrupper": None}, SOURCE, DAY)


@pytest.mark.parametrize(
    ("printed", "percent"),
    [("50%", "50"), ("33,33 %", "3333/100"), ("1/4", "25"), ("12.5", "25/2"), ("101%", None),
     ("1/0", None), ("-5%", None), ("halvparten", None), ("3/2", None)],
)  # fmt: skip
def test_shares_as_printed(printed: str, percent: str | None) -> None:
    share = read_share(printed)
    assert (None if share is None else str(share)) == percent


def test_real_files_map_to_triples_without_a_fault_but_two_home_pages() -> None:
    if not REAL.is_dir():
        pytest.skip("the real data in ../shared/data is absent")
    said: list[str] = []
    count = 0
    for file in sorted([*REAL.rglob("*.json"), *REAL.rglob("*.csv")]):
        for record in read_records(file, []):
            number = record["organisasjonsnummer"]
            lines = (
                role_triples(number, record, SOURCE, DAY, said)
                if is_roles(record)
                else unit_triples(record, SOURCE, said)
            )
            count += len(list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)))
    assert said == [
        "hjemmeside: “fergene.o” is no web address; left out",
        "hjemmeside: “fjellregionen” is no web address; left out",
    ]
    assert count > 9_000
