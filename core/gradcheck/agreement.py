"""When backpropagation and a numerical derivative agree, and how far apart they are."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-5
"""Largest relative error at which backpropagation and the numerical derivative agree.

What rounding alone can make of the difference is allowed on top: the largest number in the graph, times float64's
precision, divided by the step. At a kink the two differ rightly: relu at 0 passes back 0, and the central
difference is ½. Where a value or a derivative is infinite or NaN they do not agree.
"""


class Check(NamedTuple):
    """A gradient by backpropagation beside the numerical one."""

    id: str
    backprop: float
    numerical: float
    absolute: float
    """Their difference."""
    relative: float
    """The difference divided by the larger of the two."""
    ok: bool
    """Whether they agree: see ``TOLERANCE``."""
    epsilon: float
    where: tuple[int, ...] | None = None
    """Of a tensor the element told of: the one that agrees worst."""
    elements: int = 1
    """How many elements were checked: all."""


def rounding_of(largest: float, seed: float) -> float:
    """What rounding can make of a difference of outputs, where ``largest`` is the largest number in the graph."""
    return 8 * float(np.finfo(float).eps) * largest * abs(seed)


def compared(node_id: str, backprop: float, numerical: float, epsilon: float, rounding: float) -> Check:
    """Two numbers beside each other."""
    absolute = abs(backprop - numerical)
    larger = max(abs(backprop), abs(numerical))
    relative = absolute / larger if larger else 0.0
    ok = absolute <= TOLERANCE * larger + rounding / epsilon and larger < float("inf")
    return Check(node_id, backprop, numerical, absolute, relative, ok, epsilon)


def largest(value: Any) -> float:
    """The largest finite element by size."""
    array = np.abs(np.asarray(value, dtype=float))
    return float(array[np.isfinite(array)].max(initial=0.0))


def excess_of(
    backprop: NDArray[np.float64], numerical: NDArray[np.float64], rounding: float, steps: Any
) -> NDArray[np.float64]:
    """By element the difference over the largest that is allowed: above 1 the two do not agree.

    An element a thousand times smaller than the tensor's largest is measured as if it were that large, because the
    error of a difference does not shrink with it.
    """
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(backprop), np.abs(numerical))
        scale = np.maximum(larger, 1e-3 * largest(numerical))
        allowed = TOLERANCE * scale + rounding / steps
        excess = np.abs(backprop - numerical) / np.where(allowed > 0, allowed, np.finfo(float).tiny)
        return np.where(np.isfinite(excess) & np.isfinite(larger), excess, np.inf)
