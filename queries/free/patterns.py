"""Patterns: the parts of a query's WHERE, each as it was written and as it can be asked alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ...graph.tokens import Token
from ...ontology.namespaces import PREFIXES
from .grammar import Node

SHOWN: Final = 90
"""Characters of a pattern that are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One part of a group.

    `kind`: triple, filter, bind, values, or the rule of what holds groups (Optional, Union, Minus,
    GraphPattern, Service, Group, SubSelect). `text`: as written, shortened; `sparql`: to be asked,
    blank nodes as variables. `ends`: subject, property and object of a triple. `graphs`: the names
    after GRAPH of the groups around it.
    """

    kind: str
    text: str
    sparql: str
    node: Node
    variables: frozenset[str] = frozenset()
    ends: tuple[str, str, str] = ("", "", "")
    groups: tuple[tuple[Part, ...], ...] = ()
    graphs: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The part in the graphs that it is read in."""
        text = self.sparql
        for graph in reversed(self.graphs):
            text = f"GRAPH {graph} {{ {text} }}"
        return text


@dataclass(frozen=True, slots=True)
class Query:
    """What a query says: its form, parts, and what stands before and after its WHERE."""

    form: str
    parts: tuple[Part, ...]
    head: str
    dataset: str
    modifiers: Node | None
    tree: Node
    columns: tuple[str, ...] = field(default=())

    def probe(self, where: str, columns: str = "(1 AS ?_kg_hit)", end: str = "LIMIT 1") -> str:
        """Returns a query of the same prefixes and graphs that asks for something else."""
        return f"{self.head}\nSELECT {columns} {self.dataset} WHERE {{ {where} }} {end}"


def read_query(tree: Node) -> Query:
    """Returns the parts of a query."""
    main = next(n for n in tree.children if n.rule.endswith("Query"))
    where = next((n for n in main.children if n.rule == "WhereClause"), None)
    group = where.children[0] if where is not None else None
    if group is None and main.rule == "ConstructQuery":
        group = next(n for n in main.children if n.rule == "Template")
    prologue = tree.children[0]
    declared = {
        part.text[:-1]
        for declaration in prologue.all("PrefixDecl")
        for part in declaration.tokens()
        if part.kind == "name"
    }
    head = " ".join(
        [source(prologue)]
        + [f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items() if name not in declared]
    )
    clause = next((n for n in main.children if n.rule == "SelectClause"), None)
    return Query(
        form=main.rule.removesuffix("Query").upper(),
        parts=tuple(_Reader().group(group)) if group is not None else (),
        head=head,
        dataset=" ".join(source(n) for n in main.children if n.rule == "DatasetClause"),
        modifiers=next((n for n in main.children if n.rule == "Modifiers"), None),
        tree=tree,
        columns=tuple(_columns(clause)) if clause is not None else (),
    )


def _columns(clause: Node) -> Iterator[str]:
    for selected in clause.children:
        *_, last = (token for token in selected.tokens() if token.kind == "variable")
        yield last.text


def source(node: Node | Sequence[Token], *, asked: bool = False) -> str:
    """Returns what a node was written as, without comments and on one line.

    `asked`: with a variable in the place of each named blank node.
    """
    written = ""
    end = -1
    for token in node.tokens() if isinstance(node, Node) else node:
        text = token.text
        if asked and token.kind == "label":
            text = "?_b_" + "".join(c if c.isalnum() else "_" for c in text[2:])
        written += (" " if written and token.start > end else "") + text
        end = token.end
    return written


def shortened(text: str) -> str:
    """Returns a text of at most SHOWN characters."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class _Reader:
    """Reads groups; makes the variables that stand for blank nodes."""

    def __init__(self) -> None:
        self.blanks = 0

    def group(self, group: Node, graphs: tuple[str, ...] = ()) -> Iterator[Part]:
        """Yields the parts of a group, in the order in which they are written."""
        for node in group.children:
            match node.rule:
                case "SubSelect":
                    yield self._part("SubSelect", node, f"{{ {source(node, asked=True)} }}", graphs)
                case "TriplesBlock":
                    yield from self._block(node, graphs)
                case "Elements":
                    yield from self.group(node, graphs)
                case "Element":
                    yield from self._element(node.children[0], graphs)
                case _:
                    pass

    def _element(self, node: Node, graphs: tuple[str, ...]) -> Iterator[Part]:
        groups = [child for child in node.children if child.rule == "Group"]
        if node.rule == "Union" and len(groups) == 1:
            # Braces alone: a group, or a subquery.
            inner = tuple(self.group(groups[0], graphs))
            if any(part.kind == "SubSelect" for part in inner):
                yield from inner
            else:
                yield self._part("Group", node, source(node, asked=True), graphs, (inner,))
            return
        if node.rule == "Filter" and node.children[0].children[0].rule == "BuiltInCall":
            # FILTER EXISTS and FILTER NOT EXISTS.
            call = node.children[0].children[0]
            groups = [child for child in call.children if child.rule == "Group"]
        inside = graphs
        if node.rule == "GraphPattern":
            inside = (*graphs, source(node.children[0]))
        kinds = {"Filter": "filter", "Bind": "bind", "InlineData": "values"}
        yield self._part(
            kinds.get(node.rule, node.rule),
            node,
            source(node, asked=True),
            graphs,
            tuple(tuple(self.group(group, inside)) for group in groups),
        )

    def _part(
        self,
        kind: str,
        node: Node,
        sparql: str,
        graphs: tuple[str, ...],
        groups: tuple[tuple[Part, ...], ...] = (),
    ) -> Part:
        # What FILTER EXISTS and MINUS name inside is seen outside only where it is shared.
        names = frozenset(token.text[1:] for token in node.tokens() if token.kind == "variable")
        names |= {name for graph in graphs for name in [graph[1:]] if graph[0] in "?$"}
        return Part(
            kind, shortened(source(node)), sparql, node, names, groups=groups, graphs=graphs
        )

    def _block(self, block: Node, graphs: tuple[str, ...]) -> Iterator[Part]:
        for triples in block.children:
            found: list[Part] = []
            first, *rest = triples.children
            subject = self._end(first, found, graphs)
            for properties in rest:
                self._properties(subject, properties, found, graphs)
            yield from found

    def _properties(
        self, subject: tuple[str, str], node: Node, found: list[Part], graphs: tuple[str, ...]
    ) -> None:
        for pair in node.children:
            verb, *objects = pair.children
            for thing in objects:
                inner: list[Part] = []
                end = self._end(thing, inner, graphs)
                found.append(self._triple(pair, subject, verb, end, graphs))
                found.extend(inner)

    def _triple(
        self,
        node: Node,
        subject: tuple[str, str],
        verb: Node,
        thing: tuple[str, str],
        graphs: tuple[str, ...],
    ) -> Part:
        asked = (subject[1], source(verb), thing[1])
        text = shortened(f"{subject[0]} {source(verb)} {thing[0]}")
        names = frozenset(end[1:] for end in asked if end[:1] in ("?", "$"))
        names |= {graph[1:] for graph in graphs if graph[0] in "?$"}
        return Part("triple", text, " ".join(asked), node, names, asked, graphs=graphs)

    def _end(self, node: Node, found: list[Part], graphs: tuple[str, ...]) -> tuple[str, str]:
        """Returns a subject or object as it is written and as it is asked for."""
        inner = node
        while inner.rule in ("Object", "GraphNode", "TriplesNode"):
            inner = inner.children[0]
        if inner.rule in ("BlankNode", "Collection"):
            self.blanks += 1
            name = f"?_blank{self.blanks}"
            written = "[…]" if inner.rule == "BlankNode" else source(inner)
            if inner.rule == "BlankNode":
                for properties in inner.children:
                    self._properties((written, name), properties, found, graphs)
            return written, name
        return source(inner), source(inner, asked=True)
