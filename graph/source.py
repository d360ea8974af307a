"""Sources: a folder with a head (`source.toml`) and tables, declared before they are read.

The head says who published the source, what it speaks for, how a place in it is written and
how many rows each table has, so that a lost row is noticed.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from .codes import all_codes
from .errors import SourceError
from .iris import KEY
from .periods import Period, parse_period

HEAD: Final = "source.toml"
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of a source that does not say its own."""
FIELDS: Final = frozenset(
    (
        *("key", "title", "short", "type", "publisher", "rights", "description"),
        *("issued", "speaks", "place", "lines", "section", "rows"),
        *("licence", "retrieved", "sha256", "file_name"),
    )
)


@dataclass(frozen=True, slots=True)
class Source:
    """The head of a source.

    `short`: how a reader's footnote calls it. `speaks`: the period it speaks for. `place`: "line"
    when a place is line numbers of a text (then `lines` is how many it has and `sections` maps
    first lines to headings), "record" when it is whatever finds the record in a register.
    `rows`: expected rows by table file. `licence` is an IRI. `retrieved`, `sha256` and `file_name`
    tell of the file that a source was made of, when it was made of one.
    """

    key: str
    folder: Path
    title: str
    short: str
    type: str
    publisher: str
    rights: str
    issued: date
    speaks: Period
    place: Literal["line", "record"]
    lines: int
    description: str
    sections: tuple[tuple[int, str], ...]
    rows: Mapping[str, int]
    licence: str = LICENCE
    retrieved: date | None = None
    sha256: str = ""
    file_name: str = ""

    def section(self, line: int) -> str | None:
        """Returns the heading under which a line stands, or None before the first."""
        index = bisect_right([first for first, _ in self.sections], line)
        return self.sections[index - 1][1] if index else None

    def expect(self, file: Path, count: int) -> None:
        """Raises SourceError unless the head expects this many rows of a table."""
        expected = self.rows.get(file.name)
        if expected != count:
            raise SourceError(
                f"has {count} rows, {HEAD} "
                + (f"expects {expected}" if expected is not None else "does not name it")
                + "; if that is meant, correct the number under [rows]",
                file,
            )


def find_sources(folder: Path) -> list[Source]:
    """Returns the sources in a folder (each a subfolder with a head), ordered by key.

    Raises SourceError when the folder holds none, or a head is not as it must be.
    """
    heads = sorted(folder.glob(f"*/{HEAD}"))
    if not heads:
        raise SourceError(f"no source here; a source is a subfolder with a {HEAD}", folder)
    for sub in sorted(path for path in folder.iterdir() if path.is_dir()):
        if not (sub / HEAD).is_file() and any(sub.glob("*.csv")):
            raise SourceError(f"has tables but no {HEAD}", sub)
    return [read_source(head) for head in heads]


def read_source(head: Path) -> Source:
    """Reads one head. Raises SourceError, naming file and field, when it is not as declared."""
    try:
        declared = tomllib.loads(head.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise SourceError("is not UTF-8; save it as UTF-8", head) from None
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"is not TOML: {error}", head) from None
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", head) from None
    if unknown := sorted(set(declared) - FIELDS):
        raise SourceError(f"has the unknown field “{unknown[0]}”", head)
    try:
        return _source(head, declared)
    except KeyError as error:
        raise SourceError(f"lacks the field {error}", head) from None
    except (TypeError, ValueError) as error:
        raise SourceError(str(error), head) from None


def _source(head: Path, declared: Mapping[str, Any]) -> Source:
    key = declared["key"]
    if not KEY.fullmatch(key) or key != head.parent.name:
        raise ValueError(f"key “{key}” must be the folder's name in lower case with hyphens")
    kinds = all_codes()["source-type"].labels
    if declared["type"] not in kinds:
        raise ValueError(f"type is “{declared['type']}”; it must be one of {', '.join(kinds)}")
    if declared["place"] not in ("line", "record"):
        raise ValueError(f"place is “{declared['place']}”; it must be line or record")
    return Source(
        key=key,
        folder=head.parent,
        title=declared["title"],
        short=declared["short"],
        type=declared["type"],
        publisher=declared["publisher"],
        rights=declared["rights"],
        issued=date.fromisoformat(declared["issued"]),
        speaks=parse_period(declared["speaks"]),
        place=declared["place"],
        lines=int(declared.get("lines", 0)),
        description=declared.get("description", ""),
        sections=tuple(
            sorted(
                (int(entry["line"]), str(entry["title"])) for entry in declared.get("section", [])
            )
        ),
        rows=MappingProxyType({str(name): int(n) for name, n in declared["rows"].items()}),
        licence=_licence(declared.get("licence", LICENCE)),
        retrieved=date.fromisoformat(declared["retrieved"]) if "retrieved" in declared else None,
        sha256=_sum(declared.get("sha256", "")),
        file_name=str(declared.get("file_name", "")),
    )


def _licence(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
        raise ValueError(f"licence is “{text}”; it must be the address of the licence")
    return text


def _sum(text: str) -> str:
    if text and not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError(f"sha256 is “{text}”; it must be 64 hexadecimal digits")
    return text
