"""The command `impact`: what an exit, a merger or a loss touches, and what it would cost."""

from __future__ import annotations

import sys
from datetime import date

import click
from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import UsageError
from ...graph.store import open_graph
from ..as_of import STANDINGS, read_day, read_standing, whence
from ..formats import ROWS, check_format
from ..labels import label_of
from ..names import resolve
from ..options import AT, ROW_FORMAT, STORE
from .cases import STANDING, Impact, exit_of, host_of, loss_of, merger_of
from .report import PARTS, write_impact

_PART = click.option(
    "--part",
    type=click.Choice(PARTS),
    default="all",
    show_default=True,
    help="One part of the answer only; csv gives what is touched when not told.",
)
_STANDING = click.option(
    "--standing",
    default=STANDING,
    show_default=True,
    help="How a relation may stand on the day; also: possible.",
)
_MODEL = click.option(
    "--model",
    default="",
    metavar="YEAR",
    help="Reckon with the cost model of this year, also where another or none holds on the day.",
)


@click.group()
def impact() -> None:
    """What is touched, and must be found anew, when something goes away.

    Each line follows from relations in the graph as of a day, with its source; what the sources do
    not say is said to be unknown. Nothing is changed in the graph.

    \b
    Examples:
      kommunegraf impact exit Nesset --partnership "IKT Orkidé" --at 2018-12-31
      kommunegraf impact merger Molde Midsund Nesset --at 2019-12-31 --part costs
      kommunegraf impact host "IKT Orkidé" --at 2018-12-31
      kommunegraf impact vendor Tieto
    """


@impact.command("exit")
@click.argument("municipality", nargs=-1, required=True)
@click.option("--partnership", required=True, help="What they leave.")
@AT
@_MODEL
@_STANDING
@_PART
@STORE
@ROW_FORMAT
def leave(
    municipality: tuple[str, ...], partnership: str, at: str, model: str, standing: str,
    part: str, store: str | None, format_name: str,
) -> int:  # fmt: skip
    """A municipality leaves a partnership; several may leave on the same day.

    With what the remaining members would pay under the partnership's stated cost model.

    \b
    Examples:
      kommunegraf impact exit Nesset --partnership "IKT Orkidé" --at 2018-12-31
      kommunegraf impact exit Nesset --partnership ROR-IKT --at 2019-06-30 --part costs
    """
    graph, day = _open(store, at, standing, format_name)
    home = resolve(graph, partnership, "organisations", day)
    who = _municipalities(graph, municipality, day)
    return _show(exit_of(graph, who, home, day, standing, model), at, part, format_name)


@impact.command()
@click.argument("municipality", nargs=-1, required=True)
@AT
@_MODEL
@_STANDING
@_PART
@STORE
@ROW_FORMAT
def merger(
    municipality: tuple[str, ...], at: str, model: str, standing: str, part: str,
    store: str | None, format_name: str,
) -> int:  # fmt: skip
    """Municipalities become one; --at is a day before it, when they are still there.

    \b
    Examples:
      kommunegraf impact merger Molde Midsund Nesset --at 2019-12-31
      kommunegraf impact merger Eide Fræna --at 2018-12-31 --format md
    """
    graph, day = _open(store, at, standing, format_name)
    who = _municipalities(graph, municipality, day)
    return _show(merger_of(graph, who, day, standing, model), at, part, format_name)


@impact.command()
@click.argument("partnership_or_host")
@click.option("--leaves", is_flag=True, help="The host also leaves the partnership; with costs.")
@AT
@_MODEL
@_STANDING
@_PART
@STORE
@ROW_FORMAT
def host(
    partnership_or_host: str, leaves: bool, at: str, model: str, standing: str, part: str,
    store: str | None, format_name: str,
) -> int:  # fmt: skip
    """The host of a partnership is host no more; name the one or the other.

    \b
    Examples:
      kommunegraf impact host "IKT Orkidé" --at 2018-12-31
      kommunegraf impact host Molde --leaves
    """
    graph, day = _open(store, at, standing, format_name)
    thing = resolve(graph, partnership_or_host, "organisations", day)
    return _show(
        host_of(graph, thing, day, standing, leaves=leaves, model=model), at, part, format_name
    )


def _loss(case: str, kind: str, text: str) -> click.Command:
    @click.argument("name")
    @AT
    @_STANDING
    @_PART
    @STORE
    @ROW_FORMAT
    def command(
        name: str, at: str, standing: str, part: str, store: str | None, format_name: str
    ) -> int:
        graph, day = _open(store, at, standing, format_name)
        found = loss_of(graph, case, resolve(graph, name, kind, day), day, standing)
        return _show(found, at, part, format_name)

    return click.command(case, help=text)(command)


impact.add_command(
    _loss("vendor", "organisations", "A vendor goes away, with all that it supplies.")
)
impact.add_command(_loss("system", "systems", "A system goes away, with its modules."))
impact.add_command(
    _loss("component", "systems", "A component that others are joined to goes away, as ID-porten.")
)
impact.add_command(_loss("person", "persons", "A person leaves all seats, roles and posts."))


def _open(store: str | None, at: str, standing: str, format_name: str) -> tuple[Graph, date]:
    check_format(format_name, ROWS)
    read_standing(standing, (*STANDINGS, "announced"))
    graph = open_graph(store)
    return graph, read_day(graph, at)


def _municipalities(graph: Graph, names: tuple[str, ...], day: date) -> list[NamedNode]:
    found = [resolve(graph, name, "municipalities", day) for name in names]
    for one in found:
        if found.count(one) > 1:
            raise UsageError(f"{label_of(graph, one)} is named twice; name each municipality once")
    return found


def _show(found: Impact, at: str, part: str, format_name: str) -> int:
    click.echo(f"{found.title}, per {found.day}{whence(at, 'nb')}.", err=True)
    write_impact(found, format_name, part, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return 0
