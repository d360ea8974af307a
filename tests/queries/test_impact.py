"""Impacts on the shipped graph: the real exits and mergers, what else goes away, and bad use.

Each `impacts/<case>.toml` holds a command and what it must give; the figures were worked out by
hand from the lines of the reports that the file names.
"""

from __future__ import annotations

import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pyoxigraph import Store

from kommunegraf.graph.errors import KommunegrafError
from kommunegraf.queries.impacts import reading as impact_reading
from kommunegraf.queries.impacts.command import impact
from kommunegraf.queries.impacts.cost_figures import Change, Costs, Figure
from kommunegraf.queries.impacts.cost_model import work_out
from kommunegraf.queries.impacts.exit import of_exit
from kommunegraf.queries.impacts.findings import Findings
from kommunegraf.queries.impacts.items import Item, Thing
from kommunegraf.queries.impacts.rules import RULES
from kommunegraf.queries.impacts.words import GROUNDS, detail

HERE = Path(__file__).parent
CASES = sorted((HERE / "impacts").glob("*.toml"))
QUERIES = sorted((Path(impact_reading.__file__).parent / "touched").glob("*.rq"))

Run = Callable[..., str]


@pytest.fixture
def run(built: Path) -> Run:
    """Runs `impact` and returns what it writes to stdout."""

    def call(*arguments: str) -> str:
        done = CliRunner().invoke(
            impact, [*arguments, "--store", str(built)], standalone_mode=False
        )
        if done.exception is not None:
            raise done.exception
        return done.stdout

    return call


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_cases(run: Run, file: Path) -> None:
    wanted: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    got = json.loads(run(*wanted["command"], "--format", "json"))
    assert {ground: got["counts"].get(ground, 0) for ground in wanted["counts"]} == wanted["counts"]
    needs: dict[str, list[str]] = defaultdict(list)
    for need in got["anew"]:
        needs[need["rule"]].append(need["what"])
    assert {rule: needs[rule] for rule in wanted.get("needs", {})} == wanted.get("needs", {})
    costs = got["costs"][0] if got["costs"] else {}
    lines = [
        [
            line["measure"],
            line["member"],
            line["before"] or "",
            line["after"] or "",
            line["difference"],
        ]
        for line in costs.get("lines", [])
    ]
    assert [line for line in wanted.get("costs", []) if line not in lines] == []
    assert costs.get("refusal", "").startswith(wanted.get("refusal", ""))
    assert bool(lines) == ("costs" in wanted)
    printed = [[p["member"], p["computed"], p["printed"]] for p in costs.get("printedAfter", [])]
    assert printed == wanted.get("printed", [])
    _holds(wanted.get("said", []), [*costs.get("notes", []), *costs.get("assumptions", [])])
    open_questions = [one["question"] for one in got["unsaid"]["openQuestions"]]
    _holds(wanted.get("unsaid", []), [*got["unsaid"]["silences"], *open_questions])
    _holds(wanted.get("notes", []), got["notes"])


def _holds(wanted: list[str], said: list[str]) -> None:
    assert [text for text in wanted if not any(text in sentence for sentence in said)] == []


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_everything_has_its_evidence(run: Run, file: Path) -> None:
    got = json.loads(run(*tomllib.loads(file.read_text("utf-8"))["command"], "--format", "json"))
    relations = {item["relation"] for item in got["touched"]}
    for item in got["touched"]:
        assert item["label"], item
        assert item["source"], item
        assert item["row"], item
        assert item["certainty"] in ("stated", "implied", "uncertain"), item
    for need in got["anew"]:
        assert need["relations"], need
        assert set(need["relations"]) <= relations, need
        assert need["source"], need


EXIT = ["exit", "Nesset", "--partnership"]
BAD: dict[str, tuple[list[str], int, str]] = {
    "no member any more": ([*EXIT, "IKT Orkidé", "--at", "2019-06-30"], 1, "its membership: til 2019-01-01, sett 2018 (IKT Orkidé 2018, linje"),
    "no member yet": ([*EXIT, "ROR-IKT", "--at", "2018-06-01"], 1, "its membership: fra 2019-01-01 til 2020-01-01"),
    "never a member": (["exit", "Oslo", "--partnership", "ROR-IKT"], 1, "no source says it ever was"),
    "no partnership": ([*EXIT, "Visma"], 1, "no source names any member of Visma"),
    "one of two no member": (["exit", "Nesset", "Aukra", "--partnership", "IKT Orkidé", "--at", "2018-12-31"], 1, "Aukra was not a member"),
    "no municipality": (["exit", "Visma", "--partnership", "ROR-IKT"], 2, "“Visma” is not known among municipalities"),
    "a day before anything": (["exit", "Rauma", "--partnership", "ROR-IKT", "--at", "1990-01-01"], 1, "no source names any member of ROR-IKT on that day"),
    "no day": ([*EXIT, "ROR-IKT", "--at", "31.12.2019"], 2, "“31.12.2019” is not a date"),
    "no such model": ([*EXIT, "ROR-IKT", "--model", "2018"], 2, "state shares of ROR-IKT for: 2019, 2020"),
    "no such standing": ([*EXIT, "ROR-IKT", "--standing", "sure"], 2, "“sure” is not a standing"),
    "no such format": ([*EXIT, "ROR-IKT", "--format", "ttl"], 2, "“ttl” is not a format here"),
    "a merger of one": (["merger", "Molde"], 2, "two municipalities or more"),
    "leaving twice": (["exit", "Nesset", "nesset kommune", "--partnership", "IKT Orkidé", "--at", "2018-12-31"], 2, "Nesset is named twice; name each municipality once"),
    "merging twice": (["merger", "Nesset", "Midsund", "Nesset", "--at", "2018-12-31"], 2, "Nesset is named twice; name each municipality once"),
    "merged already": (["merger", "Midsund", "Aukra", "--at", "2020-06-01"], 1, "Midsund was there until 2020-01-01"),
    "not yet there": (["merger", "o:1506-molde", "Aukra", "--at", "2019-06-01"], 1, "was not there before 2020-01-01"),
    "no host": (["host", "Aukra"], 1, "hosts then: Sunndal for IKT Orkidé; Molde (før 2020) for ROR-IKT"),
    "no vendor": (["vendor", "Molde"], 1, "no source ties anything to Molde (før 2020) as a vendor"),
    "a vendor before all": (["vendor", "Visma", "--at", "1900-01-01"], 1, "as a vendor on 1900-01-01"),
    "no system": (["system", "Visma"], 2, "“Visma” is not known among systems"),
    "no person": (["person", "Nobody Here"], 2, "not known among persons"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "message"), BAD.values(), ids=BAD.keys())
def test_bad_use(run: Run, arguments: list[str], code: int, message: str) -> None:
    with pytest.raises(KommunegrafError) as caught:
        run(*arguments)
    assert message in str(caught.value)
    assert caught.value.exit_code == code


NARROWED: dict[str, list[str]] = {
    "an exit": [*EXIT, "IKT Orkidé", "--at", "2018-12-31"],
    "a merger": ["merger", "Eide", "Fræna", "--at", "2018-12-31"],
    "a host": ["host", "IKT Orkidé", "--at", "2018-12-31"],
    "a vendor": ["vendor", "Tieto", "--at", "2018-12-31"],
    "a person": ["person", "Fred Gjørtz", "--at", "2019-12-31"],
}


@pytest.mark.parametrize("arguments", NARROWED.values(), ids=NARROWED.keys())
def test_a_narrower_standing_makes_nothing_unsaid(run: Run, arguments: list[str]) -> None:
    # What is asked for is less; who is a member, and what no source says, is the same.
    whole = json.loads(run(*arguments, "--format", "json"))
    for standing in ("stated", "planned"):
        less = json.loads(run(*arguments, "--standing", standing, "--format", "json"))
        assert {item["standing"] for item in less["touched"]} <= {standing, "undated"}
        assert less["unsaid"]["silences"] == whole["unsaid"]["silences"]
        assert less["costs"] == whole["costs"]
        assert less["title"] == whole["title"]


AMOUNTS = [
    ("34", "percent", "prosent", "34 %"), ("34.50", "percent", "prosent", "34,50 %"),
    ("1234567", "nok", "kroner", "1 234 567 kr"), ("1234567.50", "nok", "kroner", "1 234 567,50 kr"),
    ("2.5", "man-year", "årsverk", "2,5 årsverk"), ("-34218", "nok-1000", "1000 kroner", "-34 218 1000 kroner"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "unit", "written"), AMOUNTS)
def test_amounts_of_any_unit(value: str, code: str, unit: str, written: str) -> None:
    things = {
        "unit": (Thing(unit, f"https://w3id.org/kommunegraf/code/unit/{code}"),),
        "party": (Thing("Nesset", "urn:nesset"),),
        "measure": (Thing("Andel", "urn:andel"),),
    }
    item = Item("share", "urn:r", "stated", "stated", things, {"value": value, "period": "2018"})
    assert detail(item) == f"Nesset: {written}"
    home = Thing("P", "urn:p")
    found = Findings([item], [Thing("Nesset", "urn:nesset")], home)
    assert [need.fact for need in of_exit(found)] == [f"{written} (2018)"]


MERGER = ["merger", "Molde", "Midsund", "Nesset", "--at", "2019-12-31"]


@pytest.mark.parametrize("format_name", ["table", "md", "csv", "json"])
@pytest.mark.parametrize("part", ["all", "anew", "costs", "unsaid", "touched"])
def test_formats_and_parts(run: Run, format_name: str, part: str) -> None:
    first = run(*MERGER, "--format", format_name, "--part", part)
    assert first == run(*MERGER, "--format", format_name, "--part", part)
    assert first.endswith("\n")
    if format_name == "json":
        assert part == "all" or list(json.loads(first)) == [part]


CSV = {
    "anew": "rule,who,what,fact,standing,reason,source",
    "costs": "partnership,period,measure,member,before,after,difference,unit",
    "unsaid": "kind,text,source",
    "touched": "kind,relation,label,detail,standing,certainty,time,source",
    "all": "kind,relation,label,detail,standing,certainty,time,source",
}


@pytest.mark.parametrize(("part", "header"), CSV.items())
def test_csv_columns_stay(run: Run, part: str, header: str) -> None:
    assert run(*MERGER, "--format", "csv", "--part", part).partition("\n")[0] == header


def test_paper_begins_with_what_follows(run: Run) -> None:
    paper = run(*MERGER, "--format", "md")
    headings = [line for line in paper.splitlines() if line.startswith(("# ", "## "))]
    assert headings[0] == "# Molde (før 2020), Midsund og Nesset blir én kommune, per 2019-12-31"
    assert [heading.split(" (")[0] for heading in headings[1:]] == [
        "## Må ordnes på nytt",
        "## Kostnader i ROR-IKT etter modellen for 2019",
        "## Det kildene ikke sier",
        "## Det som berøres",
    ]


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_queries_are_sparql_as_they_stand(file: Path) -> None:
    Store().query(file.read_text("utf-8"))


def test_every_rule_is_applied_and_every_ground_has_a_name() -> None:
    folder = Path(impact_reading.__file__).parent
    code = "".join(
        (folder / f"{name}.py").read_text("utf-8") for name in ("exit", "merger", "losses")
    )
    assert [rule for rule in RULES if f'"{rule}"' not in code] == []
    texts = "".join(file.read_text("utf-8") for file in QUERIES)
    grounds = {part.partition('"')[0] for part in texts.split('BIND("')[1:]}
    assert grounds <= GROUNDS.keys()


# The model by itself, on figures of our own.


def _figures(shares: dict[str, str], parts: dict[str, str]) -> list[Figure]:
    def figure(measure: str, party: str, value: str, role: str, category: str) -> Figure:
        return Figure(measure, party, party, Decimal(value), "2019", date(2019, 1, 1),
                      date(2020, 1, 1), role, category, "", "et sted")  # fmt: skip

    return [
        *(figure("cost-share", who, share, "row", "") for who, share in shares.items()),
        *(figure("cost-model-part", "", share, "single", name) for name, share in parts.items()),
    ]


def _work_out(shares: dict[str, str], parts: dict[str, str], *leaving: str) -> Costs:
    change = Change({who: who for who in shares}, leaving=leaving)
    return work_out("P", _figures(shares, parts), change, date(2019, 6, 1))


MODEL = {"Likt": "30", "Etter folketall": "70"}
THREE = {"A": "50", "B": "30", "C": "20"}


def test_shares_after_an_exit() -> None:
    # Equal part 10 each, weights 40/70, 20/70, 10/70; without C: 15 + 70 x 2/3 and 15 + 70 x 1/3.
    lines = _work_out(THREE, MODEL, "C").lines
    assert [(line.member, line.after) for line in lines] == [
        ("A", Decimal("61.67")), ("B", Decimal("38.33")), ("C", None), ("Sum", Decimal("100.00")),
    ]  # fmt: skip


def test_nothing_changes_when_nobody_leaves() -> None:
    assert all(line.difference == 0 for line in _work_out(THREE, MODEL).lines)


def test_shares_that_do_not_add_up_are_said() -> None:
    costs = _work_out({"A": "50", "B": "30", "C": "19"}, MODEL)
    assert any("til sammen 99,00 %" in note for note in costs.notes)


REFUSED: dict[str, tuple[dict[str, str], dict[str, str], tuple[str, ...], str]] = {
    "no shares": ({}, MODEL, (), "verken kostnadsmodell eller kostnadsandeler"),
    "no model": (THREE, {}, (), "ikke formelen bak dem"),
    "another kind of part": (THREE, {"Likt": "30", "Etter tjenesteuttak": "70"}, (), "«Etter tjenesteuttak», 70 %"),
    "parts short of 100": (THREE, {"Likt": "30", "Etter folketall": "60"}, (), "til sammen 90,00 %"),
    "a share below the equal part": ({"A": "95", "B": "5"}, MODEL, (), "mindre enn den like delen"),
    "nobody left": (THREE, MODEL, ("A", "B", "C"), "Ingen deltaker er igjen"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "parts", "leaving", "reason"), REFUSED.values(), ids=REFUSED.keys()
)
def test_refusals(
    shares: dict[str, str], parts: dict[str, str], leaving: tuple[str, ...], reason: str
) -> None:
    costs = _work_out(shares, parts, *leaving)
    assert not costs.lines
    assert reason in costs.refusal
    assert io.StringIO(costs.refusal).readline() == costs.refusal
