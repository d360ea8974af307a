"""The command `load`: files of registers into the graph, which is made anew around them.

Nothing changes before every file has been read. Tables go through a whole build; the folder of a
source joins the output folder only when the build has been published.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from .answers import Window
from .downloaded import PART, SIDECAR, TOMBSTONE
from .errors import KommunegrafError, SourceError, StoreError, UsageError
from .intake import Intake, Options, same_file, take_in, write_source
from .loaders.recognise import KINDS, Recognised, recognise
from .orgnumbers import read_number
from .report import LOADED, run_build
from .source import HEAD, read_source
from .store import DEFAULT

SHOWN: Final = 20
"""Faults of one file that are printed; the rest are counted."""

_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=DEFAULT,
    show_default=True,
    help="Output folder of the graph; what is loaded stays there for later builds.",
)
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    help="Folder with the other sources, as for build. Default: the shipped ones.",
)
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the files are, if not guessed.")
@click.option("--retrieved", type=_DAY, help="Day when the files were fetched, if not known.")
@click.option("--from", "first", type=_DAY, help="First day that an answer of KLASS is about.")
@click.option("--to", "after", type=_DAY, help="Day after the last that it is about.")
@click.option("--all", "everything", is_flag=True, help="Units: all, not a selection.")
@click.option("--form", "forms", multiple=True, help="Units: of these forms only (KOMM, IKS …).")
@click.option("--number", "numbers", multiple=True, help="Units: these organisation numbers too.")
@click.option("--pages/--no-pages", default=True, help="Write the network pages also.")
def load(
    files: tuple[Path, ...],
    out: Path,
    sources: Path | None,
    kind: str | None,
    retrieved: datetime | None,
    first: datetime | None,
    after: datetime | None,
    everything: bool,
    forms: tuple[str, ...],
    numbers: tuple[str, ...],
    pages: bool,
) -> int:
    """Loads files of registers, told apart by their content: KLASS, Enhetsregisteret, Wikidata.

    A bad record is reported and costs only itself; a file that cannot be read changes nothing.
    What is loaded stays in the folder “sources” of the output; to undo it, remove its folder
    there and build again.

    \b
    Examples:
      kommunegraf load codes.json --from 1838-01-01 --to 2025-01-01
      kommunegraf load 1236.csv --from 2020-01-01 --to 2024-01-01
      kommunegraf load enheter_alle.json.gz --form KOMM --form IKS
    """
    window = Window(_date(first), _date(after))
    if window.first and window.after and window.after <= window.first:
        raise UsageError("--to must be a later day than --from; it is the day after the last")
    found = [recognise(file, kind) for file in files if not _is_ours(file)]
    units = [one.file for one in found if one.kind == "units"]
    if not units and (everything or forms or numbers):
        raise UsageError("--all, --form and --number choose units, and no file holds units")
    wanted = _wanted(numbers)
    tables = [one for one in found if one.kind != "units"]
    code = _load_tables(tables, Options(_date(retrieved), window), out, sources, pages)
    if code == 0 and units:
        _load_units(units, out, _date(retrieved), forms, wanted, everything)
    return code


def _load_tables(
    found: Sequence[Recognised],
    options: Options,
    out: Path,
    sources: Path | None,
    pages: bool,
) -> int:
    intakes = [take_in(one, options) for one in found if one.kind != "source"]
    for intake in intakes:
        _print_intake(intake)
    ready = [one.file.resolve() for one in found if one.kind == "source"]
    for folder in ready:
        read_source(folder / HEAD)
        click.echo(f"{folder}: a source with tables")
    if not ready and not any(intake.rows for intake in intakes):
        return 0
    with tempfile.TemporaryDirectory(prefix="kommunegraf-") as temporary:
        staged = Path(temporary) / LOADED
        if (out / LOADED).is_dir():
            shutil.copytree(out / LOADED, staged)
        staged.mkdir(exist_ok=True)
        _stage(staged, intakes, ready)
        names = {staged / intake.key: f"{intake.file} (as {intake.key})" for intake in intakes}
        names |= {staged / folder.name: str(folder) for folder in ready}
        with _naming(names | {staged: str(out / LOADED)}):
            code = run_build(sources, out, pages=pages, loaded_from=staged)
        if code == 0:
            _keep(staged, out / LOADED)
    if code != 0:
        click.echo("Nothing was loaded.", err=True)
    return code


@contextmanager
def _naming(names: Mapping[Path, str]) -> Iterator[None]:
    """Lets an error name what the user gave, not the copy of it that was built from."""
    try:
        yield
    except KommunegrafError as error:
        text = str(error)
        for path, name in names.items():
            text = text.replace(str(path), name)
        raise KommunegrafError(text) from None


def _stage(staged: Path, intakes: Iterable[Intake], ready: Iterable[Path]) -> None:
    for intake in intakes:
        if intake.rows:
            for earlier in same_file(staged, intake):
                shutil.rmtree(earlier)
            write_source(staged, intake)
    for folder in ready:
        target = staged / folder.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for file in sorted((*folder.glob("*.csv"), folder / HEAD)):
            shutil.copyfile(file, target / file.name)


def _keep(staged: Path, kept: Path) -> None:
    """Makes the kept sources what the staged ones are, one whole folder after the other."""
    # Named as an unfinished build, so that the next build clears it away if this one is killed.
    part = kept.with_name(f"build-{LOADED}.unfinished")
    try:
        kept.mkdir(exist_ok=True)
        for folder in sorted(staged.iterdir()):
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(folder, part)
            shutil.rmtree(kept / folder.name, ignore_errors=True)
            part.rename(kept / folder.name)
        for gone in {one.name for one in kept.iterdir()} - {one.name for one in staged.iterdir()}:
            shutil.rmtree(kept / gone, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise StoreError(
            f"{kept}: cannot be written ({error.strerror}); the graph holds what was loaded, but "
            "the next build would not: load it again then"
        ) from None


def _load_units(
    files: Sequence[Path],
    out: Path,
    retrieved: date | None,
    forms: Sequence[str],
    numbers: frozenset[str],
    everything: bool,
) -> None:
    # Imported here: it is not needed, and not light, when there are only tables.
    from .loaders.unit_records import Selection
    from .register import load_register
    from .register_report import describe, shown_progress

    chosen = Selection(numbers=numbers, everything=everything)
    if forms:
        of_forms = frozenset(form.strip().upper() for form in forms)
        chosen = replace(chosen, forms=of_forms, named_forms=frozenset())
    with shown_progress(sys.stderr.isatty()) as progress:
        result = load_register(out, files, chosen, retrieved, progress)
    describe(result)


def _print_intake(intake: Intake) -> None:
    name = intake.file
    if not intake.rows:
        click.echo(f"{name}: {intake.kind}, no records; there is nothing to load")
    else:
        counts = ", ".join(f"{count} rows of {table}" for table, count in intake.rows.items())
        click.echo(f"{name}: {intake.kind}, {counts} → {intake.key}")
    for reason, count in intake.kept_out.items():
        click.echo(f"  kept out: {reason}, {count} {'record' if count == 1 else 'records'}")
    for remark in intake.remarks:
        click.echo(f"  {remark}", err=True)
    for fault in intake.faults[:SHOWN]:
        click.echo(f"  {fault}", err=True)
    if (more := len(intake.faults) - SHOWN) > 0:
        click.echo(f"  … and {more} more faults, {len(intake.faults)} in all", err=True)


def _is_ours(file: Path) -> bool:
    """True for what `fetch` puts beside a file, so that a whole folder can be named with *."""
    if file.name.endswith(PART):
        raise SourceError("is a download that was cut off; fetch it again to go on with it", file)
    return file.name.endswith((SIDECAR, TOMBSTONE))


def _wanted(numbers: Sequence[str]) -> frozenset[str]:
    try:
        return frozenset(map(read_number, numbers))
    except ValueError as error:
        raise UsageError(f"--number: {error}") from None


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None
