"""The command that shows: `view`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("name", required=False)
@click.option("--thing", help="What the view is about: a name, number or IRI.")
@click.option("--at", help="The day to show, as 2018-12-31. Default: the view's own.")
@click.option(
    "--store", type=click.Path(path_type=Path), help="Output folder of a build. Default: the last."
)
@click.option("--staff", is_flag=True, help="Show staff below leading roles also.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write. Default: NAME.html.")
def view(
    name: str | None,
    thing: str | None,
    at: str | None,
    store: Path | None,
    staff: bool,
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
    """
    from ..graph.errors import UsageError

    if name is None:
        if thing or at or out or staff:
            raise UsageError("--thing, --at, --staff and --out need the name of a view before them")
        _list_views()
        return
    from ..graph.store import open_stored
    from . import pages
    from .view import load

    wanted = load(name)
    given = {key: value for key, value in (("thing", thing), ("at", at)) if value is not None}
    graph = open_stored(store)
    page = pages.ask_page(graph, wanted, given, hidden=() if staff else pages.staff(graph))
    file = out or Path(f"{name}.html")
    pages.write_whole(file, page)
    click.echo(str(file))


def _list_views() -> None:
    from .view import load, names

    for name in names():
        found = load(name)
        options = " ".join(
            f"--{parameter.name}" if parameter.required else f"[--{parameter.name}]"
            for parameter in found.header.parameters
        )
        click.echo(f"{name} {options}".rstrip())
        click.echo(f"    {found.header.summary}")
