"""The command `publish`: sends the graph to a SPARQL endpoint, graph by graph, and verifies it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .graph_store import Writer


@click.command()
@click.argument("endpoint")
@click.option("--graph-store", help="Address of its Graph Store Protocol, to write through.")
@click.option("--update", help="Address of its SPARQL Update, to write through.")
@click.option("--store", help="Output folder of a build. Default: the last.")
@click.option("--again", is_flag=True, help="Send every graph, also those that are there already.")
def publish(
    endpoint: str, graph_store: str | None, update: str | None, store: str | None, again: bool
) -> int:
    """Sends the graph to the SPARQL engine at ENDPOINT, where it is asked.

    It is written through --graph-store or --update (or ENDPOINT itself, by updates). Graphs that
    are there already are left; what was cut off goes on where it stopped. After sending,
    each graph is counted and looked into there. Persons and staff are sent with the rest:
    publish to a server of your own, and export for others.

    A server that asks for a name and password gets those in KOMMUNEGRAF_USER and
    KOMMUNEGRAF_PASSWORD.

    \b
    Examples:
      kommunegraf publish http://localhost:7878/query --graph-store http://localhost:7878/store
      kommunegraf publish http://localhost:8890/sparql --update http://localhost:8890/sparql-auth
      kommunegraf query members --partnership ror-ikt --store http://localhost:8890/sparql
    """
    from .endpoint import Endpoint
    from .errors import UsageError
    from .exchange import wait
    from .graph_store import GraphStore, Updates
    from .store import open_stored

    if graph_store and update:
        raise UsageError("give --graph-store or --update, not both")
    asked = Endpoint(endpoint, wait())
    writer: Writer
    if graph_store:
        writer = GraphStore(graph_store, wait())
    else:
        writer = Updates(Endpoint(update or endpoint, wait()))
    graph = open_stored(store)
    from .publication import parts
    from .sending import Sending

    sending = Sending(asked, writer, graph.manifest, again=again, say=_say)
    try:
        with tempfile.TemporaryDirectory(prefix="kommunegraf-publish-") as name:
            for part in parts(graph, Path(name)):
                sending.send(part)
                part.file.unlink()
        sending.finish()
    except KeyboardInterrupt:
        click.echo("kommunegraf: stopped; publish again goes on there", err=True)
        return 130
    click.echo(
        f"{sending.sent:,} triples sent, {sending.total:,} in {len(sending.parts)} graphs there"
    )
    click.echo(f"Ask it with --store {endpoint}")
    return 0


def _say(what: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"… {what}", err=True)
