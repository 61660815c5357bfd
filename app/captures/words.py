"""What the picture of a captured model says to a screen reader, and which of its nodes it marks."""

import math
from functools import cached_property

from chainrule.app.captures.scene import CaptureScene
from chainrule.app.picture.scene import SceneGroup
from chainrule.core import number_text
from chainrule.core.capture import Output, Summary
from chainrule.core.capture.diagnosis import firsts
from chainrule.core.ops import shapes
from chainrule.core.text import Text


class Words:
    """The texts of one scene."""

    def __init__(self, scene: CaptureScene) -> None:
        self._scene = scene

    def _said(self, text: Text) -> str:
        return text.in_language(self._scene.lang)

    @property
    def picture(self) -> str:
        """The picture in one line."""
        title = self._scene.capture.title
        return self._said(Text(f"모델의 계산 그래프: {title}", f"Computational graph of the model: {title}"))

    @property
    def description(self) -> str:
        """The visible nodes in a few lines."""
        said = [self.node(at) for at in range(len(self._scene.nodes))]
        return ". ".join(said[:40]) + "."

    def group(self, group: SceneGroup) -> str:
        """An open group."""
        return self._said(Text(f"{group.title}, 열린 그룹", f"{group.title}, open group"))

    def node(self, at: int) -> str:
        """A node, a closed group or the loss."""
        node = self._scene.nodes[at]
        kind = Text(", 닫힌 그룹", ", closed group") if node.kind == "closed" else Text("", "")
        return f"{node.title}{self._said(kind)}, {self._tensor(self._scene.output(node.core))}"

    def edge(self, at: int) -> str:
        """An edge with the tensor that it carries."""
        edge = self._scene.edges[at]
        source, target = self._scene.nodes[edge.source], self._scene.nodes[edge.target]
        return f"{source.id} → {target.id}, {self._tensor(self._scene.output(edge.value_of))}"

    def _tensor(self, output: Output) -> str:
        said = shapes.shown(output.shape) if output.shape else ""
        value = _told(output.value, output.shape)
        grad = _told(output.gradient, output.shape)
        text = Text(
            f"{said} {'값' if not output.shape else '값의 크기'} {value}",
            f"{said} {'value' if not output.shape else 'norm'} {value}",
        )
        if output.gradient is not None:
            text = Text(f"{text.ko}, 기울기 {grad}", f"{text.en}, gradient {grad}")
        return self._said(text).strip()

    @cached_property
    def _strange(self) -> set[int]:
        """The places of the nodes where NaN or infinity appears first, forward or backward."""
        capture, found = self._scene.capture, firsts(self._scene.capture)
        places = [found.nan, found.bad_gradient]
        if found.nan is None and capture.loss_value is not None and not math.isfinite(capture.loss_value):
            places.append(found.infinite)
        return {self._scene.visible.place[place.node] for place in places if place is not None}

    def failing(self, at: int) -> bool:
        """Whether a value or a gradient first becomes infinite or NaN at a node."""
        return at in self._strange

    def marks(self, at: int) -> str:
        """The classes of a node beside those that all pictures have."""
        items = self._scene.visible.items
        if at >= len(items):
            return ""
        item = items[at]
        if item.kind == "row":
            return " row"
        if item.kind == "group":
            return ""
        node = self._scene.capture.nodes[item.index]
        return f" {node.kind}" if node.kind not in ("op", "loss", "input") else ""


def _told(held: Summary | None, shape: tuple[int, ...]) -> str:
    if held is None:
        return "–"
    return number_text.text(held.norm if shape else held.mean)
