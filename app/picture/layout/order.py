"""The order of nodes within their columns: few crossings, by the barycentre method of Sugiyama.

A column holds nodes, and a point for each edge that passes it. Arrows leave a node in any order, and arrive in that of
its operands.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from typing import NamedTuple

SWEEPS = 4
"""Limit of sweeps there and back; without an improvement they end sooner."""
SWITCHES = 3
"""Limit of rounds in which neighbours are exchanged."""


class Link(NamedTuple):
    """A stretch of an edge between neighbouring columns: from one element to another, and to which of its operands."""

    source: int
    target: int
    operand: float
    """Where it arrives, from −0.5 for the top of the target to 0.5 for its bottom."""


def ordered(
    columns: list[list[int]], links: Sequence[Sequence[Link]], sweeps: int = SWEEPS
) -> list[list[int]]:
    """Sort every column so that few links cross. ``links[c]`` lead from column ``c`` to the next."""
    best, least = columns, crossings(columns, links)
    now, idle = columns, 0
    for _ in range(sweeps):
        if not least or idle:
            break
        for forward in (False, True):
            now = _swept(now, links, forward)
            found = crossings(now, links)
            if found < least:
                best, least, idle = now, found, -1
        idle += 1
    return switched(best, links, SWITCHES) if least else best


def crossings(columns: Sequence[Sequence[int]], links: Sequence[Sequence[Link]]) -> int:
    """Count the pairs of links that cross."""
    total = 0
    for column, following, between in zip(columns, columns[1:], links, strict=False):
        sources = {element: at for at, element in enumerate(column)}
        targets = {element: at for at, element in enumerate(following)}
        seen: list[float] = []
        # Those of one source do not cross: they are sorted by where they arrive.
        for _, arrives in sorted(
            (sources[link.source], targets[link.target] + link.operand) for link in between
        ):
            total += len(seen) - bisect_right(seen, arrives)
            insort(seen, arrives)
    return total


def _swept(columns: list[list[int]], links: Sequence[Sequence[Link]], forward: bool) -> list[list[int]]:
    """Sort each column by the mean place of its neighbours in the one before, or after."""
    swept = list(columns)
    for step in range(1, len(columns)):
        at = step if forward else len(columns) - 1 - step
        fixed = {element: place for place, element in enumerate(swept[at - 1 if forward else at + 1])}
        sums: dict[int, float] = {}
        counts: dict[int, int] = {}
        for source, target, operand in links[at - 1 if forward else at]:
            if forward:
                own, place = target, float(fixed[source])
            else:
                own, place = source, fixed[target] + operand
            sums[own] = sums.get(own, 0.0) + place
            counts[own] = counts.get(own, 0) + 1
        swept[at] = _sorted_among(swept[at], {own: total / counts[own] for own, total in sums.items()})
    return swept


def _sorted_among(column: list[int], wishes: dict[int, float]) -> list[int]:
    """Sort by wishes; those that have none stay beside what they stand by."""
    following, last = [0.0] * len(column), float("inf")
    for at in range(len(column) - 1, -1, -1):
        last = following[at] = wishes.get(column[at], last)
    keys: dict[int, float] = {}
    before = float("-inf")
    for at, element in enumerate(column):
        wish = wishes.get(element)
        if wish is None:
            after = following[at]
            wish = (
                (before + after) / 2
                if before > float("-inf") and after < float("inf")
                else max(before, min(after, 0.0))
                if before > float("-inf")
                else after
            )
        keys[element] = before = wish
    return sorted(column, key=keys.__getitem__)


def switched(columns: list[list[int]], links: Sequence[Sequence[Link]], rounds: int) -> list[list[int]]:
    """Exchange neighbours in a column wherever that saves crossings on both of its sides."""
    columns = [list(column) for column in columns]
    before: dict[int, list[tuple[int, float]]] = {}
    after: dict[int, list[tuple[int, float]]] = {}
    for between in links:
        for source, target, operand in between:
            after.setdefault(source, []).append((target, operand))
            before.setdefault(target, []).append((source, operand))
    place = {element: at for column in columns for at, element in enumerate(column)}
    none: list[tuple[int, float]] = []

    def saved(upper: int, lower: int) -> int:
        """The crossings between the links of two neighbours that an exchange would save."""
        total = 0
        one = [place[target] + operand for target, operand in after.get(upper, none)]
        other = [place[target] + operand for target, operand in after.get(lower, none)]
        for high in one:
            for low in other:
                total += (high > low) - (high < low)
        ups = [place[source] for source, _ in before.get(upper, none)]
        lows = [place[source] for source, _ in before.get(lower, none)]
        for up in ups:
            for down in lows:
                total += (up > down) - (up < down)
        return total

    for _ in range(rounds):
        improved = False
        for column in columns:
            for at in range(len(column) - 1):
                if saved(column[at], column[at + 1]) > 0:
                    column[at], column[at + 1] = column[at + 1], column[at]
                    place[column[at]], place[column[at + 1]] = at, at + 1
                    improved = True
        if not improved:
            break
    return columns
