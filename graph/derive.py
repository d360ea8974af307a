"""The derived graph: what follows from the sources and makes asking simple.

It is a graph of its own, never loaded from a source and never exported as one. It holds
- for each dated relation the four days that the rule on time needs, open ends written as
  0001-01-01 and 9999-12-31, so that "as of a day" is one comparison in any SPARQL engine;
- short-cuts such as org:hasMember (the CONSTRUCT files in `shortcuts/`);
- each thing as itself, so that a question is asked of one thing or of all by the same pattern;
- folded names for finding things, and the table row that says each fact, for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources

from pyoxigraph import Literal, NamedNode, QueryTriples, Store

from ..ontology.namespaces import expand
from . import ends
from . import predicates as p
from .facts import Fact, Triple, date_literal
from .iris import fold
from .kind import all_kinds
from .standing import Bounds, bounds, read_times
from .wording import source_texts, time_texts


def derive(store: Store, facts: Mapping[str, Iterable[Fact]]) -> Iterator[Triple]:
    """Yields the triples of the derived graph for a store that holds the sources' graphs."""
    every = [fact for of_source in facts.values() for fact in of_source]
    born = ends.founded(store)
    gone = {**ends.dissolved(store), **ends.ended_bodies(every)}
    bearers, left = ends.bearers(every), ends.left(every)
    for relation, times in read_times(store).items():
        borne_by = bearers.get(relation, ())
        first = max((born[org] for org in borne_by if org in born), default=None)
        last = min(
            [gone[org] for org in borne_by if org in gone] + left.get(relation, []), default=None
        )
        yield from _bound_triples(relation, bounds(times, first, last), times.plan)
    for of_source in facts.values():
        for fact in of_source:
            yield fact.iri, p.ROW, Literal(fact.row)
            if all_kinds()[fact.kind].thing:
                yield fact.iri, p.ITSELF, fact.iri
    yield from time_texts(store)
    yield from source_texts(store)
    yield from _search_keys(store)
    for text in shortcut_queries():
        result = store.query(text, use_default_graph_as_union=True)
        assert isinstance(result, QueryTriples)
        for triple in result:
            assert isinstance(triple.subject, NamedNode)
            assert isinstance(triple.object, NamedNode)
            yield triple.subject, triple.predicate, triple.object


def shortcut_queries() -> list[str]:
    """Returns the CONSTRUCT queries that make the short-cuts, in order of file name."""
    folder = resources.files("kommunegraf.graph") / "shortcuts"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".rq"))
    return [(folder / name).read_text("utf-8") for name in names]


def _bound_triples(relation: NamedNode, days: Bounds, plan: bool) -> Iterator[Triple]:
    yield relation, p.POSSIBLE_FROM, date_literal(days.possible_from)
    yield relation, p.STATED_FROM, date_literal(days.stated_from)
    yield relation, p.STATED_UNTIL, date_literal(days.stated_until)
    yield relation, p.POSSIBLE_UNTIL, date_literal(days.possible_until)
    yield relation, p.IS_PLAN, Literal(str(plan).lower(), datatype=p.XSD_BOOLEAN)


def _search_keys(store: Store) -> Iterator[Triple]:
    names = (p.PREF_LABEL, p.ALT_LABEL, p.NAME, p.TITLE)
    for predicate in names:
        for quad in store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                yield quad.subject, p.SEARCH_KEY, Literal(fold(quad.object.value))
    # Dated names and numbers are nodes of their own that say whose they are.
    about = NamedNode(expand("kg:about"))
    for predicate, cls in ((p.LABEL, "kg:DatedName"), (p.NOTATION, "adms:Identifier")):
        for quad in store.quads_for_pattern(None, p.TYPE, NamedNode(expand(cls))):
            for owner in store.quads_for_pattern(quad.subject, about, None):
                for name in store.quads_for_pattern(quad.subject, predicate, None):
                    if isinstance(owner.object, NamedNode) and isinstance(name.object, Literal):
                        yield owner.object, p.SEARCH_KEY, Literal(fold(name.object.value))
