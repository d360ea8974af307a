"""What kind of file is this? Told by its content, never by its name.

KLASS and Wikidata answers are read whole (a few MB); of a file that may be the whole unit
register only the beginning is looked at.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ..answers import BAD_SHAPE, Record
from ..errors import SourceError
from ..markup import refuse_markup
from ..source import HEAD

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "klass-codes": "codes of KLASS with their validity (JSON or CSV)",
        "klass-changes": "changes of codes in KLASS (JSON or CSV)",
        "klass-correspondence": "a correspondence table of KLASS (JSON or CSV)",
        "kartverket": "counties or municipalities of Kartverket's kommuneinfo (JSON)",
        "wikidata": "municipalities as Wikidata items (CSV, or SPARQL results as CSV or JSON)",
        "units": "units or roles of Enhetsregisteret (JSON or CSV, plain or gzip)",
        "source": f"a folder with {HEAD} and fact tables",
    }
)
LOOKED_AT: Final = 64 * 1024
MAX_BYTES: Final = 64 * 1024 * 1024

_MARKS: Final = (
    # Each kind by fields that all its records have and no other kind has.
    ("klass-changes", ("oldCode", "newCode", "changeOccurred")),
    ("klass-correspondence", ("sourceCode", "targetCode")),
    ("kartverket", ("fylkesnummer", "fylkesnavn")),
    ("kartverket", ("kommunenummer", "kommunenavn")),
    ("klass-codes", ("code", "name")),
)
_ITEM_COLUMNS: Final = frozenset(("wikidata", "item", "kommune", "municipality"))
_UNIT_COLUMNS: Final = frozenset(("organisasjonsnummer", "orgnumber", "orgnr"))
_UNIT_JSON: Final = re.compile(
    rb'"(organisasjonsnummer|rollegrupper|totalElements|organisasjonsform)"\s*:'
)
_LISTS: Final = ("codes", "codeChanges", "correspondenceItems", "correspondenceMaps")
_KNOWN_KINDS: Final = ", ".join(KINDS)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file and what it is: its kind and, unless it is read as a stream, its records."""

    file: Path
    kind: str
    records: tuple[Record, ...] = ()


def recognise(file: Path, kind: str | None = None) -> Recognised:
    """Tells what a file is; `kind` overrides the guess.

    Raises SourceError, saying what the file looks like and what to do, when it is nothing that
    can be loaded.
    """
    if file.is_dir():
        if not (file / HEAD).is_file():
            raise SourceError(f"is a folder without {HEAD}; name the files in it", file)
        return Recognised(file, "source")
    beginning = _beginning(file)
    if not beginning.strip():
        raise SourceError("is empty; fetch it again", file)
    refuse_markup(file, beginning)
    if kind == "units" or (kind is None and _is_units(beginning)):
        return Recognised(file, "units")
    if kind == "source":
        raise SourceError(f"is a file; a source is a folder with {HEAD}", file)
    text = _text(file)
    if text.lstrip()[:1] in ("{", "["):
        guess, records = _read_json(file, text)
    else:
        guess, records = _read_csv(file, text)
    found = kind or guess
    if found is None:
        raise SourceError(f"is of no known kind; known: {_KNOWN_KINDS}", file)
    return Recognised(file, found, tuple(Record(n, r) for n, r in enumerate(records, start=1)))


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LOOKED_AT)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file) from None
    if raw.startswith(b"PK\x03\x04"):
        raise SourceError("is a zip archive or a workbook; load the CSV or JSON in it", file)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError("is UTF-16; save it as UTF-8", file)
    if not raw.startswith(b"\x1f\x8b"):
        if b"\0" in raw or raw.startswith((b"%PDF", b"\xfd7zXZ")):
            raise SourceError("is neither text nor gzip; load JSON or CSV", file)
        return raw
    try:
        return zlib.decompressobj(wbits=31).decompress(raw, LOOKED_AT)
    except zlib.error as error:
        raise SourceError(f"is a damaged gzip file ({error}); fetch it again", file) from None


def _is_units(beginning: bytes) -> bool:
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"{", b"[")):
        # KLASS counts the pages of its list of classifications in the same way.
        return _UNIT_JSON.search(text) is not None and b'"classifications"' not in text
    header = text.partition(b"\n")[0].decode("latin-1").casefold()
    return bool(_UNIT_COLUMNS & set(re.split(r"[;,\t]", header.replace('"', "").strip())))


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes() if file.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file) from None
    if raw.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(wbits=31)
        try:
            raw = stream.decompress(raw, MAX_BYTES)
        except zlib.error as error:
            raise SourceError(f"is a damaged gzip file ({error}); fetch it again", file) from None
        if not stream.eof and not stream.unconsumed_tail:
            raise SourceError("is a gzip file that ends in the middle; fetch it again", file)
        raw = b"" if stream.unconsumed_tail else raw
    if not raw:
        raise SourceError(
            f"has over {MAX_BYTES >> 20} MB and is no list of units; known: {_KNOWN_KINDS}", file
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.lstrip()[:1] in (b"{", b"["):
            raise SourceError(
                f"byte {raw[error.start]:#04x} at {error.start} is not UTF-8, which JSON must be; "
                "fetch it again",
                file,
            ) from None
        # KLASS writes its CSV in ISO-8859-1 unless asked otherwise.
        return raw.decode("latin-1")


def _read_json(file: Path, text: str) -> tuple[str | None, list[Mapping[str, object]]]:
    try:
        answer = json.loads(text)
    except RecursionError:
        raise SourceError("is nested too deeply to be an answer of a register", file) from None
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise SourceError("is JSON that ends in the middle; fetch it again", file) from None
        raise SourceError(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}", file
        ) from None
    if isinstance(answer, dict):
        if failed := _failure(answer):
            raise SourceError(f"is the answer to a request that failed ({failed})", file)
        name = next((name for name in _LISTS if isinstance(answer.get(name), list)), None)
        if name is not None:
            return _klass_kind(name), _objects(answer[name])
        if isinstance(answer.get("results"), dict) and "head" in answer:
            return "wikidata", list(_bindings(answer["results"]))
        answer = [answer]
    records = _objects(answer)
    return _kind_of(records), records


def _klass_kind(list_name: str) -> str:
    return {"codes": "klass-codes", "codeChanges": "klass-changes"}.get(
        list_name, "klass-correspondence"
    )


def _objects(values: Sequence[object]) -> list[Mapping[str, object]]:
    return [
        value if isinstance(value, dict) else {BAD_SHAPE: "is no object with fields"}
        for value in values
    ]


def _failure(answer: Mapping[str, object]) -> str | None:
    status = answer.get("status", answer.get("httpStatusCode"))
    if not isinstance(status, int | str) or not re.fullmatch(r"[45]\d\d", str(status)):
        return None
    said = (answer.get(key) for key in ("feilmelding", "message", "error", "path"))
    return f"status {status}: {next((str(text) for text in said if text), 'no reason given')}"


def _bindings(results: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    bindings = results.get("bindings")
    for binding in bindings if isinstance(bindings, list) else []:
        yield {
            name: term.get("value")
            for name, term in (binding.items() if isinstance(binding, dict) else ())
            if isinstance(term, dict)
        }


def _read_csv(file: Path, text: str) -> tuple[str | None, list[Mapping[str, object]]]:
    header_line = text.partition("\n")[0]
    separator = max(";,\t", key=header_line.count)
    if separator not in header_line:
        shown = header_line.strip()[:80]
        raise SourceError(f"is no table; it says “{shown}”; known: {_KNOWN_KINDS}", file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[Mapping[str, object]] = []
    try:
        header = [name.strip() for name in next(reader)]
        if twice := next((name for name in header if header.count(name) > 1), None):
            raise SourceError(f"column “{twice}” stands twice", file, 1)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append(_cells(header, cells))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise SourceError("is CSV that ends in the middle; fetch it again", file) from None
        raise SourceError(f"is not CSV: {error}", file, reader.line_num) from None
    return _kind_of([dict.fromkeys(header)]), records


def _cells(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, object]:
    if len(cells) != len(header):
        return {BAD_SHAPE: f"has {len(cells)} cells, the header has {len(header)}"}
    return dict(zip(header, cells, strict=True))


def _kind_of(records: Sequence[Mapping[str, object]]) -> str | None:
    fields = {name for record in records for name in record}
    if {name.casefold() for name in fields} & _ITEM_COLUMNS:
        return "wikidata"
    return next((kind for kind, marks in _MARKS if fields.issuperset(marks)), None)
