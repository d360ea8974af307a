"""Items: the relations that an impact touches, and what else it knows, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """A thing or code: its label, and its IRI."""

    label: str
    iri: str

    @property
    def code(self) -> str:
        """The last part of the IRI, by which rules know a code."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Item:
    """A relation that is touched: on which ground, how it stands, where it is said.

    `standing`: stated, persisting, possible or planned on the day; announced for a plan whose day
    comes later; undated for a document. `certainty` is that of the surest source. `things` and
    `texts` are by the local name of the property (`user`, `useStatus`, `title` …).
    """

    ground: str
    relation: str
    standing: str
    certainty: str
    things: Mapping[str, tuple[Thing, ...]] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)

    def of(self, name: str) -> tuple[Thing, ...]:
        """The things that it joins by a property."""
        return self.things.get(name, ())

    def iris(self, *names: str) -> frozenset[str]:
        """The IRIs of the things that it joins by any of the properties."""
        return frozenset(thing.iri for name in names for thing in self.of(name))

    def labels(self, name: str) -> str:
        """The labels of the things that it joins by a property, in one string."""
        return ", ".join(thing.label for thing in self.of(name))

    def code(self, name: str) -> str:
        """The code that it has by a property, or an empty string."""
        return next((thing.code for thing in self.of(name)), "")

    @property
    def label(self) -> str:
        """What it says, as a short sentence."""
        return (
            self.texts.get("comment") or self.texts.get("label") or self.texts.get("prefLabel", "")
        )

    @property
    def time(self) -> str:
        """When, as people write it."""
        return self.texts.get("timeText") or self.texts.get("date", "")

    @property
    def source(self) -> str:
        """Where it is said, as people write it."""
        return self.texts.get("sourceText", "")

    @property
    def is_plan(self) -> bool:
        """Whether it is only planned."""
        return self.standing in ("planned", "announced")


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation that stands as a member or host of a partnership on the day."""

    partnership: Thing
    organisation: Thing
    role: str
    standing: str


@dataclass(frozen=True, slots=True)
class Open:
    """A question that a source leaves open about one or more things."""

    question: str
    source: str
    about: frozenset[str]
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Event:
    """A change event: its day, who was before it and who came of it."""

    iri: str
    label: str
    day: date
    before: frozenset[str]
    after: frozenset[Thing]
    source: str


@dataclass(frozen=True, slots=True)
class Background:
    """What else is known of systems and undertakings: kind, fields, status, offerings by role."""

    known: Mapping[str, Mapping[str, tuple[Thing, ...]]]

    def of(self, iri: str, name: str) -> tuple[Thing, ...]:
        """The things of a kind of statement: type, field, projectStatus, or an offering role."""
        return self.known.get(iri, {}).get(name, ())
