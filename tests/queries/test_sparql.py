"""Free SPARQL as a user meets it: faults, limits, what is refused, and help where nothing is found.

What is said of faults and of empty answers lies as tables in `sparql/`.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import QuerySolutions

from kommunegraf.graph.dataset import Graph
from kommunegraf.graph.errors import QueryError
from kommunegraf.graph.tokens import tokenise
from kommunegraf.queries.catalogue import all_questions
from kommunegraf.queries.free.emptiness import explain_emptiness
from kommunegraf.queries.free.explaining import explain
from kommunegraf.queries.free.grammar import parse
from kommunegraf.queries.free.patterns import read_query
from kommunegraf.queries.free.places import WIDTH, at
from kommunegraf.queries.free.running import (
    MAX_DEPTH,
    MAX_PARTS,
    at_most,
    inspect,
    read_tokens,
    run_free,
)
from kommunegraf.queries.free.terms import unknown_terms

COMMAND = Path(sys.executable).with_name("kommunegraf")
HERE = Path(__file__).parent / "sparql"


def sparql(
    built: Path, *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "sparql", *arguments, "--store", str(built)],
        capture_output=True,
        text=True,
        input=stdin,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


def table(file: str, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((HERE / file).read_text("utf-8"))[name]
    return rows


# What is no query


@pytest.mark.parametrize("row", table("faults.toml", "fault"), ids=lambda row: row["query"][:60])
def test_a_fault_is_told_with_its_place_and_a_caret(graph: Graph, row: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        run_free(graph, row["query"])
    said, line, caret = str(caught.value).split("\n")
    place = f" (line {row['line']}, column {row['column']}):"
    assert said == f"the query is not SPARQL: {row['says']}{place}"
    assert caret.strip() == "^"
    assert len(line) <= WIDTH + 2


def test_the_caret_stands_under_the_place_after_tabs_and_wide_letters() -> None:
    text = 'ASK {\n\t\t?x kg:y "東京" FITLER(1) }'
    line, caret = at(text, text.index("FITLER")).split("\n")[1:]
    assert line == '          ?x kg:y "東京" FITLER(1) }'
    # Two columns for each of the two wide letters.
    assert caret.index("^") == line.index("FITLER") + 2


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "ASK { " + "?x kg:y ?z . " * 40 + "FITLER(1) " + "?x kg:y ?z . " * 40 + "}"
    line, caret = at(text, text.index("FITLER")).split("\n")[1:]
    assert line.startswith("  …")
    assert line.endswith("…")
    assert line[caret.index("^") :].startswith("FITLER")


REFUSED = {
    "an update": ("INSERT DATA { <http://e/a> <http://e/b> 1 }", "INSERT is an update"),
    "an update behind prefixes": ("PREFIX e: <http://e/> # x\nDELETE WHERE { ?s ?p ?o }", "DELETE is an update"),
    "an update behind BASE": ("BASE <http://e/> PREFIX : <x> load <http://e/>", "LOAD is an update"),
    "an update after a comment that ends with CR": ("# \rDROP ALL", "DROP is an update"),
    "an escaped update": (r"\u0049NSERT DATA { <http://e/a> <http://e/b> 1 }", "“\\” can stand only"),
    "nothing": (" \n", "the query is empty"),
    "a comment": ("# SELECT", "the query is empty: it has comments only"),
    "megabytes": ("SELECT * { VALUES ?x { " + "1 " * 5_000_000 + "} }", "the query has 10,000,026 characters; at most 1,000,000 are read"),
    "many words": ("SELECT * { VALUES ?x { " + "1 " * 300_000 + "} }", "more than 250,000 words"),
    "parentheses": ("ASK { FILTER(" + "(" * 100_000, "more than 64 brackets within one another"),
    "braces": ("ASK " + "{" * (MAX_DEPTH + 1), "more than 64 brackets within one another"),
    "a chain": ("ASK { FILTER(" + "1 + " * MAX_PARTS + "1) }", "more than 1,000 patterns, keywords"),
    "patterns": ("ASK { " + "?a ?b ?c . " * (MAX_PARTS + 1) + "}", "more than 1,000 patterns"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_question_is_refused_before_it_is_run(text: str, sentence: str) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=re.escape(sentence)):
        inspect(text)
    assert time.monotonic() - started < 5


def test_every_named_question_is_a_question_by_these_rules() -> None:
    questions, faults = all_questions()
    assert not faults
    for question in questions:
        assert inspect(question.text).form == "SELECT"
        parts = read_query(parse(tokenise(question.text))).parts
        assert parts, question.header.name


# SERVICE

ELSEWHERE = "http://127.0.0.1:8/sparql"

SERVICES = {
    "plainly": f"SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }}",
    "silently": f"SERVICE SILENT <{ELSEWHERE}> {{ ?s ?p ?o }}",
    "in small letters": f"service<{ELSEWHERE}>{{ ?s ?p ?o }}",
    "by a prefix": "SERVICE far:y { ?s ?p ?o }",
    "by an escape": "SERVICE <http://127.0.0.1:8/\\u0073parql> { ?s ?p ?o }",
    "by BASE": "SERVICE <sparql> { ?s ?p ?o }",
    "by a variable": f"BIND(<{ELSEWHERE}> AS ?e) SERVICE ?e {{ ?s ?p ?o }}",
    "as one word with its prefix": "SERVICEfar:y { ?s ?p ?o }",
    "as one word with SILENT": "SERVICESILENTfar:y { ?s ?p ?o }",
    "as a prefix": "service:y { ?s ?p ?o }",
    "after a number": f"?s ?p 1SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }}",
    "after a keyword": "?s ?p trueSERVICE:y { ?s ?p ?o }",
    "after a comment that ends with CR": f"# \rSERVICE <{ELSEWHERE}> {{ ?s ?p ?o }}\n",
    "in what looks like an IRI and a text": f'FILTER(?o<?b)#>"""\nSERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} #"""\n',
    "behind what looks like an IRI": "FILTER(?o<?b#>?a\n)SERVICE:y{ ?s ?p ?o }",
    "behind what looks like another": "FILTER(?o<far:b)SERVICE#>\nfar:y{ ?s ?p ?o }",
}  # fmt: skip


@pytest.mark.parametrize("part", SERVICES.values(), ids=SERVICES.keys())
@pytest.mark.parametrize("allowed", [(), ("http://127.0.0.1:8/",), ("https://example.org/sparql",)])
def test_no_other_endpoint_is_asked(part: str, allowed: tuple[str, ...]) -> None:
    text = f"BASE <http://127.0.0.1:8/> PREFIX far: <http://127.0.0.1:8/> PREFIX : <http://127.0.0.1:8/> SELECT * {{ ?s ?p ?o {part} }}"
    with pytest.raises(QueryError, match="SERVICE"):
        inspect(text, allowed)


INNOCENT = {
    "a word in a text": 'ASK { ?s ?p "SERVICE <http://e/> { }" }',
    "a word in a comment": "ASK { ?s ?p ?o } # SERVICE <http://e/> { }",
    "a variable": "ASK { ?service ?p ?service }",
    "a name": "ASK { service:x a kg:Service ; kg:service ?o . GRAPH graph:service { ?s ?p ?o } }",
    "a comparison": "ASK { ?service ?p ?o FILTER(?o < 3 && ?p > 2) }",
    "an IRI": "ASK { <http://e/service> ?p ?o VALUES (?o ?p) { (<http://e/service#a> <http://e/b>) } }",
}  # fmt: skip


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT.keys())
def test_the_word_service_alone_is_no_service(text: str) -> None:
    assert inspect(text).services == ()


def test_an_endpoint_that_is_allowed_is_named() -> None:
    text = f"SELECT * {{ SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }}"
    assert inspect(text, [ELSEWHERE]).services == (ELSEWHERE,)


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str]]]:
    """An endpoint on loopback, which answers, redirects or waits; and what it was asked."""
    asked: list[str] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path == "/slow":
                time.sleep(20)
            if self.path == "/elsewhere":
                self.send_response(302)
                self.send_header("location", "/good")
                self.end_headers()
                return
            kind = "text/html" if self.path == "/page" else "application/sparql-results+json"
            one = {"x": {"type": "uri", "value": "https://w3id.org/kommunegraf/id/org/ror-ikt"}}
            body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [one]}}).encode()
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_an_allowed_endpoint_is_asked_and_no_other(
    built: Path, endpoint: tuple[str, list[str]]
) -> None:
    base, asked = endpoint
    text = "SELECT ?name {{ SERVICE <{}> {{ ?x a ?c }} ?x skos:prefLabel ?name FILTER(LANG(?name) = 'nb') }}"
    allow = ("--allow-service", f"{base}/good")
    assert "ROR-IKT" in sparql(built, text.format(f"{base}/good"), *allow).stdout
    assert "ROR-IKT" in sparql(
        built, text.format(f"{base}/good"), KOMMUNEGRAF_SERVICES=f"https://e.no/ {base}/good"
    ).stdout  # fmt: skip
    assert asked == ["/good", "/good"]
    refused = sparql(built, text.format(f"{base}/good"))
    assert refused.returncode == 2
    assert f"which is not allowed; allow it with --allow-service {base}/good" in refused.stderr
    assert sparql(built, text.format(f"{base}/good/"), *allow).returncode == 2
    assert asked == ["/good", "/good"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/elsewhere", "which is not followed; name and allow that address"),
        ("/slow", "the query was stopped after 2 s"),
        ("/page", "of an endpoint that SERVICE asks: Unsupported Content-Type"),
    ],
)
def test_an_endpoint_that_does_not_answer_as_one(
    built: Path, endpoint: tuple[str, list[str]], path: str, sentence: str
) -> None:
    base, asked = endpoint
    text = f"SELECT * {{ SERVICE <{base}{path}> {{ ?x a ?c }} }}"
    done = sparql(built, text, "--allow-service", f"{base}{path}", "--timeout", "2")
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert asked == [path]


# Limits

MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY STR(?c)"

LIMITS = {
    "time": (["SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "1"], "the query was stopped after 1 s"),
    "memory": ([MANY, "--memory", "200"], "it took more than 200 MB of memory"),
    "a path": (["SELECT * { ?a (kg:x|!kg:x)* ?b }", "--timeout", "1"], "the query was stopped after 1 s"),
    "what the engine cannot order": (["SELECT * { ?s ?p ?o } ORDER BY ?o"], "cannot order values of different kinds, such as days among years and texts. Write ORDER BY STR(?x)"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), LIMITS.values(), ids=LIMITS.keys())
def test_a_query_that_takes_too_much_is_stopped(
    built: Path, arguments: list[str], sentence: str
) -> None:
    started = time.monotonic()
    done = sparql(built, *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
    assert time.monotonic() - started < 30


HOSTILE = {
    "a regular expression": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), '(a+)+(a+)+(a+)+$')) }",
    "a large regular expression": "SELECT (REPLACE('aaa', '(a{1,1000}){1,1000}', 'b') AS ?y) {}",
    "nested lists": "SELECT * { ?s ?p " + "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1) + " }",
    "optionals": "SELECT * { ?s a ?c " + "OPTIONAL { ?s kg:x ?o } " * 300 + "}",
    "negations": "SELECT * { FILTER(" + "!" * 900 + "true) }",
    "a million columns' rows": "SELECT (1 AS ?x) { ?s ?p ?o . ?s ?q ?r } LIMIT 1000000",
    "doubling": "SELECT ?z { " + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(80)).replace("?x0", "'aaaaaaaa'") + " BIND(?x80 AS ?z) }",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_ends_with_a_sentence_or_an_answer(built: Path, text: str) -> None:
    done = sparql(built, text, "--timeout", "3", "--memory", "600")
    assert done.returncode in (0, 2)
    assert done.returncode == 0 or done.stderr.startswith("kommunegraf: the query ")
    assert "Traceback" not in done.stderr
    assert "panicked" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_runs_on_when_the_command_is_ended(built: Path, number: signal.Signals) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    process = subprocess.Popen([COMMAND, "sparql", text, "--store", built], stdout=subprocess.PIPE)
    time.sleep(2)
    process.send_signal(number)
    # Output ends only when all that write to it have ended.
    process.communicate(timeout=10)
    assert process.returncode == -number


def test_a_table_shows_some_rows_and_a_file_has_all(built: Path) -> None:
    text = "SELECT ?s ?p { ?s ?p ?o }"
    shown = sparql(built, text)
    assert len(shown.stdout.splitlines()) == 10_000 + 2
    assert "There are more than 10,000 rows; these are the first." in shown.stderr
    assert len(sparql(built, text, "--format", "csv").stdout.splitlines()) > 200_000
    few = sparql(built, text, "--limit-rows", "3")
    assert len(few.stdout.splitlines()) == 3 + 2
    assert "There are more than 3 rows" in few.stderr
    some = sparql(built, text, "--limit-rows", "3", "--format", "csv")
    assert len(some.stdout.splitlines()) == 3 + 1
    assert "there may be more" in some.stderr
    assert sparql(built, f"{text} LIMIT 3", "--limit-rows", "3").stderr == ""


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("SELECT * {} # x", "SELECT * {} LIMIT 5  # x"),
        ("SELECT * {} LIMIT 9", "SELECT * {} LIMIT 5"),
        ("SELECT * {} LIMIT 2 OFFSET 9", "SELECT * {} LIMIT 2 OFFSET 9"),
        ("SELECT * { { SELECT * {} LIMIT 9 } }", "SELECT * { { SELECT * {} LIMIT 9 } } LIMIT 5 "),
        ("SELECT * {} VALUES ?x { 1 }", "SELECT * {} LIMIT 5  VALUES ?x { 1 }"),
    ],
)
def test_a_limit_is_put_where_it_belongs(text: str, limited: str) -> None:
    assert at_most(text, read_tokens(text), 5) == limited


# Help


@pytest.mark.parametrize("row", table("empty.toml", "empty"), ids=lambda row: row["query"][:60])
def test_the_reason_of_an_empty_answer(graph: Graph, row: dict[str, Any]) -> None:
    said = [*explain_emptiness(graph, read_query(parse(tokenise(row["query"]))))]
    wanted = ".*".join(re.escape(part) for part in row["says"].split("…"))
    assert [one for one in said if re.fullmatch(wanted, one)], said


def test_unknown_names_are_told_though_there_are_rows(built: Path) -> None:
    text = (
        "SELECT ?nmae {\n  o:ror-ikt skos:prefLabel ?name\n  OPTIONAL { ?x org:memberof ?name } }"
    )
    done = sparql(built, text)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "Note: ?nmae is selected, but nothing gives it a value; did you mean ?name?",
        "Note: line 3, column 17: the graph has no org:memberof; did you mean org:memberOf?",
    ]


def test_a_known_name_of_any_kind_is_not_doubted(graph: Graph) -> None:
    text = "SELECT * { GRAPH graph:ror-ikt-2019 { o:ror-ikt a org:Organization ; skos:prefLabel ?l } ?u kg:useStatus use-status:in-use . ?x kg:validFrom '2018-01-01'^^xsd:date FILTER(xsd:integer(?l) > 1) }"
    assert unknown_terms(graph, tokenise(text), {}) == []


def test_a_count_of_nothing_is_explained_and_another_is_not(built: Path) -> None:
    none = sparql(built, "SELECT (COUNT(*) AS ?n) { ?x a kg:Municipalty }")
    assert none.stdout.split()[-1] == "0"
    assert "did you mean kg:Municipality?" in none.stderr
    assert sparql(built, "SELECT (COUNT(*) AS ?n) { ?x a kg:Municipality }").stderr == ""


def test_a_no_is_exit_code_1_and_says_why(built: Path) -> None:
    done = sparql(built, "ASK { o:atlantis a org:Organization }")
    assert (done.stdout, done.returncode) == ("false\n", 1)
    assert "the graph has no o:atlantis" in done.stderr


def test_explain_counts_patterns_and_warns_of_those_apart(graph: Graph) -> None:
    text = "SELECT ?m { ?m a org:Membership ; org:organization o:ror-ikt . ?x a kg:Municipality OPTIONAL { ?m kg:foo ?y } }"
    said = "\n".join(explain(graph, read_query(parse(tokenise(text)))))
    assert re.search(r"\?m org:organization o:ror-ikt  —  \d+ matches in ror-ikt-2019\n", said)
    assert "Warning: 2 sets of patterns share no variable: “?m a org:Membership” and" in said
    assert "“?m kg:foo ?y” matches nothing, so the OPTIONAL adds nothing." in said


def test_explain_runs_nothing_whole(built: Path) -> None:
    done = sparql(built, MANY, "--explain", "--timeout", "20")
    assert done.returncode == 0
    assert "100,000 or more matches" in done.stdout


# Datasets, formats, input


def test_from_and_from_named_choose_among_the_sources(graph: Graph) -> None:
    count = "SELECT (COUNT(?m) AS ?n) {} WHERE {{ {} }}"
    pattern = "?m a org:Membership"

    def counted(dataset: str, where: str = pattern) -> int:
        rows = run_free(graph, count.format(dataset, where))
        assert isinstance(rows, QuerySolutions)
        return int(next(rows)["n"].value)

    both = counted("FROM graph:ror-ikt-2019 FROM graph:ikt-orkide-2018")
    assert both == counted("") > counted("FROM graph:ror-ikt-2019") > 0
    named = f"GRAPH ?g {{ {pattern} }}"
    assert counted("FROM NAMED graph:ror-ikt-2019", named) == counted("FROM graph:ror-ikt-2019")
    assert counted("FROM NAMED graph:ror-ikt-2019") == 0


def test_the_query_comes_as_text_from_a_file_or_standard_input(built: Path, tmp_path: Path) -> None:
    text = "ASK { o:ror-ikt a org:OrganizationalCollaboration }"
    (tmp_path / "q.rq").write_text(text, "utf-8-sig")
    assert sparql(built, "-", stdin=text).stdout == "true\n"
    assert sparql(built, "-f", str(tmp_path / "q.rq")).stdout == "true\n"


def test_input_that_is_no_query(built: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes("ASK { ?s ?p 'Orkidé' }".encode("latin-1"))
    (tmp_path / "long.rq").write_bytes(b" " * 10_000_000)
    for arguments, sentence in (
        (["-f", str(tmp_path / "latin.rq")], "latin.rq: is not UTF-8 (byte 19)"),
        (["-f", str(tmp_path / "long.rq")], "long.rq: is too long for a query"),
        (["-f", "no.rq"], "no.rq: cannot be read"),
        (["-f", str(tmp_path)], "cannot be read: Is a directory"),
        ([], "give the query as text"),
        (["ASK {}", "-f", "no.rq"], "give the query as text"),
        (["ASK {}", "--format", "xlsx"], "“xlsx” is not a format here"),
        (["ASK {}", "--format", "ttl"], "ttl is for CONSTRUCT"),
    ):
        done = sparql(built, *arguments)
        assert done.returncode == 2
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_construct_comes_as_turtle(built: Path) -> None:
    done = sparql(built, "CONSTRUCT WHERE { o:ror-ikt a ?c }", "--format", "ttl")
    assert "o:ror-ikt a org:Organization" in done.stdout


def test_a_reader_that_goes_away_is_no_error(built: Path) -> None:
    process = subprocess.run(
        f"{COMMAND} sparql 'SELECT * {{ ?s ?p ?o }}' --store {built} --format csv | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sorted(process.stdout.strip().split(",")) == ["o", "p", "s"]
    assert process.stderr == ""
