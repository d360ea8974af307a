"""Publishing: which triples leave, in whose vocabulary, and in what format.

Staff below leading roles stay here unless asked for: their roles and posts, and the persons whom
nothing else names.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store, Triple

from ..ontology.namespaces import GRAPH, ID, expand
from . import predicates as p
from .binding import bind
from .errors import StoreError, UsageError
from .export import FORMATS, write_trig, write_triples
from .store import StoredGraph, table_quads

PROFILES: Final = ("org", "dcat")
_OWN_GRAPHS: Final = tuple(GRAPH + name for name in ("derived", "ontology"))


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is not published: nodes by IRI, and names that no text may hold."""

    nodes: frozenset[str]
    names: frozenset[str] = frozenset()

    def has(self, term: object) -> bool:
        """Whether a term is such a node, or a literal that holds such a name."""
        value = getattr(term, "value", None)
        if isinstance(term, Literal):
            return self.named_in(term.value)
        return value in self.nodes

    def named_in(self, text: str) -> bool:
        """Whether a text holds a name that is not published."""
        return bool(self.names) and _pattern(self.names).search(text) is not None


NOBODY: Final = Hidden(frozenset())
"""Hides nothing, for those who may see ordinary staff."""


def export_graph(
    graph: StoredGraph, format_name: str, profile: str | None, *, staff: bool, out: Path | None
) -> None:
    """Writes the graph, or a profile of it, to a file or to standard output.

    The file appears whole or not at all. Raises UsageError for an unknown format or profile.
    """
    if format_name not in FORMATS:
        raise UsageError(f"“{format_name}” is not a format; known: {', '.join(FORMATS)}")
    if profile is not None and profile not in PROFILES:
        raise UsageError(f"“{profile}” is no profile; known: {', '.join(PROFILES)}")
    if profile is not None and format_name == "trig":
        raise UsageError("a profile has no named graphs; choose another format than trig")
    buffer = io.BytesIO()
    _write(graph, format_name, profile, staff, buffer)
    if out is None:
        sys.stdout.buffer.write(buffer.getvalue())
        sys.stdout.buffer.flush()
        return
    part = out.with_name(out.name + ".part")
    try:
        part.write_bytes(buffer.getvalue())
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{out}: cannot be written: {error.strerror}") from None


def _write(
    graph: StoredGraph, format_name: str, profile: str | None, staff: bool, out: IO[bytes]
) -> None:
    if profile is not None:
        write_triples(profile_triples(graph.store, profile, staff=staff), out, format_name)
        return
    quads = public_quads(graph.store, staff=staff)
    if format_name == "trig":
        write_trig(quads, out)
    else:
        write_triples((quad.triple for quad in quads), out, format_name)


def profile_triples(store: Store, profile: str, *, staff: bool) -> Iterator[Triple]:
    """Yields a profile's triples: what its CONSTRUCT queries in the ontology make of the graph."""
    from ..ontology.reading import profile_queries

    answer = Literal(str(staff).lower(), datatype=p.XSD_BOOLEAN)
    for text in profile_queries(profile):
        result = store.query(bind(text, {"_staff_xsd_boolean": answer}))
        assert isinstance(result, QueryTriples)
        yield from result


def public_quads(store: Store, *, staff: bool) -> Iterator[Quad]:
    """Yields the quads of the sources' graphs, without ordinary staff unless `staff`.

    What goes: their roles, posts and persons, relations that name them, and any other text with
    their name in it.
    """
    if staff:
        yield from source_quads(store)
        return
    hidden = hidden_staff(store)
    for quad in source_quads(store):
        if not (hidden.has(quad.subject) or hidden.has(quad.object)):
            yield quad


def source_quads(store: Store) -> Iterator[Quad]:
    """Yields the quads of the sources' graphs: not the ontology, the derived or the merged one."""
    for quad in table_quads(store):
        assert isinstance(quad.graph_name, NamedNode)
        if quad.graph_name.value not in _OWN_GRAPHS:
            yield quad


def hidden_staff(store: Store) -> Hidden:
    """Returns the staff that is not published, with the names of its persons."""
    nodes = staff_nodes(store)
    return Hidden(frozenset(node.value for node in nodes), frozenset(_names(store, nodes)))


@lru_cache(maxsize=4)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names))))


def staff_nodes(store: Store) -> set[NamedNode]:
    """Returns roles and posts of staff below leading roles, and persons who have no others.

    Other relations that name such a person, an unknown about a post for example, go with them.
    """
    shown = _nodes_with_code(store, ("governing", "leading"))
    roles = _subjects(store, expand("org:role"), within=ID + "role-of/")
    posts = _subjects(store, expand("kg:postFunction"), within=ID + "post/")
    leading = (roles | posts) & shown
    named = {
        quad.object
        for node in leading
        for quad in store.quads_for_pattern(node, None, None)
        if isinstance(quad.object, NamedNode)
    }
    # By their class: of all that has one, a register alone may hold a million.
    persons = _subjects(store, p.TYPE.value, within=ID + "person/", object=p.PERSON) - named
    relations = {
        quad.subject
        for person in persons
        for quad in store.quads_for_pattern(None, None, person)
        if isinstance(quad.subject, NamedNode) and Quad(quad.subject, p.TYPE, p.RELATION) in store
    }
    return ((roles | posts) - leading) | persons | relations


def _names(store: Store, persons: Iterable[NamedNode]) -> set[str]:
    return {
        quad.object.value
        for person in persons
        for predicate in (p.NAME, p.ALT_LABEL)
        for quad in store.quads_for_pattern(person, predicate, None)
        if isinstance(quad.object, Literal)
    }


def _nodes_with_code(store: Store, visibility: Iterable[str]) -> set[NamedNode]:
    codes = {
        quad.subject
        for value in visibility
        for quad in store.quads_for_pattern(
            None, NamedNode(expand("kg:visibility")), Literal(value)
        )
    }
    return {
        quad.subject
        for code in codes
        if isinstance(code, NamedNode)
        for quad in store.quads_for_pattern(None, None, code)
        if isinstance(quad.subject, NamedNode)
    }


def _subjects(
    store: Store, predicate: str, within: str, object: NamedNode | None = None
) -> set[NamedNode]:
    return {
        quad.subject
        for quad in store.quads_for_pattern(None, NamedNode(predicate), object)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(within)
    }
