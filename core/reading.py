"""A graph read together with the numbers of one evaluation: what explanations are made from.

Nothing is computed here that the tape has computed; what is looked up often (which node needs a gradient,
which group a node is the result of) is looked up once.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from core.graph import Edge, Graph, Group, Node


class Numbers(Protocol):
    """A list or an array of floats, by index."""

    def __getitem__(self, index: int, /) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


class Gradients(Protocol):
    """What a backward pass gives: ∂L/∂node per node; per edge its contribution, and the local derivative."""

    @property
    def nodes(self) -> Numbers: ...
    @property
    def edges(self) -> Numbers: ...
    @property
    def locals(self) -> Numbers: ...


class Record(NamedTuple):
    """Gradients as plain columns; empty where only the structure is read."""

    nodes: Numbers = ()
    edges: Numbers = ()
    locals: Numbers = ()


class Reading:
    """A graph with the values and gradients of one evaluation."""

    def __init__(self, graph: Graph, values: Numbers, gradients: Gradients) -> None:
        self.graph = graph
        self.values = values
        self.gradients = gradients

    @cached_property
    def needs(self) -> list[bool]:
        """For every node whether a gradient is asked for: it depends on an input."""
        return self.graph.needs_gradient()

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

    def value(self, index: int) -> float:
        """The value of a node."""
        return float(self.values[index])

    def gradient(self, index: int) -> float | None:
        """∂L/∂node; None where none is asked for."""
        return float(self.gradients.nodes[index]) if self.needs[index] else None

    def edge_gradient(self, edge: Edge) -> float | None:
        """What this edge alone carries back; None where none is asked for."""
        return float(self.gradients.edges[edge.index]) if self.needs[edge.source] else None

    def local(self, edge: Edge) -> float:
        """∂target/∂operand, as the backward pass used it."""
        return float(self.gradients.locals[edge.index])

    @property
    def seed(self) -> float:
        """The gradient that flows into the output from upstream: 1 unless given."""
        given = self.gradients.nodes[self.graph.output]
        return 1.0 if given is None else float(given)  # None: the output depends on no input

    def node(self, index: int) -> Node:
        """The view of a node."""
        return self.graph.nodes[index]


def edges_into(graph: Graph, target: int) -> list[Edge]:
    """The edges that a node reads, in operand order."""
    start = bisect_left(graph.edges, target, key=attrgetter("target"))  # edges are in order of target
    return graph.edges[start : start + len(graph.nodes[target].inputs)]
