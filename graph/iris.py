"""The one place that makes IRIs: readable, stable, made from keys and the ends of a relation."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.namespaces import CODE, GRAPH, PREFIXES

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS: Final = str.maketrans(
    {"æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ð": "d", "þ": "th", "ß": "ss", "đ": "d", "ŋ": "ng"}
)
KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def fold(text: str) -> str:
    """Returns text in lower case with æ, ø, å and accents written in plain ASCII letters."""
    if text.isascii():
        return text.lower()
    plain = text.translate(_LATIN)
    # Whatever the table does not hold is not ASCII and is still there.
    return plain if plain.isascii() else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


# A million names are folded when a whole register is loaded: 20 times faster by one table.
_LATIN: Final = str.maketrans({chr(n): _fold(chr(n)) for n in range(0x180)})


def slug(text: str) -> str:
    """Returns text as a key: folded, everything else than letters and digits a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def thing(prefix: str, key: str) -> NamedNode:
    """Returns the IRI of the thing of a kind (by its prefix) with this key."""
    return NamedNode(PREFIXES[prefix] + key)


def relation(prefix: str, parts: list[str]) -> NamedNode:
    """Returns the IRI of a relation made from the local names of its ends."""
    return NamedNode(PREFIXES[prefix] + "_".join(part for part in parts if part))


def code(list_name: str, name: str) -> NamedNode:
    """Returns the IRI of a code of a list."""
    return NamedNode(f"{CODE}{list_name}/{name}")


def graph(name: str) -> NamedNode:
    """Returns the IRI of the named graph of a source, or of `ontology` or `derived`."""
    return NamedNode(GRAPH + name)


def local_name(iri: NamedNode) -> str:
    """Returns what follows the kind in one of our IRIs: the key of a thing or relation."""
    return iri.value.rsplit("/", 1)[-1]
