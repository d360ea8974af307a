"""A request that is not answered as asked: the status, one sentence, and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class RefusalError(Exception):
    """Carries the status and headers; `str()` is the sentence."""

    def __init__(self, status: int, sentence: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.status = status
        self.headers = tuple(headers)
        super().__init__(sentence)
