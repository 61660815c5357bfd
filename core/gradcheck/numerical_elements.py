"""Numerical derivatives by every element of a tensor, by central differences.

Whatever a move leaves unchanged is not computed again (``core.gradcheck.perturbed``).

Source: Saito Goki, *Deep Learning from Scratch*, sections 4.4.2 and 5.7.4.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.gradcheck.perturbed import Point, outputs
from chainrule.core.ops import CONSTANT

STEP = 1e-5
"""Default step of every element."""
_MOVES_HELD = 2**19
"""Largest number of floats in one op's result, 4 MB, so that the next op finds them in the cache."""
_FREED_AT_FIRST = 2**21
"""Size of an array freed at first, 16 MB: the C library then keeps the memory of smaller arrays.

Otherwise every op's result would be fetched from the system anew, a third of the time.
"""


def quotients(
    graph: Graph,
    values: Values,
    leaf: int,
    shifts: Sequence[float],
    places: NDArray[np.intp],
    upstream: Any = 1.0,
) -> NDArray[np.float64]:
    """Return (f(x + s) − f(x)) / s of each shift s and each element at row-major ``places``, (shifts, K)."""
    base = [np.asarray(value) for value in values]
    weights = np.asarray(upstream, dtype=float) if np.ndim(upstream) else None
    index = np.unravel_index(places, base[leaf].shape) if base[leaf].shape else ()
    there = base[leaf][index] if index else np.broadcast_to(base[leaf], len(places))
    rules = Tape(graph).rules
    with np.errstate(all="ignore"):
        here = np.sum(base[graph.output] * (1.0 if weights is None else weights))
        rows = []
        for shift in shifts:
            moved = there + shift - there
            rows.append((outputs(graph, rules, base, leaf, Point(index, moved), weights) - here) / moved)
        return np.array(rows) * (upstream if weights is None else 1.0)


def by_elements(
    graph: Graph,
    values: Values,
    leaf: int,
    epsilon: float = STEP,
    chosen: NDArray[np.intp] | None = None,
    upstream: Any = 1.0,
) -> NDArray[np.float64]:
    """Return the derivative of the output by every element of a node, in its shape.

    With ``chosen``, row-major places (K,), only by those elements, (K,). The node is moved independently of its
    operands. A tensor output counts as the sum of its elements times ``upstream``: a number, or one for each element.
    """
    base = [np.asarray(value) for value in values]
    shape = base[leaf].shape
    places = np.arange(base[leaf].size) if chosen is None else chosen
    weights = np.asarray(upstream, dtype=float) if np.ndim(upstream) else None
    largest = max((base[node].size for node in range(len(graph)) if graph.codes[node] > CONSTANT), default=1)
    at_once = max(1, _MOVES_HELD // (2 * max(largest, 1)))
    rules = Tape(graph).rules
    derivatives = np.empty(len(places))
    np.empty(_FREED_AT_FIRST)
    for first in range(0, len(places), at_once):
        turn = slice(first, first + at_once)
        index = np.unravel_index(places[turn], shape) if shape else ()
        there = base[leaf][index]
        with np.errstate(all="ignore"):
            raised, lowered = there + epsilon, there - epsilon
            moves = Point(
                tuple(np.tile(axis, 2) for axis in index), np.ravel([raised - there, lowered - there])
            )
            up, down = np.split(outputs(graph, rules, base, leaf, moves, weights), 2)
            derivatives[turn] = (up - down) / (raised - lowered)
    if weights is None:
        with np.errstate(all="ignore"):
            derivatives *= upstream
    return derivatives if chosen is not None else derivatives.reshape(shape)
