"""Loading into the register graph: units of Enhetsregisteret beside the sources, in one store.

A load makes a new build from the current one, so that it is published whole or not at all. A file
with the whole register takes the place of the one before it; single units, search answers and
roles take the place of what the graph holds of those units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .contents import Form, open_content
from .dataset import Manifest
from .errors import SourceError, StoreError
from .extract import Extract, extract_triples, read_extract
from .indexing import index_changes, keep_unit_names
from .loaders.unit_records import Fault, RecordReader, Selection, is_roles
from .mapping import Job, Progress, Tally, map_records
from .mapping_process import MappingProcess
from .name_index import UNITS
from .newbuild import NewBuild
from .register_graph import NAME, REGISTER, RegisterGraph
from .registrations import named_numbers, unit_node, write_registrations
from .store import StoredGraph, open_stored


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
    progress: Progress | None = None,
) -> Result:
    """Loads files of Enhetsregisteret into the graph of an output folder.

    Units whose number the graph names are always selected. `retrieved`: the day on which files
    were had that do not say it themselves. `progress` is told how many records of a whole register
    have been read.
    Raises SourceError for a file that cannot be read, StoreError when there is no graph or no room;
    the graph is then as it was. A record that cannot be used costs only itself.
    """
    whole = [file for file in files if _is_whole(file)]
    if len(whole) > 1:
        raise SourceError(f"holds a whole register, as {whole[0]} does; load one of them", whole[1])
    with ExitStack() as stack:
        # Started first: what it takes to start is then hidden behind what is done meanwhile.
        mapping = stack.enter_context(MappingProcess(progress)) if whole else None
        extracts = [read_extract(file, NAME, retrieved) for file in files]
        current = open_stored(out)
        before = RegisterGraph(current.store, current.manifest.registers.get(NAME, 0))
        numbers = wanted.numbers | named_numbers(current.store)
        of_lists = replace(wanted, numbers=frozenset(numbers))
        barred = before.tombstones()
        build = stack.enter_context(NewBuild(out))
        stack.enter_context(_writing(out))

        def job_of(extract: Extract, takes: Selection) -> Job:
            names = build.folder / UNITS if extract.file in whole else None
            return Job(extract.file, takes, extract.iri.value, extract.retrieved, barred, names)

        # The whole register comes first: what single files say of a unit then takes its place.
        loaded = []
        if mapping is None:
            store = build.continue_from(current, registers=True)
            register = RegisterGraph(store, before.triples)
        else:
            extract = next(one for one in extracts if one.file == whole[0])
            mapping.begin(job_of(extract, of_lists))
            # To delete a million units from a store takes longer than to write the rest anew.
            store = build.continue_from(current, registers=not current.manifest.registers)
            tally = mapping.pour(store, REGISTER)
            register = RegisterGraph(store, tally.triples)
            register.keep_single(before)
            register.add(extract_triples(extract, whole=True))
            loaded.append(LoadedFile(extract, True, tally))
        for extract in extracts:
            if extract.file in whole:
                continue
            # An answer to a question holds what was asked for; of a list the selection is taken.
            takes = of_lists if _is_list(extract.file) else Selection(everything=True)
            tally = Tally()
            for mapped in map_records(job_of(extract, takes), tally):
                if mapped is not None:
                    register.replace(mapped)
            register.add(extract_triples(extract, whole=False))
            loaded.append(LoadedFile(extract, False, tally))
        links = _seal(build, register, current, whole=bool(whole))
        triples = register.triples
        del store, register  # closed before its folder gets its name
        return Result(tuple(loaded), triples, links, build.publish())


def purge(out: Path, numbers: Sequence[str], when: date) -> int:
    """Removes all about units that the register has removed and leaves a tombstone for each.

    No later load brings them back. Returns how many of them the graph held; 0 too when there is
    no graph.
    """
    try:
        current = open_stored(out)
    except StoreError:
        return 0
    with NewBuild(out) as build, _writing(out):
        store = build.continue_from(current, registers=True)
        register = RegisterGraph(store, current.manifest.registers.get(NAME, 0))
        held = 0
        for number in numbers:
            held += register.holds(unit_node(number))
            register.bury(number, when)
        _seal(build, register, current, whole=False)
        del store, register
        build.publish()
    return held


def keep_registers(build: NewBuild, manifest: Manifest) -> Manifest:
    """Takes over what earlier loads brought into a build of the sources; returns its manifest."""
    try:
        current = open_stored(build.out)
    except StoreError:
        return manifest  # a first build, or one in the place of a build that cannot be read
    if not current.manifest.registers:
        return manifest
    store = build.keep_registers(current)
    keep_unit_names(current.folder, build.folder)
    write_registrations(store)
    store.flush()
    return replace(manifest, registers=current.manifest.registers)


def _seal(build: NewBuild, register: RegisterGraph, before: StoredGraph, *, whole: bool) -> int:
    """Makes links and index, writes all to disk and seals the build; returns how many links.

    `whole`: the register was loaded anew, and its index with it.
    """
    register.remove_unused_extracts()
    links = write_registrations(register.store)
    if whole:
        # The bulk loader leaves many files, among which every question would have to look.
        register.store.optimize()
    register.store.flush()
    index_changes(build.folder if whole else before.folder, build.folder, register)
    build.seal(replace(before.manifest, registers={NAME: register.triples}))
    return links


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
