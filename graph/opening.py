"""Opening: a request is sent and its answer begins, with our own choice of what urllib does.

Names and passwords are given as asked for; redirects are not followed; no status is an exception;
and a line is hung up when the time is over.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
import warnings
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

USER: Final = "KOMMUNEGRAF_USER"
PASSWORD: Final = "KOMMUNEGRAF_PASSWORD"  # noqa: S105 -- the name of a variable


class Watch:
    """Hangs up when the time is over: a timeout of a socket begins anew with every byte.

    A context: the time is watched until it is left. A line that was hung up looks like the end of
    what came, so whoever reads asks afterwards whether it is `over`.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = time.monotonic() + seconds
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        """Begins to watch."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the watch."""
        self._timer.cancel()

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._until

    def follow(self, line: socket.socket) -> None:
        """Hangs up on this line from now on, at once when it is too late."""
        self._line = line
        if self.over:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def open_request(
    address: str, request: urllib.request.Request, watch: Watch
) -> HTTPResponse | None:
    """Returns the answer of any status, unread; none where a password was asked for in vain."""
    opener = urllib.request.OpenerDirector()
    # Not urllib's usual ones: no redirects, no files, no FTP.
    for handler in (
        urllib.request.ProxyHandler(),
        _Lines(watch),
        *_passwords(address),
        urllib.request.HTTPErrorProcessor(),
        _AsItIs(),
    ):
        opener.add_handler(handler)
    try:
        with warnings.catch_warnings():
            # Such as of how a server writes what it asks for.
            warnings.simplefilter("ignore")
            response: HTTPResponse = opener.open(request, timeout=watch.seconds)
        return response
    except urllib.error.HTTPError:
        return None  # a Digest was refused again and again
    except (ValueError, IndexError):
        return None  # the library does not know, or cannot read, what is asked for


class _Lines(urllib.request.AbstractHTTPHandler):
    """HTTP and HTTPS over lines that are watched."""

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        watch = self._watch

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                watch.follow(self.sock)

        return self.do_open(Connection, req)

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        watch = self._watch

        class Connection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                watch.follow(self.sock)

        return self.do_open(Connection, req, context=_context())


@cache
def _context() -> ssl.SSLContext:
    # Its certificates take longer to read than a question to answer.
    return ssl.create_default_context()


class _AsItIs(urllib.request.BaseHandler):
    """Gives an answer of any status back, where urllib would raise it and close it."""

    def http_error_default(
        self, req: urllib.request.Request, fp: HTTPResponse, *_: object
    ) -> HTTPResponse:
        return fp


def _passwords(address: str) -> list[urllib.request.BaseHandler]:
    if not (user := os.environ.get(USER)):
        return []
    parts = urlsplit(address)
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    root = f"{parts.scheme}://{parts.netloc}/"
    known.add_password(None, root, user, os.environ.get(PASSWORD, ""))
    return [
        urllib.request.HTTPDigestAuthHandler(known),
        urllib.request.HTTPBasicAuthHandler(known),
    ]
