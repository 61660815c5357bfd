"""A graph with its numbers drawn as one SVG, the same for the page, for files and for tests."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from chainrule.app.encoding.heat_levels import levels, opacity
from chainrule.app.picture.arrows import Ends, edge_paths
from chainrule.app.picture.blanks import BlankSet
from chainrule.app.picture.kinks import bead
from chainrule.app.picture.layout import Box, Layout, Point
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.lettering import CELLS, is_far
from chainrule.app.picture.nodes import halves, node_parts
from chainrule.app.picture.progress import Progress, progress
from chainrule.app.picture.pushes import LONGEST
from chainrule.app.picture.pushes import drawn as push_drawn
from chainrule.app.picture.scene import Direction, Labels, Scene, SceneEdge, SceneNode
from chainrule.app.picture.scene.space import BOX_WIDTH, DIGIT, OFF_LINE, content_size
from chainrule.app.picture.scene.text_width import text_width
from chainrule.app.picture.sheet import sheet, smallest_letter, thinnest_line
from chainrule.app.picture.style import Theme, style
from chainrule.app.picture.template import template
from chainrule.app.picture.tensors import digit_beside, tensor_parts
from chainrule.app.picture.terms import add_terms, terms
from chainrule.app.picture.texts import Texts
from chainrule.core.engine.graph import Graph
from chainrule.core.gradcheck.nudge import Push
from chainrule.core.text import Text
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
    kinks: Mapping[str, Text] | None = None,
    zoom: float | None = None,
    pushes: Mapping[int, Push] | None = None,
    direction: Direction = "right",
    wrap: float | None = None,
) -> str:
    """Draw a graph as the text of an SVG.

    ``values`` and ``gradients`` come from the tape; with None the graph is drawn without numbers. ``layout`` belongs
    to the scene that ``scene_of`` gives for the same arguments. ``step`` shows the graph after that many steps of the
    walk. ``wrong`` marks ids whose gradient is wrong. ``blanks`` are ids of ``app.picture.blanks`` to leave empty;
    None empties all computed numbers in the label mode "blanks". ``kinks`` has words for each edge at a kink. It
    is marked, except where blanks are to be filled in: the mark would tell. A ``standalone`` picture has styles of its
    own, in the colours of ``theme``, and no interaction. Any other takes its colours from the page. ``zoom`` is the
    scale at which it is seen: letters too small to read there grow, or are left out; None draws all at full size.
    ``pushes`` are the changes of nodes, by index, that follow one pushed value. The picture runs in ``direction``,
    a long chain in lines of the width ``wrap``.
    """
    scene = scene_of(graph, open, labels, lang, blanks, direction, wrap)
    return drawing(
        scene,
        values,
        gradients,
        layout=layout,
        step=step,
        theme=theme,
        standalone=standalone,
        wrong=wrong,
        blanks=blanks,
        kinks=kinks,
        zoom=zoom,
        pushes=pushes,
    ).rendered()


def drawing(
    scene: Scene,
    values: Numbers | None,
    gradients: GradientColumns | None,
    *,
    layout: Layout,
    step: int | None = None,
    theme: Theme = "light",
    standalone: bool = False,
    wrong: Collection[str] = (),
    blanks: Collection[str] | None = None,
    kinks: Mapping[str, Text] | None = None,
    zoom: float | None = None,
    pushes: Mapping[int, Push] | None = None,
) -> "Drawing":
    """Return what ``draw`` draws of a scene, before it is written."""
    return Drawing(
        scene,
        values,
        gradients,
        layout,
        standalone,
        frozenset(wrong),
        step,
        None if blanks is None else BlankSet(blanks),
        {} if scene.labels == "blanks" or blanks is not None else kinks or {},
        zoom,
        smallest_letter(zoom, theme, standalone),
        pushes or {},
        theme,
    )


def scene_of(
    graph: Graph,
    open: Collection[str],
    labels: Labels,
    lang: str,
    blanks: Collection[str] | None = None,
    direction: Direction = "right",
    wrap: float | None = None,
) -> Scene:
    """The scene of a picture, with room for the boxes of its blanks."""
    boxes = blanks is not None and labels != "blanks"
    return Scene(graph, open, labels, lang, boxes, direction, wrap)


@dataclass(frozen=True)
class Drawing:
    """Computes all that the template shows."""

    scene: Scene
    values: Numbers | None
    gradients: GradientColumns | None
    layout: Layout
    standalone: bool
    wrong: frozenset[str]
    step: int | None
    blanks: BlankSet | None
    kinks: Mapping[str, Text]
    zoom: float | None
    letter: float | None
    pushes: Mapping[int, Push]
    theme: Theme

    def rendered(self, parts: Mapping[str, Any] | None = None) -> str:
        """Return the SVG of the drawing's own parts, or of others in their place."""
        svg: str = template().render(
            standalone=self.standalone,
            theme=self.theme,
            style=style(
                self.theme,
                bool(self.scene.graph.shapes),
                bool(self.kinks),
                thinnest_line(self.zoom),
                bool(self.pushes),
            )
            if self.standalone
            else "",
            **(self.parts() if parts is None else parts),
        )
        return svg

    @cached_property
    def texts(self) -> Texts:
        """The texts of the scene with these numbers."""
        return Texts(self.scene, self.values, self.gradients, self.blanks)

    def parts(self) -> dict[str, Any]:
        """Return what the template shows, by name."""
        scene, texts = self.scene, self.texts
        walk = progress(scene, self.step) if self.step is not None else None
        groups = [self._group(at, texts) for at in range(len(scene.groups))]
        edges = [self._edge(at, texts, walk) for at in range(len(scene.edges))]
        nodes = [self._node(at, texts, walk) for at in range(len(scene.nodes))]
        return sheet(self, groups, edges, nodes) | {
            "structure": scene.structure,
            "phase": walk.phase if walk else None,
            "title": texts.picture_title(),
            "description": texts.picture_description(),
        }

    def _group(self, at: int, texts: Texts) -> dict[str, Any]:
        group, box = self.scene.groups[at], self.layout.groups[at]
        return {
            "id": group.id,
            "classes": " wrong" if group.id in self.wrong else "",
            "aria": texts.group_aria(group),
            "name": group.title,
            **{key: coordinate(value) for key, value in box._asdict().items()},
            "name_x": coordinate(self._title_left(box, group.title_width)),
            "name_y": coordinate(box.y + 22),
            "toggle": f"M{coordinate(box.x + box.width - 24)},{coordinate(box.y + 17)}h10",
        }

    def _title_left(self, box: Box, width: float) -> float:
        """Where the title of an open layer begins: at its left, or beside the edges that enter from above."""
        left, right = box.x + 14, box.x + box.width - 30 - width
        if self.scene.direction == "right":
            return left
        lines = [x for x, top, bottom in self._upright if top < box.y + 28 and bottom > box.y]
        places = [left, *(x + 10 for x in sorted(lines) if left < x + 10 <= right)]
        free = (x for x in places if not any(x - 9 < line < x + width + 9 for line in lines))
        return next(free, left)

    @cached_property
    def _upright(self) -> list[tuple[float, float, float]]:
        """The x, top and bottom of every upright stretch of an edge."""
        return [
            (x0, min(y0, y1), max(y0, y1))
            for route in self.layout.edges
            for (x0, y0), (x1, y1) in pairwise(route.points)
            if abs(x1 - x0) < 0.01
        ]

    def _edge(self, at: int, texts: Texts, walk: Progress | None) -> dict[str, Any]:
        scene, edge, route = self.scene, self.scene.edges[at], self.layout.edges[at]
        source, target = scene.nodes[edge.source], scene.nodes[edge.target]
        boxes = self.layout.nodes
        waiting = walk is not None and edge.id in walk.waiting
        unreached = walk is not None and edge.id not in walk.done and edge.id not in walk.lit
        ends = Ends(source, boxes[edge.source], target, boxes[edge.target])
        paths = edge_paths(route.points, ends, edge.has_gradient)
        said = texts.edge(at)
        shown_value = said.value if route.label and not (self.standalone and unreached) else None
        shown_grad = said.grad if route.label and not (self.standalone and waiting) else None
        drawn: dict[str, Any] = {
            "id": edge.id,
            "source": source.id,
            "target": target.id,
            "classes": self._classes(edge.id, walk)
            + (" at-kink" if edge.id in self.kinks else "")
            + (" long" if scene.labels == "symbols" else "")
            + (" blank" if said.value_blank or said.grad_blank else ""),
            "aria": texts.edge_aria(at),
            "paths": paths,
            "value": shown_value,
            "grad": shown_grad,
            "full": said.full,
            "side": "left" if scene.direction == "down" else None,
            "value_box": None,
            "grad_box": None,
            "blank_ids": texts.blank_ids(at) if self.blanks is not None else None,
            "tensors": (),
            "digit": None,
            "kink": self._kink(edge, paths.kink) if not (self.standalone and waiting) else None,
            "push": None,
        }
        if route.label is not None:
            x, y, width, height = route.label
            middle = y + height / 2
            beside = scene.direction == "down"
            numbered = scene.labels in ("numbers", "symbols", "shapes") and self.blanks is None
            if edge.digit is not None and numbered:
                x += DIGIT if beside else DIGIT / 2
                width -= DIGIT if beside else 0.0
                if not (self.standalone and waiting):
                    size = 13.0 if scene.labels == "symbols" else 14.0
                    written = text_width(said.grad, size) if beside and said.grad is not None else width
                    drawn["digit"] = digit_beside(
                        edge.digit, x + written / 2, middle, edge.shape, said.grad, size
                    )
            # Beside a line that runs down texts begin, with no line between; about one to the right they are centred.
            above, below = (7, 17) if beside else (10, 20)
            anchor = x if beside else x + width / 2
            if said.tensors is not None:
                hidden = (
                    said.value_blank or (self.standalone and unreached),
                    said.grad_blank
                    or (self.standalone and waiting)
                    or not edge.has_gradient
                    or not said.grad_given,
                )
                drawn["tensors"] = tensor_parts(
                    said.tensors, hidden, edge.shape, x + width / 2, middle, self._near, said.cells
                )
                self._add_terms(edge, drawn["tensors"])
            drawn |= {
                "x": coordinate(anchor),
                "value_y": coordinate(middle - above),
                "grad_y": coordinate(middle + below),
            }
            if scene.labels == "numbers" and shown_value is not None:
                drawn["push"] = push_drawn(
                    self.pushes, source.core, anchor + LONGEST / 2 if beside else anchor, middle - above
                )
            elif drawn["tensors"] and scene.labels == "numbers" and (self.letter or 0.0) <= CELLS:
                top = middle - OFF_LINE - content_size(edge.shape)[1]
                drawn["push"] = push_drawn(self.pushes, source.core, x + width / 2, top + 10)
            if scene.labels == "blanks" or self.blanks is not None:
                drawn |= {"box_x": coordinate(anchor if beside else anchor - BOX_WIDTH / 2)}
                if said.value_blank and (shown_value is not None or edge.shape):
                    drawn["value_box"] = coordinate(middle - 29)
                if said.grad_blank and (shown_grad is not None or edge.shape):
                    drawn["grad_box"] = coordinate(middle + 9)
        return drawn

    def _add_terms(self, edge: SceneEdge, tensors: list[dict[str, Any]]) -> None:
        """Write row × column beneath the cells of a product, for who comes near."""
        if self.heat is None or self.values is None or self.letter == 0.0:
            return
        for tensor in tensors:
            if tensor["kind"] == "matrix" and tensor["way"] == "value":
                found = terms(self.scene.graph, self.values, edge.value_of)
                if found is not None:
                    add_terms(tensor, found)

    @property
    def _near(self) -> bool:
        """Whether the cells of a matrix are drawn as numbers alone."""
        return self.standalone and (self.letter or 0.0) <= CELLS

    def _kink(self, edge: SceneEdge, at: Point) -> dict[str, str] | None:
        """The mark of an edge at a kink; on the page also of one that may come to stand at one."""
        said = self.kinks.get(edge.id)
        if said is None and (self.standalone or not edge.has_gradient or not self._may_kink(edge)):
            return None
        title = "" if said is None else said.ko if self.scene.lang == "ko" else said.en
        return bead(at) | {"title": title}

    def _may_kink(self, edge: SceneEdge) -> bool:
        """Whether an op that the edge leads to, or one inside its closed layer, has any kink."""
        graph, target = self.scene.graph, self.scene.nodes[edge.target]
        if not edge.core:
            return False
        inside = (target.core,) if target.group is None else graph.groups[target.group].nodes
        return any((op := graph.nodes[index].op) is not None and op.kinks for index in inside)

    def _node(self, at: int, texts: Texts, walk: Progress | None) -> dict[str, Any]:
        node = self.scene.nodes[at]
        failing = texts.failing(at)
        waiting = walk is not None and node.id in walk.waiting
        blank = texts.total_blank(at)
        total = texts.total(at) if blank is None else ""
        parts = node_parts(
            node,
            self.layout.nodes[at],
            total,
            blank,
            texts.unread(at),
            texts.result(at),
            failing=failing,
            standalone=self.standalone,
        )
        if self.standalone and waiting:
            parts["sum"] = parts["result"] = None
        return parts | {
            "classes": self._classes(node.id, walk) + (" failing" if failing else ""),
            "aria": texts.node_aria(at),
            "full": texts.node_full(at),
            "halves": self._halves(node, waiting),
        }

    def _halves(self, node: SceneNode, waiting: bool) -> list[dict[str, Any]]:
        """The halves of a node seen from far, coloured by the sizes of its value and its gradient."""
        if self.heat is None or not (self.letter is None or is_far(self.letter)):
            return []
        drawn = halves(node)
        return [
            {"way": way, "path": drawn[way], "opacity": opacity(column[node.core])}
            for way, column in zip(("value", "grad"), self.heat, strict=True)
            if not (self.standalone and waiting and way == "grad")
        ]

    @cached_property
    def heat(self) -> tuple[str, str] | None:
        """The levels of values and gradients; None where numbers are not to be told."""
        hidden = self.scene.labels == "blanks" or self.blanks is not None
        if hidden or self.values is None or self.gradients is None:
            return None
        return levels(list(self.values)), levels(list(self.gradients.nodes))

    def _classes(self, part: str, walk: Progress | None) -> str:
        classes = " wrong" if part in self.wrong else ""
        if walk is not None:
            lit, done = part in walk.lit, part in walk.done
            classes += " lit" if lit else ""
            classes += " done" if done else ""
            classes += " dim" if not lit and not done else ""
            classes += " waiting" if part in walk.waiting else ""
        return classes
