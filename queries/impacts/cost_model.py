"""What members pay under a partnership's stated cost model, before and after a change of members.

The model that the sources state is a sum of parts: a percentage in equal parts, a percentage by
population. They print shares, not populations; the weights by population follow from the shares:
weight = (share - equal percentage / members) / percentage by population. All arithmetic is exact
(fractions) until it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from .cost_figures import (
    AMOUNTS,
    HUNDREDTH,
    PART,
    SHARE,
    SUM,
    Change,
    Costs,
    Figure,
    Line,
    joined,
    percent,
    rounded,
    total_of,
)
from .cost_notes import (
    assumptions,
    later_notes,
    method,
    printed_notes,
    rounding_notes,
    sum_notes,
    unused,
)

# How the sources word a part of a model; a part in other words cannot be computed.
_EQUALLY: Final = ("likt", "lik fordeling", "fast andel")
_BY_POPULATION: Final = ("folketall", "innbyggertall", "innbyggere")


class _RefusedError(Exception):
    """The model cannot be applied; says why in a sentence."""


def work_out(
    partnership: str, figures: Sequence[Figure], change: Change, day: date, model: str = ""
) -> Costs:
    """Returns what the members would pay after the change, as of a day.

    `model`: the period whose model to take, such as 2019, though another or none holds on the day.
    """
    shares = [f for f in figures if f.measure == SHARE and f.party]
    period = model or next((f.period for f in shares if f.first <= day < f.last), "")
    stated = [f for f in shares if f.period == period]
    try:
        if not stated:
            raise _RefusedError(_none_stated(partnership, shares, day))
        return _apply(partnership, figures, change, period, foreign=bool(model))
    except _RefusedError as refused:
        printed = tuple((f.label, f.value, f.source) for f in stated)
        return Costs(partnership, period, str(refused), stated=printed)


def periods(figures: Iterable[Figure]) -> list[str]:
    """Returns the periods for which shares are stated, in order of time."""
    return [p for _, p in sorted({(f.first, f.period) for f in figures if f.measure == SHARE})]


def _none_stated(partnership: str, shares: Sequence[Figure], day: date) -> str:
    if not shares:
        return (
            f"Kildene oppgir verken kostnadsmodell eller kostnadsandeler for {partnership}; "
            "derfor kan ingenting regnes ut."
        )
    return (
        f"Kildene oppgir ingen kostnadsandeler for {partnership} den {day.isoformat()}, "
        f"bare for {joined(periods(shares))}."
    )


def _apply(
    partnership: str, figures: Sequence[Figure], change: Change, period: str, *, foreign: bool
) -> Costs:
    stated = [f for f in figures if f.period == period]
    parts = sorted((f for f in stated if f.measure == PART), key=lambda f: not _is_equal(f))
    shares = [f for f in stated if f.measure == SHARE and f.party]
    known = sorted({f.period for f in figures if f.measure == PART})
    equal, population = _model(partnership, period, parts, shares, known)
    weights, notes = _weights(shares, equal, population)
    held, gone = _held(weights, change)
    notes += gone
    before = _shares(held, equal, population)
    after = _after(held, change, equal, population)
    labels = {**change.members, change.merged: change.merged}
    same = held.keys() == weights.keys()
    lines = _share_lines(labels, change, before, after, shares if same else ())
    for measure in AMOUNTS:
        lines += _amount_lines(measure, stated, labels, change, before, after, printed=same)
    notes += rounding_notes(lines, stated)
    notes += sum_notes(stated)
    if same:
        notes += printed_notes(stated)
    notes += later_notes(figures, stated)
    return Costs(
        partnership, period,
        lines=tuple(lines),
        weights=tuple((labels[iri], rounded(100 * held[iri], HUNDREDTH)) for iri in held),
        method=method(equal, population, len(held), len(after), len(weights)),
        assumptions=assumptions(partnership, period, parts, stated, foreign=foreign, same=same),
        notes=tuple(notes),
    )  # fmt: skip


def _is_equal(part: Figure) -> bool:
    return any(word in part.category.lower() for word in _EQUALLY)


def _model(
    partnership: str,
    period: str,
    parts: Sequence[Figure],
    shares: Sequence[Figure],
    known: Sequence[str],
) -> tuple[Fraction, Fraction]:
    """Returns the percentages in equal parts and by population.

    `known`: the periods for which sources state a model.
    """
    if not parts:
        hint = f"Modellen for {known[-1]} kan velges med --model {known[-1]}." if known else ""
        said = sorted({f"«{f.base}» ({f.source})" for f in shares if f.base}) or ["–"]
        raise _RefusedError(
            f"For {period} oppgir kildene andelene i {partnership}, men ikke formelen bak dem: "
            f"{said[0]}. Uten formel kan en endring ikke regnes ut. {hint}".rstrip()
        )
    equal = population = Fraction(0)
    for part in parts:
        if _is_equal(part):
            equal += Fraction(part.value)
        elif any(word in part.category.lower() for word in _BY_POPULATION):
            population += Fraction(part.value)
        else:
            raise _RefusedError(
                f"Modellen for {period} har en del som programmet ikke kan regne med: "
                f"«{part.category}», {percent(part.value)} ({part.source})."
            )
    if equal + population != 100 or not population:
        total = percent(rounded(equal + population, HUNDREDTH))
        raise _RefusedError(f"Delene av modellen for {period} er til sammen {total}, ikke 100 %.")
    return equal, population


def _weights(
    shares: Sequence[Figure], equal: Fraction, population: Fraction
) -> tuple[dict[str, Fraction], list[str]]:
    """Returns each party's part of the population, adding up to one, and what is to be said."""
    fixed = equal / len(shares)
    raw = {f.party: (Fraction(f.value) - fixed) / population for f in shares}
    for figure in shares:
        if raw[figure.party] < 0:
            raise _RefusedError(
                f"{figure.label} har {percent(figure.value)}, mindre enn den like delen; "
                "andelene følger ikke modellen."
            )
    total = sum(raw.values(), Fraction(0))
    notes = []
    if total != 1:
        printed = rounded(sum((Fraction(f.value) for f in shares), Fraction(0)), HUNDREDTH)
        notes.append(
            f"De trykte andelene er til sammen {percent(printed)}; vektene er regnet om til 100 %."
        )
    return {iri: weight / total for iri, weight in raw.items()}, notes


def _held(weights: Mapping[str, Fraction], change: Change) -> tuple[dict[str, Fraction], list[str]]:
    """Returns the weights of those who are members on the day, adding up to one."""
    held: dict[str, Fraction] = {}
    notes: list[str] = []
    passed: dict[str, int] = {}
    for iri, weight in weights.items():
        member = iri if iri in change.members else (change.successors or {}).get(iri, "")
        if member in change.members:
            held[member] = held.get(member, Fraction(0)) + weight
            passed[member] = passed.get(member, 0) + (member != iri)
    for member, label in change.members.items():
        if member not in held:
            raise _RefusedError(
                f"{label} har ingen andel under modellen, og kildene oppgir ikke folketallet."
            )
        if passed[member]:
            notes.append(f"{label} har vektene til de {passed[member]} som ble slått sammen.")
    total = sum(held.values(), Fraction(0))
    return {iri: weight / total for iri, weight in held.items()}, notes


def _shares(
    weights: Mapping[str, Fraction], equal: Fraction, population: Fraction
) -> dict[str, Fraction]:
    return {iri: equal / len(weights) + population * weight for iri, weight in weights.items()}


def _after(
    held: Mapping[str, Fraction], change: Change, equal: Fraction, population: Fraction
) -> dict[str, Fraction]:
    """Returns the shares after the change, by IRI; those who become one have the merged label."""
    out = {*change.leaving, *change.merging}
    kept = {iri: weight for iri, weight in held.items() if iri not in out}
    if change.merging:
        kept[change.merged] = sum((held[iri] for iri in change.merging), Fraction(0))
    total = sum(kept.values(), Fraction(0))
    if not total:
        raise _RefusedError("Ingen deltaker er igjen til å bære kostnadene.")
    return _shares({iri: weight / total for iri, weight in kept.items()}, equal, population)


def _share_lines(
    labels: Mapping[str, str],
    change: Change,
    before: Mapping[str, Fraction],
    after: Mapping[str, Fraction],
    printed: Sequence[Figure],
) -> list[Line]:
    """One line a member; the shares before are the printed ones where they hold as they stand."""
    said = {f.party: f.value for f in printed}
    old = {iri: said.get(iri, rounded(share, HUNDREDTH)) for iri, share in before.items()}
    new = {iri: rounded(share, HUNDREDTH) for iri, share in after.items()}
    return _lines(SHARE, "percent", labels, change, old, new)


def _amount_lines(
    measure: str,
    stated: Sequence[Figure],
    labels: Mapping[str, str],
    change: Change,
    before: Mapping[str, Fraction],
    after: Mapping[str, Fraction],
    *,
    printed: bool,
) -> list[Line]:
    """One line a member, of a total that stays; rounded as the source rounds."""
    rows = {f.party: f.value for f in stated if f.measure == measure and f.party}
    if not rows:
        return []
    total = total_of(measure, stated)
    step = _step(rows.values())

    def part(share: Fraction) -> Decimal:
        return rounded(Fraction(total) * share / 100, step)

    old = {iri: rows[iri] if printed else part(share) for iri, share in before.items()}
    new = {iri: part(share) for iri, share in after.items()}
    return _lines(measure, "nok", labels, change, old, new)


def _lines(
    measure: str,
    unit: str,
    labels: Mapping[str, str],
    change: Change,
    old: Mapping[str, Decimal],
    new: Mapping[str, Decimal],
) -> list[Line]:
    lines = []
    for iri in sorted(labels.keys() - {""}, key=lambda one: labels[one]):
        if iri not in change.merging and (iri in old or iri in new):
            before = old.get(iri)
            if iri == change.merged:
                before = sum((old[one] for one in change.merging), Decimal(0))
            lines.append(Line(measure, labels[iri], before, new.get(iri), unit))
    sums = (sum(old.values(), Decimal(0)), sum(new.values(), Decimal(0)))
    return [*lines, Line(measure, SUM, *sums, unit)]


def compare(
    costs: Costs, figures: Sequence[Figure], after: date, names: Mapping[str, str]
) -> Costs:
    """Adds the shares that a source prints for the first period from `after` on.

    `names`: the label in the computed lines for each party of that period.
    """
    later = [f for f in figures if f.measure == SHARE and f.party and f.first >= after]
    if not later or not costs.lines:
        return costs
    first = min(f.first for f in later)
    computed = {line.member: line.after for line in costs.lines if line.measure == SHARE}
    printed = tuple(
        (f.label, computed.get(names.get(f.party, f.label)), f.value, f.source)
        for f in later
        if f.first == first
    )
    base = next((f.base for f in later if f.first == first and f.base), "")
    note = (
        f"De trykte andelene for {later[0].period} gjelder en annen modell eller et annet grunnlag"
    )
    note += f" («{base}»)" if base else ""
    note += "; forskjellen er ikke en feil i regnestykket."
    kept = [text for text in costs.notes if not text.startswith(unused(later[0].period))]
    return replace(costs, printed=printed, notes=(*kept, note))


def _step(values: Iterable[Decimal]) -> Decimal:
    """Returns thousand when all amounts are in whole thousands, else one."""
    return Decimal(1000) if all(value % 1000 == 0 for value in values) else Decimal(1)
