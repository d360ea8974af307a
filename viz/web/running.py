"""Running the service: the server around it, how it begins and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from ...graph.errors import UsageError
from .admission import Settings
from .app import make_service
from .job import Limits
from .overseer import Overseer
from .pool import Pool

HEADER_SECONDS: Final = 15
_LEAVE: Final = 0.6
"""Seconds that open requests have to end when the service does."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the service was started."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8080
    processes: int = 0
    limits: Limits = field(default_factory=Limits)
    allow_hosts: tuple[str, ...] = ()
    cors: str = ""
    staff: bool = False
    verbose: bool = False


def run(options: Options, say: Callable[[str], None]) -> int:
    """Serves until it is told to stop. Raises StoreError or UsageError when it cannot begin."""
    port = free_port(options.host, options.port)
    try:
        return asyncio.run(_serve(options, port, say))
    except KeyboardInterrupt:
        return 0


def free_port(host: str, port: int) -> int:
    """Returns the port to listen at, for 0 any that is free. Raises UsageError when it is taken."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
            tried.listen(1)
            found: int = tried.getsockname()[1]
            return found
    except socket.gaierror:
        raise UsageError(f"“{host}” is no address of this machine") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} on {host} is taken by another program; choose one with --port"
            ) from None
        if error.errno == errno.EACCES:
            raise UsageError(f"port {port} needs more rights; choose one above 1023") from None
        raise UsageError(f"{host} port {port}: {error.strerror}") from None


def names_of(host: str, allowed: tuple[str, ...]) -> frozenset[str]:
    """Returns the host names that requests may carry, with the port or without."""
    names = {"localhost", "127.0.0.1", "[::1]", *(name.lower() for name in allowed)}
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        if not address.is_unspecified:
            names.add(f"[{host}]" if address.version == 6 else host)
    return frozenset(names)


def settle() -> None:
    """Lets Python look for garbage in cycles seldom: answers that are kept are none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


async def _listening(host: str, port: int, serving: asyncio.Task[None]) -> None:
    """Waits until the server takes connections, or has failed."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


async def _serve(options: Options, port: int, say: Callable[[str], None]) -> int:
    loop = asyncio.get_running_loop()
    size = options.processes or max(2, min(8, os.cpu_count() or 1)) + 2
    pool = Pool(
        options.folder, size, options.limits,
        staff=options.staff, verbose=options.verbose, say=say,
    )  # fmt: skip
    overseer: Overseer | None = None
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        starting = loop.create_task(pool.start())
        waiting = loop.create_task(stopping.wait())
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            starting.cancel()
            return 0
        await starting
        overseer = Overseer(pool)
        settle()
        settings = Settings(
            hosts=names_of(options.host, options.allow_hosts),
            cors=options.cors,
            log=say if options.verbose else None,
        )
        server = Server(
            make_service(pool, settings),
            address=options.host,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=512 << 10
            ),
            websockets=False,
            backlog=1024,
            backpressure=1024,
            log_enabled=False,
        )
        serving = loop.create_task(server.serve())
        await _listening(options.host, port, serving)
        name = f"[{options.host}]" if ":" in options.host else options.host
        say(
            f"Serving {pool.build.folder} at http://{name}:{port}/ "
            f"(SPARQL: /sparql, questions: /api). Ctrl-C stops it."
        )
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
            return 1
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LEAVE):
                await asyncio.shield(serving)
        return 0
    finally:
        if overseer is not None:
            overseer.stop()
        pool.close()
        sys.stdout.flush()
        sys.stderr.flush()
