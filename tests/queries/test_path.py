"""Paths between two things: against the reports, on an invented graph, and as a command."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kommunegraf.graph.codes import all_codes
from kommunegraf.graph.dataset import Graph, Manifest
from kommunegraf.graph.errors import UsageError
from kommunegraf.graph.kind import all_kinds
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import CODE, expand
from kommunegraf.queries.names import resolve
from kommunegraf.queries.paths.chains import Limits
from kommunegraf.queries.paths.exclusions import excluded
from kommunegraf.queries.paths.finding import Connection, find_paths
from kommunegraf.queries.paths.projection import SELF, projection

COMMAND = Path(sys.executable).with_name("kommunegraf")
DATA = Path(__file__).parent / "paths"
CASES: list[dict[str, Any]] = tomllib.loads((DATA / "reports.toml").read_text("utf-8"))["case"]


def chain(found: Connection, index: int = 0) -> list[str]:
    steps = found.paths[index].steps
    return [found.start_label, *(step.end_label for step in steps)]


def limits(case: dict[str, Any]) -> Limits:
    return Limits(
        at=date.fromisoformat(case["at"]) if "at" in case else None,
        kinds=tuple(case.get("kinds", ())),
        without=tuple(case.get("without", ())),
        max_steps=case.get("max_steps", 6),
        standings=tuple(case.get("standing", "stated persisting").split()),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_paths_of_the_reports(graph: Graph, case: dict[str, Any]) -> None:
    found = find_paths(graph, resolve(graph, case["from"]), _place(graph, case["to"]), limits(case))
    if not case["path"]:
        assert not found.paths
        assert excluded(graph, found) == [tuple(one) for one in case["helps"]]
        return
    assert chain(found) == case["path"]
    first = found.paths[0]
    said = [step.said for step in first.steps]
    assert [one.sentence for one in said] == case.get("sentences", [one.sentence for one in said])
    assert [one.time for one in said] == case.get("times", [one.time for one in said])
    assert [one.standing for one in said] == case.get("standings", [one.standing for one in said])
    for one, source in zip(said, case.get("sources", [""] * len(said)), strict=True):
        assert source in one.source
        assert one.relation_label
    assert first.overlaps == case.get("overlaps", first.overlaps)


def _place(graph: Graph, name: str) -> NamedNode:
    """Of an organisation and a place of the same name the organisation, as the command does."""
    return resolve(graph, name, "" if ":" in name else "organisations;persons;systems")


def test_the_same_answer_each_time(graph: Graph) -> None:
    ends = resolve(graph, "Nesset"), resolve(graph, "Visma")
    assert find_paths(graph, *ends, Limits()) == find_paths(graph, *ends, Limits())


def test_alternatives_come_in_order_of_length(graph: Graph) -> None:
    ends = resolve(graph, "Nesset"), resolve(graph, "ROR-IKT")
    found = find_paths(graph, *ends, Limits(paths=12))
    lengths = [len(path.steps) for path in found.paths]
    assert len(lengths) == 12
    assert lengths == sorted(lengths)
    assert len({tuple(chain(found, index)) for index in range(12)}) == 12


# --- an invented graph --------------------------------------------------------------------------


def invented(extra: Store | None = None) -> StoredGraph:
    store = Store()
    store.extend(
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in parse((DATA / "invented.ttl").read_bytes(), format=RdfFormat.TURTLE)
    )
    store.extend(extra or [])
    return StoredGraph(store, Path(), Manifest(2, "0", {}, {}, "2020-01-01", "2020-01-01"))


def path_of(start: str, end: str, **given: Any) -> Connection:
    ends = NamedNode(expand(start)), NamedNode(expand(end))
    return find_paths(invented(), *ends, Limits(**given))


def test_steps_that_never_held_together_are_told_apart() -> None:
    found = path_of("o:a", "o:b")
    assert chain(found) == ["A", "P", "B"]
    assert found.paths[0].overlaps == "never"
    assert not path_of("o:a", "o:b", at=date(2016, 1, 1)).paths


def test_the_surest_of_two_relations_is_named_and_the_other_kept() -> None:
    step = path_of("o:a", "o:c").paths[0].steps[0]
    assert step.said.source == "Rapport, linje 3"
    assert step.said.certainty == "stated"
    assert [(one.source, one.certainty) for one in step.more] == [("Rapport, linje 4", "uncertain")]


def test_a_plan_is_a_step_only_when_asked_for() -> None:
    assert not path_of("o:a", "o:d").paths
    found = path_of("o:a", "o:d", standings=("stated", "planned"))
    assert found.paths[0].steps[1].said.sentence == "Planlagt: D er deltaker i Q"
    assert found.paths[0].steps[1].said.standing == "planned"


def test_no_path_leads_through_a_hub_unless_asked_or_at_its_end() -> None:
    assert not path_of("o:c", "o:d").paths
    assert chain(path_of("o:c", "o:d", hubs=True)) == ["C", "Staten", "D"]
    assert chain(path_of("o:c", "o:state")) == ["C", "Staten"]


def test_what_would_connect_them_is_said() -> None:
    graph = invented()
    found = find_paths(graph, NamedNode(expand("o:a")), NamedNode(expand("o:d")), Limits())
    assert excluded(graph, found) == [
        ("with --standing “stated persisting planned”", 2),
        ("with --hubs", 4),
    ]


def test_what_has_no_time_counts_on_any_day() -> None:
    found = path_of("system:t", "system:s", at=date(2016, 1, 1))
    assert found.paths[0].steps[0].said.sentence == "T er en del av S"
    assert found.paths[0].steps[0].said.standing == "undated"


def test_a_crowd_is_not_led_through_unless_asked() -> None:
    crowd = Store()
    member, organization = NamedNode(expand("org:member")), NamedNode(expand("org:organization"))
    for index in range(50):
        relation = NamedNode(expand(f"membership:er-{index}_er-999_regn"))
        crowd.add(Quad(relation, member, NamedNode(expand("er:999"))))
        crowd.add(Quad(relation, organization, NamedNode(expand(f"er:{index}"))))
        crowd.add(Quad(relation, NamedNode(expand("rdfs:label")), Literal("x", language="nb")))
    graph = invented(crowd)
    ends = NamedNode(expand("er:1")), NamedNode(expand("er:2"))
    found = find_paths(graph, *ends, Limits(fan_out=20))
    assert not found.paths
    assert found.crowded == (("er:999", 50),)
    assert excluded(graph, found) == [("with --fan-out 50", 2)]
    assert len(find_paths(graph, *ends, Limits()).paths[0].steps) == 2
    # The crowded thing itself may be an end.
    ends = NamedNode(expand("er:1")), NamedNode(expand("er:999"))
    assert len(find_paths(graph, *ends, Limits(fan_out=20)).paths[0].steps) == 1


def test_only_so_many_steps() -> None:
    assert not path_of("o:a", "o:c", max_steps=1).paths


def test_limits_that_cannot_be() -> None:
    for given, message in (
        ({"paths": 0}, "--paths"),
        ({"max_steps": 0}, "--max-steps"),
        ({"kinds": ("memberships",)}, "did you mean membership"),
        ({"kinds": ("use",), "without": ("use",)}, "--without leaves no kind"),
    ):
        with pytest.raises(UsageError, match=message):
            path_of("o:a", "o:b", **given)
    with pytest.raises(UsageError, match="the same thing"):
        path_of("o:a", "o:a")


# --- the projection -----------------------------------------------------------------------------


def test_every_reference_of_the_tables_is_projected_or_left_out_by_name() -> None:
    """Tells who adds a column to a table that paths do not know it yet."""
    named = {prop for kind in projection().kinds.values() for tie in kind.ties for prop in
             (tie.first, tie.second)}  # fmt: skip
    columns = {
        expand(column.predicate)
        for kind in all_kinds().values()
        for column in kind.columns.values()
        if column.type == "ref" and column.predicate
    }
    forgotten = columns - named - {*projection().left_out}
    assert not forgotten


def test_the_codes_of_the_projection_are_codes() -> None:
    known = {
        f"{CODE}{codes.name}/{code}" for codes in all_codes().values() for code in codes.labels
    }
    hubs = projection().hubs
    used = {*hubs.types, *hubs.forms}
    for kind in projection().kinds.values():
        used |= {*kind.words, *kind.not_yet, *kind.never, *kind.over}
        for tie in kind.ties:
            assert "{verb}" not in tie.sentence or kind.words
            assert not tie.ends_only or tie.first == SELF
    assert used <= known


# --- the command --------------------------------------------------------------------------------


def run(built: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "path", *arguments, "--store", str(built)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_for_reading(built: Path) -> None:
    done = run(built, "Nesset", "Visma", "--paths", "1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "1. Nesset → IKT Orkidé → Visma\n"
        "   Nesset var deltaker i IKT Orkidé (til 2019-01-01, sett 2018)\n"
        "       IKT Orkidé 2018, linje 3–5, 8–9, 15–17, 20–21, 86–89, 111–112, 336–337 – "
        "«Nesset – deltaker i IKT Orkidé» [membership:1543-nesset_ikt-orkide_member], og 10 til\n"
        "   IKT Orkidé hadde utviklingssamarbeid med Visma (sett 2018)\n"
        "       IKT Orkidé 2018, linje 463, 882–883, 919–921 – «IKT Orkidé – utviklingssamarbeid med "
        "Visma» [collaboration:ikt-orkide_visma_development_min-side], og 2 til\n"
    )
    assert "Nesset (o:1543-nesset) and Visma (o:visma), at any time" in done.stderr


def test_the_command_in_every_format(built: Path) -> None:
    whole = json.loads(run(built, "Nesset", "ROR-IKT", "--format", "json").stdout)
    first = whole["paths"][0]
    assert whole["from"] == expand("o:1543-nesset")
    assert whole["at"] is None
    assert first["overlaps"] is None
    assert first["steps"][0]["kind"] == "membership"
    assert first["steps"][0]["certainty"] == "stated"
    assert {"contract", "use", "service"} <= {one["kind"] for one in first["steps"][0]["more"]}
    rows = list(
        csv.DictReader(io.StringIO(run(built, "Nesset", "Visma", "--format", "csv").stdout))
    )
    assert [row["path"] + row["step"] for row in rows] == ["11", "12", "21", "22", "31", "32"]
    assert rows[0]["relation"] == expand("membership:1543-nesset_ikt-orkide_member")
    assert run(built, "Nesset", "Visma", "--format", "md").stdout.startswith(
        "| path | step | from "
    )
    turtle = run(built, "Nesset", "ROR-IKT", "--paths", "1", "--format", "ttl").stdout
    triples = {
        (quad.subject, quad.predicate) for quad in parse(turtle.encode(), format=RdfFormat.TURTLE)
    }
    relation = NamedNode(expand("membership:1543-nesset_ror-ikt_member_2019-01-01"))
    evidence = NamedNode(expand("evidence:ror-ikt-2019_l4-5"))
    assert (relation, NamedNode(expand("prov:wasDerivedFrom"))) in triples
    assert (evidence, NamedNode(expand("kg:certainty"))) in triples
    assert (relation, NamedNode(expand("kg:statedFrom"))) not in triples


def test_the_command_says_no(built: Path) -> None:
    done = run(built, "Nesset", "IKT Orkidé", "--at", "2019-06-01", "--kinds", "membership")
    assert done.returncode == 1
    assert not done.stdout
    assert done.stderr.endswith(
        "no documented connection of at most 6 steps between Nesset (o:1543-nesset) and IKT Orkidé "
        "(o:ikt-orkide) as of 2019-06-01; there would be one of 1 step without --at, of 2 without "
        "--kinds\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Nesset", "Nesset kommune"), "both names mean the same thing"),
        (("Nesset", "Vismaa"), "Did you mean “Visma” (visma)"),
        (("Nesset", "membership:1543-nesset_ikt-orkide_member"), "is not a thing that a path can"),
        (("Nesset", "Visma", "--at", "2018-02-30"), "“2018-02-30” is not a date"),
        (
            ("Nesset", "Visma", "--kinds", "uses"),
            "“uses” is not a kind of relation; did you mean use?",
        ),
        (("Nesset", "Visma", "--format", "xml"), "“xml” is not a format here"),
    ],
)
def test_wrong_use(built: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run(built, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
