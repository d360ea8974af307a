"""The command `path`: how two things are connected, with the evidence of each step."""

from __future__ import annotations

import sys
from datetime import date

import click
from pyoxigraph import NamedNode

from ...graph.dataset import Graph
from ...graph.errors import NameNotFoundError, UsageError
from ...graph.store import open_graph
from ...ontology.namespaces import PREFIXES, shorten
from ..formats import check_format
from ..options import FORMAT, STORE
from .projection import projection

_MEANT_FIRST = "organisations;persons;bodies;systems;projects;contracts"
_THINGS = (
    "o", "er", "person", "body", "system", "project", "contract", "procurement", "document",
    "activity", "event", "site",
)  # fmt: skip
_NAMED = 3
"""Things with too many relations that are named."""

_KINDS = "".join(f"  {kind.name:14}{kind.about}\n" for kind in projection().kinds.values())


@click.command(epilog=f"\b\nKinds of relation, the strongest first:\n{_KINDS}")
@click.argument("a")
@click.argument("b")
@STORE
@FORMAT
@click.option("--paths", default=3, show_default=True, help="How many connections to show.")
@click.option(
    "--at",
    metavar="DAY",
    help="Only what held on a day, as 2018-12-31, or “latest”. Default: at any time.",
)
@click.option(
    "--standing",
    default="stated persisting",
    show_default=True,
    help="Which of stated, persisting, possible and planned count; without --at only planned adds.",
)
@click.option("--hubs", is_flag=True, help="Lead through trivial hubs too (the state, KS …).")
@click.option("--kinds", multiple=True, metavar="KIND,…", help="Follow these kinds only.")
@click.option("--without", multiple=True, metavar="KIND,…", help="Leave these kinds out.")
@click.option("--max-steps", default=6, show_default=True, help="Longest path to look for.")
@click.option(
    "--fan-out",
    default=1000,
    show_default=True,
    help="Lead through nothing that has more relations than this.",
)
def path(
    a: str, b: str, store: str | None, format_name: str, paths: int, at: str | None,
    standing: str, hubs: bool, kinds: tuple[str, ...], without: tuple[str, ...],
    max_steps: int, fan_out: int,
) -> int:  # fmt: skip
    """Shows the shortest documented connections between two things.

    Each step is a sentence with its time and its source. Things are named as people write them;
    organisations, persons, bodies, systems, projects, contracts, documents and units of the
    register can be asked for. Plans are no steps unless asked for.

    Of equally short paths those come first whose steps held at the same time, then those that the
    sources are surest of, then those through the stronger kinds of relation.

    \b
    Examples:
      kommunegraf path Nesset Visma
      kommunegraf path Sunndal ROR-IKT --at 2019-06-01 --paths 5
      kommunegraf path "Public 360" "IKA Møre og Romsdal" --without use --format json
    """
    from ..as_of import read_day, read_standing
    from .chains import Limits
    from .exclusions import excluded
    from .finding import find_paths

    check_format(format_name)
    standings = read_standing(standing)
    graph = open_graph(store)
    day = None if at is None else read_day(graph, at)
    start, end = (_thing(graph, name, day) for name in (a, b))
    limits = Limits(
        paths=paths,
        max_steps=max_steps,
        at=day,
        standings=standings,
        kinds=_names(kinds),
        without=_names(without),
        hubs=hubs,
        fan_out=fan_out,
    )
    found = find_paths(graph, start, end, limits)
    ends = " and ".join(
        f"{label} ({shorten(iri)})"
        for label, iri in ((found.start_label, found.start), (found.end_label, found.end))
    )
    when = f"as of {day}" if day else "at any time"
    hubs_said = "" if hubs else "; trivial hubs left out"
    click.echo(f"Connections between {ends}, {when}{hubs_said}", err=True)
    helps = [] if found.paths else excluded(graph, found)
    from .report import write_connection

    write_connection(graph, found, format_name, sys.stdout.buffer, helps)
    sys.stdout.buffer.flush()
    if found.crowded:
        named = ", ".join(f"{label} ({count} relations)" for label, count in found.crowded[:_NAMED])
        more = len(found.crowded) - _NAMED
        others = f" and {more} more" if more > 0 else ""
        click.echo(f"Not led through {named}{others}; --fan-out allows it.", err=True)
    if found.cut:
        click.echo(
            f"The search read as much as it may: complete to {found.searched} steps only.", err=True
        )
    if found.paths:
        return 0
    click.echo(f"kommunegraf: {_none(found.searched, ends, when, helps)}", err=True)
    return 1


def _none(searched: int, ends: str, when: str, helps: list[tuple[str, int]]) -> str:
    """The sentence for two things that nothing connects."""
    steps = "step" if searched == 1 else "steps"
    said = f"no documented connection of at most {searched} {steps} between {ends} {when}"
    if not helps:
        return f"{said}, with other limits neither"
    first, *others = helps
    ways = [f"{first[1]} step{'s' if first[1] > 1 else ''} {first[0]}"]
    ways += [f"{count} {change}" for change, count in others]
    return f"{said}; there would be one of {', of '.join(ways)}"


def _names(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for words in given for name in words.replace(",", " ").split())


def _thing(graph: Graph, text: str, day: date | None) -> NamedNode:
    """Returns the thing that a name means; of namesakes rather an organisation than a place."""
    from ..names import resolve

    try:
        thing = resolve(graph, text, _MEANT_FIRST, day)
    except NameNotFoundError:
        thing = resolve(graph, text, "", day)
    if not thing.value.startswith(tuple(PREFIXES[prefix] for prefix in _THINGS)):
        raise UsageError(
            f"{shorten(thing.value)} is not a thing that a path can lead to, but a relation, a "
            "source or a code; kommunegraf why tells what it says"
        )
    return thing
