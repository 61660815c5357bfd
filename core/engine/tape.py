"""The engine's public face: a graph made ready to run, values forward and gradients backward.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.1 and 5.2. The upstream gradient is JAX's cotangent.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.inputs import Leaves
from chainrule.core.engine.levels import Levels
from chainrule.core.engine.loop import Loop
from chainrule.core.errors import UpstreamError
from chainrule.core.ops import shapes
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import RIGHT, Rules, rules_with
from chainrule.core.text import Text

Column = Callable[[], list[Any]]
"""Makes a list with one entry a node, or one an edge."""


class Values:
    """The result of a forward pass: ``values[i]`` is the value of node i."""

    def __init__(self, values: Column, kept: Any) -> None:
        self._values = values
        self.kept = kept
        """The values in the form of the strategy that computed them."""

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
    """The result of a backward pass, by node index and by edge index.

    Constants, and the edges that leave them, have None.
    """

    def __init__(self, nodes: Column, edges: Column, local_derivatives: Column, rules: Rules) -> None:
        self._nodes, self._edges, self._locals = nodes, edges, local_derivatives
        self.rules = rules
        """The rules that made them."""

    @cached_property
    def nodes(self) -> list[Any]:
        """∂L/∂node: the sum of the contributions of all edges that leave the node."""
        return self._nodes()

    @cached_property
    def edges(self) -> list[Any]:
        """The contribution of an edge: the gradient of its target times its local derivative."""
        return self._edges()

    @cached_property
    def locals(self) -> list[Any]:
        """∂target/∂source of an edge; None at a tensor op, where it is no number."""
        return self._locals()


class Strategy(Protocol):
    """A way to run the two passes: node by node (``loop``) or level by level (``levels``)."""

    def forward(self, leaves: list[Any]) -> Any: ...
    def backward(self, values: Any, upstream: Any) -> tuple[Any, Any]: ...
    def by_node(self, column: Any) -> list[Any]: ...
    def by_edge(self, column: Any) -> list[Any]: ...


class Tape:
    """A finished graph made ready to run. Each pass returns a record; the graph never changes.

    Wide graphs run level by level, all others node by node.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._leaves = Leaves(graph)
        self._requires_grad = bytes(graph.requires_grad())
        self._strategy: Strategy = Levels.of(graph, self._requires_grad) or Loop(graph, self._requires_grad)
        self._last: Values | None = None

    def forward(self, inputs: Mapping[str, Any] | None = None) -> Values:
        """Compute the value of every node; ``inputs`` replaces values of the program, by name.

        Values are floats; in a graph with shapes they are float64 arrays. IEEE arithmetic holds: log 0 is −∞, 0/0 is
        NaN. Raises EvaluationError for an unknown input, a missing value, no number, or a wrong shape.
        """
        self._last = self.values_at(inputs)
        return self._last

    def values_at(self, inputs: Mapping[str, Any] | None = None) -> Values:
        """Compute the same and hold none of it: for a tape that is kept longer than its numbers."""
        strategy = self._strategy
        kept = strategy.forward(self._leaves.given(inputs or {}))
        return Values(lambda: strategy.by_node(kept), kept)

    def backward(
        self,
        upstream: Any = 1.0,
        mistakes: Collection[str] = (),
        values: Values | None = None,
        conventions: Collection[str] = (),
        only: Collection[int] | None = None,
    ) -> Gradients:
        """Compute the gradient of every node and edge from the upstream gradient of the output.

        ``upstream`` has the output's shape, or is one number for all its elements. Gradients are taken at ``values``,
        else at those of the last forward pass. ``mistakes`` breaks rules on purpose: ``mul.not_swapped``,
        ``exp.upstream_forgotten``, ``fan_out.not_summed`` (all in ``core.ops.rules.MISTAKES``), with ``only`` at these
        nodes alone. ``conventions`` chooses what is passed at kinks: ``maximum.tie.first``
        (``core.ops.rules.CONVENTIONS``), for all nodes. Raises EvaluationError for an
        unknown name, UpstreamError for an upstream gradient of another shape.
        """
        at = self._last if values is None else values
        if at is None:
            at = self.forward()
        arriving = self._arriving(upstream)
        strategy, rules = self._strategy, RIGHT
        if mistakes or conventions:
            strategy, rules = self._loop, rules_with(frozenset(mistakes), frozenset(conventions))
            nodes, edges = self._loop.backward(at.values, arriving, rules, only)
        else:
            nodes, edges = strategy.backward(at.kept, arriving)
        return Gradients(
            lambda: self._completed(strategy.by_node(nodes), range(len(self.graph))),
            lambda: self._completed(strategy.by_edge(edges), self._sources()),
            lambda: self._loop.local_derivatives(at.values, rules),
            rules,
        )

    @property
    def rules(self) -> list[Kernel | None]:
        """Every node's forward rule, ``rule(a, b)``; None at leaves."""
        return self._loop.rules

    def _arriving(self, upstream: Any) -> Any:
        """The gradient that arrives at the output, in its shape."""
        shape = self.graph.shapes.get(self.graph.output, ())
        given = np.asarray(upstream, dtype=float)
        if given.shape not in ((), shape):
            found = shapes.shown(given.shape)
            if not shape:
                raise UpstreamError(
                    Text(
                        f"출력이 숫자이므로 상류의 기울기도 숫자여야 하는데 모양이 {found}입니다.",
                        f"The output is a number, so the upstream gradient must be one too, not of shape {found}.",
                    )
                )
            raise UpstreamError(
                Text(
                    f"상류의 기울기의 모양은 출력과 같이 {shapes.shown(shape)}이어야 하는데 {found}입니다.",
                    f"The upstream gradient must have the output's shape {shapes.shown(shape)}, not {found}.",
                )
            )
        return np.broadcast_to(given, shape) if shape else float(given)

    @cached_property
    def _loop(self) -> Loop:
        return self._strategy if isinstance(self._strategy, Loop) else Loop(self.graph, self._requires_grad)

    def _sources(self) -> Iterator[int]:
        """The source of every edge."""
        operands = zip(self.graph.a, self.graph.b, strict=True)
        return (source for pair in operands for source in pair if source >= 0)

    def _completed(self, gradients: list[Any], nodes: Iterable[int]) -> list[Any]:
        """Fill in zeros where the output does not depend on a node, and None where no gradient is needed."""
        requires_grad, shapes = self._requires_grad, self.graph.shapes

        def zero(node: int) -> Any:
            return np.zeros(shapes[node]) if node in shapes else 0.0

        return [
            (zero(node) if gradient is None else gradient) if requires_grad[node] else None
            for gradient, node in zip(gradients, nodes, strict=True)
        ]
