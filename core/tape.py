"""A graph made ready for evaluation: values forward, gradients backward."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from core import loop
from core.bound import bound_flow, bound_value, no_local
from core.broadcast import fitted
from core.graph import Graph
from core.inputs import Leaves
from core.ops import TENSOR_CODES, Rule
from core.rules import A, B, RuleBook, Rules, rules_with

Column = Callable[[], list[Any]]
"""One entry a node or an edge, put together when first read."""


class Values:
    """What a forward pass found: ``values[i]`` is the value of node i."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __getitem__(self, index: int) -> Any:
        return self.values[index]

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)


class Gradients:
    """What a backward pass found: by node index, by edge index.

    None where no gradient is asked: at constants, and at the edges that leave them.
    """

    def __init__(self, nodes: Column, edges: Column, local_derivatives: Column) -> None:
        self._nodes, self._edges, self._locals = nodes, edges, local_derivatives

    @cached_property
    def nodes(self) -> list[Any]:
        """The derivative of the output by a node: the sum over the edges that leave it."""
        return self._nodes()

    @cached_property
    def edges(self) -> list[Any]:
        """What an edge brings to that sum: the gradient of its target times its local derivative."""
        return self._edges()

    @cached_property
    def locals(self) -> list[Any]:
        """The local derivative of an edge: that of its target by its source."""
        return self._locals()


class Tape:
    """A graph made ready for evaluation. Every pass returns a record of its own; the graph never changes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._leaves = Leaves(graph)
        self._needs = bytes(graph.needs_gradient())
        self._right = rules_with(frozenset())
        book = self._book(self._right)
        self.rules = [book.value[code] or bound_value(graph, i) for i, code in enumerate(graph.codes)]
        self._flows = self._flows_of(self._right)
        self._last: Values | None = None

    def forward(self, inputs: Mapping[str, Any] | None = None) -> Values:
        """The value of every node, ``inputs`` standing in by name for the values in the program.

        Values are floats; in a graph with shapes, float64 arrays. They follow IEEE arithmetic: log 0 is −∞, 0/0
        is NaN. Raises EvaluationError for a name that is no input, for an input without a value, and for a value
        that is no number or not of the input's shape.
        """
        leaves = self._leaves.given(inputs or {})
        self._last = Values(loop.forward(self.graph, self.rules, leaves, self._right.ieee))
        return self._last

    def backward(
        self, seed: Any = 1.0, mistakes: Collection[str] = (), values: Values | None = None
    ) -> Gradients:
        """The gradient of every node and edge, when ``seed`` comes to the output from upstream.

        It is taken at ``values``, else at those that ``forward`` found last. ``mistakes`` breaks rules on purpose:
        ``mul.not_swapped``, ``exp.upstream_forgotten``, ``fan_out.not_summed`` (all in ``core.rules.MISTAKES``);
        an unknown one raises EvaluationError.
        """
        graph = self.graph
        column = (values or self._last or self.forward()).values
        rules = rules_with(frozenset(mistakes)) if mistakes else self._right
        flows = self._flows_of(rules) if mistakes else self._flows
        way = self._fitted(flows) if graph.shapes else flows
        upstream = self._upstream(seed)
        nodes, edges = loop.backward(graph, way, column, upstream, rules.ieee, rules.sums_fan_out)
        return Gradients(
            lambda: self._completed(nodes, range(len(graph))),
            lambda: self._completed(edges, _sources(graph)),
            lambda: loop.local_derivatives(graph, self._local(flows), column, rules.ieee),
        )

    def _upstream(self, seed: Any) -> Any:
        """The gradient at the output: of its shape, a number standing for each element."""
        shape = self.graph.shapes.get(self.graph.output)
        return float(seed) if shape is None else np.broadcast_to(np.asarray(seed, dtype=float), shape)

    def _book(self, rules: Rules) -> RuleBook:
        return rules.array if self.graph.shapes or self.graph.parameters else rules.scalar

    def _flows_of(self, rules: Rules) -> list[Rule | None]:
        """Every node's backward rule, for those of its operands that need a gradient."""
        graph, needs, flow = self.graph, self._needs, self._book(rules).flow
        # Where there is no operand b, that B is asked changes nothing.
        return [
            flow[code][asked := A * needs[a] + B * needs[b]] or bound_flow(graph, i, asked, rules.mistakes)
            for i, (code, a, b) in enumerate(zip(graph.codes, graph.a, graph.b, strict=True))
        ]

    def _fitted(self, flows: list[Rule | None]) -> list[Rule | None]:
        """The same, with gradients of the operands' shapes."""
        graph, shape = self.graph, self.graph.shapes.get
        return [
            flow and (fitted(flow, shape(a, ())) if b < 0 else fitted(flow, shape(b, ()), shape(a, ())))
            if code not in TENSOR_CODES
            else flow
            for code, flow, a, b in zip(graph.codes, flows, graph.a, graph.b, strict=True)
        ]

    def _local(self, flows: list[Rule | None]) -> list[Rule | None]:
        if not self.graph.shapes:
            return flows
        return [no_local(self.graph, i) or flow for i, flow in enumerate(flows)]

    def _completed(self, gradients: list[Any], nodes: Iterable[int]) -> list[Any]:
        """With 0 where a node needs a gradient and none has come, because the output does not depend on it."""
        shapes, needs = self.graph.shapes, self._needs

        def complete(gradient: Any, node: int) -> Any:
            if not needs[node]:
                return None
            if gradient is None:
                return np.zeros(shapes[node]) if node in shapes else 0.0
            return gradient

        return list(map(complete, gradients, nodes))


def _sources(graph: Graph) -> Iterator[int]:
    """The source of every edge."""
    return (source for operands in zip(graph.a, graph.b, strict=True) for source in operands if source >= 0)
