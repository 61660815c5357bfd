"""How a net's weights begin: normal numbers, at a scale that decides how far values and gradients carry.

Source: Saito Goki, *Deep Learning from Scratch*, section 6.2.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

VARIANCES: Mapping[str, float] = {"xavier": 1.0, "he": 2.0}
"""By name a weight's variance times the number of its layer's inputs: Xavier for sigmoid and tanh, He for ReLU."""


def standard_deviation(init: float | str, inputs: int) -> float:
    """Of a layer's weights: a number as it is, ``"he"`` √(2/n), ``"xavier"`` √(1/n). Raises ValueError for other."""
    if isinstance(init, str):
        if init not in VARIANCES:
            raise ValueError(f"the initial scale must be a number, 'he' or 'xavier', not {init!r}")
        return float(np.sqrt(VARIANCES[init] / inputs))
    return init


def drawn(sizes: Sequence[int], init: float | str, seed: int | None) -> dict[str, Any]:
    """W1, b1, W2, b2 … for layers of these sizes, input first: weights (n, m) and zeros (m,), float64.

    Without a seed NumPy's global generator draws, as in the book.
    """
    normal: Callable[[int, int], Any] = np.random.randn
    if seed is not None:
        generator = np.random.default_rng(seed)

        def normal(n: int, m: int) -> Any:
            return generator.standard_normal((n, m))

    parameters: dict[str, Any] = {}
    for k, (n, m) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{k}"] = standard_deviation(init, n) * normal(n, m)
        parameters[f"b{k}"] = np.zeros(m)
    return parameters
