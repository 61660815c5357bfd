"""The graph as it is seen when some groups stand closed: each closed group is one node with one derivative.

An explanation speaks of what is to be seen, so paths and steps go through a closed group in one step.
"""

from bisect import bisect_left
from collections.abc import Collection
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.view.evaluated import Evaluated, Value, plain_number

_target = attrgetter("target")

OUTPUT = "@output"
"""Id of the word at the far right that the result flows into."""


class VisibleNode(NamedTuple):
    """One thing to be seen: a node, or a closed group in its nodes' place."""

    position: int
    id: str
    node: int
    """The node whose value and gradient it has: a group's is its output."""
    group: int | None


class VisibleEdge(NamedTuple):
    """One line between two parts; ``edges`` are the graph's own edges it stands for."""

    id: str
    source: int
    """Position of the part it leaves."""
    target: int
    """Position of the part it enters."""
    node: int
    """The node whose value it carries."""
    edges: tuple[Edge, ...]


class Visible:
    """Parts in topological order, and the ways into and out of each."""

    def __init__(self, evaluated: Evaluated, open: Collection[str] = ()) -> None:
        self.evaluated = evaluated
        graph = evaluated.graph
        cover: list[int | None] = []
        for group in graph.groups:
            outer = cover[group.parent] if group.parent is not None else None
            cover.append(outer if outer is not None else None if group.id in open else group.index)
        self.parts: list[VisibleNode] = []
        self.position: list[int] = [0] * len(graph)
        """By node index: the position of the part it is in."""
        self.of_group: dict[int, int] = {}
        for node in graph.nodes:
            closed = cover[node.group] if node.group is not None else None
            if closed is None:
                self.position[node.index] = len(self.parts)
                self.parts.append(VisibleNode(len(self.parts), node.id, node.index, None))
            elif closed in self.of_group:
                self.position[node.index] = self.of_group[closed]
            else:
                group = graph.groups[closed]
                self.of_group[closed] = self.position[node.index] = len(self.parts)
                self.parts.append(VisibleNode(len(self.parts), group.id, group.output, closed))
        self._derivatives: dict[int, dict[int, Value] | None] = {}

    @cached_property
    def incoming(self) -> list[list[VisibleEdge]]:
        """By position: the ways into a part, in operand order, or in order of a closed group's arguments."""
        graph = self.evaluated.graph
        plain: list[list[VisibleEdge]] = [[] for _ in self.parts]
        merged: dict[tuple[int, int], list[Edge]] = {}
        for edge in graph.edges:
            source, target = self.position[edge.source], self.position[edge.target]
            if source == target:
                continue
            if self.parts[target].group is None:
                plain[target].append(VisibleEdge(edge.id, source, target, edge.source, (edge,)))
            else:
                merged.setdefault((target, edge.source), []).append(edge)
        for (target, node), edges in merged.items():
            way_id = f"{graph.ids[node]}->{self.parts[target].id}"
            plain[target].append(VisibleEdge(way_id, self.position[node], target, node, tuple(edges)))
        for position in self.of_group.values():
            arguments = graph.groups[self.parts[position].group or 0].inputs
            order = {node: place for place, node in reversed(list(enumerate(arguments)))}
            plain[position].sort(key=lambda way, order=order: (order.get(way.node, len(order)), way.node))  # type: ignore[misc]
        return plain

    @cached_property
    def outgoing(self) -> list[list[VisibleEdge]]:
        """By position: the ways out of a part."""
        outgoing: list[list[VisibleEdge]] = [[] for _ in self.parts]
        for ways in self.incoming:
            for way in ways:
                outgoing[way.source].append(way)
        return outgoing

    def group(self, part: VisibleNode) -> Group | None:
        """The closed group that a part is; None for a node."""
        return self.evaluated.graph.groups[part.group] if part.group is not None else None

    def asked(self, way: VisibleEdge) -> bool:
        """Whether a gradient comes back on it."""
        return self.evaluated.requires_grad[way.node]

    def computes(self, part: VisibleNode) -> bool:
        """Whether it is an op or a closed group, and no leaf."""
        return part.group is not None or self.evaluated.node(part.node).kind == "op"

    def fan_out(self, part: VisibleNode) -> int:
        """How many gradients come back to it; at the output one comes from outside."""
        return self._fan_outs[part.position]

    @cached_property
    def _fan_outs(self) -> list[int]:
        counts = [sum(map(self.asked, ways)) for ways in self.outgoing]
        counts[self.position[self.evaluated.graph.output]] += 1
        return counts

    def gradient(self, way: VisibleEdge) -> Value:
        """What comes back on it: the sum over the edges it stands for."""
        return plain_number(sum(self.evaluated.gradients.edges[edge.index] for edge in way.edges))

    def local(self, way: VisibleEdge) -> Value | None:
        """The derivative of the target part by the node: of an op its local one, of a group the chain inside.

        Element by element where tensors are read so; None where an element depends on many.
        """
        group = self.parts[way.target].group
        if group is None:
            return self.evaluated.local(way.edges[0])
        if group not in self._derivatives:
            self._derivatives[group] = group_derivatives(self.evaluated, self.evaluated.graph.groups[group])
        derivatives = self._derivatives[group]
        return None if derivatives is None else derivatives.get(way.node, 0.0)


def group_derivatives(evaluated: Evaluated, group: Group) -> dict[int, Value] | None:
    """∂output/∂source for every node outside of the group that a node inside reads: backward through the group.

    Tensors are told element by element; None if an element of the output depends on many of a source.
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
