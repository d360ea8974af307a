"""The package is what the checkout is: every folder and data file is in the wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("graph/", "ontology/", "queries/", "viz/")


def test_the_list_of_packages_is_the_tree() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {
        "kommunegraf." + ".".join(file.parent.relative_to(ROOT).parts)
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("__init__.py")
    }
    assert set(declared["tool"]["setuptools"]["packages"]) == packages


def test_the_wheel_holds_every_file(tmp_path: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    for name in tracked:
        # A copy, so that building leaves nothing in the checkout; links are for type checkers only.
        if (ROOT / name).is_file() and not name.startswith(".types"):
            copy = tmp_path / "checkout" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, "."],
        cwd=tmp_path / "checkout",
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    inside = [name for name in tracked if name.startswith(FOLDERS) and (ROOT / name).is_file()]
    assert inside
    assert not [name for name in inside if f"kommunegraf/{name}" not in packed]
