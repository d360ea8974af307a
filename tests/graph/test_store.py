"""The store: whatever happens to a build, the earlier graph stays usable, and faults say so."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kommunegraf.graph.errors import StoreError
from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import MANIFEST, open_stored

COMMAND = Path(sys.executable).with_name("kommunegraf")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small source of municipalities."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(Path(__file__).parent / "small" / "kommuner", folder / "kommuner")
    return folder


@pytest.fixture
def out(sources: Path, tmp_path: Path) -> Path:
    assert run_build(sources, tmp_path / "out", pages=False) == 0
    return tmp_path / "out"


def size(out: Path) -> int:
    return len(open_stored(out).store)


def test_the_same_sources_give_the_same_bytes(sources: Path, out: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    arguments = ["build", "--sources", str(sources), "--out", str(other), "--no-pages"]
    subprocess.run([COMMAND, *arguments], env=environment, check=True, capture_output=True)
    for name in ("kommunegraf.ttl", MANIFEST):
        assert (other / "current" / name).read_bytes() == (out / "current" / name).read_bytes()


@pytest.mark.parametrize("delay", [0.1, 0.4, 0.7, 1.0, 1.3, 1.6])
def test_a_build_killed_at_any_moment_leaves_the_earlier_graph(
    sources: Path, out: Path, delay: float
) -> None:
    before = size(out)
    arguments = ["build", "--sources", str(sources), "--out", str(out), "--no-pages"]
    process = subprocess.Popen([COMMAND, *arguments], stdout=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert size(out) == before
    assert run_build(sources, out, pages=False) == 0
    assert not list(out.glob("*.unfinished"))
    assert size(out) == before


def test_an_interrupted_build_says_so_and_leaves_nothing(sources: Path, out: Path) -> None:
    arguments = ["build", "--sources", str(sources), "--out", str(out), "--no-pages"]
    # A shell starts what runs in the background with Ctrl-C ignored; here it must count.
    process = subprocess.Popen(
        [COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list(out.glob("*.unfinished")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert said.strip() == "kommunegraf: stopped; nothing was changed"
    assert not list(out.glob("*.unfinished"))


def test_a_full_disk_leaves_the_earlier_graph(sources: Path, out: Path) -> None:
    before = size(out)

    def no_room() -> None:
        # A file may not grow beyond this: writing fails as it does on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    arguments = ["build", "--sources", str(sources), "--out", str(out), "--no-pages"]
    done = subprocess.run(
        [COMMAND, *arguments], preexec_fn=no_room, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert size(out) == before
    assert not list(out.glob("*.unfinished"))


def test_a_program_that_has_the_graph_open_goes_on(sources: Path, out: Path) -> None:
    graph = open_stored(out)
    before = len(graph.store)
    assert run_build(sources, out, pages=False) == 0
    assert sum(1 for _ in graph.select("SELECT * WHERE { ?s ?p ?o }")) <= before
    assert len(graph.store) == before


def test_no_graph_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no graph here; run: kommunegraf build --out"):
        open_stored(tmp_path / "nothing")


def test_a_half_written_build(out: Path) -> None:
    (out / "current" / MANIFEST).unlink()
    with pytest.raises(StoreError, match="the build is unfinished; run kommunegraf build again"):
        open_stored(out)


def test_another_version(out: Path) -> None:
    manifest = json.loads((out / "current" / MANIFEST).read_text("utf-8"))
    (out / "current" / MANIFEST).write_text(json.dumps({**manifest, "format": 99}), "utf-8")
    with pytest.raises(StoreError, match="layout version 99, this program reads version 2"):
        open_stored(out)


@pytest.mark.parametrize("content", ["", "{}", "[]", "not json", '{"format": 2}', "\ufeff"])
def test_a_damaged_manifest(out: Path, content: str) -> None:
    (out / "current" / MANIFEST).write_text(content, "utf-8")
    with pytest.raises(StoreError, match="cannot be read; run kommunegraf build again"):
        open_stored(out)


def test_a_damaged_store(out: Path) -> None:
    for file in (out / "current" / "store").iterdir():
        file.write_bytes(b"junk")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_stored(out)


def test_a_folder_that_is_not_ours_is_not_touched(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(StoreError, match="is not empty and holds no earlier build"):
        run_build(sources, tmp_path, pages=False)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_place_of_the_folder(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", "utf-8")
    with pytest.raises(StoreError, match="is a file, not a folder"):
        run_build(sources, tmp_path / "out", pages=False)


def test_a_store_that_another_program_holds_can_still_be_asked(out: Path) -> None:
    script = (
        "import sys, time; from pyoxigraph import Store; "
        "s = Store(sys.argv[1]); print('open', flush=True); time.sleep(30)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(out / "current" / "store")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        assert size(out) > 0
    finally:
        holder.kill()
        holder.communicate()
