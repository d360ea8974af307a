"""CSV tables: read strictly, so that nothing is dropped and every fault names its row."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .errors import SourceError

MAX_BYTES: Final = 16 * 1024 * 1024
"""A table that people read and correct is never larger; a larger file is the wrong file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line on which it starts (the header is 1) and its cells.

    Cells are stripped and in Unicode NFC; an empty cell is absent.
    """

    file: Path
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Returns a cell; an empty one as the empty string."""
        return self.cells.get(column, "")

    def several(self, column: str) -> list[str]:
        """Returns the values of a cell that may hold several, separated by semicolons."""
        return [part.strip() for part in self[column].split(";") if part.strip()]

    def error(self, message: str) -> SourceError:
        """Returns the error that says this of this row."""
        return SourceError(message, self.file, self.number)


def read_table(file: Path, known: Sequence[str], required: Sequence[str]) -> list[Row]:
    """Reads a CSV table: UTF-8, comma-separated, header first.

    `known` are the columns that it may have, `required` those that every row fills in. Raises
    SourceError for anything else: encoding, unknown or missing column, a row of another length,
    an empty required cell, a control character, a file of over 16 MB.
    """
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(file, header, known, required)
        start = reader.line_num + 1
        for cells in reader:
            number, start = start, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                rows.append(_row(file, number, header, cells, required))
    except csv.Error as error:
        raise SourceError(f"is not CSV: {error}", file, reader.line_num) from None
    return rows


def _text(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise SourceError(
                f"has {size / 1e6:.0f} MB; a table of facts has at most {MAX_BYTES / 1e6:.0f} MB, "
                "so this is not one",
                file,
            )
        raw = file.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"byte {raw[error.start]:#04x} is not UTF-8; save the table as UTF-8", file, line
        ) from None


def _check_header(
    file: Path, header: Sequence[str], known: Sequence[str], required: Sequence[str]
) -> None:
    for name in header:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean “{near[0]}”?" if near else f"; known: {', '.join(known)}"
            raise SourceError(f"unknown column “{name}”{hint}", file, 1)
        if header.count(name) > 1:
            raise SourceError(f"column “{name}” stands twice", file, 1)
    for name in required:
        if name not in header:
            raise SourceError(f"the column “{name}” is missing", file, 1)


def _row(
    file: Path, number: int, header: Sequence[str], cells: Sequence[str], required: Sequence[str]
) -> Row:
    if len(cells) != len(header):
        raise SourceError(
            f"has {len(cells)} cells, the header has {len(header)}; "
            "a cell with a comma must stand in quotation marks",
            file,
            number,
        )
    filled = {
        name: unicodedata.normalize("NFC", cell.strip())
        for name, cell in zip(header, cells, strict=True)
        if cell.strip()
    }
    for name, cell in filled.items():
        bad = next((c for c in cell if unicodedata.category(c) in ("Cc", "Cs") or c == "�"), None)
        if bad is not None:
            raise SourceError(
                f"column “{name}” holds the character U+{ord(bad):04X}, which no text has",
                file,
                number,
            )
    for name in required:
        if name not in filled:
            raise SourceError(f"column “{name}” is empty", file, number)
    return Row(file, number, MappingProxyType(filled))
