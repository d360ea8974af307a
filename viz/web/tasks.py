"""The jobs of a query process, by kind; what makes pages is imported when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

from .engine import Out

KINDS: Final = {
    "sparql": ".sparql",
    "question": ".question",
    "thing": ".thing",
    "search": ".search",
    "view": ".views",
    "home": ".home",
}
"""Each kind of job and the module that holds the function `answer` for it."""

Answer = Callable[[Any, Mapping[str, Any], Out], None]


@cache
def task(kind: str) -> Answer:
    """Returns the function that does a kind of job."""
    answer: Answer = import_module(KINDS[kind], __package__).answer
    return answer
