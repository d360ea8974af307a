"""What the tests of fetching share: a server and a machine whose clock only sleeping moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .register_server import Machine, RegisterServer, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RegisterServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as running:
        yield running


@pytest.fixture
def machine() -> Machine:
    return Machine()
