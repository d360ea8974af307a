"""Each question as a resource: the same rows as `ask` gives, in every format, and its description."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions

from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import ID
from kommunegraf.queries.asking import ask
from kommunegraf.queries.catalogue import all_questions, question_names
from kommunegraf.viz.web.visible import hidden

from .conftest import Served

CASES = Path(__file__).parents[2] / "queries"


@cache
def parameters(name: str) -> dict[str, str]:
    """The parameters of a question's first expected answer."""
    file = CASES / f"{name}.toml"
    cases = tomllib.loads(file.read_text("utf-8")).get("case", []) if file.exists() else []
    given = cases[0].get("parameters", {}) if cases else {}
    return {key: str(value) for key, value in given.items()}


@pytest.mark.parametrize("name", question_names())
def test_gives_the_rows_of_ask(served: Served, graph: StoredGraph, name: str) -> None:
    given = parameters(name)
    said = ask(graph, name, given)
    assert isinstance(said.result, QuerySolutions)
    expected = said.result.serialize(format=QueryResultsFormat.CSV)
    answer = served.get(f"/api/questions/{name}?{urlencode(given)}", accept="text/csv")
    assert (answer.status, answer.type) == (200, "text/csv"), answer.text[:300]
    assert answer.body == expected
    words = answer.headers.get("kommunegraf-understood", "")
    understood = dict(pair.split("=", 1) for pair in words.split("; ") if pair)
    assert {key: unquote(value) for key, value in understood.items()} == said.understood


@pytest.mark.parametrize("name", question_names()[::6])
def test_has_a_page(served: Served, name: str) -> None:
    answer = served.get(f"/api/questions/{name}?{urlencode(parameters(name))}", accept="text/html")
    assert (answer.status, answer.type) == (200, "text/html"), answer.text[:300]
    assert "<h1>" in answer.text
    assert 'role="alert"' not in answer.text


FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "html": "text/html",
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_formats_by_suffix_parameter_and_accept(served: Served, suffix: str) -> None:
    path, query = "/api/questions/members", "partnership=ror-ikt"
    by_suffix = served.get(f"{path}.{suffix}?{query}")
    assert (by_suffix.status, by_suffix.type) == (200, FORMATS[suffix])
    assert served.get(f"{path}?{query}&format={suffix}").body == by_suffix.body
    assert served.get(f"{path}?{query}", accept=FORMATS[suffix]).body == by_suffix.body


def test_the_same_question_by_any_name_of_a_thing(served: Served) -> None:
    rows = {
        served.get(f"/api/questions/members.csv?partnership={quote(name)}").body
        for name in (
            "ROR-IKT",
            "ror-ikt",
            "o:ror-ikt",
            "https://w3id.org/kommunegraf/id/org/ror-ikt",
        )
    }
    assert len(rows) == 1
    assert len(list(csv.reader(io.StringIO(rows.pop().decode())))) == 8


@pytest.mark.parametrize(
    ("path", "status", "holds"),
    [
        ("/api/questions/member", 404, "did you mean members"),
        ("/api/questions/..%2fask", 404, ""),
        ("/api/questions/members.docx", 404, "is no format here"),
        ("/api/questions/members.json?format=csv", 400, ".json"),
        ("/api/questions/members?foo=1", 400, "has no parameter foo;"),
        ("/api/questions/members?partnership=ikt+orkideee+nei", 400, "is not known"),
        ("/api/questions/members?partnership=Orkid", 400, "IKT Orkidé"),
        ("/api/questions/members?partner=x", 400, "partnership"),
        ("/api/questions/members?partnership=http://a%7Bb", 400, "is not known"),
        ("/api/questions/members?at=i+fjor", 400, "is not a date"),
        ("/api/questions/members?at=20181231", 400, "is not a date"),
        ("/api/questions/members?at=2018-12-31&at=2019-12-31", 400, "twice"),
        ("/api/questions/members?standing=maybe", 400, "is not a standing"),
        ("/api/questions/municipality-systems", 400, "needs municipality"),
        ("/api/questions/members?partnership=" + "x" * 3000, 400, "longer than"),
        ("/api/questions/members?partnership=%ff", 400, "UTF-8"),
        ("/api/questions/members?partnership=%3Cscript%3Ealert(1)%3C/script%3E", 400, "not known"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(served: Served, path: str, status: int, holds: str) -> None:
    for accept, kind in (
        ("*/*", "text/plain"),
        ("application/problem+json, */*;q=0.1", "application/problem+json"),
        ("text/html", "text/html"),
    ):  # fmt: skip
        if kind == "text/html" and "needs" in holds:
            continue  # the page is the form to fill in
        answer = served.get(path, accept=accept, cookie="lang=en")
        assert (answer.status, answer.type) == (status, kind), answer.text[:300]
        assert holds in answer.text
        assert kind != "text/html" or "<script>alert" not in answer.text
        assert kind != "application/problem+json" or answer.json()["status"] == status


def test_pages_do_not_name_ordinary_staff(served: Served, graph: StoredGraph) -> None:
    gone = hidden(graph)
    rows = served.get("/api/questions/people.csv").text
    page = served.get("/api/questions/people", accept="text/html").text
    assert any(name in rows for name in gone.names)
    assert not any(name in unescape(page) for name in gone.names)
    assert "er utelatt" in page
    # Nor does a page that asks what was meant, or was asked for one of them.
    key = min(iri for iri in gone.nodes if iri.startswith(f"{ID}person/")).rpartition("/")[2]
    words = key.replace("-", " ")
    for text, status in ((f"{words}x", 400), (f"person:{key}", 404)):
        for path in ("/api/questions/person-roles?person=", "/views/surroundings?thing="):
            answer = served.get(path + quote(text), accept="text/html")
            assert answer.status == status, answer.text
            assert f"person:{key}" not in answer.text.replace(f'value="{text}"', "")
            assert not any(name in unescape(answer.text) for name in gone.names)


def test_the_list_names_every_question(served: Served) -> None:
    listed = served.get("/api/questions").json()
    assert sorted(one["name"] for one in listed) == question_names()
    page = served.get("/api/questions", accept="text/html").text
    for name in question_names():
        assert f'href="/api/questions/{name}"' in page


def test_the_openapi_document_says_what_the_headers_say(served: Served) -> None:
    document = served.get("/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    for question in all_questions()[0]:
        operation = document["paths"][f"/api/questions/{question.header.name}"]["get"]
        said = {one["name"]: one for one in operation["parameters"]}
        assert set(said) == {one.name for one in question.header.parameters}
        for parameter in question.header.parameters:
            assert said[parameter.name]["required"] == parameter.required
            assert said[parameter.name].get("description", "") == parameter.about


def test_an_empty_value_is_none_and_the_openapi_document_says_so(served: Served) -> None:
    document = served.get("/api/openapi.json").json()
    for name, empty in (("members", "standing"), ("members", "at"), ("members", "partnership")):
        operation = document["paths"][f"/api/questions/{name}"]["get"]
        schema = next(one["schema"] for one in operation["parameters"] if one["name"] == empty)
        assert not schema.get("minLength")
        assert re.search(schema.get("pattern", ""), "")
        assert served.get(f"/api/questions/{name}.csv?{empty}=").status == 200


def test_the_openapi_document_is_one_and_the_service_keeps_to_it(served: Served) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from schemathesis.checks import CHECKS

    schema = schemathesis.openapi.from_dict(served.get("/api/openapi.json").json())
    schema.validate()
    schema.config.update(base_url=served.base)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == len(question_names()) + 1
    names = ("status_code", "content_type", "response_schema")
    checks = [CHECKS.get_one(f"{name}_conformance") for name in names]
    quick = settings(
        max_examples=1, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )  # fmt: skip
    for operation in operations[::8]:

        @seed(1)
        @quick
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            # Asked of everything at once a question may take too long: 503, as the document says.
            response = case.call(timeout=40)
            assert response.status_code != 500
            case.validate_response(response, checks=checks)

        check()
