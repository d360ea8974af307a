"""A run of `fetch`: file by file and page by page, and what to do when something is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click

from .downloaded import bury, drop_pages_after, mentions, read_tombstone
from .downloads import Download, Paging
from .errors import FetchError, GoneError
from .http import Client
from .transfer import Had, Progress, Wanted, transfer
from .wire import read_json


@dataclass(frozen=True, slots=True)
class Fetch:
    """One run of the command: whom to ask through what, where to put it.

    `purge` is called with number and day when a unit has been removed, before its files are.
    """

    client: Client
    out: Path
    again: bool = False
    base: str | None = None
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    progress: Progress = lambda _done, _of: None
    purge: Callable[[str, date], bool] = lambda _number, _day: False

    def run(self, download: Download, given: Mapping[str, Sequence[str]]) -> tuple[int, list[Path]]:
        """Fetches all that is asked for; prints a line for each file.

        A thing that is not there costs only itself. Returns the exit code and the files that are
        held now.
        """
        code, files = 0, list[Path]()
        for values in download.values(given):
            try:
                for had in self._pages(download, values):
                    click.echo(_line(had))
                    files.append(had.file)
            except GoneError as error:
                click.echo(f"kommunegraf: {error}", err=True)
                code = error.exit_code
        return code, files

    def _pages(self, download: Download, values: Mapping[str, str]) -> Iterator[Had]:
        url = download.address(values, self.base)
        if download.paging is None:
            yield self._one(Wanted(download, values, url, self.out / download.file_name(values)))
            return
        seen: set[str] = set()
        page = 0
        while True:
            seen.add(url)
            file = self.out / download.file_name(values, page)
            had = self._one(Wanted(download, values, url, file))
            following = _next(download, download.paging, file, url, self.base)
            yield had
            # The register's last page has been seen to name itself as the next one.
            if following is None or following in seen:
                break
            url, page = following, page + 1
        drop_pages_after(file, file.name.removesuffix(f"page-{page}{file.suffix}"), page)

    def _one(self, wanted: Wanted) -> Had:
        grave = read_tombstone(wanted.file)
        if grave is not None and not self.again:
            raise GoneError(
                f"{wanted.url}: was removed by its publisher, as noticed on {grave.removed}; "
                "--again asks once more",
                removed=True,
            )
        try:
            return transfer(
                self.client, wanted, again=self.again, now=self.now, progress=self.progress
            )
        except GoneError as error:
            if not error.removed:
                raise
            raise GoneError(f"{error}; {self._bury(wanted)}", removed=True) from None

    def _bury(self, wanted: Wanted) -> str:
        """Purges what is held of a removed thing; returns in words what was done."""
        day = self.now().date()
        number = wanted.values.get("number", "")
        # The graph first: should that fail, the next run finds no tombstone and tries again.
        from_graph = bool(number) and self.purge(number, day)
        files = bury(wanted.file, wanted.url, wanted.download.key, wanted.values, day)
        done = [str(file) for file in files] + ["what the graph held of it"] * from_graph
        words = f"removed here too: {', '.join(done)}" if done else "nothing was held of it"
        if number and (still := mentions(self.out, number)):
            named = ", ".join(str(file) for file in still)
            words += f"; still named in {named}: fetch again"
        return words


def _next(download: Download, paging: Paging, file: Path, url: str, base: str | None) -> str | None:
    """Returns the address of the page after the one in a file; None after the last.

    Raises FetchError when there are more hits than the server lets one see.
    """
    answer = read_json(file)
    hits, number, pages = (_at(answer, path) for path in (paging.hits, paging.number, paging.pages))
    if isinstance(hits, int) and hits > paging.deepest:
        raise FetchError(
            f"{url}: the search has {hits:,} hits, but the server shows the first "
            f"{paging.deepest:,} only; ask for less, or fetch the whole register"
        )
    following = _at(answer, paging.next)
    if not isinstance(following, str):
        return None
    if isinstance(number, int) and isinstance(pages, int) and number + 1 >= pages:
        return None
    here, there, own = urlsplit(url), urlsplit(following), urlsplit(download.url)
    if there.hostname == here.hostname:
        path = there.path
    elif there.hostname == own.hostname:
        # A mirror passes the register's own links on; they are followed on the mirror.
        path = urlsplit(base or "").path.rstrip("/") + there.path
    else:
        raise FetchError(f"{url}: names {following} as its next page, another host; not followed")
    return urlunsplit((here.scheme, here.netloc, path, there.query, ""))


def _at(answer: object, path: str) -> object:
    """Returns the value at a path of keys in JSON; None when there is none."""
    return reduce(
        lambda value, key: value.get(key) if isinstance(value, dict) else None,
        path.split("."),
        answer,
    )


def _line(had: Had) -> str:
    if had.changed:
        return f"fetched    {had.file}  ({had.sidecar.size:,} bytes)"
    return f"unchanged  {had.file}  since {had.sidecar.day}"
