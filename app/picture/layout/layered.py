"""A layered layout in Python, after Sugiyama: for graphs of hundreds of nodes, where ELK takes seconds.

Columns of nodes alternate with columns of numbers, each edge's beside its source. ``order`` sorts the columns,
``heights`` makes edges straight, ``channels`` gives each bend a lane. An input that far steps read again and again
does not run through all the columns between: one line above the graph leads to all of them, with their numbers
beside each reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from chainrule.app.picture.layout.channels import Bend, lanes
from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.layout.heights import Sizes, Stretch, heights
from chainrule.app.picture.layout.order import Link, crossings, ordered
from chainrule.app.picture.layout.plain import BESIDE, columns_of, exchanged, left_of, turned
from chainrule.app.picture.scene import Scene, SceneNode
from chainrule.app.picture.scene.space import EAST_PITCH
from chainrule.app.picture.scene.space import ports as equally

_MARGIN, _LANE, _PAIR = 24.0, 20.0, 13.0
_APART, _LINES_APART = 14.0, 20.0
_CLEAR = 20.0
"""Distance of numbers from a node without bends between."""
_LEAVE, _ARRIVE = 24.0, 32.0
"""Distance of a node from the first bend after it, and from the last one before it."""
_FAR, _READERS = 5, 3
"""An input leads to a reader by the line above from so many columns on, if so many of its readers are as far."""
_NARROW = 4
"""Most elements in a column, on average, of a graph with such lines: in a wide one they would cross everything."""
_LONG, _MAIN = 8.0, 1.5
"""Importance of being straight: of a stretch within a long edge, and of an operand that arrives in the middle."""


_EDGE, _RISE, _DROP = range(3)
"""What bends: an edge, or what leads to a line above and from it."""
_Bends = dict[tuple[int, int], Bend]
_Lanes = dict[tuple[int, int], int]


@dataclass
class _Elements:
    """What stands in the layers: nodes first, then the numbers of edges and the points where they pass a column."""

    above: list[float] = field(default_factory=list)
    below: list[float] = field(default_factory=list)
    thin: list[bool] = field(default_factory=list)

    def add(self, above: float, below: float, thin: bool) -> int:
        self.above.append(above)
        self.below.append(below)
        self.thin.append(thin)
        return len(self.thin) - 1


def work(scene: Scene) -> int:
    """The number of nodes, and of columns that edges pass: what a layout costs."""
    columns = columns_of(scene)
    far = _far_edges(scene, columns)
    return len(scene.nodes) + sum(
        columns[edge.target] - columns[edge.source] - 1
        for at, edge in enumerate(scene.edges)
        if at not in far
    )


def _far_edges(scene: Scene, columns: Sequence[int]) -> set[int]:
    """The edges that lead to their reader by a line above the graph."""
    found: set[int] = set()
    place = {edge.id: at for at, edge in enumerate(scene.edges)}
    for at, leaving in enumerate(scene.outgoing):
        if not scene.incoming[at]:
            far = [place[edge.id] for edge in leaving if columns[edge.target] - columns[at] >= _FAR]
            if len(far) >= _READERS:
                found.update(far)
    passed = sum(
        columns[e.target] - columns[e.source] - 1 for at, e in enumerate(scene.edges) if at not in found
    )
    return found if len(scene.nodes) + passed <= _NARROW * (max(columns) + 1) else set()


def layout(scene: Scene) -> Layout:
    """Lay out a scene without open groups. One that runs down is laid out to the right and exchanged."""
    return _Layered(scene).layout()


def flat_layout(scene: Scene) -> Layout | None:
    """Lay out a scene, such as a chain or a tree, if no edges cross in it; else None."""
    made = _Layered(scene)
    return None if made.crossings else made.layout()


class _Layered:
    """One layout being made."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.down = scene, scene.direction == "down"
        shapes = [exchanged(node) for node in scene.nodes] if self.down else list(scene.nodes)
        self.shapes: list[SceneNode] = shapes
        self.columns = columns_of(scene)
        self.far = _far_edges(scene, self.columns)
        # Edges from constants that stand among the numbers, close to their only reader.
        self.close = {
            at
            for at, edge in enumerate(scene.edges)
            if scene.nodes[edge.source].kind == "constant"
            and not edge.labelled
            and len(scene.outgoing[edge.source]) == 1
        }
        self.among_numbers = {scene.edges[at].source for at in self.close}
        self.middles = [node.shape_height / 2 for node in shapes]
        self.elements = _Elements()
        for node, middle in zip(shapes, self.middles, strict=True):
            self.elements.add(middle, node.height - middle, False)
        self.rooms = [edge.room[::-1] if self.down else edge.room for edge in scene.edges]
        # The elements of each edge, from its numbers to the last column it passes; in turn of numbers and of nodes.
        self.chains: list[list[int]] = [[] for _ in scene.edges]
        count = max(self.columns) + 1
        self.node_layers = self._first_order(count)
        self.lefts: list[float] = []
        self.rights: list[float] = []
        self.begins: list[float] = []
        self.ends: list[float] = []
        links: list[list[Link]] = [[] for _ in range(count)]
        self.members: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]  # edge, from, to, by gap
        for at, edge in enumerate(scene.edges):
            operand = (edge.slot + 1) / (len(shapes[edge.target].west) + 1) - 0.5
            if at in self.far or at in self.close:
                self.chains[at] = [self._numbers(at) if at in self.far else edge.source]
                continue
            before = edge.source
            for column in range(self.columns[edge.source], self.columns[edge.target]):
                last = column + 1 == self.columns[edge.target]
                first = before == edge.source
                numbers = self._numbers(at) if first else self.elements.add(0.0, 0.0, True)
                self.chains[at].append(numbers)
                after = edge.target if last else self.elements.add(0.0, 0.0, True)
                if not last:
                    self.chains[at].append(after)
                    self.node_layers[column + 1].append(after)
                links[column].append(Link(before, after, operand if last else 0.0))
                self.members[column].append((at, before, after))
                before = after
        self.links = links
        self.node_layers = ordered(self.node_layers, links)
        self.crossings = crossings(self.node_layers, links)

    def _numbers(self, at: int) -> int:
        """Make the element of an edge's numbers, or of its line alone."""
        if not self.scene.edges[at].labelled:
            return self.elements.add(0.0, 0.0, True)
        _, height = self.rooms[at]
        if self.down:
            return self.elements.add(_APART / 2, BESIDE + height, False)
        return self.elements.add(height / 2, height / 2, False)

    def _first_order(self, count: int) -> list[list[int]]:
        """The nodes of each column as a walk from the result meets them, operands from top to bottom."""
        found: list[list[int]] = [[] for _ in range(count)]
        seen = [False] * len(self.shapes)
        for start in range(len(self.shapes) - 1, -1, -1):
            pending = [start]
            while pending:
                at = pending.pop()
                if seen[at]:
                    continue
                seen[at] = True
                if at not in self.among_numbers:
                    found[self.columns[at]].append(at)
                pending += [edge.source for edge in reversed(self.scene.incoming[at])]
        return found

    def layout(self) -> Layout:
        """Place everything."""
        boxes, routes, width, height = self._placed()
        if self.down:
            boxes = [turned(box) for box in boxes]
            routes = [
                Route(tuple((y, x) for x, y in points), label and turned(label)) for points, label in routes
            ]
            width, height = height, width
        return Layout("layered", width, height, tuple(boxes), tuple(routes), ())

    def _placed(self) -> tuple[list[Box], list[Route], float, float]:
        """Place everything: boxes, routes, width and height."""
        gaps = self._number_layers()
        self.ports = self._ports(gaps)
        layers = [layer for pair in zip(self.node_layers, gaps, strict=True) for layer in pair]
        y = heights(layers[:-1], self._stretches(), self._sizes())
        top = min(at - above for at, above in zip(y, self.elements.above, strict=True))
        buses = sorted({self.scene.edges[at].source for at in self.far}, key=lambda node: self.columns[node])
        head = _MARGIN + (len(buses) * _LANE + _APART if buses else 0.0)
        self.y = [at - top + head for at in y]
        self.lines = {node: _MARGIN + at * _LANE for at, node in enumerate(buses)}
        first, second = self._bends()
        self.lanes = [_lanes_of(bends) for bends in first], [_lanes_of(bends) for bends in second]
        self._across()
        boxes = [
            Box(
                self.ends[column] - node.width
                if at in self.among_numbers
                else left_of(node, self.lefts[column], self.rights[column]),
                self.y[at] - self.middles[at],
                node.width,
                node.height,
            )
            for at, (node, column) in enumerate(zip(self.shapes, self.columns, strict=True))
        ]
        bottom = max(at + below for at, below in zip(self.y, self.elements.below, strict=True))
        routes = [self._route(at, boxes) for at in range(len(self.scene.edges))]
        return boxes, routes, self.rights[-1] + _MARGIN, bottom + _MARGIN

    def _bends(self) -> tuple[list[_Bends], list[_Bends]]:
        """The bends in the channel after each column of nodes, and in that after each column of numbers."""
        first: list[_Bends] = [{} for _ in self.members]
        second: list[_Bends] = [{} for _ in self.members]
        for gap, members in enumerate(self.members):
            for at, before, after in members:
                level = self.y[self._along(at, gap)]
                _bend(first[gap], (_EDGE, at), self.y[before] + self._leaves(at, before), level)
                _bend(second[gap], (_EDGE, at), level, self.y[after] + self._arrives(at, after))
        for at in self.far:
            edge = self.scene.edges[at]
            gap, level, line = (
                self.columns[edge.target] - 1,
                self.y[self.chains[at][0]],
                self.lines[edge.source],
            )
            leaves = self.y[edge.source] + self._leaves(at, edge.source)
            _bend(first[self.columns[edge.source]], (_RISE, edge.source), leaves, line)
            _bend(first[gap], (_DROP, at), line, level)
            _bend(second[gap], (_EDGE, at), level, self.y[edge.target] + self._arrives(at, edge.target))
        for at in self.close:
            edge = self.scene.edges[at]
            arrives = self.y[edge.target] + self._arrives(at, edge.target)
            _bend(second[self.columns[edge.source]], (_EDGE, at), self.y[edge.source], arrives)
        return first, second

    def _along(self, at: int, gap: int) -> int:
        """The element of an edge among the numbers of a gap."""
        return self.chains[at][
            0 if at in self.far or at in self.close else 2 * (gap - self.columns[self.scene.edges[at].source])
        ]

    def _route(self, at: int, boxes: list[Box]) -> Route:
        """The corners of an edge, and the place of its numbers."""
        edge, (one, two) = self.scene.edges[at], self.lanes
        source, target = boxes[edge.source], boxes[edge.target]
        begin = self.columns[edge.source]
        height = self.y[edge.source] + self._leaves(at, edge.source)
        points: list[Point] = [(source.x + source.width, height)]
        if at in self.far:
            rise = self.rights[begin] + _LEAVE + one[begin][_RISE, edge.source] * _LANE
            begin = self.columns[edge.target] - 1
            drop = self.rights[begin] + _LEAVE + one[begin][_DROP, at] * _LANE
            line, level = self.lines[edge.source], self.y[self.chains[at][0]]
            points += [(rise, height), (rise, line), (drop, line), (drop, level)]
            height = level
        for gap in range(begin, self.columns[edge.target]):
            along = self._along(at, gap)
            if (_EDGE, at) in one[gap]:
                x = self.rights[gap] + _LEAVE + one[gap][_EDGE, at] * _LANE
                points += [(x, height), (x, self.y[along])]
            height = self.y[along]
            last = gap + 1 == self.columns[edge.target]
            after = edge.target if last else self.chains[at][2 * (gap - begin) + 1]
            goes = self.y[after] + self._arrives(at, after)
            if (_EDGE, at) in two[gap]:
                x = self.ends[gap] + _CLEAR + two[gap][_EDGE, at] * _LANE
                points += [(x, height), (x, goes)]
            height = goes
        points.append((target.x, height))
        label = None
        if edge.labelled:
            width, tall = self.rooms[at]
            level = self.y[self.chains[at][0]]
            label = Box(self.begins[begin], level + BESIDE if self.down else level - tall / 2, width, tall)
        return Route(tuple(_without_steps(points)), label)

    def _number_layers(self) -> list[list[int]]:
        """Sort the numbers in each gap as their edges leave; those of far edges stand by their readers."""
        gaps: list[list[int]] = []
        places = [{element: at for at, element in enumerate(column)} for column in self.node_layers]
        for gap, members in enumerate(self.members):
            keyed = []
            for at, before, after in members:
                along = self._along(at, gap)
                arrives = places[gap + 1][after] + self._operand(at, after)
                keyed.append((places[gap][before], arrives, along))
            keyed.sort()
            gaps.append([along for _, _, along in keyed])
            arriving = [arrives for _, arrives, _ in keyed]
            far = [
                (places[gap + 1][edge.target] + self._operand(at, edge.target), at)
                for at in self.far | self.close
                if self.columns[(edge := self.scene.edges[at]).target] == gap + 1
            ]
            for arrives, at in sorted(far):
                place = next((k for k, other in enumerate(arriving) if other > arrives), len(arriving))
                # Beside what leads to the same reader, if anything does.
                same = [k for k, other in enumerate(arriving) if abs(other - arrives) < 1.0]
                if same:
                    place = next((k for k in same if arriving[k] > arrives), same[-1] + 1)
                arriving.insert(place, arrives)
                gaps[-1].insert(place, self.chains[at][0])
        return gaps

    def _operand(self, at: int, after: int) -> float:
        edge = self.scene.edges[at]
        if after != edge.target:
            return 0.0
        return (edge.slot + 1) / (len(self.shapes[after].west) + 1) - 0.5

    def _ports(self, gaps: list[list[int]]) -> dict[int, float]:
        """Where each edge leaves its source: an offset from its middle. Far edges leave at the top."""
        ports: dict[int, float] = {}
        place = {element: at for gap in gaps for at, element in enumerate(gap)}
        leaving: list[list[int]] = [[] for _ in self.shapes]
        for at, edge in enumerate(self.scene.edges):
            leaving[edge.source].append(at)
        for node, edges in enumerate(leaving):
            near = sorted(
                (at for at in edges if at not in self.far), key=lambda at: place[self.chains[at][0]]
            )
            offsets: Sequence[float] = self.shapes[node].east
            if len(near) < len(edges):  # far edges leave as one, above the others
                above, *offsets = equally(len(near) + 1, self.middles[node], EAST_PITCH)
                ports |= dict.fromkeys(self.far.intersection(edges), above - self.middles[node])
            for offset, at in zip(offsets, near, strict=True):
                ports[at] = offset - self.middles[node]
        return ports

    def _leaves(self, at: int, before: int) -> float:
        return self.ports[at] if before == self.scene.edges[at].source else 0.0

    def _arrives(self, at: int, after: int) -> float:
        edge = self.scene.edges[at]
        return self.shapes[after].west[edge.slot] - self.middles[after] if after == edge.target else 0.0

    def _stretches(self) -> list[list[Stretch]]:
        """The stretches between neighbouring layers, of nodes and of numbers in turn."""
        found: list[list[Stretch]] = [[] for _ in range(2 * len(self.members) - 2)]
        for gap, members in enumerate(self.members):
            for at, before, after in members:
                edge = self.scene.edges[at]
                along = self._along(at, gap)
                arrives = self._arrives(at, after)
                long = self.columns[edge.target] - self.columns[edge.source] > 1
                main = _MAIN if arrives == 0.0 and after == edge.target else 1.0
                main -= 0.2 * (not edge.labelled)
                found[2 * gap].append(
                    Stretch(
                        before,
                        self._leaves(at, before),
                        along,
                        0.0,
                        _LONG if before != edge.source else main,
                    )
                )
                found[2 * gap + 1].append(
                    Stretch(along, 0.0, after, arrives, _LONG if long and after != edge.target else main)
                )
        for at in self.far | self.close:
            edge = self.scene.edges[at]
            found[2 * self.columns[edge.target] - 1].append(
                Stretch(self.chains[at][0], 0.0, edge.target, self._arrives(at, edge.target), 0.9)
            )
        return found

    def _sizes(self) -> Sizes:
        return Sizes(self.elements.above, self.elements.below, self.elements.thin, _APART, _LINES_APART)

    def _across(self) -> None:
        """Find where each column of nodes begins and ends, and each of numbers."""
        widths, sides = [0.0] * len(self.members), [0.0] * len(self.members)
        for at, edge in enumerate(self.scene.edges):
            gap = self.columns[edge.target] - 1 if at in self.far else self.columns[edge.source]
            if edge.labelled:
                widths[gap] = max(widths[gap], self.rooms[at][0])
        for at, (node, column) in enumerate(zip(self.shapes, self.columns, strict=True)):
            of = widths if at in self.among_numbers else sides
            of[column] = max(of[column], node.width)
        x = _MARGIN
        for side, width, one, two in zip(sides, widths, *self.lanes, strict=True):
            self.lefts.append(x)
            self.rights.append(x + side)
            self.begins.append(self.rights[-1] + _room(one, _LEAVE, _CLEAR))
            self.ends.append(self.begins[-1] + width)
            x = self.ends[-1] + _room(two, _CLEAR, _ARRIVE)


def _bend(bends: _Bends, key: tuple[int, int], comes: float, goes: float) -> None:
    if abs(comes - goes) > 0.01:
        bends[key] = Bend(comes, goes)


def _lanes_of(bends: _Bends) -> _Lanes:
    return dict(zip(bends, lanes(list(bends.values()), _PAIR), strict=True))


def _room(bends: _Lanes, before: float, after: float) -> float:
    """The width of a channel."""
    return before + max(bends.values()) * _LANE + after if bends else _CLEAR


def _without_steps(points: list[Point]) -> list[Point]:
    """The same points, without those on a line between their neighbours."""
    kept = points[:1]
    for point, following in pairwise(points[1:]):
        if not (kept[-1][1] == point[1] == following[1] or kept[-1][0] == point[0] == following[0]):
            kept.append(point)
    return [*kept, points[-1]]
