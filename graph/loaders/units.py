"""Units of Enhetsregisteret as N-Triples: one record in, its lines out.

A record is a unit as the register's API gives it (`organisasjonsnummer`, `navn`, …); the row of a
table comes in the same shape. A whole register passes here, so what repeats from record to record
(days, forms, industries, municipality numbers) is written once and kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from pyoxigraph import NamedNode

from ...ontology.namespaces import PREFIXES
from .. import iris
from .. import predicates as p
from ..codes import all_codes
from ..mending import Faults, read_day, read_name, web_address
from ..ntriples import END, line, node, plain, source_line, time_lines, typed, verb
from ..orgnumbers import is_valid, read_number
from ..standing import Times

# A line is kept with a mark for its subject; all marks of a unit are replaced at once, which is the
# fastest way to say who it is twelve times. No literal holds the mark: it would be escaped.
_MARK: Final = "\0"
_UNIT: Final = f"<{PREFIXES['er']}"
_HEAD: Final = (
    f"{_MARK}{verb(p.TYPE)}{node(p.REGISTERED_ORGANISATION)}{END}{_MARK}{verb(p.LEGAL_NAME)}"
).encode()
_NOTATION: Final = f"{END}{_MARK}{verb(p.NOTATION)}".encode()
_KEY: Final = f"{END}{_MARK}{verb(p.SEARCH_KEY)}".encode()
_SOURCE: Final = f"{END}{_MARK}{verb(p.IN_SOURCE)}".encode()
_END: Final = END.encode()
_DAYS: Final = (
    ("registreringsdatoEnhetsregisteret", p.REGISTERED_ON),
    ("stiftelsesdato", p.FOUNDED_ON),
    ("slettedato", p.DELETED_ON),
)
_ADDRESSES: Final = ("forretningsadresse", "beliggenhetsadresse", "postadresse")
_PLACE: Final = re.compile("[0-9]{4}")
_INDUSTRY: Final = re.compile(r"[0-9]{2}(?:\.[0-9]{1,3})?")
_FORMER: Final = iris.code("name-kind", "former")
# Codes with letters that an IRI of ours does not have.
_OWN_LETTERS: Final = str.maketrans({"Æ": "AE", "Ø": "O", "Å": "A"})


def unit_triples(record: Mapping[str, Any], source: bytes, faults: Faults | None = None) -> bytes:
    """Returns a unit's triples; `source` is the IRI of the extract in angle brackets.

    Values that cannot be taken are left out and said in `faults`. Raises ValueError, with a
    sentence, for a record that cannot be used: without a valid number or without a name.
    """
    said: Faults = [] if faults is None else faults
    number = record.get("organisasjonsnummer")
    if not isinstance(number, str) or not is_valid(number):
        number = _number(number)
    found = read_name(record.get("navn"), said)
    if not found:
        raise ValueError(f"the unit {number} has no name (navn)")
    name, key = plain(found).encode(), plain(iris.fold(found)).encode()
    quoted = f'"{number}"'.encode()
    ends = [_HEAD, name, _NOTATION, quoted, _KEY, key, _SOURCE, source, _END]
    for field, day_end in _DAY_ENDS:
        if text := record.get(field):
            if end := day_end(text):
                ends.append(end)
            else:
                said.append(f"{field}: {_no_day(text)}")
    for read in _READERS:
        if end := read(record, said):
            ends.append(end)
    if names := record.get("historiskeNavn"):
        # Said once each: a name that came back is as much the search key of the unit as before.
        former = "".join(_former_names(number, names, source.decode(), said)).encode()
        ends = list(dict.fromkeys(b"".join((*ends, former)).splitlines(keepends=True)))
    return b"".join(ends).replace(b"\0", f"{_UNIT}{number}>".encode())


def _number(value: object) -> str:
    if value is None or value == "":
        raise ValueError("the record has no organisation number (organisasjonsnummer)")
    return read_number(str(value))


def _end(predicate: NamedNode, term: str) -> bytes:
    return f"{_MARK}{verb(predicate)}{term}{END}".encode()


def _day_end(predicate: NamedNode) -> Callable[[object], bytes | None]:
    """Returns what writes a day as the end of a line, and None for what is no day."""

    @lru_cache(1 << 15)
    def write(text: object) -> bytes | None:
        day = read_day(text) if isinstance(text, str) else None
        return _end(predicate, typed(day.isoformat(), p.XSD_DATE)) if day else None

    return write


_DAY_ENDS: Final = tuple((field, _day_end(predicate)) for field, predicate in _DAYS)


def _no_day(text: object) -> str:
    return f"the day “{text}” does not exist; left out"


def _form(record: Mapping[str, Any], faults: Faults) -> bytes | None:
    form = record.get("organisasjonsform")
    code = form.get("kode") if isinstance(form, dict) else form
    if form == {}:
        return None
    if not isinstance(code, str) or not code:
        faults.append("the form of organisation (organisasjonsform) is missing")
        return None
    end = _form_end(code)
    if end is None:
        faults.append(f"the form of organisation “{code}” is unknown; left out")
    return end


@lru_cache(1 << 10)
def _form_end(code: str) -> bytes | None:
    local = code.strip().upper().translate(_OWN_LETTERS)
    if local not in all_codes()["organisation-form"].labels:
        return None
    return _end(p.ORGANISATION_FORM, node(iris.code("organisation-form", local)))


def _status(record: Mapping[str, Any], _: Faults) -> bytes | None:
    """The status; a table that has no columns for it says nothing."""
    get = record.get
    if get("slettedato"):
        return _status_end("deleted")
    if get("konkurs"):
        return _status_end("bankrupt")
    if get("underAvvikling") or get("underTvangsavviklingEllerTvangsopplosning"):
        return _status_end("winding-up")
    return _status_end("active") if "konkurs" in record else None


@cache
def _status_end(code: str) -> bytes:
    return _end(p.REGISTRATION_STATUS, node(iris.code("registration-status", code)))


def _place(record: Mapping[str, Any], faults: Faults) -> bytes | None:
    for field in _ADDRESSES:
        address = record.get(field)
        if isinstance(address, dict) and (number := address.get("kommunenummer")):
            if end := _place_end(number):
                return end
            faults.append(f"{field}: “{number}” is not a municipality number; left out")
    return None


def _industry(record: Mapping[str, Any], faults: Faults) -> bytes | None:
    industry = record.get("naeringskode1")
    code = industry.get("kode") if isinstance(industry, dict) else None
    if not code:
        return None
    end = _industry_end(code)
    if end is None:
        faults.append(f"naeringskode1: “{code}” is no industry code; left out")
    return end


@lru_cache(1 << 14)
def _place_end(code: object) -> bytes | None:
    known = isinstance(code, str) and _PLACE.fullmatch(code)
    return _end(p.MUNICIPALITY_NUMBER, f'"{code}"') if known else None


@lru_cache(1 << 14)
def _industry_end(code: object) -> bytes | None:
    known = isinstance(code, str) and _INDUSTRY.fullmatch(code)
    return _end(p.INDUSTRY_CODE, f'"{code}"') if known else None


def _parent(record: Mapping[str, Any], faults: Faults) -> bytes | None:
    number = record.get("overordnetEnhet")
    if not number:
        return None
    try:
        return _end(p.PART_OF, f"{_UNIT}{read_number(str(number))}>")
    except ValueError as error:
        faults.append(f"overordnetEnhet: {error}; left out")
        return None


def _employees(record: Mapping[str, Any], faults: Faults) -> bytes | None:
    count = record.get("antallAnsatte")
    if count is None or count == "":
        return None
    end = _employees_end(count)
    if end is None:
        faults.append(f"antallAnsatte: “{count}” is not a number of employees; left out")
    return end


@lru_cache(1 << 14)
def _employees_end(count: object) -> bytes | None:
    text = str(count)
    known = text.isascii() and text.isdigit()
    return _end(p.EMPLOYEES, typed(str(int(text)), p.XSD_INTEGER)) if known else None


def _homepage(record: Mapping[str, Any], faults: Faults) -> bytes | None:
    text = record.get("hjemmeside")
    if not isinstance(text, str) or not text.strip():
        return None
    address = web_address(text)
    if address is None:
        faults.append(f"hjemmeside: “{text}” is no web address; left out")
        return None
    return _end(p.HOMEPAGE, f"<{address}>")


_READERS: Final = (_form, _status, _place, _industry, _parent, _employees, _homepage)


def _former_names(number: str, names: object, origin: str, faults: Faults) -> Iterator[str]:
    """The names that the unit had before, each with its days."""
    for entry in names if isinstance(names, list) else ():
        if not isinstance(entry, dict) or not (name := read_name(entry.get("navn"), faults)):
            faults.append("historiskeNavn: an entry without a name; left out")
            continue
        yield line(_MARK, p.SEARCH_KEY, plain(iris.fold(name)))
        days = {field: entry.get(field) for field in ("fraDato", "tilDato")}
        start, end = (read_day(text) if isinstance(text, str) else None for text in days.values())
        for (field, text), day in zip(days.items(), (start, end), strict=True):
            if text and day is None:
                faults.append(f"historiskeNavn “{name}”, {field}: {_no_day(text)}")
        if start and end and end <= start:
            # Renamed twice on a day: the name held on none. The search still finds it.
            if end < start:
                faults.append(f"historiskeNavn “{name}” ends ({end}) before it begins ({start})")
            continue
        if start is None and end is None:
            faults.append(f"historiskeNavn “{name}” has no days; only the search finds it")
            continue
        first = start.isoformat() if start else ""
        holds = node(iris.relation("name", [f"er-{number}", iris.slug(name), first]))
        words = " ".join([*([f"fra {start}"] if start else []), *([f"til {end}"] if end else [])])
        yield line(holds, p.TYPE, node(p.DATED_NAME)) + line(holds, p.TYPE, node(p.RELATION))
        yield line(holds, p.ABOUT, _MARK) + line(holds, p.LABEL, plain(name))
        yield line(holds, p.CODE_TYPE, node(_FORMER))
        yield time_lines(holds, Times(valid_from=start, valid_until=end), words)
        yield source_line(holds, origin, number)
