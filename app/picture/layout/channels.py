"""The bends of edges between two layers: each upright piece has a lane, and no two coincide.

Lanes are counted from the left. Of two lines that go down the lower one bends first, of two that go up the upper one,
so that they do not cross. Where one line leaves a height at which another arrives, it bends before that one.
"""

from bisect import bisect_left, bisect_right
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Bend(NamedTuple):
    """An upright piece: the heights at which its line comes and goes on."""

    comes: float
    goes: float


def lanes(bends: list[Bend], apart: float) -> list[int]:
    """Return the lane of every bend. Lines nearer than ``apart`` are taken to coincide."""
    count = len(bends)
    if count < 2:
        return [0] * count
    order = sorted(
        range(count), key=lambda at: -bends[at].comes if bends[at].goes > bends[at].comes else bends[at].comes
    )
    rank = [0] * count
    for place, at in enumerate(order):
        rank[at] = place
    after, waiting = _constraints(bends, apart)
    ready = [rank[at] for at in range(count) if not waiting[at]]
    heapify(ready)
    left = set(range(count))
    found = [0] * count
    taken: list[list[tuple[float, float]]] = []
    done: list[int] = []
    while left:
        if not ready:  # lines that swap their heights: one of them must give way
            first = min(left, key=lambda at: (waiting[at], rank[at]))
            waiting[first] = 0
            heappush(ready, rank[first])
        at = order[heappop(ready)]
        if at not in left:
            continue
        left.remove(at)
        comes, goes = bends[at]
        low, high = min(comes, goes) - apart, max(comes, goes) + apart
        least = found[at]
        for other in done:
            one, two = bends[other]
            if (two > one) == (goes > comes) and min(one, two) < high and max(one, two) > low:
                least = max(least, found[other] + 1)
        lane = least
        while lane < len(taken) and any(top < high and bottom > low for top, bottom in taken[lane]):
            lane += 1
        while lane >= len(taken):
            taken.append([])
        taken[lane].append((low + apart, high - apart))
        found[at] = lane
        done.append(at)
        for later in after[at]:
            found[later] = max(found[later], lane + 1)
            waiting[later] -= 1
            if not waiting[later] and later in left:
                heappush(ready, rank[later])
    return found


def _constraints(bends: list[Bend], apart: float) -> tuple[list[list[int]], list[int]]:
    """For each bend those that must come after it, and the number of those that must come before."""
    arriving = sorted((bend.goes, at) for at, bend in enumerate(bends))
    heights = [height for height, _ in arriving]
    after: list[list[int]] = [[] for _ in bends]
    waiting = [0] * len(bends)
    for at, bend in enumerate(bends):
        near = range(bisect_right(heights, bend.comes - apart), bisect_left(heights, bend.comes + apart))
        for place in near:
            other = arriving[place][1]
            if other != at:
                after[at].append(other)
                waiting[other] += 1
    return after, waiting
