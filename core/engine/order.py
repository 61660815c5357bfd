"""The backward pass in an order of one's own, to see why a node waits for all its readers.

A node's turn passes back what has arrived at it so far. What arrives later still counts at the node, but is lost to
all that stands behind it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.loop import Loop
from chainrule.core.engine.tape import Values
from chainrule.core.errors import EvaluationError
from chainrule.core.text import Text


class Turn(NamedTuple):
    """One node's turn: what it passes back, from what has arrived."""

    node: int
    waiting: int
    """Readers that had not passed back yet: 0 in a right order."""
    gradient: Any
    """What had arrived, and was passed back."""
    edges: list[int]
    """The edges that it served."""
    late: list[int]
    """Those of them whose source had had its turn."""


class Ordered(NamedTuple):
    """A backward pass as far as it has come."""

    turns: list[Turn]
    left: list[int]
    """Nodes that have not had their turn."""
    waiting: dict[int, int]
    """By node, its readers that have not passed back yet."""
    nodes: list[Any]
    """What has arrived at each node; None where no gradient flows, or nothing has arrived."""
    edges: dict[int, Any]
    """By edge, what it brought."""

    @property
    def lost(self) -> list[int]:
        """The edges that came too late for what stands behind their source."""
        return [edge for turn in self.turns for edge in turn.late]


@np.errstate(all="ignore")
def in_order(graph: Graph, values: Values | Sequence[Any], upstream: Any, order: Sequence[str]) -> Ordered:
    """Pass gradients back through the nodes of ``order``, one turn each, whether or not they are whole.

    Raises EvaluationError for a node that has no turn, or had it.
    """
    requires_grad = graph.requires_grad()
    # On arrays: Python floats do not divide by 0.
    vjps = Loop(graph, bytes(requires_grad), arrays=True).vjps()
    at = values if graph.has_tensors else np.array(list(values), float)
    into: dict[int, list[tuple[int, int]]] = {}
    waiting: dict[int, int] = {graph.output: 0}
    edges = iter(range(len(graph.edges)))
    by_node = [
        [next(edges) for operand in pair if operand >= 0] for pair in zip(graph.a, graph.b, strict=True)
    ]
    for node in range(len(graph) - 1, -1, -1):
        if node not in waiting:
            continue
        operands = [operand for operand in (graph.a[node], graph.b[node]) if operand >= 0]
        into[node] = [
            (edge, operand)
            for edge, operand in zip(by_node[node], operands, strict=True)
            if requires_grad[operand]
        ]
        for _, operand in into[node]:
            waiting[operand] = waiting.get(operand, 0) + 1
    nodes: list[Any] = [None] * len(graph)
    nodes[graph.output] = upstream
    ids = graph.ids
    left = {ids[node]: node for node in sorted(into, reverse=True) if into[node]}
    had: set[int] = set()
    brought: dict[int, Any] = {}
    turns: list[Turn] = []
    for name in order:
        node = left.get(name, -1)
        vjp = vjps[node]
        if node < 0 or vjp is None:
            raise EvaluationError(
                Text(f"`{name}`의 차례는 없거나 이미 지났습니다.", f"`{name}` has no turn, or has had it."),
                name=name,
            )
        del left[name]
        had.add(node)
        arrived = nodes[node]
        gradient = np.zeros(graph.shapes.get(node, ()))[()] if arrived is None else arrived
        a, b = graph.a[node], graph.b[node]
        back = vjp(gradient, at[a], at[b], at[node])
        parts = reversed(back) if b >= 0 else (back,)
        slots = dict(zip(by_node[node], parts, strict=True))
        late = [edge for edge, operand in into[node] if operand in had]
        for edge, operand in into[node]:
            brought[edge] = slots[edge]
            held = nodes[operand]
            nodes[operand] = slots[edge] if held is None else held + slots[edge]
            waiting[operand] -= 1
        turns.append(Turn(node, waiting[node], gradient, [edge for edge, _ in into[node]], late))
    return Ordered(turns, list(left.values()), waiting, nodes, brought)
