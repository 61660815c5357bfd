"""The parameters whose gradients are checked numerically: all, or a random sample of a large net's."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from chainrule.core.ops.op import Shape

MOST_COST = 250_000_000
"""Most operations of a whole check: about a third of a second on one processor."""

_OVERHEAD = 300
"""Operations of one evaluation of one image besides matrix products: softmax, loss, copies."""
_PRODUCT = 0.7
"""Operations that a multiplication within a matrix product counts for."""
_LEAST = 12
"""Elements of each parameter that are always checked."""


def chosen(
    shapes: Mapping[str, Shape], rows: int, rng_seed: int, most: float = MOST_COST
) -> dict[str, NDArray[np.intp]]:
    """Choose the elements to check, by parameter, as sorted indices into its flattened array.

    A parameter checked in full is left out. ``shapes`` are those of W1, b1, W2 …, first layer first; ``rows`` counts
    the images. The choice depends on ``rng_seed`` alone.
    """
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    costs = _costs(list(shapes.values()), rows)
    if sum(size * cost for size, cost in zip(sizes.values(), costs, strict=True)) <= most:
        return {}
    places = {}
    for k, ((name, size), cost) in enumerate(zip(sizes.items(), costs, strict=True)):
        count = max(_LEAST, int(most / len(sizes) / cost))
        if count < size:
            places[name] = np.sort(np.random.default_rng([rng_seed, k]).choice(size, count, replace=False))
    return places


def _costs(shapes: list[Shape], rows: int) -> list[float]:
    """Return the operations that perturbing one element of each parameter up and down takes."""
    weights = shapes[::2]
    costs = []
    for layer in range(len(weights)):
        # A perturbed element reaches one unit, then all units of the next layer, then everything behind.
        spread = weights[layer + 1][1] if layer + 1 < len(weights) else 0
        products = sum(math.prod(shape) for shape in weights[layer + 2 :])
        costs += [2 * rows * (_OVERHEAD + spread + _PRODUCT * products)] * 2
    return costs
