"""Bad fact tables: one clear sentence with file and row, exit code 2, the earlier graph kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kommunegraf.graph.errors import KommunegrafError
from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import open_stored

HEAD = """key = "prove"
title = "Prøverapport"
short = "Prøve 2020"
type = "annual-report"
publisher = "Prøve"
rights = "CC BY 4.0"
issued = "2021-03-01"
speaks = "2020"
place = "line"
lines = 50

[rows]
{rows}
"""
ORGANISATIONS = "key,label,type,place\nprove-ikt,Prøve-IKT,partnership,1\n"
MEMBERSHIPS = (
    "member,organization,role,from,until,seen,place\n"
    "1547-aukra,prove-ikt,member,2020-01-01,,2020,3\n"
    "1539-rauma,prove-ikt,member,,,2020,3\n"
)
POSTS = (
    "holder,organization,title,function,percent,seen,place\n,prove-ikt,Rådgiver,adviser,{},2020,9\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    shutil.copytree(Path(__file__).parent / "small" / "kommuner", folder / "kommuner")
    write(folder, {"organisations.csv": ORGANISATIONS, "memberships.csv": MEMBERSHIPS})
    return folder


def write(folder: Path, tables: dict[str, str | bytes]) -> None:
    source = folder / "prove"
    source.mkdir(exist_ok=True)
    for name, content in tables.items():
        data = content if isinstance(content, bytes) else content.encode()
        (source / name).write_bytes(data)
    rows = {f.name: max(f.read_bytes().count(b"\n") - 1, 0) for f in source.glob("*.csv")}
    lines = "\n".join(f'"{name}" = {n}' for name, n in sorted(rows.items()))
    (source / "source.toml").write_text(HEAD.format(rows=lines), "utf-8")


def change(old: str, new: str) -> dict[str, str | bytes]:
    assert old in MEMBERSHIPS
    return {"memberships.csv": MEMBERSHIPS.replace(old, new, 1)}


BAD: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a missing column": (
        change("role,", "rolle,"),
        r"memberships\.csv:1: unknown column “rolle”; did you mean “role”\?",
    ),
    "a required column left out": (
        {"memberships.csv": "member,organization,seen,place\n1547-aukra,prove-ikt,2020,3\n"},
        r"memberships\.csv:1: the column “role” is missing",
    ),
    "a bad date": (
        change("2020-01-01", "2020-02-30"),
        r"memberships\.csv:2: column “from”: the day 2020-02-30 does not exist",
    ),
    "a percent of 4300": (
        {"posts.csv": POSTS.format("4300")},
        r"posts\.csv:2: column “percent”: 4300 per cent cannot be",
    ),
    "an unknown municipality": (
        change("1547-aukra", "1547-aukraa"),
        r"memberships\.csv:2: column “member”: unknown organisations “1547-aukraa”; did you mean 1547-aukra",
    ),
    "an unknown code": (
        change("member,2020", "membr,2020"),
        r"memberships\.csv:2: column “role”: “membr” is no code of member-role; did you mean member",
    ),
    "the same fact twice": (
        change("1539-rauma,prove-ikt,member,,,2020,3", "1547-aukra,prove-ikt,member,2020-01-01,,2020,4"),
        r"memberships\.csv:3: says again what memberships\.csv:2 says .* write both places in one row: 3;4",
    ),
    "two rows that contradict each other": (
        change("1539-rauma,prove-ikt,member,,,2020,3", "1547-aukra,prove-ikt,member,2020-01-01,2020-06-01,2020,4"),
        r"memberships\.csv:3: contradicts memberships\.csv:2",
    ),
    "an end before the start": (
        change("2020-01-01,,2020", "2020-01-01,2019-01-01,2020"),
        r"memberships\.csv:2: ends \(2019-01-01\) before it begins \(2020-01-01\)",
    ),
    "no time": (change(",,,2020,3", ",,,,3"), r"memberships\.csv:3: has no time"),
    "no place": (change("2020,3", "2020,"), r"memberships\.csv:2: column “place” is empty"),
    "a place outside the text": (
        change("2020,3", "2020,51"),
        r"memberships\.csv:2: column “place”: “51” is not in the text, which has lines 1 to 50",
    ),
    "a wrong encoding": (
        {"organisations.csv": ORGANISATIONS.encode("latin-1")},
        r"organisations\.csv:2: byte 0xf8 is not UTF-8; save the table as UTF-8",
    ),
    "100 MB of junk": (
        {"memberships.csv": b"\x00\xff" * 50_000_000},
        r"memberships\.csv: has 100 MB; a table of facts has at most",
    ),
    "a small binary file": ({"memberships.csv": b"\x89PNG\r\n\x1a\n" * 40}, r"memberships\.csv:1: byte 0x89"),
    "NUL characters": (
        {"memberships.csv": MEMBERSHIPS.replace("Rauma", "Ra\0uma").replace("prove-ikt,member,,", "prove\0-ikt,member,,")},
        r"memberships\.csv:3: (column “organization” holds the character U\+0000|is not CSV)",
    ),
    "an empty file": ({"memberships.csv": ""}, r"memberships\.csv:1: the column “member” is missing"),
    "a row of another length": (
        change("member,,,2020,3", "member,,,2020"),
        r"memberships\.csv:3: has 6 cells, the header has 7",
    ),
    "an open quotation mark": (
        change("1539-rauma", '"1539-rauma'),
        r"memberships\.csv:\d+: is not CSV",
    ),
    "an unknown kind of table": (
        {"membership.csv": MEMBERSHIPS},
        r"membership\.csv: “membership” is not a kind of table",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tables", "sentence"), BAD.values(), ids=BAD.keys())
def test_a_bad_table_is_refused_and_the_earlier_graph_stays(
    sources: Path, tmp_path: Path, tables: dict[str, str | bytes], sentence: str
) -> None:
    out = tmp_path / "out"
    assert run_build(sources, out, pages=False) == 0
    before = open_stored(out).manifest
    write(sources, tables)
    with pytest.raises(KommunegrafError) as caught:
        run_build(sources, out, pages=False)
    assert caught.value.exit_code == 2
    assert re.search(sentence, str(caught.value)), str(caught.value)
    assert "\n" not in str(caught.value)
    assert open_stored(out).manifest == before
    assert sorted(path.name for path in out.iterdir()) == ["build-1", "current"]


def test_a_row_too_few_is_noticed(sources: Path, tmp_path: Path) -> None:
    file = sources / "prove" / "memberships.csv"
    file.write_text("".join(MEMBERSHIPS.splitlines(keepends=True)[:2]), "utf-8")
    with pytest.raises(KommunegrafError, match=r"has 1 rows, source.toml expects 2"):
        run_build(sources, tmp_path / "out", pages=False)


HEADS: dict[str, tuple[Callable[[str], str], str]] = {
    "a missing field": (
        lambda head: head.replace('title = "Prøverapport"\n', ""),
        "lacks the field 'title'",
    ),
    "an unknown field": (lambda head: 'colour = "red"\n' + head, "unknown field “colour”"),
    "another key than the folder": (
        lambda head: head.replace('"prove"', '"annen"'),
        "must be the folder's name",
    ),
    "no TOML": (lambda head: head + "[[[", "is not TOML"),
    "a date that is none": (lambda head: head.replace("2021-03-01", "2021-02-31"), "source.toml"),
}


@pytest.mark.parametrize(("damage", "sentence"), HEADS.values(), ids=HEADS.keys())
def test_a_bad_head_is_refused(
    sources: Path, tmp_path: Path, damage: Callable[[str], str], sentence: str
) -> None:
    head = sources / "prove" / "source.toml"
    head.write_text(damage(head.read_text("utf-8")), "utf-8")
    with pytest.raises(KommunegrafError, match=re.escape(sentence)):
        run_build(sources, tmp_path / "out", pages=False)


def test_a_third_report_needs_no_python(sources: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run_build(sources, out, pages=False) == 0
    rows = open_stored(out).select(
        """PREFIX org: <http://www.w3.org/ns/org#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?name WHERE { ?m org:organization/skos:prefLabel "Prøve-IKT"@nb ;
          org:member/skos:prefLabel ?name } ORDER BY ?name"""
    )
    assert [row["name"].value for row in rows] == ["Aukra", "Rauma"]
