"""Municipalities and counties: register tables as rows of the fact tables' kinds.

An organisation is minted from the first number and name that it had; numbers, names and counties
are dated facts about it, mergers and splits are events, and each KLASS entry is a code version
that says what became of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Final

from .chronicle import Chronicle, MadeRow, place, row_of, runs
from .municipality_events import event_rows, unseen_rows
from .municipality_links import linked_rows
from .register_tables import Record, read_records
from .source import Source
from .succession import Span

STEPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "alone": ("continued_by", "wholly", "goes_on_as"),
        "rest": ("continued_by", "goes_on_as"),
        "whole": ("continued_by", "wholly"),
        "part": ("continued_by",),
        "boundary": ("part_to",),
    }
)
"""The columns of a code version that name what became of it, by the kind of step."""


@dataclass(frozen=True, slots=True)
class Made:
    """All rows made, and other keys that tables may write for an organisation (1547-aukra).

    `left_out` are records whose number no municipality had when they were seen.
    """

    rows: tuple[MadeRow, ...]
    aliases: Mapping[str, str]
    left_out: tuple[Record, ...] = ()


def make_rows(sources: Sequence[Source]) -> Made:
    """Reads the register tables of the sources and returns the rows that follow from them.

    Raises SourceError for a table that is not as it must be.
    """
    records = read_records(sources)
    if not records["klass-versions"]:
        return Made((), MappingProxyType({}))
    chronicle = Chronicle(records)
    rows = (
        *(row_of(made.record, made.kind, **made.cells) for made in chronicle.county.rows()),
        *_organisations(chronicle),
        *_numbers(chronicle),
        *_names(chronicle),
        *_territories(chronicle),
        *_versions(chronicle),
        *event_rows(chronicle),
        *unseen_rows(chronicle),
        *linked_rows(chronicle),
    )
    return Made(rows, chronicle.aliases(), tuple(chronicle.left_out))


def _organisations(chronicle: Chronicle) -> Iterator[MadeRow]:
    for key, label, one in zip(
        chronicle.keys, chronicle.labels, chronicle.history.organisations, strict=True
    ):
        names = list(chronicle.names(one.last).items())[1:]
        yield chronicle.row(
            one.first,
            "organisations",
            key=key,
            label=label.nb,
            label_en=label.en if label.en != label.nb else "",
            also=";".join(dict.fromkeys([*label.also, *(n for n, tag in names if not tag)])),
            type="municipality",
            place=place(*(span.number for span in one.spans)),
            **{f"label_{tag}": name for name, tag in names if tag},
        )


def _numbers(chronicle: Chronicle) -> Iterator[MadeRow]:
    for key, one in zip(chronicle.keys, chronicle.history.organisations, strict=True):
        for number, spans in runs(one, lambda span: span.number):
            yield chronicle.row(
                spans[0],
                "identifiers",
                thing=key,
                scheme="municipality-number",
                value=number,
                place=place(number),
                **chronicle.time(spans),
            )


def _names(chronicle: Chronicle) -> Iterator[MadeRow]:
    """Each name over the spans that list it; case alone, or a name beside it, is no new name."""
    for key, one in zip(chronicle.keys, chronicle.history.organisations, strict=True):
        listed: dict[str, list[tuple[int, Span, str, str]]] = defaultdict(list)
        for number, span in enumerate(one.spans):
            for name, tag in chronicle.names(span).items():
                listed[name.casefold()].append((number, span, name, tag))
        for times in listed.values():
            for _, run in groupby(enumerate(times), key=lambda pair: pair[1][0] - pair[0]):
                found = [entry for _, entry in run]
                spans = [span for _, span, _, _ in found]
                yield chronicle.row(
                    spans[0],
                    "names",
                    thing=key,
                    name=found[-1][2],
                    kind="official",
                    language=found[-1][3],
                    place=place(*(span.number for span in spans)),
                    **chronicle.time(spans),
                )


def _territories(chronicle: Chronicle) -> Iterator[MadeRow]:
    """The county of each municipality: KLASS says it by the first digits of the number only."""
    for key, one in zip(chronicle.keys, chronicle.history.organisations, strict=True):
        for county, spans in runs(one, chronicle.county.key):
            yield chronicle.row(
                spans[0],
                "territories",
                municipality=key,
                county=county,
                certainty="implied",
                place=place(*(span.number for span in spans)),
                **chronicle.time(spans),
            )


def _versions(chronicle: Chronicle) -> Iterator[MadeRow]:
    became: dict[Span, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for step in chronicle.history.steps:
        for column in STEPS[step.kind]:
            after = f"version:{step.after.number}_{step.after.start.isoformat()}"
            became[step.before][column].add(after)
    for span, index in sorted(chronicle.history.holder.items()):
        for record in chronicle.of_span[span]:
            yield row_of(
                record,
                "code-versions",
                organisation=chronicle.keys[index],
                number=span.number,
                name=record["name"],
                place=place(span.number),
                **{column: ";".join(sorted(v)) for column, v in became[span].items()},
                **chronicle.time([span]),
            )
