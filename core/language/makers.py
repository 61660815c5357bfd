"""Tensors that a program makes instead of writing them out: ``randn(100, 784, seed=0)``, ``zeros(3)``."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.ops.op import Shape

Maker = Callable[..., np.ndarray[Any, np.dtype[np.float64]]]


def _randn(shape: Shape, seed: int, scale: float) -> Any:
    return np.random.default_rng(seed).standard_normal(shape) * scale


def _rand(shape: Shape, seed: int, scale: float) -> Any:
    return np.random.default_rng(seed).random(shape) * scale


MAKERS: Mapping[str, Maker] = {
    "randn": _randn,
    "rand": _rand,
    "zeros": lambda shape, seed, scale: np.zeros(shape),
    "ones": lambda shape, seed, scale: np.full(shape, scale),
    "arange": lambda shape, seed, scale: np.arange(*shape) * scale,
}
"""By name: of the shape (for ``arange`` the bounds), a seed and a scale, an array of float64.

``randn`` draws from the standard normal distribution, ``rand`` evenly from 0 to 1, both by NumPy's PCG64 generator,
so that the same seed gives the same numbers everywhere.
"""
