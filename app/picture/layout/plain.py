"""A plain layered layout in nearly linear time and memory, for graphs too large for ELK, and for when ELK fails.

A node's column is its longest path to the result. Heights are set from the result leftwards: a node stands level with
its readers, or as near below as there is room. Each edge has a row of its own beside its source, for its numbers, and
a lane of its own before its target. So lines may cross but never coincide; long lines pass behind nodes.
"""

from collections.abc import Sequence
from dataclasses import replace

from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.scene import Scene, SceneNode

_MARGIN, _GAP, _LANE, _ROW = 24.0, 22.0, 18.0, 22.0
_FRAME, _TITLE = 16.0, 34.0
BESIDE = 13.0
"""Distance of texts from a line that runs down."""


def layout(scene: Scene, reason: str) -> Layout:
    """Lay out a scene; ``reason`` tells why ELK did not.

    One that runs down is laid out as one to the right, with x and y exchanged before and after.
    """
    down = scene.direction == "down"
    shapes = [exchanged(node) for node in scene.nodes] if down else scene.nodes
    rooms = [edge.room[::-1] if down else edge.room for edge in scene.edges]
    label_width, label_height = (max(sides) for sides in zip(*rooms, strict=True))
    row = max(2 * (label_height + BESIDE) if down else label_height + 4, _ROW)
    columns = columns_of(scene)
    members: list[list[int]] = [[] for _ in range(max(columns) + 1)]
    for at, column in enumerate(columns):
        members[column].append(at)
    tops = _tops(scene, shapes, members, row)

    arriving = [0] * len(members)  # lanes to the left of each column
    for edge in scene.edges:
        arriving[columns[edge.target]] += 1
    leaving = [max((_lanes(len(shapes[at].east)) for at in nodes), default=0) for nodes in members]
    lefts: list[float] = []
    rights: list[float] = []
    for column, nodes in enumerate(members):
        x = _MARGIN
        if column:
            x = rights[-1] + leaving[column - 1] * _LANE + label_width + arriving[column] * _LANE + 3 * _GAP
        lefts.append(x)
        rights.append(x + max((shapes[at].width for at in nodes), default=0.0))

    boxes = [
        Box(left_of(node, lefts[column], rights[column]), top, node.width, node.height)
        for node, column, top in zip(shapes, columns, tops, strict=True)
    ]
    taken = [0] * len(members)
    left_already = [0] * len(scene.nodes)
    routes: list[Route] = []
    for edge, (width, height) in zip(scene.edges, rooms, strict=True):
        source, target = boxes[edge.source], boxes[edge.target]
        from_column, to_column = columns[edge.source], columns[edge.target]
        place, places = left_already[edge.source], len(shapes[edge.source].east)
        left_already[edge.source] += 1
        start = (source.x + source.width, source.y + shapes[edge.source].east[place])
        end = (target.x, target.y + shapes[edge.target].west[edge.slot])
        level = source.y + shapes[edge.source].shape_height / 2 + (place - (places - 1) / 2) * row
        # The outermost turn first, so that edges of one node do not cross.
        turn = rights[from_column] + _GAP + min(place, places - 1 - place) * _LANE
        bend = lefts[to_column] - _GAP - taken[to_column] * _LANE
        taken[to_column] += 1
        points: list[Point] = [start]
        if level != start[1]:
            points += [(turn, start[1]), (turn, level)]
        if level != end[1]:
            points += [(bend, level), (bend, end[1])]
        label = None
        if edge.labelled:
            x = rights[from_column] + leaving[from_column] * _LANE + _GAP
            label = Box(x, level + BESIDE if down else level - height / 2, width, height)
        routes.append(Route((*points, end), label))
    if down:
        boxes = [turned(box) for box in boxes]
        routes = [
            Route(tuple((y, x) for x, y in points), label and turned(label)) for points, label in routes
        ]
    return _framed(scene, boxes, routes, reason)


def exchanged(node: SceneNode) -> SceneNode:
    """A node that runs down as one to the right. Its edges leave about the middle of its whole width."""
    return replace(node, width=node.height, height=node.width, shape_height=node.width)


def turned(box: Box) -> Box:
    return Box(box.y, box.x, box.height, box.width)


def columns_of(scene: Scene) -> list[int]:
    """Each node's column: the result's is the last, and its longest path to the result decides any other."""
    distance = [0] * len(scene.nodes)
    for at in range(len(scene.nodes) - 1, -1, -1):
        for edge in scene.incoming[at]:
            distance[edge.source] = max(distance[edge.source], distance[at] + 1)
    furthest = max(distance)
    return [furthest - far for far in distance]


def _lanes(leaving: int) -> int:
    return (leaving + 1) // 2 if leaving > 1 else 0


def left_of(node: SceneNode, left: float, right: float) -> float:
    """The left edge of a node: words touch their arrow, shapes are centred in their column."""
    if node.kind in ("input", "constant"):
        return right - node.width
    return left if node.kind == "output" else (left + right - node.width) / 2


def _tops(scene: Scene, shapes: Sequence[SceneNode], members: list[list[int]], row: float) -> list[float]:
    """The top of each node, level with its readers: from the right column to the left, from top to bottom."""
    tops = [0.0] * len(scene.nodes)
    for column in reversed(members):
        wishes: dict[int, float] = {}
        for at in column:
            arrivals = [tops[e.target] + shapes[e.target].west[e.slot] for e in scene.outgoing[at]]
            wishes[at] = sum(arrivals) / len(arrivals) if arrivals else 0.0
        y = _MARGIN
        for at in sorted(column, key=lambda at: (wishes[at], at)):
            node = shapes[at]
            middle, rows = node.shape_height / 2, len(node.east) * row / 2
            tops[at] = max(y + max(0.0, rows - middle), wishes[at] - middle)
            y = tops[at] + max(node.height, middle + rows) + _GAP
    return tops


def _framed(scene: Scene, boxes: list[Box], routes: list[Route], reason: str) -> Layout:
    """Complete a layout with a box around each open group, and move everything into view."""
    held: list[list[Box]] = [[] for _ in scene.groups]
    for node, box in zip(scene.nodes, boxes, strict=True):
        if node.parent is not None:
            held[node.parent].append(box)
    frames = [Box(0.0, 0.0, 0.0, 0.0)] * len(scene.groups)
    for at in range(len(scene.groups) - 1, -1, -1):  # inner before outer
        left = min(box.x for box in held[at]) - _FRAME
        top = min(box.y for box in held[at]) - _TITLE
        right = max(box.x + box.width for box in held[at]) + _FRAME
        bottom = max(box.y + box.height for box in held[at]) + _FRAME
        frames[at] = Box(left, top, right - left, bottom - top)
        parent = scene.groups[at].parent
        if parent is not None:
            held[parent].append(frames[at])

    everything = [*boxes, *frames, *(route.label for route in routes if route.label)]
    dx = max(0.0, _MARGIN - min(box.x for box in everything))
    dy = max(0.0, _MARGIN - min(box.y for box in everything))

    def moved(box: Box) -> Box:
        return Box(box.x + dx, box.y + dy, box.width, box.height)

    return Layout(
        engine="plain",
        width=max(box.x + box.width for box in everything) + dx + _MARGIN,
        height=max(box.y + box.height for box in everything) + dy + _MARGIN,
        nodes=tuple(map(moved, boxes)),
        edges=tuple(
            Route(tuple((x + dx, y + dy) for x, y in points), label and moved(label))
            for points, label in routes
        ),
        groups=tuple(map(moved, frames)),
        reason=reason,
    )
