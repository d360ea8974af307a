"""What a view says of its layout; a module of its own so that listing views stays quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What a view says of its layout: hubs by kind or by name, and how discs are filled.

    Things of the `inside` kinds belong to one hub when one explains all their ties; other things
    belong to every hub that they are tied to, the `joining` kinds to those of the `joined` things
    too that they are tied to: a vendor stands where its systems are used.
    """

    hubs: tuple[str, ...] = ("partnership",)
    focus: str | None = None
    inner: tuple[str, ...] = ("municipality",)
    group: tuple[str, ...] = ()
    inside: tuple[str, ...] = (
        "body",
        "person",
        "project",
        "activity",
        "procurement",
        "document",
    )
    joining: tuple[str, ...] = ("vendor", "component")
    joined: tuple[str, ...] = ("system",)
