"""Registrations: which unit of a register an organisation of the graph is.

They follow from the organisation numbers that sources give and from the judgements on who is who;
a judgement “not the same” wins over both.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from ..ontology.namespaces import PREFIXES
from . import iris
from . import predicates as p
from .dataset import REGISTERS
from .facts import Triple

_NUMBER = iris.code("identifier-scheme", "organisation-number")
_SAME = iris.code("match-verdict", "same")
_NOT_SAME = iris.code("match-verdict", "not-same")
_DERIVED = iris.graph("derived")


def unit_node(number: str) -> NamedNode:
    """Returns the node of a unit: the register's own IRI."""
    return NamedNode(PREFIXES["er"] + number)


def registrations(store: Store) -> Iterator[Triple]:
    """Yields each organisation's link to its unit, where the register graph holds the unit."""
    same, not_same = _stated(store), set[tuple[NamedNode, str]]()
    for verdict, pairs in ((_SAME, same), (_NOT_SAME, not_same)):
        for quad in store.quads_for_pattern(None, p.VERDICT, verdict, DefaultGraph()):
            assert isinstance(quad.subject, NamedNode)
            pairs |= _pairs(store, quad.subject)
    for organisation, number in sorted(same - not_same, key=lambda pair: (pair[0].value, pair[1])):
        if is_registered(store, unit := unit_node(number)):
            yield organisation, p.REGISTERED_AS, unit


def named_numbers(store: Store) -> frozenset[str]:
    """Returns every organisation number that the sources name, judged ones included."""
    judged = {
        number
        for quad in store.quads_for_pattern(None, p.TYPE, p.MATCH, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
        for _, number in _pairs(store, quad.subject)
    }
    return frozenset(judged | {number for _, number in _stated(store)})


def is_registered(store: Store, unit: NamedNode) -> bool:
    """Tells whether a register graph holds the unit."""
    return any(
        Quad(unit, p.TYPE, p.REGISTERED_ORGANISATION, NamedNode(graph)) in store
        for graph in REGISTERS
    )


def write_registrations(store: Store) -> int:
    """Puts the links into the derived and the default graph in place of the earlier ones."""
    for graph in (_DERIVED, DefaultGraph()):
        for quad in list(store.quads_for_pattern(None, p.REGISTERED_AS, None, graph)):
            store.remove(quad)
    links = list(registrations(store))
    for graph in (_DERIVED, DefaultGraph()):
        store.extend(Quad(*triple, graph) for triple in links)
    return len(links)


def _stated(store: Store) -> set[tuple[NamedNode, str]]:
    return {
        pair
        for quad in store.quads_for_pattern(None, p.CODE_TYPE, _NUMBER, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
        for pair in _pairs(store, quad.subject)
    }


def _pairs(store: Store, node: NamedNode) -> set[tuple[NamedNode, str]]:
    """Returns whom an identifier or a judgement is about, with the number that it names."""
    return {
        (about.object, number.object.value)
        for about in store.quads_for_pattern(node, p.ABOUT, None, DefaultGraph())
        for number in store.quads_for_pattern(node, p.NOTATION, None, DefaultGraph())
        if isinstance(about.object, NamedNode) and isinstance(number.object, Literal)
    }
