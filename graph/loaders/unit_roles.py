"""Roles in units of Enhetsregisteret as N-Triples: who leads, governs, audits and answers for what.

A role answer holds who has each role on the day it is retrieved and no day before, so every role is
observed on that day. Of persons the name is kept and nothing else; roles that are given up, and
those of persons who have died, are left out. Who elected a member (`valgtAv`) is left out too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Final

from pyoxigraph import NamedNode

from ...ontology.namespaces import PREFIXES
from .. import iris
from .. import predicates as p
from ..codes import all_codes
from ..mending import Faults, read_day, read_name
from ..ntriples import line, node, norwegian, plain, source_line, time_lines, typed
from ..orgnumbers import read_number
from ..standing import Times

_OWN_LETTERS: Final = str.maketrans({"Æ": "AE", "Ø": "O", "Å": "A"})
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]+))?\s*(?:%|prosent)?", re.IGNORECASE)
_PART: Final = re.compile(r"([0-9]+)\s*/\s*([1-9][0-9]*)")
_EXACT: Final = Decimal("0.000001")


@dataclass(slots=True)
class _Answer:
    """What holds for every role of one answer."""

    number: str
    origin: str
    observed: date
    known: Container[str]
    faults: Faults
    # Birth dates tell namesakes apart while an answer is read; they go no further.
    persons: dict[str, list[object]] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        return _unit(self.number)

    def person(self, name: str, born: object) -> str:
        namesakes = self.persons.setdefault(iris.slug(name), [])
        if born not in namesakes:
            namesakes.append(born)
        index = namesakes.index(born)
        return iris.slug(name) + (f"-{index + 1}" if index else "")

    def about(self, holds: str) -> str:
        """The time and the source of a relation of this answer."""
        seen = Times(observed_from=self.observed, observed_until=self.observed + timedelta(days=1))
        words = f"sett {self.observed}"
        return time_lines(holds, seen, words) + source_line(
            holds, self.origin, f"roller i {self.number}"
        )


def role_triples(
    unit_number: str,
    answer: Mapping[str, Any],
    source: bytes,
    observed: date,
    faults: Faults | None = None,
    known: Container[str] = frozenset(),
) -> bytes:
    """Returns the triples of a role answer; `source` is the extract's IRI in angle brackets.

    `observed` is the day of retrieval. An organisation that holds a role gets its name and number
    from here unless it is among the `known` numbers. What cannot be taken is left out and said in
    `faults`. Raises ValueError, with a sentence, when the unit's number is none or the answer no
    role answer.
    """
    groups = answer.get("rollegrupper")
    if not isinstance(groups, list):
        raise ValueError("the answer has no list of roles (rollegrupper)")
    said: Faults = [] if faults is None else faults
    of = _Answer(read_number(unit_number), source.decode(), observed, known, said)
    lines: dict[str, None] = {}
    for group in groups:
        roles = group.get("roller") if isinstance(group, dict) else None
        for role in roles if isinstance(roles, list) else ():
            if isinstance(role, dict) and not _is_over(role):
                try:
                    lines.update(dict.fromkeys(_role(of, role, group.get("sistEndret"))))
                except ValueError as error:
                    said.append(f"{error}; the role is left out")
    return "".join(lines).encode()


def _is_over(role: Mapping[str, Any]) -> bool:
    person = role.get("person")
    gone = isinstance(person, dict) and person.get("erDoed")
    return bool(role.get("avregistrert") or role.get("fratraadt") or gone)


def _role(of: _Answer, role: Mapping[str, Any], changed: object) -> Iterator[str]:
    kind = role.get("type")
    code = kind.get("kode") if isinstance(kind, dict) else None
    if not isinstance(code, str) or not code:
        raise ValueError("a role without a type (type.kode)")
    if isinstance(role.get("person"), dict):
        holds, name, about = _person(of, role["person"], code)
    elif isinstance(role.get("enhet"), dict):
        holds, name, about = _organisation(of, role["enhet"], code)
        yield from _liability(of, role, name)
    else:
        raise ValueError(f"the role {code} is held by neither person nor unit")
    yield about
    what = _role_names().get(_ascii(code))
    if what is None:
        of.faults.append(f"the role “{code}” is unknown; it is kept without its code")
        what = str(role["type"].get("beskrivelse") or code)
    else:
        yield line(holds, p.MEMBER_ROLE, node(iris.code("register-role", _ascii(code))))
    yield line(holds, p.TYPE, node(p.MEMBERSHIP)) + line(holds, p.TYPE, node(p.RELATION))
    yield line(holds, p.ORGANIZATION, of.unit)
    yield line(holds, p.LABEL, norwegian(f"{name} – {what} i {of.number}"))
    if changed:
        day = read_day(changed) if isinstance(changed, str) else None
        if day:
            yield line(holds, p.CHANGED_ON, typed(day.isoformat(), p.XSD_DATE))
        else:
            of.faults.append(f"sistEndret: the day “{changed}” does not exist; left out")
    yield of.about(holds)


def _person(of: _Answer, person: Mapping[str, Any], code: str) -> tuple[str, str, str]:
    parts = person.get("navn")
    if isinstance(parts, dict):
        parts = [parts.get(part) for part in ("fornavn", "mellomnavn", "etternavn")]
    name = read_name(parts, of.faults)
    if not name:
        raise ValueError(f"the role {code} is held by a person without a name")
    slug = of.person(name, person.get("fodselsdato"))
    who = node(iris.thing("person", f"er-{of.number}-{slug}"))
    holds = node(iris.relation("role-of", [f"er-{of.number}", slug, _ascii(code).lower()]))
    return (
        holds,
        name,
        (
            line(who, p.TYPE, node(p.FOAF_PERSON))
            + line(who, p.TYPE, node(p.PERSON))
            + line(who, p.NAME, plain(name))
            + line(who, p.SEARCH_KEY, plain(iris.fold(name)))
            + line(who, p.IN_SOURCE, of.origin)
            + line(holds, p.MEMBER, who)
        ),
    )


def _organisation(of: _Answer, unit: Mapping[str, Any], code: str) -> tuple[str, str, str]:
    number = read_number(str(unit.get("organisasjonsnummer") or ""))
    name = read_name(unit.get("navn"), of.faults)
    who = _unit(number)
    ends = [f"er-{number}", f"er-{of.number}", _ascii(code).lower()]
    holds = node(iris.relation("membership", ends))
    about = line(holds, p.MEMBER, who)
    if number not in of.known:
        about += line(who, p.NOTATION, plain(number)) + line(who, p.IN_SOURCE, of.origin)
        if name:
            about += line(who, p.LABEL, plain(name))
            about += line(who, p.SEARCH_KEY, plain(iris.fold(name)))
    return holds, name or number, about


def _liability(of: _Answer, role: Mapping[str, Any], name: str) -> Iterator[str]:
    """The part of the unit's debts that the organisation answers for, as a figure."""
    printed = role.get("ansvarsandel")
    if not printed:
        return
    share = read_share(str(printed))
    if share is None:
        of.faults.append(f"ansvarsandel: “{printed}” is no share; left out")
        return
    number = read_number(str(role["enhet"].get("organisasjonsnummer") or ""))
    value = (Decimal(share.numerator) / share.denominator).quantize(_EXACT).normalize()
    figure = node(iris.relation("figure", [f"er-{of.number}", f"er-{number}", "liability-share"]))
    day, after = of.observed.isoformat(), (of.observed + timedelta(days=1)).isoformat()
    for predicate, term in (
        *((p.TYPE, node(cls)) for cls in (p.OBSERVATION, p.FIGURE, p.RELATION)),
        (p.LABEL, norwegian(f"{of.number}: ansvarsandel {name}")),
        (p.ABOUT, of.unit),
        (p.PARTY, _unit(number)),
        (p.MEASURE, node(iris.code("measure", "liability-share"))),
        (p.VALUE, typed(f"{value:f}", p.XSD_DECIMAL)),
        (p.VALUE_TEXT, plain(str(printed))),
        (p.UNIT, node(iris.code("unit", "percent"))),
        (p.FIGURE_ROLE, node(iris.code("figure-role", "single"))),
        (p.PERIOD, typed(day, p.XSD_DATE)),
        (p.PERIOD_FROM, typed(day, p.XSD_DATE)),
        (p.PERIOD_UNTIL, typed(after, p.XSD_DATE)),
    ):
        yield line(figure, predicate, term)
    if Fraction(value) != share:
        yield line(figure, p.APPROXIMATE, typed("true", p.XSD_BOOLEAN))
    yield of.about(figure)


def read_share(printed: str) -> Fraction | None:
    """Returns a share as per cent (“50%”, “33,33 %”, “1/3”), or None when it is none."""
    text = printed.strip()
    if found := _PART.fullmatch(text):
        share = Fraction(int(found[1]), int(found[2])) * 100
    elif found := _PERCENT.fullmatch(text):
        share = Fraction(f"{found[1]}.{found[2] or 0}")
    else:
        return None
    return share if 0 <= share <= 100 else None


def _unit(number: str) -> str:
    return node(NamedNode(PREFIXES["er"] + number))


def _ascii(code: str) -> str:
    return code.strip().upper().translate(_OWN_LETTERS)


@cache
def _role_names() -> Mapping[str, str]:
    return all_codes()["register-role"].labels
