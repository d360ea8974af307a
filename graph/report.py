"""The build as its user sees it: what was loaded, what check found, what to open."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from .build import Loaded, fill, read_all, shipped_sources, write
from .check import Finding, check_graph, print_findings, register_sources, summary
from .errors import SourceError, StoreError
from .newbuild import NewBuild
from .register import keep_registers
from .source import HEAD
from .store import open_stored

SHOWN: Final = 20
"""Findings that a build prints; `kommunegraf check` prints all."""


LOADED: Final = "sources"
"""The folder, in an output folder, of the sources that `load` made."""


def run_build(
    folder: Path | None, out: Path, *, pages: bool, loaded_from: Path | None = None
) -> int:
    """Builds, checks and publishes; prints what there is. Returns the exit code.

    Reads the sources of a folder (the shipped ones, unless told) and those that were loaded: by
    default those in the output folder.

    With errors in the check nothing is published and the earlier graph stays (exit code 1).
    """
    _say("reading the sources")
    loaded_from = loaded_from or out / LOADED
    also = [loaded_from] if any(loaded_from.glob(f"*/{HEAD}")) else []
    left_out: list[SourceError] = []
    read = read_all([folder or shipped_sources(), *also], left_out)
    for sentence in left_out[:SHOWN]:
        click.echo(f"warning: {sentence}", err=True)
    with NewBuild(out) as build:
        try:
            store, loaded = fill(build, read)
            _say("checking the graph")
            findings = check_graph(store, leave_out=register_sources(store))
            if any(finding.severity == "error" for finding in findings):
                _print_loaded(loaded)
                _print_findings(findings)
                click.echo(
                    "Nothing was published; the earlier graph, if any, is as it was.", err=True
                )
                return 1
            manifest = write(build, store, [source for source, _ in read.values()])
            # The writer must be gone before the pages open the store to read; a library may
            # have left it in a reference cycle.
            del store
            gc.collect()
            build.seal(keep_registers(build, manifest))
            if pages:
                _say("drawing the pages")
            written = _write_pages(build.folder) if pages else []
        except OSError as error:
            raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from None
        current = build.publish()
    _print_loaded(loaded)
    _print_findings(findings)
    click.echo("\nTo open:")
    if written:
        click.echo(f"  {current / 'pages' / 'index.html'}  ({len(written)} pages)")
    click.echo(f"  {current / 'kommunegraf.ttl'}")
    return 0


def _say(what: str) -> None:
    """Tells a person who waits at a terminal what is being done."""
    if sys.stderr.isatty():
        click.echo(f"… {what}", err=True)


def _print_findings(findings: Sequence[Finding]) -> None:
    click.echo("\nFindings of the check:")
    with click.open_file("-", "w") as stdout:
        print_findings(findings[:SHOWN], stdout)
    if len(findings) > SHOWN:
        click.echo(f"… {summary(findings)} in all")


def _write_pages(folder: Path) -> list[Path]:
    # The pages stand above the graph in the order of folders, so they are found by name.
    pages = import_module("kommunegraf.viz.pages")
    written: list[Path] = pages.write_pages(open_stored(folder), folder / "pages")
    return written


def _print_loaded(loaded: Sequence[Loaded]) -> None:
    kinds = sorted({kind for one in loaded for kind in one.kinds})
    width = max(map(len, kinds))
    heads = [one.source.key for one in loaded]
    click.echo(f"{'':{width}}  " + "  ".join(heads))
    for kind in kinds:
        cells = [f"{one.kinds.get(kind, 0) or '':>{len(one.source.key)}}" for one in loaded]
        click.echo(f"{kind:{width}}  " + "  ".join(cells))
    cells = [f"{one.triples:>{len(one.source.key)}}" for one in loaded]
    click.echo(f"{'triples':{width}}  " + "  ".join(cells))
