"""A graph read together with the numbers of one evaluation: what explanations are made from.

Nothing is computed here that the tape has computed; what is looked up often (which node needs a gradient,
which group a node is the result of) is looked up once.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import numpy as np

from chainrule.core.engine.graph import Edge, Graph, Group, Node

Value = Any
"""The value or gradient of a node: a float, or an array of its shape."""


class Numbers(Protocol):
    """A list or an array of floats, by index; of arrays where the graph has shapes."""

    def __getitem__(self, index: int, /) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


class GradientColumns(Protocol):
    """What a backward pass gives: ∂L/∂node per node; per edge its contribution, and the local derivative."""

    @property
    def nodes(self) -> Numbers: ...
    @property
    def edges(self) -> Numbers: ...
    @property
    def locals(self) -> Numbers: ...


def plain_number(value: Any) -> Value:
    """A number as a float, a tensor as it is."""
    return value if getattr(value, "shape", ()) else float(value)


class Record(NamedTuple):
    """Gradients as plain columns; empty where only the structure is read."""

    nodes: Numbers = ()
    edges: Numbers = ()
    locals: Numbers = ()


class Evaluated:
    """A graph with the values and gradients of one evaluation."""

    def __init__(self, graph: Graph, values: Numbers, gradients: GradientColumns) -> None:
        self.graph = graph
        self.values = values
        self.gradients = gradients

    @cached_property
    def requires_grad(self) -> list[bool]:
        """For every node whether a gradient is asked for: it depends on an input."""
        return self.graph.requires_grad()

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every node's id."""
        return frozenset(self.graph.ids)

    @cached_property
    def results(self) -> dict[int, Group]:
        """The outermost group that a node is the result of, by node index."""
        results: dict[int, Group] = {}
        for group in self.graph.groups:
            # A call of the identity gives its argument back: no node inside is its result.
            if group.output in group.nodes:
                results.setdefault(group.output, group)
        return results

    @cached_property
    def group_index(self) -> dict[str, Group]:
        """The groups by id."""
        return {group.id: group for group in self.graph.groups}

    def value(self, index: int) -> Value:
        """The value of a node."""
        return plain_number(self.values[index])

    def gradient(self, index: int) -> Value | None:
        """∂L/∂node, in the node's shape; None where none is asked for."""
        return plain_number(self.gradients.nodes[index]) if self.requires_grad[index] else None

    def edge_gradient(self, edge: Edge) -> Value | None:
        """What this edge alone carries back, in the shape of its source; None where none is asked for."""
        return plain_number(self.gradients.edges[edge.index]) if self.requires_grad[edge.source] else None

    def local(self, edge: Edge) -> Value | None:
        """∂target/∂operand, as the backward pass used it: element by element where the op is elementwise.

        None where it is no such thing, because each element of the target depends on many of the operand.
        """
        local = self.gradients.locals[edge.index]
        if local is not None:
            return plain_number(local)
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        tensor = node.op.tensor
        if tensor is None or node.shape or self.graph.nodes[edge.source].shape:
            return None
        rule = tensor.vjps[edge.slot].rule
        if rule is None:
            return 0.0
        a, b = self.values[node.inputs[0]], self.values[node.inputs[-1]]
        parameters = self.graph.parameters.get(edge.target, {})
        return float(rule(1.0, a, b, self.values[edge.target], **parameters))

    @property
    def seed(self) -> float:
        """The gradient that flows into the output from upstream: 1 unless given.

        An output that is a tensor is given it at every element; where they differ it is NaN.
        """
        given = self.gradients.nodes[self.graph.output]
        if given is None:  # the output depends on no input
            return 1.0
        if not getattr(given, "shape", ()):
            return float(given)
        elements = np.ravel(given)
        return float(elements[0]) if elements.size and (elements == elements[0]).all() else math.nan

    def node(self, index: int) -> Node:
        """The view of a node."""
        return self.graph.nodes[index]


def edges_into(graph: Graph, target: int) -> list[Edge]:
    """The edges that a node reads, in operand order."""
    start = bisect_left(graph.edges, target, key=attrgetter("target"))  # edges are in order of target
    return graph.edges[start : start + len(graph.nodes[target].inputs)]
