"""The register graph: units of Enhetsregisteret beside the sources, in the same store.

A load makes a new build from the current one, so that it is published whole or not at all. A file
with the whole register takes the place of the one before it; single units, search answers and
roles take the place of what the graph holds of those units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import click
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from ..ontology.namespaces import ID, PREFIXES
from . import iris
from . import predicates as p
from .contents import Form, open_content
from .errors import SourceError, StoreError
from .extract import Extract, extract_triples, read_extract
from .facts import date_literal
from .loaders.unit_records import Fault, RecordReader, Selection, is_roles
from .mapping import Job, Mapped, MappedFile, Progress, Tally, map_records
from .newbuild import NewBuild
from .registrations import is_registered, named_numbers, unit_node, write_registrations
from .store import Manifest, open_graph

NAME: Final = "enhetsregisteret"
REGISTER: Final = iris.graph(NAME)

# Nodes that a record of a unit, and an answer on its roles, bring with them.
_NAME_OF: Final = f"{ID}name/er-"
_ROLE_OF: Final = (f"{ID}membership/er-", f"{ID}role-of/er-", f"{ID}figure/er-")
_PERSON_OF: Final = f"{ID}person/er-"


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file that was loaded: as what, and what became of its records."""

    extract: Extract
    whole: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class Result:
    """What a load brought: its files, the size of the register graph, links, and the folder."""

    files: tuple[LoadedFile, ...]
    triples: int
    links: int
    folder: Path

    @property
    def faults(self) -> list[tuple[Path, Fault]]:
        """The first faults of each file."""
        return [(one.extract.file, fault) for one in self.files for fault in one.tally.faults]


def selection(
    *, forms: Sequence[str] = (), numbers: frozenset[str] = frozenset(), everything: bool = False
) -> Selection:
    """Returns what is taken of a whole register: the default, or these forms and no others."""
    if not forms:
        return Selection(numbers=numbers, everything=everything)
    chosen = frozenset(form.upper() for form in forms)
    return Selection(chosen, numbers, frozenset(), "", everything)


def load_register(
    out: Path,
    files: Sequence[Path],
    wanted: Selection,
    retrieved: date | None = None,
    progress: bool = False,
) -> Result:
    """Loads files of Enhetsregisteret into the graph of an output folder.

    Units whose number the graph names are always selected. `retrieved`: the day on which files
    were had that do not say it themselves. `progress`: show on standard error
    how many records have been read.
    Raises SourceError for a file that cannot be read, StoreError when there is no graph or no room;
    the graph is then as it was. A record that cannot be used costs only itself.
    """
    extracts = [read_extract(file, NAME, retrieved) for file in files]
    whole = [_is_whole(extract.file) for extract in extracts]
    if whole.count(True) > 1:
        first, second = [e for e, w in zip(extracts, whole, strict=True) if w][:2]
        raise SourceError(
            f"holds a whole register, as {first.file} does; load one of them", second.file
        )
    current = open_graph(out)
    numbers = wanted.numbers | named_numbers(current.store)
    of_lists = replace(wanted, numbers=frozenset(numbers))
    barred = _tombstones(current.store)
    # The whole register comes first: what single files say of a unit then takes its place.
    order = sorted(zip(extracts, whole, strict=True), key=lambda pair: not pair[1])
    with NewBuild(out) as build, _writing(out):
        # To delete a million units from a store takes longer than to write the rest anew.
        anew = any(whole) and bool(current.manifest.registers)
        store = build.continue_from(current, registers=not anew)
        loaded = []
        for extract, is_whole in order:
            # An answer to a question holds what was asked for; of a list the selection is taken.
            takes = of_lists if _is_list(extract.file) else Selection(everything=True)
            job = Job(extract.file, takes, extract.iri.value, extract.retrieved, barred)
            if is_whole:
                with _shown(progress) as show:
                    tally = _load_whole(store, job, show)
                _keep_single(store, current.store)
            else:
                tally = _load_single(store, job)
            store.extend(Quad(*t, REGISTER) for t in extract_triples(extract, whole=is_whole))
            loaded.append(LoadedFile(extract, is_whole, tally))
        links, triples = _finish(build, store, current.manifest)
        del store  # closed before its folder gets its name
        return Result(tuple(loaded), triples, links, build.publish())


def purge(out: Path, numbers: Sequence[str], when: date) -> int:
    """Removes all about units that the register has removed and leaves a tombstone for each.

    No later load brings them back. Returns how many of them the graph held; 0 too when there is
    no graph.
    """
    try:
        current = open_graph(out)
    except StoreError:
        return 0
    with NewBuild(out) as build, _writing(out):
        store = build.continue_from(current, registers=True)
        held = 0
        for number in numbers:
            unit = unit_node(number)
            held += is_registered(store, unit)
            _remove(store, [unit, *_naming(store, unit), *_persons(store, number)])
            for quad in list(store.quads_for_pattern(None, None, unit, REGISTER)):
                store.remove(quad)
            store.add(Quad(unit, p.TYPE, p.TOMBSTONE, REGISTER))
            store.add(Quad(unit, p.NOTATION, Literal(number), REGISTER))
            store.add(Quad(unit, p.REMOVED_ON, date_literal(when), REGISTER))
        _finish(build, store, current.manifest)
        del store
        build.publish()
    return held


def describe(result: Result) -> None:
    """Prints what a load did, its faults in sentences, and where the graph is."""
    for one in result.files:
        tally, extract = one.tally, one.extract
        what = "the whole register" if one.whole else "single units or roles"
        click.echo(f"{extract.file}: {what}, retrieved {extract.retrieved} ({_said_by(extract)})")
        counts = {
            "records read": tally.read,
            "units taken": tally.taken,
            "answers on roles taken": tally.roles,
            "not selected": tally.not_selected,
            "removed from the register earlier, not taken": tally.barred,
            "faults": tally.faulty,
        }
        for label, count in counts.items():
            if count or label in ("records read", "units taken"):
                click.echo(f"  {count:>12,}  {label}".replace(",", "\u00a0"))
        for fault in tally.faults:
            unit = f" ({fault.number})" if fault.number else ""
            click.echo(f"  warning: record {fault.record}{unit}: {fault.message}")
        if (more := tally.faulty - len(tally.faults)) > 0:
            click.echo(f"  … and {more} more faults")
    click.echo(f"\n{result.triples:,} triples in graph:{NAME}; ".replace(",", "\u00a0"), nl=False)
    click.echo(f"{result.links} organisations of the sources are linked to their unit.")
    click.echo(f"The graph: {result.folder}")


@contextmanager
def _shown(progress: bool) -> Iterator[Progress | None]:
    if not progress:
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.completed:,} records, {task.speed:,.0f} a second")
    with Bar(SpinnerColumn(), text, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda read: bar.update(task, completed=read)


def keep_registers(build: NewBuild, manifest: Manifest) -> Manifest:
    """Takes over what earlier loads brought into a build of the sources; returns its manifest."""
    try:
        current = open_graph(build.out)
    except StoreError:
        return manifest  # a first build, or one in the place of a build that cannot be read
    if not current.manifest.registers:
        return manifest
    store = build.keep_registers(current)
    write_registrations(store)
    store.flush()
    return replace(manifest, registers=current.manifest.registers)


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from None


def _is_whole(file: Path) -> bool:
    """Tells whether a file holds the whole register: an array or table of units."""
    if not _is_list(file):
        return False
    first = next(iter(RecordReader(file, [])), None)
    return first is not None and not is_roles(first)


def _is_list(file: Path) -> bool:
    content = open_content(file)
    content.stream.close()
    return content.form is not Form.OBJECT


def _load_whole(store: Store, job: Job, progress: Progress | None) -> Tally:
    with MappedFile(job, progress) as mapped:
        store.bulk_load(mapped, RdfFormat.N_TRIPLES, to_graph=REGISTER)  # type: ignore[arg-type]
    return mapped.tally


def _load_single(store: Store, job: Job) -> Tally:
    tally = Tally()
    for mapped in map_records(job, tally):
        if mapped is not None:
            _replace(store, mapped)
    return tally


def _replace(store: Store, mapped: Mapped) -> None:
    """Puts what one record says in the place of what the graph holds of it."""
    unit = unit_node(mapped.number)
    naming = _naming(store, unit)
    if mapped.roles:
        own = [
            node
            for node in naming
            if node.value.startswith(_ROLE_OF) and not _is_member(store, node, unit)
        ]
        _remove(store, [*own, *_persons(store, mapped.number)])
    else:
        _remove(store, [unit, *(n for n in naming if n.value.startswith(_NAME_OF))])
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, REGISTER)
        for quad in parse(mapped.lines, format=RdfFormat.N_TRIPLES)
    ]
    if mapped.roles:
        # An answer on roles names other units; what their own records say comes first.
        quads = [q for q in quads if not _is_unit(q) or not is_registered(store, _subject(q))]
    store.extend(quads)


def _keep_single(store: Store, before: Store) -> None:
    """Takes over what files other than that of the whole register brought, where it is silent."""
    singles = _subjects(before, p.WHOLE_REGISTER, Literal("false", datatype=p.XSD_BOOLEAN))
    said = {node for source in singles for node in _subjects(before, p.IN_SOURCE, source)}
    said |= {unit_node(number) for number in _tombstones(before)}
    # Told before anything is taken over: a unit with its names, unless the whole register has it.
    kept = [
        node
        for node in sorted(said, key=lambda node: node.value)
        if not any(
            is_registered(store, unit)
            for unit in (_about(before, node) if node.value.startswith(_NAME_OF) else [node])
        )
    ]
    sources = {quad.object for node in kept for quad in _quads(before, node, p.IN_SOURCE)}
    for node in (*kept, *sources):
        assert isinstance(node, NamedNode)
        store.extend(_quads(before, node))


def _finish(build: NewBuild, store: Store, before: Manifest) -> tuple[int, int]:
    """Makes the links and seals the build; returns how many links and register triples it has."""
    _remove_unused_extracts(store)
    links = write_registrations(store)
    store.flush()
    triples = _size(store)
    build.seal(replace(before, registers={NAME: triples}))
    return links, triples


def _size(store: Store) -> int:
    rows = store.query(
        f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{REGISTER.value}> {{ ?s ?p ?o }} }}"
    )
    assert isinstance(rows, QuerySolutions)
    return int(next(rows)["n"].value)


def _remove_unused_extracts(store: Store) -> None:
    for quad in list(store.quads_for_pattern(None, p.WHOLE_REGISTER, None, REGISTER)):
        node = quad.subject
        used = store.quads_for_pattern(None, p.IN_SOURCE, node, REGISTER)
        if next(iter(used), None) is None:
            assert isinstance(node, NamedNode)
            _remove(store, [node])


def _tombstones(store: Store) -> frozenset[str]:
    units = _subjects(store, p.TYPE, p.TOMBSTONE)
    return frozenset(unit.value.removeprefix(PREFIXES["er"]) for unit in units)


def _subjects(
    store: Store, predicate: NamedNode | None, term: NamedNode | Literal
) -> set[NamedNode]:
    return {
        quad.subject
        for quad in store.quads_for_pattern(None, predicate, term, REGISTER)
        if isinstance(quad.subject, NamedNode)
    }


def _naming(store: Store, unit: NamedNode) -> list[NamedNode]:
    """Returns the names, roles and figures that name a unit."""
    nodes = sorted(_subjects(store, None, unit), key=lambda node: node.value)
    return [node for node in nodes if node.value.startswith((*_ROLE_OF, _NAME_OF))]


def _is_member(store: Store, node: NamedNode, unit: NamedNode) -> bool:
    """Tells whether a role node is about what a unit holds in another, not about its own roles."""
    return any(Quad(node, predicate, unit, REGISTER) in store for predicate in (p.MEMBER, p.PARTY))


def _persons(store: Store, number: str) -> list[NamedNode]:
    """Returns the persons with roles in a unit; they are known by the unit, never across units."""
    start = f"{_PERSON_OF}{number}-"
    return sorted(
        {
            quad.object
            for node in _naming(store, unit_node(number))
            for quad in store.quads_for_pattern(node, None, None, REGISTER)
            if isinstance(quad.object, NamedNode) and quad.object.value.startswith(start)
        },
        key=lambda node: node.value,
    )


def _about(store: Store, node: NamedNode) -> list[NamedNode]:
    return [
        quad.object for quad in _quads(store, node, p.ABOUT) if isinstance(quad.object, NamedNode)
    ]


def _quads(store: Store, node: NamedNode, predicate: NamedNode | None = None) -> list[Quad]:
    return list(store.quads_for_pattern(node, predicate, None, REGISTER))


def _remove(store: Store, nodes: Sequence[NamedNode]) -> None:
    for node in nodes:
        for quad in _quads(store, node):
            store.remove(quad)


def _is_unit(quad: Quad) -> bool:
    return _subject(quad).value.startswith(PREFIXES["er"])


def _subject(quad: Quad) -> NamedNode:
    assert isinstance(quad.subject, NamedNode)
    return quad.subject


def _said_by(extract: Extract) -> str:
    return {
        "sidecar": "as the download says",
        "option": "as told",
        "file": "the file's own day; --retrieved DATE sets another",
    }[extract.said_by]
