"""The asking commands as a user meets them: from the shell, with good and bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pyoxigraph import Store

from kommunegraf.graph.errors import QueryError
from kommunegraf.queries.formats import ROWS as ROW_FORMATS
from kommunegraf.queries.header import parse
from kommunegraf.queries.output import write_result

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
    "a code in another case": (["query", "by-delivery", "--delivery", "SaaS"], "skytjeneste (SaaS)"),
    "a code by its label": (["query", "by-delivery", "--delivery", "cloud service (saas)"], "skytjeneste (SaaS)"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "found"), GOOD.values(), ids=GOOD.keys())
def test_names_as_people_write_them(built: Path, arguments: list[str], found: str) -> None:
    done = run(built, *arguments)
    assert done.returncode == 0, done.stderr
    assert found in done.stdout


BAD: dict[str, tuple[list[str], str]] = {
    "an unknown question": (["query", "membres"], "there is no question “membres”; did you mean members"),
    "a misspelt parameter": (["query", "members", "--parnership", "x"], "no parameter --parnership; did you mean --partnership?"),
    "a misspelt name": (["query", "members", "--partnership", "ROR-IKTT"], "“ROR-IKTT” is not known among partnerships. Did you mean “ROR-IKT” (ror-ikt)"),
    "an ambiguous name": (["why", "Molde"], "“Molde” names more than one: 1502-molde (Molde (før 2020)); 1506-molde (Molde (fra 2020))"),
    "a bad date": (["query", "members", "--at", "2018-02-30"], "“2018-02-30” is not a date"),
    "a parameter without value": (["query", "members", "--at"], "--at needs a value"),
    "a required parameter left out": (["query", "vendor-impact"], "vendor-impact needs --vendor"),
    "a standing that is none": (["query", "members", "--standing", "stated persiting"], "--standing: “persiting” is not a standing; write one or more of stated, persisting, possible, planned"),
    "an unknown format": (["query", "members", "--format", "xlsx"], "“xlsx” is not a format here; known: table, csv, json, md"),
    "a format for graphs": (["sparql", "ASK {}", "--format", "ttl"], "ttl is for CONSTRUCT"),
    "a parameter and no question": (["query", "--at", "2018-01-01"], "--at needs the name of a question"),
    "an unknown thing": (["why", "o:atlantis"], "the graph does not know o:atlantis"),
    "what only looks like an IRI": (["why", "https://x.y/<a>"], "“https://x.y/<a>” is not known."),
    "an IRI with a brace": (["query", "members", "--partnership", "http://a{b"], "“http://a{b” is not known among partnerships."),
    "a bad percent sign": (["why", "o:%zz"], "“o:%zz” is not known."),
    "no store": (["query", "members", "--store", "/nonexistent"], "/nonexistent: there is no graph here; run: kommunegraf build"),
    "a file for a store": (["query", "members", "--store", __file__], "test_commands.py: is a file, not a folder with a graph"),
    "another scheme": (["query", "members", "--store", "ftp://x/y"], "“ftp://x/y” is not an address of a server"),
    "check of an endpoint": (["check", "--store", "http://localhost:1/query"], "http://localhost:1/query: this command needs the graph in a folder, not an endpoint"),
    "export of an endpoint": (["export", "--store", "ftp://x/y"], "ftp://x/y: this command needs the graph in a folder, not an endpoint"),
    "match in an endpoint": (["match", "--store", "http://localhost:1/query"], "http://localhost:1/query: this command needs the graph in a folder, not an endpoint"),
    "a view of an endpoint": (["view", "whole", "--store", "http://localhost:1/query"], "http://localhost:1/query: this command needs the graph in a folder, not an endpoint"),
    "an unknown code": (["query", "contracts", "--status", "gyldig"], "“gyldig” is not known among the codes of contract-status. Known: ended (avsluttet), in-force (gjelder), "),
    "kinds that are several": (["query", "project-participants", "--project", "nosuch"], "“nosuch” is not known among projects, procurements, activities and bodies"),
    "a period that ends before it begins": (["query", "joined-and-left", "--from", "2019-12-31", "--until", "2018-01-01"], "--until 2018-01-01 lies before --from 2019-12-31"),
    "the name of a file for a query": (["sparql", __file__], f"{__file__} is a file; read it with -f {__file__}"),
}  # fmt: skip


WRONG_USE: dict[str, tuple[list[str], str]] = {
    "an option left out": (["impact", "exit", "Vestnes"], "missing option '--partnership'; see kommunegraf impact exit --help"),
    "a choice that is none": (["view", "--format", "pdf"], "invalid value for '--format': 'pdf' is not one of 'html', 'graphml', 'gexf'; see kommunegraf view --help"),
    "no such file": (["load", "/nope.gz"], "invalid value for 'FILES...': Path '/nope.gz' does not exist; see kommunegraf load --help"),
    "an argument left out": (["why"], "missing argument 'THING'; see kommunegraf why --help"),
    "no such command": (["qury"], "no such command 'qury'; see kommunegraf --help"),
    "a number of seconds that is none": (["sparql", "--timeout", "abc", "ASK {}"], "invalid value for '--timeout': 'abc' is not a valid number of seconds; see kommunegraf sparql --help"),
    "a whole number that is none": (["sparql", "--limit-rows", "x", "ASK {}"], "invalid value for '--limit-rows': 'x' is not a valid whole number; see kommunegraf sparql --help"),
    "a parameter twice": (["query", "members", "--at=2018-01-01", "--at=2019-01-01"], "--at is given twice; see kommunegraf query --help"),
    "a build into a file": (["build", "--out", __file__], f"invalid value for '--out': Directory '{__file__}' is a file; see kommunegraf build --help"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_USE.values(), ids=WRONG_USE.keys())
def test_wrong_use_is_one_sentence_that_names_the_help(arguments: list[str], sentence: str) -> None:
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"kommunegraf: {sentence}\n"


HELP: dict[str, list[str]] = {
    "vendor-impact": ["Everything that hangs on a vendor", "--vendor ", "[required]", "[default: latest]", "a day, as 2018-12-31"],
    "contracts": ["one of ended (avsluttet),", "(organisations)", "contract, contractLabel, typeLabel,"],
    "sums": ["yes or no", "[default: no]", "(organisations or bodies or projects)"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "said"), HELP.items(), ids=HELP.keys())
@pytest.mark.parametrize("option_first", [False, True])
def test_the_help_of_a_question(name: str, said: list[str], option_first: bool) -> None:
    arguments = ["--help", name] if option_first else [name, "-h"]
    done = subprocess.run(
        [COMMAND, "query", *arguments], capture_output=True, text=True, check=True
    )
    shown = " ".join(done.stdout.split())
    assert [text for text in said if text.strip() not in shown] == []


def test_a_text_of_a_header_with_a_comma_stands_in_quotes() -> None:
    text = (
        "#+ summary: s\n#+ parameters:\n#+   at: {about: a day, or so}\nASK { ?s ?p ?_at_xsd_date }"
    )
    with pytest.raises(QueryError, match=r"^x\.rq: the parameter at has no “or so”; a text with"):
        parse(text, "x")


def test_open_ends_of_a_period_are_not_told(built: Path) -> None:
    done = run(built, "query", "joined-and-left", "--from", "2019-01-01")
    assert "from = 2019-01-01" in done.stderr
    assert "9999" not in done.stderr


@pytest.mark.parametrize("format_name", ["table", "md"])
def test_why_reads_as_words_and_for_programs_as_terms(built: Path, format_name: str) -> None:
    read = run(built, "why", "P360", "--format", format_name).stdout
    for line in ("Type: produkt", "Tjenesteområde: sak og arkiv", "Klasse: system"):
        assert f" {line}\n" in read
    properties = json.loads(run(built, "why", "P360", "--format", "json").stdout)["properties"]
    assert ["kg:field", "sak og arkiv"] in properties
    assert ["rdf:type", "kg:System"] in properties


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
