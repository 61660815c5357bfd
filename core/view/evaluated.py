"""A graph together with the values and gradients of one evaluation: the source of every explanation.

Nothing that the tape computed is computed again. Frequent look-ups, such as a node's group, are cached.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import numpy as np

from chainrule.core.engine.graph import Edge, Graph, Group, Node
from chainrule.core.ops.rules import RIGHT, Rules

Value = Any
"""The value or gradient of a node: a float, or an array of its shape."""


class Numbers(Protocol):
    """A sequence of floats by index; of arrays where the graph has shapes."""

    def __getitem__(self, index: int, /) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


class GradientColumns(Protocol):
    """A backward pass: ∂L/∂node by node; by edge its contribution and its local derivative."""

    @property
    def nodes(self) -> Numbers: ...
    @property
    def edges(self) -> Numbers: ...
    @property
    def locals(self) -> Numbers: ...


def plain_number(value: Any) -> Value:
    """Return a number as a float, a tensor unchanged."""
    return value if getattr(value, "shape", ()) else float(value)


class Record(NamedTuple):
    """Gradients as plain columns; empty when only the structure is read."""

    nodes: Numbers = ()
    edges: Numbers = ()
    locals: Numbers = ()


class Evaluated:
    """A graph with the values and gradients of one evaluation."""

    def __init__(self, graph: Graph, values: Numbers, gradients: GradientColumns) -> None:
        self.graph = graph
        self.values = values
        self.gradients = gradients

    @property
    def rules(self) -> Rules:
        """The rules that made the gradients."""
        rules: Rules = getattr(self.gradients, "rules", RIGHT)
        return rules

    @cached_property
    def requires_grad(self) -> list[bool]:
        """Whether each node has a gradient: whether it depends on an input."""
        return self.graph.requires_grad()

    @cached_property
    def flows(self) -> list[bool]:
        """Whether a way leads from each node to the output on which a gradient comes back."""
        graph = self.graph
        flows = [False] * len(graph)
        flows[graph.output] = True
        for edge in reversed(graph.edges):
            flows[edge.source] |= flows[edge.target] and not self._flat(edge)
        return flows

    def leads(self, edge: Edge) -> bool:
        """Whether what comes back on an edge is computed, and not 0 because nothing comes back."""
        return self.flows[edge.target] and not self._flat(edge)

    def _flat(self, edge: Edge) -> bool:
        op = self.graph.nodes[edge.target].op
        return op is not None and op.flat(edge.slot)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every node's id."""
        return frozenset(self.graph.ids)

    @cached_property
    def results(self) -> dict[int, Group]:
        """The outermost group whose result a node is, by node index."""
        results: dict[int, Group] = {}
        for group in self.graph.groups:
            # An identity function returns its argument, a node outside of the group.
            if group.output in group.nodes:
                results.setdefault(group.output, group)
        return results

    @cached_property
    def group_index(self) -> dict[str, Group]:
        """All groups by id."""
        return {group.id: group for group in self.graph.groups}

    def value(self, index: int) -> Value:
        """Return a node's value."""
        return plain_number(self.values[index])

    def gradient(self, index: int) -> Value | None:
        """Return ∂L/∂node in the node's shape; None if it requires no gradient."""
        return plain_number(self.gradients.nodes[index]) if self.requires_grad[index] else None

    def edge_gradient(self, edge: Edge) -> Value | None:
        """Return an edge's contribution to its source's gradient, in the source's shape; None if not required."""
        return plain_number(self.gradients.edges[edge.index]) if self.requires_grad[edge.source] else None

    def local(self, edge: Edge) -> Value | None:
        """Return ∂target/∂operand as the backward pass used it, elementwise between tensors.

        None where one element of the target depends on many of the operand.
        """
        local = self.gradients.locals[edge.index]
        if local is not None:
            return plain_number(local)
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        tensor = node.op.tensor
        if tensor is None or node.shape or self.graph.nodes[edge.source].shape:
            return None
        rule = self.rules.vjps_of(node.op)[edge.slot]
        if rule is None:
            return 0.0
        a, b = self.values[node.inputs[0]], self.values[node.inputs[-1]]
        parameters = self.graph.parameters.get(edge.target, {})
        return float(rule(1.0, a, b, self.values[edge.target], **parameters))

    @property
    def upstream(self) -> float:
        """The upstream gradient at the output, 1 by default; NaN for a tensor whose elements differ."""
        given = self.given_upstream
        return math.nan if np.ndim(given) else float(given)

    @property
    def given_upstream(self) -> Value:
        """The upstream gradient at the output: one number, or a tensor whose elements differ."""
        upstream = self.gradients.nodes[self.graph.output]
        if upstream is None:  # the output depends on no input
            return 1.0
        if not np.ndim(upstream):
            return float(upstream)
        elements = np.ravel(upstream)
        same = elements.size and np.array_equal(elements, np.full_like(elements, elements[0]), equal_nan=True)
        return float(elements[0]) if same else upstream

    def node(self, index: int) -> Node:
        """Return a node's view."""
        return self.graph.nodes[index]


def edges_into(graph: Graph, target: int) -> list[Edge]:
    """Return the edges into a node, in operand order."""
    start = bisect_left(graph.edges, target, key=attrgetter("target"))  # edges are in order of target
    return graph.edges[start : start + len(graph.nodes[target].inputs)]
