"""The work of a numerical check, estimated from shapes alone: what each move of an element computes again and holds.

Follows ``perturbed``: a move stays a point, a row or a column through elementwise ops and most products.
"""

import math
from collections.abc import Iterator, Sequence

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import BY_CODE
from chainrule.core.ops.op import Op, Shape
from chainrule.core.ops.product import PRODUCT_NAMES

MULTIPLY_ADD = 0.1
"""The time of a multiply-add in a product, in times of writing one element."""

_POINT, _FULL = 0, 1
"""States of a node under a move besides a slice, which is its axis, counted from the end: below 0."""


def of(graph: Graph, nodes: Sequence[int], most: float = math.inf) -> float:
    """Estimate the work of central differences by every element of these nodes, in elements written.

    Counts no further once the work is above ``most``; below it, the estimate may be too large.
    """
    sizes = [math.prod(graph.shapes.get(node, ())) for node in nodes]
    bound = 2 * sum(sizes) * _of_everything(graph)
    if bound <= most:
        return bound
    work = 0.0
    for node, size in zip(nodes, sizes, strict=True):
        work += 2 * size * _of_move(graph, node)
        if work > most:
            break
    return work


def _of_everything(graph: Graph) -> float:
    """Bound the work of one move by that of a whole pass."""
    work = 0.0
    for node, code in enumerate(graph.codes):
        op = BY_CODE[code]
        if op is not None:
            operands = [graph.shapes.get(each, ()) for each in (graph.a[node], graph.b[node]) if each >= 0]
            size = math.prod(graph.shapes.get(node, ()))
            inner = operands[0][-1] if op.name in PRODUCT_NAMES and operands[0] else 0
            work += size * (1 + MULTIPLY_ADD * inner) + (sum(map(math.prod, operands)) if op.tensor else 0)
    return work + math.prod(graph.shapes.get(graph.output, ()))


def _of_move(graph: Graph, leaf: int) -> float:
    """Estimate what one move of one element of a node computes again."""
    work = sum(cost for _, _, cost in _moved(graph, leaf))
    return work + math.prod(graph.shapes.get(graph.output, ()))


def held(graph: Graph, leaf: int) -> int:
    """Bound the elements that one move of one element of a node holds at once."""
    shapes = graph.shapes
    last_reader: dict[int, int] = {}
    for node, (a, b) in enumerate(zip(graph.a, graph.b, strict=True)):
        last_reader |= {operand: node for operand in (a, b) if operand >= 0}
    last_reader[graph.output] = len(graph)
    alive: dict[int, int] = {leaf: 1}
    now = most = 1
    for node, state, _ in _moved(graph, leaf):
        shape = shapes.get(node, ())
        operands = {each for each in (graph.a[node], graph.b[node]) if each in alive}
        size = math.prod(shape)
        own = math.ceil(size / shape[state]) if state < 0 and shape[state] else size
        # A result that is no slice is made of whole operands, and an expression holds one more of its size.
        whole = 0 if state < 0 else sum(math.prod(shapes.get(each, ())) for each in operands) + size
        most = max(most, now + own + whole)
        alive[node] = own
        now += own
        for each in operands:
            if last_reader[each] == node:
                now -= alive.pop(each)
    return most + math.prod(shapes.get(graph.output, ()))


def _moved(graph: Graph, leaf: int) -> Iterator[tuple[int, int, float]]:
    """Yield every node that a move of one element of a node reaches, with its state and its work."""
    shapes = graph.shapes
    states: dict[int, int] = {leaf: _POINT if leaf in shapes else _FULL}
    for node in range(leaf + 1, len(graph)):
        operands = [each for each in (graph.a[node], graph.b[node]) if each >= 0]
        moved = [each for each in operands if each in states]
        op = BY_CODE[graph.codes[node]]
        if not moved or op is None:
            continue
        shape = shapes.get(node, ())
        if op.tensor is None:
            state, cost = _elementwise(shape, [(states[each], shapes.get(each, ())) for each in moved])
        elif op.name in PRODUCT_NAMES:
            sides = [shapes.get(each, ()) for each in operands]
            state, cost = _product(op, shape, sides, [states.get(each) for each in operands])
        else:
            state, cost = _FULL, math.prod(shape) + sum(math.prod(shapes.get(each, ())) for each in moved)
        states[node] = state
        yield node, state, cost


def _elementwise(shape: Shape, moved: list[tuple[int, Shape]]) -> tuple[int, float]:
    """The state of an elementwise result, and its work."""
    axes = {-1 if state == _POINT else state for state, _ in moved}
    axis = axes.pop()
    sliced = (
        not axes and axis < 0 and all(len(each) >= -axis and each[axis] == shape[axis] for _, each in moved)
    )
    return (axis, math.prod(shape) / shape[axis]) if sliced and shape[axis] else (_FULL, math.prod(shape))


def _product(op: Op, shape: Shape, sides: list[Shape], states: list[int | None]) -> tuple[int, float]:
    """The state of a matrix product, and its work."""
    (a, b), (left, right) = sides, states
    inner = a[-1] if a else 1
    if op.name == "matmul" and (left is None or right is None):
        point = _POINT in (left, right)
        vector = len(b) == 1 if left is None else len(a) == 1
        if point and not vector:
            axis = -1 if left is None else -len(b)
            return axis, math.prod(shape) / max(1, shape[axis])
        if point or left == -1:
            return _FULL, math.prod(shape)
        if left is not None and left == -2:
            return -len(b), math.prod(shape) / max(1, shape[-len(b)]) * (1 + MULTIPLY_ADD * inner)
    return _FULL, math.prod(shape) * (1 + MULTIPLY_ADD * inner)
