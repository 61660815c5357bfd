"""How much room the texts of an edge need: decided by what is said and by a tensor's shape, never by numbers."""

import math
from typing import Literal, NamedTuple

from chainrule.app.picture.text_width import text_width
from chainrule.core.ops import shapes
from chainrule.core.ops.op import Shape
from chainrule.core.view import summary

Labels = Literal["numbers", "symbols", "none", "blanks", "shapes"]
LABEL_WIDTH = {"numbers": 84.0, "blanks": 84.0, "symbols": 184.0, "shapes": 64.0}
LABEL_HEIGHT = 48.0
"""Room on an edge for the value above its line and the gradient below, whatever the numbers are."""
BLANKS_HEIGHT = 60.0
"""The same, where boxes to fill in stand in the place of numbers."""
BOX_WIDTH, BOX_HEIGHT = 62.0, 20.0
"""Size of a box to fill in."""

CELL_WIDTH, CELL_HEIGHT, CELL_SIZE = 46.0, 15.0, 11.5
"""Room for the text of one element of a matrix, and its font size."""
BRACKET = 4.0
"""Room for each of the two brackets around a matrix."""
OFF_LINE = 9.0
"""Distance of a matrix or an image from the middle of its line."""
NOTE_SIZE, NOTE_LINE = 11.0, 14.0
"""Font size and line of what stands with a heat map: its shape, and the number that has the full colour."""
DIGIT = 20.0
"""Room for the numbered box of a formula, beside a gradient."""

_SCALE_TEXT = "±−1.2e-7"
_HEAT_WIDTH, _HEAT_HEIGHT, _PIXEL = 112.0, 64.0, 12.0
_LEAST = 10.0
_IMAGE, _IMAGES_A_SIDE = 28, 2


class Room(NamedTuple):
    """Width and height of the room for an edge's texts; the line runs through its middle."""

    width: float
    height: float


def number_room(labels: Labels) -> Room:
    """The room where an edge carries a number; (0, 0) where edges say nothing."""
    if labels == "none":
        return Room(0.0, 0.0)
    return Room(LABEL_WIDTH[labels], BLANKS_HEIGHT if labels == "blanks" else LABEL_HEIGHT)


def tensor_room(labels: Labels, shape: Shape, said: str, numbered: bool) -> Room:
    """The room where an edge carries a tensor. ``said`` is its shape in words, ``numbered`` asks for a box beside."""
    beside = DIGIT if numbered and labels in ("numbers", "symbols", "shapes") else 0.0
    usual = number_room(labels)
    if labels in ("none", "symbols"):
        return usual if labels == "none" else Room(usual.width + beside, usual.height)
    if labels == "shapes" or not math.prod(shape):
        return Room(max(usual.width, text_width(said, 14.0) + 8) + beside, usual.height)
    width, height = content_size(shape)
    return Room(max(width + 8, 52.0) + beside, max(2 * (OFF_LINE + height + 3), usual.height))


def content_size(shape: Shape) -> tuple[float, float]:
    """Width and height of a tensor's matrix with its brackets, or of its heat map with its notes."""
    if summary.display(shape) == "matrix":
        rows, columns = (1, *shape)[-2:]
        return columns * CELL_WIDTH + 2 * BRACKET, rows * CELL_HEIGHT
    width, height = heat_size(shape)
    notes = text_width(shapes.shown(shape), NOTE_SIZE) + text_width(_SCALE_TEXT, NOTE_SIZE) + 8
    return max(width, notes), height + NOTE_LINE


def heat_size(shape: Shape) -> tuple[float, float]:
    """Width and height at which a heat map is drawn."""
    rows, columns = heat_pixels(shape)
    pixel = min(_HEAT_WIDTH / columns, _HEAT_HEIGHT / rows, _PIXEL)
    if pixel > 1:
        pixel = math.floor(2 * pixel) / 2  # even pixels look calmer
    return max(columns * pixel, _LEAST), max(rows * pixel, _LEAST)


def heat_pixels(shape: Shape) -> tuple[int, int]:
    """Height and width in pixels of the heat map that ``tensor_json.shown`` makes of a tensor of this shape."""
    rows, columns = (1, *shape)[-2:]
    if columns == _IMAGE**2 and len(shape) <= 2:
        images = min(rows, _IMAGES_A_SIDE**2)
        across = min(images, _IMAGES_A_SIDE)
        rows, columns = _IMAGE * math.ceil(images / across), _IMAGE * across
    return _pooled(rows), _pooled(columns)


def _pooled(size: int, most: int = 64) -> int:
    return math.ceil(size / math.ceil(size / most)) if size > most else size
