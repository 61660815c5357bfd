"""Which of a net's parameters are checked numerically: all, or of a large net as many as there is time for."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from chainrule.core.ops.op import Shape

MOST_WORK = 250_000_000
"""What all moves of a check may cost together: about a third of a second on one processor."""

_EACH = 300
"""What one move of one image costs beside products: softmax, the loss, and putting arrays in place."""
_PRODUCT = 0.7
"""What a multiplication within a matrix product costs."""
_LEAST = 12
"""Elements of each parameter that are checked in any case."""


def chosen(
    shapes: Mapping[str, Shape], rows: int, seed: int, most: float = MOST_WORK
) -> dict[str, NDArray[np.intp]]:
    """By name the elements to check, counted row by row and sorted; a parameter of which all are checked is left out.

    ``shapes`` are those of W1, b1, W2 …, first layer first. The choice follows from the seed alone.
    """
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    costs = _costs(list(shapes.values()), rows)
    if sum(size * cost for size, cost in zip(sizes.values(), costs, strict=True)) <= most:
        return {}
    found = {}
    for k, ((name, size), cost) in enumerate(zip(sizes.items(), costs, strict=True)):
        count = max(_LEAST, int(most / len(sizes) / cost))
        if count < size:
            found[name] = np.sort(np.random.default_rng([seed, k]).choice(size, count, replace=False))
    return found


def _costs(shapes: list[Shape], rows: int) -> list[float]:
    """What it costs to move one element of each parameter up and down."""
    weights = shapes[::2]
    costs = []
    for layer in range(len(weights)):
        # A moved element spreads over the outputs of the next layer, and from there through whole products.
        spread = weights[layer + 1][1] if layer + 1 < len(weights) else 0
        products = sum(math.prod(shape) for shape in weights[layer + 2 :])
        costs += [2 * rows * (_EACH + spread + _PRODUCT * products)] * 2
    return costs
