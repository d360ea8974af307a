"""The pages as files: what they say, what they hold back, the same bytes twice."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Triple

from kommunegraf.graph.errors import KommunegrafError, UsageError
from kommunegraf.graph.public import Hidden, hidden_staff
from kommunegraf.graph.store import StoredGraph
from kommunegraf.ontology.namespaces import ID
from kommunegraf.queries.asking import ask as ask_question
from kommunegraf.viz import answers, embed, index, pages
from kommunegraf.viz.commands import view as view_command
from kommunegraf.viz.errors import ViewError
from kommunegraf.viz.network import SUBJECT, from_triples, relations, standing_on, thing
from kommunegraf.viz.packing import START
from kommunegraf.viz.pages import write_pages
from kommunegraf.viz.view import load, parse
from kommunegraf.viz.visibility import without
from kommunegraf.viz.wording import Words

from .conftest import Ask
from .hostile import TEXTS, triples
from .pages import render

NORTH = "https://w3id.org/kommunegraf/id/org/nord-ikt"
ALL: list[tuple[str, dict[str, str]]] = [
    ("whole", {}),
    ("partnership", {"thing": "o:nord-ikt"}),
    ("surroundings", {"thing": "o:alfjord"}),
    ("systems", {}),
    ("people", {}),
    ("timeline", {}),
]


class Page(HTMLParser):
    """The elements of a page: how many of each, the script elements' texts, cells by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.styles: list[str] = []
        self.rows: list[list[str]] = []
        self.text: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = tag
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        elif tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        elif self._inside == "style":
            self.styles.append(data)
        else:
            self.text.append(data)
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += data


def data_of(page: Page) -> dict:  # type: ignore[type-arg]
    (text,) = [text for attributes, text in page.scripts if attributes.get("id") == "data"]
    found: dict = json.loads(text)  # type: ignore[type-arg]
    return found


@pytest.mark.parametrize(("name", "given"), ALL)
def test_edges_on_the_page_are_the_relations_of_the_construct(
    ask: Ask, name: str, given: dict[str, str]
) -> None:
    said = ask(name, **given)
    data = data_of(Page(render(name, said)))
    drawn = [triple for triple in set(map(str, said)) if f"<{SUBJECT}>" in triple]
    assert drawn
    assert len(data["edges"]["to"]) == len(drawn)


@pytest.mark.parametrize(("name", "given"), ALL)
def test_the_table_for_readers_without_script_holds_what_holds_on_the_day(
    ask: Ask, name: str, given: dict[str, str]
) -> None:
    said = ask(name, **given)
    page = Page(render(name, said, day="2018-12-31"))
    network = from_triples(said)
    hidden = {None, "possible"} if name != "timeline" else {""}
    wanted = Counter(
        (thing(network, r.start).label, r.label, thing(network, r.end).label)
        for r in relations(network)
        if standing_on(r, "2018-12-31") not in hidden
    )
    rows = [[cell.strip() for cell in row] for row in page.rows[1:]]
    assert Counter((row[0], row[1], row[2]) for row in rows) == wanted
    assert wanted


@pytest.mark.parametrize(("name", "given"), ALL)
def test_legend_counts_what_holds_on_the_day(ask: Ask, name: str, given: dict[str, str]) -> None:
    said = ask(name, **given)
    text = render(name, said, day="2018-12-31")
    shown = {
        (group, kind): int(count)
        for group, kind, count in re.findall(
            r'data-group="(\w+)" data-kind="([\w-]+)".*?<b>(\d+)</b>', text
        )
    }
    network = from_triples(said)
    holding = [r for r in relations(network) if standing_on(r, "2018-12-31")]
    ends = {end for r in holding for end in (r.start, r.end)}
    expected: Counter[tuple[str, str]] = Counter()
    expected.update(("thing", thing(network, iri).kind) for iri in ends)
    expected.update(("relation", r.kind) for r in holding)
    expected.update(("certainty", r.certainty) for r in holding if r.certainty)
    expected.update(("standing", str(standing_on(r, "2018-12-31"))) for r in holding)
    if name == "timeline":  # a chart cannot leave out what is solid
        del expected["standing", "stated"]
    assert {key: count for key, count in shown.items() if count} == dict(expected)


@pytest.mark.parametrize(("name", "given"), ALL)
def test_same_bytes_whatever_the_order_of_triples(
    ask: Ask, name: str, given: dict[str, str]
) -> None:
    said = ask(name, **given)
    one, other = (render(name, t, day="2018-12-31") for t in (said, said[::-1]))
    assert one == other
    assert 'lang="nb"' in one
    assert '<meta charset="utf-8">' in one


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_policy_lets_exactly_the_inlined_script_and_style_run(ask: Ask, name: str) -> None:
    page = Page(render(name, ask(name)))
    (policy,) = [v for tag, n, v in page.attributes if tag == "meta" and "default-src" in v]
    runs = [text for attributes, text in page.scripts if "type" not in attributes]
    for group, texts in (("script-src", runs), ("style-src", page.styles)):
        hashes = [
            base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts
        ]
        assert f"{group} " + " ".join(f"'sha256-{digest}'" for digest in hashes) in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", ["whole", "partnership", "timeline"])
def test_hostile_texts_stay_text(name: str) -> None:
    plain = Page(render(name, triples(), day="2018-06-30"))
    page = Page(render(name, triples(), "https://evil.example/'\"><script>", day="2018-06-30"))
    assert page.elements["script"] == plain.elements["script"]
    assert not page.elements.keys() & {"img", "iframe", "base", "object", "embed", "form", "link"}
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] in ("style", "src")]
    assert not [a for a in page.attributes if a[1] == "href" and not a[2].startswith("#")]
    names_in_data = set(data_of(page)["nodes"]["name"])
    for hostile in TEXTS:
        assert hostile in names_in_data


def test_json_holds_no_markup() -> None:
    text = str(embed.as_json({"x": "</script>&<!--\u2028\u2029", "y": (1, 2)}))
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"x": "</script>&<!--\u2028\u2029", "y": [1, 2]}


def test_script_that_would_end_its_element_is_refused() -> None:
    with pytest.raises(ViewError):
        embed.trusted("x = '</script>'")


def test_vis_network_is_the_one_the_pages_are_made_for() -> None:
    script = embed.vis_network()
    assert f"@version {embed.VIS_VERSION}" in script
    assert "sourceMappingURL" not in script


def test_timeline_shows_the_move_and_the_merger(ask: Ask) -> None:
    text = render("timeline", ask("timeline"))
    assert text.count('class="bar ') == 22
    assert text.count('class="link" data-edge') == 2
    assert "vertskommune" in text


def test_write_pages_writes_one_page_a_thing_and_an_index_that_finds_them(
    small: StoredGraph, tmp_path: Path
) -> None:
    written = write_pages(small, tmp_path)
    assert written[0].name == "index.html"
    assert sorted(file.name for file in written) == sorted(f.name for f in tmp_path.iterdir())
    assert {"whole.html", "timeline.html", "partnership-nord-ikt.html"} <= {
        file.name for file in written
    }
    index = written[0].read_text("utf-8")
    links = {href.partition("#")[0] for href in re.findall(r'data-page href="([^"]+)"', index)}
    assert links == {file.name for file in written[1:]}
    assert "Nord-IKT, årsmelding 2018" in index
    before = {file.name: file.read_bytes() for file in written}
    assert before == {f.name: f.read_bytes() for f in write_pages(small, tmp_path)}


def test_index_takes_names_as_text() -> None:
    words = Words(TEXTS[0], TEXTS[3], TEXTS[1])
    card = {"name": "x", "title": words, "about": words, "file": "x.html", "pages": []}
    source = dict.fromkeys(("title", "publisher", "license", "speaks", "statements"), TEXTS[3])
    begin = [{"words": words, "address": f"questions.html#{TEXTS[4]}"}]
    shown = {"views": [card], "counts": [], "sources": [source], "begin": begin, "unknown": []}
    page = Page(
        index.render({**shown, "questions": "q.html", "latest": "2019-12-31", "build": TEXTS[2]})
    )
    assert page.elements["script"] == 3
    assert not page.elements.keys() & {"img", "svg", "iframe"}


def test_questions_to_begin_with_are_ten_that_the_graph_answers(graph: StoredGraph) -> None:
    text = (Path(index.__file__).parent / "begin.toml").read_text("utf-8")
    asked = tomllib.loads(text)["question"]
    assert len(asked) == 10
    for question in asked:
        assert list(ask_question(graph, question["name"], question["parameters"]).rows())


def test_views_declare_only_known_pictures() -> None:
    text = load("whole").text.replace("#+ hubs", "#+ picture: hologram\n#+ hubs")
    with pytest.raises(ViewError, match="hologram"):
        parse("whole", text)
    for wrong in ("../whole", "nosuch", ""):
        with pytest.raises(ViewError, match="there are whole, partnership"):
            load(wrong)


def test_view_command_lists_and_writes(built: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    listed = run(view_command, [])
    assert listed.exit_code == 0
    assert "surroundings --thing [--at]" in listed.output
    assert "answer --answer [--at]" in listed.output
    file = tmp_path / "nesset.html"
    arguments = ["surroundings", "--thing", "Nesset", "--store", str(built), "--out", str(file)]
    written = run(view_command, arguments, catch_exceptions=False)
    assert written.output.strip() == str(file)
    assert "Rundt Nesset" in file.read_text("utf-8")


def test_an_answer_is_drawn_from_its_json(built: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    iris = [f"{ID}org/ror-ikt", f"{ID}membership/1543-nesset_ror-ikt_member_2019-01-01"]
    answer.write_text(json.dumps({"at": "2019-06-30", "paths": [{"steps": iris}]}))
    file = tmp_path / "answer.html"
    arguments = ["answer", "--answer", str(answer), "--store", str(built), "--out", str(file)]
    CliRunner().invoke(view_command, arguments, catch_exceptions=False)
    data = data_of(Page(file.read_text("utf-8")))
    assert {"ROR-IKT", "Nesset"} <= {*data["nodes"]["name"]}
    assert data["opens"] == "2019-06-30"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html>", "is not JSON"),
        ("[]", "names nothing"),
        ('{"a": "https://x.example/"}', "nothing"),
    ],
)
def test_an_answer_that_cannot_be_drawn_is_told_in_a_sentence(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        answers.read(text.encode(), "x.json")
    with pytest.raises(UsageError, match="cannot be read"):
        answers.read_file(tmp_path / "nosuch.json")


@pytest.mark.parametrize("format_name", ["graphml", "gexf"])
def test_view_writes_networks_for_other_programs(
    built: Path, tmp_path: Path, format_name: str
) -> None:
    file = tmp_path / "x"
    arguments = ["systems", "--format", format_name, "--store", str(built), "--out", str(file)]
    CliRunner().invoke(view_command, arguments, catch_exceptions=False)
    assert "Visma" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["whole", "--at", "2019-02-30"], "is not a date"),
        (["whole", "--thing", "Nesset"], "no parameter --thing"),
        (["surroundings"], "needs --thing"),
        (["surroundings", "--thing", "Nessset"], "Nesset"),
        (["nosuch"], "there is no view"),
        (["--out", "x.html"], "need the name of a view"),
        (["whole", "--out", "no/r.html"], "no: there is no such folder to write r.html to"),
    ],
)
def test_a_wrong_view_is_told_in_a_sentence_and_writes_nothing(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KommunegrafError, match=told):
        CliRunner().invoke(
            view_command, [*arguments, "--store", str(built)], catch_exceptions=False
        )
    assert list(tmp_path.iterdir()) == []


def test_ordinary_staff_are_shown_only_when_asked_for(graph: StoredGraph) -> None:
    hidden = hidden_staff(graph.store)
    persons = {iri for iri in hidden.nodes if "/id/person/" in iri}
    assert persons
    for name, given in (
        ("people", {"at": "2018-12-31"}),
        ("whole", {"at": "2018-12-31"}),
        ("partnership", {"thing": "IKT Orkidé", "at": "2018-12-31"}),
    ):
        page = Page(pages.ask_page(graph, load(name), given, hidden=hidden))
        shown = iris(page)
        assert not shown & persons
        assert any("/id/person/" in iri for iri in shown)
        assert "https://w3id.org/kommunegraf/id/org/ikt-orkide" in shown
    timeline = load("timeline")
    assert pages.ask_page(graph, timeline, {}, hidden=hidden) == pages.ask_page(graph, timeline, {})
    everyone = Page(pages.ask_page(graph, load("people"), {"at": "2018-12-31"}))
    assert iris(everyone) & persons


def iris(page: Page) -> set[str]:
    """The IRIs of the things on a page, names in them written out as its script does."""
    nodes = data_of(page)["nodes"]
    network = unpacked_iris(nodes["iri"], nodes["name"])
    return {iri if ":" in iri else ID + iri for iri in network}


def unpacked_iris(iris: list[str], names: list[str]) -> list[str]:
    letters = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
    keys = [re.sub("[^a-z0-9]+", "-", n.lower().translate(letters)).strip("-") for n in names]
    return [iri.replace(START, key) for iri, key in zip(iris, keys, strict=True)]


def test_what_hangs_only_on_a_hidden_relation_goes_with_it(ask: Ask) -> None:
    said = ask("people")
    post = "https://w3id.org/kommunegraf/id/role-of/ada-as_nord-styret_member"
    graph = from_triples(without(said, Hidden(frozenset({post}))))
    assert "https://w3id.org/kommunegraf/id/person/ada-as" not in graph
    assert "https://w3id.org/kommunegraf/id/body/nord-styret" in graph
    gone = [r for r in relations(from_triples(said)) if r.iri.startswith(post)]
    assert gone
    assert len(list(relations(graph))) == len(list(relations(from_triples(said)))) - len(gone)


def test_a_text_that_names_who_is_hidden_is_left_out(ask: Ask) -> None:
    body = NamedNode("https://w3id.org/kommunegraf/id/body/nord-styret")
    said = ask("people")
    told = [Triple(body, NamedNode("urn:x"), Literal(text)) for text in ("Ada Ås", "etter Ada Ås.")]
    hidden = Hidden(frozenset(), frozenset({"Ada Ås"}))
    assert without([*said, *told], hidden) == without(said, hidden)
    assert set(told) < set(without([*said, *told], Hidden(frozenset())))


@pytest.mark.parametrize("name", [n for n, _ in ALL])
def test_shipped_graph_can_be_drawn(graph: StoredGraph, name: str) -> None:
    given = {"partnership": {"thing": "ROR-IKT"}, "surroundings": {"thing": "Nesset"}}
    text = pages.ask_page(graph, load(name), given.get(name, {}))
    assert len(Page(text).rows) > 20
    assert len(text.encode()) < 1_000_000
