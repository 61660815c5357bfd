"""A level whose layers are sorted: heights, the lanes of all bends, the widths of columns, and so boxes and routes.

An input that far steps read again and again does not run through all the columns between: one line above the graph
leads to all of them, with their numbers beside each reader.
"""

from collections.abc import Sequence
from itertools import pairwise

from chainrule.app.picture.layout.channels import Bend, lanes, making_way
from chainrule.app.picture.layout.geometry import Box, Point
from chainrule.app.picture.layout.layers import Layers
from chainrule.app.picture.layout.net import Placed
from chainrule.app.picture.layout.plain import BESIDE

_LANE, _PAIR = 20.0, 13.0
_ABOVE = 14.0
"""Distance of the lines above from what they lead to."""
_CLEAR = 20.0
"""Distance of numbers from a node without bends between."""
_LEAVE, _ARRIVE = 24.0, 32.0
"""Distance of a node from the first bend after it, and from the last one before it."""

_EDGE, _RISE, _DROP = range(3)
"""What bends: a tie, or what leads to a line above and from it."""

_Key = tuple[int, int]
_Lanes = dict[_Key, list[tuple[int, float]]]
"""For each bend its lane and the height at which its line goes on; two of them for one that makes way."""


class _Bends(dict[_Key, Bend]):
    """The bends of one channel, and the heights of the lines that pass it straight."""

    def __init__(self) -> None:
        super().__init__()
        self.straight: list[float] = []

    def put(self, key: _Key, comes: float, goes: float) -> None:
        """Note a line that passes the channel."""
        if abs(comes - goes) > 0.01:
            self[key] = Bend(comes, goes)
        else:
            self.straight.append(comes)

    def lanes(self) -> _Lanes:
        """Give each bend its lane."""
        made = making_way(list(self.values()), _PAIR, self.straight)
        pieces = [piece for line in made for piece in line]
        owners = [at for at, line in enumerate(made) for _ in line]
        found: _Lanes = {key: [] for key in self}
        keys = list(self)
        for owner, lane, piece in zip(owners, lanes(pieces, _PAIR, owners), pieces, strict=True):
            found[keys[owner]].append((lane, piece.goes))
        return found


def placed(layers: Layers) -> Placed:
    """Place everything in a level."""
    return _Places(layers).placed()


class _Places:
    """One level being placed."""

    def __init__(self, layers: Layers) -> None:
        self.layers, self.net, self.columns = layers, layers.net, layers.columns
        walls, elements = self.net.walls, layers.elements
        y = layers.heights()
        top = min(at - above for at, above in zip(y, elements.above, strict=True))
        buses = sorted({self.net.ties[at].source for at in layers.far}, key=lambda node: self.columns[node])
        head = walls.top + (len(buses) * _LANE + _ABOVE if buses else 0.0)
        self.y = [at - top + head for at in y]
        bottom = max(at + below for at, below in zip(self.y, elements.below, strict=True))
        self.height = max(bottom + walls.bottom, walls.height)
        self.lines = {node: walls.top + at * _LANE for at, node in enumerate(buses)}
        first, second = self._bends()
        self.lanes = [bends.lanes() for bends in first], [bends.lanes() for bends in second]
        self.lefts: list[float] = []
        self.rights: list[float] = []
        self.begins: list[float] = []
        self.ends: list[float] = []
        self._across()

    def placed(self) -> Placed:
        """Return the boxes and routes."""
        boxes = []
        for at, (item, column) in enumerate(zip(self.net.items, self.columns, strict=True)):
            left, right = self.lefts[column], self.rights[column]
            if at in self.layers.among_numbers:
                x = self.ends[column] - item.width
            elif item.kind in ("input", "constant"):
                x = right - item.width
            else:
                x = left if item.kind == "output" else (left + right - item.width) / 2
            boxes.append(Box(x, self.y[at] - item.middle, item.width, item.height))
        routes = [self._route(at, boxes) for at in range(len(self.net.ties))]
        return Placed(self.width, self.height, boxes, routes)

    def _bends(self) -> tuple[list[_Bends], list[_Bends]]:
        """The bends in the channel after each column of nodes, and in that after each column of numbers."""
        layers, ties = self.layers, self.net.ties
        first: list[_Bends] = [_Bends() for _ in layers.members]
        second: list[_Bends] = [_Bends() for _ in layers.members]
        for gap, members in enumerate(layers.members):
            for at, before, after in members:
                level = self.y[layers.along(at, gap)]
                first[gap].put((_EDGE, at), self.y[before] + layers.leaves(at, before), level)
                second[gap].put((_EDGE, at), level, self.y[after] + layers.arrives(at, after))
        for at in layers.far:
            source, target = ties[at].source, ties[at].target
            gap, level, line = self.columns[target] - 1, self.y[layers.chains[at][0]], self.lines[source]
            leaves = self.y[source] + layers.leaves(at, source)
            first[self.columns[source]].put((_RISE, source), leaves, line)
            first[gap].put((_DROP, at), line, level)
            second[gap].put((_EDGE, at), level, self.y[target] + layers.arrives(at, target))
        for at in layers.close:
            source, target = ties[at].source, ties[at].target
            arrives = self.y[target] + layers.arrives(at, target)
            second[self.columns[target] - 1].put((_EDGE, at), self.y[source], arrives)
        return first, second

    def _across(self) -> None:
        """Find where each column of nodes begins and ends, and each of numbers."""
        count = len(self.layers.members)
        widths, sides = [0.0] * count, [0.0] * count
        for at, tie in enumerate(self.net.ties):
            gap = self.columns[tie.target] - 1 if at in self.layers.far else self.columns[tie.source]
            if tie.labelled:
                widths[gap] = max(widths[gap], tie.room[0])
        for at, (item, column) in enumerate(zip(self.net.items, self.columns, strict=True)):
            of = widths if at in self.layers.among_numbers else sides
            of[column] = max(of[column], item.width)
        x = self.net.walls.left
        for side, width, one, two in zip(sides, widths, *self.lanes, strict=True):
            self.lefts.append(x)
            self.rights.append(x + side)
            self.begins.append(self.rights[-1] + _room(one, _LEAVE, _CLEAR))
            self.ends.append(self.begins[-1] + width)
            x = self.ends[-1] + _room(two, _CLEAR, _ARRIVE)
        spare = self.net.walls.width - self.width
        if spare > 0:  # what it holds stands in the middle, its ends at the walls
            for sides in (self.lefts, self.rights, self.begins, self.ends):
                sides[1:] = [x + spare / 2 for x in sides[1:]]
            self.lefts[-1] += spare / 2
            self.rights[-1] += spare / 2

    @property
    def width(self) -> float:
        return self.rights[-1] + self.net.walls.right

    def _route(self, at: int, boxes: list[Box]) -> tuple[list[Point], Box | None]:
        """The corners of a tie, and the place of its numbers."""
        layers, tie, (one, two) = self.layers, self.net.ties[at], self.lanes
        source, target = boxes[tie.source], boxes[tie.target]
        begin, end = self.columns[tie.source], self.columns[tie.target]
        points: list[Point] = [(source.x + source.width, self.y[tie.source] + layers.leaves(at, tie.source))]
        if at in layers.far:
            points += _bent(points, self.rights[begin] + _LEAVE, one[begin][_RISE, tie.source])
            begin = end - 1
            points += _bent(points, self.rights[begin] + _LEAVE, one[begin][_DROP, at])
        for gap in range(end - 1 if at in layers.close else begin, end):
            points += _bent(points, self.rights[gap] + _LEAVE, one[gap].get((_EDGE, at), ()))
            points += _bent(points, self.ends[gap] + _CLEAR, two[gap].get((_EDGE, at), ()))
        points.append((target.x, points[-1][1]))
        label = None
        if tie.labelled:
            width, tall = tie.room
            level = self.y[layers.chains[at][0]]
            y = level + BESIDE if self.net.down else level - tall / 2
            label = Box(self.begins[begin], y, width, tall)
        return without_steps(points), label


def _bent(points: list[Point], first: float, lanes: Sequence[tuple[int, float]]) -> list[Point]:
    """The corners with which a line goes on through a channel, whose first lane is at ``first``."""
    height, corners = points[-1][1], []
    for lane, goes in lanes:
        x = first + lane * _LANE
        corners += [(x, height), (x, goes)]
        height = goes
    return corners


def _room(bends: _Lanes, before: float, after: float) -> float:
    """The width of a channel."""
    return (
        before + max(lane for line in bends.values() for lane, _ in line) * _LANE + after if bends else _CLEAR
    )


def without_steps(points: list[Point]) -> list[Point]:
    """The same points, without those on a line between their neighbours."""
    kept = points[:1]
    for point, following in pairwise(points[1:]):
        if not (kept[-1][1] == point[1] == following[1] or kept[-1][0] == point[0] == following[0]):
            kept.append(point)
    return [*kept, points[-1]]
