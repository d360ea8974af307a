"""Reading for impacts: the relations that a query finds, and what is written of each.

`touched/` holds the queries. Lines in them stand for text that is put in here: `# standing` and
`# announced` for the rules on time in `shared/`, and `# values NAME` for a list of terms that
?NAME may be. A query finds relations first; how they stand, and what is written of them, is then
read of these few alone, which every engine does in no time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions

from ...graph.dataset import Graph
from ..as_of import CERTAINTIES, time_terms
from ..batches import batches, terms
from ..fragments import fragment
from .cost_figures import Figure
from .items import Background, Event, Item, Member, Open, Thing

_FOLDER: Final = Path(__file__).parent / "touched"
_NOTHING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"

Values = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a graph as of a day, for the standings that count as so."""

    graph: Graph
    day: date
    standing: str

    def items(
        self, case: str, bindings: Mapping[str, NamedNode], values: Values | None = None
    ) -> list[Item]:
        """Returns the relations that the query `case` finds, each with what is written of it."""
        found = {
            (row["relation"].value, row["ground"].value)
            for row in self.select(case, bindings, values)
        }
        # Documents have no period in which they hold.
        standings = (
            {relation: "undated" for relation, _ in found}
            if case == "documents"
            else self._standings({relation for relation, _ in found})
        )
        relations = sorted(standings)
        texts, things = self._texts(relations), self._things(relations)
        items = [
            Item(ground, relation, standings[relation],
                 _surest(things[relation].get("certainty", ())), things[relation], texts[relation])
            for relation, ground in sorted(found)
            if relation in standings
        ]  # fmt: skip
        items = [item for item in items if item.ground != "share" or self._is_of_period(item)]
        return sorted(items, key=lambda item: (item.ground, item.label, item.time, item.relation))

    def select(
        self,
        name: str,
        bindings: Mapping[str, NamedNode] | None = None,
        values: Values | None = None,
    ) -> QuerySolutions:
        """Runs a query of `touched/`."""
        bound = {**(bindings or {}), **time_terms(self.day, self.standing)}
        return self.graph.select(_text(name, values or {}), bound)

    def members(self, partnerships: Iterable[str] | None = None) -> list[Member]:
        """Returns members and hosts on the day, of some partnerships or of all."""
        values = {} if partnerships is None else {"partnership": partnerships}
        return [
            Member(
                _thing(row["partnership"], row["partnershipLabel"]),
                _thing(row["member"], row["memberLabel"]),
                row["role"].value.rpartition("/")[2],
                row["standing"].value,
            )
            for row in self.select("members", values=values)
        ]

    def history(self, partnership: str, members: Iterable[str]) -> list[tuple[str, str, str, str]]:
        """Returns IRI, role, time and source of memberships at any time."""
        rows = self.select(
            "history", {"_partnership_iri": NamedNode(partnership)}, {"member": members}
        )
        return [
            (row["member"].value, row["role"].value.rpartition("/")[2], row["time"].value,
             row["source"].value)
            for row in rows
        ]  # fmt: skip

    def units(self, partnership: str) -> list[str]:
        """Returns the partnership and its bodies."""
        rows = self.select("units", {"_partnership_iri": NamedNode(partnership)})
        return [partnership, *(row["unit"].value for row in rows)]

    def systems(self, query: str, bindings: Mapping[str, NamedNode]) -> list[str]:
        """Returns the systems that a query finds."""
        return [row["system"].value for row in self.select(query, bindings)]

    def joined(self, component: str) -> tuple[list[str], list[str]]:
        """Returns what is joined to a component as a fact, and all that is, directly or not."""
        facts: set[str] = set()
        reached: set[str] = set()
        edge = {component}
        while edge:
            rows = list(self.select("joined", values={"base": edge}))
            facts |= {r["system"].value for r in rows if r["isPlan"].value not in ("true", "1")}
            edge = {r["system"].value for r in rows} - reached - {component}
            reached |= edge
        return sorted(facts - {component}), sorted(reached)

    def changes(self, municipalities: Iterable[str]) -> list[Event]:
        """Returns the change events of municipalities, in order of time."""
        rows: dict[str, list[tuple[str, Thing, date, str, str]]] = defaultdict(list)
        for row in self.select("changes", values={"municipality": municipalities}):
            rows[row["event"].value].append(
                (row["before"].value, _thing(row["after"], row["afterLabel"]),
                 date.fromisoformat(row["day"].value), row["eventLabel"].value,
                 row["source"].value)
            )  # fmt: skip
        return [
            Event(event, said[0][3], said[0][2], frozenset(one[0] for one in said),
                   frozenset(one[1] for one in said), said[0][4])
            for event, said in rows.items()
        ]  # fmt: skip

    def background(self, things: Iterable[str]) -> Background:
        """Returns what is known of systems and undertakings."""
        known: dict[str, dict[str, set[Thing]]] = defaultdict(lambda: defaultdict(set))
        for batch in batches(things):
            for row in self.select("background", values={"thing": batch}):
                name = _local(row["property"].value)
                known[row["thing"].value][name].add(_thing(row["value"], row["label"]))
        return Background(
            {thing: {k: tuple(sorted(v)) for k, v in said.items()} for thing, said in known.items()}
        )

    def open_questions(self, things: Iterable[str]) -> list[Open]:
        """Returns what the sources leave open about things."""
        found: dict[tuple[str, str, str], tuple[set[str], set[str]]] = {}
        for batch in batches(things):
            for row in self.select("open", values={"thing": batch}):
                key = (row["source"].value, row["question"].value, row["unknown"].value)
                about, documents = found.setdefault(key, (set(), set()))
                about.add(row["thing"].value)
                documents.add(row["document"].value)
        return [
            Open(question, source, frozenset(about), frozenset(documents))
            for (source, question, _), (about, documents) in sorted(found.items())
        ]

    def figures(self, partnership: str) -> list[Figure]:
        """Returns what is stated of how a partnership shares its costs, plans left out."""
        return [
            Figure(
                measure=row["measure"].value.rpartition("/")[2],
                party=row["party"].value if row["party"] else "",
                label=row["partyLabel"].value if row["partyLabel"] else "",
                value=Decimal(row["value"].value),
                period=row["period"].value,
                first=date.fromisoformat(row["first"].value),
                last=date.fromisoformat(row["last"].value),
                role=row["role"].value.rpartition("/")[2],
                category=row["category"].value if row["category"] else "",
                base=row["base"].value if row["base"] else "",
                source=row["source"].value,
            )
            for row in self.select("figures", {"_partnership_iri": NamedNode(partnership)})
            if row["isPlan"].value not in ("true", "1")
        ]

    def others(self, person: NamedNode, own: Iterable[str]) -> set[str]:
        """Returns those of a person's roles and posts that another holds too."""
        rows = self.select("others", {"_person_iri": person}, {"own": own})
        return {row["own"].value for row in rows}

    def _standings(self, relations: Iterable[str]) -> dict[str, str]:
        """Returns how relations stand; those that do not, or not as wanted, are left out."""
        return {
            row["relation"].value: row["standing"].value
            for batch in batches(relations)
            for row in self.select("standings", values={"relation": batch})
        }

    def _is_of_period(self, item: Item) -> bool:
        """Whether a figure is for the period of the day."""
        first, last = item.texts.get("periodFrom", ""), item.texts.get("periodUntil", "")
        return first <= self.day.isoformat() < last

    def _texts(self, relations: Sequence[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for batch in batches(relations):
            for row in self.select("texts", values={"relation": batch}):
                said, name = found[row["relation"].value], _local(row["property"].value)
                said[name] = (
                    f"{said[name]}; {row['text'].value}" if name in said else row["text"].value
                )
        return found

    def _things(self, relations: Sequence[str]) -> dict[str, dict[str, tuple[Thing, ...]]]:
        found: dict[str, dict[str, set[Thing]]] = defaultdict(lambda: defaultdict(set))
        for batch in batches(relations):
            for row in self.select("things", values={"relation": batch}):
                name = _local(row["property"].value)
                found[row["relation"].value][name].add(_thing(row["thing"], row["label"]))
        whole: dict[str, dict[str, tuple[Thing, ...]]] = defaultdict(dict)
        for relation, said in found.items():
            whole[relation] = {name: tuple(sorted(things)) for name, things in said.items()}
        return whole


@cache
def _query(name: str) -> str:
    return (_FOLDER / f"{name}.rq").read_text("utf-8")


def _text(name: str, values: Values) -> str:
    """Returns a query with the rule on time and the lists of terms put in."""
    lists = {name: terms(sorted(set(iris)) or [_NOTHING]) for name, iris in values.items()}

    def listed(match: re.Match[str]) -> str:
        name = match[1]
        return f"VALUES ?{name} {{ {lists[name]} }}" if name in lists else match[0]

    text = re.sub(r"# values (\w+)$", listed, _query(name), flags=re.MULTILINE)
    return re.sub(
        r"^ *# (standing|announced)\n", lambda m: fragment(m[1]), text, flags=re.MULTILINE
    )


def _thing(term: NamedNode, label: Literal | None) -> Thing:
    return Thing(label.value if label else _local(term.value), term.value)


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


def _surest(certainties: Iterable[Thing]) -> str:
    codes = {thing.code for thing in certainties}
    return next((code for code in CERTAINTIES if code in codes), "")
