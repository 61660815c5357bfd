"""The bends of edges between two layers: each upright piece has a lane, and no two coincide.

Lanes are counted from the left. Of two lines that go down the lower one bends first, of two that go up the upper one,
so that they do not cross. Where one line leaves a height at which another arrives, it bends before that one; if each
of two would have to, one of them makes way (``making_way``).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Bend(NamedTuple):
    """An upright piece: the heights at which its line comes and goes on."""

    comes: float
    goes: float


def making_way(bends: Sequence[Bend], apart: float, straight: Sequence[float] = ()) -> list[list[Bend]]:
    """Return each bend as it is, or in two pieces, so that no lines swap their heights.

    Of lines each of which would have to bend before the next, one goes on at a height of its own until the others have
    bent. ``straight`` are the heights of lines that pass without a bend.
    """
    pieces, owners = list(bends), list(range(len(bends)))
    while (at := _in_a_circle(*_constraints(pieces, apart, owners))) is not None:
        others = [height for place, bend in enumerate(pieces) if place != at for height in bend]
        between = _free(pieces[at], [*others, *straight], apart)
        if between is None:
            break
        comes, goes = pieces[at]
        pieces[at : at + 1] = [Bend(comes, between), Bend(between, goes)]
        owners.insert(at, owners[at])
    made: list[list[Bend]] = [[] for _ in bends]
    for owner, piece in zip(owners, pieces, strict=True):
        made[owner].append(piece)
    return made


def lanes(bends: Sequence[Bend], apart: float, owners: Sequence[int] | None = None) -> list[int]:
    """Return the lane of every bend. Lines nearer than ``apart`` are taken to coincide.

    ``owners`` tells which bends are pieces of one line, in their order.
    """
    count = len(bends)
    if count < 2:
        return [0] * count
    order = sorted(
        range(count), key=lambda at: -bends[at].comes if bends[at].goes > bends[at].comes else bends[at].comes
    )
    rank = [0] * count
    for place, at in enumerate(order):
        rank[at] = place
    after, waiting = _constraints(bends, apart, owners or range(count))
    ready = [rank[at] for at in range(count) if not waiting[at]]
    heapify(ready)
    left = set(range(count))
    found = [0] * count
    taken: list[list[tuple[float, float]]] = []
    done: list[int] = []
    while left:
        if not ready:  # lines that swap their heights, and there is no height between
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


def _constraints(
    bends: Sequence[Bend], apart: float, owners: Sequence[int]
) -> tuple[list[list[int]], list[int]]:
    """For each bend those that must come after it, and the number of those that must come before."""
    arriving = sorted((bend.goes, at) for at, bend in enumerate(bends))
    heights = [height for height, _ in arriving]
    after: list[list[int]] = [[] for _ in bends]
    waiting = [0] * len(bends)
    for at, bend in enumerate(bends):
        near = range(bisect_right(heights, bend.comes - apart), bisect_left(heights, bend.comes + apart))
        later = [other for place in near if owners[other := arriving[place][1]] != owners[at]]
        if at + 1 < len(bends) and owners[at + 1] == owners[at]:
            later.append(at + 1)
        for other in later:
            after[at].append(other)
            waiting[other] += 1
    return after, waiting


def _in_a_circle(after: list[list[int]], waiting: list[int]) -> int | None:
    """A bend that would have to come before itself; None if there is no such."""
    ready = [at for at, others in enumerate(waiting) if not others]
    for at in ready:
        for later in after[at]:
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    left = {at for at, others in enumerate(waiting) if others}
    if not left:
        return None
    # Whoever still waits has one of these before it: back along them to one that is met again.
    before = {later: at for at in left for later in after[at] if later in left}
    seen: set[int] = set()
    at = min(left)
    while at not in seen:
        seen.add(at)
        at = before[at]
    return at


def _free(bend: Bend, others: Sequence[float], apart: float) -> float | None:
    """A height for a line between where it comes and goes, or near that, with nothing too close."""
    comes, goes = bend
    middle, reach = (comes + goes) / 2, abs(goes - comes) / 2 + 6 * apart
    steps = range(1, int(reach // 2))
    for off in (0.0, *(side * 2.0 * step for step in steps for side in (-1, 1))):
        height = middle + off
        if all(abs(height - other) >= apart for other in (*others, comes, goes)):
            return height
    return None
