"""The space that edges need, for their texts and where they meet a node; numbers never change it."""

import math
from typing import Literal, NamedTuple

from chainrule.app.picture.scene.text_width import text_width
from chainrule.core.ops import shapes
from chainrule.core.ops.op import Shape
from chainrule.core.view import summary

Labels = Literal["numbers", "symbols", "none", "blanks", "shapes"]
Direction = Literal["right", "down"]
"""Where a picture runs: from its inputs on the left, or from those at the top."""
LABEL_WIDTH = {"numbers": 84.0, "blanks": 84.0, "symbols": 184.0, "shapes": 64.0}
DOWN_WIDTH = 96.0
"""The same for numbers beside a line that runs down, as they are seen from far."""
LABEL_HEIGHT = 48.0
"""Height of an edge's texts: the value above its line and the gradient below."""
BLANKS_HEIGHT = 60.0
"""The same height with boxes to fill in."""
BOX_WIDTH, BOX_HEIGHT = 62.0, 20.0
"""Size of a box to fill in."""

FARTHEST = 20.0
"""The largest letter of a number, in the picture's units: seen from farther, it is too small to be read."""
FAR = 30.0
"""Letters larger than this stand on a picture seen from far: its nodes are colours, its edges single lines."""
CELL_WIDTH, CELL_HEIGHT, CELL_SIZE = 47.0, 15.0, 12.0
"""Size of a cell of a matrix, and its font size."""
BRACKET = 4.0
"""Width of a bracket around a matrix."""
OFF_LINE = 9.0
"""Distance of a matrix or an image from its line."""
NOTE_SIZE, NOTE_LINE = 12.0, 14.0
"""Font size and line height of the notes at a heat map: its shape, and its scale."""
DIGIT = 20.0
"""Width of the numbered box of a formula, beside a gradient."""

WEST_PITCH, EAST_PITCH = 21.0, 22.0
"""Distance between two edges into one node, and between two edges out of it."""
BUNDLED_FROM, BUNDLE = 12, 4
"""More edges than the first leave a node as one bundle, in the room of the second."""
BESIDE = 15.0
"""Offset at which a lone number or name enters, if the other operand comes straight."""

_SCALE_TEXT = "±−1.2e-7"
_HEAT_WIDTH, _HEAT_HEIGHT, _PIXEL = 112.0, 64.0, 12.0
_LEAST = 10.0
_IMAGE, _IMAGES_A_SIDE = 28, 2


class Room(NamedTuple):
    """Width and height of the room for an edge's texts, centred on the line."""

    width: float
    height: float


def number_room(labels: Labels) -> Room:
    """The room for the texts of an edge with a number; (0, 0) for edges without texts."""
    if labels == "none":
        return Room(0.0, 0.0)
    return Room(LABEL_WIDTH[labels], BLANKS_HEIGHT if labels == "blanks" else LABEL_HEIGHT)


def tensor_room(labels: Labels, shape: Shape, said: str, numbered: bool) -> Room:
    """The room for the texts of an edge with a tensor of this shape.

    ``said`` is the shape as text; ``numbered`` adds room for a numbered box.
    """
    beside = DIGIT if numbered and labels in ("numbers", "symbols", "shapes") else 0.0
    usual = number_room(labels)
    if labels in ("none", "symbols"):
        return usual if labels == "none" else Room(usual.width + beside, usual.height)
    if labels == "shapes" or not math.prod(shape):
        return Room(max(usual.width, text_width(said, 14.0) + 8) + beside, usual.height)
    width, height = content_size(shape)
    return Room(max(width + 8, 52.0) + beside, max(2 * (OFF_LINE + height + 3), usual.height))


def content_size(shape: Shape) -> tuple[float, float]:
    """The size of a tensor's matrix with its brackets, or of its heat map with its notes."""
    if summary.display(shape) == "matrix":
        rows, columns = (1, *shape)[-2:]
        return columns * CELL_WIDTH + 2 * BRACKET, rows * CELL_HEIGHT
    width, height = heat_size(shape)
    notes = text_width(shapes.shown(shape), NOTE_SIZE) + text_width(_SCALE_TEXT, NOTE_SIZE) + 8
    return max(width, notes), height + NOTE_LINE


def heat_size(shape: Shape) -> tuple[float, float]:
    """The width and height of a heat map."""
    rows, columns = heat_pixels(shape)
    pixel = min(_HEAT_WIDTH / columns, _HEAT_HEIGHT / rows, _PIXEL)
    if pixel > 1:
        pixel = math.floor(2 * pixel) / 2  # equal pixels look calmer
    return max(columns * pixel, _LEAST), max(rows * pixel, _LEAST)


def heat_pixels(shape: Shape) -> tuple[int, int]:
    """The height and width, in pixels of its own, of the heat map that ``tensor_json.shown`` makes."""
    rows, columns = (1, *shape)[-2:]
    if columns == _IMAGE**2 and len(shape) <= 2:
        images = min(rows, _IMAGES_A_SIDE**2)
        across = min(images, _IMAGES_A_SIDE)
        rows, columns = _IMAGE * math.ceil(images / across), _IMAGE * across
    return _pooled(rows), _pooled(columns)


def _pooled(size: int, most: int = 64) -> int:
    return math.ceil(size / math.ceil(size / most)) if size > most else size


def arrivals(depths: list[int]) -> tuple[float, ...]:
    """The offsets from the middle at which operands arrive, by their depths in the graph.

    The deeper of two comes straight, so that a chain is a line; a lone number or name comes from the side.
    """
    if len(depths) == 2:
        first, second = depths
        if first > second and (second <= 0 or first > second + 1):
            return 0.0, BESIDE
        if second > first and (first <= 0 or second > first + 1):
            return -BESIDE, 0.0
    return ports(len(depths), 0.0, WEST_PITCH)


def ports(count: int, middle: float, pitch: float) -> tuple[float, ...]:
    """The offsets of ``count`` edges about the middle, from top to bottom; very many leave as one bundle."""
    if count > BUNDLED_FROM:
        pitch *= BUNDLE / count
    return tuple(middle + (k - (count - 1) / 2) * pitch for k in range(count))


def needed(leaving: int) -> float:
    """The height that outgoing edges need."""
    return (BUNDLE if leaving > BUNDLED_FROM else leaving) * EAST_PITCH
