"""A plain layered layout, near linear in time and memory: for graphs too large for ELK, and for when it fails.

Columns by the longest way to the result, heights from the result leftwards: a node stands level with what reads it,
or as near below as there is room. Every bend lies in a lane of its own, so that lines cross but never lie on one
another; a long line passes behind the nodes on its way.
"""

from app.layout_geometry import Box, Layout, Route
from app.scene import Scene

_MARGIN, _GAP, _LANE = 24.0, 22.0, 16.0
_FRAME, _TITLE = 12.0, 30.0


def layout(scene: Scene, reason: str) -> Layout:
    """Places for the scene; ``reason`` says why they are not ELK's."""
    columns = columns_of(scene)
    members: list[list[int]] = [[] for _ in range(max(columns) + 1)]
    for at, column in enumerate(columns):
        members[column].append(at)
    tops = _tops(scene, members)

    label_width, label_height = scene.label_size
    lanes = [0] * len(members)  # bends in the space to the left of each column
    for edge in scene.edges:
        lanes[columns[edge.target]] += 1
    lefts: list[float] = []
    rights: list[float] = []
    for column, nodes in enumerate(members):
        before = rights[-1] + 2 * _GAP + label_width + lanes[column] * _LANE if rights else _MARGIN
        lefts.append(before)
        rights.append(before + max((scene.nodes[at].width for at in nodes), default=0.0))

    boxes: list[Box] = []
    for at, node in enumerate(scene.nodes):
        left, right = lefts[columns[at]], rights[columns[at]]
        x = (left + right - node.width) / 2
        if node.kind in ("input", "constant"):
            x = right - node.width
        elif node.kind == "output":
            x = left
        boxes.append(Box(x, tops[at], node.width, node.height))

    taken = [0] * len(members)
    left_already = [0] * len(scene.nodes)
    routes: list[Route] = []
    for edge in scene.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        start = (source.x + source.width, source.y + scene.nodes[edge.source].east[left_already[edge.source]])
        end = (target.x, target.y + scene.nodes[edge.target].west[edge.slot])
        left_already[edge.source] += 1
        column = columns[edge.target]
        bend = lefts[column] - _GAP - taken[column] * _LANE
        taken[column] += 1
        label = None
        if edge.labelled:
            after = rights[columns[edge.source]] + _GAP / 2
            label = Box(after, start[1] - label_height / 2, label_width, label_height)
        straight = start[1] == end[1]
        routes.append(
            Route((start, end) if straight else (start, (bend, start[1]), (bend, end[1]), end), label)
        )

    return Layout(
        engine="plain",
        width=max(rights) + _MARGIN,
        height=max(box.y + box.height for box in boxes) + _MARGIN,
        nodes=tuple(boxes),
        edges=tuple(routes),
        groups=_frames(scene, boxes),
        reason=reason,
    )


def columns_of(scene: Scene) -> list[int]:
    """Each node's column, the result's the last: as far left as the longest way to the result asks for."""
    distance = [0] * len(scene.nodes)
    for at in range(len(scene.nodes) - 1, -1, -1):
        for edge in scene.incoming[at]:
            distance[edge.source] = max(distance[edge.source], distance[at] + 1)
    furthest = max(distance)
    return [furthest - far for far in distance]


def _tops(scene: Scene, members: list[list[int]]) -> list[float]:
    """The top of each node: columns from the right, each from its top down, level with what reads the nodes."""
    tops = [0.0] * len(scene.nodes)
    _, label_height = scene.label_size
    for column in reversed(members):
        wishes: dict[int, float] = {}
        for at in column:
            arrivals = [tops[e.target] + scene.nodes[e.target].west[e.slot] for e in scene.outgoing[at]]
            wishes[at] = sum(arrivals) / len(arrivals) if arrivals else 0.0
        y = _MARGIN
        for at in sorted(column, key=lambda at: (wishes[at], at)):
            node = scene.nodes[at]
            above = max(0.0, max((label_height / 2 - east for east in node.east), default=0.0))
            below = max(node.height, max((east + label_height / 2 for east in node.east), default=0.0))
            tops[at] = max(y + above, wishes[at] - node.shape_height / 2)
            y = tops[at] + below + _GAP
    return tops


def _frames(scene: Scene, boxes: list[Box]) -> tuple[Box, ...]:
    """A box around the nodes of each open group; inner groups first, so that outer ones hold them."""
    held: list[list[Box]] = [[] for _ in scene.groups]
    for node, box in zip(scene.nodes, boxes, strict=True):
        if node.parent is not None:
            held[node.parent].append(box)
    frames: list[Box] = [Box(0.0, 0.0, 0.0, 0.0)] * len(scene.groups)
    for at in range(len(scene.groups) - 1, -1, -1):
        left = min(box.x for box in held[at]) - _FRAME
        top = min(box.y for box in held[at]) - _TITLE
        right = max(box.x + box.width for box in held[at]) + _FRAME
        bottom = max(box.y + box.height for box in held[at]) + _FRAME
        frames[at] = Box(left, top, right - left, bottom - top)
        parent = scene.groups[at].parent
        if parent is not None:
            held[parent].append(frames[at])
    return tuple(frames)
