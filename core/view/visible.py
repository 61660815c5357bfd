"""The graph with some groups closed: each closed group is one node with one derivative.

Explanations speak of what the reader sees, so paths and steps cross a closed group in one go.
"""

from bisect import bisect_left
from collections.abc import Collection
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.view.evaluated import Evaluated, Value, plain_number

_target = attrgetter("target")

OUTPUT = "@output"
"""Id of the word at the far right, where the result ends."""


class VisibleNode(NamedTuple):
    """A node of the picture: a node of the graph, or a closed group in place of its nodes."""

    position: int
    id: str
    index: int  # type: ignore[assignment]  # a field, not tuple.index
    """Index of the graph's node whose value and gradient are shown: of a group, its output."""
    group: int | None


class VisibleEdge(NamedTuple):
    """A line of the picture between two visible nodes."""

    id: str
    source: int
    """Position of the visible node it leaves."""
    target: int
    """Position of the visible node it enters."""
    node: int
    """Index of the graph's node whose value it carries."""
    members: tuple[Edge, ...]
    """The graph's edges that it stands for: one, or all that enter a closed group from one node."""


class Visible:
    """Visible nodes in topological order, and the edges into and out of each."""

    def __init__(self, evaluated: Evaluated, open: Collection[str] = ()) -> None:
        """Close every group whose id is not in ``open``; a group inside of a closed one is never seen."""
        self.evaluated = evaluated
        graph = evaluated.graph
        cover: list[int | None] = []
        for group in graph.groups:
            outer = cover[group.parent] if group.parent is not None else None
            cover.append(outer if outer is not None else None if group.id in open else group.index)
        self.nodes: list[VisibleNode] = []
        self.position: list[int] = [0] * len(graph)
        """Position of the visible node that shows each graph node, by its index."""
        self.of_group: dict[int, int] = {}
        """Position of each closed group, by its index."""
        for node in graph.nodes:
            closed = cover[node.group] if node.group is not None else None
            if closed is None:
                self.position[node.index] = len(self.nodes)
                self.nodes.append(VisibleNode(len(self.nodes), node.id, node.index, None))
            elif closed in self.of_group:
                self.position[node.index] = self.of_group[closed]
            else:
                group = graph.groups[closed]
                self.of_group[closed] = self.position[node.index] = len(self.nodes)
                self.nodes.append(VisibleNode(len(self.nodes), group.id, group.output, closed))
        self._derivatives: dict[int, dict[int, Value] | None] = {}

    @cached_property
    def incoming(self) -> list[list[VisibleEdge]]:
        """Edges into each visible node, by position: in operand order, or in order of a group's arguments."""
        graph = self.evaluated.graph
        incoming: list[list[VisibleEdge]] = [[] for _ in self.nodes]
        merged: dict[tuple[int, int], list[Edge]] = {}
        for edge in graph.edges:
            source, target = self.position[edge.source], self.position[edge.target]
            if source == target:
                continue
            if self.nodes[target].group is None:
                incoming[target].append(VisibleEdge(edge.id, source, target, edge.source, (edge,)))
            else:
                merged.setdefault((target, edge.source), []).append(edge)
        for (target, node), members in merged.items():
            edge_id = f"{graph.ids[node]}->{self.nodes[target].id}"
            incoming[target].append(VisibleEdge(edge_id, self.position[node], target, node, tuple(members)))
        for position in self.of_group.values():
            arguments = graph.groups[self.nodes[position].group or 0].inputs
            order = {node: place for place, node in reversed(list(enumerate(arguments)))}
            places = [(order.get(edge.node, len(order)), edge.node) for edge in incoming[position]]
            incoming[position] = [edge for _, edge in sorted(zip(places, incoming[position], strict=True))]
        return incoming

    @cached_property
    def outgoing(self) -> list[list[VisibleEdge]]:
        """Edges out of each visible node, by position."""
        outgoing: list[list[VisibleEdge]] = [[] for _ in self.nodes]
        for edges in self.incoming:
            for edge in edges:
                outgoing[edge.source].append(edge)
        return outgoing

    def group(self, node: VisibleNode) -> Group | None:
        """Return the closed group that a visible node is; None for a node of the graph."""
        return self.evaluated.graph.groups[node.group] if node.group is not None else None

    def requires_grad(self, edge: VisibleEdge) -> bool:
        """Say whether a gradient comes back on an edge."""
        required = self.evaluated.requires_grad
        return required[edge.node] and required[self.nodes[edge.target].index]

    def computes(self, node: VisibleNode) -> bool:
        """Say whether a visible node is an op or a closed group, not a leaf."""
        return node.group is not None or self.evaluated.node(node.index).kind == "op"

    def fan_out(self, node: VisibleNode) -> int:
        """Count the gradients that come back to a node; the output gets one from outside."""
        return self._fan_outs[node.position]

    @cached_property
    def _fan_outs(self) -> list[int]:
        counts = [sum(map(self.requires_grad, edges)) for edges in self.outgoing]
        counts[self.position[self.evaluated.graph.output]] += 1
        return counts

    def gradient(self, edge: VisibleEdge) -> Value:
        """Return the gradient that comes back on an edge: the sum over its members."""
        gradients = self.evaluated.gradients.edges
        return plain_number(sum(gradients[member.index] for member in edge.members))

    def local(self, edge: VisibleEdge) -> Value | None:
        """Return the derivative of an edge's target by its node: of an op, or through a closed group.

        Elementwise between tensors; None where one element depends on many.
        """
        group = self.nodes[edge.target].group
        if group is None:
            return self.evaluated.local(edge.members[0])
        if group not in self._derivatives:
            self._derivatives[group] = group_derivatives(self.evaluated, self.evaluated.graph.groups[group])
        derivatives = self._derivatives[group]
        return None if derivatives is None else derivatives.get(edge.node, 0.0)


@np.errstate(all="ignore")
def group_derivatives(evaluated: Evaluated, group: Group) -> dict[int, Value] | None:
    """Return ∂output/∂source of a group for every node outside that it reads, by node index.

    Elementwise between tensors; None if one element of the output depends on many of a source.
    """
    edges = evaluated.graph.edges
    first, last = group.nodes[0], group.nodes[-1]
    start = bisect_left(edges, first, key=_target)
    stop = bisect_left(edges, last + 1, lo=start, key=_target)
    upstream: dict[int, Value] = {group.output: 1.0}
    for edge in reversed(edges[start:stop]):
        if edge.target in upstream and evaluated.requires_grad[edge.source]:
            local = evaluated.local(edge)
            if local is None:
                return None
            term = upstream[edge.target] * local
            upstream[edge.source] = upstream.get(edge.source, 0.0) + term
    return {node: derivative for node, derivative in upstream.items() if node < first}
