"""The day and the standings that an answer is for: read alike by every command that asks."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kommunegraf.graph.errors import QueryError
from kommunegraf.graph.store import StoredGraph
from kommunegraf.queries.as_of import STANDINGS, read_day, read_standing

COMMAND = Path(sys.executable).with_name("kommunegraf")
COMMANDS: dict[str, list[str]] = {
    "query": ["query", "members"],
    "path": ["path", "Nesset", "Visma"],
    "impact": ["impact", "vendor", "Visma"],
    "analyse": ["analyse", "concentration"],
}


def run(built: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments, "--store", str(built)], capture_output=True, text=True, check=False
    )


def test_days_as_people_write_them(graph: StoredGraph) -> None:
    assert read_day(graph, "2018-12-31") == date(2018, 12, 31)
    assert read_day(graph, "latest") == date(2019, 12, 31)
    assert read_day(graph, "newest") > read_day(graph, "latest")


@pytest.mark.parametrize(
    "text",
    ["20181231", "2018-W52-1", "2018-366", "2018-02-30", "31.12.2018", "٢٠١٨-١٢-٣١", "", "i går"],
)
def test_nothing_else_is_a_day(graph: StoredGraph, text: str) -> None:
    with pytest.raises(QueryError, match=f"^“{text}” is not a date; write it as 2018-12-31$"):
        read_day(graph, text)


def test_standings() -> None:
    assert read_standing("stated  planned stated") == ("stated", "planned")
    assert read_standing("announced", (*STANDINGS, "announced")) == ("announced",)
    for text, said in (
        ("sure", "“sure” is not a standing"),
        ("announced", "“announced” is no"),
        (" ", "is empty"),
    ):
        with pytest.raises(
            QueryError, match=f"^--standing: {said}.*; write one or more of stated, "
        ):
            read_standing(text)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--at", "20181231", "“20181231” is not a date; write it as 2018-12-31"),
        ("--at", "2018-W52-1", "“2018-W52-1” is not a date; write it as 2018-12-31"),
        ("--standing", "", "--standing: is empty; write one or more of stated, "),
        (
            "--standing",
            "sure",
            "--standing: “sure” is not a standing; write one or more of stated, ",
        ),
    ],
)
def test_every_command_refuses_the_same(
    built: Path, command: list[str], option: str, value: str, sentence: str
) -> None:
    done = run(built, *command, f"{option}={value}")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_knows_the_newest_day(
    built: Path, graph: StoredGraph, command: list[str]
) -> None:
    done = run(built, *command, "--at", "newest")
    assert done.returncode in (0, 1)
    assert f"{read_day(graph, 'newest')}" in done.stderr


def test_the_list_of_analyses_is_as_of_no_day(built: Path) -> None:
    for option in ("--at=junk", "--standing=junk", "--components"):
        done = run(built, "analyse", option)
        assert done.returncode == 2
        assert "the name of an analysis is missing" in done.stderr
