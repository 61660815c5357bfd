"""Broadcasting, backward: the one place where a gradient finds back to its operand's shape."""

from typing import Any

import numpy as np


def unbroadcast(gradient: Any, shape: tuple[int, ...]) -> Any:
    """The gradient of an operand of this shape from that of what it was broadcast to.

    An operand that was copied along an axis gets the sum along it: broadcasting is the book's Repeat node, and
    Sum is its way back. ``gradient`` may also be smaller than ``shape`` (a constant derivative); it is spread.
    """
    if np.shape(gradient) == shape:
        return gradient
    added = np.ndim(gradient) - len(shape)
    if added > 0:
        gradient = np.sum(gradient, axis=tuple(range(added)))
    copied = tuple(
        k for k, (now, then) in enumerate(zip(np.shape(gradient), shape, strict=False)) if now != then
    )
    return np.sum(gradient, axis=copied, keepdims=True)
