"""A tensor in brief: its text, its extremes, the spread of its elements, and a preview."""

import math
from typing import Any, Literal, NamedTuple

import numpy as np

from chainrule.core import number_text
from chainrule.core.ops import shapes
from chainrule.core.ops.op import Shape

PREVIEW = 8
"""Largest number of rows, and of columns, in a preview."""

ROWS, COLUMNS = 4, 5
"""Largest matrix written as numbers; a larger one is a heat map."""

Display = Literal["number", "matrix", "heat"]


class Summary(NamedTuple):
    """A tensor in a few numbers; NaN elements count in ``nan`` only."""

    shape: Shape
    min: float
    max: float
    mean: float
    norm: float
    """Square root of the sum of squares."""
    zeros: int
    nan: int
    preview: list[Any]
    """The first ``PREVIEW`` elements along the last two axes; with more axes, those of the first item."""


class Histogram(NamedTuple):
    """Counts of the finite elements between neighbouring ``edges``."""

    edges: list[float]
    counts: list[int]


def shape_of(value: Any) -> Shape:
    """Return a value's shape; ``()`` for a number."""
    shape: Shape = getattr(value, "shape", ())
    return shape


def value_text(value: Any) -> str:
    """Write a number for a reader, or a tensor's shape as in the book: ``(2, 3)``."""
    shape = shape_of(value)
    return shapes.shown(shape) if shape else number_text.text(float(value))


def display(shape: Shape) -> Display:
    """Choose how a value of this shape is shown: a number, a matrix of numbers, or a heat map."""
    if not shape:
        return "number"
    rows, columns = (1, *shape)[-2:]
    return "matrix" if len(shape) <= 2 and rows <= ROWS and columns <= COLUMNS else "heat"


def last_matrix(value: Any) -> Any:
    """Return a tensor as one matrix: a number is 1×1, a vector one row; with more axes, the first item."""
    array = np.asarray(value, dtype=float)
    if array.ndim < 2:
        return array.reshape(1, -1)
    lead = math.prod(array.shape[:-2])
    if not lead:
        return np.empty((0, 0))
    return array.reshape(lead, *array.shape[-2:])[0]


def cells(value: Any) -> list[list[str]]:
    """Write the elements row by row, at most ``number_text.SHORT_WIDTH`` characters each; a vector is one row."""
    return [[number_text.short(element) for element in row] for row in last_matrix(value).tolist()]


def summary(value: Any) -> Summary:
    """Summarize a tensor; min, max and mean are NaN if every element is NaN or there is none."""
    array = np.asarray(value, dtype=float)
    known = array[~np.isnan(array)]
    return Summary(
        array.shape,
        *extremes(known),
        int(np.count_nonzero(array == 0)),
        array.size - known.size,
        preview(array),
    )


def extremes(known: Any) -> tuple[float, float, float, float]:
    """Return least, largest, mean and norm of an array without NaN; the first three are NaN where it is empty."""
    with np.errstate(all="ignore"):
        low, high, mean = (
            (float(known.min()), float(known.max()), float(known.mean())) if known.size else (math.nan,) * 3
        )
        return low, high, mean, float(np.sqrt(np.sum(np.square(known))))


def preview(value: Any, rows: int = PREVIEW, columns: int = PREVIEW) -> list[Any]:
    """Return the first elements as nested lists, at most ``rows`` × ``columns``; of a vector, one list."""
    array = np.asarray(value, dtype=float)
    if array.ndim == 1:
        return list(array[:columns].tolist())
    return list(last_matrix(array)[:rows, :columns].tolist())


def histogram(value: Any, bins: int = 20) -> Histogram:
    """Count the finite elements in ``bins`` equal intervals; empty if there are none."""
    array = np.asarray(value, dtype=float)
    finite = array[np.isfinite(array)]
    if not finite.size:
        return Histogram([], [])
    low, high = float(finite.min()), float(finite.max())
    # Neighbouring floats leave no room between them, and the widest spread overflows.
    with np.errstate(over="ignore"):
        fits = math.isfinite(high - low) and high - low > bins * np.spacing(max(abs(low), abs(high)))
    if low != high and not fits:
        middle = low / 2 + high / 2
        counts = [int(np.count_nonzero(finite <= middle)), int(np.count_nonzero(finite > middle))]
        return Histogram([low, middle, high], counts)
    if low == high:
        return Histogram([low, high], [int(finite.size)])
    found, edges = np.histogram(finite, bins=bins, range=(low, high))
    return Histogram(edges.tolist(), found.tolist())
