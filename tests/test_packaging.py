"""The package is what the checkout is: every folder and data file is in the wheel."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("graph", "ontology", "queries", "viz")


def test_the_list_of_packages_is_the_tree() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {
        "kommunegraf." + ".".join(file.parent.relative_to(ROOT).parts)
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("__init__.py")
    }
    assert set(declared["tool"]["setuptools"]["packages"]) == packages


def test_the_wheel_holds_every_file(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *FOLDERS], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    missing = [name for name in tracked if f"kommunegraf/{name}" not in packed]
    assert not missing
