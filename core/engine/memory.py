"""The memory of both passes over a graph of tensors, in bytes, from shapes alone: before anything is allocated."""

import math
from typing import NamedTuple

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import BY_CODE
from chainrule.core.ops.op import Op, Shape
from chainrule.core.ops.product import PRODUCT_NAMES

NUMBER = 8
"""Bytes of a float64."""
NODE = 1_000
"""Bytes of a node's objects in both passes, beside its elements."""
_BUFFERS = 100_000
"""Bytes that NumPy holds while it works through any array."""
_CONSTANT = frozenset({"1.0", "-1.0", "0.0"})
"""Local derivatives that are one number for all elements."""
_PASSED_ON = frozenset({"1.0", "0.0"})
"""Those that pass on the upstream gradient itself, or nothing."""


class Need(NamedTuple):
    """The bytes that both passes need, and the node whose readers' gradients take the most of them."""

    bytes: int
    node: int
    """-1 in a graph that has no edge."""
    gradients: int
    """Bytes of the gradients on the edges that leave the node."""
    readers: int
    """Edges that leave the node."""


def of_passes(graph: Graph) -> Need:
    """Bound the memory of values, of gradients on edges and at nodes, and of what an op computes on its way.

    The graph's own numbers are there already and do not count.
    """
    sizes = [1] * len(graph)
    for node, shape in graph.shapes.items():
        sizes[node] = math.prod(shape)
    requires_grad = graph.requires_grad()
    reached = _reached(graph)
    readers, gradients = [0] * len(graph), [0] * len(graph)
    elements = on_the_way = 0
    for node, (code, a, b) in enumerate(zip(graph.codes, graph.a, graph.b, strict=True)):
        op = BY_CODE[code]
        if op is None:
            continue
        operands = [operand for operand in (a, b) if operand >= 0]
        elements += sizes[node]
        for slot, operand in enumerate(operands):
            if not requires_grad[operand]:
                continue
            readers[operand] += reached[node]
            partial = "" if op.tensor else op.partials[slot].code
            # Where no gradient flows there are zeros.
            if not reached[node] or partial not in _PASSED_ON or sizes[operand] != sizes[node]:
                gradients[operand] += sizes[operand]
            if not op.tensor and partial not in _CONSTANT:
                elements += sizes[node]  # the local derivative
        on_the_way = max(on_the_way, _on_the_way(graph, op, sizes[node], operands, sizes))
    # A node that several read adds their gradients up; one without readers has zeros.
    elements += sum(
        size
        for size, count, needed in zip(sizes, readers, requires_grad, strict=True)
        if needed and count != 1
    )
    most = max(range(len(graph)), key=gradients.__getitem__, default=-1)
    whole = NUMBER * (elements + sum(gradients) + on_the_way) + NODE * len(graph) + _BUFFERS
    return Need(whole, most, NUMBER * gradients[most] if most >= 0 else 0, readers[most] if most >= 0 else 0)


def _reached(graph: Graph) -> bytearray:
    """Flags of the nodes that the output depends on, itself included."""
    reached = bytearray(len(graph))
    if len(graph):
        reached[graph.output] = 1
    for node in range(len(graph) - 1, -1, -1):
        if reached[node]:
            for operand in (graph.a[node], graph.b[node]):
                if operand >= 0:
                    reached[operand] = 1
    return reached


def _on_the_way(graph: Graph, op: Op, size: int, operands: list[int], sizes: list[int]) -> int:
    """Elements of the arrays that an op makes and drops while it is computed."""
    if op.tensor is None:
        changing = sum(partial.code not in _CONSTANT for partial in op.partials)
        return size * (1 + 3 * changing)
    whole = size + sum(sizes[operand] for operand in operands)
    if op.name in PRODUCT_NAMES and len(operands) == 2:
        a, b = (graph.shapes.get(operand, ()) for operand in operands)
        # Gradients are summed over the axes in front along which a factor was copied.
        return whole + math.prod(_front(a, b)) * (math.prod(a[-2:]) + math.prod(b[-2:]))
    return whole if op.tensor.linear else 2 * whole


def _front(a: Shape, b: Shape) -> Shape:
    """The axes in front of both matrices, each as long as in the longer of the two."""
    long, short = sorted((a[:-2], b[:-2]), key=len, reverse=True)
    filled = (1,) * (len(long) - len(short)) + short
    return tuple(map(max, long, filled))
