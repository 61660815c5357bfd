"""Two captures of one model as one graph: what both have once, what only one has beside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import TypeVar

from chainrule.core.capture.difference import Difference
from chainrule.core.capture.records import Capture, Edge, Group, Node

NOWHERE = -1
"""In place of an index: the capture does not have it."""

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Union:
    """Two captures with the same nodes, edges and groups: what one lacks has no values there."""

    before: Capture
    after: Capture
    nodes: tuple[tuple[int, int], ...]
    """By node: its index in the first capture and in the second, ``NOWHERE`` where one lacks it."""
    edges: tuple[tuple[int, int], ...]
    """The same of edges."""


def union(first: Capture, second: Capture, found: Difference) -> Union:
    """Join two captures, by the pairs that ``found`` says are the same.

    Where the two lead through their nodes in opposite orders, nodes and edges of the first alone are left out.
    """
    partner = {node.second: node.first for node in found.nodes}
    nodes = [(partner.get(at, NOWHERE), at) for at in range(len(second.nodes))]
    whole = _joined(first, second, [*nodes, *((at, NOWHERE) for at in found.only_first)], whole=True)
    if whole is not None:
        return whole
    as_second = _joined(first, second, nodes, whole=False)
    assert as_second is not None, "the second capture alone has no circle"
    return as_second


def _joined(first: Capture, second: Capture, nodes: list[tuple[int, int]], *, whole: bool) -> Union | None:
    """Join nodes and edges, edges of the second capture alone unless ``whole``; None if there is a circle."""
    of_first = {a: at for at, (a, _) in enumerate(nodes) if a != NOWHERE}
    of_second = {b: at for at, (_, b) in enumerate(nodes) if b != NOWHERE}
    edges: dict[tuple[int, int, int], tuple[int, int]] = {}
    for at, edge in enumerate(second.edges):
        edges[of_second[edge.source], edge.output, of_second[edge.target]] = (NOWHERE, at)
    for at, edge in enumerate(first.edges):
        if edge.source in of_first and edge.target in of_first:
            key = (of_first[edge.source], edge.output, of_first[edge.target])
            if whole or key in edges:
                edges[key] = (at, edges.get(key, (NOWHERE, NOWHERE))[1])
    moved = _sorted(_wanted(first, nodes), [(source, target) for source, _, target in edges])
    if moved is None:
        return None
    nodes = _in_order(nodes, moved)
    groups, group_of = _groups(first, second, moved, of_first, of_second)
    kept = sorted(
        ((moved[source], output, moved[target], pair) for (source, output, target), pair in edges.items()),
        key=lambda edge: (edge[2], _slots(first, second, edge[3]), edge[0], edge[1]),
    )

    def side_of(own: Capture, other: Capture, side: int) -> Capture:
        return replace(
            own,
            nodes=tuple(_node(own, other, pair if side == 0 else pair[::-1], group_of) for pair in nodes),
            edges=tuple(
                _edge(own, other, pair if side == 0 else pair[::-1], source, target)
                for source, _, target, pair in kept
            ),
            groups=groups,
            parameters=tuple(
                replace(each, node=_moved(each.node, (of_first, of_second)[side], moved))
                for each in own.parameters
            ),
            loss=_tensor(own.loss, (of_first, of_second)[side], moved),
            outputs=tuple(
                found
                for tensor in own.outputs
                if (found := _tensor(tensor, (of_first, of_second)[side], moved)) is not None
            ),
        )

    return Union(
        side_of(first, second, 0), side_of(second, first, 1), tuple(nodes), tuple(pair for *_, pair in kept)
    )


def _wanted(first: Capture, nodes: list[tuple[int, int]]) -> list[float]:
    """Where each node would stand: as in the second capture; one of the first alone before what follows it there."""
    second_of = {a: b for a, b in nodes if a != NOWHERE and b != NOWHERE}
    following: list[float] = [float("inf")] * (len(first.nodes) + 1)
    for at in range(len(first.nodes) - 1, -1, -1):
        following[at] = second_of[at] - 0.5 if at in second_of else following[at + 1]
    return [float(b) if b != NOWHERE else following[a] for a, b in nodes]


def _sorted(wanted: list[float], edges: list[tuple[int, int]]) -> list[int] | None:
    """The new place of each node, sources before readers; None if there is a circle."""
    readers: list[list[int]] = [[] for _ in wanted]
    missing = [0] * len(wanted)
    for source, target in edges:
        readers[source].append(target)
        missing[target] += 1
    ready = [(wanted[at], at) for at, count in enumerate(missing) if not count]
    heapify(ready)
    moved, taken = [NOWHERE] * len(wanted), 0
    while ready:
        _, at = heappop(ready)
        moved[at] = taken
        taken += 1
        for reader in readers[at]:
            missing[reader] -= 1
            if not missing[reader]:
                heappush(ready, (wanted[reader], reader))
    return moved if taken == len(wanted) else None


def _in_order(items: list[_Key], moved: list[int]) -> list[_Key]:
    return [item for _, item in sorted(zip(moved, items, strict=True), key=lambda pair: pair[0])]


def _groups(
    first: Capture, second: Capture, moved: list[int], of_first: dict[int, int], of_second: dict[int, int]
) -> tuple[tuple[Group, ...], Callable[[Capture, int], int]]:
    """The groups of both by id, and a function from a capture's index of a group to that in the union."""
    place: dict[str, int] = {}
    made: list[Group] = []
    for capture, nodes in ((second, of_second), (first, of_first)):
        for group in capture.groups:
            if group.id in place:
                continue
            place[group.id] = len(made)
            parent = place[capture.groups[group.parent].id] if group.parent >= 0 else -1
            outputs = (_tensor(tensor, nodes, moved) for tensor in group.outputs)
            made.append(
                replace(
                    group,
                    parent=parent,
                    block=group.block if capture is second else -1,
                    outputs=tuple(tensor for tensor in outputs if tensor is not None),
                )
            )

    def group_of(capture: Capture, at: int) -> int:
        return place[capture.groups[at].id] if at >= 0 else -1

    return tuple(made), group_of


def _node(
    own: Capture, other: Capture, pair: tuple[int, int], group_of: Callable[[Capture, int], int]
) -> Node:
    at, there = pair
    if at != NOWHERE:
        return replace(own.nodes[at], group=group_of(own, own.nodes[at].group))
    node = other.nodes[there]
    empty = tuple(replace(output, value=None, gradient=None, dead=None) for output in node.outputs)
    return replace(node, group=group_of(other, node.group), outputs=empty)


def _edge(own: Capture, other: Capture, pair: tuple[int, int], source: int, target: int) -> Edge:
    at, there = pair
    if at != NOWHERE:
        return replace(own.edges[at], source=source, target=target)
    edge = other.edges[there]
    return replace(edge, source=source, target=target, returns=False, contribution=None, order=None)


def _slots(first: Capture, second: Capture, pair: tuple[int, int]) -> tuple[int, ...]:
    return (second.edges[pair[1]] if pair[1] != NOWHERE else first.edges[pair[0]]).slots


def _moved(node: int, place: dict[int, int], moved: list[int]) -> int:
    return moved[place[node]] if node in place else NOWHERE


def _tensor(
    tensor: tuple[int, int] | None, place: dict[int, int], moved: list[int]
) -> tuple[int, int] | None:
    if tensor is None or tensor[0] not in place:
        return None
    return moved[place[tensor[0]]], tensor[1]
