"""The sources that can be fetched, as the files in `endpoints/` declare them.

A new source is a new file there: where it is, what to say, how fast to ask, what may be given.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from .errors import SourceError, UsageError
from .http import Manners
from .orgnumbers import read_number
from .wire import Form

PLACE: Final = re.compile(r"\{([a-z_]+)\}")
MEGABYTE: Final = 1_000_000


def _read_day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"“{text}” is not a date; write it as 2020-01-31") from None


READERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"text": str.strip, "day": _read_day, "organisation-number": read_number}
)
"""What a parameter may be, and how its text is read; each raises ValueError with a sentence."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a caller may or must give. `type` is one of READERS; `pattern` limits a text.

    `several`: "each" has each value fetched by itself, "joined" has all in one question.
    """

    name: str
    help: str
    type: str = "text"
    pattern: str = ""
    default: str = ""
    required: bool = False
    several: str = ""

    def read(self, text: str) -> str:
        """Returns a value as the source wants it. Raises UsageError."""
        try:
            value = READERS[self.type](text)
        except ValueError as error:
            raise UsageError(f"--{self.name}: {error}") from None
        if not value or (self.pattern and not re.fullmatch(self.pattern, value)):
            raise UsageError(f"--{self.name}: “{text}” does not fit; it is {self.help}")
        return value


@dataclass(frozen=True, slots=True)
class Paging:
    """Where an answer says what page it is, and how far down the server lets one go.

    Each is the path to a value in the JSON of a page, its keys parted by full stops.
    """

    next: str
    number: str
    pages: str
    hits: str
    deepest: int


@dataclass(frozen=True, slots=True)
class Download:
    """A source that can be fetched.

    `url` and the values of `query` hold places such as `{number}`. `file` are the parts of the
    file's name; an empty one is left out. `load` is what `kommunegraf load` needs besides the file
    so that it takes all that was asked for.
    """

    key: str
    title: str
    description: str
    documentation: str
    publisher: str
    licence: str
    url: str
    query: Mapping[str, str]
    accept: str
    form: Form
    file: Sequence[str]
    extension: str
    manners: Manners
    max_bytes: int
    parameters: Mapping[str, Parameter]
    paging: Paging | None
    load: Sequence[str]

    def values(self, given: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
        """Returns the values for each file to be had. Raises UsageError for what does not fit."""
        for name in given:
            if given[name] and name not in self.parameters:
                known = ", ".join(f"--{known}" for known in self.parameters) or "none"
                raise UsageError(f"{self.key} takes no --{name}; its parameters: {known}")
        several: list[dict[str, str]] = [{}]
        for parameter in self.parameters.values():
            read = [parameter.read(text) for text in given.get(parameter.name) or ()]
            if not read and parameter.required:
                raise UsageError(f"{self.key} needs --{parameter.name}: {parameter.help}")
            if len(read) > 1 and not parameter.several:
                raise UsageError(f"--{parameter.name} can be given once only")
            if parameter.several == "joined" or not read:
                read = [",".join(dict.fromkeys(read)) or parameter.default]
            several = [
                {**values, parameter.name: value}
                for values in several
                for value in dict.fromkeys(read)
            ]
        return several

    def address(self, values: Mapping[str, str], base: str | None = None) -> str:
        """Returns the URL to ask, at the source's own host or below another base."""
        url = PLACE.sub(lambda place: quote(values[place[1]], safe=""), self.url)
        if base:
            parts = urlsplit(url)
            url = base.rstrip("/") + parts.path
        query = {
            name: filled
            for name, text in self.query.items()
            if (filled := PLACE.sub(lambda place: values[place[1]], text))
        }
        return f"{url}?{urlencode(query)}" if query else url

    def file_name(self, values: Mapping[str, str], page: int | None = None) -> str:
        """Returns the name of the file for these values, safe on every file system."""
        parts = [PLACE.sub(lambda place: values[place[1]], part) for part in self.file]
        if page is not None:
            parts.append(f"page-{page}")
        safe = [re.sub(r"[^\w.]+", "-", part).strip("-.")[:80] for part in parts]
        return "-".join(part for part in safe if part) + f".{self.extension}"

    def load_options(self, values: Mapping[str, str]) -> list[str]:
        """Returns what `kommunegraf load` needs besides the file."""
        return [PLACE.sub(lambda place: values[place[1]], text) for text in self.load]


def find_downloads(folder: Path | None = None) -> dict[str, Download]:
    """Reads all declarations of a folder, by default the shipped ones, by key.

    Raises SourceError for one that cannot be read.
    """
    folder = folder or Path(str(resources.files("kommunegraf.graph") / "endpoints"))
    return {file.stem: _read(file) for file in sorted(folder.glob("*.toml"))}


def _read(file: Path) -> Download:
    try:
        head: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        declared = head.pop("parameters", {})
        paging = head.pop("paging", None)
        download = Download(
            key=head.pop("key"),
            title=head.pop("title"),
            description=head.pop("description"),
            documentation=head.pop("documentation"),
            publisher=head.pop("publisher"),
            licence=head.pop("licence"),
            url=head.pop("url"),
            query=MappingProxyType(head.pop("query", {})),
            accept=head.pop("accept"),
            form=head.pop("form"),
            file=tuple(head.pop("file")),
            extension=head.pop("extension"),
            manners=Manners(**head.pop("manners", {})),
            max_bytes=head.pop("max_megabytes") * MEGABYTE,
            parameters=MappingProxyType(
                {name: Parameter(name, **fields) for name, fields in declared.items()}
            ),
            paging=Paging(**paging) if paging else None,
            load=tuple(head.pop("load", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"the declaration cannot be read: {error}", file) from None
    if head:
        raise SourceError(f"unknown field {', '.join(head)}", file)
    if download.key != file.stem:
        raise SourceError(f"the key “{download.key}” is not the file's name", file)
    if urlsplit(download.url).scheme not in ("https", "http"):
        raise SourceError(f"“{download.url}” is no http(s) address", file)
    for text in (download.url, *download.query.values(), *download.file, *download.load):
        for name in PLACE.findall(text):
            if name not in download.parameters:
                raise SourceError(f"“{{{name}}}” is no declared parameter", file)
    return download
