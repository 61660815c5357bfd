"""Two captures of one model on one picture: what changed from the first to the second, and how much."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from chainrule.app.captures.changes import Changes, brief, level, share
from chainrule.app.captures.picture import CapturePicture, Way, running
from chainrule.app.captures.scene import CaptureScene
from chainrule.app.captures.words import Words
from chainrule.app.encoding.heat_levels import opacity
from chainrule.app.picture.layout import Box, Layout
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.nodes import halves
from chainrule.app.picture.scene import Direction, SceneEdge, SceneNode
from chainrule.app.picture.scene.nodes import NAME_SIZE
from chainrule.app.picture.scene.space import Room
from chainrule.app.picture.scene.text_width import fit, text_width
from chainrule.app.picture.sheet import smallest_letter
from chainrule.app.picture.style import Theme
from chainrule.core import number_text
from chainrule.core.capture import Node, Summary, Tile
from chainrule.core.capture.visible import Item
from chainrule.core.text import Text

_CAPTION_WIDTH = 200.0
_NUMBER_WIDTH = 124.0
_LEGEND_LINE = 20.0

LEGEND = (
    Text(
        "Δ, 파랑: 값의 변화. ∂, 주황: 기울기의 변화. 모두 ‖이후 − 이전‖ ÷ 더 큰 노름이고, 진할수록 큽니다.",
        "Δ, blue: change of a value. ∂, orange: of a gradient. ‖after − before‖ by the larger norm; deeper is larger.",
    ),
    Text(
        "열지도와 행렬: 이후 − 이전. 수: 이전 → 이후. 닫힌 그룹: 안에서 가장 큰 변화.",
        "Heat maps and matrices: after − before. Numbers: before → after. A closed group: the largest change within.",
    ),
    Text(
        "점선 테두리: 이전에만 있음. 굵은 테두리: 이후에만 있음. !: 새로 생긴 NaN이나 ∞.",
        "Dotted outline: only before. Thick outline: only after. !: NaN or ∞ that is new.",
    ),
)


class ChangeScene(CaptureScene):
    """Both captures as one graph, with the changes beneath its nodes."""

    def __init__(
        self,
        changes: Changes,
        open: Collection[str],
        lang: str = "en",
        direction: Direction = "right",
        wrap: float | None = None,
        relabels: bool = True,
    ) -> None:
        self.changes = changes
        super().__init__(changes.union.after, open, lang, direction, wrap, relabels)

    def number_room(self) -> Room:
        """Room for the number before and after."""
        return Room(_NUMBER_WIDTH, super().number_room().height)

    def words(self, item: Item) -> tuple[str, str, str, str, str, str]:
        """The id, kind, op, symbol, caption and title of an op, a closed group or a row."""
        node_id, kind, op, symbol, caption, title = super().words(item)
        place = next(at for at, other in enumerate(self.visible.items) if other is item)
        said = told(*self.changes.of_item(item, self.visible.results[place]))
        caption = fit(f"{caption}  {said}".strip(), NAME_SIZE, _CAPTION_WIDTH)
        return node_id, kind, op, symbol, caption, title

    def under(self, node: Node, caption: str) -> str:
        """What has changed, or what a leaf is."""
        tensor = (self.capture.index[node.id], 0)
        said = told(self.changes.value(tensor), self.changes.gradient(tensor))
        return said or super().under(node, caption)


def told(value: Any, gradient: Any) -> str:
    """Write the changes of a node: ``Δ2.3% ∂40%``; nothing where both are unknown."""
    parts = [
        f"{sign}{brief(change)}" for sign, change in (("Δ", value), ("∂", gradient)) if change is not None
    ]
    return " ".join(parts)


def change_scene(
    changes: Changes, open: Collection[str], lang: str, form: str, relabels: bool = True
) -> ChangeScene:
    """Return the scene in one of ``FORMS``."""
    return ChangeScene(changes, open, lang, *running(form), relabels)


def draw_changes(
    scene: ChangeScene,
    layout: Layout,
    *,
    theme: Theme = "light",
    standalone: bool = False,
    zoom: float | None = None,
) -> str:
    """Draw the changes as the text of an SVG, with a legend if it is ``standalone``."""
    picture = ChangePicture(scene, layout, standalone, zoom, smallest_letter(zoom, theme, standalone))
    return picture.text(theme)


class _ChangeWords(Words):
    """What the picture says to a screen reader."""

    def __init__(self, scene: ChangeScene) -> None:
        super().__init__(scene)
        self._changes = scene.changes

    def node(self, at: int) -> str:
        node = self._scene.nodes[at]
        changed = self._told(*_of_node(self._scene, at))
        return f"{node.title}{self.only(at)}, {changed}"

    def edge(self, at: int) -> str:
        edge = self._scene.edges[at]
        source, target = self._scene.nodes[edge.source], self._scene.nodes[edge.target]
        return f"{source.id} → {target.id}, {self._told(*_of_edge(self._scene, edge))}"

    def only(self, at: int) -> str:
        """Which of the two has a node alone."""
        which = _only(self._scene, at)
        if not which:
            return ""
        text = (
            Text("이전에만 있음", "only before") if which == "first" else Text("이후에만 있음", "only after")
        )
        return f", {self._said(text)}"

    def _told(self, value: Any, gradient: Any) -> str:
        return self._said(
            Text(
                f"값의 변화 {share(value)}, 기울기의 변화 {share(gradient)}",
                f"value changed by {share(value)}, gradient by {share(gradient)}",
            )
        )

    @cached_property
    def _strange(self) -> set[int]:
        return {self._scene.visible.place[at] for at in self._changes.newly_strange}

    def marks(self, at: int) -> str:
        which = _only(self._scene, at)
        return super().marks(at) + " changed" + (f" only-{which}" if which else "")


def _of_node(scene: Any, at: int) -> tuple[Any, Any]:
    if at >= len(scene.visible.items):  # the terminal of the loss
        tensor = scene.tensors[scene.nodes[at].core]
        return scene.changes.value(tensor), scene.changes.gradient(tensor)
    return tuple(scene.changes.of_item(scene.visible.items[at], scene.visible.results[at]))


def _of_edge(scene: Any, edge: SceneEdge) -> tuple[Any, Any]:
    tensor = scene.tensors[edge.value_of]
    members = scene.visible.links[edge.core[0]].members if edge.core else ()
    back = scene.changes.contribution(members, tensor) if members else scene.changes.gradient(tensor)
    return scene.changes.value(tensor), back


def _only(scene: Any, at: int) -> str:
    items = scene.visible.items
    if at >= len(items) or items[at].kind != "node":
        return ""
    return str(scene.changes.only(items[at].index))


@dataclass(frozen=True)
class ChangePicture(CapturePicture):
    """Computes all that the template shows of two captures."""

    scene: ChangeScene
    changes: ClassVar[bool] = True

    @cached_property
    def words(self) -> Words:
        return _ChangeWords(self.scene)

    @cached_property
    def _earlier(self) -> CaptureScene:
        """The same scene with the numbers of the first capture; its tensors are those of the second."""
        scene = self.scene
        return CaptureScene(
            scene.changes.union.before, scene.open, scene.lang, relabels=scene.visible.relabels
        )

    def parts(self) -> dict[str, Any]:
        """Return what the template shows, and the legend beneath a picture that stands alone."""
        parts = super().parts()
        if not self.standalone:
            return parts
        paper: Box = parts["paper"]
        size = max(13.0, self.letter or 0.0)
        line = _LEGEND_LINE * size / 13
        lines = [text.in_language(self.scene.lang) for text in LEGEND]
        # What is too long for the picture's width goes on in the next line.
        rows = [row for text in lines for row in _wrapped(text, paper.width - 2 * size, size)]
        top = paper.y + paper.height
        height = line * (len(rows) + 1)
        legend = [
            {"x": coordinate(paper.x + size), "y": coordinate(top + line * (at + 0.7)), "text": row}
            for at, row in enumerate(rows)
        ]
        zoom = self.zoom or 1.0
        return parts | {
            "paper": Box(paper.x, paper.y, paper.width, coordinate(paper.height + height)),
            "shown_height": coordinate((paper.height + height) * zoom),
            "legend": legend,
            "legend_size": coordinate(size),
        }

    def _before(self, edge: SceneEdge, way: Way) -> Summary | None:
        earlier, tensor = self._earlier, self.scene.tensors[edge.value_of]
        if way == "value":
            return earlier.capture.nodes[tensor[0]].outputs[tensor[1]].value
        if not edge.core:
            return earlier.capture.nodes[tensor[0]].outputs[tensor[1]].gradient
        return earlier.visible.contribution(earlier.visible.links[edge.core[0]])

    def _change(self, edge: SceneEdge, way: Way) -> Any:
        return _of_edge(self.scene, edge)[way == "grad"]

    def _number(self, edge: SceneEdge, way: Way, held: Summary | None) -> str | None:
        before, after = (
            None if summary is None else number_text.short(summary.mean)
            for summary in (self._before(edge, way), held)
        )
        if before == after or before is None:
            return after
        return f"{before} → {'–' if after is None else after}"

    def _magnitude(self, edge: SceneEdge, held: Summary | None) -> str | None:
        change = self._change(edge, "grad")
        return None if change is None else f"∂{brief(change)}"

    def _tile(self, edge: SceneEdge, way: Way, held: Summary | None) -> Tile | None:
        return self.scene.changes.tile(self._before(edge, way), held)

    def _note(self, edge: SceneEdge, way: Way) -> str:
        change = self._change(edge, way)
        return super()._note(edge, way) or ("" if change is None else f"∂{brief(change)}")

    def _halves(self, node: SceneNode) -> list[dict[str, Any]]:
        at = next(at for at, other in enumerate(self.scene.nodes) if other is node)
        drawn = halves(node)
        return [
            {"way": way, "path": drawn[way], "opacity": round(0.5 * opacity(level(change)), 2)}
            for way, change in zip(("value", "grad"), _of_node(self.scene, at), strict=True)
        ]

    @cached_property
    def heat(self) -> tuple[str, str]:
        """The levels of the changes of all tensors of the scene."""
        changes, tensors = self.scene.changes, self.scene.tensors
        return (
            "".join(level(changes.value(tensor)) for tensor in tensors),
            "".join(level(changes.gradient(tensor)) for tensor in tensors),
        )


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text between its words into rows of a width."""
    rows: list[str] = []
    for word in text.split(" "):
        if rows and text_width(f"{rows[-1]} {word}", size) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows
