"""What a load of a register tells its user: how far it is, and then what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from .extract import Extract
from .mapping import Progress
from .register import LoadedFile, Result
from .register_graph import NAME


@contextmanager
def shown_progress(wanted: bool) -> Iterator[Progress | None]:
    """Shows on standard error how many records have been read; gives what is told of them."""
    if not wanted:
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.completed:,} records, {task.speed:,.0f} a second")
    with Bar(SpinnerColumn(), text, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda read: bar.update(task, completed=read)


def describe(result: Result) -> None:
    """Prints what a load did, its faults in sentences, and where the graph is."""
    for one in result.files:
        _describe_file(one)
    click.echo(f"\n{result.triples:,} triples in graph:{NAME}; ".replace(",", "\u00a0"), nl=False)
    click.echo(f"{result.links} organisations of the sources are linked to their unit.")
    click.echo(f"The graph: {result.folder}")


def _describe_file(one: LoadedFile) -> None:
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


def _said_by(extract: Extract) -> str:
    return {
        "sidecar": "as the download says",
        "option": "as told",
        "file": "the file's own day; --retrieved DATE sets another",
    }[extract.said_by]
