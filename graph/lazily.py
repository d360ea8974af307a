"""Lazily: the names of a package's public face, each imported when it is first used.

A command must not wait for what it does not need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(
    package: str, where: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Returns `__getattr__` and `__dir__` of a package.

    `where`: the module of each name; “.module:other” where it has another name there. `__all__` is
    answered too, for checkers read the imports and want it only where it is written out.
    """

    def get(name: str) -> object:
        if name == "__all__":
            return sorted(where)
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, there = where[name].partition(":")
        return getattr(import_module(module, package), there or name)

    return get, lambda: sorted(where)
