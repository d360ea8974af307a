"""Extracts: a register's file as a source, with publisher, licence, day of retrieval and checksum.

A downloaded file has a sidecar beside it (`<file>.kommunegraf.json`) that says when and where it
was fetched. No day of a run is ever written: without a sidecar the file's own day counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from . import iris
from . import predicates as p
from .downloaded import SIDECAR
from .errors import SourceError
from .facts import Triple, date_literal

PUBLISHER: Final = "Brønnøysundregistrene"
LICENCE: Final = "https://data.norge.no/nlod/no/2.0"


@dataclass(frozen=True, slots=True)
class Extract:
    """A file of a register. `said_by` says where its day is from: sidecar, option or file."""

    file: Path
    key: str
    retrieved: date
    said_by: str
    sha256: str
    publisher: str
    licence: str

    @property
    def iri(self) -> NamedNode:
        """The node of the extract, to which what it says leads by dcterms:source."""
        return iris.thing("source", self.key)


def read_extract(file: Path, register: str, retrieved: date | None) -> Extract:
    """Reads what is known of a file of a register.

    Raises SourceError when the file or its sidecar cannot be read or do not belong together.
    """
    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file) from None
    said = _sidecar(file)
    if said.get("sha256", digest) != digest:
        raise SourceError(
            f"is not the file that was downloaded: its checksum is not that in {file.name}"
            f"{SIDECAR}; download it again, or remove that file",
            file,
        )
    try:
        fetched = datetime.fromisoformat(said["retrieved"]).date() if "retrieved" in said else None
    except (TypeError, ValueError):
        raise SourceError(
            f"“{said['retrieved']}” is no time of retrieval", file.name + SIDECAR
        ) from None
    day, said_by = (
        (retrieved, "option")
        if retrieved
        else (fetched, "sidecar")
        if fetched
        else (changed, "file")
    )
    return Extract(
        file=file,
        key=f"{register}-{day.isoformat()}-{digest[:8]}",
        retrieved=day,
        said_by=said_by,
        sha256=digest,
        publisher=str(said.get("publisher") or PUBLISHER),
        licence=str(said.get("licence") or LICENCE),
    )


def _sidecar(file: Path) -> dict[str, Any]:
    path = file.with_name(file.name + SIDECAR)
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise SourceError("is no JSON; remove it or download the file again", path) from None
    if not isinstance(said, dict):
        raise SourceError("is no JSON object; remove it or download the file again", path)
    return said


def extract_triples(extract: Extract, *, whole: bool) -> Iterator[Triple]:
    """Yields the description of an extract. `whole`: it holds the whole register."""
    iri, day = extract.iri, extract.retrieved.isoformat()
    yield iri, p.TYPE, p.SOURCE
    yield iri, p.TITLE, Literal(f"Enhetsregisteret, uttrekk {day}", language="nb")
    yield iri, p.LABEL, Literal(f"Enhetsregisteret, uttrekk {day}", language="nb")
    yield iri, p.ALT_LABEL, Literal("Enhetsregisteret", language="nb")
    yield iri, p.PUBLISHER, Literal(extract.publisher)
    yield iri, p.LICENCE, NamedNode(extract.licence)
    yield iri, p.ISSUED, date_literal(extract.retrieved)
    yield iri, p.RETRIEVED, date_literal(extract.retrieved)
    yield iri, p.SHA256, Literal(extract.sha256)
    yield iri, p.FILE_NAME, Literal(extract.file.name)
    yield iri, p.WHOLE_REGISTER, Literal(str(whole).lower(), datatype=p.XSD_BOOLEAN)
