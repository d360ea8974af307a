"""Records of Enhetsregisteret from the files in which it gives them, one at a time.

The form is told by content: the nightly file (a JSON array of all units, or of all roles), one
unit, a page of a search, the roles of a unit, a line for each of these, or a table (CSV) of units;
gzipped or not. Every record comes as a dict in the shape of the API; one with `rollegrupper` is a
role answer (`is_roles`), any other a unit. Both have `organisasjonsnummer`, nine valid digits.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from .. import iris
from ..arrays import ArrayEndError, Broken, elements
from ..contents import READ_ERRORS, Content, Form, damage, open_content
from ..errors import SourceError
from ..orgnumbers import is_valid, read_number
from ..unit_tables import NUMBER as NUMBER
from ..unit_tables import NoUnitsError, unit_rows

FORMS: Final = frozenset({"KOMM", "FYLK", "IKS", "KF", "FKF", "ORGL"})
"""Forms of the units that are taken by default."""

Record = dict[str, Any]
"""A record in the shape of the API."""

_NUMBER_IN_LINK: Final = re.compile(r"/(?:under)?enheter/([0-9]{9})(?![0-9])")
_NUMBER_IN_NAME: Final = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one record of a file, counted from 1; `number` is "" when it has none."""

    record: int
    number: str
    message: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which units of a whole register are taken.

    By form, by number, or because a unit of one of `named_forms` has `name_part` in its folded name
    (tasks shared by municipalities have no form of their own); or everything.
    """

    forms: frozenset[str] = FORMS
    numbers: frozenset[str] = frozenset()
    named_forms: frozenset[str] = frozenset({"ANNA"})
    name_part: str = "oppgavefellesskap"
    everything: bool = False

    def takes(self, record: Mapping[str, Any]) -> bool:
        """Tells whether a record is taken; of roles, those in the units of `numbers`."""
        if self.everything or record.get(NUMBER) in self.numbers:
            return True
        form = record.get("organisasjonsform")
        code = form.get("kode") if isinstance(form, dict) else None
        if code in self.forms:
            return True
        return code in self.named_forms and self.name_part in iris.fold(str(record.get("navn")))


def is_roles(record: Mapping[str, Any]) -> bool:
    """Tells whether a record is the roles in a unit; else it is a unit."""
    return "rollegrupper" in record


def read_records(file: Path, faults: list[Fault]) -> Iterator[Record]:
    """Yields the records of a file; what is wrong with single ones is added to `faults`.

    Raises SourceError, which names the record reached, when the file is damaged, is cut off or is
    no file of the register.
    """
    return iter(RecordReader(file, faults))


class RecordReader:
    """The records of one file, in order, each once.

    While it is iterated, `record` is the number of the record given last, counted from 1. `bulk`
    is true for files of a whole register, which hold units nobody asked for: arrays and tables.
    """

    def __init__(self, file: Path, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults
        self.record = 0
        self.bulk = False
        # By number (negative for roles): a hash of the record, and where it stood.
        self._seen: dict[int, int] = {}

    def __iter__(self) -> Iterator[Record]:
        """Yields the records; see `read_records`."""
        self.record = 0
        self._seen.clear()
        content = open_content(self.file)
        self.bulk = content.form is not Form.OBJECT
        with content.stream:
            try:
                for record, mark in self._read(content):
                    if self._is_taken(record, mark):
                        yield record
            except READ_ERRORS as error:
                raise self._error(damage(error)) from None
            except ArrayEndError as error:
                raise self._error(f"{error}; download it again") from None
            except NoUnitsError as error:
                raise self._error(str(error)) from None
            except UnicodeDecodeError:
                raise self._error("is not UTF-8; save it as UTF-8") from None
            except csv.Error as error:
                raise self._error(f"is no table that can be read ({error})") from None

    def _read(self, content: Content) -> Iterator[tuple[Any, int]]:
        if content.form is Form.TABLE:
            found = unit_rows(content.stream)
        elif content.form is Form.OBJECT:
            found = self._objects(content.stream)
        else:
            found = elements(content.stream)
        for record in found:
            self.record += 1
            yield record

    def _is_taken(self, record: Any, mark: int) -> bool:
        if not isinstance(record, dict):
            return self._skip("", _no_record(record))
        number = record.get(NUMBER)
        if not isinstance(number, str) or not is_valid(number):
            if number is None or number == "":
                return self._skip("", f"the record has no organisation number ({NUMBER})")
            try:
                record[NUMBER] = number = read_number(str(number))
            except ValueError as error:
                return self._skip(str(number), str(error))
        key = -int(number) if "rollegrupper" in record else int(number)
        here = (mark & 0xFFFFFFFF) << 32 | self.record
        before = self._seen.setdefault(key, here)
        if before == here:
            return True
        if before >> 32 == here >> 32:
            return False
        first = before & 0xFFFFFFFF
        return self._skip(number, f"the unit is at record {first} too and says otherwise there")

    def _skip(self, number: str, message: str) -> bool:
        self.faults.append(Fault(self.record, number, f"{message}; the record is skipped"))
        return False

    def _error(self, message: str) -> SourceError:
        where = f"after record {self.record}" if self.record else "before the first record"
        what, _, remedy = message.partition("; ")
        return SourceError(f"{what} ({where})" + (f"; {remedy}" if remedy else ""), self.file)

    def _objects(self, stream: io.BufferedReader) -> Iterator[tuple[Any, int]]:
        """One object, or one on each line."""
        first = stream.readline()
        try:
            yield from self._answer(orjson.loads(first), hash(first))
        except orjson.JSONDecodeError:
            whole = first + stream.read()
            try:
                answer = orjson.loads(whole)
            except orjson.JSONDecodeError as error:
                cut = error.msg.startswith("unexpected end of data")
                what = "is cut off; download it again" if cut else f"is not JSON ({error})"
                raise self._error(what) from None
            yield from self._answer(answer, hash(whole))
            return
        for text in stream:
            if text.strip():
                try:
                    yield from self._answer(orjson.loads(text), hash(text))
                except orjson.JSONDecodeError as error:
                    if not text.endswith(b"\n"):
                        raise self._error("is cut off; download it again") from None
                    yield Broken(text[:60].decode("utf-8", "replace"), error.msg), 0

    def _answer(self, answer: Any, mark: int) -> Iterator[tuple[Any, int]]:
        """The records of one answer of the register."""
        if not isinstance(answer, dict):
            yield answer, mark
        elif "rollegrupper" in answer:
            yield {**answer, NUMBER: answer.get(NUMBER) or self._whose(answer)}, mark
        elif NUMBER in answer:
            yield answer, mark
        elif isinstance(embedded := answer.get("_embedded"), dict):
            for name in ("enheter", "underenheter"):
                units = embedded.get(name)
                yield from ((unit, hash(repr(unit))) for unit in units or ())
        elif "page" not in answer:
            raise self._error(_no_answer(answer))

    def _whose(self, roles: Mapping[str, Any]) -> str:
        """The unit that a role answer is of, which only its links say, or the file's name."""
        found = _NUMBER_IN_LINK.search(str(roles.get("_links")))
        if found:
            return found[1]
        if named := _NUMBER_IN_NAME.search(self.file.name):
            return named[0]
        raise self._error(
            "does not say whose roles it holds; name it after the unit, as in roles_923609016.json"
        )


def _no_record(value: object) -> str:
    if isinstance(value, Broken):
        return f"the record cannot be read ({value.reason}): “{value.text}…”"
    return f"“{str(value)[:60]}” is no record"


def _no_answer(answer: Mapping[str, Any]) -> str:
    for field in ("feilmelding", "message", "error", "detail"):
        if answer.get(field):
            status = answer.get("status", "")
            return f"is an error answer of the register: {status} {answer[field]}; ask again"
    fields = ", ".join(list(answer)[:5]) or "nothing"
    return f"is a JSON object, but no unit, search page or roles: it holds {fields}"
