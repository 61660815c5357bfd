"""A long chain broken into lines, as text is: a laid out graph cut where few edges pass, its pieces stacked.

An edge that passes a cut goes on as the eye does: out at the end of its line, back between the lines, in at the start
of the next. The edges that pass one cut keep their order, so that none of them cross. Only what runs above everything,
as a weight to the far steps that read it, leads from line to line by a rail at the left.
"""

from bisect import bisect_right
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
_HEAD = 20.0
"""Distance of what a line holds from the lines that run above it."""
_SLACK = 0.01


class _Cut(NamedTuple):
    """A place that only edges pass: from the end of what is on its left to the start of what is on its right."""

    end: float
    start: float
    passing: int
    """Number of lanes from its left to its right, without what runs on rails."""
    after_numbers: bool = False
    """Whether numbers, not a node, stand at its left."""


@dataclass
class _Line:
    """A piece of the picture between two cuts, and where it is moved."""

    left: float
    right: float
    top: float
    bottom: float
    content: float = float("inf")
    """The top of all nodes, numbers and boxes."""
    lowest: float = float("-inf")
    """The lowest of the lines that run above all of them."""
    dx: float = 0.0
    dy: float = 0.0

    @property
    def squeezed(self) -> float:
        """The room saved between the lines above and what they lead to."""
        return max(0.0, self.content - self.lowest - _HEAD) if self.lowest > float("-inf") else 0.0

    def moved(self, x: float, y: float) -> Point:
        """Where a point of this line comes to lie."""
        return x + self.dx, y + self.dy - (self.squeezed if y > self.lowest else 0.0)

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
    by_start = sorted(range(len(layout.edges)), key=lambda edge: layout.edges[edge].points[0][0])
    under_way: list[int] = []
    by_start_at = 0
    above = _above(layout)
    reach, after_numbers = solid[0][1:]
    cuts = [_Cut(solid[0][0], solid[0][0], 0)]
    for left, right, numbers in solid:
        if left > reach + 1.0:
            middle = (left + reach) / 2
            while by_start_at < len(by_start) and layout.edges[by_start[by_start_at]].points[0][0] < middle:
                under_way.append(by_start[by_start_at])
                by_start_at += 1
            under_way = [edge for edge in under_way if layout.edges[edge].points[-1][0] > middle]
            passing = _levels(layout, under_way, above, reach, left)
            if under_way and passing <= MOST_PASSING:
                cuts.append(_Cut(reach, left, passing, after_numbers))
        if right > reach:
            reach, after_numbers = right, numbers
    return [*cuts, _Cut(reach, reach, 0)]


def _above(layout: Layout) -> dict[int, float]:
    """The height of each edge that runs above everything, where it does."""
    labels = (route.label for route in layout.edges if route.label)
    top = min(box.y for boxes in (layout.nodes, layout.groups, labels) for box in boxes)
    heights = ((edge, min(y for _, y in route.points)) for edge, route in enumerate(layout.edges))
    return {edge: height for edge, height in heights if height < top - _SLACK}


def _levels(layout: Layout, edges: list[int], above: dict[int, float], left: float, right: float) -> int:
    """The number of lines between two places: edges that run on one line count once, those above everything not."""
    found: set[tuple[float, float]] = set()
    for edge in edges:
        points = layout.edges[edge].points
        level = _height(points, left), _height(points, right)
        if level != (above.get(edge), above.get(edge)):
            found.add(level)
        if len(found) > MOST_PASSING:
            break
    return len(found)


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
        line = line_of(box)
        line.takes(box.y, box.y + box.height)
        line.content = min(line.content, box.y)
    above = _above(layout)
    passing: list[list[int]] = [[] for _ in lines]  # edges into each line from the one before, not by rail
    by_rail: set[tuple[int, int]] = set()
    for edge, parts in enumerate(pieces):
        for (_, part), (at, following) in pairwise(parts):
            if part[-1][1] == following[0][1] == above.get(edge):
                by_rail.add((edge, at))
            else:
                passing[at].append(edge)
        for at, part in parts:
            if not (len(part) == 2 and {(edge, at), (edge, at + 1)} <= by_rail):
                lines[at].takes(min(y for _, y in part), max(y for _, y in part))
                lines[at].lowest = max([lines[at].lowest, *(y for _, y in part if y < lines[at].content)])
    rails = sorted({above[edge] for edge, _ in by_rail})

    indent = _MARGIN + max(_START + max(0, cut.passing - 1) * _LANE for cut in cuts[1:-1])
    indent += len(rails) * _LANE
    y = _MARGIN
    for at, line in enumerate(lines):
        if at:
            y += 2 * _BETWEEN + max(0, cuts[at].passing - 1) * _LANE
        line.dx, line.dy = indent - line.left, y - line.top
        y += line.bottom - line.top - line.squeezed

    routes = []
    ranks = [_ranks(at, edges, pieces) if at else {} for at, edges in enumerate(passing)]
    for edge, (route, parts) in enumerate(zip(layout.edges, pieces, strict=True)):
        points: list[Point] = []
        for at, part in parts:
            moved = [lines[at].moved(*point) for point in part]
            if (edge, at) in by_rail:
                rail = _MARGIN + rails.index(above[edge]) * _LANE
                if (edge, at + 1) in by_rail and len(part) == 2:
                    continue  # it only passes this line
                moved[0] = rail, moved[0][1]
            elif points:
                out, lane, back = ranks[at][edge]
                right, left = lines[at - 1].right + lines[at - 1].dx + out, indent - back
                level = lines[at].top + lines[at].dy - _BETWEEN - lane
                points += [(right, points[-1][1]), (right, level), (left, level), (left, moved[0][1])]
            if (edge, at + 1) in by_rail:
                moved[-1] = _MARGIN + rails.index(above[edge]) * _LANE, moved[-1][1]
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
    at: int, edges: list[int], pieces: list[list[tuple[int, list[Point]]]]
) -> dict[int, tuple[float, float, float]]:
    """How far each edge into a line goes out, up from that line's head and back before its start.

    The lowest turns first, then runs on top, then enters outermost: so none crosses another; one line stays one.
    """
    passes = {}
    for edge in edges:
        parts = dict(pieces[edge])
        passes[edge] = parts[at - 1][-1][1], parts[at][0][1]
    inward = {enters: rank for rank, enters in enumerate(sorted({enters for _, enters in passes.values()}))}
    levels = sorted(set(passes.values()), key=lambda level: (-level[0], level[1]))
    return {
        edge: (
            _END + levels.index(level) * _LANE,
            (len(levels) - 1 - levels.index(level)) * _LANE,
            _START + inward[level[1]] * _LANE,
        )
        for edge, level in passes.items()
    }


def _corners(points: list[Point]) -> list[Point]:
    """The same points without those on a level line between their neighbours."""
    kept = points[:1]
    for at in range(1, len(points) - 1):
        if not points[at - 1][1] == points[at][1] == points[at + 1][1]:
            kept.append(points[at])
    return [*kept, points[-1]]


def _moved(box: Box, line: _Line) -> Box:
    x, y = line.moved(box.x, box.y)
    return box._replace(x=x, y=y)


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
