"""What an exit or a merger would cost the members of a partnership, read and worked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...graph.errors import QueryError
from .cost_figures import Change, Costs
from .cost_model import compare, periods, work_out
from .findings import listed, names
from .items import Member, Thing
from .reading import Reader


def costs_of(
    reader: Reader,
    home: Thing,
    members: Sequence[Member],
    model: str,
    leaving: Sequence[Thing] = (),
    merging: Sequence[Thing] = (),
    real: Thing | None = None,
) -> Costs:
    """Works out the shares; `real` is the municipality that did come of the merger."""
    figures = reader.figures(home.iri)
    if model and model not in periods(figures):
        stated = ", ".join(periods(figures)) or "none"
        raise QueryError(f"--model {model}: the sources state shares of {home.label} for: {stated}")
    parts = {m.organisation.iri: m.organisation.label for m in members if m.role == "member"}
    inside = tuple(thing.iri for thing in merging if thing.iri in parts)
    if merging and len(inside) < len(merging):
        outside = names(thing for thing in merging if thing.iri not in parts)
        why = (
            f"{outside} er ikke deltaker i {home.label}, og kildene oppgir ikke folketallet; hva "
            "den nye kommunen ville betale, kan ikke regnes ut."
        )
        return Costs(home.label, refusal=why)
    gone = {f.party for f in figures if f.party} - parts.keys()
    label = listed([thing.label for thing in merging]) if merging else ""
    change = Change(
        members=parts, leaving=tuple(thing.iri for thing in leaving), merging=inside,
        merged=f"{label} (som én)" if merging else "", successors=_successors(reader, gone, parts),
    )  # fmt: skip
    costs = work_out(home.label, figures, change, reader.day, model)
    if costs.refusal and not figures:
        asked = [
            f"{one.question} ({one.source})"
            for one in reader.open_questions([home.iri])
            if "kostnad" in one.question.lower()
        ]
        costs = replace(costs, notes=tuple(f"Åpent spørsmål: {question}" for question in asked))
    if real is not None:
        costs = compare(costs, figures, reader.day, {real.iri: change.merged})
    return costs


def _successors(reader: Reader, gone: Iterable[str], members: Iterable[str]) -> dict[str, str]:
    """Returns for parties that are no members now the member that came of them by the day."""
    gone, members = set(gone), set(members)
    if not gone:
        return {}
    return {
        before: thing.iri
        for change in reader.changes(gone)
        if change.day <= reader.day
        for before in change.before & gone
        for thing in change.after
        if thing.iri in members
    }
