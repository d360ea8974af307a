"""Checks: whether what an impact supposes holds on the day, and when it did if not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ...graph.errors import KommunegrafError
from .items import Event, Item, Member, Thing
from .reading import Reader


class NotSoError(KommunegrafError):
    """What is supposed does not hold on the day: no member, no host, not there; ends with 1."""

    exit_code = 1


def must_be_members(
    reader: Reader, home: Thing, who: Sequence[Thing], members: Sequence[Member]
) -> None:
    """Raises NotSoError for one that is no member on the day, with when it was."""
    there = {m.organisation for m in members if m.role != "host"}
    missing = [thing for thing in who if thing not in there]
    if not missing:
        return
    day = reader.day.isoformat()
    history = reader.history(home.iri, (thing.iri for thing in missing))
    told = []
    for thing in missing:
        when = [f"{time} ({source})" for iri, role, time, source in history
                if iri == thing.iri and role != "host"]  # fmt: skip
        told.append(
            f"{thing.label} was not a member of {home.label} on {day}; "
            + (f"its membership: {'; '.join(when)}" if when else "no source says it ever was")
        )
    if not there:
        told.append(f"no source names any member of {home.label} on that day")
    raise NotSoError("; ".join(told))


def is_there(case: str, items: Sequence[Item]) -> bool:
    """Whether something hangs on it on the day, plans for later days left out."""
    now = [item for item in items if item.standing != "announced"]
    if case == "vendor":
        supplies = ("offering", "contract", "data-processing", "procurement")
        return any(
            item.ground in supplies
            or (item.ground == "participation" and item.code("participationRole") == "supplier")
            for item in now
        )
    return bool(now)


def must_exist(who: Sequence[Thing], changes: Iterable[Event], day: date) -> None:
    """Raises NotSoError for a municipality that is not there yet, or no more."""
    for thing in who:
        for change in changes:
            came = thing in change.after
            was = thing.iri in change.before
            if came and not was and day < change.day:
                raise NotSoError(f"{thing.label} was not there before {change.day}: {change.label}")
            if was and not came and day >= change.day:
                raise NotSoError(f"{thing.label} was there until {change.day}: {change.label}")


def no_host(reader: Reader, said: Thing, hosts: Sequence[Member]) -> str:
    """Returns the sentence for what is no host and has none."""
    day = reader.day.isoformat()
    known = "; ".join(f"{m.organisation.label} for {m.partnership.label}" for m in hosts)
    told = f"no source makes {said.label} a host or gives it one on {day}"
    return f"{told}; hosts then: {known or 'none'}"
