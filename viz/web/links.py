"""Addresses of things: the path of a thing's page, and the thing of a path."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from ...ontology.namespaces import CODE, ID, PREFIXES

_SPACES: Final = tuple(
    sorted(((space, prefix) for prefix, space in PREFIXES.items()), key=lambda pair: -len(pair[0]))
)
_SAFE: Final = "-._~!$&'()*+,;=:@/"


def path_of(iri: str) -> str:
    """Returns the path of the page about an IRI; empty when it has no prefix of ours."""
    for space, prefix in _SPACES:
        if iri.startswith(space) and len(iri) > len(space):
            return f"/thing/{prefix}/{quote(iri[len(space) :], safe=_SAFE)}"
    return ""


def iri_of(prefix: str, local: str) -> str:
    """Returns the IRI that a page is about; empty when the prefix is not ours."""
    return PREFIXES[prefix] + local if prefix in PREFIXES and local else ""


def iri_at(path: str) -> str:
    """Returns the IRI that a path mirrors: /id/org/1543-nesset, /code/role/chair."""
    return (ID if path.startswith("/id/") else CODE) + path.split("/", 2)[2]


def outside(iri: str) -> str:
    """Returns an IRI as a link when it is an address of the web, else nothing."""
    return iri if iri.startswith(("http://", "https://")) else ""
