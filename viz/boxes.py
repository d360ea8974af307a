"""Label boxes: how much room a thing takes, and how boxes that overlap are moved apart."""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

LINE: Final = 20
"""Characters in a line of a label before it wraps."""

_WORD: Final = 36  # letters of a word that a label shows at most
_GLYPH: Final = 0.56  # mean width of a letter of a sans-serif font, as part of its height
_LEADING: Final = 1.2
_GAP: Final = 6.0


@dataclass(frozen=True)
class Box:
    """The room around a thing's centre that its symbol and the label below it fill."""

    left: float
    right: float
    above: float
    below: float


def wrap(label: str) -> str:
    """Returns the label in at most three lines; what does not fit ends in an ellipsis."""
    words = [word if len(word) <= _WORD else word[: _WORD - 1] + "…" for word in label.split()]
    lines = textwrap.wrap(
        " ".join(words), LINE, max_lines=3, placeholder=" …", break_long_words=False
    )
    return "\n".join(lines)


def box(label: str, *, size: float, font: float) -> Box:
    """Returns the room of a symbol of a size with its label in a font of a height below it."""
    lines = wrap(label).split("\n")
    half = max(size, max(map(len, lines)) * font * _GLYPH / 2) + _GAP
    return Box(half, half, size + _GAP, size + len(lines) * font * _LEADING + _GAP)


def symbol(size: float) -> Box:
    """Returns the room of a symbol without its label."""
    return Box(size + _GAP, size + _GAP, size + _GAP, size + _GAP)


def separate(
    places: Mapping[str, tuple[float, float]],
    boxes: Mapping[str, Box],
    fixed: Iterable[str] = (),
    rounds: int = 200,
) -> dict[str, tuple[float, float]]:
    """Returns the places with boxes that overlap pushed apart along the shorter way.

    The result depends on nothing but its arguments. Fixed things stay where they are.
    """
    stay = set(fixed)
    order = sorted(places)
    x = {name: places[name][0] for name in order}
    y = {name: places[name][1] for name in order}
    reach = max((max(b.left + b.right, b.above + b.below) for b in boxes.values()), default=1.0)
    for _ in range(rounds):
        moved = False
        for one, other in _near(order, x, y, reach):
            a, b = boxes[one], boxes[other]
            over_x = min(x[one] + a.right - x[other] + b.left, x[other] + b.right - x[one] + a.left)
            over_y = min(
                y[one] + a.below - y[other] + b.above, y[other] + b.below - y[one] + a.above
            )
            if over_x <= 0 or over_y <= 0 or (one in stay and other in stay):
                continue
            moved = True
            share = 1.0 if one in stay or other in stay else 0.5
            if over_x < over_y:
                step = math.copysign(over_x * share + 0.5, x[other] - x[one] or 1.0)
                _push(x, one, other, step, stay)
            else:
                step = math.copysign(over_y * share + 0.5, y[other] - y[one] or 1.0)
                _push(y, one, other, step, stay)
        if not moved:
            break
    return {name: (x[name], y[name]) for name in order}


def overlaps(
    places: Mapping[str, tuple[float, float]], boxes: Mapping[str, Box]
) -> list[tuple[str, str]]:
    """Returns the pairs of things whose boxes overlap."""
    x = {name: place[0] for name, place in places.items()}
    y = {name: place[1] for name, place in places.items()}
    reach = max((max(b.left + b.right, b.above + b.below) for b in boxes.values()), default=1.0)
    return [
        (one, other)
        for one, other in _near(sorted(places), x, y, reach)
        if x[one] + boxes[one].right > x[other] - boxes[other].left
        and x[other] + boxes[other].right > x[one] - boxes[one].left
        and y[one] + boxes[one].below > y[other] - boxes[other].above
        and y[other] + boxes[other].below > y[one] - boxes[one].above
    ]


def _push(axis: dict[str, float], one: str, other: str, step: float, stay: set[str]) -> None:
    if one not in stay:
        axis[one] -= step
    if other not in stay:
        axis[other] += step


def _near(
    order: list[str], x: Mapping[str, float], y: Mapping[str, float], reach: float
) -> list[tuple[str, str]]:
    """Returns the pairs that lie within reach, found through a grid of that width."""
    grid: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name in order:
        grid[math.floor(x[name] / reach), math.floor(y[name] / reach)].append(name)
    pairs: list[tuple[str, str]] = []
    for (column, row), names in grid.items():
        for number, one in enumerate(names):
            pairs += [(one, other) for other in names[number + 1 :]]
        for step in ((1, 0), (0, 1), (1, 1), (1, -1)):
            beside = grid.get((column + step[0], row + step[1]), ())
            pairs += [(one, other) for one in names for other in beside]
    return pairs
