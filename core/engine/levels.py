"""Optional, for speed: the two passes level by level, in NumPy batches, for wide graphs.

A node's level is the length of its longest path from a leaf. Nodes of one level do not read one another, so all of
one op run as one batch. Nodes are reordered by level and op, so that each batch is a slice.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import CONSTANT
from chainrule.core.ops.rules import RIGHT, A, B

Floats = NDArray[np.float64]
Indices = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]

SMALLEST_GRAPH = 4096
SMALLEST_BATCH = 24
"""Average nodes a batch. Below either limit, calling NumPy costs more than the plain loop."""


class _Batch(NamedTuple):
    """Nodes of one level and one op: their places, their operands' places, and the rules."""

    nodes: slice
    a: Indices
    b: Indices | None
    value: Any
    vjp: Any
    """None where no gradient is needed."""


class _Level(NamedTuple):
    """A level: its batches, and the edges that leave its nodes, each with its source counted within the level."""

    batches: list[_Batch]
    nodes: slice
    width: int
    edges: Indices
    sources: Indices


class Levels:
    """The passes over one graph by the right rules.

    Values and gradients are arrays by place. An edge has the place of its target, in row 0 if its source is
    operand a, in row 1 if it is b.
    """

    @classmethod
    def of(cls, graph: Graph, requires_grad: bytes) -> Self | None:
        """Return the passes for a graph wide enough to gain from them, else None."""
        if len(graph) < SMALLEST_GRAPH or graph.has_tensors:
            return None
        level = np.array(levels_of(graph))
        batches = np.unique(level * 256 + np.frombuffer(bytes(graph.codes), np.uint8)).size
        return cls(graph, requires_grad, level) if len(graph) >= SMALLEST_BATCH * batches else None

    def __init__(self, graph: Graph, requires_grad: bytes, level: Indices) -> None:
        needed = np.frombuffer(requires_grad, np.bool_)
        codes = np.frombuffer(bytes(graph.codes), np.uint8)
        operands = np.array([graph.a, graph.b], np.int32)
        needed_of = needed[operands] & (operands >= 0) & _ancestors(graph.output, operands, level)
        kind = (level * 256 + codes) * 4 + A * needed_of[0] + B * needed_of[1]

        order = np.argsort(kind, kind="stable")
        place = np.empty(len(graph), np.int32)
        place[order] = np.arange(len(graph))
        self._place, self._leaves, self._output = place, place[graph.leaves], place[graph.output]
        # The places of what stands at each place reads; -1 where it reads nothing.
        self._operands = np.ascontiguousarray(np.where(operands < 0, -1, place[operands])[:, order])

        self._levels = [_Level([], *each) for each in _sums(level, place, operands, needed_of)]
        batches = np.flatnonzero(np.diff(kind[order], prepend=-1, append=-1))
        for start, stop in pairwise(batches.tolist()):
            one = order[start]
            if codes[one] > CONSTANT:
                nodes = slice(start, stop)
                a, b = self._operands[:, nodes]
                value, vjps = RIGHT.array.value[codes[one]], RIGHT.array.vjp[codes[one]]
                needs = kind[one] % 4
                batch = _Batch(nodes, a, b if b[0] >= 0 else None, value, vjps[needs] if needs else None)
                self._levels[level[one]].batches.append(batch)

    @np.errstate(all="ignore")
    def forward(self, leaves: list[float]) -> Floats:
        """The values of all nodes."""
        values = np.empty(len(self._place))
        values[self._leaves] = leaves
        for level in self._levels:
            for nodes, a, b, value, _ in level.batches:
                values[nodes] = value(values.take(a), None if b is None else values.take(b))
        return values

    @np.errstate(all="ignore")
    def backward(self, values: Floats, upstream: float) -> tuple[Floats, Floats]:
        """The gradients of all nodes and edges; 0 where none is needed."""
        gradients = np.zeros(len(values))
        gradients[self._output] = upstream
        edges = np.zeros((2, len(values)))
        for level in reversed(self._levels):
            brought = edges.reshape(-1).take(level.edges)
            gradients[level.nodes] += np.bincount(level.sources, brought, level.width)
            for nodes, a, b, _, vjp in level.batches:
                if vjp is None:
                    continue
                if b is None:
                    edges[0, nodes] = vjp(gradients[nodes], values.take(a), None, values[nodes])
                    continue
                to_b, to_a = vjp(gradients[nodes], values.take(a), values.take(b), values[nodes])
                if to_a is not None:
                    edges[0, nodes] = to_a
                if to_b is not None:
                    edges[1, nodes] = to_b
        return gradients, edges

    def by_node(self, column: Floats) -> list[float]:
        """Values or gradients by node index."""
        found: list[float] = column[self._place].tolist()
        return found

    def by_edge(self, edges: Floats) -> list[float]:
        """Gradients of edges by edge index."""
        there = self._operands[:, self._place].T >= 0
        found: list[float] = edges[:, self._place].T[there].tolist()
        return found


def levels_of(graph: Graph) -> list[int]:
    """Return the level of every node."""
    levels: list[int] = []
    put = levels.append
    for a, b in zip(graph.a, graph.b, strict=True):
        if a < 0:
            put(0)
            continue
        below = levels[a]
        if b >= 0 and levels[b] > below:
            below = levels[b]
        put(below + 1)
    return levels


def _ancestors(output: int, operands: Indices, level: Indices) -> Flags:
    """Return which nodes the output depends on, itself included."""
    found = np.zeros(len(level), np.bool_)
    found[output] = True
    by_level = np.split(np.argsort(level, kind="stable"), np.cumsum(np.bincount(level))[:-1])
    for nodes in reversed(by_level[1:]):
        read = operands[:, nodes[found[nodes]]]
        found[read[read >= 0]] = True
    return found


def _sums(
    level: Indices, place: Indices, operands: Indices, needed_of: Any
) -> Iterator[tuple[slice, int, Indices, Indices]]:
    """Yield for every level its nodes' places, their number, and the edges that bring them gradients."""
    # From the last edge to the first, as in the plain loop: so the sums round alike.
    targets, slots = np.divmod(np.flatnonzero(needed_of.T)[::-1], 2)
    sources = operands[slots, targets]
    by_level = np.argsort(level[sources], kind="stable")
    edges = (slots * len(level) + place[targets])[by_level].astype(np.int32)
    sources = sources[by_level]
    widths = np.bincount(level)
    nodes = np.cumsum(widths) - widths
    bounds = np.searchsorted(level[sources], np.arange(len(widths) + 1))
    for begin, width, own in zip(
        nodes.tolist(), widths.tolist(), map(slice, bounds, bounds[1:]), strict=True
    ):
        yield slice(begin, begin + width), width, edges[own], place[sources[own]] - begin
