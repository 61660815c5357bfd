"""A captured model drawn as SVG, by the template that draws programs."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar, Literal

from chainrule.app.captures.scene import CaptureScene
from chainrule.app.captures.tiles import heat_map_of
from chainrule.app.captures.words import Words
from chainrule.app.encoding.heat_levels import levels, opacity
from chainrule.app.picture.arrows import Ends, edge_paths, number
from chainrule.app.picture.layout import Box, Layout
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.lettering import is_far
from chainrule.app.picture.nodes import halves, node_parts
from chainrule.app.picture.scene import Direction, SceneEdge, SceneGroup, SceneNode
from chainrule.app.picture.scene.space import NOTE_LINE, OFF_LINE, content_size, heat_size
from chainrule.app.picture.sheet import sheet, smallest_letter, thinnest_line
from chainrule.app.picture.style import Theme, style
from chainrule.app.picture.template import template
from chainrule.app.picture.tensors import matrix_parts, scale_text
from chainrule.core import number_text
from chainrule.core.capture import Capture, Summary, Tile
from chainrule.core.capture.visible import around, first_open
from chainrule.core.ops import shapes
from chainrule.core.view import summary as tensors

Way = Literal["value", "grad"]

LINE = 1_300.0
"""Width of a line of a captured model's picture that is as broad as a screen."""
FORMS = ("lines", "down")
"""How a captured model's picture runs: in lines as a text, or down, for a narrow view."""


def scene_in(
    capture: Capture, open: Collection[str], lang: str, form: str, relabels: bool = True
) -> CaptureScene:
    """Return the scene of a capture in one of ``FORMS``."""
    return CaptureScene(capture, open, lang, *running(form), relabels)


def running(form: str) -> tuple[Direction, float | None]:
    """Return the direction of one of ``FORMS``, and the width of its lines."""
    return ("down", None) if form == "down" else ("right", LINE)


def draw(
    scene: CaptureScene,
    layout: Layout,
    *,
    theme: Theme = "light",
    standalone: bool = False,
    zoom: float | None = None,
) -> str:
    """Draw a scene as the text of an SVG; arguments as in ``app.picture.svg.draw``."""
    picture = CapturePicture(scene, layout, standalone, zoom, smallest_letter(zoom, theme, standalone))
    return picture.text(theme)


@dataclass(frozen=True)
class CapturePicture:
    """Computes all that the template shows."""

    scene: CaptureScene
    layout: Layout
    standalone: bool
    zoom: float | None
    letter: float | None

    changes: ClassVar[bool] = False
    """Whether it shows what has changed, which has styles of its own."""

    def text(self, theme: Theme) -> str:
        """Return the text of the SVG."""
        line = thinnest_line(self.zoom)
        styles = style(theme, tensors=True, line=line, changes=self.changes) if self.standalone else ""
        svg: str = template().render(standalone=self.standalone, theme=theme, style=styles, **self.parts())
        return svg

    @property
    def capture(self) -> Capture:
        return self.scene.capture

    @cached_property
    def words(self) -> Words:
        return Words(self.scene)

    def parts(self) -> dict[str, Any]:
        """Return what the template shows."""
        scene = self.scene
        groups = [self._group(at) for at in range(len(scene.groups))]
        edges = [self._edge(at) for at in range(len(scene.edges))]
        nodes = [self._node(at) for at in range(len(scene.nodes))]
        return sheet(self, groups, edges, nodes) | {
            "structure": "",
            "phase": None,
            "title": self.words.picture,
            "description": self.words.description,
        }

    def _group(self, at: int) -> dict[str, Any]:
        group, box = self.scene.groups[at], self.layout.groups[at]
        return {
            "id": group.id,
            "classes": "",
            "aria": self.words.group(group),
            "name": group.title,
            **_rounded(box),
            "pieces": [_rounded(piece) for group_at, piece in self.layout.pieces if group_at == at],
            "name_x": coordinate(self._name_x(group, box)),
            "name_y": coordinate(box.y + 22),
            "toggle": f"M{coordinate(box.x + box.width - 24)},{coordinate(box.y + 17)}h10",
        }

    def _name_x(self, group: SceneGroup, box: Box) -> float:
        """Where a name begins: at the left, or between the edges that enter from above."""
        usual = box.x + 14
        if self.scene.direction == "right":
            return usual
        top, bottom = box.y + 4, box.y + 28
        crossed = [
            x
            for route in self.layout.edges
            for (x, y), (other, below) in pairwise(route.points)
            if x == other and min(y, below) < bottom and max(y, below) > top
        ]
        last = box.x + box.width - 30 - group.title_width
        for start in sorted({usual, *(x + 16 for x in crossed)}):
            if usual <= start <= last and not any(
                start - 10 < x < start + group.title_width + 6 for x in crossed
            ):
                return start
        return usual

    def _edge(self, at: int) -> dict[str, Any]:
        scene, edge, route = self.scene, self.scene.edges[at], self.layout.edges[at]
        source, target = scene.nodes[edge.source], scene.nodes[edge.target]
        boxes = self.layout.nodes
        ends = Ends(source, boxes[edge.source], target, boxes[edge.target])
        paths = edge_paths(route.points, ends, edge.has_gradient)
        drawn: dict[str, Any] = {
            "id": edge.id,
            "source": source.id,
            "target": target.id,
            "classes": "",
            "aria": self.words.edge(at),
            "paths": paths,
            "value": None,
            "grad": None,
            "full": None,
            "side": "left" if scene.direction == "down" else None,
            "value_box": None,
            "grad_box": None,
            "blank_ids": None,
            "tensors": (),
            "digit": None,
            "kink": None,
            "push": None,
        }
        if route.label is None:
            return drawn
        x, y, width, height = route.label
        middle = y + height / 2
        beside = scene.direction == "down"
        value, gradient = scene.output(edge.value_of).value, self.gradient(edge)
        drawn |= {
            "x": coordinate(x if beside else x + width / 2),
            "value_y": coordinate(middle - (7 if beside else 10)),
            "grad_y": coordinate(middle + (17 if beside else 20)),
        }
        if not edge.shape:
            drawn |= {
                "value": self._number(edge, "value", value),
                "grad": self._number(edge, "grad", gradient) if edge.has_gradient else None,
            }
        elif value is None or value.tile is None:
            drawn |= {
                "value": shapes.shown(edge.shape),
                "grad": self._magnitude(edge, gradient) if edge.has_gradient else None,
            }
        else:
            ways: list[tuple[Way, Summary | None]] = [("value", value)]
            if edge.has_gradient:
                ways.append(("grad", gradient))
            drawn["tensors"] = [
                self._tensor(edge, way, held, x + width / 2, middle)
                for way, held in ways
                if way == "value" or held is not None
            ]
        return drawn

    def _number(self, edge: SceneEdge, way: Way, held: Summary | None) -> str | None:
        """What stands beside the line of a number."""
        return _one(held)

    def _magnitude(self, edge: SceneEdge, held: Summary | None) -> str | None:
        """What stands beside the line of a tensor without a picture."""
        return None if held is None else f"|∂| {number_text.short(held.norm)}"

    def _tile(self, edge: SceneEdge, way: Way, held: Summary | None) -> Tile | None:
        """The elements that stand for a tensor."""
        return held.tile if held is not None else None

    def _note(self, edge: SceneEdge, way: Way) -> str:
        """What stands over a heat map, or under it."""
        return shapes.shown(edge.shape) if way == "value" else ""

    def gradient(self, edge: SceneEdge) -> Summary | None:
        """What comes back on an edge: the gradient of the loss itself on the last."""
        if not edge.core:
            return self.scene.output(edge.value_of).gradient
        return self.scene.visible.contribution(self.scene.visible.links[edge.core[0]])

    def _tensor(
        self, edge: SceneEdge, way: Way, held: Summary | None, x: float, middle: float
    ) -> dict[str, Any]:
        """Draw one side of an edge: a matrix of numbers if it is small, else a heat map."""
        shape = edge.shape
        width, height = content_size(shape)
        top = middle - OFF_LINE - height if way == "value" else middle + OFF_LINE
        left = x - width / 2
        tile = self._tile(edge, way, held)
        if tensors.display(shape) == "matrix":
            matrix = None if tile is None else tile.values.astype(float)
            near = self.standalone and not is_far(self.letter)
            return matrix_parts(matrix, shape, way, left, top, near, None)
        heat_width, heat_height = heat_size(shape)
        image = None if tile is None else heat_map_of(tile)
        return {
            "kind": "heat",
            "way": way,
            "href": image.href if image else None,
            "x": number(x - heat_width / 2),
            "y": number(top + NOTE_LINE if way == "value" else top),
            "width": number(heat_width),
            "height": number(heat_height),
            "left": number(left),
            "right": number(left + width),
            "note_y": number(top + 10 if way == "value" else top + heat_height + 12),
            "shape": self._note(edge, way),
            "scale": scale_text(image.scale if image else None),
        }

    def _node(self, at: int) -> dict[str, Any]:
        node = self.scene.nodes[at]
        failing = self.words.failing(at)
        total = _one(self.scene.output(node.core).gradient) if node.fan_out > 1 else None
        unread = None
        if not node.east and node.kind != "output" and not self.scene.output(node.core).shape:
            unread = _one(self.scene.output(node.core).value)
        parts = node_parts(
            node, self.layout.nodes[at], total, None, unread, failing=failing, standalone=self.standalone
        )
        classes = " failing" if failing else ""
        return parts | {
            "classes": classes + self.words.marks(at),
            "aria": self.words.node(at),
            "full": node.title,
            "halves": self._halves(node),
        }

    def _halves(self, node: SceneNode) -> list[dict[str, Any]]:
        if not (self.letter is None or is_far(self.letter)):
            return []
        drawn = halves(node)
        return [
            {"way": way, "path": drawn[way], "opacity": opacity(column[node.core])}
            for way, column in zip(("value", "grad"), self.heat, strict=True)
        ]

    @cached_property
    def heat(self) -> tuple[str, str]:
        """The levels of the values and gradients of all tensors of the scene, by root mean square."""
        records = [self.scene.output(at) for at in range(len(self.scene.tensors))]
        return (
            levels([_size(record.value) for record in records]),
            levels([_size(record.gradient) for record in records]),
        )


def _rounded(box: Box) -> dict[str, float | int]:
    return {key: coordinate(value) for key, value in box._asdict().items()}


def _size(held: Summary | None) -> float | None:
    """The root mean square of a tensor; NaN or infinity if it has any."""
    if held is None or not held.count:
        return None
    if held.nan or held.infinite:
        return math.nan
    return held.norm / math.sqrt(held.count)


def _one(held: Summary | None) -> str | None:
    """Write the only element of a number's summary."""
    if held is None:
        return None
    return number_text.text(math.inf if held.infinite and held.mean > 0 else held.mean)


def groups_open(capture: Capture, open: Collection[str] | None, relabels: bool = True) -> frozenset[str]:
    """Return the groups to draw open: those asked for with those around them, by default the default view's."""
    return first_open(capture, relabels=relabels) if open is None else around(capture, open)
