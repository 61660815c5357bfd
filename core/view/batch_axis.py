"""The batch axis of every node: the axis that the book calls N.

An op carries axes from its operands to its result: elementwise along equal sizes, the rows of a product's left
factor, the axes that a reduction keeps. The batch starts as the first axis of an input. From there it reaches the
left factor of a product, or the scores of a layer that works sample by sample.
"""

from collections.abc import Iterator

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import CODES, INPUT

NAME = "N"
"""Name of the batch axis."""

_MATMUL = CODES["matmul"]
_BY_SAMPLE = frozenset({"softmax", "cross_entropy", "softmax_with_loss"})
"""Composites whose first argument has one sample per row."""

Axis = tuple[int, int]
"""A node's index and one of its axes, counted from 0."""


def names(graph: Graph) -> list[tuple[str | int, ...]]:
    """Return every node's shape with the batch axis by name, other axes by size: ``("N", 2)``."""
    batch = batch_axes(graph)
    return [
        tuple(NAME if (node, axis) in batch else size for axis, size in enumerate(graph.shapes.get(node, ())))
        for node in range(len(graph))
    ]


def shown(axes: tuple[str | int, ...]) -> str:
    """Write a shape as the book does: ``(N, 2)``, ``(N,)``."""
    return f"({', '.join(map(str, axes))}{',' if len(axes) == 1 else ''})"


def batch_axes(graph: Graph) -> frozenset[Axis]:
    """Return the batch axes of all nodes that have one."""
    if not graph.shapes:
        return frozenset()
    same = _Classes()
    contracted: list[Axis] = []
    started: list[Axis] = []
    for node in range(len(graph)):
        for first, second in _passed_on(graph, node):
            same.join(first, second)
        if graph.codes[node] == _MATMUL:
            a, b = graph.a[node], graph.b[node]
            contracted += [(a, len(graph.shapes[a]) - 1), (b, 0)]
            if len(graph.shapes[a]) == 2:
                started.append((a, 0))
    for group in graph.groups:
        if group.name in _BY_SAMPLE and len(graph.shapes.get(group.inputs[0], ())) == 2:
            started.append((group.inputs[0], 0))
    # An axis that a product sums over is no batch: the rows of W in X·W.
    none = {same.root(axis) for axis in contracted}
    first_of_input = {
        same.root((i, 0))
        for i in graph.leaves
        if graph.codes[i] == INPUT and len(graph.shapes.get(i, ())) >= 2
    }
    roots = {same.root(axis) for axis in started} & first_of_input - none
    if not roots:
        return frozenset()
    members = [
        (node, axis)
        for node, shape in sorted(graph.shapes.items())
        for axis in range(len(shape))
        if same.root((node, axis)) in roots
    ]
    # One name stands for one size: that of the first input.
    node, axis = members[0]
    size = graph.shapes[node][axis]
    return frozenset((node, axis) for node, axis in members if graph.shapes[node][axis] == size)


def _passed_on(graph: Graph, node: int) -> Iterator[tuple[Axis, Axis]]:
    """Yield pairs of one axis: an operand's, and the same axis of the node."""
    op = graph.nodes[node].op
    if op is None:
        return
    whole = graph.shapes.get(node, ())
    parameters = graph.parameters.get(node, {})
    operands = [(i, graph.shapes.get(i, ())) for i in graph.nodes[node].inputs]
    if op.tensor is None:
        for operand, shape in operands:
            for back in range(1, len(shape) + 1):
                if shape[-back] == whole[-back]:
                    yield (operand, len(shape) - back), (node, len(whole) - back)
        return
    for slot, axis, target in op.tensor.kept(parameters, [shape for _, shape in operands], whole):
        yield (operands[slot][0], axis), (node, target)


class _Classes:
    """Classes of equal axes, as a union-find forest."""

    def __init__(self) -> None:
        self._up: dict[Axis, Axis] = {}

    def root(self, axis: Axis) -> Axis:
        """Return the representative of an axis's class."""
        path = []
        while (up := self._up.get(axis, axis)) != axis:
            path.append(axis)
            axis = up
        for below in path:
            self._up[below] = axis
        return axis

    def join(self, first: Axis, second: Axis) -> None:
        """Merge the classes of two axes."""
        self._up[self.root(second)] = self.root(first)
