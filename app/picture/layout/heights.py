"""Heights in a layered layout: edges straight where they can be, everything else as near to its neighbours as it may.

What is connected by a straight line forms a block, after Brandes and Köpf, *Fast and Simple Horizontal Coordinate
Assignment*. Straight lines are chosen greedily, those of long edges first; none may cross another. So "stands above"
is an order of the blocks, in which each of them can be moved to the middle of its neighbours.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

TALL, CUTS, FIRM = 1.3, 4, 2.0
"""A picture may be so much taller than its fullest layer before short edges bend, at most so often; those of this
weight stay straight."""
SWINGS, ROUNDS = 8, 2
"""Number of times that all blocks swing towards their neighbours, then settle."""


class Stretch(NamedTuple):
    """A stretch of an edge between neighbouring layers, and where it meets both: offsets from their own heights."""

    source: int
    leaves: float
    target: int
    arrives: float
    weight: float
    """Importance of being straight."""


class Sizes(NamedTuple):
    """Room of each element above and below its own height, and whether it is no more than a line."""

    above: list[float]
    below: list[float]
    thin: list[bool]
    apart: float
    """Distance of two elements."""
    lines_apart: float
    """Distance of two lines."""

    def between(self, upper: int, lower: int) -> float:
        """Least distance of the heights of two neighbours."""
        if self.thin[upper] and self.thin[lower]:
            return self.lines_apart
        return self.below[upper] + self.apart + self.above[lower]


def heights(
    layers: Sequence[Sequence[int]], stretches: Sequence[Sequence[Stretch]], sizes: Sizes
) -> list[float]:
    """Return the height of every element. ``stretches[k]`` lead from layer ``k`` to the next."""
    count = len(sizes.above)
    before = _straight(layers, stretches, count)
    least = max((sum(sizes.between(*pair) for pair in pairwise(layer)) for layer in layers), default=0.0)
    for attempt in range(CUTS + 1):
        root, shift = _blocks(layers, before)
        below, above = _distances(layers, sizes, root, shift)
        blocks = _from_the_top([at for at in range(count) if root[at] == at], above, below)
        highest = [0.0] * count
        for block in blocks:
            highest[block] = max((highest[upper] + d for upper, d in above[block].items()), default=0.0)
        bottom = max(highest[block] for block in blocks)
        lowest = [bottom] * count
        for block in reversed(blocks):
            lowest[block] = min((lowest[lower] - d for lower, d in below[block].items()), default=bottom)
        if bottom <= TALL * least or attempt == CUTS:
            break
        # Blocks that stand on each other like stairs make the picture tall: short edges there are no longer straight.
        stairs = [
            element
            for element, link in enumerate(before)
            if link is not None and link[2] < FIRM and lowest[root[element]] - highest[root[element]] < 0.5
        ]
        if not stairs:
            break
        for element in stairs:
            before[element] = None
    y = [(top + low) / 2 for top, low in zip(highest, lowest, strict=True)]

    pulls: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
    for between in stretches:
        for source, leaves, target, arrives, weight in between:
            one, other = root[source], root[target]
            if one != other:
                # Straight where y[other] − y[one] has this value.
                wish = shift[source] + leaves - shift[target] - arrives
                pulls[one].append((other, -wish, weight))
                pulls[other].append((one, wish, weight))
    pairs = [(upper, lower, d) for upper in blocks for lower, d in below[upper].items()]
    for _ in range(SWINGS):
        _swing(blocks, pairs, pulls, above, below, y)
    for turn in range(2 * ROUNDS):
        for block in blocks if turn % 2 else reversed(blocks):
            if pulls[block]:
                _move(
                    block,
                    _middle([(y[other] + wish, weight) for other, wish, weight in pulls[block]]) - y[block],
                    above,
                    below,
                    y,
                )
    # On whole pixels, so that what is nearly straight is straight.
    return [round(y[root[at]]) + shift[at] for at in range(count)]


def _swing(
    blocks: list[int],
    pairs: list[tuple[int, int, float]],
    pulls: Sequence[list[tuple[int, float, float]]],
    above: Sequence[dict[int, float]],
    below: Sequence[dict[int, float]],
    y: list[float],
) -> None:
    """Move every block to the mean of its neighbours; those that push against each other move together.

    Source: Sander, *A Fast Heuristic for Hierarchical Manhattan Layout*.
    """
    region = list(range(len(y)))
    force, mass, speed = [0.0] * len(y), [1.0] * len(y), [0.0] * len(y)
    for block in blocks:
        own = y[block]
        force[block] = sum([weight * (y[other] + wish - own) for other, wish, weight in pulls[block]])
        mass[block] = sum([weight for _, _, weight in pulls[block]]) or 1e-3
        speed[block] = force[block] / mass[block]

    def of(block: int) -> int:
        while region[block] != block:
            region[block] = region[region[block]]
            block = region[block]
        return block

    touching = [(upper, lower) for upper, lower, d in pairs if y[lower] - y[upper] - d < 0.01]
    merged = True
    while merged:
        merged = False
        apart = []
        for pair in touching:
            one, other = map(of, pair)
            if one == other:
                continue
            if speed[one] > speed[other] + 0.01:
                region[other] = one
                force[one] += force[other]
                mass[one] += mass[other]
                speed[one] = force[one] / mass[one]
                merged = True
            else:
                apart.append(pair)
        touching = apart
    wanted = [(block, speed[of(block)]) for block in blocks]
    for block, by in wanted:
        if by < 0:
            _move(block, by, above, below, y)
    for block, by in reversed(wanted):
        if by > 0:
            _move(block, by, above, below, y)


def _move(
    block: int,
    by: float,
    above: Sequence[dict[int, float]],
    below: Sequence[dict[int, float]],
    y: list[float],
) -> None:
    """Move a block as far as there is room."""
    to = y[block] + by
    if by < 0:
        for upper, d in above[block].items():
            if y[upper] + d > to:
                to = y[upper] + d
    else:
        for lower, d in below[block].items():
            if y[lower] - d < to:
                to = y[lower] - d
    y[block] = to


def _distances(
    layers: Sequence[Sequence[int]], sizes: Sizes, root: Sequence[int], shift: Sequence[float]
) -> tuple[list[dict[int, float]], list[dict[int, float]]]:
    """How far each block must stand above others, and below others."""
    below: list[dict[int, float]] = [{} for _ in root]
    above: list[dict[int, float]] = [{} for _ in root]
    for layer in layers:
        for upper, lower in pairwise(layer):
            one, other = root[upper], root[lower]
            distance = shift[upper] + sizes.between(upper, lower) - shift[lower]
            known = above[other].get(one)
            if known is None or distance > known:
                above[other][one] = below[one][other] = distance
    return below, above


def _straight(
    layers: Sequence[Sequence[int]], stretches: Sequence[Sequence[Stretch]], count: int
) -> list[tuple[int, float, float] | None]:
    """Choose the straight stretches: for each element the one before it, and how much lower it stands itself."""
    before: list[tuple[int, float, float] | None] = [None] * count
    for (layer, following), between in zip(pairwise(layers), stretches, strict=True):
        sources = {element: at for at, element in enumerate(layer)}
        targets = {element: at for at, element in enumerate(following)}
        taken: set[int] = set()
        chosen: list[tuple[int, int]] = []
        for stretch in sorted(between, key=lambda stretch: -stretch.weight):
            if before[stretch.target] is not None or stretch.source in taken:
                continue
            pair = sources[stretch.source], targets[stretch.target]
            at = bisect_left(chosen, pair)
            if (at and chosen[at - 1][1] > pair[1]) or (at < len(chosen) and chosen[at][1] < pair[1]):
                continue
            chosen.insert(at, pair)
            taken.add(stretch.source)
            before[stretch.target] = stretch.source, stretch.leaves - stretch.arrives, stretch.weight
    return before


def _blocks(
    layers: Sequence[Sequence[int]], before: Sequence[tuple[int, float, float] | None]
) -> tuple[list[int], list[float]]:
    """Return each element's block, named by its first element, and its offset there."""
    root, shift = list(range(len(before))), [0.0] * len(before)
    for layer in layers:
        for element in layer:
            link = before[element]
            if link is not None:
                root[element], shift[element] = root[link[0]], shift[link[0]] + link[1]
    return root, shift


def _from_the_top(
    blocks: list[int], above: Sequence[dict[int, float]], below: Sequence[dict[int, float]]
) -> list[int]:
    """Sort blocks so that each comes after all that stand above it."""
    waiting = {block: len(above[block]) for block in blocks}
    found = [block for block in blocks if not waiting[block]]
    for block in found:
        for lower in below[block]:
            waiting[lower] -= 1
            if not waiting[lower]:
                found.append(lower)
    return found


def _middle(wishes: list[tuple[float, float]]) -> float:
    """The weighted median; of two in the middle their mean."""
    if len(wishes) == 1:
        return wishes[0][0]
    wishes.sort()
    half = sum([weight for _, weight in wishes]) / 2
    passed = 0.0
    for at, (wish, weight) in enumerate(wishes):
        passed += weight
        if passed > half + 1e-9:
            return wish
        if passed > half - 1e-9:
            return (wish + wishes[at + 1][0]) / 2
    return wishes[-1][0]
