"""Makes a network of any size that looks like the ICT of Norway's municipalities; all invented.

Partnerships lie along a coast; a municipality takes part in those nearest to it, so that
neighbours share much and all share what the large vendors and the state supply. Relations have
days, plans, certainty and sources. The same sizes and seed give the same triples.

    .venv/bin/python bench/big_network.py 5000
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import perf_counter
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from kommunegraf.ontology.namespaces import ID, expand
from kommunegraf.viz import style
from kommunegraf.viz.layout import lay_out
from kommunegraf.viz.network import Graph, from_triples
from kommunegraf.viz.plan import Plan

SIZES: Final = (200, 300, 1_000, 5_000, 20_000)
"""Numbers of things that the pages are measured with; three times as many relations."""

_BEGINNINGS: Final = (
    "Nord", "Sør", "Øst", "Vest", "Indre", "Ytre", "Stor", "Litle", "Kvit", "Svart", "Fager",
    "Håv", "Bjørk", "Gran", "Rå", "Elg", "Ørn", "Lang", "Brei", "Djup", "Høg", "Stein", "Sand",
    "Torv", "Ås", "Skog", "Fjell", "Myr", "Salt", "Tind",
)  # fmt: skip
_ENDINGS: Final = (
    "vik", "dal", "nes", "sund", "øy", "heim", "stad", "bygd", "fjord", "vær", "land", "voll",
    "mo", "li", "strand", "berg", "eid", "haug",
)  # fmt: skip
_FIRST: Final = (
    "Åse", "Øystein", "Kari", "Ola", "Ingrid", "Håkon", "Bjørg", "Trond", "Sølvi", "Leif", "Guro",
    "Eirik", "Marit", "Jørgen", "Ragnhild", "Sverre", "Anne", "Per", "Hege", "Åge", "Siri", "Geir",
)  # fmt: skip
_LAST: Final = (
    "Åsen", "Bø", "Sæther", "Haugen", "Ødegård", "Moen", "Løken", "Rønning", "Skår", "Berg", "Lie",
    "Strøm", "Tveit", "Bråten", "Grønli", "Øverland", "Kjær", "Dahl", "Vik", "Solheim", "Fjeld",
)  # fmt: skip
_BODIES: Final = (
    "Styret", "Arbeidsutvalget", "Driftsavdelingen", "Faggruppe Helse", "Faggruppe Oppvekst",
    "Faggruppe Sakarkiv", "Faggruppe Økonomi", "Faggruppe Teknisk", "Representantskapet",
    "Kundesenteret", "Prosjektkontoret", "Sikkerhetsforum", "Faggruppe Portal", "Lederforum",
)  # fmt: skip
_FIELDS: Final = (
    "Sak", "Arkiv", "Lønn", "Pleie", "Skole", "Barnehage", "Bygg", "Kart", "Skjema", "Post", "Vakt",
    "Regnskap", "Turnus", "Barnevern", "Kultur", "Vann", "Innkjøp", "Møte", "Signatur", "Identitet",
)  # fmt: skip
_PRODUCTS: Final = (
    "flyt", "pluss", "web", "portal", "360", "basis", "sky", "mobil", "link", "pro", "base", "torg",
)  # fmt: skip
_UNDERTAKINGS: Final = (
    "Innføring av", "Bytte av", "Pilot for", "Anskaffelse av", "Opplæring i", "Integrasjon mot",
    "Utfasing av", "Ny versjon av",
)  # fmt: skip
_COMPONENTS: Final = (
    "Folkeregisteret", "ID-porten", "Altinn", "Matrikkelen", "SvarUt", "SvarInn", "FIKS",
    "Feide", "Helsenettet", "Kontaktregisteret", "Grunnboka", "Enhetsregisteret", "eSignering",
    "Digital postkasse",
)  # fmt: skip


@dataclass
class _Maker:
    """What has been made so far: names and triples of things, and the ends of relations."""

    chance: random.Random
    triples: list[Triple] = field(default_factory=list)
    called: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    made: dict[str, list[NamedNode]] = field(default_factory=dict)
    names: dict[NamedNode, str] = field(default_factory=dict)
    tied: list[tuple[str, NamedNode, NamedNode]] = field(default_factory=list)

    def thing(self, kind: str, label: str, folder: str) -> NamedNode:
        """Adds a thing; a name that is taken gets a number."""
        self.called[label] += 1
        name = label if self.called[label] == 1 else f"{label} {self.called[label]}"
        iri = NamedNode(f"{ID}{folder}/{_key(name)}")
        self.names[iri] = name
        self.made.setdefault(kind, []).append(iri)
        self._say(iri, "rdfs:label", Literal(name, language="nb"))
        self._say(iri, "kg:drawnAs", Literal(kind))
        if kind == "municipality" and self.chance.random() < 0.2:
            self._say(iri, "skos:altLabel", Literal(f"Gamle {name}"))
        return iri

    def tie(self, kind: str, start: NamedNode, end: NamedNode) -> None:
        """Notes a relation; its days and sources are said at the end."""
        self.tied.append((kind, start, end))

    def relate(self, kind: str, start: NamedNode, end: NamedNode) -> None:
        """Adds a relation with days between 2000 and 2024, certainty and sources."""
        # As in the graph, a relation is named by its ends and, where there are more, by a number.
        ends = f"{kind}/{_key(self.names[start])}_{_key(self.names[end])}"
        self.pairs[ends] += 1
        iri = NamedNode(
            f"{ID}{ends}_stated" + (f"_{self.pairs[ends]}" if self.pairs[ends] > 1 else "")
        )
        chance = self.chance
        year = chance.randint(2000, 2022)
        begin = date(year, chance.choice((1, 1, 1, 4, 7, 9)), 1)
        earliest = begin - timedelta(days=chance.choice((0, 0, 0, 180, 365)))
        last = date(min(2024, year + 1 + chance.randint(0, 9)), 1, 1)
        end_of = last.isoformat() if chance.random() < 0.35 else "9999-12-31"
        plan = chance.random() < 0.03
        said: dict[str, NamedNode | Literal] = {
            "rdf:subject": start,
            "rdf:object": end,
            "rdfs:label": Literal(f"{self.names[start]} – {self.names[end]}", language="nb"),
            "kg:drawnAs": Literal(kind),
            "kg:period": Literal(f"{year}–{last.year if end_of < '9' else ''}"),
            "kg:possibleFrom": Literal(earliest.isoformat()),
            "kg:statedFrom": Literal(begin.isoformat()),
            "kg:statedUntil": Literal(last.isoformat()),
            "kg:possibleUntil": Literal(end_of),
            "kg:isPlan": Literal("true" if plan else "false"),
            "kg:certainty": NamedNode(
                expand("certainty:" + chance.choice(("stated",) * 8 + ("implied", "uncertain")))
            ),
            "dcterms:source": Literal(f"Årsmelding {year}, linje {chance.randint(1, 300)}"),
        }
        for predicate, value in said.items():
            self._say(iri, predicate, value)
        if chance.random() < 0.2:
            line = chance.randint(1, 300)
            self._say(iri, "dcterms:source", Literal(f"Årsmelding {year + 1}, linje {line}"))

    def _say(self, iri: NamedNode, predicate: str, value: NamedNode | Literal) -> None:
        self.triples.append(Triple(iri, NamedNode(expand(predicate)), value))


def triples(nodes: int = 20_000, edges: int | None = None, seed: int = 7) -> list[Triple]:
    """Returns what a view's CONSTRUCT would give of such a network; three edges a node."""
    maker = _Maker(random.Random(seed))
    chance = maker.chance
    partnerships, homes = _map(maker, nodes)
    rest = max(0, nodes - len(maker.names) - min(160, 4 + nodes // 60))
    for number in range(min(14, 3 + nodes // 200)):
        maker.thing("component", _COMPONENTS[number], "system")
        rest -= 1
    for _ in range(min(160, 4 + nodes // 60)):
        name = chance.choice(_BEGINNINGS) + chance.choice(("soft", "data", "tech", "sys", "IT"))
        maker.thing("vendor", f"{name} AS", "org")
    parts = {"body": 0.13, "person": 0.4, "project": 0.14, "document": 0.05}
    numbers = {kind: int(rest * part) for kind, part in parts.items()}
    _systems(maker, rest - sum(numbers.values()), partnerships, homes)
    bodies = _bodies(maker, numbers["body"], partnerships)
    _people(maker, numbers["person"], bodies, homes)
    _undertakings(maker, numbers, partnerships, homes)
    wanted = 3 * nodes if edges is None else edges
    _more(maker, wanted - len(maker.tied), homes)
    # Not the first ones only: when fewer edges are asked for, all kinds stay.
    kept = maker.tied
    if len(kept) > wanted:
        kept = [kept[number] for number in sorted(chance.sample(range(len(kept)), wanted))]
    for kind, start, end in kept:
        maker.relate(kind, start, end)
    return maker.triples


def made_up(nodes: int = 20_000, edges: int | None = None, seed: int = 7) -> Graph:
    """Returns the network as `viz.network` gives it."""
    return from_triples(triples(nodes, edges, seed))


_Homes = dict[NamedNode, list[int]]


def _map(maker: _Maker, nodes: int) -> tuple[list[NamedNode], _Homes]:
    """Adds partnerships and municipalities; returns them and who is in which partnership."""
    chance = maker.chance
    hubs = min(90, max(2, nodes // 100))
    towns = min(360, max(8, nodes // 10))
    partnerships = [
        maker.thing("partnership", f"{_place(chance)} {chance.choice(('IKT', 'Digi'))}", "org")
        for _ in range(hubs)
    ]
    homes: _Homes = {}
    for number in range(towns):
        town = maker.thing("municipality", _place(chance), "org")
        # Some partnerships are large: the coast is bent so that towns crowd towards them.
        at = (number / towns) ** 1.3 * hubs
        near = sorted(range(hubs), key=lambda hub: abs(hub + 0.5 - at))
        several = chance.choices((0, 1, 2, 3), (10, 66, 19, 5))[0]
        homes[town] = near[:several]
        for hub in homes[town]:
            maker.tie("membership", town, partnerships[hub])
    return partnerships, homes


def _systems(maker: _Maker, number: int, partnerships: Sequence[NamedNode], homes: _Homes) -> None:
    """Adds systems: half used everywhere, half in one partnership or town; all have a vendor."""
    chance = maker.chance
    vendors, components = maker.made["vendor"], maker.made["component"]
    known = _skewed(chance, vendors)
    towns = list(homes)
    for place in range(number):
        name = f"{chance.choice(_FIELDS)}{chance.choice(_PRODUCTS)}"
        system = maker.thing("system", name, "system")
        maker.tie("offering", known(), system)
        if chance.random() < 0.15:
            maker.tie("integration", system, chance.choice(components))
        if place % 6 == 0:
            users: list[NamedNode] = chance.sample(towns, min(len(towns), chance.randint(3, 25)))
        else:
            hub = chance.randrange(len(partnerships))
            members = [town for town in towns if hub in homes[town]]
            users = [*chance.sample(members, min(len(members), 3)), partnerships[hub]]
        for user in users:
            maker.tie("use", user, system)


def _bodies(
    maker: _Maker, number: int, partnerships: Sequence[NamedNode]
) -> list[tuple[NamedNode, int]]:
    """Adds bodies, more of them in the first partnerships; returns them with their hub."""
    found = []
    for _ in range(number):
        hub = int(len(partnerships) * maker.chance.random() ** 1.4)
        name = f"{maker.chance.choice(_BODIES)} i {maker.names[partnerships[hub]]}"
        body = maker.thing("body", name, "body")
        maker.tie("unit", body, partnerships[hub])
        found.append((body, hub))
    return found


def _people(
    maker: _Maker, number: int, bodies: Sequence[tuple[NamedNode, int]], homes: _Homes
) -> None:
    """Adds people with a seat in a body; half represent a municipality, a third are employed."""
    chance = maker.chance
    towns = list(homes)
    for _ in range(number):
        person = maker.thing("person", f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", "person")
        body, hub = chance.choice(bodies)
        maker.tie("role", person, body)
        members = [town for town in towns if hub in homes[town]] or towns
        town = chance.choice(members)
        if chance.random() < 0.5:
            maker.tie("behalf", person, town)
        elif chance.random() < 0.6:
            maker.tie("employment", person, town)


def _undertakings(
    maker: _Maker, numbers: dict[str, int], partnerships: Sequence[NamedNode], homes: _Homes
) -> None:
    """Adds projects with owner and participants, and documents of vendors and partnerships."""
    chance = maker.chance
    towns, systems = list(homes), maker.made["system"]
    for _ in range(numbers["project"]):
        about = maker.names[chance.choice(systems)]
        project = maker.thing("project", f"{chance.choice(_UNDERTAKINGS)} {about}", "project")
        hub = chance.randrange(len(partnerships))
        maker.tie("owner", partnerships[hub], project)
        members = [town for town in towns if hub in homes[town]]
        for town in chance.sample(members, min(len(members), 2)):
            maker.tie("participation", town, project)
    for _ in range(numbers["document"]):
        hub = chance.randrange(len(partnerships))
        name = f"Avtale med {maker.names[partnerships[hub]]}"
        maker.tie("supplier", partnerships[hub], maker.thing("document", name, "document"))


def _more(maker: _Maker, number: int, homes: _Homes) -> None:
    """Adds uses of systems that a town's neighbours use, until there are enough relations."""
    chance = maker.chance
    used: dict[int, list[NamedNode]] = {}
    for kind, start, end in maker.tied:
        if kind == "use":
            for hub in homes.get(start, ()):
                used.setdefault(hub, []).append(end)
    towns = [town for town in homes if homes[town] and homes[town][0] in used]
    for _ in range(max(0, number)):
        town = chance.choice(towns)
        maker.tie("use", town, chance.choice(used[homes[town][0]]))


def _skewed(chance: random.Random, vendors: Sequence[NamedNode]) -> Callable[[], NamedNode]:
    """Returns a choice in which the first vendors come up far more often than the last."""
    return lambda: vendors[int(len(vendors) * chance.random() ** 2.5)]


def _place(chance: random.Random) -> str:
    return chance.choice(_BEGINNINGS) + chance.choice(_ENDINGS)


def _key(name: str) -> str:
    """Returns a name as it stands in an IRI."""
    plain = name.lower().translate(_PLAIN)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


_PLAIN: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


def main() -> None:
    """Prints how long each step of the layout of such networks takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    for size in parser.parse_args().sizes:
        begin = perf_counter()
        graph = made_up(size)
        made = perf_counter()
        lay_out(graph, Plan(inner=("municipality", "body")), style.load())
        done = perf_counter()
        print(
            f"{len(graph):6} things {graph.number_of_edges():6} relations: "
            f"made in {made - begin:.2f} s, laid out in {done - made:.2f} s"
        )


if __name__ == "__main__":
    main()
