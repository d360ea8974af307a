"""Names, days and web addresses as registers write them, mended where that is beyond doubt."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_HIGH: Final = "\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u203a\u20ac\u2122"
# UTF-8 that was read as Windows-1252: "HÃ… KOMMUNE". Å and Ä are letters of their own, so only
# what they would stand for in Sámi names is taken as such.
_TWICE: Final = re.compile(f"[ÂÃ][{_HIGH}]|Ä[\x8c\x8d\x90\u0152\u2018]|Å[\u2039¡½¾§]")
_SUSPECT: Final = re.compile(f"{_TWICE.pattern}|\ufffd|<U\\+")
_ESCAPE: Final = re.compile(r"<U\+([0-9A-F]{4})>")

# A day, perhaps with a time and a time zone: 2007-10-01T00:00:00.000+0000
_DAY: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_MIDNIGHT_IN_UTC: Final = ("22:00:00", "23:00:00")
_UTC: Final = ("Z", "+0000", "+00:00")

Faults = list[str]
"""Sentences on what a record says that could not be taken as it stands."""

_PATH: Final = r"(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
_WEB: Final = re.compile(
    r"(?:(https?)://)?((?:[\w-]+\.)+[^\W\d_][\w-]+)(:[0-9]{1,5})?"
    rf"((?:/{_PATH})?(?:\?{_PATH})?(?:#{_PATH})?)",
    re.IGNORECASE,
)


def read_name(value: object, faults: Faults) -> str:
    """Returns a name, also one given in parts, repaired where that is beyond doubt."""
    if isinstance(value, list):
        value = " ".join(part for part in value if isinstance(part, str) and part)
    if not isinstance(value, str):
        return ""
    name = value.strip()
    if not _SUSPECT.search(name):
        return name
    mended = repair(name)
    if mended != name:
        faults.append(f"the name “{name}” is wrongly encoded; read as “{mended}”")
    else:
        faults.append(f"the name “{name}” is damaged and kept as it is: no repair is sure")
    return mended


def repair(text: str) -> str:
    """Returns a text that was encoded twice as it was meant, or the text itself when in doubt.

    It is in doubt when a part of the text is as it should be, so that the whole fits neither way.
    """
    mended = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    for _ in range(3):
        if not _TWICE.search(mended):
            return mended if mended.isprintable() else text
        try:
            mended = b"".join(map(_windows, mended)).decode()
        except UnicodeError:
            return text
    return text


def _windows(letter: str) -> bytes:
    # Five bytes have no sign in Windows-1252; whoever reads it anyway keeps them as they are.
    return letter.encode("latin-1" if ord(letter) < 0xA0 else "cp1252")


@lru_cache(1 << 16)
def read_day(text: str) -> date | None:
    """Returns the day that a text stands for, or None when it is no day or does not exist.

    Midnight in Norway is 22 or 23 o'clock of the day before where a time is given in UTC.
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return None
    evening = found[3] in _UTC and found[2] in _MIDNIGHT_IN_UTC and day < date.max
    return day + timedelta(days=1) if evening else day


def web_address(text: str) -> str | None:
    """Returns a home page as an IRI, or None when the text is none.

    "www.ha.kommune.no/" gets a scheme; the host is in lower case.
    """
    found = _WEB.fullmatch(text.strip())
    if found is None:
        return None
    scheme, host, port, path = found.groups(default="")
    return f"{scheme.lower() or 'http'}://{host.lower()}{port}{path or '/'}"
