"""The chain rule, path by path: each path to the output is a product, and the gradient is their sum.

A graph may have 10^30 paths, so one sweep counts and sums them by dynamic programming. The same sweep keeps the few
largest products at each node; only those are listed.
"""

import math
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from chainrule.core.view.visible import Visible, VisibleEdge

SHOWN = 6
"""Largest number of listed paths."""


class Path(NamedTuple):
    """One path from a visible node to the output."""

    edges: tuple[VisibleEdge, ...]
    factors: tuple[float | None, ...]
    """Local derivative of each edge, from the node to the output; None between tensors."""
    product: float | None
    """Product of the factors and the upstream gradient; None if a tensor is on the path."""


@dataclass(frozen=True, slots=True)
class Paths:
    """All paths from a visible node to the output."""

    items: list[Path]
    """The paths with the largest products; among equals, the shortest first."""
    count: int
    """Exact number of paths."""
    total: float | None
    """Sum of all products, listed or not: the gradient by the chain rule; None if one product is None."""


class _Best(NamedTuple):
    """The last part of a path, sorted by size of product, then by length."""

    size: float
    """−log of the absolute product."""
    links: int
    edge: VisibleEdge | None
    rest: "_Best | None"


def chain_paths(visible: Visible, position: int, shown: int = SHOWN) -> Paths:
    """Count, sum and list the paths from the visible node at this position to the output."""
    evaluated = visible.evaluated
    final = visible.position[evaluated.graph.output]
    counts: dict[int, int] = {final: 1}
    whole = not evaluated.graph.shapes.get(evaluated.graph.output)
    totals: dict[int, float | None] = {final: evaluated.upstream if whole else None}
    best: dict[int, list[_Best]] = {final: [_Best(0.0, 0, None, None)]}
    for at in range(final - 1, position - 1, -1):
        edges = [
            edge for edge in visible.outgoing[at] if edge.target in counts and visible.requires_grad(edge)
        ]
        if not edges:
            continue
        locals_ = [_number(visible, edge) for edge in edges]
        counts[at] = sum(counts[edge.target] for edge in edges)
        totals[at] = _summed(
            [_times(local, totals[edge.target]) for edge, local in zip(edges, locals_, strict=True)]
        )
        ends = [
            _Best(_added(end.size, _size(local)), end.links + 1, edge, end)
            for edge, local in zip(edges, locals_, strict=True)
            for end in best[edge.target]
        ]
        best[at] = nsmallest(shown, ends, key=lambda end: (end.size, end.links))
    items = [_path(visible, end) for end in best.get(position, [])]
    return Paths(items, counts.get(position, 0), totals.get(position, 0.0))


def _number(visible: Visible, edge: VisibleEdge) -> float | None:
    """Return the local derivative on an edge between two numbers; None if either is a tensor."""
    shapes = visible.evaluated.graph.shapes
    if shapes and (shapes.get(edge.node) or shapes.get(visible.nodes[edge.target].index)):
        return None
    local: float | None = visible.local(edge)
    return local


def _times(local: float | None, rest: float | None) -> float | None:
    return None if local is None or rest is None else local * rest


def _summed(terms: list[float | None]) -> float | None:
    known = [term for term in terms if term is not None]
    return sum(known) if len(known) == len(terms) else None


def _size(local: float | None) -> float:
    if local is None:
        return 0.0  # between tensors, the shortest path comes first
    if math.isnan(local):
        return -math.inf  # listed first: it makes the sum NaN
    return -math.log(abs(local)) if local else math.inf


def _added(size: float, more: float) -> float:
    total = size + more
    return -math.inf if math.isnan(total) else total  # 0 · ∞ is NaN too


def _path(visible: Visible, end: _Best) -> Path:
    edges: list[VisibleEdge] = []
    at: _Best | None = end
    while at is not None and at.edge is not None:
        edges.append(at.edge)
        at = at.rest
    factors = tuple(_number(visible, edge) for edge in edges)
    numbers = [factor for factor in factors if factor is not None]
    whole = len(numbers) == len(factors) and not visible.evaluated.graph.shapes.get(
        visible.evaluated.graph.output
    )
    return Path(tuple(edges), factors, math.prod(numbers) * visible.evaluated.upstream if whole else None)
