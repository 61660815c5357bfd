"""The kinks that one evaluation meets: which edges pass a gradient where their op has no single slope."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.engine.kinks import AtKink, Sides, kinks_of
from chainrule.core.ops.kinks import Kink
from chainrule.core.ops.rules import A
from chainrule.core.view.evaluated import Evaluated, edges_into

TOLD = 5
"""Places told of one edge at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """One element at a kink: its index, both slopes (None on a side without one), and what was passed."""

    index: tuple[int, ...]
    left: float | None
    right: float | None
    passed: float


@dataclass(frozen=True, slots=True)
class Met:
    """A kink that an edge meets."""

    edge: Edge
    name: str
    """Full name: ``maximum.tie``."""
    kink: Kink
    count: int
    """Elements at the kink."""
    places: tuple[Place, ...]
    """The first of them, at most ``TOLD``."""


def kinks_met(evaluated: Evaluated, nodes: Iterable[int] | None = None, removable: bool = False) -> list[Met]:
    """Return the kinks met on edges into ``nodes``, of all if None, in order of the edges.

    Those where only a formula fails, and the slope is one, come with ``removable`` alone.
    """
    found: list[Met] = []
    for standing in kinks_of(evaluated.graph, evaluated.values, nodes, removable):
        for edge, sides in zip(edges_into(evaluated.graph, standing.node), standing.sides, strict=False):
            if sides is not None and evaluated.requires_grad[edge.source]:
                met = _met(evaluated, edge, standing, sides)
                if met is not None:
                    found.append(met)
    return found


def _met(evaluated: Evaluated, edge: Edge, standing: AtKink, sides: Sides) -> Met | None:
    kink, (left, right) = standing.kink, sides
    passed = (
        _passed_by_tensor_op(evaluated, edge.target)
        if kink.places
        else evaluated.gradients.locals[edge.index]
    )
    if not evaluated.graph.shapes and not np.ndim(standing.at):
        if kink.kind != "removable" and left == right == passed:
            return None  # two slopes that happen to be one
        return Met(edge, standing.name, kink, 1, (Place((), _number(left), _number(right), float(passed)),))
    # A number that is 0 is a kink of every element that it divides.
    shape = np.broadcast_shapes(np.shape(standing.at), np.shape(passed))
    passed = np.broadcast_to(passed, shape)
    left, right = (None if side is None else np.broadcast_to(side, shape) for side in sides)
    at = np.broadcast_to(standing.at, shape)
    if kink.kind != "removable" and left is not None and right is not None:
        at = at & ~((left == right) & (right == passed))
    count = int(np.count_nonzero(at))
    if not count:
        return None
    first = [tuple(place) for place in np.argwhere(at)[:TOLD].tolist()]
    places = tuple(
        Place(
            i,
            None if left is None else float(left[i]),
            None if right is None else float(right[i]),
            float(passed[i]),
        )
        for i in first
    )
    return Met(edge, standing.name, kink, count, places)


def _number(side: Any) -> float | None:
    return None if side is None else float(side)


def _passed_by_tensor_op(evaluated: Evaluated, index: int) -> Any:
    """What each element of the operand is passed of an upstream gradient of ones."""
    graph, values = evaluated.graph, evaluated.values
    a, y = values[graph.a[index]], values[index]
    vjp = evaluated.rules.node_vjp(
        graph.codes[index], A, graph.parameters.get(index, {}), [graph.shapes.get(graph.a[index], ())]
    )
    assert vjp is not None
    return vjp(np.ones_like(y), a, None, y)
