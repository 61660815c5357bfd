"""Numerical derivatives by every element of a tensor, by central differences.

What a move does not change is not computed again (``core.gradcheck.perturbed``).

Source: Saito Goki, *Deep Learning from Scratch*, sections 4.4.2 and 5.7.4.
"""

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.gradcheck.perturbed import Point, outputs
from chainrule.core.ops import CONSTANT

STEP = 1e-5
"""What every element is moved by where nobody says a step."""
_MOVES_HELD = 2**19
"""Numbers of one op's result at once; 4 MB, so that what one op leaves the next finds in the cache."""
_FREED_AT_FIRST = 2**21
"""Numbers, 16 MB: once so much was freed, the C library keeps the memory of smaller arrays for the next ones.

Otherwise each op's result is fetched from the system anew, which takes a third of the time.
"""


def by_elements(
    graph: Graph,
    values: Values,
    leaf: int,
    epsilon: float = STEP,
    chosen: NDArray[np.intp] | None = None,
) -> NDArray[np.float64]:
    """The derivative of the output by every element of a node, in its shape, by central differences.

    With ``chosen`` by those elements alone, counted row by row, (K,).

    The node is moved as if it were a leaf, whatever it is computed from. An output that is no number counts as the
    sum of its elements.
    """
    base = [np.asarray(value) for value in values]
    shape = base[leaf].shape
    places = np.arange(base[leaf].size) if chosen is None else chosen
    largest = max((base[node].size for node in range(len(graph)) if graph.codes[node] > CONSTANT), default=1)
    at_once = max(1, _MOVES_HELD // (2 * max(largest, 1)))
    rules = Tape(graph).rules
    found = np.empty(len(places))
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
            up, down = np.split(outputs(graph, rules, base, leaf, moves), 2)
            found[turn] = (up - down) / (raised - lowered)
    return found if chosen is not None else found.reshape(shape)
