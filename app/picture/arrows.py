"""The lines and arrow heads of an edge: forward and backward side by side on one route, as SVG path data."""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from chainrule.app.picture.layout import Box, Point
from chainrule.app.picture.scene import SceneNode

APART = 4.5
"""Distance of either line from the middle of the route."""
_BEND = 14.0
"""Radius of a bend, in the middle of the route; a jog below twice this height becomes one curve."""
_FORWARD_HEAD, _BACKWARD_HEAD = (9.0, 3.7), (10.5, 5.6)
"""Length and half width of the arrow heads."""
_WORD_GAP = 3.0
_MARK_AWAY = 13.0
"""Distance of a mark on the backward line from its target."""


class EdgePaths(NamedTuple):
    """The path data of one edge; the backward paths are empty without a gradient."""

    hit: str
    forward: str
    forward_head: str
    backward: str
    backward_head: str
    kink: Point
    """The middle of a mark on the backward line, just before the target."""


class Ends(NamedTuple):
    """The two nodes that an edge leads from and to, each with its box."""

    source: SceneNode
    source_box: Box
    target: SceneNode
    target_box: Box

    def leaves(self, y: float) -> float:
        """The x at which a line at height ``y`` leaves the source; downwards the y, for a line ``y`` from the left.

        Texts beneath a shape come before a line that runs down.
        """
        node, box = self.source, self.source_box
        if node.down:
            beneath = _is_word(node) or node.height > node.shape_height
            bottom = box.y + box.height
            return bottom + _WORD_GAP if beneath else bottom - _inset(node, y - box.x)
        if _is_word(node):
            return box.x + box.width + _WORD_GAP
        return box.x + (node.width + node.shape_width) / 2 - _inset(node, y - box.y)

    def arrives(self, y: float) -> float:
        """The x at which a line at height ``y`` meets the target; downwards the y at a distance from the left."""
        node, box = self.target, self.target_box
        if node.down:
            return box.y - _WORD_GAP if _is_word(node) else box.y + _inset(node, y - box.x)
        if _is_word(node):
            return box.x - _WORD_GAP
        return box.x + (node.width - node.shape_width) / 2 + _inset(node, y - box.y)


def edge_paths(points: Sequence[Point], ends: Ends, two_ways: bool) -> EdgePaths:
    """Draw an edge along ``points``, from the outline of its source to that of its target.

    An edge that runs down is drawn as one to the right, with x and y exchanged before and after.
    """
    down = ends.source.down
    if down:
        points = [(y, x) for x, y in points]
    paths = _to_the_right(points, ends, two_ways)
    if not down:
        return paths
    x, y = paths.kink
    hit, forward, forward_head, backward, backward_head = map(_exchanged, paths[:-1])
    return EdgePaths(hit, forward, forward_head, backward, backward_head, (y, x))


def _exchanged(path: str) -> str:
    """Exchange x and y in path data, in which ``V`` is the only coordinate alone."""
    return re.sub(r"([-\d.]+),([-\d.]+)", r"\2,\1", path).replace("V", "H")


def _to_the_right(points: Sequence[Point], ends: Ends, two_ways: bool) -> EdgePaths:
    route = _without_needless(points)
    side = APART if two_ways else 0.0
    forward = _beside(route, -side)
    forward[0] = (ends.leaves(forward[0][1]), forward[0][1])
    forward[-1] = (ends.arrives(forward[-1][1]), forward[-1][1])
    line = _line([*forward[:-1], (forward[-1][0] - _FORWARD_HEAD[0] + 1, forward[-1][1])], -side)
    head = _head(forward[-1], *_FORWARD_HEAD)
    if not two_ways:
        return EdgePaths(line, line, head, "", "", forward[-1])
    backward = _beside(route, side)
    backward[0] = (ends.leaves(backward[0][1]) + 1.5, backward[0][1])
    backward[-1] = (ends.arrives(backward[-1][1]) - 1.5, backward[-1][1])
    back = _line([(backward[0][0] + _BACKWARD_HEAD[0] - 1, backward[0][1]), *backward[1:]], side)
    tip, (length, half) = backward[0], _BACKWARD_HEAD
    hit = _line([forward[0], *route[1:-1], forward[-1]], 0.0)
    return EdgePaths(hit, line, head, back, _head(tip, -length, half), _before(backward))


def _before(backward: Sequence[Point]) -> Point:
    """The place of a mark on the last stretch of a backward line, clear of a bend where there is room."""
    (x0, _), (x1, y) = backward[-2:]
    return x1 - min(_MARK_AWAY, max((x1 - x0) / 2, 0.0)), y


def _without_needless(points: Sequence[Point]) -> list[Point]:
    """Keep only the corners: no point twice, none on a straight line between its neighbours."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(point[0] - kept[-1][0]) < 0.01 and abs(point[1] - kept[-1][1]) < 0.01:
            continue
        if len(kept) > 1:
            (x0, y0), (x1, y1), (x2, y2) = kept[-2], kept[-1], point
            if abs((x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1)) < 0.01:
                kept.pop()
        kept.append(point)
    return kept


def _beside(points: Sequence[Point], distance: float) -> list[Point]:
    """The parallel line at a distance, which for a line to the right is downwards if positive."""
    if len(points) == 2 and points[0][1] == points[1][1] and points[0][0] < points[1][0]:
        return [(x, y + distance) for x, y in points]
    moved: list[Point] = []
    before: Point | None = None
    for (x0, y0), (x1, y1) in pairwise(points):
        length = sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) or 1.0
        after = ((y0 - y1) / length * distance, (x1 - x0) / length * distance)
        if before is None or before == after:
            moved.append((x0 + after[0], y0 + after[1]))
        else:  # the two moved lines meet at a right angle
            moved.append((x0 + before[0] + after[0], y0 + before[1] + after[1]))
        before = after
    x, y = points[-1]
    return [*moved, (x + after[0], y + after[1])]


def _line(points: Sequence[Point], side: float) -> str:
    """The path through points, with bends concentric on both sides of the route."""
    if len(points) == 2:
        return _written("M%.1f,%.1fL%.1f,%.1f", [*points[0], *points[1]])
    form, numbers = ["M%.1f,%.1f"], [*points[0]]
    x0, y0 = points[0]
    last = len(points) - 1
    at = 1
    while at < last:
        (x1, y1), (x2, y2) = points[at], points[at + 1]
        if x1 == x2 and abs(y2 - y1) < 2 * _BEND and x1 > x0 and at + 1 < last and points[at + 2][0] > x2:
            # A low jog becomes one curve, as wide as there is room.
            reach = min(12.0, x1 - x0, points[at + 2][0] - x2)
            form.append("L%.1f,%.1fC%.1f,%.1f %.1f,%.1f %.1f,%.1f")
            numbers += (x1 - reach, y1, x1, y1, x1, y2, x1 + reach, y2)
            x0, y0 = x2, y2
            at += 2
            continue
        # A bend: as wide as half of its shorter stretch at most, or as all of it if it is the only one.
        before, after = abs(x1 - x0) + abs(y1 - y0), abs(x2 - x1) + abs(y2 - y1)
        turn = (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1)
        room = min(before, after)
        radius = min(_BEND + (-side if turn > 0 else side), room if last == 2 else room / 2 + abs(side))
        one = min(1.0, radius / before) if before else 0.0
        two = min(1.0, radius / after) if after else 0.0
        form.append("L%.1f,%.1fQ%.1f,%.1f %.1f,%.1f")
        numbers += (
            *(x1 + (x0 - x1) * one, y1 + (y0 - y1) * one),
            *(x1, y1, x1 + (x2 - x1) * two, y1 + (y2 - y1) * two),
        )
        x0, y0 = x1, y1
        at += 1
    form.append("L%.1f,%.1f")
    numbers += points[-1]
    return _written("".join(form), numbers)


def _written(form: str, numbers: Sequence[float]) -> str:
    """Write coordinates with at most one decimal."""
    return (form % tuple(numbers)).replace(".0", "")


def _head(tip: Point, length: float, half: float) -> str:
    """The path of an arrow head; with a negative length it points left."""
    x, y = tip
    return _written("M%.1f,%.1fL%.1f,%.1fV%.1fZ", (x, y, x - length, y - half, y + half))


def _is_word(node: SceneNode) -> bool:
    return node.kind in ("input", "constant", "output")


def corner_radius(node: SceneNode) -> float:
    """The corner radius of a node; an op is a circle, or taller with half circles at its ends."""
    return 8.0 if node.kind == "closed" or node.boxed else min(node.shape_width, node.shape_height) / 2


def _inset(node: SceneNode, along: float) -> float:
    radius = corner_radius(node)
    side, middle = (
        (node.shape_width, node.width / 2) if node.down else (node.shape_height, node.shape_height / 2)
    )
    straight = side / 2 - radius
    beyond = min(max(abs(along - middle) - straight, 0.0), radius)
    return radius - sqrt(radius * radius - beyond * beyond)


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
