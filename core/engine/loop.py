"""Node by node: the two passes as plain loops, for a graph of any form and depth, on floats or on arrays."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import BOTH, RIGHT, A, B, Rules

_SILENT = nullcontext()


@np.errstate(all="ignore")
def forward(graph: Graph, rules: Sequence[Kernel | None], leaves: Iterable[Any]) -> list[Any]:
    """The value of every node: a leaf, which has no rule, takes the next of ``leaves``; an op applies its rule."""
    return _forward(graph, rules, leaves)


def _forward(graph: Graph, rules: Sequence[Kernel | None], leaves: Iterable[Any]) -> list[Any]:
    values: list[Any] = []
    put = values.append
    leaf = iter(leaves)
    for rule, a, b in zip(rules, graph.a, graph.b, strict=True):
        if rule is None:
            put(next(leaf))
            continue
        try:
            put(rule(values[a], values[b]))  # a unary op's b is -1, and its rule does not look at it
        except (ArithmeticError, ValueError):
            put(RIGHT.ieee(rule, values[a], values[b]))
    return values


class Loop:
    """The passes over one graph. Values and gradients are lists, by node and by edge.

    A graph without shapes runs on Python floats, any other on NumPy arrays; with ``arrays`` each of them does.
    """

    def __init__(self, graph: Graph, requires_grad: bytes, arrays: bool = False) -> None:
        self._graph = graph
        self._requires_grad = requires_grad
        self._arrays = arrays or graph.has_tensors
        self.rules = self._values()
        """Every node's forward rule, ``rule(a, b)``; None at leaves."""
        self._vjps = self._vjps_by(RIGHT)

    def forward(self, leaves: Iterable[Any]) -> list[Any]:
        """The values of all nodes."""
        return (forward if self._arrays else _forward)(self._graph, self.rules, leaves)

    def backward(
        self, values: Sequence[Any], upstream: Any, rules: Rules = RIGHT, only: Collection[int] | None = None
    ) -> tuple[list[Any], list[Any]]:
        """The gradients of all nodes and edges, from the upstream gradient of the output; None where none flows.

        When the loop reaches a node its gradient is whole: every reader stands behind the node and has been met. If
        the rules do not sum a fan-out, each edge overwrites what the one before it brought. With ``only``, these nodes
        alone follow ``rules``, all others the right ones.
        """
        with self._ieee():
            return self._backward(values, upstream, rules, only)

    def _backward(
        self, values: Sequence[Any], upstream: Any, rules: Rules, only: Collection[int] | None
    ) -> tuple[list[Any], list[Any]]:
        graph = self._graph
        nodes: list[Any] = [None] * len(graph)
        nodes[graph.output] = upstream
        edges: list[Any] = []
        put = edges.append
        vjps = self.vjps(rules) if only is None else self._mixed(rules, only)
        unsummed: Collection[int] = () if rules.sums_fan_out else range(len(graph)) if only is None else only
        way_back = map(reversed, (nodes, vjps, graph.a, graph.b, values))
        for gradient, vjp, a, b, y in zip(*way_back, strict=True):
            if vjp is None:
                continue
            if gradient is None:
                edges += (None,) if b < 0 else (None, None)
                continue
            try:
                to_a = vjp(gradient, values[a], values[b], y)
            except (ArithmeticError, ValueError):
                to_a = rules.ieee(vjp, gradient, values[a], values[b], y)
            if b >= 0:
                to_b, to_a = to_a
                put(to_b)
                if to_b is not None:
                    held = nodes[b]
                    nodes[b] = to_b if held is None or b in unsummed else held + to_b
            put(to_a)
            if to_a is not None:
                held = nodes[a]
                nodes[a] = to_a if held is None or a in unsummed else held + to_a
        edges.reverse()
        return nodes, edges

    def vjps(self, rules: Rules = RIGHT) -> list[Kernel | None]:
        """Every node's backward rule, ``vjp(g, a, b, y)``; None at leaves."""
        return self._vjps if rules is RIGHT else self._vjps_by(rules)

    def _mixed(self, rules: Rules, only: Collection[int]) -> list[Kernel | None]:
        """The right rules, but at these nodes those of ``rules``."""
        vjps = list(self._vjps)
        for node in only:
            vjps[node] = self._vjp(rules, node)
        return vjps

    def _vjp(self, rules: Rules, node: int) -> Kernel | None:
        graph = self._graph
        code, a, b = graph.codes[node], graph.a[node], graph.b[node]
        needs = self._needs_input_grad(a, b)
        if not self._arrays:
            return rules.scalar.vjp[code][needs]
        shapes = [graph.shapes.get(operand, ()) for operand in (a, b) if operand >= 0]
        return rules.node_vjp(code, needs, graph.parameters.get(node, {}), shapes)

    def local_derivatives(self, values: Sequence[Any], rules: Rules = RIGHT) -> list[Any]:
        """The local derivative of every edge; None at a tensor op, where it is no number, and where none is needed."""
        with self._ieee():
            return self._local_derivatives(values, rules)

    def _ieee(self) -> AbstractContextManager[Any]:
        """Silence NumPy, which Python floats do not ask: whoever silences it waits longer than a short pass takes."""
        return np.errstate(all="ignore") if self._arrays else _SILENT

    def _local_derivatives(self, values: Sequence[Any], rules: Rules) -> list[Any]:
        graph = self._graph
        book = rules.array if self._arrays else rules.scalar
        locals_: list[Any] = []
        for code, a, b, y in zip(graph.codes, graph.a, graph.b, values, strict=True):
            if a < 0:
                continue
            vjp = book.vjp[code][self._needs_input_grad(a, b)]
            if vjp is None:  # a tensor op
                locals_ += (None,) if b < 0 else (None, None)
                continue
            try:
                local = vjp(1.0, values[a], values[b], y)
            except (ArithmeticError, ValueError):
                local = rules.ieee(vjp, 1.0, values[a], values[b], y)
            locals_ += (local,) if b < 0 else reversed(local)
        return locals_

    def by_node(self, column: list[Any]) -> list[Any]:
        """As they are."""
        return column

    by_edge = by_node

    def _needs_input_grad(self, a: int, b: int) -> int:
        # A unary op's rule is the same with B and without: its b is -1.
        return A * self._requires_grad[a] + B * self._requires_grad[b]

    def _values(self) -> list[Kernel | None]:
        graph = self._graph
        if not self._arrays:
            return list(map(RIGHT.scalar.value.__getitem__, graph.codes))
        parameters = graph.parameters.get
        return [RIGHT.node_value(code, parameters(i, {})) for i, code in enumerate(graph.codes)]

    def _vjps_by(self, rules: Rules) -> list[Kernel | None]:
        """Every node's backward rule, for those of its operands that need a gradient."""
        graph = self._graph
        if not self._arrays and all(self._requires_grad):
            return list(map([needs[BOTH] for needs in rules.scalar.vjp].__getitem__, graph.codes))
        if not self._arrays:
            return [
                rules.scalar.vjp[code][self._needs_input_grad(a, b)]
                for code, a, b in zip(graph.codes, graph.a, graph.b, strict=True)
            ]
        return [self._vjp(rules, node) for node in range(len(graph))]
