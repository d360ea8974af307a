"""A server on this machine that answers as the real registers do, on good days and on bad ones."""

from __future__ import annotations

import gzip
import json
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kommunegraf.graph.http import Client

PATH = "/enhetsregisteret/api/enheter"
MOLDE = "921221967"
BODY = json.dumps({"organisasjonsnummer": MOLDE, "navn": "MOLDE KOMMUNE"}).encode()
# Random, so that it does not pack to nothing.
UNITS = gzip.compress(random.Random(7).randbytes(60_000), mtime=0)


@dataclass
class Answer:
    """What the server says once.

    `cut`: bytes of this answer after which the connection breaks (`reset`: by RST, not FIN).
    `trickle`: seconds between kilobytes. `unless_accept`: what to answer when the Accept header
    does not hold JSON. `ranges`: how a Range is met: "good", "ignored" (200), "wrong" (206 from
    another byte), "unconditional" (206 whatever If-Range says).
    """

    body: bytes = b""
    status: int = 200
    type: str = "application/json;charset=UTF-8"
    etag: str = ""
    modified: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    trickle: float = 0.0
    length: int | None = None
    chunked: bool = False
    ranges: str = "good"
    unless_accept: bytes = b""


@dataclass
class Asked:
    """A request as the server saw it."""

    path: str
    headers: Mapping[str, str]


class RegisterServer:
    """Answers by path: the given answers one after the other, the last for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        self._scheme = "http"
        self._http = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"register": self})
        )
        self._http.daemon_threads = True
        # A client that leaves in the middle, as some tests do, is no news.
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}"

    def use_tls(self, certificate: Path, key: Path) -> None:
        """Answers over TLS from now on, under a certificate of one's own."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self._scheme = "https"

    def answer(self, path: str, *answers: Answer) -> None:
        """Sets what a path (with or without query) answers from now on."""
        self._answers[path] = list(answers)

    def take(self, path: str) -> Answer:
        answers = self._answers.get(path) or self._answers.get(path.partition("?")[0])
        if not answers:
            return Answer(b'{"status":404}', 404)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def sent(self, header: str) -> list[str | None]:
        """Returns a header of each request."""
        return [asked.headers.get(header.lower()) for asked in self.asked]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serving() -> Iterator[RegisterServer]:
    server = RegisterServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    register: RegisterServer

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.register.asked.append(Asked(self.path, headers))
        answer = self.register.take(self.path)
        body, status, extra, kind = answer.body, answer.status, dict(answer.headers), answer.type
        if answer.unless_accept and "json" not in headers.get("accept", ""):
            body, kind = answer.unless_accept, "application/xml"
        if answer.etag:
            extra["ETag"] = answer.etag
        if answer.modified:
            extra["Last-Modified"] = answer.modified
        if status == 200 and self._unchanged(answer, headers):
            status, body = 304, b""
        elif status == 200 and "range" in headers and answer.ranges != "ignored":
            status, body = self._range(answer, headers, extra)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in extra.items():
            self.send_header(name, value)
        if answer.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif status != 304:
            self.send_header("Content-Length", str(answer.length or len(body)))
        self.end_headers()
        self._send(answer, body)

    def _unchanged(self, answer: Answer, headers: Mapping[str, str]) -> bool:
        if answer.etag and headers.get("if-none-match") == answer.etag:
            return True
        return bool(answer.modified) and headers.get("if-modified-since") == answer.modified

    def _range(
        self, answer: Answer, headers: Mapping[str, str], extra: dict[str, str]
    ) -> tuple[int, bytes]:
        first = int(headers["range"].removeprefix("bytes=").removesuffix("-"))
        whole = answer.body
        versions = (answer.etag, answer.modified)
        if headers.get("if-range", "none") not in (*versions, "none") and (
            answer.ranges != "unconditional"
        ):
            return 200, whole
        if first >= len(whole):
            extra["Content-Range"] = f"bytes */{len(whole)}"
            return 416, b""
        if answer.ranges == "wrong":
            first -= 1
        extra["Content-Range"] = f"bytes {first}-{len(whole) - 1}/{len(whole)}"
        return 206, whole[first:]

    def _send(self, answer: Answer, body: bytes) -> None:
        sent = body if answer.cut is None else body[: answer.cut]
        step = 1000 if answer.trickle else max(len(sent), 1)
        try:
            for start in range(0, len(sent), step):
                block = sent[start : start + step]
                if answer.chunked:
                    block = b"%x\r\n%s\r\n" % (len(block), block)
                self.wfile.write(block)
                if answer.trickle:
                    time.sleep(answer.trickle)
            if answer.chunked and answer.cut is None:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True
            return
        if answer.cut is not None or (answer.length and answer.length != len(body)):
            self.close_connection = True
            if answer.reset:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()


@dataclass
class Machine:
    """A clock that only sleeping moves, and what was said to the user."""

    now: float = 0.0
    sleeps: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(round(seconds, 3))
        self.now += seconds

    def client(self) -> Client:
        return Client(
            sleep=self.sleep, clock=lambda: self.now, jitter=lambda: 0.0, say=self.said.append
        )


def unit(server: RegisterServer, *answers: Answer) -> None:
    server.answer(f"{PATH}/{MOLDE}", *answers)


def bulk(server: RegisterServer, *answers: Answer) -> None:
    server.answer(f"{PATH}/lastned", *answers)


def left(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())
