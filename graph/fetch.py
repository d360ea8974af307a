"""The command `fetch`: downloads a register's answers and says what to do with them.

It opens a connection only to the source that is named.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from .downloads import Download, find_downloads
from .errors import UsageError
from .fetching import Fetch
from .http import Client
from .store import CURRENT, DEFAULT
from .transfer import Progress

DOWNLOADS: Final = DEFAULT / "downloads"


def purge_graph(store: Path, number: str, day: date) -> bool:
    """Removes a unit from the graph and leaves a tombstone there. Tells whether it was held."""
    if not (store / CURRENT).exists():
        return False
    # Only here: most fetches have nothing to purge and should not wait for the store to load.
    held: int = import_module("kommunegraf.graph.register").purge(store, [number], day)
    return held > 0


def _options() -> list[click.Option]:
    """Makes an option of each parameter that a source declares; sources share them by name."""
    helps: dict[str, list[str]] = {}
    takers: dict[str, list[str]] = {}
    for key, download in find_downloads().items():
        for name, parameter in download.parameters.items():
            helps.setdefault(name, []).append(parameter.help)
            takers.setdefault(name, []).append(key)
    return [
        click.Option(
            [f"--{name}", f"given_{name}"],
            multiple=True,
            help=f"{helps[name][0]} ({', '.join(takers[name])}).",
        )
        for name in helps
    ]


class _FetchCommand(click.Command):
    """A command whose options are also what the declared sources take."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_options())


@click.command(cls=_FetchCommand, options_metavar="[--PARAMETER VALUE]... [OPTIONS]")
@click.argument("source", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=DOWNLOADS,
    show_default=True,
    help="Folder to put the files in.",
)
@click.option("--again", is_flag=True, help="Get it whole, even if unchanged or known as removed.")
@click.option("--base-url", help="Ask a mirror instead: http(s)://host[:port][/path].")
@click.option("--load", "load_after", is_flag=True, help="Load what was fetched into the graph.")
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Output folder of the graph to load into, and to purge from.  [default: kommunegraf-out]",
)
def fetch(
    source: str | None,
    out: Path,
    again: bool,
    base_url: str | None,
    load_after: bool,
    store: Path | None,
    **given: tuple[str, ...],
) -> int:
    """Downloads a source, politely; without SOURCE, lists what can be fetched.

    What is unchanged is not fetched again, and a cut download goes on where it was cut. What its
    publisher has removed is removed here too.

    \b
    Exit codes: 0 done, 1 something is not there (404) or has been removed (410),
    2 wrong use, or the server did not deliver.

    \b
    Examples:
      kommunegraf fetch
      kommunegraf fetch enhetsregisteret-bulk --load
      kommunegraf fetch enhetsregisteret-enhet --number 921221967 --number 974769484
      kommunegraf fetch klass-changes --from 1838-01-01
    """
    downloads = find_downloads()
    if source is None:
        if any(given.values()):
            raise UsageError("name the source to fetch; kommunegraf fetch lists them")
        _list(downloads.values())
        return 0
    if source not in downloads:
        raise UsageError(_unknown(source, downloads))
    if base_url is not None:
        _check_base(base_url)
    store = store or Path(os.environ.get("KOMMUNEGRAF_STORE", DEFAULT))
    run = Fetch(
        client=Client(say=lambda what: click.echo(f"… {what}", err=True)),
        out=out,
        again=again,
        base=base_url,
        progress=_progress(),
        purge=lambda number, day: purge_graph(store, number, day),
    )
    parameters = {name.removeprefix("given_"): values for name, values in given.items()}
    try:
        code, files = run.run(downloads[source], parameters)
    except KeyboardInterrupt:
        click.echo("kommunegraf: stopped; the same command goes on where it was", err=True)
        return 130
    if not files:
        return code
    command = [*(str(file) for file in files), *_load_options(downloads[source], parameters)]
    if load_after:
        return _load(command, store) or code
    click.echo(f"\nTo go on:\n  kommunegraf load {shlex.join(command)}")
    return code


def _load_options(download: Download, given: Mapping[str, Sequence[str]]) -> list[str]:
    """Returns each option once, for all that was asked for."""
    pairs = dict.fromkeys(tuple(download.load_options(v)) for v in download.values(given))
    return [option for pair in pairs for option in pair]


def _load(arguments: Sequence[str], store: Path) -> int:
    load: click.Command = import_module("kommunegraf.graph.load").load
    arguments = [*arguments, "--out", str(store)]
    code = load.main(arguments, prog_name="kommunegraf load", standalone_mode=False)
    return code if isinstance(code, int) else 0


def _list(downloads: Iterable[Download]) -> None:
    for download in downloads:
        click.echo(f"{download.key}\n    {download.title}")
        for name, parameter in download.parameters.items():
            needed = ", needed" if parameter.required else ""
            default = f", else {parameter.default}" if parameter.default else ""
            click.echo(f"    --{name}: {parameter.help}{default}{needed}")
    click.echo("\nFor example: kommunegraf fetch enhetsregisteret-enhet --number 921221967")


def _unknown(source: str, known: Mapping[str, Download]) -> str:
    near = get_close_matches(source, known, 1, 0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"there is no source “{source}”; {hint}kommunegraf fetch lists them"


def _check_base(base: str) -> None:
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise UsageError(f"--base-url: “{base}” is no http(s)://host[:port][/path]")


def _progress() -> Progress:
    """Returns what shows a person at a terminal how far a download has come."""
    if not sys.stderr.isatty():
        return lambda _done, _of: None
    shown = -1

    def show(done: int, of: int | None) -> None:
        nonlocal shown
        if (tenths := done // 100_000) != shown:
            shown = tenths
            end = f" of {of / 1e6:.1f}" if of else ""
            click.echo(f"\r… {done / 1e6:.1f}{end} MB ", nl=done == of, err=True)

    return show
