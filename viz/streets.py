"""The streets between discs: free cells, and who gets which of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Final

from .discs import Place

_APART: Final = 0.55  # from a disc's rim to the nearest cell of a street

_LEAST: Final = 0.5  # width of a street in which nothing stands

Cell = tuple[int, int]


def width_for(radii: Sequence[float], cells: int) -> float:
    """Returns the width of streets at which the discs' rims have room for so many cells."""
    rims = 2 * math.pi * sum(radii)
    # Half a street around each disc, rims * width / 2 + n * pi * (width / 2) ** 2, is to hold
    # twice the cells, because things crowd where discs share most.
    square = math.pi * len(radii) / 4
    return max(_LEAST, (-rims / 2 + math.sqrt(rims**2 / 4 + 4 * square * 2 * cells)) / 2 / square)


class Streets:
    """The cells of the plane that no disc covers; each is given away once."""

    def __init__(self, circles: Sequence[tuple[float, float, float]]) -> None:
        """Marks the cells that circles (x, y, radius) cover."""
        self._taken: set[Cell] = set()
        self._full: dict[tuple[Cell, bool], int] = {}
        for x, y, radius in circles:
            reach = radius + _APART
            for row in range(math.floor(y - reach), math.ceil(y + reach) + 1):
                half = reach * reach - (row - y) ** 2
                if half > 0:
                    half = math.sqrt(half)
                    shift = _shift(row)
                    first, last = math.ceil(x - half - shift), math.floor(x + half - shift)
                    self._taken.update((column, row) for column in range(first, last + 1))

    def take(self, x: float, y: float, *, wide: bool) -> Place:
        """Returns the free cell nearest to a place; a wide thing takes those beside it too."""
        free: Callable[[Cell], bool] = self._alone if wide else self._free
        best: tuple[float, Cell] | None = None
        start = (round(x), round(y))
        # Many things look for a cell near the same place: what was full then is full now.
        begin = self._full.get((start, wide), 0)
        for step in count(begin):
            # Cells of later steps lie at least so far away.
            if best is not None and (step - 1.5) ** 2 > best[0]:
                break
            if best is None:
                self._full[start, wide] = step
            for cell in _frame(start, step):
                if free(cell):
                    far = (cell[0] + _shift(cell[1]) - x) ** 2 + (cell[1] - y) ** 2
                    if best is None or (far, cell) < best:
                        best = (far, cell)
        assert best is not None
        column, row = best[1]
        self._taken.add(best[1])
        if wide:
            self._taken.update(((column - 1, row), (column + 1, row)))
        return (column + _shift(row), float(row))

    def _free(self, cell: Cell) -> bool:
        return cell not in self._taken

    def _alone(self, cell: Cell) -> bool:
        column, row = cell
        return not self._taken & {cell, (column - 1, row), (column + 1, row)}


def _shift(row: int) -> float:
    """Returns how far a row stands in: every second one half a cell."""
    return row % 2 / 2


def _frame(start: Cell, step: int) -> Iterator[Cell]:
    """Yields the cells of the square frame so many steps around a cell."""
    column, row = start
    if step == 0:
        yield start
        return
    for along in range(-step, step + 1):
        yield (column + along, row - step)
        yield (column + along, row + step)
    for along in range(-step + 1, step):
        yield (column - step, row + along)
        yield (column + step, row + along)
