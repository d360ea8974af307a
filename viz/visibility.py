"""Who is shown: pages carry governing and leading roles, ordinary staff only when asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from .network import OBJECT, SUBJECT

if TYPE_CHECKING:
    from pyoxigraph import Triple


def without(triples: Iterable[Triple], hidden: Collection[str]) -> list[Triple]:
    """Returns the triples of a view without hidden things and relations.

    A relation is hidden when it, the node that its name is made from (`node#part`), or one of its
    ends is. What was drawn only as the end of a hidden relation goes with it.
    """
    said = list(triples)
    ends: dict[str, set[str]] = {}
    for triple in said:
        if triple.predicate.value in (SUBJECT, OBJECT):
            ends.setdefault(_name(triple.subject), set()).add(_name(triple.object))
    gone = {
        relation
        for relation, tied in ends.items()
        if {relation, relation.partition("#")[0], *tied} & set(hidden)
    }
    left = {end for relation, tied in ends.items() if relation not in gone for end in tied}
    lone = {end for relation in gone for end in ends[relation]} - left
    return [triple for triple in said if _name(triple.subject) not in gone | lone | set(hidden)]


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
