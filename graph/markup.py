"""Pages, XML and RDF where data was meant: refused with a sentence that says what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from .errors import SourceError

_RDF_TEXT: Final = re.compile(r"\s*(@prefix|@base|PREFIX\s|BASE\s|<[^>\s]*:[^>\s]*>\s+<)", re.I)
_KLASS_ROOTS: Final = frozenset(
    (
        *("codeList", "codeChangeList", "correspondenceItemList", "correspondenceTable"),
        *("PagedResources", "classification", "codeChanges"),
    )
)


def refuse_markup(file: Path, beginning: bytes) -> None:
    """Raises SourceError when a file that begins so is a web page, XML or RDF."""
    text = beginning.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if re.match(r"<(!doctype\s+html|html|head|body)\b", text, re.I):
        title = re.search(r"<title[^>]*>\s*([^<]{1,80}?)\s*</title>", text, re.I)
        named = f" (“{title[1]}”)" if title else ""
        raise SourceError(f"is an HTML page{named}, not data; fetch the data again", file)
    if "<rdf:RDF" in text[:4096] or _RDF_TEXT.match(text):
        raise SourceError(
            "is RDF, and load takes answers of registers and fact tables only; "
            "query it with other tools or write its facts as a source folder",
            file,
        )
    if text.startswith("<"):
        root = re.search(
            r"<(?:[\w-]+:)?([A-Za-z][\w-]*)", re.sub(r"<\?.*?\?>|<!--.*?-->", "", text)
        )
        name = root[1] if root else "unknown"
        if name in _KLASS_ROOTS:
            raise SourceError(
                "is XML, which KLASS sends when JSON is not asked for; ask with the header "
                "“Accept: application/json”, or run: kommunegraf fetch klass-codes",
                file,
            )
        raise SourceError(
            f"is XML (its first element is “{name}”), not JSON or CSV; ask the register for "
            "JSON with the header “Accept: application/json”",
            file,
        )
