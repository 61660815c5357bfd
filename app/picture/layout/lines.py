"""A long chain broken into lines, as text is: a laid out graph cut where few edges pass, its pieces stacked.

An edge that passes a cut goes on as the eye does: out at the end of its line, back between the lines, in at the start
of the next. The edges that pass one cut keep their order, so that none of them cross. Only what runs above everything,
as a weight to the far steps that read it, leads from line to line by a rail at the left. An open group longer than a
line may run on in the next, as a paragraph does: in each line it has a box, whose open sides reach the margin.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.scene import Scene

LONG, LONG_RUNNING_ON = 1.5, 1.25
"""A picture is broken from so many widths of a line on, a shorter one is seen smaller; fewer where groups run on."""
MOST_PASSING = 4
"""Limit of edges that pass one cut: a graph with more of them is no chain."""
MOST_RUNNING_ON = 14
"""The same where groups run on, as those of nets do: several edges leap over each of their layers."""
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
_TITLE, _AROUND = 40.0, 14.0
"""Room of a group's first box above what it holds, and of all its boxes elsewhere."""
_BEFORE, _BEHIND = 27.0, 17.0
"""How far a group that begins or ends with a line reaches beyond what it holds, short of the lanes beside it."""
_KEPT = 28.0
"""What is left of an empty height between two things in a line."""
_LONG_GROUP = 0.75
"""A group runs on from so many widths of a line on: else it would leave much of one empty."""
_STEP = 6.0
"""How much farther from the margin an inner group ends than the one around it, where both run on."""


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
    gaps: tuple[tuple[float, float], ...] = ()
    """Heights between which nothing stands and no edge runs: they are left out."""

    @property
    def squeezed(self) -> float:
        """The room saved between the lines above and what they lead to."""
        return max(0.0, self.content - self.lowest - _HEAD) if self.lowest > float("-inf") else 0.0

    def moved(self, x: float, y: float) -> Point:
        """Where a point of this line comes to lie."""
        return x + self.dx, y + self.dy - self.saved(y)

    def saved(self, y: float) -> float:
        """The height saved above a height."""
        saved = self.squeezed if y > self.lowest else 0.0
        return saved + sum(min(max(y - start, 0.0), end - start) for start, end in self.gaps)

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
    long = LONG_RUNNING_ON if scene.runs_on else LONG
    if layout.width < long * width or not _run_on(layout):
        return layout
    running = _running_on(scene, layout, width)
    cuts = _chosen(_cuts(scene, layout, running), width - 2 * _MARGIN)
    widest = max(layout.width / 2, width if scene.runs_on else 0.0)
    if not cuts or max(_length(*pair) for pair in pairwise(cuts)) > widest:
        return layout
    return _stacked(scene, layout, cuts, running)


def _running_on(scene: Scene, layout: Layout, width: float) -> list[int]:
    """The groups that may run on in another line: about as long as one, as all around them."""
    return [at for at, box in enumerate(layout.groups) if scene.runs_on and box.width > _LONG_GROUP * width]


def _run_on(layout: Layout) -> bool:
    """Whether every edge runs to the right, and never back."""
    return all(b[0] >= a[0] - _SLACK for route in layout.edges for a, b in pairwise(route.points))


def _cuts(scene: Scene, layout: Layout, running: list[int]) -> list[_Cut]:
    """Every place where the picture can be cut, and its two sides, from left to right."""
    most = MOST_RUNNING_ON if scene.runs_on else MOST_PASSING
    outermost = [
        box
        for at, (group, box) in enumerate(zip(scene.groups, layout.groups, strict=True))
        if at not in running and (group.parent is None or group.parent in running)
    ]
    labels = [route.label for route in layout.edges if route.label]
    solid = sorted(
        (box.x, box.x + box.width, numbers)
        for boxes, numbers in ((layout.nodes, False), (outermost, False), (labels, True))
        for box in boxes
    )
    by_start = sorted(range(len(layout.edges)), key=lambda edge: layout.edges[edge].points[0][0])
    under_way: list[int] = []
    by_start_at = 0
    above = {} if scene.runs_on else _above(layout)
    reach, after_numbers = solid[0][1:]
    cuts = [_Cut(solid[0][0], solid[0][0], 0)]
    for left, right, numbers in solid:
        if left > reach + 1.0:
            middle = (left + reach) / 2
            while by_start_at < len(by_start) and layout.edges[by_start[by_start_at]].points[0][0] < middle:
                under_way.append(by_start[by_start_at])
                by_start_at += 1
            under_way = [edge for edge in under_way if layout.edges[edge].points[-1][0] > middle]
            passing = _levels(layout, under_way, above, reach, left, most)
            if under_way and passing <= most:
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


def _levels(
    layout: Layout, edges: list[int], above: dict[int, float], left: float, right: float, most: int
) -> int:
    """The number of lines between two places: edges that run on one line count once, those above everything not."""
    found: set[tuple[float, float]] = set()
    for edge in edges:
        points = layout.edges[edge].points
        level = _height(points, left), _height(points, right)
        if level != (above.get(edge), above.get(edge)):
            found.add(level)
        if len(found) > most:
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


def _stacked(scene: Scene, layout: Layout, cuts: list[_Cut], running: list[int]) -> Layout:
    """Stack the lines between the cuts, and connect them."""
    pieces = [list(_pieces(route.points, cuts)) for route in layout.edges]
    begins = [cut.start for cut in cuts[:-1]]
    lines = [_Line(left.start, right.end, float("inf"), float("-inf")) for left, right in pairwise(cuts)]

    def line_of(box: Box) -> _Line:
        return lines[bisect_right(begins, box.x + _SLACK) - 1]

    labels = [route.label for route in layout.edges if route.label]
    whole = [box for at, box in enumerate(layout.groups) if at not in running]
    for box in (*layout.nodes, *labels, *whole):
        line = line_of(box)
        line.takes(box.y, box.y + box.height)
        line.content = min(line.content, box.y)
    spans = _spans(scene, layout, running, begins, pieces)
    for at in running:
        for line_at, (top, bottom) in spans[at].items():
            lines[line_at].takes(top, bottom)
            lines[line_at].content = min(lines[line_at].content, top)
    above = {} if scene.runs_on else _above(layout)
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
                if scene.runs_on:
                    continue  # all that is empty is left out there
                lines[at].lowest = max([lines[at].lowest, *(y for _, y in part if y < lines[at].content)])
    rails = sorted({above[edge] for edge, _ in by_rail})
    if scene.runs_on:
        _squeeze(lines, [*layout.nodes, *labels, *whole], line_of, spans, pieces)

    indent = _MARGIN + max(_START + max(0, cut.passing - 1) * _LANE for cut in cuts[1:-1])
    indent += len(rails) * _LANE
    y = _MARGIN
    for at, line in enumerate(lines):
        if at:
            y += 2 * _BETWEEN + max(0, cuts[at].passing - 1) * _LANE
        line.dx, line.dy = indent - line.left, y - line.top
        y += line.bottom - line.top - line.saved(line.bottom)

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
    frames = [_moved(box, line_of(box)) if at not in running else box for at, box in enumerate(layout.groups)]
    more: list[tuple[int, Box]] = []
    for at in running:
        first, *others = _running_boxes(
            scene, layout.groups[at], at, running, spans[at], lines, widest + _MARGIN
        )
        frames[at] = first
        more += [(at, box) for box in others]
    return replace(
        layout,
        width=widest + _MARGIN,
        height=y + _MARGIN,
        nodes=tuple(_moved(box, line_of(box)) for box in layout.nodes),
        edges=tuple(routes),
        groups=tuple(frames),
        lines=len(lines),
        pieces=tuple(more),
    )


def _squeeze(
    lines: list[_Line],
    solid: list[Box],
    line_of: Callable[[Box], _Line],
    spans: dict[int, dict[int, tuple[float, float]]],
    pieces: list[list[tuple[int, list[Point]]]],
) -> None:
    """Leave out what is empty between two heights of each line, but for a little."""
    taken: list[list[tuple[float, float]]] = [[] for _ in lines]
    place = {id(line): at for at, line in enumerate(lines)}
    for box in solid:
        taken[place[id(line_of(box))]].append((box.y, box.y + box.height))
    for tops in spans.values():
        first = min(tops)
        for at, (top, bottom) in tops.items():
            taken[at] += [(top, top + (_TITLE if at == first else _AROUND)), (bottom - _AROUND, bottom)]
    for parts in pieces:
        for at, part in parts:
            taken[at] += [(y, y) for _, y in part]
    for line, intervals in zip(lines, taken, strict=True):
        gaps = []
        reach = min((start for start, _ in intervals), default=0.0)
        for start, end in sorted(intervals):
            if start - reach > _KEPT:
                gaps.append((reach + _KEPT / 2, start - _KEPT / 2))
            reach = max(reach, end)
        line.gaps = tuple(gaps)


def _spans(
    scene: Scene,
    layout: Layout,
    running: list[int],
    begins: list[float],
    pieces: list[list[tuple[int, list[Point]]]],
) -> dict[int, dict[int, tuple[float, float]]]:
    """Top and bottom of each group that runs on, in every line that it has something in."""
    found: dict[int, dict[int, tuple[float, float]]] = {}
    parents = [_around(scene, group.parent) for group in scene.groups]
    inside = [_around(scene, node.parent) for node in scene.nodes]
    for at in reversed(running):
        frame = layout.groups[at]
        heights: dict[int, list[float]] = {}

        def take(line: int, *ys: float, into: dict[int, list[float]] = heights) -> None:
            into.setdefault(line, []).extend(ys)

        held = [box for box, around in zip(layout.nodes, inside, strict=True) if at in around]
        held += [
            box
            for group, (box, around) in enumerate(zip(layout.groups, parents, strict=True))
            if at in around and group not in running
        ]
        for edge, route, parts in zip(scene.edges, layout.edges, pieces, strict=True):
            ends = (at in inside[edge.source]) + (at in inside[edge.target])
            if ends == 2 and route.label:
                held.append(route.label)
            for line, part in parts if ends else ():
                within = [y for x, y in part if frame.x <= x <= frame.x + frame.width]
                take(line, *within)
        for box in held:
            take(bisect_right(begins, box.x + _SLACK) - 1, box.y, box.y + box.height)
        for group in running:
            if scene.groups[group].parent == at:
                for line, (top, bottom) in found[group].items():
                    take(line, top, bottom)
        first = min(line for line, ys in heights.items() if ys)
        found[at] = {
            line: (min(ys) - (_TITLE if line == first else _AROUND), max(ys) + _AROUND)
            for line, ys in sorted(heights.items())
            if ys
        }
    return found


def _around(scene: Scene, group: int | None) -> frozenset[int]:
    """A group with all around it."""
    found = set()
    while group is not None:
        found.add(group)
        group = scene.groups[group].parent
    return frozenset(found)


def _running_boxes(
    scene: Scene,
    frame: Box,
    at: int,
    running: list[int],
    spans: dict[int, tuple[float, float]],
    lines: list[_Line],
    width: float,
) -> Iterator[Box]:
    """The boxes of a group that runs on, line by line; the sides where it goes on reach the margin."""
    depth = len(_around(scene, scene.groups[at].parent) & set(running))
    inner = min(_STEP, _MARGIN / 2 / len(running)) * depth
    open_side = _MARGIN / 3 + inner
    for line_at, (top, bottom) in spans.items():
        line = lines[line_at]
        left, right = open_side, width - open_side
        if line_at == min(spans):
            left = max(frame.x, line.left - _BEFORE + inner) + line.dx
        if line_at == max(spans):
            right = min(frame.x + frame.width, line.right + _BEHIND - inner) + line.dx
        _, upper = line.moved(frame.x, top)
        _, lower = line.moved(frame.x, bottom)
        yield Box(left, upper, right - left, lower - upper)


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
        pieces=tuple((group, turned(box)) for group, box in layout.pieces),
    )
