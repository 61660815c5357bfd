"""A long chain broken into lines, as text is: a laid out graph cut where few edges pass, its pieces stacked.

An edge that passes a cut goes on as the eye does: out at the end of its line, back between the lines, in at the start
of the next. The edges that pass one cut keep their order, so that none of them cross.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.scene import Scene

LONG = 1.5
"""A picture is broken from so many widths of a line on; a shorter one is seen smaller instead."""
MOST_PASSING = 4
"""Limit of edges that pass one cut: a graph with more of them is no chain."""
_MARGIN = 24.0
_LANE = 20.0
"""Distance of two edges side by side."""
_END, _START = 20.0, 34.0
"""Distance of the first lane from what ends a line, and from what begins the next: its arrow heads need room."""
_BETWEEN = 18.0
"""Distance of the lanes between two lines from either of them."""
_SLACK = 0.01


class _Cut(NamedTuple):
    """A place that only edges pass: from the end of what is on its left to the start of what is on its right."""

    end: float
    start: float
    passing: int
    after_numbers: bool = False
    """Whether numbers, not a node, stand at its left."""


@dataclass
class _Line:
    """A piece of the picture between two cuts, and where it is moved."""

    left: float
    right: float
    top: float
    bottom: float
    dx: float = 0.0
    dy: float = 0.0

    def takes(self, top: float, bottom: float) -> None:
        """Make room for what stands between two heights."""
        self.top, self.bottom = min(self.top, top), max(self.bottom, bottom)


def broken(scene: Scene, layout: Layout, width: float) -> Layout:
    """Break a layout into lines of at most ``width``; the same layout if it is not long, or no chain.

    What no cut divides may be wider, up to half of the whole. One that runs down stands in columns of that height.
    """
    if scene.direction == "down":
        return _exchanged(_broken(scene, _exchanged(layout), width))
    return _broken(scene, layout, width)


def _broken(scene: Scene, layout: Layout, width: float) -> Layout:
    if layout.width < LONG * width or not _run_on(layout):
        return layout
    cuts = _chosen(_cuts(scene, layout), width - 2 * _MARGIN)
    if not cuts or max(_length(*pair) for pair in pairwise(cuts)) > layout.width / 2:
        return layout
    return _stacked(scene, layout, cuts)


def _run_on(layout: Layout) -> bool:
    """Whether every edge runs to the right, and never back."""
    return all(b[0] >= a[0] - _SLACK for route in layout.edges for a, b in pairwise(route.points))


def _cuts(scene: Scene, layout: Layout) -> list[_Cut]:
    """Every place where the picture can be cut, and its two sides, from left to right."""
    outermost = [box for group, box in zip(scene.groups, layout.groups, strict=True) if group.parent is None]
    labels = [route.label for route in layout.edges if route.label]
    solid = sorted(
        (box.x, box.x + box.width, numbers)
        for boxes, numbers in ((layout.nodes, False), (outermost, False), (labels, True))
        for box in boxes
    )
    starts = sorted(route.points[0][0] for route in layout.edges)
    ends = sorted(route.points[-1][0] for route in layout.edges)
    reach, after_numbers = solid[0][1:]
    cuts = [_Cut(solid[0][0], solid[0][0], 0)]
    for left, right, numbers in solid:
        if left > reach + 1.0:
            middle = (left + reach) / 2
            passing = bisect_left(starts, middle) - bisect_right(ends, middle)
            if 0 < passing <= MOST_PASSING:
                cuts.append(_Cut(reach, left, passing, after_numbers))
        if right > reach:
            reach, after_numbers = right, numbers
    return [*cuts, _Cut(reach, reach, 0)]


def _chosen(cuts: list[_Cut], width: float) -> list[_Cut]:
    """Choose the cuts that fill the lines best, as evenly as can be; none if one line is enough.

    The first and the last are the picture's sides.
    """
    worst = float("inf")
    costs, before = [0.0] + [worst] * (len(cuts) - 1), [0] * len(cuts)
    for at in range(1, len(cuts)):
        for since in range(at - 1, -1, -1):
            needed = _length(cuts[since], cuts[at])
            too_wide = needed > width
            if too_wide and since < at - 1:
                break
            cost = costs[since] + (width - needed) ** 2 * (9 if too_wide else 1)
            # An edge more is worth a line half as long; numbers stand best where their line begins.
            cost += max(0, cuts[at].passing - 1) * (width / 2) ** 2
            cost += cuts[at].after_numbers * (width / 8) ** 2
            if cost < costs[at]:
                costs[at], before[at] = cost, since
    chosen = []
    at = before[-1]
    while at:
        chosen.append(cuts[at])
        at = before[at]
    return [cuts[0], *reversed(chosen), cuts[-1]] if chosen else []


def _length(begin: _Cut, end: _Cut) -> float:
    """The length of a line with the lanes on both sides."""
    before = _START + (begin.passing - 1) * _LANE if begin.passing else 0.0
    after = _END + (end.passing - 1) * _LANE if end.passing else 0.0
    return end.end - begin.start + before + after


def _stacked(scene: Scene, layout: Layout, cuts: list[_Cut]) -> Layout:
    """Stack the lines between the cuts, and connect them."""
    pieces = [list(_pieces(route.points, cuts)) for route in layout.edges]
    begins = [cut.start for cut in cuts[:-1]]
    lines = [_Line(left.start, right.end, float("inf"), float("-inf")) for left, right in pairwise(cuts)]

    def line_of(box: Box) -> _Line:
        return lines[bisect_right(begins, box.x + _SLACK) - 1]

    labels = [route.label for route in layout.edges if route.label]
    for box in (*layout.nodes, *labels, *layout.groups):
        line_of(box).takes(box.y, box.y + box.height)
    passing: list[list[int]] = [[] for _ in lines]  # edges into each line from the one before
    for edge, parts in enumerate(pieces):
        for at, part in parts:
            lines[at].takes(min(y for _, y in part), max(y for _, y in part))
        for at, _ in parts[1:]:
            passing[at].append(edge)

    indent = _MARGIN + max(_START + (len(edges) - 1) * _LANE for edges in passing[1:])
    y = _MARGIN
    for at, line in enumerate(lines):
        if at:
            y += 2 * _BETWEEN + (len(passing[at]) - 1) * _LANE
        line.dx, line.dy = indent - line.left, y - line.top
        y += line.bottom - line.top

    routes = []
    ranks = [_ranks(at, edges, pieces, lines) for at, edges in enumerate(passing)]
    for edge, (route, parts) in enumerate(zip(layout.edges, pieces, strict=True)):
        points: list[Point] = []
        for at, part in parts:
            moved = [(x + lines[at].dx, y + lines[at].dy) for x, y in part]
            if points:
                out, lane, back = ranks[at][edge]
                right, left = lines[at - 1].right + lines[at - 1].dx + out, indent - back
                level = lines[at].top + lines[at].dy - _BETWEEN - lane
                points += [(right, points[-1][1]), (right, level), (left, level), (left, moved[0][1])]
            points += moved
        label = route.label and _moved(route.label, line_of(route.label))
        routes.append(Route(tuple(_corners(points)), label))
    widest = max(
        *(line.right + line.dx for line in lines),
        *(x for route in routes for x, _ in route.points),
    )
    return replace(
        layout,
        width=widest + _MARGIN,
        height=y + _MARGIN,
        nodes=tuple(_moved(box, line_of(box)) for box in layout.nodes),
        edges=tuple(routes),
        groups=tuple(_moved(box, line_of(box)) for box in layout.groups),
        lines=len(lines),
    )


def _pieces(points: tuple[Point, ...], cuts: list[_Cut]) -> Iterator[tuple[int, list[Point]]]:
    """The part of an edge in each line that it passes, without its bends between two lines."""
    starts = [cut.start for cut in cuts[:-1]]
    first = bisect_right(starts, points[0][0] + _SLACK) - 1
    last = bisect_right(starts, points[-1][0] + _SLACK) - 1
    for at in range(first, last + 1):
        part = list(points)
        if at > first:
            start = cuts[at].start
            entry = (start, _height(points, start))
            part = [entry, *(point for point in part if point[0] > start + _SLACK)]
        if at < last:
            end = cuts[at + 1].end
            leave = (end, _height(points, end))
            part = [*(point for point in part if point[0] < end - _SLACK), leave]
        yield at, part


def _height(points: tuple[Point, ...], x: float) -> float:
    """The height at which an edge passes a place."""
    for (x0, y0), (x1, _) in pairwise(points):
        if x0 - _SLACK <= x <= x1 + _SLACK and x1 - x0 > _SLACK:
            return y0
    return points[-1][1]


def _ranks(
    at: int, edges: list[int], pieces: list[list[tuple[int, list[Point]]]], lines: list[_Line]
) -> dict[int, tuple[float, float, float]]:
    """How far each edge into a line goes out, up from that line's head and back before its start.

    The lowest turns first, then runs on top, then enters outermost: so none crosses another.
    """
    leaves = {edge: next(part for line, part in pieces[edge] if line == at - 1)[-1][1] for edge in edges}
    enters = {edge: next(part for line, part in pieces[edge] if line == at)[0][1] for edge in edges}
    outward = sorted(edges, key=lambda edge: -leaves[edge])
    inward = sorted(edges, key=lambda edge: enters[edge])
    return {
        edge: (
            _END + outward.index(edge) * _LANE,
            (len(edges) - 1 - outward.index(edge)) * _LANE,
            _START + inward.index(edge) * _LANE,
        )
        for edge in edges
    }


def _corners(points: list[Point]) -> list[Point]:
    """The same points without those on a level line between their neighbours."""
    kept = points[:1]
    for at in range(1, len(points) - 1):
        if not points[at - 1][1] == points[at][1] == points[at + 1][1]:
            kept.append(points[at])
    return [*kept, points[-1]]


def _moved(box: Box, line: _Line) -> Box:
    return box._replace(x=box.x + line.dx, y=box.y + line.dy)


def _exchanged(layout: Layout) -> Layout:
    """A layout with x and y exchanged."""

    def turned(box: Box) -> Box:
        return Box(box.y, box.x, box.height, box.width)

    return replace(
        layout,
        width=layout.height,
        height=layout.width,
        nodes=tuple(map(turned, layout.nodes)),
        edges=tuple(
            Route(tuple((y, x) for x, y in points), label and turned(label)) for points, label in layout.edges
        ),
        groups=tuple(map(turned, layout.groups)),
    )
