"""Intake: a file of a register becomes a source folder of tables, of the same form as the shipped.

The folder's key comes from the kind of the file, the day when it was retrieved and its checksum,
so that the same file always becomes the same source.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, urlsplit

from .answers import Fault, Tables, Window, span, table_text
from .clipping import Asked
from .downloaded import SIDECAR, beside, digest, read_sidecar
from .errors import SourceError
from .loaders.kartverket import read_kartverket
from .loaders.klass import read_klass
from .loaders.recognise import Recognised
from .loaders.wikidata import read_wikidata
from .source import HEAD

SSB: Final = "Statistisk sentralbyrå (SSB)"
CC_BY: Final = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
CC0: Final = ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/")


@dataclass(frozen=True, slots=True)
class Publication:
    """How the head of a source calls what a kind of file holds."""

    title: str
    short: str
    publisher: str
    rights: tuple[str, str]


PUBLICATIONS: Final[Mapping[str, Publication]] = MappingProxyType(
    {
        "klass-codes": Publication("SSB KLASS: koder", "SSB KLASS", SSB, CC_BY),
        "klass-changes": Publication("SSB KLASS: endringer i koder", "SSB KLASS", SSB, CC_BY),
        "klass-correspondence": Publication(
            "SSB KLASS: korrespondansetabell", "SSB KLASS", SSB, CC_BY
        ),
        "kartverket": Publication(
            "Kartverket: kommuner og fylker", "Kartverket", "Kartverket", CC_BY
        ),
        "wikidata": Publication("Wikidata: kommuner", "Wikidata", "Wikidata", CC0),
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says of files that do not say it themselves."""

    retrieved: date | None = None
    window: Window = field(default_factory=Window)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file is from and when: from its sidecar, the user, or the file's own date."""

    retrieved: date
    known: bool
    window: Window
    sha256: str


@dataclass(frozen=True, slots=True)
class Intake:
    """A file made ready: the key of its source, the content of its folder, and its faults."""

    file: Path
    kind: str
    key: str
    contents: Mapping[str, str]
    rows: Mapping[str, int]
    faults: tuple[Fault, ...]
    kept_out: Mapping[str, int]
    remarks: tuple[str, ...]


def take_in(found: Recognised, options: Options) -> Intake:
    """Makes a recognised answer ready to be written. Raises SourceError when it cannot be used."""
    origin = find_origin(found.file, options)
    name = str(found.file)
    asked = Asked(origin.window, origin.retrieved if origin.known else None)
    match found.kind:
        case "wikidata":
            tables = read_wikidata(name, found.records, asked.seen(name, found.kind))
        case "kartverket":
            tables = read_kartverket(name, found.records, asked.seen(name, found.kind))
        case _:
            tables = read_klass(found.kind, name, found.records, asked)
    rows = {f"{table}.csv": len(given) for table, given in tables.rows.items() if given}
    key = f"{found.kind}-{origin.retrieved.isoformat()}-{origin.sha256[:8]}"
    contents = {f"{table}.csv": table_text(table, tables.rows[table]) for table in tables.rows}
    contents = {table: text for table, text in contents.items() if table in rows}
    if rows:
        contents[HEAD] = _head(key, found, origin, tables, rows)
    elif found.records:
        raise SourceError(_nothing(found, tables), found.file)
    return Intake(
        found.file,
        found.kind,
        key,
        MappingProxyType(contents),
        MappingProxyType(rows),
        tables.faults,
        tables.kept_out,
        tuple(_remarks(found.file, origin)),
    )


def find_origin(file: Path, options: Options) -> Origin:
    """Returns what is known of a file's retrieval; what the user says comes first."""
    sidecar = read_sidecar(file)
    said = date.fromisoformat(sidecar.day) if sidecar else None
    retrieved = options.retrieved or said
    # The file's own day is better than today's, which would differ with each load.
    own = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    window = options.window or (window_of_url(sidecar.url) if sidecar else Window())
    return Origin(retrieved or own, retrieved is not None, window, digest(file))


def window_of_url(url: str) -> Window:
    """Returns the days that a request to KLASS asked for."""
    asked = parse_qs(urlsplit(url).query)
    found = {name: _day(asked.get(name, [""])[0]) for name in ("date", "from", "to")}
    if (on := found["date"]) is not None:
        return Window(on, on + timedelta(days=1))
    return Window(found["from"], found["to"])


def write_source(folder: Path, intake: Intake) -> None:
    """Writes the source folder of an intake below a folder; an earlier one of its key goes."""
    target = folder / intake.key
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, text in intake.contents.items():
        (target / name).write_text(text, "utf-8")


def same_file(folder: Path, intake: Intake) -> list[Path]:
    """Returns the sources that were made of the same file with another day of retrieval."""
    kind_and_sum = re.compile(rf"{re.escape(intake.kind)}-\d{{4}}-\d\d-\d\d-{intake.key[-8:]}")
    return [
        path
        for path in sorted(folder.iterdir())
        if kind_and_sum.fullmatch(path.name) and path.name != intake.key
    ]


def _head(
    key: str, found: Recognised, origin: Origin, tables: Tables, rows: Mapping[str, int]
) -> str:
    what = PUBLICATIONS[found.kind]
    days = tables.days or [origin.retrieved]
    # A copy of an old answer has a young date of its own and still knows nothing of later days.
    issued = origin.retrieved if origin.known else min(origin.retrieved, days[-1])
    fields = {
        "key": key,
        "title": f"{what.title}, hentet {origin.retrieved.isoformat()}",
        "short": what.short,
        "type": "register",
        "publisher": what.publisher,
        "rights": what.rights[0],
        "licence": what.rights[1],
        "issued": issued.isoformat(),
        "retrieved": origin.retrieved.isoformat(),
        "speaks": _speaks(found.kind, tables, origin.window, issued),
        "place": "record",
        "sha256": origin.sha256,
        "file_name": found.file.name,
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in fields.items()]
    counts = [f"{_quoted(name)} = {count}" for name, count in sorted(rows.items())]
    return "\n".join([*lines, "", "[rows]", *counts, ""])


def _speaks(kind: str, tables: Tables, window: Window, issued: date) -> str:
    """The days for which an answer speaks: those asked for, or up to the day when it was given.

    Codes none of which is open were cut at an unknown day, which is their last at the latest.
    """
    days = tables.days or [issued]
    first, last = window.first or days[0], issued
    if window.after is not None:
        last = min(window.after - timedelta(days=1), issued)
    elif kind == "klass-codes" and not _has_open_end(tables):
        last = min(days[-1], issued)
    return span(first, max(first, last) + timedelta(days=1))


def _has_open_end(tables: Tables) -> bool:
    return any(not until and not seen for *_, until, seen in tables.rows.get("klass-versions", ()))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _nothing(found: Recognised, tables: Tables) -> str:
    if not tables.faults:
        return f"has {len(found.records)} records, and all of them are kept out"
    return (
        f"has {len(found.records)} records, and none can be used; "
        f"record {tables.faults[0].record}: {tables.faults[0].message}"
    )


def _remarks(file: Path, origin: Origin) -> list[str]:
    if beside(file, SIDECAR).exists() and read_sidecar(file) is None:
        changed = [f"{file}: was changed after it was fetched, so {SIDECAR} beside it is not used"]
    else:
        changed = []
    if not origin.known:
        day = origin.retrieved.isoformat()
        changed.append(f"{file}: taken as retrieved on {day}, the file's own date")
    return changed


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
