"""Impacts: what is touched when something goes away, what must be found anew, what it would cost.

One function a case. Each finds what the graph ties to the thing as of a day (`reading`), applies
the rules (`exit`, `merger`, `losses`) and the cost model (`costs`), and says what the sources do
not (`silences`). Who is a member and what is not said do not hang on the standings asked for: all
is read, and what stands otherwise is left out after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import QueryError
from ..labels import label_of
from .checks import NotSoError, is_there, must_be_members, must_exist, no_host
from .cost_figures import Costs
from .costs import costs_of
from .exit import of_exit, of_host
from .findings import Findings, Need, listed
from .items import Background, Item, Member, Open, Thing
from .losses import of_component, of_person, of_system, of_vendor
from .merger import of_merger
from .reading import Reader
from .silences import silences

STANDING: Final = "stated persisting planned announced"
"""How a relation may stand to be touched, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Impact:
    """All of an answer: the case, whose, where and when, and the four parts.

    `unsaid`: what the sources do not say, as sentences; `open_questions` what they leave open.
    """

    case: str
    title: str
    subjects: tuple[Thing, ...]
    partnership: Thing | None
    day: date
    items: tuple[Item, ...]
    needs: tuple[Need, ...]
    costs: tuple[Costs, ...]
    unsaid: tuple[str, ...]
    open_questions: tuple[Open, ...]
    notes: tuple[str, ...] = ()


def exit_of(
    graph: Graph,
    leavers: Sequence[NamedNode],
    partnership: NamedNode,
    day: date,
    standing: str = STANDING,
    model: str = "",
) -> Impact:
    """Returns what it touches when one or more members leave a partnership on the same day.

    A leaver that is host takes that with it. Raises NotSoError for one that is no member then.
    """
    reader = _reader(graph, day, standing)
    home, who = _thing(graph, partnership), _things(graph, leavers)
    members = reader.members([home.iri])
    must_be_members(reader, home, who, members)
    units = reader.units(home.iri)
    leaving = [t.iri for t in who]
    values = {"leaver": leaving, "unit": units, "actor": [*leaving, home.iri]}
    items = reader.items("exit", {"_partnership_iri": partnership}, values)
    hosts = [m.organisation for m in members if m.role == "host" and m.organisation in who]
    for host in hosts:
        items += _of_hosting(reader, host, home, units, items)
    items += _documents(reader, home, items)
    found = _own_matters(_findings(reader, items, who, home, members), units)

    def needs(found: Findings) -> list[Need]:
        of_hosts = (replace(found, subjects=[h, *(t for t in who if t != h)]) for h in hosts)
        return [*of_exit(found), *(need for one in of_hosts for need in of_host(one))]

    costs = costs_of(reader, home, members, model, leaving=who)
    ended = [i for i in found.on("membership") if "validUntil" in i.texts]
    notes = tuple(f"Slik gikk det: {i.label}, {i.time} ({i.source})." for i in ended)
    title = f"{listed([thing.label for thing in who])} går ut av {home.label}"
    return _impact("exit", title, found, needs, standing, reader, (costs,), notes)


def host_of(
    graph: Graph,
    thing: NamedNode,
    day: date,
    standing: str = STANDING,
    *,
    leaves: bool = False,
    model: str = "",
) -> Impact:
    """Returns what hangs on the host of a partnership, named by the one or the other.

    `leaves`: the host does not stay a member but leaves the partnership too. Raises NotSoError when
    there is no host, QueryError when several are meant.
    """
    reader = _reader(graph, day, standing)
    said = _thing(graph, thing)
    hosts = [m for m in reader.members() if m.role == "host"]
    meant = [m for m in hosts if said in (m.partnership, m.organisation)]
    if not meant:
        raise NotSoError(no_host(reader, said, hosts))
    if len(meant) > 1:
        several = "; ".join(f"{m.organisation.label} for {m.partnership.label}" for m in meant)
        raise QueryError(f"{said.label} stands for more than one hosting: {several}")
    host, home = meant[0].organisation, meant[0].partnership
    if leaves:
        return exit_of(graph, [NamedNode(host.iri)], NamedNode(home.iri), day, standing, model)
    members = reader.members([home.iri])
    units = reader.units(home.iri)
    bindings = {"_host_iri": NamedNode(host.iri), "_partnership_iri": NamedNode(home.iri)}
    items = reader.items("host", bindings, {"unit": units})
    items += _documents(reader, home, items)
    found = _findings(reader, items, (host,), home, members)
    title = f"{host.label} slutter som vertskommune for {home.label}"
    return _impact("host", title, found, of_host, standing, reader)


def merger_of(
    graph: Graph,
    merging: Sequence[NamedNode],
    day: date,
    standing: str = STANDING,
    model: str = "",
) -> Impact:
    """Returns what it touches when municipalities become one the day after.

    Raises NotSoError for one that is not there on the day.
    """
    reader = _reader(graph, day, standing)
    who = _things(graph, merging)
    if len(who) < 2:
        raise QueryError("a merger needs two municipalities or more")
    changes = reader.changes(t.iri for t in who)
    must_exist(who, changes, day)
    members = [m for m in reader.members() if m.organisation in who]
    homes = sorted({m.partnership for m in members})
    values = {"merging": [t.iri for t in who], "partnership": [h.iri for h in homes]}
    items = reader.items("merger", {}, values)
    found = _findings(reader, items, who, None, members)
    real = [c for c in changes if c.before == {t.iri for t in who} and c.day > day]
    after = next((thing for c in real for thing in c.after), None) if len(real) == 1 else None
    costs = tuple(
        costs_of(reader, home, reader.members([home.iri]), model, merging=who, real=after)
        for home in homes
    )
    notes = tuple(f"Slik gikk det: {c.label} {c.day.isoformat()} ({c.source})." for c in real)
    title = f"{listed([thing.label for thing in who])} blir én kommune"
    return _impact("merger", title, found, of_merger, standing, reader, costs, notes)


def loss_of(
    graph: Graph, case: str, thing: NamedNode, day: date, standing: str = STANDING
) -> Impact:
    """Returns what it touches when a vendor, a system or a component goes away, or a person leaves.

    Raises NotSoError when nothing hangs on it as of the day.
    """
    reader = _reader(graph, day, standing)
    subject = _thing(graph, thing)
    items = reader.items(case, {f"_{case}_iri": thing}, _around(reader, case, thing))
    if not is_there(case, items):
        raise NotSoError(f"no source ties anything to {subject.label} as a {case} on {day}")
    found = _findings(reader, items, (subject,), None, ())
    if case == "person":
        found = replace(
            found, shared=frozenset(reader.others(thing, {item.relation for item in items}))
        )
    rules = {
        "vendor": of_vendor,
        "system": of_system,
        "component": of_component,
        "person": of_person,
    }
    words = {"vendor": "faller bort som leverandør", "person": "slutter"}
    title = f"{subject.label} {words.get(case, 'faller bort')}"
    return _impact(case, title, found, rules[case], standing, reader)


def _impact(
    case: str,
    title: str,
    found: Findings,
    rules: Callable[[Findings], list[Need]],
    standing: str,
    reader: Reader,
    costs: tuple[Costs, ...] = (),
    notes: tuple[str, ...] = (),
) -> Impact:
    """Returns the answer: of what is touched and needed that which stands as asked for."""
    wanted = {*standing.split(), "undated"}
    asked_for = [item for item in found.items if item.standing in wanted]
    about = {thing.iri for thing in found.subjects}
    if case == "host" and found.partnership is not None:
        about = {found.partnership.iri}
    about |= {item.relation for item in found.on("contract", "data-processing")}
    if case == "vendor":
        about |= {thing.iri for item in found.on("offering") for thing in item.of("system")}
    documents = {thing.iri for item in found.items for thing in item.of("source")}
    asked = [one for one in reader.open_questions(about) if one.documents & documents]
    return Impact(
        case=case, title=title, subjects=tuple(found.subjects), partnership=found.partnership,
        day=reader.day, items=tuple(asked_for),
        needs=tuple(rules(replace(found, items=asked_for))), costs=costs,
        unsaid=tuple(silences(case, found, rules(found))),
        open_questions=tuple(asked), notes=notes,
    )  # fmt: skip


def _findings(
    reader: Reader,
    items: Sequence[Item],
    subjects: Sequence[Thing],
    home: Thing | None,
    members: Sequence[Member],
) -> Findings:
    roles = ("system", "component", "undertaking", "user")
    things = {thing.iri for item in items for role in roles for thing in item.of(role)}
    background = reader.background(things) if things else Background({})
    return Findings(tuple(items), tuple(subjects), home, tuple(members), background)


def _own_matters(found: Findings, units: Iterable[str]) -> Findings:
    """Leaves out what is not the partnership's: undertakings of others, integrations not used."""
    own = frozenset(units)
    uses = [item for item in found.on("use-through") if not item.is_plan]
    used = {thing.iri for item in uses for thing in item.of("system")}

    def is_own(item: Item) -> bool:
        match item.ground:
            case "integration":
                return bool(item.iris("system", "component") & used)
            case "activity":
                return bool(item.iris("organiser") & own)
            case "participation":
                roles = ("owner", "buyer", "unitOf")
                owners = {
                    owner.iri
                    for thing in item.of("undertaking")
                    for role in roles
                    for owner in found.background.of(thing.iri, role)
                }
                return bool(owners & own)
            case _:
                return True

    return replace(found, items=[item for item in found.items if is_own(item)])


def _of_hosting(
    reader: Reader, host: Thing, home: Thing, units: Iterable[str], known: Sequence[Item]
) -> list[Item]:
    """Returns what a leaver has as host, without what is found of it as a member."""
    bindings = {"_host_iri": NamedNode(host.iri), "_partnership_iri": NamedNode(home.iri)}
    wanted = ("hosting", "post", "service", "legal-basis")
    have = {(item.ground, item.relation) for item in known}
    return [
        item
        for item in reader.items("host", bindings, {"unit": units})
        if item.ground in wanted and (item.ground, item.relation) not in have
    ]


def _documents(reader: Reader, home: Thing, items: Sequence[Item]) -> list[Item]:
    """Returns the documents about the partnership and its data processing agreements."""
    agreements = [item.relation for item in items if item.ground == "data-processing"]
    return reader.items("documents", {}, {"about": [home.iri, *agreements]})


def _around(reader: Reader, case: str, thing: NamedNode) -> dict[str, list[str]]:
    """Returns the systems that a vendor, a system or a component stands for, by variable."""
    match case:
        case "vendor":
            return {"system": reader.systems("offered", {"_vendor_iri": thing})}
        case "system":
            return {"system": [thing.value, *reader.systems("modules", {"_system_iri": thing})]}
        case "component":
            joined, between = reader.joined(thing.value)
            return {"system": joined, "between": between, "base": [thing.value, *between]}
        case _:
            return {}


def _reader(graph: Graph, day: date, standing: str) -> Reader:
    return Reader(graph, day, f"{STANDING} {standing}")


def _things(graph: Graph, nodes: Iterable[NamedNode]) -> tuple[Thing, ...]:
    return tuple(_thing(graph, node) for node in dict.fromkeys(nodes))


def _thing(graph: Graph, node: NamedNode) -> Thing:
    return Thing(label_of(graph, node), node.value)
