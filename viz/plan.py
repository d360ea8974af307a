"""What a view says of its layout; a module of its own so that listing views stays quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What a view says of its layout: hubs by kind or by name, and how discs are filled."""

    hubs: tuple[str, ...] = ("partnership",)
    focus: str | None = None
    inner: tuple[str, ...] = ("municipality",)
    group: tuple[str, ...] = ()
