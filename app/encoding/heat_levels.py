"""How large each number of a column is, as one digit each: the colours of a graph seen from far."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS_A_DECADE = 2
LARGEST, ODD = 8, 9
"""The level of the largest number, and of an infinite one or NaN."""
_SHORT = 100
"""Entries of a short column."""


def levels(column: Sequence[Any]) -> str:
    """Return a digit a number: 8 within half a decade of the largest, 7 below that, and so on down to 1.

    0 stands for 0 and for a number that is missing, 9 for an infinite one and for NaN. A tensor counts by the square
    root of its mean square.
    """
    if len(column) <= _SHORT:
        return _levels_of_few([_size(value) for value in column])
    sizes = _sizes(column)
    odd = ~np.isfinite(sizes)
    known = np.where(odd, 0.0, sizes)
    largest = known.max(initial=0.0)
    found = np.zeros(len(sizes), dtype=np.int8)
    if largest > 0:
        some = known > 0
        below = np.floor(STEPS_A_DECADE * (math.log10(largest) - np.log10(known[some])))
        found[some] = np.clip(LARGEST - below, 1, LARGEST)
    found[odd] = ODD
    return (found + ord("0")).tobytes().decode()


def _sizes(column: Sequence[Any]) -> NDArray[np.float64]:
    """The size of each number or tensor of a column."""
    if set(map(type, column)) <= {float, type(None)}:
        numbers: NDArray[np.float64] = np.array([value or 0.0 for value in column], dtype=float)
        return np.abs(numbers)
    return np.fromiter(map(_size, column), dtype=float, count=len(column))


def _levels_of_few(sizes: Sequence[float]) -> str:
    """The same for a short column, for which NumPy's arrays take longer to make."""
    known = [size for size in sizes if 0.0 < size < math.inf]
    top = math.log10(max(known, default=1.0))
    return "".join(
        [
            "0"
            if size == 0.0
            else str(max(1, LARGEST - math.floor(STEPS_A_DECADE * (top - math.log10(size)))))
            if size < math.inf
            else str(ODD)
            for size in sizes
        ]
    )


def _size(value: Any) -> float:
    """The size of one number or tensor; 0 for none."""
    if type(value) is float:
        return abs(value)
    if value is None:
        return 0.0
    if not getattr(value, "shape", ()):
        return abs(float(value))
    if not value.size:
        return 0.0
    array = np.abs(np.asarray(value, dtype=float))
    largest = float(array.max())
    if not largest or not math.isfinite(largest):
        return largest
    # Squares of the shares of the largest never overflow.
    return largest * math.sqrt(float(np.mean(np.square(array / largest))))


def opacity(level: str) -> float:
    """How opaque the colour of a level is."""
    return 0.0 if level == "0" else 1.0 if level == str(ODD) else round(0.02 + 0.11 * int(level), 2)
