"""The command that serves: `serve`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ..queries.options import Count, Seconds


@click.command()
@click.option("--store", help="Output folder of a build. Default: the last build.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", default=8080, show_default=True, type=Count(0, 65535),
    help="Port to listen at; 0 for any that is free.",
)  # fmt: skip
@click.option(
    "--workers", default=0, type=Count(0, 64),
    help="Processes that answer queries. Default: two more than there are cores.",
)  # fmt: skip
@click.option(
    "--timeout", default=30.0, show_default=True, type=Seconds(0.1, 3600),
    help="Seconds after which a query is stopped.",
)  # fmt: skip
@click.option(
    "--memory", default=1024, show_default=True, type=Count(128),
    help="MB of memory at which a query is stopped.",
)  # fmt: skip
@click.option("--allow-service", multiple=True, metavar="URL", help="An endpoint SERVICE may ask.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="A host name to answer to.")
@click.option("--cors", default="", metavar="ORIGIN", help="Whose pages may ask; * for any.")
@click.option("--staff", is_flag=True, help="Show staff below leading roles on pages also.")
@click.option("--verbose", is_flag=True, help="Say on stderr what was asked.")
def serve(
    store: str | None,
    host: str,
    port: int,
    workers: int,
    timeout: float,
    memory: int,
    allow_service: tuple[str, ...],
    allow_host: tuple[str, ...],
    cors: str,
    staff: bool,
    verbose: bool,
) -> int:
    """Serves the graph to browsers and programs of this machine: pages, questions, SPARQL.

    It only reads. A new build is taken up while it runs. Everything in the graph can be asked by
    SPARQL, ordinary staff too; their pages are shown only with --staff. Think before you let
    others in with --host.

    \b
    Examples:
      kommunegraf serve
      kommunegraf serve --port 0 --timeout 5
      curl 'http://127.0.0.1:8080/api/questions/members.csv?partnership=IKT%20Orkidé'
    """
    from ..graph.errors import UsageError
    from ..graph.store import DEFAULT, is_address

    if sys.platform == "win32":
        raise UsageError("serve runs on Linux and macOS; on Windows use it inside WSL")
    from .web.job import Limits
    from .web.running import Options, run

    place = store or os.environ.get("KOMMUNEGRAF_STORE") or str(DEFAULT)
    if is_address(place):
        raise UsageError(f"{place}: serve needs the graph in a folder, not an endpoint")
    return run(
        Options(
            folder=Path(place),
            host=host,
            port=port,
            processes=workers,
            limits=Limits(timeout, memory << 20, allow_service),
            allow_hosts=allow_host,
            cors=cors,
            staff=staff,
            verbose=verbose,
        ),
        lambda text: click.echo(text, err=True),
    )
