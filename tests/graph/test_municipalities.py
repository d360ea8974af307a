"""The municipalities' history: the same numbers as KLASS on every day, and organisations by rule."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions

from kommunegraf.graph.build import shipped_sources
from kommunegraf.graph.check import check_shapes
from kommunegraf.graph.municipalities import Made, make_rows
from kommunegraf.graph.naming import name_parser, plain
from kommunegraf.graph.predicates import XSD_DATE
from kommunegraf.graph.source import find_sources
from kommunegraf.graph.store import StoredGraph
from kommunegraf.graph.succession import Change, History, Span, trace

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "klass"
YEARS = range(1838, 2025)

IN_FORCE = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX scheme: <https://w3id.org/kommunegraf/code/identifier-scheme/>
SELECT ?number WHERE {
  ?identifier a adms:Identifier ; dcterms:type %s ; skos:notation ?number ;
    kg:statedFrom ?from ; kg:statedUntil ?until .
  FILTER(?from <= ?_at_xsd_date && ?_at_xsd_date < ?until)
}
"""
LISTED = """
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?number ?name WHERE {
  ?version a kg:CodeVersion ; skos:notation ?number ; kg:nameAsListed ?name ;
    kg:statedFrom ?from ; kg:statedUntil ?until .
  FILTER(?from <= ?_at_xsd_date && ?_at_xsd_date < ?until)
}
"""


@cache
def klass(name: str) -> list[dict[str, str]]:
    if not (DATA / name).exists():
        pytest.skip("the real data in ../shared/data is absent")
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def valid(row: dict[str, str], day: str) -> bool:
    return row["validFrom"] <= day and (not row["validTo"] or day < row["validTo"])


def rows(graph: StoredGraph, query: str, day: str) -> QuerySolutions:
    return graph.select(query, {"_at_xsd_date": Literal(day, datatype=XSD_DATE)})


@pytest.mark.parametrize("year", YEARS)
def test_the_numbers_in_force_on_1_january_are_those_of_klass(
    graph: StoredGraph, year: int
) -> None:
    day = f"{year}-01-01"
    listed = [row for row in klass("klass131_code_versions.csv") if valid(row, day)]
    expected = sorted(row["code"] for row in listed if row["code"] != "9999")
    query = IN_FORCE % "scheme:municipality-number"
    assert sorted(row["number"].value for row in rows(graph, query, day)) == expected
    named = {(row["code"], row["name"].strip()) for row in listed if row["code"] != "9999"}
    assert {(r["number"].value, r["name"].value) for r in rows(graph, LISTED, day)} == named


@pytest.mark.parametrize("year", [2010, 2018, 2023, 2024])
def test_the_counties_in_force_are_those_of_klass(graph: StoredGraph, year: int) -> None:
    listed = {r["code"] for r in klass("fylke_by_year.csv") if r["validIn"] == str(year)}
    found = rows(graph, IN_FORCE % "scheme:county-number", f"{year}-01-01")
    assert {row["number"].value for row in found} == listed - {"99"}


def test_every_row_of_the_registers_has_its_shape(graph: StoredGraph) -> None:
    """A build asks the shapes only of what reports refer to; this asks them of everything."""
    assert [f.message for f in check_shapes(graph.store) if f.severity == "error"] == []


def test_every_change_of_klass_leads_from_version_to_version(graph: StoredGraph) -> None:
    """A change of number, or of the organisation, is a step; others are events or unknowns."""
    steps = {
        (row["old"].value, row["new"].value, row["day"].value)
        for row in graph.select("""
        PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?old ?new ?day WHERE {
          ?a kg:continuedBy ?b . ?a skos:notation ?old . ?b skos:notation ?new ; kg:validFrom ?day
        }""")
    }
    boundary = {
        (row["giver"].value, row["taker"].value, row["day"].value)
        for row in graph.select("""
        PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX event-type: <https://w3id.org/kommunegraf/code/event-type/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?giver ?taker ?day WHERE {
          ?event dcterms:type event-type:boundary-change ; kg:periodFrom ?day ;
            kg:giver ?a ; kg:taker ?b .
          ?before a kg:CodeVersion ; kg:about ?a ; skos:notation ?giver ; kg:possibleUntil ?end .
          ?after a kg:CodeVersion ; kg:about ?b ; skos:notation ?taker ; kg:possibleFrom ?start .
          FILTER(?end >= ?day && ?start <= ?day)
        }""")
    }
    missing = [
        change
        for change in klass("klass131_changes.csv")
        if change["oldCode"] != change["newCode"]
        for key in [(change["oldCode"], change["newCode"], change["changeOccurred"])]
        if key not in steps and key not in boundary
    ]
    assert missing == []


def test_the_shipped_table_is_all_of_klass() -> None:
    with (shipped_sources() / "kommuner" / "klass-versions.csv").open(encoding="utf-8") as file:
        shipped = [tuple(row.values()) for row in csv.DictReader(file)]
    assert sorted(shipped) == sorted(
        (row["code"], row["name"].strip(), row["validFrom"], row["validTo"])
        for row in klass("klass131_code_versions.csv")
        if row["code"] != "9999"
    )
    with (shipped_sources() / "kommuner" / "klass-changes.csv").open(encoding="utf-8") as file:
        changes = [(r["day"], r["old_number"], r["new_number"]) for r in csv.DictReader(file)]
    assert sorted(changes) == sorted(
        (row["changeOccurred"], row["oldCode"], row["newCode"])
        for row in klass("klass131_changes.csv")
    )


@cache
def made() -> Made:
    return make_rows(find_sources(shipped_sources()))


def of_kind(kind: str) -> Iterator[dict[str, str]]:
    return (dict(one.row.cells) for one in made().rows if one.kind == kind)


def test_no_two_municipalities_have_the_same_label() -> None:
    labels = {row["key"]: row["label"] for row in of_kind("organisations")}
    assert len(set(labels.values())) == len(labels)


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        ("1567-rindal", ["1567", "5061"]),
        ("1502-molde", ["1502"]),
        ("1506-molde", ["1506"]),
        ("1103-stavanger", ["1103"]),
        ("1507-alesund", ["1507", "1508"]),
        ("1617-hitra", ["1617", "5013", "5056"]),
        ("0219-baerum", ["0219", "3024", "3201"]),
        ("1601-trondhjem", ["1601", "5001"]),
    ],
)
def test_one_organisation_keeps_its_identity_through_numbers(key: str, numbers: list[str]) -> None:
    found = [r["value"] for r in of_kind("identifiers") if r["thing"] == key]
    assert [number for number in found if len(number) == 4 and number.isdigit()] == numbers


@pytest.mark.parametrize(
    ("alias", "key"),
    [("1547-aukra", "1547-nord-aukra"), ("0301-oslo", "0301-christiania"),
     ("1545-midsund", "1545-sor-aukra"), ("5061-rindal", "1567-rindal")],
)  # fmt: skip
def test_tables_may_write_the_number_and_name_of_any_time(alias: str, key: str) -> None:
    assert made().aliases[alias] == key


@pytest.mark.parametrize(
    ("listed", "norwegian", "others"),
    [
        ("Snåase - Snåsa", "Snåsa", ("Snåase",)),
        ("Gáivuotna - Kåfjord - Kaivuono", "Kåfjord", ("Gáivuotna", "Kaivuono")),
        ("Trondheim - Tråante", "Trondheim", ("Tråante",)),
        ("Eide (Møre og Romsdal)", "Eide", ()),
    ],
)
def test_a_listed_name_is_taken_apart(listed: str, norwegian: str, others: tuple[str]) -> None:
    names = name_parser([listed, "Snåsa", "Kåfjord", "Trondheim", "Eide (Møre og Romsdal)"])
    parts = names[plain(listed)]
    assert (parts.norwegian, parts.others) == (norwegian, others)


def test_suffixes_that_come_and_go_are_no_new_names() -> None:
    names = [r["name"] for r in of_kind("names") if r["thing"] == "1551-eide"]
    assert names == ["Eide"]


def history(spans: list[str], changes: list[str]) -> History:
    """Builds a history of lines "number name from until" and "year old new"."""
    made = []
    for line in spans:
        number, name, start, *end = line.split()
        made.append(Span(number, date(int(start), 1, 1), date(int(end[0]), 1, 1) if end else None,
                         name))  # fmt: skip
    edges = [line.split() for line in changes]
    return trace(made, [Change(date(int(day), 1, 1), old, new) for day, old, new in edges])


@pytest.mark.parametrize(
    ("spans", "changes", "organisations", "events"),
    [
        pytest.param(
            ["1 a 1838 1900", "2 a 1900"], ["1900 1 2"], 1, [], id="a renumbering changes nobody"
        ),
        pytest.param(
            ["1 a 1838 1900", "1 b 1900"], ["1900 1 1"], 1, [], id="a renaming changes nobody"
        ),
        pytest.param(
            ["1 a 1838 1900", "2 b 1838 1900", "3 c 1900"],
            ["1900 1 3", "1900 2 3"], 3, ["merger"], id="two become one with a new number",
        ),
        pytest.param(
            ["1 a 1838", "2 b 1838 1900"],
            ["1900 1 1", "1900 2 1"], 2, ["merger"], id="one takes another in",
        ),
        pytest.param(
            ["1 a 1838 1900", "2 b 1838 1900", "1 c 1900"],
            ["1900 1 1", "1900 2 1"], 3, ["merger"], id="a new name in the old number",
        ),
        pytest.param(
            ["1 trondhjem 1838 1900", "2 b 1838 1900", "1 trondheim 1900"],
            ["1900 1 1", "1900 2 1"], 2, ["merger"], id="a new spelling is no new name",
        ),
        pytest.param(
            ["1 a 1838", "2 b 1900"], ["1900 1 1", "1900 1 2"], 2, ["split"], id="one leaves",
        ),
        pytest.param(
            ["1 a 1838 1900", "1 south 1900", "2 north 1900"],
            ["1900 1 1", "1900 1 2"], 3, ["split"], id="divided, both with new names",
        ),
        pytest.param(
            ["1 a 1838 1900", "2 a 1900", "3 b 1900"],
            ["1900 1 2", "1900 1 3"], 2, ["split"], id="the name goes on in a new number",
        ),
        pytest.param(
            ["1 a 1838", "2 b 1838"],
            ["1900 1 1", "1900 1 2", "1900 2 2"], 2, ["boundary-change"], id="a part moves",
        ),
    ],
)  # fmt: skip
def test_what_a_change_makes_of_organisations(
    spans: list[str], changes: list[str], organisations: int, events: list[str]
) -> None:
    found = history(spans, changes)
    assert len(found.organisations) == organisations
    assert [event.type for event in found.events] == events


@pytest.mark.parametrize(
    ("spans", "changes", "steps"),
    [
        pytest.param(
            ["1 a 1838", "2 b 1838"], ["1900 1 1", "1900 1 2", "1900 2 2"], ["1 2 boundary"],
            id="a part that moves continues nobody",
        ),
        pytest.param(
            ["1 a 1838 1900", "2 b 1838", "3 c 1838"],
            ["1900 1 2", "1900 2 2", "1900 1 3", "1900 3 3"], ["1 2 part", "1 3 part"],
            id="every part of a divided one continues it",
        ),
        pytest.param(["1 a 1838 1900", "2 a 1900"], ["1900 1 2"], ["1 2 alone"], id="a new number"),
        pytest.param(
            ["1 a 1838 1900", "1 a 1900", "2 b 1838 1900"], ["1900 1 1", "1900 2 1"],
            ["1 1 whole", "2 1 whole"], id="one takes another in",
        ),
        pytest.param(
            ["1 a 1838 1900", "1 a 1900", "2 b 1900"], ["1900 1 1", "1900 1 2"],
            ["1 1 rest", "1 2 part"], id="one leaves",
        ),
        pytest.param(
            ["1 a 1838 1900", "1 b 1900", "2 a 1900"], ["1900 1 1", "1900 1 2"],
            ["1 1 part", "1 2 rest"], id="the name goes to another number",
        ),
    ],
)  # fmt: skip
def test_what_became_of_each_span(spans: list[str], changes: list[str], steps: list[str]) -> None:
    found = history(spans, changes).steps
    assert [f"{s.before.number} {s.after.number} {s.kind}" for s in found] == steps


def test_what_is_in_a_merger_in_part_is_named_with_it() -> None:
    (event,) = (r for r in of_kind("events") if r["key"] == "5055-heim-2020-merger")
    assert event["label"] == "Halsa, Hemne og en del av Snillfjord ble slått sammen til Heim"
    assert event["original"] == "1571-halsa;1612-hemne"
