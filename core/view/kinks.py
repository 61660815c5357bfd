"""The kinks that one evaluation meets: which edges pass a gradient where their op has no single slope."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge, Graph
from chainrule.core.ops import ARRAY_FUNCTIONS, BY_CODE, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.kinks import Kink
from chainrule.core.ops.op import Kernel, Op
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


def kinked(graph: Graph) -> list[int]:
    """Return the nodes whose op has any kink."""
    have = [op is not None and bool(op.kinks) for op in BY_CODE]
    return [index for index, code in enumerate(graph.codes) if have[code]]


def kinks_met(evaluated: Evaluated, nodes: Iterable[int] | None = None, removable: bool = False) -> list[Met]:
    """Return the kinks met on edges into ``nodes``, of all if None, in order of the edges.

    Those where only a formula fails, and the slope is one, come with ``removable`` alone.
    """
    graph, values = evaluated.graph, evaluated.values
    arrays = bool(graph.shapes or graph.parameters)
    found: list[Met] = []
    for index in kinked(graph) if nodes is None else nodes:
        op = BY_CODE[graph.codes[index]]
        if op is None:
            continue
        a, b, y = values[graph.a[index]], values[graph.b[index]], values[index]
        for name, kink in op.kinks.items():
            if kink.kind == "removable" and not removable:
                continue
            if op.tensor is not None:
                found += _of_tensor(evaluated, index, op, name, kink)
            elif arrays:
                if np.any(at := _compiled(kink.at, True)(a, b, y)):
                    found += _of_arrays(evaluated, index, f"{op.name}.{name}", kink, at)
            elif _compiled(kink.at, False)(a, b, y):
                found += _of_numbers(evaluated, index, f"{op.name}.{name}", kink)
    return found


def _of_numbers(evaluated: Evaluated, index: int, name: str, kink: Kink) -> Iterable[Met]:
    a, b, y = _operands(evaluated, index)
    for edge, slopes in _edges(evaluated, index, kink):
        passed = evaluated.gradients.locals[edge.index]
        left, right = (_side(code, a, b, y) for code in slopes)
        if kink.kind == "removable" or not left == right == passed:
            yield Met(edge, name, kink, 1, (Place((), left, right, float(passed)),))


def _of_arrays(evaluated: Evaluated, index: int, name: str, kink: Kink, at: Any) -> Iterable[Met]:
    a, b, y = _operands(evaluated, index)
    shape = np.shape(y)
    for edge, slopes in _edges(evaluated, index, kink):
        passed = evaluated.gradients.locals[edge.index]
        with np.errstate(all="ignore"):
            sides = [_compiled(code, True)(a, b, y) if code else None for code in slopes]
        yield from _told(edge, name, kink, shape, at, sides, passed)


def _of_tensor(evaluated: Evaluated, index: int, op: Op, name: str, kink: Kink) -> Iterable[Met]:
    assert kink.places is not None
    graph = evaluated.graph
    a, b, y = _operands(evaluated, index)
    parameters = graph.parameters.get(index, {})
    at, left, right = kink.places(a, b, y, **parameters)
    if not np.any(at):
        return
    edge = edges_into(graph, index)[0]
    if not evaluated.requires_grad[edge.source]:
        return
    vjp = evaluated.rules.node_vjp(graph.codes[index], A, parameters, [np.shape(a)])
    assert vjp is not None
    passed = vjp(np.ones_like(y), a, b, y)
    yield from _told(edge, f"{op.name}.{name}", kink, np.shape(a), at, [left, right], passed)


def _told(
    edge: Edge, name: str, kink: Kink, shape: tuple[int, ...], at: Any, sides: Sequence[Any], passed: Any
) -> Iterable[Met]:
    at, passed = np.broadcast_to(at, shape), np.broadcast_to(passed, shape)
    left, right = (None if side is None else np.broadcast_to(side, shape) for side in sides)
    if kink.kind != "removable" and left is not None and right is not None:
        at = at & ~((left == right) & (right == passed))
    count = int(np.count_nonzero(at))
    if count:
        first = [tuple(place) for place in np.argwhere(at)[:TOLD].tolist()]
        yield Met(
            edge,
            name,
            kink,
            count,
            tuple(
                Place(
                    place,
                    None if left is None else float(left[place]),
                    None if right is None else float(right[place]),
                    float(passed[place]),
                )
                for place in first
            ),
        )


def _edges(evaluated: Evaluated, index: int, kink: Kink) -> Iterable[tuple[Edge, Sequence[str]]]:
    """The edges into a node that carry a gradient back from a place where they have no single slope."""
    for edge, slopes in zip(edges_into(evaluated.graph, index), kink.slopes, strict=True):
        if slopes is not None and evaluated.requires_grad[edge.source]:
            yield edge, slopes


def _operands(evaluated: Evaluated, index: int) -> tuple[Any, Any, Any]:
    graph, values = evaluated.graph, evaluated.values
    a, b = graph.a[index], graph.b[index]
    return values[a], values[b] if b >= 0 else None, values[index]


def _side(code: str, a: float, b: float | None, y: float) -> float | None:
    return float(_compiled(code, False)(a, b, y)) if code else None


def within(passed: float, left: float | None, right: float | None) -> bool:
    """Say whether a slope lies between two, which may be infinite; None or NaN is no slope."""
    ends = [end for end in (left, right) if end is not None and not math.isnan(end)]
    return bool(ends) and min(ends) <= passed <= max(ends)


@cache
def _compiled(code: str, arrays: bool) -> Kernel:
    return compile_rule(code, ARRAY_FUNCTIONS if arrays else SCALAR_FUNCTIONS)
