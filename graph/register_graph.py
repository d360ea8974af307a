"""The register graph in a store: what it holds of a unit, and how that is put in and taken out.

A unit brings nodes of its own: its dated names, its roles and shares, the persons with roles in it.
They come and go with the record that says them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from ..ontology.namespaces import ID, PREFIXES
from . import iris
from . import predicates as p
from .facts import Triple, date_literal
from .mapping import Mapped
from .registrations import is_registered, unit_node

NAME: Final = "enhetsregisteret"
REGISTER: Final = iris.graph(NAME)

# Nodes that a record of a unit, and an answer on its roles, bring with them.
_NAME_OF: Final = f"{ID}name/er-"
_ROLE_OF: Final = (f"{ID}membership/er-", f"{ID}role-of/er-", f"{ID}figure/er-")
_PERSON_OF: Final = f"{ID}person/er-"


class RegisterGraph:
    """The register graph of a store; `triples` is how many it has, kept up to date by writing.

    A million units are never counted for it: that would take longer than to load one file.
    """

    def __init__(self, store: Store, triples: int = 0) -> None:
        self.store = store
        self.triples = triples
        self.named: Counter[tuple[str, str]] = Counter()
        """Names (folded, with the node) that were put in, and less than none of those taken out."""

    def add(self, triples: Iterable[Triple]) -> None:
        """Adds triples; those that are there already are not counted twice."""
        quads = dict.fromkeys(Quad(*triple, REGISTER) for triple in triples)
        new = [quad for quad in quads if quad not in self.store]
        self.store.extend(new)
        self.triples += len(new)
        self.named.update(_names(new))

    def remove(self, quads: Iterable[Quad]) -> None:
        """Removes quads that are there."""
        for quad in list(quads):
            self.store.remove(quad)
            self.triples -= 1
            self.named.subtract(_names([quad]))

    def remove_nodes(self, nodes: Iterable[NamedNode]) -> None:
        """Removes all that is said of nodes."""
        for node in nodes:
            self.remove(self.said_of(node))

    def replace(self, mapped: Mapped) -> None:
        """Puts what one record says in the place of what the graph holds of it."""
        unit = unit_node(mapped.number)
        naming = self.naming(unit)
        if mapped.roles:
            own = [
                node
                for node in naming
                if node.value.startswith(_ROLE_OF) and not self._is_member(node, unit)
            ]
            self.remove_nodes([*own, *self.persons(mapped.number)])
        else:
            self.remove_nodes([unit, *(node for node in naming if is_name(node))])
        triples = [
            (triple.subject, triple.predicate, triple.object)
            for triple in parse(mapped.lines, format=RdfFormat.N_TRIPLES)
            if isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, NamedNode | Literal)
        ]
        if mapped.roles:
            # An answer on roles names other units; what their own records say comes first.
            triples = [t for t in triples if not (_is_unit(t[0]) and self.holds(t[0]))]
        self.add(triples)

    def bury(self, number: str, when: date) -> None:
        """Removes all about a unit and leaves a tombstone."""
        unit = unit_node(number)
        self.remove_nodes([unit, *self.naming(unit), *self.persons(number)])
        self.remove(self.store.quads_for_pattern(None, None, unit, REGISTER))
        self.add(
            [
                (unit, p.TYPE, p.TOMBSTONE),
                (unit, p.NOTATION, Literal(number)),
                (unit, p.REMOVED_ON, date_literal(when)),
            ]
        )

    def remove_unused_extracts(self) -> None:
        """Removes the extracts that nothing leads to any more."""
        for quad in list(self.store.quads_for_pattern(None, p.WHOLE_REGISTER, None, REGISTER)):
            node = quad.subject
            used = self.store.quads_for_pattern(None, p.IN_SOURCE, node, REGISTER)
            if isinstance(node, NamedNode) and next(iter(used), None) is None:
                self.remove_nodes([node])

    def keep_single(self, before: RegisterGraph) -> None:
        """Takes over what files other than that of the whole register brought, where it is silent.

        `before` is the graph as it was before the whole register was loaded anew.
        """
        false = Literal("false", datatype=p.XSD_BOOLEAN)
        singles = before.subjects(p.WHOLE_REGISTER, false)
        said = {node for source in singles for node in before.subjects(p.IN_SOURCE, source)}
        said |= {unit_node(number) for number in before.tombstones()}
        # Told before anything is taken over: a unit with its names, unless the register has it.
        kept = [
            node
            for node in sorted(said, key=lambda node: node.value)
            if not any(
                self.holds(unit) for unit in (before.about(node) if is_name(node) else [node])
            )
        ]
        sources = {quad.object for node in kept for quad in before.said_of(node, p.IN_SOURCE)}
        for node in (*kept, *sources):
            if isinstance(node, NamedNode):
                self.add(_triples(before.said_of(node)))

    def holds(self, unit: NamedNode) -> bool:
        """Tells whether the register's own record of the unit is there."""
        return is_registered(self.store, unit)

    def tombstones(self) -> frozenset[str]:
        """Returns the numbers of the units that the register has removed."""
        units = self.subjects(p.TYPE, p.TOMBSTONE)
        return frozenset(unit.value.removeprefix(PREFIXES["er"]) for unit in units)

    def said_of(self, node: NamedNode, predicate: NamedNode | None = None) -> list[Quad]:
        """Returns what is said of a node."""
        return list(self.store.quads_for_pattern(node, predicate, None, REGISTER))

    def subjects(self, predicate: NamedNode | None, term: NamedNode | Literal) -> set[NamedNode]:
        """Returns the nodes of which something is said."""
        return {
            quad.subject
            for quad in self.store.quads_for_pattern(None, predicate, term, REGISTER)
            if isinstance(quad.subject, NamedNode)
        }

    def naming(self, unit: NamedNode) -> list[NamedNode]:
        """Returns the names, roles and figures that name a unit."""
        nodes = sorted(self.subjects(None, unit), key=lambda node: node.value)
        return [node for node in nodes if node.value.startswith((*_ROLE_OF, _NAME_OF))]

    def persons(self, number: str) -> list[NamedNode]:
        """Returns the persons with roles in a unit, who are known by it and never across units."""
        start = f"{_PERSON_OF}{number}-"
        return sorted(
            {
                quad.object
                for node in self.naming(unit_node(number))
                for quad in self.said_of(node)
                if isinstance(quad.object, NamedNode) and quad.object.value.startswith(start)
            },
            key=lambda node: node.value,
        )

    def about(self, node: NamedNode) -> list[NamedNode]:
        """Returns whom a name is about."""
        return [
            quad.object
            for quad in self.said_of(node, p.ABOUT)
            if isinstance(quad.object, NamedNode)
        ]

    def _is_member(self, node: NamedNode, unit: NamedNode) -> bool:
        """Tells whether a role node is what a unit holds in another, not about its own roles."""
        return any(Quad(node, held, unit, REGISTER) in self.store for held in (p.MEMBER, p.PARTY))


def is_name(node: NamedNode) -> bool:
    """Tells whether a node is the dated name of a unit."""
    return node.value.startswith(_NAME_OF)


def _names(quads: Iterable[Quad]) -> Iterator[tuple[str, str]]:
    for quad in quads:
        if quad.predicate == p.SEARCH_KEY and isinstance(quad.object, Literal):
            assert isinstance(quad.subject, NamedNode)
            yield quad.object.value, quad.subject.value


def _is_unit(node: NamedNode) -> bool:
    return node.value.startswith(PREFIXES["er"])


def _triples(quads: Sequence[Quad]) -> list[Triple]:
    return [
        (quad.subject, quad.predicate, quad.object)
        for quad in quads
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)
    ]
