"""The picture of a graph with its numbers: one SVG for the page, for files and for tests."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from chainrule.app.paths import TEMPLATES
from chainrule.app.picture import scene_nodes as sizes
from chainrule.app.picture.arrows import corner_radius, edge_paths
from chainrule.app.picture.blanks import BlankSet
from chainrule.app.picture.layout_geometry import Box, Layout
from chainrule.app.picture.marks import badge, coordinate, plus
from chainrule.app.picture.scene import Labels, Scene
from chainrule.app.picture.scene_nodes import SceneNode
from chainrule.app.picture.scene_rooms import BOX_WIDTH, DIGIT
from chainrule.app.picture.steps_shown import Shown, shown
from chainrule.app.picture.style import Theme, style
from chainrule.app.picture.tensors import digit_beside, product_parts, tensor_parts
from chainrule.app.picture.texts import Texts
from chainrule.core.engine.graph import Graph
from chainrule.core.view.evaluated import GradientColumns, Numbers


def draw(
    graph: Graph,
    values: Numbers | None,
    gradients: GradientColumns | None,
    *,
    open: Collection[str] = (),
    labels: Labels = "numbers",
    step: int | None = None,
    theme: Theme = "light",
    lang: str = "en",
    standalone: bool = False,
    layout: Layout,
    wrong: Collection[str] = (),
    blanks: Collection[str] | None = None,
) -> str:
    """The picture as SVG text.

    ``blanks`` are the numbers or shapes left empty, as ``app.picture.blanks`` names them; None leaves all that is
    computed empty in the label mode "blanks". ``layout`` is that of ``scene_of`` the same. ``values`` and
    ``gradients`` are what the tape gives; None draws the graph without numbers (a partial graph). ``step`` shows what
    a walk has reached after that many steps, ``wrong`` marks ids whose gradient is known to be wrong. ``theme``
    matters for a ``standalone`` picture only: that carries its styles with it and no means to interact; the page's
    takes its colours from the page.
    """
    picture = _Picture(
        scene_of(graph, open, labels, lang, blanks),
        values,
        gradients,
        layout,
        standalone,
        frozenset(wrong),
        step,
        None if blanks is None else BlankSet(blanks),
    )
    svg: str = _template().render(
        standalone=standalone,
        theme=theme,
        style=style(theme, bool(graph.shapes)) if standalone else "",
        **picture.parts(),
    )
    return svg


def scene_of(
    graph: Graph,
    open: Collection[str],
    labels: Labels,
    lang: str,
    blanks: Collection[str] | None = None,
) -> Scene:
    """What is to be seen, with room for the boxes of the blanks."""
    return Scene(graph, open, labels, lang, boxes=blanks is not None and labels != "blanks")


@cache
def _template() -> Template:
    # Everything a user wrote goes through autoescape; style sheet and path data are the project's own, and carry
    # nothing to escape.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("graph.svg")


@dataclass(frozen=True, slots=True)
class _Picture:
    """All that the template shows, worked out."""

    scene: Scene
    values: Numbers | None
    gradients: GradientColumns | None
    layout: Layout
    standalone: bool
    wrong: frozenset[str]
    step: int | None
    asked: BlankSet | None

    def parts(self) -> dict[str, Any]:
        scene, texts = self.scene, Texts(self.scene, self.values, self.gradients, self.asked)
        walk = shown(scene, self.step) if self.step is not None else None
        return {
            "width": coordinate(self.layout.width),
            "height": coordinate(self.layout.height),
            "structure": scene.structure,
            "labels": scene.labels,
            "phase": walk.phase if walk else None,
            "lang": scene.lang,
            "title": texts.picture_title(),
            "description": texts.picture_description(),
            "groups": [self._group(at, texts) for at in range(len(scene.groups))],
            "edges": [self._edge(at, texts, walk) for at in range(len(scene.edges))],
            "nodes": [self._node(at, texts, walk) for at in range(len(scene.nodes))],
        }

    def _group(self, at: int, texts: Texts) -> dict[str, Any]:
        group, box = self.scene.groups[at], self.layout.groups[at]
        return {
            "id": group.id,
            "classes": " wrong" if group.id in self.wrong else "",
            "aria": texts.group_aria(group),
            "name": group.title,
            **{key: coordinate(value) for key, value in box._asdict().items()},
            "name_x": coordinate(box.x + 14),
            "name_y": coordinate(box.y + 22),
            "toggle": f"M{coordinate(box.x + box.width - 24)},{coordinate(box.y + 17)}h10",
        }

    def _edge(self, at: int, texts: Texts, walk: Shown | None) -> dict[str, Any]:
        scene, edge, route = self.scene, self.scene.edges[at], self.layout.edges[at]
        source, target = scene.nodes[edge.source], scene.nodes[edge.target]
        boxes = self.layout.nodes
        waiting = walk is not None and edge.id in walk.waiting
        unreached = walk is not None and edge.id not in walk.done and edge.id not in walk.lit
        paths = edge_paths(
            route.points, source, boxes[edge.source], target, boxes[edge.target], edge.has_gradient
        )
        said = texts.edge(at)
        shown_value = said.value if route.label and not (self.standalone and unreached) else None
        shown_grad = said.grad if route.label and not (self.standalone and waiting) else None
        drawn: dict[str, Any] = {
            "id": edge.id,
            "source": source.id,
            "target": target.id,
            "classes": self._classes(edge.id, walk)
            + (" long" if scene.labels == "symbols" else "")
            + (" blank" if said.value_blank or said.grad_blank else ""),
            "aria": texts.edge_aria(at),
            "paths": paths,
            "value": shown_value,
            "grad": shown_grad,
            "full": said.full,
            "value_box": None,
            "grad_box": None,
            "blank_ids": texts.blank_ids(at) if self.asked is not None else None,
            "tensors": (),
            "digit": None,
        }
        if route.label is not None:
            x, y, width, height = route.label
            middle = y + height / 2
            numbered = scene.labels in ("numbers", "symbols", "shapes") and self.asked is None
            if edge.digit is not None and numbered:
                x += DIGIT / 2
                if not (self.standalone and waiting):
                    size = 13.0 if scene.labels == "symbols" else 14.0
                    drawn["digit"] = digit_beside(
                        edge.digit, x + width / 2, middle, edge.shape, said.grad, size
                    )
            if said.tensors is not None:
                hidden = (
                    said.value_blank or (self.standalone and unreached),
                    said.grad_blank
                    or (self.standalone and waiting)
                    or not edge.has_gradient
                    or not said.grad_given,
                )
                drawn["tensors"] = tensor_parts(
                    said.tensors, hidden, edge.shape, x + width / 2, middle, self.standalone, said.cells
                )
            drawn |= {
                "x": coordinate(x + width / 2),
                "value_y": coordinate(middle - 10),
                "grad_y": coordinate(middle + 20),
            }
            if scene.labels == "blanks" or self.asked is not None:
                drawn |= {"box_x": coordinate(x + width / 2 - BOX_WIDTH / 2)}
                if said.value_blank and (shown_value is not None or edge.shape):
                    drawn["value_box"] = coordinate(middle - 29)
                if said.grad_blank and (shown_grad is not None or edge.shape):
                    drawn["grad_box"] = coordinate(middle + 9)
        return drawn

    def _node(self, at: int, texts: Texts, walk: Shown | None) -> dict[str, Any]:
        node, box = self.scene.nodes[at], self.layout.nodes[at]
        word = node.kind in ("input", "constant", "output")
        middle_x, middle_y = node.centre
        failing = texts.failing(at)
        waiting = walk is not None and node.id in walk.waiting
        round_shape = node.kind == "op" and node.shape_width == node.shape_height
        classes = self._classes(node.id, walk) + (" failing" if failing else "")
        blank = texts.total_blank(at)
        said = texts.total(at) if blank is None else ""
        texts_drawn, total = self._words(node, said) if word else self._shape_texts(node, said)
        if total is not None and blank is not None:
            total |= _boxed_sum(total, blank)
        if total is not None and self.standalone and waiting:
            total = None
        return {
            "id": node.id,
            "kind": node.kind,
            "op": node.op,
            "classes": classes,
            "aria": texts.node_aria(at),
            "full": texts.node_full(at),
            "x": coordinate(box.x + middle_x),
            "y": coordinate(box.y + middle_y),
            "radius": coordinate(node.shape_width / 2) if round_shape else None,
            "shape": Box(
                coordinate(-node.shape_width / 2),
                coordinate(-node.shape_height / 2),
                coordinate(node.shape_width),
                coordinate(node.shape_height),
            ),
            "word": word,
            "corner": coordinate(4 if word else corner_radius(node)),
            "texts": texts_drawn,
            "products": product_parts(node, node.shape_height / 2 + 18 + (sizes.LINE if node.caption else 0)),
            "sum": total,
            "toggle": plus(node) if node.kind == "closed" and not self.standalone else None,
            "mark": badge(node) if failing or not self.standalone else None,
        }

    def _words(
        self, node: SceneNode, total: str | None
    ) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """Lines beside an arrow: they end where it begins, or begin where it ends."""
        if node.kind == "constant":
            return [_text("number", node.width / 2 - 5, 5.5, node.symbol)], None
        lines = 1 + bool(node.name) + (total is not None)
        side, x = ("left", -node.width / 2 + 4) if node.kind == "output" else ("right", node.width / 2 - 4)
        y = -sizes.LINE * (lines - 1) / 2 + 5
        words = [_text(f"label {side}", x, y, node.caption)]
        if node.name:
            words.append(_text(f"name {side}", x, y + sizes.LINE, node.name))
        if total is None:
            return words, None
        return words, _sum(x, y + sizes.LINE * (lines - 1), total, side)

    def _shape_texts(
        self, node: SceneNode, total: str | None
    ) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        sign = len(node.symbol) == 1 and node.symbol != "T"
        words = [_text("sign" if sign else "symbol", 0, 8.5 if sign else 5.5, node.symbol)]
        y = node.shape_height / 2 + 15
        if node.caption:
            words.append(_text("caption", 0, y, node.caption))
            y += sizes.LINE
        if total is None:
            return words, None
        return words, _sum(0, y, total, "middle")

    def _classes(self, part: str, walk: Shown | None) -> str:
        classes = " wrong" if part in self.wrong else ""
        if walk is not None:
            lit, done = part in walk.lit, part in walk.done
            classes += " lit" if lit else ""
            classes += " done" if done else ""
            classes += " dim" if not lit and not done else ""
            classes += " waiting" if part in walk.waiting else ""
        return classes


def _text(kind: str, x: float, y: float, text: str) -> dict[str, Any]:
    return {"kind": kind, "x": coordinate(x), "y": coordinate(y), "text": text}


def _sum(x: float, y: float, text: str, side: str) -> dict[str, Any]:
    """The gradient of a node whose value goes several ways, beneath its words."""
    return {"x": coordinate(x), "y": coordinate(y), "text": text, "side": side, "blank": None}


def _boxed_sum(total: dict[str, Any], blank: str) -> dict[str, Any]:
    """The same with a box in the number's place, as wide as both together where the number stood in the middle."""
    x = total["x"] - BOX_WIDTH if total["side"] == "right" else total["x"] - BOX_WIDTH / 2 + 12
    return {
        "blank": blank,
        "box_x": coordinate(x),
        "box_y": coordinate(total["y"] - 12.5),
        "y": coordinate(total["y"] + 2),
        "x": coordinate(x - 4),
        "side": "right",
    }
