"""Which axis of every node is the batch: the one that the book calls N.

Axes that an op keeps apart and passes on are one axis: elementwise along equal sizes, from the left factor of a
product to the product, past a reduction of other axes. The batch is the first axis of an input that comes to stand
in front of a product as its left factor, or of what a layer that works sample by sample is given.
"""

from collections.abc import Iterator
from typing import Any

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import CODES, INPUT
from chainrule.core.ops.op import Shape

NAME = "N"
"""What the batch axis is called."""

_MATMUL = CODES["matmul"]
_BY_SAMPLE = frozenset({"softmax", "cross_entropy", "softmax_with_loss"})
"""The composites whose first argument has one sample a row."""

Axis = tuple[int, int]
"""A node and one of its axes, counted from 0."""


def names(graph: Graph) -> list[tuple[str | int, ...]]:
    """The shape of every node with the batch axis by its name: ``("N", 2)``; other axes by their size."""
    batch = batch_axes(graph)
    return [
        tuple(NAME if (node, axis) in batch else size for axis, size in enumerate(graph.shapes.get(node, ())))
        for node in range(len(graph))
    ]


def shown(axes: tuple[str | int, ...]) -> str:
    """A shape with names as the book writes it: ``(N, 2)``, ``(N,)``."""
    return f"({', '.join(map(str, axes))}{',' if len(axes) == 1 else ''})"


def batch_axes(graph: Graph) -> frozenset[Axis]:
    """Every node's batch axis, of those that have one."""
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
    # What a product sums over is no batch: the rows of W in X·W.
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
    # One name means one size: that of the input that stands first.
    node, axis = members[0]
    size = graph.shapes[node][axis]
    return frozenset((node, axis) for node, axis in members if graph.shapes[node][axis] == size)


def _passed_on(graph: Graph, node: int) -> Iterator[tuple[Axis, Axis]]:
    """The axes of a node, each with the operand's axis that it is."""
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
    (a, shape), last = operands[0], operands[-1]
    for axis, target in _kept(op.name, parameters, shape, whole):
        yield (a, axis), (node, target)
    if op.name == "matmul" and len(last[1]) == 2:
        yield (last[0], 1), (node, len(whole) - 1)


def _kept(op: str, parameters: dict[str, Any], shape: Shape, whole: Shape) -> Iterator[tuple[int, int]]:
    """Which axis of a tensor op's first operand is which of its own."""
    rank = len(shape)
    match op:
        case "matmul" if rank == 2:
            yield 0, 0
        case "sum" | "mean" | "max":
            gone = {rank + axis for axis in parameters["axis"]}
            left = [axis for axis in range(rank) if axis not in gone]
            yield from ((axis, axis if parameters["keepdims"] else place) for place, axis in enumerate(left))
        case "transpose":
            yield from ((0, 1), (1, 0))
        case "reshape" if shape and whole and shape[0] == whole[0]:
            yield 0, 0
        case "repeat":
            yield from ((axis, axis + 1) for axis in range(rank))
        case "one_hot":
            yield from ((axis, axis) for axis in range(rank))
        case "getitem":
            place = 0
            for axis, key in enumerate(parameters["key"]):
                if isinstance(key, slice):
                    if whole[place] == shape[axis]:
                        yield axis, place
                    place += 1


class _Classes:
    """Axes that are one axis, as trees of which each has a root."""

    def __init__(self) -> None:
        self._up: dict[Axis, Axis] = {}

    def root(self, axis: Axis) -> Axis:
        """The axis that stands for all that are one with this one."""
        path = []
        while (up := self._up.get(axis, axis)) != axis:
            path.append(axis)
            axis = up
        for below in path:
            self._up[below] = axis
        return axis

    def join(self, first: Axis, second: Axis) -> None:
        """These two are one axis."""
        self._up[self.root(second)] = self.root(first)
