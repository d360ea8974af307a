"""A view drawn on demand, as a query process answers it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, Final

from ...graph.errors import KommunegrafError
from ...graph.store import StoredGraph
from .engine import Out
from .negotiate import HTML
from .refusal import RefusalError
from .visible import hidden, told

_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


def answer(graph: StoredGraph, asked: Mapping[str, Any], out: Out) -> None:
    """Draws a view. `asked`: name, given (thing, at), staff."""
    from .. import pages
    from ..errors import ViewError
    from ..view import load, names

    if asked["name"] not in names():
        raise RefusalError(
            404, f"there is no view “{asked['name']}”; there are {', '.join(names())}"
        )
    hide = hidden(graph, staff=asked["staff"])
    try:
        page = pages.ask_page(
            graph, load(asked["name"]), asked["given"], home="/views", hidden=hide
        )
    except KommunegrafError as error:
        status = 404 if isinstance(error, ViewError) else 400
        raise RefusalError(status, told(error, hide)) from None
    body = page.encode("utf-8")
    out.answer(200, view_headers(page), body)


def view_headers(page: str) -> list[tuple[str, str]]:
    """Returns the headers of a view's page, which carries its script and its own policy."""
    match = _POLICY.search(page[:4000])
    policy = unescape(match[1]) if match else "default-src 'none'"
    return [
        ("content-type", HTML.content_type),
        ("content-security-policy", f"{policy}; frame-ancestors 'none'"),
    ]
