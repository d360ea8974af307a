"""Limits: runs work in a process of its own, which is ended when it takes too long or too much.

An engine at work cannot be asked to stop, and it ends its whole process where it breaks: not only
at a text made for that, but also where it has to order dates among numbers. So this process forks
before it opens the graph: the child works, the parent watches.
"""

from __future__ import annotations

import _thread
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn

from ...graph.errors import KommunegrafError

HELP_SECONDS: Final = 5.0
"""How long reasons are looked for after an answer that has no rows."""

_LOOK: Final = 0.05
"""Seconds between two looks at the memory; a process fills some tens of megabytes in them."""


class LimitError(KommunegrafError):
    """A query that took longer, or more memory, than it may."""


class BrokenError(LimitError):
    """A query at which the engine broke down."""


class Limits(NamedTuple):
    """What a query may take; None is without limit.

    Memory is watched where the system tells it (Linux).
    """

    seconds: float | None = 60.0
    megabytes: int | None = 4096


class Work:
    """What the work tells the process that watches it."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe

    def answered(self, code: int) -> None:
        """Says that the answer is out with this exit code; what follows has its own short time."""
        sys.stdout.flush()
        if self._pipe is not None:
            os.write(self._pipe, bytes((code,)))


def run_limited(work: Callable[[Work], int], limits: Limits) -> int:
    """Runs work in a child process and returns its exit code.

    Output goes where this process's goes. What work raises is raised in the child, for the caller
    to tell; the parent then returns the code with which the child ends. Raises LimitError (in the
    parent) when a limit is reached, BrokenError when the engine breaks down. Where there is no
    fork, only the time is limited.
    """
    if not hasattr(os, "fork"):
        return _run_here(work, limits)
    sys.stdout.flush()
    sys.stderr.flush()
    told, telling = os.pipe()
    alive, living = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.close(living)
        _be_watched(alive)
        code = work(Work(telling))
        sys.stdout.flush()
        sys.stderr.flush()
        # The parent puts everything away; doing so here too would copy all that they share.
        os._exit(code)
    os.close(telling)
    os.close(alive)
    _end_with_parent(child)
    return _watch(child, told, limits)


def _be_watched(alive: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What the engine itself writes as it breaks is for its makers, and gathering it takes long; the
    # parent says what happened.
    os.environ["RUST_BACKTRACE"] = "0"
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="replace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)

    def wait_for_the_end() -> None:
        # The parent never writes: what comes is the end of its life, however it ended.
        os.read(alive, 1)
        os._exit(2)

    _thread.start_new_thread(wait_for_the_end, ())


def _end_with_parent(child: int) -> None:
    def end(number: int, _frame: object) -> None:
        os.kill(child, signal.SIGKILL)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def _watch(child: int, told: int, limits: Limits) -> int:
    deadline = time.monotonic() + limits.seconds if limits.seconds is not None else None
    answer: int | None = None
    while True:
        left = _LOOK if deadline is None else deadline - time.monotonic()
        if left <= 0:
            _end(child)
            if answer is not None:
                _say(f"The search for the reason was stopped after {HELP_SECONDS:.0f} s.")
                return answer
            raise LimitError(
                f"the query was stopped after {limits.seconds:g} s. --explain shows what makes it "
                "large; --timeout gives it longer (0: as long as it takes)"
            )
        readable, _, _ = select.select([told], [], [], min(left, _LOOK))
        if readable:
            said = os.read(told, 1)
            if not said:
                return _ended(child, answer)
            answer = said[0]
            deadline = time.monotonic() + HELP_SECONDS
        if limits.megabytes is not None and _megabytes(child) > limits.megabytes:
            _end(child)
            if answer is not None:
                return answer
            raise LimitError(
                f"the query was stopped: it took more than {limits.megabytes:,} MB of memory. "
                "--explain shows what makes it large; --memory lets it take more"
            )


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _ended(child: int, answer: int | None) -> int:
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    if answer is not None:
        return answer
    if number == signal.SIGKILL:
        raise LimitError("the system ended the query, probably for want of memory")
    raise BrokenError(
        f"the query broke the engine ({signal.Signals(number).name}); it is too large or nested. "
        "Ask several smaller ones"
    )


def _megabytes(process: int) -> float:
    """Returns what a process holds for itself alone, 0 where the system does not tell."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:  # noqa: PTH123 -- read often
            _, resident, shared, *_ = file.read().split()
    except OSError:
        return 0.0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _run_here(work: Callable[[Work], int], limits: Limits) -> int:
    def end() -> NoReturn:
        _say(f"kommunegraf: the query was stopped after {limits.seconds:g} s")
        os._exit(2)

    if limits.seconds is not None:
        import threading

        timer = threading.Timer(limits.seconds, end)
        timer.daemon = True
        timer.start()
    return work(Work(None))
