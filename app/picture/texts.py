"""The texts of a picture: numbers on edges, sums at nodes, and what a screen reader says."""

import math
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from chainrule.app.picture.blanks import BlankSet, Cells
from chainrule.app.picture.scene import Scene, SceneGroup
from chainrule.app.picture.scene.space import LABEL_WIDTH
from chainrule.app.picture.scene.text_width import fit
from chainrule.core.explain.aria import (
    closed_edge_aria,
    edge_aria,
    group_aria,
    node_aria,
    spread_heard,
    terminal_aria,
)
from chainrule.core.explain.notes import begins
from chainrule.core.latex.edge_text import edge_symbols, group_edge_symbols, lower_text, node_text
from chainrule.core.latex.notation import final_name
from chainrule.core.number_text import text
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers

_SYMBOL_SIZE = 13.0
_SCALAR = Text("스칼라", "scalar")


class EdgeText(NamedTuple):
    """The texts above and below one edge, None for no text. ``full`` is the text before shortening.

    A tensor shown by its elements has no texts: see ``tensors``.
    """

    value: str | None
    grad: str | None
    full: str | None
    value_blank: bool
    grad_blank: bool
    tensors: tuple[Any, Any] | None = None
    """Value and gradient, each None if not known."""
    cells: tuple[Cells | None, Cells | None] = (None, None)
    """The boxes in a tensor with blank elements."""
    grad_given: bool = True
    """Whether a tensor's gradient is visible at all."""


class Texts:
    """The texts of one scene with the numbers of one evaluation, or with its words alone."""

    def __init__(
        self,
        scene: Scene,
        values: Numbers | None,
        gradients: GradientColumns | None,
        blanks: BlankSet | None = None,
    ) -> None:
        self._scene = scene
        self._blanks = blanks
        self._values = values
        self._gradients = gradients
        self._evaluated = (
            Evaluated(scene.graph, values, gradients)
            if values is not None and gradients is not None
            else None
        )

    def edge(self, at: int) -> EdgeText:
        """The texts of an edge."""
        edge = self._scene.edges[at]
        if not edge.labelled:
            return EdgeText(None, None, None, False, False)
        if self._blanks is not None:
            return self._edge_with_blanks(at, self._blanks)
        if self._scene.labels == "symbols":
            forward, back = self._symbols(at)
            width = LABEL_WIDTH["symbols"]
            short = fit(forward, _SYMBOL_SIZE, width), fit(back, _SYMBOL_SIZE, width)
            full = f"{forward}\n{back}" if short != (forward, back) else None
            return EdgeText(short[0], short[1] if edge.has_gradient else None, full, False, False)
        if self._scene.labels == "shapes" and not edge.shape:
            # Numbers have no shape to show; the result says what it is.
            return EdgeText(
                None if edge.core else _SCALAR.in_language(self._scene.lang), None, None, False, False
            )
        if self._scene.labels == "shapes" or (edge.shape and not math.prod(edge.shape)):
            said = self._scene.shape_text(edge.value_of)
            return EdgeText(said, said if edge.has_gradient else None, None, False, False)
        if edge.shape:
            blank = self._blank and self._scene.nodes[edge.source].kind in ("op", "closed")
            back_blank = self._blank and edge.has_gradient and bool(edge.core)
            value = self._values[edge.value_of] if self._values is not None else None
            tensors = None if blank else value, None if back_blank else self._gradient(at)
            return EdgeText(None, None, None, blank, back_blank, tensors)
        value, grad = self._number(edge.value_of), self._edge_gradient(at) if edge.has_gradient else None
        if self._scene.labels == "blanks":
            # Given numbers stay: values of inputs, and the upstream gradient.
            value_blank = self._scene.nodes[edge.source].kind in ("op", "closed")
            grad_blank = grad is not None and bool(edge.core)
            return EdgeText(
                "" if value_blank else value, "" if grad_blank else grad, None, value_blank, grad_blank
            )
        return EdgeText(value, grad, None, False, False)

    def _edge_with_blanks(self, at: int, blanks: BlankSet) -> EdgeText:
        """The texts of an edge in a picture with particular blanks."""
        scene, edge = self._scene, self._scene.edges[at]
        value_id, grad_id = self.blank_ids(at)
        value_blank = blanks.whole(value_id)
        grad_blank = edge.has_gradient and blanks.whole(grad_id)
        # The upstream gradient is always given, but not its shape, which is the output's.
        given = edge.has_gradient and (not blanks.forward or (not edge.core and scene.labels != "shapes"))
        if scene.labels == "shapes" or (edge.shape and not math.prod(edge.shape)):
            said = scene.shape_text(edge.value_of)
            back = "" if grad_blank else said if given else None
            return EdgeText("" if value_blank else said, back, None, value_blank, grad_blank)
        if edge.shape:
            cells = blanks.cells(value_id), blanks.cells(grad_id) if edge.has_gradient else None
            value = self._values[edge.value_of] if self._values is not None else None
            tensors = None if value_blank else value, None if grad_blank else self._gradient(at)
            return EdgeText(
                None, None, None, value_blank, grad_blank, tensors, cells, given or cells[1] is not None
            )
        value_text, grad = self._number(edge.value_of), self._edge_gradient(at) if given else None
        return EdgeText(
            "" if value_blank else value_text, "" if grad_blank else grad, None, value_blank, grad_blank
        )

    def blank_ids(self, at: int) -> tuple[str, str]:
        """The ids of the blanks for an edge's value and gradient."""
        edge = self._scene.edges[at]
        return f"value:{self._scene.graph.ids[edge.value_of]}", f"grad:{edge.id}"

    def total_blank(self, at: int) -> str | None:
        """The id of the blank for a node's sum; None if the sum is not blank."""
        node = self._scene.nodes[at]
        if self._blanks is None or node.fan_out < 2:
            return None
        blank = f"sum:{self._scene.graph.ids[node.core]}"
        return blank if self._blanks.whole(blank) else None

    def total(self, at: int) -> str | None:
        """The text of a node's gradient if it is a sum over several edges; None otherwise, or if hidden."""
        node = self._scene.nodes[at]
        if node.fan_out < 2 or self._scene.labels != "numbers" or self._evaluated is None:
            return None
        gradient = self._evaluated.gradient(node.core)
        return None if gradient is None else text(gradient)

    def unread(self, at: int) -> str | None:
        """The number of a node that no edge leaves; None for others, for tensors, or if hidden."""
        node = self._scene.nodes[at]
        if node.east or node.kind not in ("input", "op", "closed") or self._scene.labels != "numbers":
            return None
        if self._blanks is not None or self._values is None or np.ndim(self._values[node.core]):
            return None
        return text(self._values[node.core])

    def result(self, at: int) -> str | None:
        """The number of the output beside its word, for a picture seen from far; None as in ``unread``."""
        node = self._scene.nodes[at]
        if node.kind != "output" or self._scene.labels != "numbers" or self._blanks is not None:
            return None
        value = None if self._values is None else self._values[self._scene.graph.output]
        return None if value is None or np.ndim(value) else text(value)

    def failing(self, at: int) -> bool:
        """Whether a value first becomes infinite or NaN at a node."""
        node = self._scene.nodes[at]
        if self._values is None or node.kind == "output":
            return False
        inside = self._scene.graph.groups[node.group].nodes if node.group is not None else (node.core,)
        return any(begins(self._scene.graph, self._values, index) for index in inside)

    def _number(self, index: int) -> str:
        value = self._values[index] if self._values is not None else None
        return "" if value is None else text(value)

    def _edge_gradient(self, at: int) -> str:
        gradient = self._gradient(at)
        return "" if gradient is None else text(gradient)

    def _gradient(self, at: int) -> Any:
        """The gradient on an edge; None if not known or not computed."""
        edge, gradients = self._scene.edges[at], self._gradients
        if gradients is None:
            return None
        if not edge.core:  # the upstream gradient
            return gradients.nodes[self._scene.graph.output]
        parts = [gradients.edges[index] for index in edge.core]
        return None if any(part is None for part in parts) else sum(parts)

    def _symbols(self, at: int) -> tuple[str, str]:
        scene, edge = self._scene, self._scene.edges[at]
        graph = scene.graph
        final = final_name(graph, self._upstream)
        if not edge.core:
            forward = node_text(graph, edge.value_of)
            return forward, f"∂{final}/∂{lower_text(graph, graph.output)}"
        target = scene.nodes[edge.target]
        if target.group is None:
            return edge_symbols(graph, graph.edges[edge.core[0]], self._upstream)
        # Into a closed layer: its simplified derivative, if known.
        group = graph.groups[target.group]
        return group_edge_symbols(graph, group, edge.value_of, self._upstream)

    @cached_property
    def _upstream(self) -> float:
        if self._gradients is None:
            return 1.0
        upstream = self._gradients.nodes[self._scene.graph.output]
        return 1.0 if upstream is None or not np.size(upstream) else float(np.ravel(upstream)[0])

    def picture_title(self) -> str:
        """The picture in one line, for a screen reader."""
        scene = self._scene
        name = scene.nodes[-1].title
        return f"계산 그래프: {name}" if scene.lang == "ko" else f"Computational graph: {name}"

    def picture_description(self) -> str:
        """The inputs and the output in a few lines, for a screen reader."""
        scene = self._scene
        spoken = [
            self.node_aria(at) for at, node in enumerate(scene.nodes) if node.kind in ("input", "output")
        ]
        return ". ".join(spoken) + "."

    def node_aria(self, at: int) -> str:
        """What a screen reader says of a node: "apple, input, value 100, gradient 2.2"."""
        node = self._scene.nodes[at]
        if self._evaluated is None or self._blank:
            return node.title or node.id
        graph = self._scene.graph
        if node.kind == "output":
            return self._said(terminal_aria(self._evaluated))
        if node.group is not None:
            return self._said(group_aria(self._evaluated, graph.groups[node.group]))
        return self._said(node_aria(self._evaluated, graph.nodes[node.core]))

    def edge_aria(self, at: int) -> str:
        """What a screen reader says of an edge: "apple to op_1, value 100, gradient 2.2"."""
        scene, edge = self._scene, self._scene.edges[at]
        source, target = scene.nodes[edge.source], scene.nodes[edge.target]
        if self._evaluated is None or self._blank:
            words = f"{source.title or source.id} → {target.title or target.id}"
            return words if self._blanks is None else f"{words}{self._given_heard(at)}"
        if not edge.core:
            return self._said(terminal_aria(self._evaluated))
        if target.group is not None:
            return self._said(
                closed_edge_aria(self._evaluated, edge.value_of, scene.graph.groups[target.group])
            )
        return self._said(edge_aria(self._evaluated, scene.graph.edges[edge.core[0]]))

    def _given_heard(self, at: int) -> str:
        """What a screen reader says of an edge's given numbers, in a picture with blanks."""
        said, heard = self.edge(at), ""
        value, grad = said.value, said.grad
        if said.tensors is not None:
            value, grad = (
                None if tensor is None or cells is not None else self._said(spread_heard(tensor))
                for tensor, cells in zip(said.tensors, said.cells, strict=True)
            )
            grad = grad if said.grad_given and self._scene.edges[at].has_gradient else None
        if value and not said.value_blank:
            heard += self._said(Text(f", 값 {value}", f", value {value}"))
        if grad and not said.grad_blank:
            heard += self._said(Text(f", 기울기 {grad}", f", gradient {grad}"))
        return heard

    def group_aria(self, group: SceneGroup) -> str:
        """What a screen reader says of an open layer."""
        known = COMPOSITES.get(group.name)
        title = known.title if known else Text(group.name, group.name)
        return self._said(Text(f"{group.id}, {title.ko}, 열린 계층", f"{group.id}, {title.en}, open layer"))

    def node_full(self, at: int) -> str | None:
        """The full words of a node, if the picture shortens them."""
        node = self._scene.nodes[at]
        return node.title if "…" in node.above + node.caption + node.name else None

    @property
    def _blank(self) -> bool:
        """Whether there are blanks, which numbers would give away."""
        return self._scene.labels == "blanks" or self._blanks is not None

    def _said(self, words: Text) -> str:
        return words.ko if self._scene.lang == "ko" else words.en
