"""HTTP as a polite guest: says who asks, waits its turn, tries again, and knows when to stop.

Only `fetch` uses it; endpoints are asked through SPARQLWrapper (`endpoint`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from ssl import SSLCertVerificationError
from typing import Final, TypeVar
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, NameResolutionError, SSLError
from urllib3.util import Retry, Timeout

from .errors import FetchError, GoneError

Received = TypeVar("Received")

HOME: Final = "https://w3id.org/kommunegraf"
ASK_LATER: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Manners:
    """How a host wants to be asked.

    `rate`: requests a second, of all kinds together. `connect`, `read`: seconds to wait for a
    connection and for the next byte. `patience`: the longest wait between two attempts, in
    seconds; a server that asks for more is left alone.
    """

    rate: float = 1.0
    attempts: int = 5
    connect: float = 20.0
    read: float = 60.0
    patience: float = 120.0


class CutError(Exception):
    """An answer that broke off, or did not fit what is held already; to be asked for again."""


class Client:
    """Asks servers over verified TLS, one request at a time and host by host at its rate.

    `sleep`, `clock` and `jitter` are the machine's; a test gives its own. `say` is told in one
    sentence of each wait before another attempt.
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._say = say
        self._turns: dict[str, float] = {}

    def get(
        self,
        url: str,
        headers: Callable[[], Mapping[str, str]],
        receive: Callable[[urllib3.BaseHTTPResponse], Received],
        manners: Manners,
    ) -> Received:
        """Asks for a URL until `receive` has taken the answer, and returns what it returns.

        `headers` is called before each attempt, since a cut download changes what to ask for.
        `receive` meets only answers with content, 304 and 416; it raises CutError to have another
        attempt. Raises GoneError for 404 and 410 and FetchError for whatever else is final.
        """
        fault = ""
        for attempt in range(1, manners.attempts + 1):
            asked: float | None = None
            try:
                response = self._follow(url, headers(), manners)
                try:
                    if response.status not in ASK_LATER:
                        _refuse_final(url, response)
                        return receive(response)
                    fault = f"the server answers {_status(response)}"
                    asked = _retry_after(response)
                finally:
                    # What was not read is not worth reading: the connection goes with it.
                    response.close()
            except SSLError as error:
                if isinstance(cause := error.args[0], SSLCertVerificationError):
                    raise FetchError(
                        f"{url}: the server's certificate cannot be trusted "
                        f"({cause.verify_message}); nothing was fetched"
                    ) from None
                fault = "no secure connection came about"
            except CutError as error:
                fault = str(error)
            except HTTPError as error:
                fault = _fault(error, manners)
            wait = self._wait(attempt, asked, manners)
            if asked is not None and asked > manners.patience:
                raise FetchError(f"{url}: {fault} and asks to wait {asked:.0f} seconds; try later")
            if attempt < manners.attempts:
                self._say(f"{fault}; trying again in {wait:.0f} s")
                self._sleep(wait)
        raise FetchError(f"{url}: {fault}, {manners.attempts} times; try again later")

    def _wait(self, attempt: int, asked: float | None, manners: Manners) -> float:
        """Doubles from a second, with a random part so that clients do not come back together."""
        own: float = min(2.0 ** (attempt - 1) * (1 + self._jitter()), manners.patience)
        return own if asked is None else max(asked, own)

    def _follow(
        self, url: str, headers: Mapping[str, str], manners: Manners
    ) -> urllib3.BaseHTTPResponse:
        for _ in range(REDIRECTS + 1):
            self._wait_turn(url, manners.rate)
            response = _pool(_proxy(url)).request(
                "GET",
                url,
                headers={"User-Agent": user_agent(), "Accept-Encoding": "identity", **headers},
                timeout=Timeout(connect=manners.connect, read=manners.read),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            location = response.get_redirect_location()
            if not location:
                return response
            response.close()
            url = _redirected(url, location)
        raise FetchError(f"{url}: the server redirects more than {REDIRECTS} times")

    def _wait_turn(self, url: str, rate: float) -> None:
        host = urlsplit(url).netloc
        if (wait := self._turns.get(host, 0.0) - self._clock()) > 0:
            self._sleep(wait)
        self._turns[host] = self._clock() + 1 / rate


def user_agent() -> str:
    """Returns what the program calls itself, with a place to read about it."""
    return f"kommunegraf/{metadata.version('kommunegraf')} (+{HOME})"


@cache
def _pool(proxy: str | None) -> urllib3.PoolManager:
    # Certificates are verified with the system's own; no option turns that off.
    if proxy:
        return urllib3.ProxyManager(proxy, cert_reqs="CERT_REQUIRED", maxsize=1)
    return urllib3.PoolManager(cert_reqs="CERT_REQUIRED", maxsize=1)


def _proxy(url: str) -> str | None:
    """Returns the proxy that the environment names for a URL, as other programs use it."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)


def _redirected(url: str, location: str) -> str:
    """Returns where a redirect leads. Raises FetchError when to another host or less safely."""
    target = urljoin(url, location)
    before, after = urlsplit(url), urlsplit(target)
    safe = after.scheme == "https" or (after.scheme == "http" and before.scheme == "http")
    if after.hostname != before.hostname or not safe:
        raise FetchError(
            f"{url}: the server redirects to {target}, which is another host or less safe; not "
            "followed. Give --base-url if the source has moved there"
        )
    return target


def _refuse_final(url: str, response: urllib3.BaseHTTPResponse) -> None:
    match response.status:
        case 200 | 206 | 304 | 416:
            return
        case 404:
            raise GoneError(f"{url}: there is no such thing there (404)", removed=False)
        case 410:
            raise GoneError(f"{url}: has been removed by its publisher (410)", removed=True)
        case 406:
            raise FetchError(
                f"{url}: the server has nothing in the form asked for (406); its media types may "
                "have a new version"
            )
        case _:
            raise FetchError(f"{url}: the server answers {_status(response)}")


def _status(response: urllib3.BaseHTTPResponse) -> str:
    reason = f" {response.reason}" if response.reason else ""
    return f"{response.status}{reason}"


def _retry_after(response: urllib3.BaseHTTPResponse) -> float | None:
    # The library knows both forms, seconds and a date.
    try:
        return Retry(0).get_retry_after(response)
    except InvalidHeader:
        return None


def _fault(error: HTTPError, manners: Manners) -> str:
    match error:
        case NameResolutionError():
            return "the host's name is not known to the network"
        case urllib3.exceptions.NewConnectionError():
            return "there is no connection to the server"
        case urllib3.exceptions.ConnectTimeoutError():
            return f"no connection within {manners.connect:.0f} seconds"
        case urllib3.exceptions.ReadTimeoutError():
            return f"the server was silent for {manners.read:.0f} seconds"
        case urllib3.exceptions.ProxyError():
            return "there is no connection to the proxy"
        case _:
            return "the connection was cut"
