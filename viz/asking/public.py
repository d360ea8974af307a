"""What the page may hold: the merged graph without ordinary staff, as one Turtle text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    RdfFormat,
    Store,
    parse,
    serialize,
)

from ...graph import predicates as p
from ...graph.iris import fold
from ...graph.public import staff_nodes
from ...ontology.namespaces import PREFIXES

_NOTHING: Final = re.compile(rb"(?!)")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Staff below leading roles: their nodes, and their names as N-Triples would write them."""

    nodes: frozenset[str]
    names: re.Pattern[bytes]


def hidden(store: Store, *, staff: bool) -> Hidden:
    """Returns who is left out of the page: nobody with `staff`."""
    nodes = set() if staff else staff_nodes(store)
    return Hidden(frozenset(node.value for node in nodes), _pattern(_names(store, nodes)))


def public_lines(store: Store, left_out: Hidden) -> list[bytes]:
    """Returns the triples of the merged graph, as lines of N-Triples in the order of their bytes.

    The rule is that of `graph.public`, for all that is merged and not for the sources alone: what
    goes are hidden nodes, relations to them, and texts with a hidden name in it.
    """
    # A quarter of a million triples: as lines they are sifted in a third of the time of objects.
    text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    assert text is not None
    lines = sorted(set(text.splitlines(keepends=True)))
    if not left_out.nodes:
        return lines
    return list(_without(lines, left_out))


def turtle(lines: Iterable[bytes]) -> bytes:
    """Returns lines of N-Triples as Turtle: a quarter of the text, which is read in less time."""
    triples = parse(b"".join(lines), format=RdfFormat.N_TRIPLES)
    text = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    assert text is not None
    return text


def _without(lines: Iterable[bytes], left_out: Hidden) -> Iterator[bytes]:
    gone = {f"<{node}>".encode() for node in left_out.nodes}
    for line in lines:
        subject, _, rest = line.split(b" ", 2)
        said = rest[:-3]  # without “ .” and the end of the line
        if subject in gone or said in gone:
            continue
        # A name is in no number or date: those end with the IRI of their type.
        if said.startswith(b'"') and not said.endswith(b">") and left_out.names.search(said):
            continue
        yield line


def _pattern(names: Collection[str]) -> re.Pattern[bytes]:
    if not names:
        return _NOTHING
    written = sorted({str(Literal(name))[1:-1].encode() for name in names})
    return re.compile(b"|".join(map(re.escape, written)))


def _names(store: Store, nodes: Iterable[NamedNode]) -> set[str]:
    """Returns the names of persons among nodes, as written and as they are sought."""
    names = {
        quad.object.value
        for node in nodes
        for predicate in (p.NAME, p.ALT_LABEL)
        for quad in store.quads_for_pattern(node, predicate, None)
        if isinstance(quad.object, Literal)
    }
    return names | {fold(name) for name in names}
