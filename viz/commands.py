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
@click.option("--out", type=click.Path(path_type=Path), help="File to write. Default: NAME.html.")
def view(
    name: str | None, thing: str | None, at: str | None, store: Path | None, out: Path | None
) -> None:
    """Lists the views, or writes one as a web page that opens from disk without internet.

    \b
    Examples:
      kommunegraf view
      kommunegraf view whole
      kommunegraf view partnership --thing "IKT Orkidé" --at 2018-12-31
      kommunegraf view surroundings --thing Nesset --out nesset.html
    """
    from ..graph.errors import UsageError

    if name is None:
        if thing or at or out:
            raise UsageError("--thing, --at and --out need the name of a view before them")
        _list_views()
        return
    from ..graph.store import open_graph
    from .pages import ask_page
    from .view import load

    wanted = load(name)
    given = {key: value for key, value in (("thing", thing), ("at", at)) if value is not None}
    page = ask_page(open_graph(store), wanted, given)
    file = out or Path(f"{name}.html")
    file.write_bytes(page.encode("utf-8"))
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
