"""A tensor in an answer: a matrix of short texts, a heat map, nested numbers, or a summary."""

import math
from typing import Any, Literal, NamedTuple

import numpy as np

from chainrule.app.encoding.encode import JsonNumber, nested_numbers, number
from chainrule.app.encoding.heat_map import HeatMap, heat_map
from chainrule.core.view import summary
from chainrule.core.view.summary import Display, display, last_matrix, shape_of, value_text

Pole = Literal["value", "grad"]
"""Which side of a node: its value or its gradient."""

WRITTEN_OUT = 100
"""Largest number of elements written out in a graph's answer; a larger tensor is summarized."""

_IMAGE = 28
"""Side of an image of a handwritten digit; a row of 784 elements is such an image."""
_IMAGES_A_SIDE = 2


class Shown(NamedTuple):
    """A value or a gradient as the graph shows it."""

    display: Display
    """`number`, `matrix` or `heat`."""
    cells: list[list[str]] | None
    """The texts of a matrix by row; a vector is one row."""
    image: str | None
    """The heat map as a `data:` address."""
    scale: float | None
    """The magnitude in the heat map's full colour; NaN or infinite where no element is finite but 0."""
    text: str
    """A number as a person reads it, or a tensor's shape."""
    pixels: tuple[int, int] | None
    """Height and width of the heat map, one pixel an element unless it is too large."""


def shown(value: Any) -> Shown:
    """Show a value or a gradient as a number, a matrix of texts or a heat map, by its shape alone.

    Rows of 784 elements become images of 28 × 28, the first four of them in one. Orange is negative and blue positive,
    for values and gradients alike.
    """
    shape = shape_of(value)
    how, said = display(shape), value_text(value)
    if how == "number":
        return Shown(how, None, None, None, said, None)
    if 0 in shape:
        return Shown("matrix", [], None, None, said, None)
    if how == "matrix":
        return Shown(how, summary.cells(value), None, None, said, None)
    image: HeatMap = heat_map(_as_image(value))
    full = image.scale or _unknown_scale(value)
    return Shown(how, None, image.href, full, said, (image.height, image.width))


def _unknown_scale(value: Any) -> float:
    """The scale of a heat map without a finite element but 0: NaN or infinite where it has nothing else."""
    size = np.abs(np.asarray(value, dtype=float))
    return math.nan if np.isnan(size).all() else math.inf if (size == math.inf).any() else 0.0


def _as_image(value: Any) -> Any:
    """The matrix to draw; for rows of 784 elements the first images, two by two."""
    matrix = last_matrix(value)
    if matrix.shape[1] != _IMAGE**2 or np.ndim(value) > 2:
        return matrix
    images = matrix[: _IMAGES_A_SIDE**2].reshape(-1, _IMAGE, _IMAGE)
    across = min(len(images), _IMAGES_A_SIDE)
    down = math.ceil(len(images) / across)
    whole = np.zeros((down * across, _IMAGE, _IMAGE))
    whole[: len(images)] = images
    tiled = whole.reshape(down, across, _IMAGE, _IMAGE).swapaxes(1, 2)
    return tiled.reshape(down * _IMAGE, across * _IMAGE)


def nested(value: Any) -> Any:
    """A value as nested lists of JSON numbers, or as one number."""
    if not shape_of(value):
        return number(float(value))
    elements = value.tolist()
    return elements if np.isfinite(value).all() else nested_numbers(elements)


def told(value: Any) -> Any:
    """A value in a graph's answer: nested lists up to `WRITTEN_OUT` elements, a summary beyond."""
    if not shape_of(value) or value.size <= WRITTEN_OUT:
        return nested(value)
    return summary_json(value)


def summary_json(value: Any) -> dict[str, Any]:
    """A summary of a tensor: statistics and first elements, as `TensorSummary` describes."""
    stats = summary.summary(value)
    return {
        "shape": stats.shape,
        "min": number(stats.min),
        "max": number(stats.max),
        "mean": number(stats.mean),
        "norm": number(stats.norm),
        "zeros": stats.zeros,
        "nan": stats.nan,
        "preview": nested_numbers(stats.preview),
    }


def scale(of: Shown) -> JsonNumber | None:
    """A heat map's scale as a JSON number."""
    return None if of.scale is None else number(of.scale)
