"""Content negotiation: from what a client accepts to the one format it gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A format: its short name (also the suffix in paths), its media type, other names of it.

    Each is one of those below, told apart by identity.
    """

    name: str
    media: str
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type as the header says it."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


JSON: Final = Format("json", "application/sparql-results+json", ("application/json",))
XML: Final = Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml"))
CSV: Final = Format("csv", "text/csv")
TSV: Final = Format("tsv", "text/tab-separated-values")
ROWS: Final = (JSON, XML, CSV, TSV)
"""Formats of the rows of SELECT and the yes or no of ASK, the preferred first."""

TURTLE: Final = Format("ttl", "text/turtle", ("application/x-turtle", "turtle"))
N_TRIPLES: Final = Format("nt", "application/n-triples", ("text/plain", "ntriples"))
RDF_XML: Final = Format("rdf", "application/rdf+xml", ("application/xml", "text/xml", "rdfxml"))
JSON_LD: Final = Format("jsonld", "application/ld+json", ("application/json", "json-ld"))
N_QUADS: Final = Format("nq", "application/n-quads", ("nquads",))
TRIG: Final = Format("trig", "application/trig")
N3: Final = Format("n3", "text/n3")
GRAPHS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS, N3)
"""Formats of triples."""

HTML: Final = Format("html", "text/html", ("application/xhtml+xml",))
PROBLEM: Final = Format("problem", "application/problem+json", ("application/json",))
PLAIN: Final = Format("txt", "text/plain")
OBJECT: Final = Format("json", "application/json")
"""JSON that is no SPARQL result."""

_RANGE: Final = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*(;.*)?", re.DOTALL)
LONGEST: Final = 2000
"""Signs of an Accept header that are read."""


@lru_cache(maxsize=512)
def choose(accept: str, offers: tuple[Format, ...]) -> Format | None:
    """Returns the offer that an Accept header likes best, the first of equals; None if none fits.

    An empty header accepts all. What is not understood in it is passed over.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offers[0] if not accept.strip() else None
    best: tuple[float, int] | None = None
    chosen: Format | None = None
    for offer in offers:
        names = (offer.media, *offer.also)
        score = max((_quality(ranges, name, place) for place, name in enumerate(names)), default=0)
        if score > 0 and (best is None or score > best[0]):
            best, chosen = (score, 0), offer
    return chosen


def _quality(ranges: Sequence[tuple[str, str, float]], media: str, place: int) -> float:
    """Returns how much a media type is liked: by the most specific range that it falls into."""
    kind, _, sub = media.partition("/")
    found: tuple[int, float] | None = None
    for main, minor, q in ranges:
        if (main, minor) == (kind, sub):
            specific = 2
        elif main == kind and minor == "*" and place == 0:
            specific = 1
        elif main == minor == "*" and place == 0:
            specific = 0
        else:
            continue
        if found is None or specific > found[0]:
            found = (specific, q)
    # Another name of a format is a shade less than its own.
    return 0 if found is None else found[1] * (1 if place == 0 else 0.999)


def _ranges(accept: str) -> list[tuple[str, str, float]]:
    ranges = []
    for part in accept[:LONGEST].split(","):
        if match := _RANGE.fullmatch(part.lower()):
            q = 1.0
            for parameter in (match[3] or "").split(";"):
                name, _, value = parameter.partition("=")
                if name.strip() == "q":
                    q = _number(value.strip())
            ranges.append((match[1], match[2], q))
    return ranges


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"(0(\.\d{0,3})?|\.\d{1,3}|1(\.0{0,3})?)", text) else 0.0


def named(name: str, offers: Sequence[Format]) -> Format | None:
    """Returns the offer of a short name, a media type or another name of it."""
    wanted = name.strip().lower()
    for offer in offers:
        if wanted in (offer.name, offer.media, *offer.also):
            return offer
    return None
