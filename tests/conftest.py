"""What all tests share: one build of the shipped sources, and where the real material lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import StoredGraph, open_stored

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a build of the shipped sources, without pages."""
    out = tmp_path_factory.mktemp("kommunegraf") / "out"
    assert run_build(None, out, pages=False) == 0
    return out


@pytest.fixture(scope="session")
def graph(built: Path) -> StoredGraph:
    """The shipped graph, open."""
    return open_stored(built)


@pytest.fixture
def reports() -> Path:
    """The folder of the real reports; the test is skipped where they are not at hand."""
    folder = SHARED / "reports"
    if not folder.is_dir():
        pytest.skip("the reports are not at ../shared/reports")
    return folder
