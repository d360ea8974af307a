"""The asking commands as a user meets them: from the shell, with good and bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pyoxigraph import Store

from kommunegraf.queries.output import FORMATS, write_result

ROW_FORMATS = [name for name in FORMATS if name != "ttl"]
COMMAND = Path(sys.executable).with_name("kommunegraf")


def run(built: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    store = [] if "--store" in arguments else ["--store", str(built)]
    return subprocess.run(
        [COMMAND, *arguments, *store], capture_output=True, text=True, input=stdin, check=False
    )


GOOD: dict[str, tuple[list[str], str]] = {
    "a label": (["query", "members", "--partnership", "IKT Orkidé", "--at", "2018-12-31"], "Nesset"),
    "without marks": (["query", "members", "--partnership=ikt orkide", "--at", "2018-12-31"], "Nesset"),
    "a key": (["query", "members", "--partnership", "ror-ikt", "--at", "2020-06-01"], "Molde (fra 2020)"),
    "an IRI": (["query", "members", "--partnership", "o:ror-ikt", "--at", "2019-06-01"], "Molde (før 2020)"),
    "a name that the date decides": (["why", "1506"], "Molde (fra 2020)"),
    "an old number": (["why", "1567"], "Rindal"),
    "a new number": (["why", "5061"], "Rindal"),
    "an organisation number with spaces": (["why", "921 221 967"], "Molde (fra 2020)"),
    "an organisation number with NO and MVA": (["why", "NO921221967MVA"], "Molde (fra 2020)"),
    "another spelling": (["why", "P360"], "Public 360"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "found"), GOOD.values(), ids=GOOD.keys())
def test_names_as_people_write_them(built: Path, arguments: list[str], found: str) -> None:
    done = run(built, *arguments)
    assert done.returncode == 0, done.stderr
    assert found in done.stdout


BAD: dict[str, tuple[list[str], str]] = {
    "an unknown question": (["query", "membres"], "there is no question “membres”; did you mean members"),
    "a misspelt parameter": (["query", "members", "--parnership", "x"], "no parameter --parnership; did you mean --partnership?"),
    "a misspelt name": (["query", "members", "--partnership", "ROR-IKTT"], "“ROR-IKTT” is not known among organisations. Did you mean “ROR-IKT” (ror-ikt)"),
    "an ambiguous name": (["why", "Molde"], "“Molde” names more than one: 1502-molde (Molde (før 2020)); 1506-molde (Molde (fra 2020))"),
    "a bad date": (["query", "members", "--at", "2018-02-30"], "“2018-02-30” is no day"),
    "a parameter without value": (["query", "members", "--at"], "--at needs a value"),
    "a required parameter left out": (["query", "vendor-impact"], "vendor-impact needs --vendor"),
    "a standing that is none": (["query", "members", "--standing", "stated persiting"], "--standing: “persiting” is no standing; write one or more of stated, persisting, possible, planned"),
    "an unknown format": (["query", "members", "--format", "xlsx"], "“xlsx” is no format; known: table, csv, json, md, ttl"),
    "a format for graphs": (["query", "members", "--format", "ttl"], "ttl is for CONSTRUCT"),
    "a parameter and no question": (["query", "--at", "2018-01-01"], "--at needs the name of a question"),
    "an unknown thing": (["why", "o:atlantis"], "the graph does not know o:atlantis"),
    "what only looks like an IRI": (["why", "https://x.y/<a>"], "“https://x.y/<a>” is not known."),
    "an IRI with a brace": (["query", "members", "--partnership", "http://a{b"], "“http://a{b” is not known among organisations."),
    "a bad percent sign": (["why", "o:%zz"], "“o:%zz” is not known."),
    "no store": (["query", "members", "--store", "/nonexistent"], "/nonexistent: there is no graph here; run: kommunegraf build"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_sentence_and_exit_code_2(
    built: Path, arguments: list[str], sentence: str
) -> None:
    done = run(built, *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_what_only_looks_like_an_iri_is_not_found(built: Path) -> None:
    done = run(built, "find", "https://x.y/<a>")
    assert done.returncode == 1
    assert done.stderr == "Nothing is called “https://x.y/<a>”, or nearly so.\n"


@pytest.mark.parametrize("command", ["build", "check", "export", "query", "sparql", "why", "view"])
def test_every_command_has_help_with_an_example(built: Path, command: str) -> None:
    done = subprocess.run([COMMAND, command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert f"kommunegraf {command}" in done.stdout.partition("Example")[2]


def test_every_format_of_an_answer(built: Path) -> None:
    question = ["query", "members", "--partnership", "ror-ikt", "--at", "2020-06-01"]
    answers = {
        name: run(built, *question, "--format", name).stdout for name in ("csv", "json", "md")
    }
    rows = json.loads(answers["json"])["results"]["bindings"]
    assert [row["memberLabel"]["value"] for row in rows] == [
        "Aukra", "Molde (fra 2020)", "Rauma", "Vestnes", "Molde (fra 2020)",
    ]  # fmt: skip
    assert answers["csv"].splitlines()[0].startswith("partnership,partnershipLabel,member,")
    assert len(answers["csv"].splitlines()) == len(rows) + 1
    assert len(answers["md"].splitlines()) == len(rows) + 2


ROWS = {
    "none": ("", 0),
    "three": ("(1 2) (3 4) (UNDEF 5)", 3),
    "texts with line breaks, quotes and braces": (r"""("a\nb" "{\"x\"") ("\"" "[{")""", 2),
    "nothing but what is unbound": ("(UNDEF UNDEF)", 1),
}


@pytest.mark.parametrize("format_name", ROW_FORMATS)
@pytest.mark.parametrize(("values", "count"), ROWS.values(), ids=ROWS.keys())
def test_what_is_written_is_counted(format_name: str, values: str, count: int) -> None:
    result = Store().query(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {values} }} }}")
    assert write_result(result, format_name, BytesIO()) == count


def test_a_row_of_several_lines_is_one(built: Path) -> None:
    text = 'SELECT ("a\\nb\\nc" AS ?x) {}'
    done = run(built, "sparql", text, "--limit-rows", "3", "--format", "csv")
    assert done.stdout == 'x\n"a\nb\nc"\n'
    assert done.stderr == ""


def test_without_a_name_query_lists_the_questions_by_theme(built: Path) -> None:
    done = run(built, "query")
    assert done.returncode == 0
    assert "\nmembership\n" in done.stdout
    assert "  members [--partnership] [--at] [--standing]" in done.stdout


@pytest.mark.parametrize("format_name", ROW_FORMATS)
def test_no_rows_names_the_day_that_was_asked_for(built: Path, format_name: str) -> None:
    question = ["query", "members", "--partnership", "ror-ikt", "--at", "2013-06-01"]
    done = run(built, *question, "--format", format_name)
    assert done.returncode == 0
    assert "No rows as of 2013-06-01; --at asks of another day." in done.stderr


def test_why_names_source_place_and_table_row(built: Path) -> None:
    said = run(built, "why", "membership:1543-nesset_ror-ikt_member_2019-01-01").stdout
    assert "ROR-IKT 2019, linje" in said
    assert "ror-ikt-2019/memberships.csv:" in said


def test_show_prints_the_query_with_its_values(built: Path) -> None:
    shown = run(built, "query", "members", "--partnership", "ror-ikt", "--show").stdout
    assert "<https://w3id.org/kommunegraf/id/org/ror-ikt>" in shown
    assert "?_partnership_iri" not in shown


def test_a_question_imports_none_of_the_heavy_libraries(built: Path) -> None:
    script = (
        "import sys; sys.argv = ['kommunegraf', 'query', 'members', '--store', sys.argv[1]]\n"
        "from kommunegraf.graph.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'rdflib', 'pyvis', 'networkx', 'pyshacl', 'SPARQLWrapper', 'IPython', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(built)], capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == "[]"
