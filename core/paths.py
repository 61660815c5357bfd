"""The chain rule, path by path: every way from a node to the output is a product, and the gradient is their sum.

There may be 10^30 paths, so they are counted and summed by dynamic programming; only the few with the largest
products are listed, found by the same sweep with the best few kept at each node.
"""

import math
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from core.visible import Visible, Way

SHOWN = 6
"""How many paths are listed at most."""


class Path(NamedTuple):
    """One way from a part to the output."""

    ways: tuple[Way, ...]
    factors: tuple[float, ...]
    """The local derivative of each way, in order from the node to the output."""
    product: float
    """Their product, times the seed."""


@dataclass(frozen=True, slots=True)
class Paths:
    """All ways from a part to the output."""

    items: list[Path]
    """The few with the largest products; among equals the shortest come first."""
    count: int
    """How many there are, exactly."""
    total: float
    """The sum of all products, those not listed too: the gradient by the chain rule."""


class _Best(NamedTuple):
    """The end of a path: sorted by size of product, then by length."""

    size: float
    """−log of the absolute product."""
    links: int
    way: Way | None
    rest: "_Best | None"


def chain_paths(visible: Visible, position: int, shown: int = SHOWN) -> Paths:
    """The paths from the part at this position to the output."""
    reading = visible.reading
    final = visible.position[reading.graph.output]
    counts: dict[int, int] = {final: 1}
    totals: dict[int, float] = {final: reading.seed}
    best: dict[int, list[_Best]] = {final: [_Best(0.0, 0, None, None)]}
    for at in range(final - 1, position - 1, -1):
        ways = [way for way in visible.outgoing[at] if way.target in counts and visible.asked(way)]
        if not ways:
            continue
        locals_ = [visible.local(way) for way in ways]
        counts[at] = sum(counts[way.target] for way in ways)
        totals[at] = sum(local * totals[way.target] for way, local in zip(ways, locals_, strict=True))
        ends = [
            _Best(_added(end.size, _size(local)), end.links + 1, way, end)
            for way, local in zip(ways, locals_, strict=True)
            for end in best[way.target]
        ]
        best[at] = nsmallest(shown, ends, key=lambda end: (end.size, end.links))
    items = [_path(visible, end) for end in best.get(position, [])]
    return Paths(items, counts.get(position, 0), totals.get(position, 0.0))


def _size(local: float) -> float:
    if math.isnan(local):
        return -math.inf  # shown first: it is what makes the sum NaN
    return -math.log(abs(local)) if local else math.inf


def _added(size: float, more: float) -> float:
    total = size + more
    return -math.inf if math.isnan(total) else total  # 0 · ∞ is NaN too


def _path(visible: Visible, end: _Best) -> Path:
    ways: list[Way] = []
    at: _Best | None = end
    while at is not None and at.way is not None:
        ways.append(at.way)
        at = at.rest
    factors = tuple(visible.local(way) for way in ways)
    return Path(tuple(ways), factors, math.prod(factors) * visible.reading.seed)
