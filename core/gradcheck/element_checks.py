"""Both gradients of every element of a tensor, or of some, beside each other."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.gradcheck.agreement import Check, excess_of, largest, rounding_of
from chainrule.core.gradcheck.numerical import STEPS, refuse_step
from chainrule.core.gradcheck.numerical_elements import STEP, by_elements
from chainrule.core.ops.op import Shape


class Elements(NamedTuple):
    """Both gradients of every element of one node, in arrays of its shape; or of some, in arrays (K,)."""

    id: str
    backprop: NDArray[np.float64]
    numerical: NDArray[np.float64]
    excess: NDArray[np.float64]
    """Their difference over the largest that is allowed: above 1 they do not agree."""
    steps: NDArray[np.float64]
    """What each element was moved by."""
    shape: Shape
    """The node's own."""
    chosen: NDArray[np.intp] | None = None
    """Where only some elements were checked: which, counted row by row, (K,)."""

    def where(self, at: int) -> tuple[int, ...]:
        """The place in the node of entry ``at`` of the arrays, counted row by row."""
        flat = at if self.chosen is None else int(self.chosen[at])
        return tuple(map(int, np.unravel_index(flat, self.shape))) if self.shape else ()

    def worst(self) -> Check:
        """The element that agrees worst."""
        if not self.excess.size:
            return Check(self.id, 0.0, 0.0, 0.0, 0.0, True, STEP, None, 0)
        at = int(np.argmax(self.excess))
        ours, theirs = float(self.backprop.flat[at]), float(self.numerical.flat[at])
        absolute, larger = abs(ours - theirs), max(abs(ours), abs(theirs))
        return Check(
            self.id,
            ours,
            theirs,
            absolute,
            absolute / larger if larger else 0.0,
            bool(self.excess.flat[at] <= 1),
            float(self.steps.flat[at]),
            self.where(at) if self.shape else None,
            self.excess.size,
        )


def elements_at(
    tape: Tape,
    nodes: Sequence[int],
    values: Values | None = None,
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    seed: float = 1.0,
    chosen: Mapping[int, NDArray[np.intp]] | None = None,
) -> list[Elements]:
    """Backpropagation beside central differences for every element of each node; each must have a gradient.

    An output that is a tensor counts as the sum of its elements times ``seed``. Of a node in ``chosen`` only those
    elements are checked, counted row by row.
    """
    refuse_step(epsilon)
    graph = tape.graph
    values = values or tape.forward()
    gradients = tape.backward(seed, mistakes, values).nodes
    rounding = rounding_of(max(map(largest, values), default=0.0), seed)
    found = []
    for node in nodes:
        backprop = np.asarray(gradients[node], dtype=float)
        shape, some = backprop.shape, None if chosen is None else chosen.get(node)
        if some is not None:
            backprop = backprop.ravel()[some]
        first = epsilon or STEP
        steps: Any = np.full(backprop.shape, first)
        numerical = np.array(seed * by_elements(graph, values, node, first, some))
        excess = excess_of(backprop, numerical, rounding, steps)
        again = np.flatnonzero(~(excess <= 1))
        if epsilon is None and again.size:
            places = again if some is None else some[again]
            numerical.flat[again], steps.flat[again] = _most_certain(graph, values, node, places, seed)
            excess = excess_of(backprop, numerical, rounding, steps)
        found.append(Elements(graph.ids[node], backprop, numerical, excess, steps, shape, some))
    return found


def _most_certain(
    graph: Graph, values: Values, node: int, places: NDArray[np.intp], seed: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of elements for which the first step is not right: of four, the one that its neighbour confirms, (K,) each."""
    tried = np.stack([seed * by_elements(graph, values, node, step, places) for step in STEPS])
    changes = np.abs(np.diff(tried, axis=0))
    best = 1 + np.argmin(np.where(np.isfinite(changes), changes, np.inf), axis=0)
    return np.take_along_axis(tried, best[None], axis=0)[0], np.asarray(STEPS)[best]
