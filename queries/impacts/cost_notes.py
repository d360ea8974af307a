"""Notes on costs that are worked out: the method, what was assumed, and what does not add up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from .cost_figures import (
    AMOUNTS,
    MEASURES,
    SHARE,
    SUM,
    Figure,
    Line,
    joined,
    kroner,
    percent,
    rounded,
    total_of,
)


def rounding_notes(lines: Sequence[Line], stated: Sequence[Figure]) -> list[str]:
    """Says where the rounded rows after the change do not add up to the total."""
    notes = []
    for line in lines:
        if line.member == SUM and line.after is not None:
            total = Decimal(100) if line.measure == SHARE else total_of(line.measure, stated)
            show = percent if line.measure == SHARE else kroner
            if line.after != total:
                notes.append(
                    f"{MEASURES[line.measure]}: radene etter endringen gir {show(line.after)} mot "
                    f"{show(total)} i alt, på grunn av avrundingen."
                )
    return notes


def later_notes(figures: Sequence[Figure], stated: Sequence[Figure]) -> list[str]:
    """Says that shares are stated for a later period too, and that they are not used."""
    end = max(f.last for f in stated)
    later = {(f.period, f.base, f.source) for f in figures if f.measure == SHARE and f.first >= end}
    told = {period: base for period, base, _ in sorted(later)}
    return [
        unused(period) + (f" («{base}»)" if base else "") + "; de er ikke brukt her."
        for period, base in told.items()
    ]


def unused(period: str) -> str:
    """Returns the beginning of the note on a period whose shares are not used."""
    return f"Kildene oppgir også andeler for {period}"


def sum_notes(stated: Sequence[Figure]) -> list[str]:
    """Says whether the printed sums are the sums of the printed rows."""
    notes = []
    for measure in (SHARE, *AMOUNTS):
        rows = [f.value for f in stated if f.measure == measure and f.party]
        printed = [f for f in stated if f.measure == measure and f.role == "total"]
        total = sum(rows, Decimal(0))
        if rows and printed and printed[0].value != total:
            notes.append(
                f"{MEASURES[measure]}: trykt sum er {printed[0].value}, radene gir {total} "
                f"({printed[0].source})."
            )
    return notes


def printed_notes(stated: Sequence[Figure]) -> list[str]:
    """Says how far the printed amounts lie from printed share times total."""
    notes = []
    shares = {f.party: f.value for f in stated if f.measure == SHARE and f.party}
    for measure in AMOUNTS:
        total = total_of(measure, stated)
        gaps = [
            (rounded(abs(Fraction(total * shares[f.party] / 100 - f.value)), Decimal(1)), f.label)
            for f in stated
            if f.measure == measure and f.party in shares
        ]
        if gaps and max(gaps)[0]:
            gap, label = max(gaps)
            notes.append(
                f"{MEASURES[measure]}: de trykte beløpene avviker fra trykt andel × total med "
                f"inntil {kroner(gap)} ({label}), fordi andelene er trykt med to desimaler. "
                "Så usikre er også beløpene etter endringen, minst."
            )
    return notes


def method(
    equal: Fraction, population: Fraction, before: int, after: int, parties: int
) -> tuple[str, ...]:
    """Says how the shares are worked out."""
    e, p = (percent(rounded(x, Decimal(1))) for x in (equal, population))
    return (
        f"Folketallsvekt = (trykt andel − {e} / {parties}) / {p}.",
        f"Andel før = {e} / {before} + {p} × vekt; "
        f"andel etter = {e} / {after} + {p} × vekt blant de {after}.",
        "Det er regnet uten avrunding; til slutt er andeler avrundet til to desimaler og beløp til "
        "nærmeste 1 000 kr (1 kr der kilden har hele kroner), hvert tall for seg.",
    )


def assumptions(
    partnership: str,
    period: str,
    parts: Sequence[Figure],
    stated: Sequence[Figure],
    *,
    foreign: bool,
    same: bool,
) -> tuple[str, ...]:
    """Says what is taken for granted."""
    model = " og ".join(f"{percent(f.value)} {f.category.lower()}" for f in parts)
    said = [
        f"Modellen for {period} gjelder også etter endringen: {model} ({parts[0].source}).",
        "Folketallet er det som de trykte andelene forutsetter; kildene oppgir ikke tallene.",
    ]
    totals = [
        f"{MEASURES[measure].lower()} {kroner(total_of(measure, stated))}"
        for measure in AMOUNTS
        if any(f.measure == measure for f in stated)
    ]
    if totals:
        said.append(f"Totalbeløpene for {period} står uendret: {joined(totals)}.")
    if foreign:
        said.append(f"Modellen for {period} er valgt med --model; den gjelder ikke ellers.")
    if not same:
        said.append(
            f"Deltakerne er andre enn da andelene ble trykt; også andelene før er regnet ut, "
            f"med {partnership}s modell for {period}."
        )
    return tuple(said)
