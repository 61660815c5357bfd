"""A graph made ready for evaluation: values forward, gradients backward."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.inputs import Leaves
from chainrule.core.engine.levels import Levels
from chainrule.core.engine.loop import Loop
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import RIGHT, rules_with

Column = Callable[[], list[Any]]
"""One entry a node or an edge, put together when first read."""


class Values:
    """What a forward pass found: ``values[i]`` is the value of node i."""

    def __init__(self, values: Column, kept: Any) -> None:
        self._values = values
        self.kept = kept
        """The values as the pass that found them keeps them."""

    @cached_property
    def values(self) -> list[Any]:
        """The values of all nodes."""
        return self._values()

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


class Strategy(Protocol):
    """How the passes go through a graph, and how what they keep is read by node and by edge."""

    def forward(self, leaves: list[Any]) -> Any: ...
    def backward(self, values: Any, seed: float) -> tuple[Any, Any]: ...
    def by_node(self, column: Any) -> list[Any]: ...
    def by_edge(self, column: Any) -> list[Any]: ...


class Tape:
    """A finished graph made ready for evaluation. Every pass returns a record of its own; the graph never changes.

    There are two ways through: level by level where the graph is wide, else node by node.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._leaves = Leaves(graph)
        self._requires_grad = bytes(graph.requires_grad())
        self._strategy: Strategy = Levels.of(graph, self._requires_grad) or Loop(graph, self._requires_grad)
        self._last: Values | None = None

    def forward(self, inputs: Mapping[str, Any] | None = None) -> Values:
        """The value of every node, ``inputs`` standing in by name for the values in the program.

        Values are floats; in a graph with shapes, float64 arrays. They follow IEEE arithmetic: log 0 is −∞, 0/0
        is NaN. Raises EvaluationError for a name that is no input, for an input without a value, and for a value
        that is no number or not of the input's shape.
        """
        strategy = self._strategy
        kept = strategy.forward(self._leaves.given(inputs or {}))
        self._last = Values(lambda: strategy.by_node(kept), kept)
        return self._last

    def backward(
        self, seed: Any = 1.0, mistakes: Collection[str] = (), values: Values | None = None
    ) -> Gradients:
        """The gradient of every node and edge, when ``seed`` comes to the output from upstream.

        It is taken at ``values``, else at those that ``forward`` found last. ``mistakes`` breaks rules on purpose:
        ``mul.not_swapped``, ``exp.upstream_forgotten``, ``fan_out.not_summed`` (all in ``core.ops.rules.MISTAKES``);
        an unknown one raises EvaluationError.
        """
        at = self._last if values is None else values
        if at is None:
            at = self.forward()
        upstream = self._upstream(seed)
        strategy, rules = self._strategy, RIGHT
        if mistakes:
            strategy, rules = self._loop, rules_with(frozenset(mistakes))
            nodes, edges = self._loop.backward(at.values, upstream, rules)
        else:
            nodes, edges = strategy.backward(at.kept, upstream)
        return Gradients(
            lambda: self._completed(strategy.by_node(nodes), range(len(self.graph))),
            lambda: self._completed(strategy.by_edge(edges), self._sources()),
            lambda: self._loop.local_derivatives(at.values, rules),
        )

    @property
    def rules(self) -> list[Kernel | None]:
        """Every node's forward rule, ``rule(a, b)``; None at leaves."""
        return self._loop.rules

    def _upstream(self, seed: Any) -> Any:
        """The gradient at the output: of its shape, a number standing for each element."""
        shape = self.graph.shapes.get(self.graph.output)
        return float(seed) if shape is None else np.broadcast_to(np.asarray(seed, dtype=float), shape)

    @cached_property
    def _loop(self) -> Loop:
        return self._strategy if isinstance(self._strategy, Loop) else Loop(self.graph, self._requires_grad)

    def _sources(self) -> Iterator[int]:
        """The source of every edge."""
        operands = zip(self.graph.a, self.graph.b, strict=True)
        return (source for pair in operands for source in pair if source >= 0)

    def _completed(self, gradients: list[Any], nodes: Iterable[int]) -> list[Any]:
        """With None where nobody asks, and 0 where somebody asks but the output does not depend on the node."""
        requires_grad = self._requires_grad
        zeros = {node: np.zeros(shape) for node, shape in self.graph.shapes.items()}
        return [
            (zeros.get(node, 0.0) if gradient is None else gradient) if requires_grad[node] else None
            for gradient, node in zip(gradients, nodes, strict=True)
        ]
