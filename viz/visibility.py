"""Who is shown: pages carry governing and leading roles, ordinary staff only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from .network import OBJECT, SUBJECT

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from ..graph.public import Hidden


def without(triples: Iterable[Triple], hidden: Hidden) -> list[Triple]:
    """Returns the triples of a view without hidden things and relations, and texts that name them.

    A relation is hidden when it, the node that its name is made from (`node#part`), or one of its
    ends is. What was drawn only as the end of a hidden relation goes with it.
    """
    said = [triple for triple in triples if not _names_hidden(triple.object, hidden)]
    ends: dict[str, set[str]] = {}
    for triple in said:
        if triple.predicate.value in (SUBJECT, OBJECT):
            ends.setdefault(_name(triple.subject), set()).add(_name(triple.object))
    gone = {
        relation
        for relation, tied in ends.items()
        if {relation, relation.partition("#")[0], *tied} & hidden.nodes
    }
    left = {end for relation, tied in ends.items() if relation not in gone for end in tied}
    lone = {end for relation in gone for end in ends[relation]} - left
    return [triple for triple in said if _name(triple.subject) not in gone | lone | hidden.nodes]


def _names_hidden(term: object, hidden: Hidden) -> bool:
    return isinstance(term, Literal) and hidden.has(term)


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
