"""Pages of things, search, views and the first page; what is published of whom."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, parse
from rdflib import Graph as RdflibGraph

from kommunegraf.graph.public import staff_nodes
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import ID, KINDS, PREFIXES, shorten
from kommunegraf.viz.web.links import path_of
from kommunegraf.viz.web.visible import hidden

from .conftest import Served, serving

HTML = "text/html"


def a_thing_of(graph: StoredGraph, prefix: str) -> str | None:
    hide = hidden(graph).nodes
    rows = graph.select(
        f'SELECT DISTINCT ?s {{ ?s a ?t FILTER(STRSTARTS(STR(?s), "{PREFIXES[prefix]}")) }} '
        "ORDER BY ?s LIMIT 200"
    )
    return next((row["s"].value for row in rows if row["s"].value not in hide), None)


@pytest.mark.parametrize("prefix", ["o", "role", "organisation-type", *KINDS])
def test_a_thing_of_every_kind_has_a_page_and_data(
    served: Served, graph: StoredGraph, prefix: str
) -> None:
    iri = a_thing_of(graph, prefix)
    if iri is None:
        pytest.skip(f"the shipped graph has none of {prefix}")
    path = path_of(iri)
    page = served.get(path, accept=HTML)
    assert (page.status, page.type) == (200, HTML), page.text[:300]
    assert iri in page.text
    counts = {
        suffix: len(RdflibGraph().parse(data=served.get(f"{path}.{suffix}").body, format=parser))
        for suffix, parser in (
            ("ttl", "turtle"),
            ("nt", "nt"),
            ("jsonld", "json-ld"),
            ("rdf", "xml"),
        )
    }
    assert len(set(counts.values())) == 1, counts
    assert counts["ttl"] > 0


def test_the_page_says_what_why_says(served: Served) -> None:
    page = served.get("/thing/o/1543-nesset", accept=HTML).text
    assert "<h1>Nesset</h1>" in page
    for said in (
        "Nesset – deltaker i ROR-IKT", "fra 2019-01-01 til 2020-01-01, sett 2019",
        "ROR-IKT 2019, linje 4–5, 392, 403, 442", "kommunenummer", "SSB KLASS 131",
        "Molde, Nesset og Midsund ble slått sammen til Molde",
    ):  # fmt: skip
        assert said in page
    relation = served.get(
        "/thing/membership/1543-nesset_ror-ikt_member_2019-01-01", accept=HTML
    ).text
    assert "/thing/o/ror-ikt" in relation
    assert "392" in relation


def test_the_day_decides_how_it_stands(served: Served) -> None:
    def standing(day: str) -> str:
        page = served.get(f"/thing/o/1543-nesset?at={day}&kind=membership", accept=HTML).text
        item = page[page.index("Nesset – deltaker i ROR-IKT") :]
        return re.search(r'class="standing (\w+)"', item)[1]  # type: ignore[index]

    assert standing("2019-06-30") == "stated"
    assert standing("2018-06-30") == "other"
    assert standing("2020-06-30") == "other"


def test_a_thing_with_many_relations_is_paged(served: Served, graph: StoredGraph) -> None:
    first = served.get("/thing/source/kommuner?kind=evidence", accept=HTML)
    assert first.status == 200
    assert 'rel="next"' in first.text
    pages = int(re.search(r"side 1 av (\d+)", first.text)[1])  # type: ignore[index]
    assert pages > 5
    last = served.get(f"/thing/source/kommuner?kind=evidence&page={pages}", accept=HTML).text
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last
    beyond = served.get(f"/thing/source/kommuner?kind=evidence&page={pages + 1}", accept=HTML)
    assert beyond.status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/thing/o/nobody", 404), ("/thing/nothing/x", 404), ("/thing/o/", 404),
        ("/thing/o/1543-nesset?at=x", 400), ("/thing/o/1543-nesset?page=0", 400),
        ("/thing/o/1543-nesset?kind=nothing", 404), ("/thing/o/%3Cscript%3E", 404),
        ("/thing/o/a%20b", 404), ("/thing/o/%22%7B%7D", 404), ("/thing?iri=https://evil.example/", 404),
        ("/id/nothing/x", 404), ("/code/nothing/x", 303), ("/views/nothing", 404), ("/lang/xx", 404),
        ("/views/partnership", 400), ("/views/partnership?thing=nobody", 400),
        ("/views/partnership?thing=Halden", 404), ("/search?q=" + "x" * 300, 400),
        ("/thing/o/1543-nesset?nothing=1", 400), ("/thing/o/1543-nesset.html?nothing=1", 400),
        ("/thing/o/1543-nesset.ttl?at=junk", 400), ("/thing/o/1543-nesset.ttl?nonsense=1", 400),
        ("/search?q=molde&at=x", 400), ("/thing?iri=o:x&at=x", 400),
        ("/views/whole?nothing=1", 400), ("/static/nothing.js", 404), ("/api/nothing", 404),
    ],
)  # fmt: skip
def test_what_is_not_there(served: Served, path: str, status: int) -> None:
    answer = served.get(path, accept=HTML)
    assert answer.status == status, answer.text[:400]
    assert answer.type == (HTML if status != 303 else "")
    assert "<script>" not in answer.text


def test_iris_lead_to_pages_and_data(served: Served) -> None:
    for accept, wanted in (
        (HTML, "/thing/o/1543-nesset"), ("text/turtle", "/thing/o/1543-nesset.ttl"),
        ("application/ld+json", "/thing/o/1543-nesset.jsonld"), ("*/*", "/thing/o/1543-nesset.ttl"),
    ):  # fmt: skip
        answer = served.get("/id/org/1543-nesset", accept=accept)
        assert (answer.status, answer.headers["location"]) == (303, wanted)
        assert "Accept" in answer.headers["vary"]
    assert served.get("/code/role/chair", accept=HTML).headers["location"] == "/thing/role/chair"
    assert served.get("/id/org/x", accept="image/png").status == 406
    for iri in ("o:1543-nesset", "https://w3id.org/kommunegraf/id/org/1543-nesset"):
        answer = served.get(f"/thing?iri={iri}")
        assert (answer.status, answer.headers["location"]) == (303, "/thing/o/1543-nesset")


def test_staff_are_not_published(served: Served, graph: StoredGraph, built: Path) -> None:
    gone = {node.value for node in staff_nodes(graph.store)}
    hide = hidden(graph)
    assert hide.nodes == gone
    persons = sorted(iri for iri in gone if iri.startswith(f"{ID}person/"))
    assert persons
    for iri in persons[:3]:
        for suffix in ("", ".ttl"):
            answer = served.get(path_of(iri) + suffix, accept="*/*" if suffix else HTML)
            assert answer.status == 404
            assert ("not published" if suffix else "ikke publisert") in answer.text
    # Nor on the pages of what they are tied to.
    ties = [
        quad.object.value
        for iri in sorted(gone)
        for quad in graph.quads(NamedNode(iri), None, None)
        if isinstance(quad.object, NamedNode)
        and quad.object.value.startswith((f"{ID}org/", f"{ID}body/"))
    ]
    for tie in sorted(set(ties))[:6]:
        page = served.get(path_of(tie), accept=HTML).text
        data = served.get(f"{path_of(tie)}.nt").text
        for iri in gone:
            assert f'href="{path_of(iri)}"' not in page
            assert f"<{iri}>" not in data
        assert not hide.named_in(unescape(page))
        assert not hide.named_in(data)
    # Nor in what is said of anybody else.
    others = {
        quad.subject.value
        for quad in graph.quads(None, None, None, DefaultGraph())
        if isinstance(quad.object, Literal)
        and hide.has(quad.object)
        and isinstance(quad.subject, NamedNode)
        and not hide.has(quad.subject)
    }
    assert f"{ID}person/oyvind-taknaes" in others
    for iri in sorted(others):
        assert not hide.named_in(unescape(served.get(path_of(iri), accept=HTML).text))
        for suffix in ("ttl", "nt", "jsonld", "rdf"):
            answer = served.get(f"{path_of(iri)}.{suffix}")
            assert answer.status == 200
            assert not hide.named_in(unescape(answer.text))
    found = served.get(f"/search.json?q={shorten(persons[0])}").json()
    assert found["candidates"] == []
    with serving(built, "--staff", "--workers", "1") as open_service:
        assert open_service.get(path_of(persons[0]), accept=HTML).status == 200
        for suffix in ("", ".ttl"):
            path = f"/thing/person/oyvind-taknaes{suffix}"
            assert hide.named_in(open_service.get(path, accept="*/*" if suffix else HTML).text)


def test_search(served: Served) -> None:
    found = served.get("/search.json?q=ika+mr").json()
    assert found["candidates"][0]["label"] == "IKA Møre og Romsdal"
    assert found["candidates"][0]["page"] == "/thing/o/ika-more-og-romsdal"
    page = served.get("/search?q=nessett", accept=HTML).text
    assert 'href="/thing/o/1543-nesset"' in page
    assert served.get("/search", accept=HTML).status == 200
    answer = served.get("/search?q=%3Cimg+src%3Dx%3E", accept=HTML)
    assert answer.status == 200
    assert "<img" not in answer.text
    assert "&lt;img" in answer.text


def test_search_prefers_the_language_of_the_page(served: Served) -> None:
    def items(query: str, lang: str) -> list[str]:
        page = served.get(f"/search?q={query}", accept=HTML, cookie=f"lang={lang}").text
        return re.findall(r"<li><a href=\"/thing.*</li>", page)

    # Found by its English label, though its Norwegian one holds the words too.
    orkide = next(one for one in items("ikt+orkide", "nb") if "opprettet" in one)
    assert "funnet som" not in orkide
    assert any(">IKT Orkidé founded<" in one for one in items("ikt+orkide", "en"))
    act = items("accounting+act", "nb")[0]
    assert ">Regnskapsloven<" in act
    assert "funnet som “Accounting Act”" in act
    found = items("system", "nb")
    english = ["system" not in re.sub(r"“.*|<[^>]*>", "", one).lower() for one in found]
    assert english == sorted(english)


def test_views(served: Served) -> None:
    page = served.get("/views/partnership?thing=ror-ikt&at=2019-12-31", accept=HTML)
    assert page.status == 200
    assert "sha256-" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    listed = served.get("/views", accept=HTML).text
    for name in ("partnership", "surroundings", "family-tree", "timeline", "whole"):
        assert f'action="/views/{name}"' in listed


def test_views_that_the_build_has_drawn(built: Path, tmp_path: Path) -> None:
    build = tmp_path / "build-1"
    shutil.copytree((built / "current").resolve(), build)
    (build / "pages").mkdir(exist_ok=True)
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">'
    (build / "pages" / "some-view.html").write_text(f"<!DOCTYPE html>{policy}<p>drawn</p>", "utf-8")
    with serving(build, "--workers", "1") as service:
        assert 'href="/views/some-view.html"' in service.get("/views", accept=HTML).text
        page = service.get("/views/some-view.html")
        assert "drawn" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none';")
        tag = page.headers["etag"]
        assert service.get("/views/some-view.html", if_none_match=tag).status == 304
        assert service.get("/views/other.html").status == 404


def test_the_first_page(served: Served) -> None:
    page = served.get("/", accept=HTML).text
    assert page.count('<form action="/api/questions/') == 10
    for said in ("2019-12-31", "IKT Orkidé", "ROR-IKT", "CC BY 4.0"):
        assert said in page


def test_english(served: Served) -> None:
    answer = served.get("/lang/en?back=/api/questions", accept=HTML)
    assert (answer.status, answer.headers["location"]) == (303, "/api/questions")
    cookie = answer.headers["set-cookie"]
    assert "SameSite=Strict" in cookie
    english = served.get("/", accept=HTML, cookie="lang=en").text
    assert '<html lang="en">' in english
    assert "Who shares ICT with whom" in english
    assert '<html lang="nb">' in served.get("/", accept=HTML).text
    for back in ("//evil.example", "/\\evil.example", "https://evil.example", "/%0d%0aX:1"):
        assert served.get(f"/lang/nb?back={back}").headers["location"] == "/"


def test_norwegian_pages_are_norwegian(served: Served) -> None:
    missing = served.get("/thing/o/nobody", accept=HTML).text
    assert "404 · Finnes ikke" in missing
    assert '<p class="fault" lang="nb">grafen kjenner ikke o:nobody</p>' in missing
    english = served.get("/thing/o/nobody", accept=HTML, cookie="lang=en").text
    assert "404 · Not Found" in english
    assert '<p class="fault" lang="en">the graph does not know o:nobody</p>' in english
    form = served.get("/api/questions/members?partnership=ror-ikt", accept=HTML).text
    for said in ("<b>Samarbeid</b>", "dagen svaret gjelder", 'name="partnership"'):
        assert said in form
    assert '<th scope="col">samarbeid</th>' in form
    assert "the day that the answer is for" not in form.partition("<details>")[0]
    form = served.get("/api/questions/members", accept=HTML, cookie="lang=en").text
    assert "<b>partnership</b>" in form
    assert "the day that the answer is for" in form


def test_every_link_of_the_pages_leads_somewhere(served: Served) -> None:
    seen: set[str] = set()
    waiting = ["/", "/api", "/api/questions", "/views", "/sparql", "/search?q=molde",
               "/thing/o/1543-nesset", "/thing/o/ror-ikt"]  # fmt: skip
    for path in waiting:
        page = served.get(path, accept=HTML)
        assert page.status == 200, path
        for link in re.findall(r'(?:href|src)="([^"]*)"', page.text):
            address = link.replace("&amp;", "&").partition("#")[0]
            if address.startswith("/") and not address.startswith("/views/"):
                seen.add(address)
    assert len(seen) > 150
    for address in sorted(seen)[:: max(1, len(seen) // 60)]:
        answer = served.get(address, accept=f"{HTML},*/*;q=0.5")
        if answer.status == 303:
            answer = served.get(answer.headers["location"], accept=f"{HTML},*/*;q=0.5")
        assert answer.status == 200, address


def test_turtle_of_a_thing_is_the_sources_word_only(served: Served) -> None:
    said = {
        str(t.predicate)
        for t in parse(served.get("/thing/o/1543-nesset.ttl").body, RdfFormat.TURTLE)
    }
    assert not [one for one in said if one.endswith(("#searchKey>", "#hasMember>", "#statedFrom>"))]
    assert [one for one in said if one.endswith("#wasDerivedFrom>")]
