"""Mapping: the records of a register's file, each as N-Triples, and a tally of them.

Neither the file nor its triples are ever whole in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from .loaders.unit_records import NUMBER, Fault, RecordReader, Selection, is_roles
from .loaders.unit_roles import role_triples
from .loaders.units import unit_triples

SHOWN: Final = 20
"""Faults that are kept as sentences; of the rest only the number is."""

Progress = Callable[[int], None]
"""Called with the number of records read so far."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be mapped: a file, what is wanted of it, its extract's node and day.

    `barred`: units that the register has removed and that must not come back.
    `names`: where the index of the units' names is to be written, if anywhere.
    """

    file: Path
    selection: Selection
    extract: str
    day: date
    barred: frozenset[str]
    names: Path | None = None

    @property
    def origin(self) -> bytes:
        """The extract's node as N-Triples."""
        return f"<{self.extract}>".encode()


@dataclass(slots=True)
class Tally:
    """How many records a file held and what became of them; `triples` of a whole register."""

    read: int = 0
    taken: int = 0
    roles: int = 0
    not_selected: int = 0
    barred: int = 0
    faulty: int = 0
    triples: int = 0
    faults: list[Fault] = field(default_factory=list)

    def note(self, faults: list[Fault]) -> None:
        """Counts faults and keeps the first of them; empties the list."""
        self.faulty += len(faults)
        self.faults.extend(faults[: SHOWN - len(self.faults)])
        faults.clear()


@dataclass(frozen=True, slots=True)
class Mapped:
    """One record as N-Triples: the unit, whether they are its roles, and the lines."""

    number: str
    roles: bool
    lines: bytes


def map_records(job: Job, tally: Tally) -> Iterator[Mapped | None]:
    """Yields each record of a file as N-Triples, None for one that is not taken."""
    takes, barred = job.selection.takes, job.barred
    origin = job.origin
    faults: list[Fault] = []
    said: list[str] = []
    reader = RecordReader(job.file, faults)
    for record in reader:
        tally.read += 1
        mapped: Mapped | None = None
        number = record[NUMBER]
        try:
            if number in barred:
                tally.barred += 1
            elif not takes(record):
                tally.not_selected += 1
            elif is_roles(record):
                lines = role_triples(number, record, origin, job.day, said)
                mapped = Mapped(number, True, lines)
                tally.roles += 1
            else:
                mapped = Mapped(number, False, unit_triples(record, origin, said))
                tally.taken += 1
        except ValueError as error:
            said.append(str(error))
        if said:
            faults.extend(Fault(reader.record, number, sentence) for sentence in said)
            said.clear()
        if faults:
            tally.note(faults)
        yield mapped
    tally.note(faults)
