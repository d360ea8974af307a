"""The documents are held to the code: every command in them runs, every list is up to date."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from kommunegraf.graph.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHELL = [
    line.partition("   #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
COMMAND_LINES = [line for line in SHELL if line.startswith("kommunegraf ")]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["questions", "tables"])
def test_generated_lists_are_up_to_date(name: str) -> None:
    written = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    assert written == getattr(generator(), name)(), "run: .venv/bin/python docs/generate.py"


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_command_in_the_readme_runs(line: str, built: Path, tmp_path: Path) -> None:
    given = ""
    for command in line.split(" | "):
        given = run(command, given, built, tmp_path)
    for out in re.findall(r"--out (\S+)", line):
        assert (tmp_path / out).stat().st_size > 0


def run(line: str, given: str, built: Path, folder: Path) -> str:
    """Runs a line of the README with text on its standard input; returns what it prints."""
    _, name, *rest = shlex.split(line)
    store = ["--store", str(built)]
    if (name, rest) in (("view", []), ("analyse", [])):
        store = []
    if name in SERVERS:
        return ""  # they need a server, or are one: queries/test_publish.py, viz/web
    if name == "load":
        # Loading changes a graph, so it is done to a copy, with a file of the name shown.
        shutil.copytree(built, folder / "graph", symlinks=True)
        write_units(folder / rest[0])
        store = ["--out", str(folder / "graph")]
    if name == "match":
        (folder / "units.csv").write_text("number,name,form\n974761076,SKATTEETATEN,ORGL\n")
    program = Path(sys.executable).with_name("kommunegraf")
    done = subprocess.run(
        [program, name, *rest, *store],
        cwd=folder, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


SERVERS = ("publish", "serve")


def test_the_tutorial_runs(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNEGRAF_STORE", str(built))
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(), re.DOTALL
    )
    assert len(blocks) > 5
    there: dict[str, object] = {}
    for block in [*re.findall(r"```python\n(.*?)```", README, re.DOTALL), *blocks]:
        exec(compile(block, "docs/python.md", "exec"), there)


def write_units(file: Path) -> None:
    unit = {
        "organisasjonsnummer": "964969590",
        "navn": "HÅ KOMMUNE",
        "organisasjonsform": {"kode": "KOMM"},
    }
    with gzip.open(file, "wt", encoding="utf-8") as out:
        json.dump([unit], out)


def test_every_command_is_in_the_readme() -> None:
    shown = {line.split()[1] for line in COMMAND_LINES}
    assert set(COMMANDS) - shown == {"build"}, "build is in the two commands"
    assert "python3 run.py build" in README
    assert "python3 run.py test" in README


def test_ci_calls_the_readme_s_test_command() -> None:
    assert "python3 run.py test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_dependency_has_its_reason() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    extra = declared["optional-dependencies"]["dev"]
    for requirement in [*declared["dependencies"], *extra]:
        name = re.split(r"[<>=\[;]", requirement)[0].strip().lower()
        assert name in reasons, f"{name} has no reason in docs/dependencies.md"


@pytest.mark.parametrize("file", ["README.md", "docs/model.md"])
def test_every_path_that_a_document_names_is_there(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    named = re.findall(r"`((?:graph|queries|viz|ontology|tests|bench|docs)/[\w./-]*)`", text)
    assert named
    for path in named:
        assert (ROOT / path).exists(), f"{file} names {path}"
