"""The commands that make the graph, check it and give it to others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .store import DEFAULT


@click.command()
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    help="Folder with sources, each a subfolder with source.toml. Default: the shipped ones.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT,
    show_default=True,
    help="Folder to write to; its earlier graph stays until the new one is whole.",
)
@click.option("--pages/--no-pages", default=True, help="Write the network pages also.")
def build(sources: Path | None, out: Path, pages: bool) -> int:
    """Makes the graph from all sources, checks it, and writes store, Turtle and pages.

    \b
    Examples:
      kommunegraf build
      kommunegraf build --sources my-reports --out /tmp/graph
    """
    from .report import run_build

    return run_build(sources, out, pages=pages)


@click.command()
@click.option("--store", help="Output folder of a build. Default: the last.")
@click.option(
    "--registers",
    is_flag=True,
    help="Ask the shapes of every row of the registers too; takes half a minute more.",
)
def check(store: str | None, registers: bool) -> int:
    """Checks the graph against the shapes and for consistency; says what it finds in sentences.

    Of registers only what other sources refer to, as in a build, unless with --registers.

    Exit code 0: nothing that must be mended. 1: something must.

    \b
    Example:
      kommunegraf check
    """
    from .check import check_graph, print_findings, register_sources
    from .store import open_stored

    graph = open_stored(store).store
    click.echo("Checking the shapes, which takes about half a minute …", err=True)
    findings = check_graph(graph, () if registers else register_sources(graph))
    print_findings(findings, sys.stdout)
    return 1 if any(finding.severity == "error" for finding in findings) else 0


@click.command()
@click.option("--store", help="Output folder of a build. Default: the last.")
@click.option(
    "--format",
    "format_name",
    default="turtle",
    show_default=True,
    help="turtle, ntriples, trig, jsonld or rdfxml.",
)
@click.option("--profile", help="Vocabulary of the receiver; without it our own. Known: org, dcat.")
@click.option("--staff", is_flag=True, help="Include staff below leading roles.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; default: standard output."
)
def export(
    store: str | None, format_name: str, profile: str | None, staff: bool, out: Path | None
) -> None:
    """Writes the graph for other registries and tools: Turtle unless asked otherwise.

    Staff below leading roles are left out unless asked for with --staff.

    \b
    Examples:
      kommunegraf export --out kommunegraf.ttl
      kommunegraf export --profile org --format rdfxml --out org.rdf
    """
    from .public import export_graph
    from .store import open_stored

    export_graph(open_stored(store), format_name, profile, staff=staff, out=out)
