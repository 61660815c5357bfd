"""Tensors on the picture: matrices of short numbers, heat maps, tiles for the view from afar, lines of shapes."""

import math
from typing import Any

import numpy as np

from chainrule.app.encoding.tensor_json import Pole, shown
from chainrule.app.picture.arrows import number as rounded
from chainrule.app.picture.blanks import Cells
from chainrule.app.picture.scene import SceneNode
from chainrule.app.picture.scene.products import PRODUCT_LINE, PRODUCT_SIZE
from chainrule.app.picture.scene.space import (
    BRACKET,
    CELL_HEIGHT,
    CELL_WIDTH,
    DIGIT,
    NOTE_LINE,
    OFF_LINE,
    content_size,
    heat_size,
)
from chainrule.app.picture.scene.text_width import text_width
from chainrule.core import number_text
from chainrule.core.ops.op import Shape
from chainrule.core.view import summary

BOX = 15.0
"""Side of a numbered box, in pixels."""


def tensor_parts(
    tensors: tuple[Any, Any],
    hidden: tuple[bool, bool],
    shape: Shape,
    x: float,
    middle: float,
    near: bool,
    blanks: tuple[Cells | None, Cells | None] = (None, None),
) -> list[dict[str, Any]]:
    """Draw the visible sides of an edge, value above and gradient below, each with the boxes of its blanks.

    Unless ``near``, a matrix has a tile for each element too, for the view from afar.
    """
    ways: tuple[Pole, Pole] = ("value", "grad")
    return [
        _side(tensor, shape, way, x, middle, near, boxes)
        for way, tensor, unseen, boxes in zip(ways, tensors, hidden, blanks, strict=True)
        if not unseen
    ]


def _side(
    value: Any, shape: Shape, way: Pole, x: float, middle: float, near: bool, boxes: Cells | None
) -> dict[str, Any]:
    """Draw one side of an edge about ``x``: its value above the line at ``middle``, or its gradient below.

    With None for ``value`` only the brackets or the frame appear.
    """
    width, height = content_size(shape)
    top = middle - OFF_LINE - height if way == "value" else middle + OFF_LINE
    left = x - width / 2
    if summary.display(shape) == "matrix":
        return matrix_parts(value, shape, way, left, top, near, boxes)
    heat_width, heat_height = heat_size(shape)
    note = top + 10 if way == "value" else top + heat_height + 12
    known = None if value is None else shown(value)
    return {
        "kind": "heat",
        "way": way,
        "href": None if known is None else known.image,
        "x": rounded(x - heat_width / 2),
        "y": rounded(top + NOTE_LINE if way == "value" else top),
        "width": rounded(heat_width),
        "height": rounded(heat_height),
        "left": rounded(left),
        "right": rounded(left + width),
        "note_y": rounded(note),
        "shape": summary.value_text(value) if value is not None else "",
        "scale": scale_text(known.scale if known is not None else None),
    }


def scale_text(scale: float | None) -> str:
    """Write the magnitude in a heat map's full colour."""
    if scale is None:
        return ""
    if math.isnan(scale):
        return "NaN"
    return f"±{number_text.short(scale)}" if scale else "0"


def matrix_parts(
    value: Any, shape: Shape, way: Pole, left: float, top: float, near: bool, boxes: Cells | None
) -> dict[str, Any]:
    """Draw a small matrix as numbers within brackets; with None for ``value`` the brackets alone."""
    rows, columns = (1, *shape)[-2:]
    width, height = columns * CELL_WIDTH + 2 * BRACKET, rows * CELL_HEIGHT
    right, bottom = left + width, top + height
    texts = [[""] * columns] * rows if value is None else summary.cells(value)
    if boxes is not None:
        # Elements beside a blank would help to guess it.
        texts = [["" if f"{i},{j}" in boxes else "·" for j in range(columns)] for i in range(rows)]
    return {
        "kind": "matrix",
        "way": way,
        "place": (left, top, width, height),
        "factors": None,
        "terms_size": 0.0,
        "brackets": f"M{rounded(left + BRACKET)},{rounded(top)}H{rounded(left)}V{rounded(bottom)}h{rounded(BRACKET)}"
        f"M{rounded(right - BRACKET)},{rounded(top)}H{rounded(right)}V{rounded(bottom)}h{rounded(-BRACKET)}",
        "cells": [
            {
                "at": f"{i},{j}",
                "x": rounded(left + BRACKET + (j + 0.5) * CELL_WIDTH),
                "y": rounded(top + (i + 1) * CELL_HEIGHT - 3.5),
                "text": text,
            }
            for i, row in enumerate(texts)
            for j, text in enumerate(row)
        ],
        "boxes": [
            {
                "id": blank,
                "x": rounded(left + BRACKET + int(place.partition(",")[2]) * CELL_WIDTH + 1),
                "y": rounded(top + int(place.partition(",")[0]) * CELL_HEIGHT + 0.5),
                "width": rounded(CELL_WIDTH - 2),
                "height": rounded(CELL_HEIGHT - 1),
            }
            for place, blank in (boxes or {}).items()
        ],
        "tile": (rounded(CELL_WIDTH), rounded(CELL_HEIGHT)),
        "tiles": [] if near or value is None or boxes is not None else _tiles(value, left, top),
    }


def _tiles(value: Any, left: float, top: float) -> list[dict[str, Any]]:
    """Draw each element as a tile, the fuller the larger it is: a heat map that the page can colour anew."""
    matrix = summary.last_matrix(value)
    sizes = np.abs(matrix[np.isfinite(matrix)])
    largest = float(sizes.max(initial=0.0))
    return [
        {
            "x": rounded(left + BRACKET + j * CELL_WIDTH),
            "y": rounded(top + i * CELL_HEIGHT),
            "kind": "odd" if not math.isfinite(element) else "negative" if element < 0 else "positive",
            "opacity": 1.0 if not math.isfinite(element) else tile_opacity(abs(element), largest),
        }
        for i, row in enumerate(matrix.tolist())
        for j, element in enumerate(row)
    ]


def tile_opacity(size: float, largest: float) -> float:
    """How opaque the tile of an element is; a small one is still told from 0."""
    return round(0.1 + 0.9 * size / largest, 2) if size and largest else 0.0


def digit_box(digit: int, x: float, y: float) -> dict[str, Any]:
    """Draw the numbered box of a formula, with its left edge at ``x``, centred at ``y``."""
    return {
        "digit": digit,
        "x": rounded(x),
        "y": rounded(y - BOX / 2),
        "text_x": rounded(x + BOX / 2),
        "text_y": rounded(y + 4),
    }


def digit_beside(
    digit: int, x: float, middle: float, shape: Shape, said: str | None, size: float
) -> dict[str, Any]:
    """Draw the numbered box to the left of a gradient: a matrix, an image, or the text ``said``."""
    if said is None:
        width, height = content_size(shape)
        y = middle + OFF_LINE + min(height, CELL_HEIGHT) / 2
    else:
        width, y = text_width(said, size), middle + 15.5
    return digit_box(digit, x - width / 2 - DIGIT, y)


def product_parts(node: SceneNode, y: float) -> list[dict[str, Any]]:
    """Draw the lines of shapes beneath a product, with a bracket between dimensions that must agree."""
    parts = []
    numbered = [line.half_width for line in node.products if line.digit is not None]
    for at, line in enumerate(node.products):
        base = y + at * PRODUCT_LINE
        left, right = line.agree
        bracket = None
        if left or right:
            # From the middle of the left shape's last dimension to that of the right shape's first.
            closing = text_width(line.left[line.left.rindex(left) + len(left) :], PRODUCT_SIZE)
            x0 = -4 - closing - text_width(left, PRODUCT_SIZE) / 2
            x1 = 4 + text_width("(", PRODUCT_SIZE) + text_width(right, PRODUCT_SIZE) / 2
            bracket = f"M{rounded(x0)},{rounded(base + 3)}v3.5H{rounded(x1)}v-3.5"
        digit = None
        if line.digit is not None:
            digit = digit_box(line.digit, 2 - max(numbered), base - 4.5)
        parts.append(
            {"way": line.way, "left": line.left, "right": line.right, "y": rounded(base), "bracket": bracket,
             "digit": digit, "dot": bool(left or right)}
        )  # fmt: skip
    return parts
