"""The shipped tables against the reports they state: places that exist, words that are ours."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from kommunegraf.graph.build import shipped_sources
from kommunegraf.graph.check import check_consistency
from kommunegraf.graph.source import find_sources
from kommunegraf.graph.store import StoredGraph
from kommunegraf.queries.asking import ask

TEXTS = {"ikt-orkide-2018": "000_*.txt", "ror-ikt-2019": "003_*.txt"}
PROSE = ("text", "description", "topic", "note", "explanation", "question", "scope", "footnote")


def lines_of(reports: Path, key: str) -> list[str]:
    (file,) = reports.glob(TEXTS[key])
    return file.read_text("utf-8", "replace").split("\n")


@pytest.mark.parametrize("key", TEXTS)
def test_every_place_shows_something(reports: Path, key: str) -> None:
    text = lines_of(reports, key)
    for table in sorted((shipped_sources() / key).glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for place in row["place"].split(";"):
                    first, _, last = place.strip().partition("-")
                    shown = text[int(first) - 1 : int(last or first)]
                    assert any(line.strip() for line in shown), f"{table.name}: {row}"


@pytest.mark.parametrize("key", TEXTS)
def test_every_line_of_the_report_is_cited_or_a_heading(reports: Path, key: str) -> None:
    text = lines_of(reports, key)
    cited: set[int] = set()
    for table in (shipped_sources() / key).glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for place in row["place"].split(";"):
                    first, _, last = place.strip().partition("-")
                    cited.update(range(int(first), int(last or first) + 1))
    source = next(s for s in find_sources(shipped_sources()) if s.key == key)
    headings = {line for line, _ in source.sections}
    left = [
        number
        for number, line in enumerate(text, 1)
        if len(line.strip()) > 25 and number not in cited | headings
    ]
    assert len(left) <= 3, f"lines that no row cites: {left}"


@pytest.mark.parametrize("key", TEXTS)
def test_no_sentence_of_the_report_is_copied(reports: Path, key: str) -> None:
    def flat(words: str) -> str:
        return re.sub(r"\W+", " ", words).casefold()

    text = flat(" ".join(lines_of(reports, key)))
    for table in sorted((shipped_sources() / key).glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name in PROSE:
                    cell = flat(row.get(name) or "").strip()
                    assert len(cell) < 60 or cell not in text, f"{table.name}: {row[name]}"


def test_the_ten_sample_questions_have_their_facts(graph: StoredGraph) -> None:
    """What the reader's sheet asks, straight from the graph (the named questions test the rest)."""
    rows = graph.select(
        """PREFIX kg: <https://w3id.org/kommunegraf/ns#> PREFIX unknown: <https://w3id.org/kommunegraf/id/unknown/>
        SELECT (COUNT(DISTINCT ?unknown) AS ?n) WHERE { ?unknown a kg:Unknown }"""
    )
    assert int(next(iter(rows))["n"].value) > 100


def test_on_the_order_of_a_thousand_relation_nodes(graph: StoredGraph) -> None:
    rows = graph.select(
        """PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        SELECT (COUNT(DISTINCT ?relation) AS ?n) WHERE { ?relation a kg:Relation }"""
    )
    assert int(next(iter(rows))["n"].value) > 1000


def test_a_contract_outlives_one_of_those_it_was_made_for(graph: StoredGraph) -> None:
    """Its buyer is the partnership; that Midsund, one of the six, was merged ends no contract."""
    rows = graph.select(
        """PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        PREFIX contract: <https://w3id.org/kommunegraf/id/contract/>
        SELECT ?until WHERE { contract:ror-tieto-p360 kg:possibleUntil ?until }"""
    )
    assert next(iter(rows))["until"].value == "9999-12-31"


@pytest.mark.parametrize(
    ("recipient", "standings"), [("1551-eide", set()), ("1554-averoy", {"persisting"})]
)
def test_a_partnership_does_nothing_for_a_member_that_left(
    graph: StoredGraph, recipient: str, standings: set[str]
) -> None:
    """As of June 2019: Eide left IKT Orkidé with 2018, Averøy stayed."""
    rows = ask(
        graph, "services", {"provider": "ikt-orkide", "recipient": recipient, "at": "2019-06-01"}
    )
    assert isinstance(rows.result, QuerySolutions)
    assert {row["standing"].value for row in rows.result} == standings


def test_check_names_the_printed_sums_that_do_not_follow(graph: StoredGraph) -> None:
    """ROR-IKT 2019, lines 534 and 552; IKT Orkidé 2018, line 330 (4 264 520 - 422 922)."""
    found = {
        finding.message.partition(": trykt sum ")[2] for finding in check_consistency(graph.store)
    }
    assert found >= {
        "2177, radene gir 21771",
        "829, radene gir 830",
        "1144, radene gir 1158",
        "3841606, radene gir 3841598",
    }
