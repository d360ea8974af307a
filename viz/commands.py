"""The command that shows: `view`."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("html", "graphml", "gexf")


@click.command()
@click.argument("name", required=False)
@click.option("--thing", help="What the view is about: a name, number or IRI.")
@click.option(
    "--at", help="The day that the page opens at, as 2018-12-31. Default: the view's own."
)
@click.option(
    "--answer",
    type=click.Path(path_type=Path),
    help="Of the view “answer”: the file with an answer in JSON, or - for standard input.",
)
@click.option("--store", help="Output folder of a build. Default: the last.")
@click.option("--staff", is_flag=True, help="Show staff below leading roles also.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="html",
    show_default=True,
    help="A page, or a network of all times for Gephi and other programs.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write. Default: NAME.html.")
def view(
    name: str | None,
    thing: str | None,
    at: str | None,
    answer: Path | None,
    store: str | None,
    staff: bool,
    format_name: str,
    out: Path | None,
) -> None:
    """Lists the views, or writes one as a web page that opens from disk without internet.

    Persons are shown in governing and leading roles; ordinary staff only with --staff.

    \b
    Examples:
      kommunegraf view
      kommunegraf view whole
      kommunegraf view partnership --thing "IKT Orkidé" --at 2018-12-31
      kommunegraf view surroundings --thing Nesset --out nesset.html
      kommunegraf path Nesset Visma --format json | kommunegraf view answer --answer -
      kommunegraf view whole --format gexf
    """
    from ..graph.errors import UsageError

    if name is None:
        if thing or at or out or staff or answer or format_name != "html":
            raise UsageError("the options of view need the name of a view before them")
        _list_views()
        return
    from ..graph.public import NOBODY, hidden_staff
    from ..graph.store import open_stored
    from . import pages
    from .rendering import render_view
    from .view import load

    wanted = load(name)
    given = {key: value for key, value in (("thing", thing), ("at", at)) if value is not None}
    if answer is not None:
        from .answers import read_file

        named = read_file(answer)
        given = {
            "things": " ".join(named.iris),
            **({"at": named.day} if named.day else {}),
            **given,
        }
    graph = open_stored(store)
    hidden = NOBODY if staff else hidden_staff(graph.store)
    network, opening = pages.ask_view(graph, wanted, given, hidden)
    file = out or Path(f"{name}.{format_name}")
    if not file.parent.is_dir():
        raise UsageError(f"{file.parent}: there is no such folder to write {file.name} to")
    if format_name == "html":
        pages.write_whole(file, render_view(wanted, network, opening))
    else:
        from . import gephi, style

        pages.write_whole(
            file, gephi.write(network.graph, network.layout, style.load(), format_name)
        )
    click.echo(str(file))


def _list_views() -> None:
    from .view import load, names

    for name in names():
        found = load(name)
        options = [
            f"--{parameter.name}" if parameter.required else f"[--{parameter.name}]"
            for parameter in found.header.parameters
            if parameter.name != "things"
        ]
        options += ["--answer"] if found.header.parameter("things") else []
        click.echo(" ".join([name, *options, "[--at]"]))
        click.echo(f"    {found.header.summary}")
