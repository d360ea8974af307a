"""One exchange over HTTP with a server that nobody here vouches for.

It may ask who asks, lead elsewhere, answer byte by byte or without end: an exchange ends in time,
with an answer that is whole and of bounded length, or with a RemoteError of one sentence.
"""

from __future__ import annotations

import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlsplit

from .errors import RemoteError, UsageError
from .opening import Watch, open_request

MOST: Final = 1 << 30
"""Bytes of one answer that are taken; a longer one is refused rather than filling the memory."""

SECONDS: Final = 120.0
"""How long one answer is waited for in all."""

LONGEST: Final = 86_400.0
"""The most seconds that an answer may be waited for."""

_BLOCK: Final = 1 << 20
_FAILURE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. Of a failure, the body is only its first 64 KB."""

    status: int
    headers: Message
    body: bytes


def exchange(
    address: str,
    request: urllib.request.Request,
    seconds: float,
    check: Callable[[Message], None] = lambda _: None,
) -> Answer:
    """Sends a request below an address and returns the answer, whatever its status.

    `address` is one that `check_address` lets through. The server is given the name and password
    that the environment holds when it asks for them, by Basic or Digest; nobody else is told.
    Redirects are not followed. `check` is called with the headers of an answer that is no failure,
    before its body is read, and may raise.
    """
    with Watch(seconds) as watch:
        try:
            response = open_request(address, request, watch)
            if response is None:
                return Answer(401, Message(), b"")
            with response:
                status, headers = response.status, response.headers
                if watch.over:
                    raise TimeoutError
                if status >= 300:
                    return Answer(status, headers, _read_failure(response))
                check(headers)
                body = _read(address, response)
                if watch.over:
                    raise TimeoutError
                if response.length:
                    raise RemoteError(
                        f"{address}: the answer broke off; {response.length} bytes lack"
                    )
                return Answer(status, headers, body)
        except (urllib.error.URLError, HTTPException, OSError) as error:
            why = _reason(error, seconds, late=watch.over)
            raise RemoteError(f"{address}: {why}") from None


def check_address(address: str) -> None:
    """Raises UsageError for what is no address of a server."""
    try:
        parts = urlsplit(address)
        _ = parts.port
        right = bool(parts.hostname) and parts.scheme in ("http", "https")
    except ValueError:
        right = False
    if not (right and address.isascii() and address.isprintable() and " " not in address):
        raise UsageError(
            f"“{address}” is not an address of a server; it begins with http:// or https:// and "
            "has only ASCII letters"
        )


def wait() -> float:
    """Returns how many seconds an answer is waited for: KOMMUNEGRAF_TIMEOUT, or two minutes."""
    given = os.environ.get("KOMMUNEGRAF_TIMEOUT")
    try:
        seconds = float(given) if given else SECONDS
    except ValueError:
        seconds = 0
    if not 0 < seconds <= LONGEST:
        raise UsageError(
            f"KOMMUNEGRAF_TIMEOUT: “{given}” is not a number of seconds above 0 and up to "
            f"{LONGEST:.0f}"
        )
    return seconds


def _read(address: str, response: HTTPResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    while block := response.read1(_BLOCK):
        size += len(block)
        if size > MOST:
            raise RemoteError(f"{address}: the answer is longer than {MOST >> 20} MB")
        parts.append(block)
    return b"".join(parts)


def _read_failure(response: HTTPResponse) -> bytes:
    """Returns what a server says of a failure as far as it comes; its status is what counts."""
    said = b""
    with suppress(HTTPException, OSError):
        while len(said) < _FAILURE and (block := response.read1(_FAILURE - len(said))):
            said += block
    return said


def _reason(error: BaseException, seconds: float, *, late: bool) -> str:
    """Returns why a connection did not come about or did not hold."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    match cause:
        case TimeoutError() if cause is not error:
            return f"no connection within {seconds:g} seconds"
        case _ if late or isinstance(cause, TimeoutError):
            return (
                f"no whole answer within {seconds:g} seconds; ask for less, or raise the limit "
                "with KOMMUNEGRAF_TIMEOUT"
            )
        case socket.gaierror():
            return "the host's name is not known to the network"
        case ConnectionRefusedError():
            return "nobody answers there; is the server running?"
        case ssl.SSLCertVerificationError():
            return f"its certificate cannot be trusted ({cause.verify_message})"
        case HTTPException():
            return f"the answer broke off or is no HTTP ({type(cause).__name__})"
        case _:
            return f"the connection failed ({cause})"
