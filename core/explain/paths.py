"""The chain rule, path by path: every way from a node to the output is a product, and the gradient is their sum.

There may be 10^30 paths, so they are counted and summed by dynamic programming; only the few with the largest
products are listed, found by the same sweep with the best few kept at each node.
"""

import math
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from chainrule.core.view.visible import Visible, VisibleEdge

SHOWN = 6
"""How many paths are listed at most."""


class Path(NamedTuple):
    """One way from a part to the output."""

    ways: tuple[VisibleEdge, ...]
    factors: tuple[float | None, ...]
    """The local derivative of each way, in order from the node to the output; None where it is no number."""
    product: float | None
    """Their product, times the seed; None where a tensor is on the path."""


@dataclass(frozen=True, slots=True)
class Paths:
    """All ways from a part to the output."""

    items: list[Path]
    """The few with the largest products; among equals the shortest come first."""
    count: int
    """How many there are, exactly."""
    total: float | None
    """The sum of all products, those not listed too: the gradient by the chain rule; None where one is none."""


class _Best(NamedTuple):
    """The end of a path: sorted by size of product, then by length."""

    size: float
    """−log of the absolute product."""
    links: int
    way: VisibleEdge | None
    rest: "_Best | None"


def chain_paths(visible: Visible, position: int, shown: int = SHOWN) -> Paths:
    """The paths from the part at this position to the output."""
    evaluated = visible.evaluated
    final = visible.position[evaluated.graph.output]
    counts: dict[int, int] = {final: 1}
    whole = not evaluated.graph.shapes.get(evaluated.graph.output)
    totals: dict[int, float | None] = {final: evaluated.seed if whole else None}
    best: dict[int, list[_Best]] = {final: [_Best(0.0, 0, None, None)]}
    for at in range(final - 1, position - 1, -1):
        ways = [way for way in visible.outgoing[at] if way.target in counts and visible.asked(way)]
        if not ways:
            continue
        locals_ = [_number(visible, way) for way in ways]
        counts[at] = sum(counts[way.target] for way in ways)
        totals[at] = _summed(
            [_times(local, totals[way.target]) for way, local in zip(ways, locals_, strict=True)]
        )
        ends = [
            _Best(_added(end.size, _size(local)), end.links + 1, way, end)
            for way, local in zip(ways, locals_, strict=True)
            for end in best[way.target]
        ]
        best[at] = nsmallest(shown, ends, key=lambda end: (end.size, end.links))
    items = [_path(visible, end) for end in best.get(position, [])]
    return Paths(items, counts.get(position, 0), totals.get(position, 0.0))


def _number(visible: Visible, way: VisibleEdge) -> float | None:
    """The local derivative on a way between two numbers; None where either is a tensor."""
    shapes = visible.evaluated.graph.shapes
    if shapes and (shapes.get(way.node) or shapes.get(visible.parts[way.target].node)):
        return None
    local: float | None = visible.local(way)
    return local


def _times(local: float | None, rest: float | None) -> float | None:
    return None if local is None or rest is None else local * rest


def _summed(terms: list[float | None]) -> float | None:
    known = [term for term in terms if term is not None]
    return sum(known) if len(known) == len(terms) else None


def _size(local: float | None) -> float:
    if local is None:
        return 0.0  # of tensors the shortest come first
    if math.isnan(local):
        return -math.inf  # shown first: it is what makes the sum NaN
    return -math.log(abs(local)) if local else math.inf


def _added(size: float, more: float) -> float:
    total = size + more
    return -math.inf if math.isnan(total) else total  # 0 · ∞ is NaN too


def _path(visible: Visible, end: _Best) -> Path:
    ways: list[VisibleEdge] = []
    at: _Best | None = end
    while at is not None and at.way is not None:
        ways.append(at.way)
        at = at.rest
    factors = tuple(_number(visible, way) for way in ways)
    numbers = [factor for factor in factors if factor is not None]
    whole = len(numbers) == len(factors) and not visible.evaluated.graph.shapes.get(
        visible.evaluated.graph.output
    )
    return Path(tuple(ways), factors, math.prod(numbers) * visible.evaluated.seed if whole else None)
