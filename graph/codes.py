"""Code lists as the loader needs them: which codes exist and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ..ontology import reading
from ..ontology.namespaces import CODE
from . import predicates as p


@dataclass(frozen=True, slots=True)
class CodeList:
    """One SKOS concept scheme: Norwegian labels by code, and the class that a code implies."""

    name: str
    labels: Mapping[str, str]
    classes: Mapping[str, NamedNode]


@cache
def all_codes() -> Mapping[str, CodeList]:
    """Returns every code list by name, read from the ontology's `codes/*.ttl`."""
    lists = [
        _read(file.name.removesuffix(".ttl"), file.read_bytes()) for file in reading.code_lists()
    ]
    return MappingProxyType({codes.name: codes for codes in lists})


def _read(name: str, turtle: bytes) -> CodeList:
    base = f"{CODE}{name}/"
    labels: dict[str, str] = {}
    classes: dict[str, NamedNode] = {}
    for quad in parse(turtle, format=RdfFormat.TURTLE):
        subject, term = quad.subject, quad.object
        if not (isinstance(subject, NamedNode) and subject.value.startswith(base)):
            continue
        code = subject.value.removeprefix(base)
        if quad.predicate == p.PREF_LABEL and isinstance(term, Literal) and term.language == "nb":
            labels[code] = term.value
        elif quad.predicate == p.CLASS_OF_CODE and isinstance(term, NamedNode):
            classes[code] = term
    return CodeList(name, MappingProxyType(labels), MappingProxyType(classes))
