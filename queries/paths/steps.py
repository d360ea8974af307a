"""Steps: a link of a path as a Norwegian sentence with its time, source and certainty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...ontology.namespaces import expand
from ..as_of import CERTAINTIES
from .details import Details
from .holding import HAPPENED, UNDATED
from .neighbours import Link

_STANDINGS: Final = ("stated", "persisting", HAPPENED, UNDATED, "possible", "planned")
"""Standings in the order in which the relation to name is chosen among several."""

_TWICE: Final = re.compile(r"( \([^()]*\))\1(?!\w)")

_GAP: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Said:
    """A relation as it is told: node, label, sentence, time, how it stands, who says it."""

    relation: str
    relation_label: str
    kind: str
    sentence: str
    standing: str
    time: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: from one thing to the next by a relation, and what else ties the two."""

    start: str
    start_label: str
    end: str
    end_label: str
    said: Said
    more: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts links into words.

    `standings` are by link; `present` holds the relations that a source says hold on the day that
    the answer is for, which are told in the present tense.
    """

    details: Details
    standings: dict[Link, str]
    present: frozenset[str]

    def order(self, link: Link) -> tuple[int, int, int, int, str, str]:
        """Orders links between the same two things, the best-evidenced first."""
        relation = self.told_by(link)
        return (
            CERTAINTIES.index(self.details.certainty(relation)),
            _STANDINGS.index(self.standings[link]),
            link.kind.rank,
            -len(self.details.evidence(relation)),
            link.relation,
            link.tie.sentence,
        )

    def told_by(self, link: Link) -> str:
        """Returns the node that carries the link's time and source."""
        return self.details.proofs.get(link.ends, link.relation)

    def step(self, start: str, end: str, links: Sequence[Link]) -> Step:
        """Returns the step from one thing to the next; the first of the links is named."""
        first, *others = (self.said(link) for link in links)
        label = self.details.label
        return Step(start, label(start), end, label(end), first, tuple(others))

    def said(self, link: Link) -> Said:
        """Returns a link in words."""
        relation = self.told_by(link)
        return Said(
            relation=relation,
            relation_label=self.details.label(relation),
            kind=link.kind.name,
            sentence=self.sentence(link),
            standing=self.standings[link],
            time=self.details.time(relation),
            source=self.details.source(relation),
            certainty=self.details.certainty(relation),
        )

    def sentence(self, link: Link) -> str:
        """Returns what the link says; the relation's own label where a word for it is missing."""
        text = link.tie.sentence.replace("{verb}", self._verb(link))
        missing: list[str] = []

        def fill(match: re.Match[str]) -> str:
            filled = self._fill(link, match[1])
            if not filled:
                missing.append(match[1])
            return filled

        text = _GAP.sub(fill, text)
        if missing:
            text = self.details.label(link.relation)
        # Some labels end in what their code says: “Kontrakt … (hevet)”.
        text = _TWICE.sub(r"\1", text)
        if self.standings[link] == "planned":
            text = f"Planlagt: {text}"
        return text[:1].upper() + text[1:]

    def _is_present(self, link: Link) -> bool:
        if self.standings[link] in ("planned", UNDATED):
            return True
        codes = self.details.said.get(link.relation, {}).get(link.kind.role, ())
        return link.relation in self.present and link.kind.over.isdisjoint(codes)

    def _verb(self, link: Link) -> str:
        codes = self.details.said.get(link.relation, {}).get(link.kind.role, ())
        return next((link.kind.words[code] for code in codes if code in link.kind.words), "{}")

    def _fill(self, link: Link, gap: str) -> str:
        if "|" in gap:
            present, _, past = gap.partition("|")
            return present if self._is_present(link) else past
        match gap:
            case "":
                return ""
            case "a":
                return self.details.label(link.first)
            case "b":
                return self.details.label(link.second)
            case "label":
                return self.details.label(link.relation)
            case "role":
                return ", ".join(self.details.values(link.relation, link.kind.role))
            case curie:
                return ", ".join(self.details.values(link.relation, expand(curie)))
