"""A tensor in the answers: as a matrix of short texts, as a heat map, as nested numbers, or in a few numbers."""

import math
from typing import Any, Literal, NamedTuple

import numpy as np

from chainrule.app.encoding.encode import JsonNumber, nested_numbers, number
from chainrule.app.encoding.heat_map import HeatMap, heat_map
from chainrule.core.view import summary
from chainrule.core.view.summary import Display, display, last_matrix, shape_of, value_text

Pole = Literal["value", "grad"]
"""Whether a value or a gradient is shown."""

WRITTEN_OUT = 100
"""A tensor of at most so many elements is given whole in the answer of a graph; of a larger one a summary."""

_IMAGE = 28
"""Rows and columns of the images of handwritten digits: a row of 784 elements is one of them."""
_IMAGES_A_SIDE = 2


class Shown(NamedTuple):
    """How a value or a gradient is shown on the graph."""

    display: Display
    """`number`, `matrix` or `heat`."""
    cells: list[list[str]] | None
    """The texts of a matrix, row by row; a vector is one row."""
    image: str | None
    """The heat map as a `data:` address."""
    scale: float | None
    """The size of the number that has the heat map's full colour."""
    text: str
    """A number as a person reads it; of a tensor its shape."""
    pixels: tuple[int, int] | None
    """Height and width of the heat map, one pixel an element unless it is too large."""


def shown(value: Any, pole: Pole = "value") -> Shown:
    """How a value (`pole` "value") or a gradient ("grad") is shown: its number, a matrix of texts, a heat map.

    Which of the three is decided by its shape alone. Rows of 784 elements are images of 28 × 28, the first four of
    them side by side. Orange is negative and blue positive for values and gradients alike; `pole` names which of the
    two it is, for a caller that shows both.
    """
    shape = shape_of(value)
    how, said = display(shape), value_text(value)
    if how == "number":
        return Shown(how, None, None, None, said, None)
    if 0 in shape:
        return Shown("matrix", [], None, None, said, None)
    if how == "matrix":
        return Shown(how, summary.cells(value), None, None, said, None)
    found: HeatMap = heat_map(_as_image(value))
    return Shown(how, None, found.href, found.scale, said, (found.height, found.width))


def _as_image(value: Any) -> Any:
    """The matrix that a heat map is made of: of rows of 784 elements the first images, two by two."""
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
    """A value as nested lists of JSON numbers; a number as one."""
    if not shape_of(value):
        return number(float(value))
    elements = value.tolist()
    return elements if np.isfinite(value).all() else nested_numbers(elements)


def told(value: Any) -> Any:
    """A value in the answer of a graph: nested lists up to `WRITTEN_OUT` elements, a summary beyond."""
    if not shape_of(value) or value.size <= WRITTEN_OUT:
        return nested(value)
    return summary_json(value)


def summary_json(value: Any) -> dict[str, Any]:
    """A tensor in a few numbers and its first elements."""
    found = summary.summary(value)
    return {
        "shape": found.shape,
        "min": number(found.min),
        "max": number(found.max),
        "mean": number(found.mean),
        "norm": number(found.norm),
        "zeros": found.zeros,
        "nan": found.nan,
        "preview": nested_numbers(found.preview),
    }


def scale(of: Shown) -> JsonNumber | None:
    """A heat map's scale as JSON has it."""
    return None if of.scale is None else number(of.scale)
