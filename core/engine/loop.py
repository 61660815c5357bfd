"""Node by node: the two passes as plain loops, for a graph of any form and depth, on floats or on arrays."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from chainrule.core.engine.bound import bound_flow, bound_value, no_local
from chainrule.core.engine.graph import Graph
from chainrule.core.ops import TENSOR_CODES
from chainrule.core.ops.broadcast import fitted
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import BOTH, RIGHT, A, B, RuleBook, Rules


@np.errstate(all="ignore")
def forward(graph: Graph, rules: Sequence[Kernel | None], leaves: Iterable[Any]) -> list[Any]:
    """The value of every node: of a leaf, which has no rule, the next of ``leaves``; of an op what its rule says."""
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
    """The passes over one graph. Values and gradients are lists, by node and by edge."""

    def __init__(self, graph: Graph, requires_grad: bytes) -> None:
        self._graph = graph
        self._requires_grad = requires_grad
        self.rules = list(map(self._book(RIGHT).value.__getitem__, graph.codes))
        """Every node's forward rule; None at leaves."""
        for i in self._tensor_nodes():
            self.rules[i] = bound_value(graph, i)
        self._flows = self._flows_by(RIGHT)

    def forward(self, leaves: Iterable[Any]) -> list[Any]:
        """The values of all nodes."""
        return forward(self._graph, self.rules, leaves)

    @np.errstate(all="ignore")
    def backward(self, values: Sequence[Any], seed: Any, rules: Rules = RIGHT) -> tuple[list[Any], list[Any]]:
        """The gradients of all nodes and edges; None where nothing comes and where nobody asks.

        When the loop comes to a node its gradient is whole: all that read the node stand behind it and have been
        met. If the rules do not sum a fan-out, each edge that is met overwrites what the one before it brought.
        """
        graph = self._graph
        nodes: list[Any] = [None] * len(graph)
        nodes[graph.output] = seed
        edges: list[Any] = []
        put = edges.append
        flows = self.flows(rules)
        sums = rules.sums_fan_out
        way_back = map(reversed, (nodes, flows, graph.a, graph.b, values))
        for upstream, flow, a, b, y in zip(*way_back, strict=True):
            if flow is None:
                continue
            if upstream is None:
                edges += (None,) if b < 0 else (None, None)
                continue
            try:
                to_a = flow(upstream, values[a], values[b], y)
            except (ArithmeticError, ValueError):
                to_a = rules.ieee(flow, upstream, values[a], values[b], y)
            if b >= 0:
                to_b, to_a = to_a
                put(to_b)
                if to_b is not None:
                    held = nodes[b]
                    nodes[b] = to_b if held is None or not sums else held + to_b
            put(to_a)
            if to_a is not None:
                held = nodes[a]
                nodes[a] = to_a if held is None or not sums else held + to_a
        edges.reverse()
        return nodes, edges

    def flows(self, rules: Rules = RIGHT) -> list[Kernel | None]:
        """Every node's backward rule, ``flow(g, a, b, y)``, its gradients in the shapes of the operands."""
        flows = self._flows if rules is RIGHT else self._flows_by(rules)
        return self._fitted(flows, rules.sums_copies) if self._graph.shapes else flows

    @np.errstate(all="ignore")
    def local_derivatives(self, values: Sequence[Any], rules: Rules = RIGHT) -> list[Any]:
        """Of every edge what an upstream gradient of 1 brings; None where nobody asks."""
        found: list[Any] = []
        flows = self._flows_by(rules)
        for i in self._tensor_nodes():
            flows[i] = no_local(self._graph, i)
        for flow, a, b, y in zip(flows, self._graph.a, self._graph.b, values, strict=True):
            if flow is None:
                continue
            try:
                local = flow(1.0, values[a], values[b], y)
            except (ArithmeticError, ValueError):
                local = rules.ieee(flow, 1.0, values[a], values[b], y)
            found += (local,) if b < 0 else reversed(local)
        return found

    def by_node(self, column: list[Any]) -> list[Any]:
        """As they are."""
        return column

    by_edge = by_node

    def _book(self, rules: Rules) -> RuleBook:
        return rules.array if self._graph.shapes or self._graph.parameters else rules.scalar

    def _tensor_nodes(self) -> list[int]:
        """The nodes whose rules are bound to parameters of their own."""
        graph = self._graph
        if not graph.shapes and not graph.parameters:
            return []
        return [i for i, code in enumerate(graph.codes) if code in TENSOR_CODES]

    def _flows_by(self, rules: Rules) -> list[Kernel | None]:
        """Every node's backward rule, for those of its operands that need a gradient."""
        graph, requires_grad, flow = self._graph, self._requires_grad, self._book(rules).flow
        if all(requires_grad) and not self._tensor_nodes():
            return list(map([asked[BOTH] for asked in flow].__getitem__, graph.codes))
        # A unary op's rule is the same with B and without.
        return [
            flow[code][asked := A * requires_grad[a] + B * requires_grad[b]]
            or bound_flow(graph, i, asked, rules.mistakes)
            for i, (code, a, b) in enumerate(zip(graph.codes, graph.a, graph.b, strict=True))
        ]

    def _fitted(self, flows: list[Kernel | None], summed: bool) -> list[Kernel | None]:
        """The same, with gradients of the operands' shapes."""
        graph, shape = self._graph, self._graph.shapes.get
        return [
            flow and fitted(flow, *(shape(i, ()) for i in (b, a) if i >= 0), summed=summed)
            if code not in TENSOR_CODES
            else flow
            for code, flow, a, b in zip(graph.codes, flows, graph.a, graph.b, strict=True)
        ]
