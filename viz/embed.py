"""Putting script, style and data into one page so that nothing is asked for and nothing runs.

Only text of the project and of the pyvis package becomes script or style, and the page's
content-security policy carries its hash; data goes in as JSON that holds no markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from .errors import ViewError

VIS_VERSION: Final = "9.1.2"
"""The vis-network that the pictures are made for; it comes with pyvis."""

_ESCAPES: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029\x7f"}


def as_json(data: object) -> Markup:
    """Returns data as JSON that is safe inside a script element: no <, > or & is left."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - no character of markup is left


def own(name: str) -> str:
    """Returns a hand-written file of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def vis_network() -> str:
    """Returns vis-network's script out of the pyvis package, found without importing pyvis.

    The line that points at a source map goes: browsers' developer tools would ask for it.
    """
    spec = find_spec("pyvis")
    if spec is None or spec.origin is None:
        raise ViewError("pyvis is not installed; pictures need it")
    path = Path(spec.origin).parent / "templates" / "lib" / f"vis-{VIS_VERSION}"
    script = path / "vis-network.min.js"
    if not script.is_file():
        raise ViewError(f"this pyvis has no vis-network {VIS_VERSION}; install pyvis 0.3.2")
    lines = script.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL="))


def trusted(text: str) -> Markup:
    """Returns script or style of our own for a template; raises if it could end its element."""
    if "</script" in text.lower() or "</style" in text.lower() or "\r" in text:
        raise ViewError("a script or style sheet would break out of its element")
    return Markup(text)  # noqa: S704 - shipped with the project or with pyvis, never data


def policy(scripts: Iterable[str], styles: Iterable[str], allowed: Iterable[str] = ()) -> str:
    """Returns a content-security policy that lets exactly these texts run and nothing load.

    `allowed`: more directives, for what a page makes itself, such as a picture to save.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + (" ".join(map(_hash, scripts)) or "'none'"),
            "style-src " + (" ".join(map(_hash, styles)) or "'none'"),
            "base-uri 'none'",
            "form-action 'none'",
            *allowed,
        )
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest())
    return f"'sha256-{digest.decode('ascii')}'"


def _plain(value: Any) -> object:
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} does not go into a page")
