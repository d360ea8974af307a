#!/usr/bin/env python3
"""Sets the project up on a fresh machine and runs it; needs Python 3.11 or later and nothing else.

    python3 run.py build     make .venv, install what is needed, build the graph and its pages
    python3 run.py test      the same, with what the tests need, and run every test

Everything goes into .venv beside this file. `test` also installs Chromium and Virtuoso
for the tests when the machine allows it (Debian or Ubuntu, as root); otherwise the tests with them
are skipped and say so. Arguments after `build` and `test` go to `kommunegraf build` and to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def main(arguments: list[str]) -> int:
    """Runs one of the two commands; returns its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- the reader may have an older one
        print("kommunegraf needs Python 3.11 or later; this is", sys.version.split()[0])
        return 2
    if not arguments or arguments[0] not in ("build", "test"):
        print(__doc__)
        return 2
    command, rest = arguments[0], arguments[1:]
    set_up(extra="[dev]" if command == "test" else "")
    if command == "build":
        return run([str(BIN / "kommunegraf"), "build", *rest])
    install_programs()
    for check in (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pyright"],
        ["lint-imports"],
    ):
        print("$", *check, flush=True)
        if code := run([str(BIN / check[0]), *check[1:]]):
            return code
    # Two processes: most of a test's time is a build, or a program that it starts.
    return run([str(PYTHON), "-m", "pytest", "-n", "2", "--dist", "loadfile", *rest])


def set_up(extra: str) -> None:
    """Makes the environment, and installs the pinned versions and the project itself."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", "constraints.txt", "-e", f".{extra}"], cwd=ROOT, check=True)


def install_programs() -> None:
    """Installs what the tests start, a browser and a SPARQL server, where that is possible."""
    wanted = {
        "chromedriver": ["chromium", "chromium-driver"],
        "virtuoso-t": ["virtuoso-opensource"],
    }
    packages = [
        name for program, names in wanted.items() if not shutil.which(program) for name in names
    ]
    if not packages or not shutil.which("apt-get"):
        return
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        print(f"Not root: {', '.join(packages)} not installed, the tests with them are skipped.")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *step], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            print(f"{', '.join(packages)} could not be installed: the tests with them are skipped.")
            return


def run(command: list[str]) -> int:
    """Runs a command in the project's folder with the environment first on the path."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
