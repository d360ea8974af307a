"""The pages as files: what they say, what they hold back, the same bytes twice."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from kommunegraf.graph.store import StoredGraph
from kommunegraf.viz import embed, pages
from kommunegraf.viz.commands import view as view_command
from kommunegraf.viz.errors import ViewError
from kommunegraf.viz.network import SUBJECT, from_triples, relations
from kommunegraf.viz.pages import Parameters, render_view, write_pages
from kommunegraf.viz.view import load, names, parse
from kommunegraf.viz.visibility import without

from .conftest import Ask
from .hostile import TEXTS, triples

NORTH = "https://w3id.org/kommunegraf/id/org/nord-ikt"
ALL = [
    ("whole", {}),
    ("partnership", {"thing": "o:nord-ikt", "at": "2018-12-31"}),
    ("surroundings", {"thing": "o:alfjord", "at": "2018-12-31"}),
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
    page = Page(render_view(name, said, Parameters()))
    drawn = [triple for triple in set(map(str, said)) if f"<{SUBJECT}>" in triple]
    data = data_of(page)
    assert drawn
    assert len(data["edges"]) == len(page.rows) - 1 == len(drawn)
    labels = {node["id"]: node["name"] for node in data["nodes"]}
    ends = Counter((labels[edge["from"]], labels[edge["to"]]) for edge in data["edges"])
    assert ends == Counter((row[0].strip(), row[2].strip()) for row in page.rows[1:])
    # Every relation has its source in the table; only a module's own part-of has none.
    assert all(row[5].strip() for row in page.rows[1:])


@pytest.mark.parametrize(("name", "given"), ALL)
def test_legend_counts_what_is_drawn(ask: Ask, name: str, given: dict[str, str]) -> None:
    text = render_view(name, ask(name, **given), Parameters())
    data = data_of(Page(text))
    shown = {
        (group, kind): int(count)
        for group, kind, count in re.findall(
            r'data-group="(\w+)" data-kind="([\w-]+)".*?<b>(\d+)</b>', text
        )
    }
    expected: Counter[tuple[str, str]] = Counter()
    expected.update(("thing", node["kind"]) for node in data["nodes"])
    expected.update(("relation", edge["kind"]) for edge in data["edges"])
    expected.update(("standing", edge["standing"]) for edge in data["edges"])
    assert shown == dict(expected)


@pytest.mark.parametrize(("name", "given"), ALL)
def test_same_bytes_whatever_the_order_of_triples(
    ask: Ask, name: str, given: dict[str, str]
) -> None:
    said = ask(name, **given)
    one, other = (render_view(name, t, Parameters(at="2018-12-31")) for t in (said, said[::-1]))
    assert one == other
    assert 'lang="nb"' in one
    assert '<meta charset="utf-8">' in one


@pytest.mark.parametrize("name", ["whole", "timeline"])
def test_policy_lets_exactly_the_inlined_script_and_style_run(ask: Ask, name: str) -> None:
    page = Page(render_view(name, ask(name), Parameters()))
    (policy,) = [v for tag, n, v in page.attributes if tag == "meta" and "default-src" in v]
    runs = [text for attributes, text in page.scripts if "type" not in attributes]
    for group, texts in (("script-src", runs), ("style-src", page.styles)):
        hashes = [
            base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts
        ]
        assert f"{group} " + " ".join(f"'sha256-{digest}'" for digest in hashes) in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["whole", "partnership", "timeline"])
def test_hostile_texts_stay_text(name: str) -> None:
    text = render_view(name, triples(), Parameters(thing="https://evil.example/'\"><script>"))
    plain = Page(render_view(name, triples(), Parameters()))
    page = Page(text)
    assert page.elements["script"] == plain.elements["script"] == (3 if name != "timeline" else 2)
    assert not page.elements.keys() & {"img", "iframe", "base", "object", "embed", "form", "link"}
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] in ("style", "src")]
    assert not [a for a in page.attributes if a[1] == "href" and not a[2].startswith("#")]
    shown = "".join(page.text)
    names_in_data = {node["name"] for node in data_of(page)["nodes"]}
    for hostile in TEXTS:
        assert hostile in names_in_data
        assert hostile in shown


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


def test_a_plan_is_drawn_as_a_plan(ask: Ask) -> None:
    data = data_of(Page(render_view("systems", ask("systems"), Parameters())))
    planned = [edge for edge in data["edges"] if edge["standing"] == "planned"]
    assert [edge["iri"] for edge in planned] == ["use/vikabo_arkivet_planned"]
    assert planned[0]["dashes"]


def test_a_membership_that_ended_is_not_drawn_after(ask: Ask) -> None:
    before, after = (
        data_of(Page(render_view("whole", ask("whole", at=day), Parameters())))
        for day in ("2018-12-31", "2019-01-01")
    )
    left = "membership/alfjord_nord-ikt_member"
    assert left in [edge["iri"] for edge in before["edges"]]
    assert left not in [edge["iri"] for edge in after["edges"]]


def test_timeline_shows_the_move_and_the_merger(ask: Ask) -> None:
    text = render_view("timeline", ask("timeline"), Parameters())
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
    links = set(re.findall(r'href="([^"]+)"', index))
    assert links == {file.name for file in written[1:]}
    assert "Nord-IKT, årsmelding 2018" in index
    before = {file.name: file.read_bytes() for file in written}
    assert before == {f.name: f.read_bytes() for f in write_pages(small, tmp_path)}


def test_index_takes_names_as_text() -> None:
    words = pages.Words(TEXTS[0], TEXTS[1])
    card = {"title": words, "about": words, "file": "x.html", "pages": []}
    source = dict.fromkeys(("title", "publisher", "license", "speaks", "statements"), TEXTS[3])
    page = Page(pages.render_index({"views": [card], "counts": [], "sources": [source]}))
    assert page.elements["script"] == 1
    assert not page.elements["img"]


def test_views_are_listed_and_declare_only_known_pictures() -> None:
    assert names() == [
        *("whole", "partnership", "surroundings", "systems", "people", "timeline"),
        "family-tree",
    ]
    text = load("whole").text.replace("#+ hubs", "#+ picture: hologram\n#+ hubs")
    with pytest.raises(ViewError, match="hologram"):
        parse("whole", text)
    with pytest.raises(ViewError, match="lacks 'title'"):
        parse("x", "#+ summary: x\nCONSTRUCT {} WHERE {}")
    for wrong in ("../whole", "nosuch", ""):
        with pytest.raises(ViewError, match="there are whole, partnership"):
            load(wrong)


def test_view_command_lists_and_writes(built: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    listed = run(view_command, [])
    assert listed.exit_code == 0
    assert "surroundings --thing [--at]" in listed.output
    file = tmp_path / "nesset.html"
    arguments = ["surroundings", "--thing", "Nesset", "--store", str(built), "--out", str(file)]
    written = run(view_command, arguments, catch_exceptions=False)
    assert written.output.strip() == str(file)
    assert "Rundt Nesset" in file.read_text("utf-8")


def test_ordinary_staff_are_shown_only_when_asked_for(graph: StoredGraph) -> None:
    hidden = pages.staff(graph)
    persons = {iri for iri in hidden if "/id/person/" in iri}
    assert persons
    for name, given in (
        ("people", {"at": "2018-12-31"}),
        ("whole", {"at": "2018-12-31"}),
        ("partnership", {"thing": "IKT Orkidé", "at": "2018-12-31"}),
    ):
        page = Page(pages.ask_page(graph, load(name), given, hidden=hidden))
        shown = {"https://w3id.org/kommunegraf/id/" + n["iri"] for n in data_of(page)["nodes"]}
        assert not shown & persons
        assert any("/id/person/" in iri for iri in shown)
        assert "https://w3id.org/kommunegraf/id/org/ikt-orkide" in shown
    timeline = load("timeline")
    assert pages.ask_page(graph, timeline, {}, hidden=hidden) == pages.ask_page(graph, timeline, {})
    everyone = data_of(Page(pages.ask_page(graph, load("people"), {"at": "2018-12-31"})))
    assert any("https://w3id.org/kommunegraf/id/" + n["iri"] in persons for n in everyone["nodes"])


def test_what_hangs_only_on_a_hidden_relation_goes_with_it(ask: Ask) -> None:
    said = ask("people", at="2018-12-31")
    post = "https://w3id.org/kommunegraf/id/role-of/ada-as_nord-styret_member"
    graph = from_triples(without(said, {post}))
    assert "https://w3id.org/kommunegraf/id/person/ada-as" not in graph
    assert "https://w3id.org/kommunegraf/id/body/nord-styret" in graph
    assert len(list(relations(graph))) == len(list(relations(from_triples(said)))) - 1


@pytest.mark.parametrize("name", [n for n, _ in ALL])
def test_shipped_graph_can_be_drawn(graph: StoredGraph, name: str) -> None:
    given = {"partnership": {"thing": "ROR-IKT"}, "surroundings": {"thing": "Nesset"}}
    page = Page(pages.ask_page(graph, load(name), given.get(name, {})))
    assert len(page.rows) > 20
