"""The visible nodes: the words and the symbol on each, and the size they need."""

from dataclasses import dataclass

from chainrule.app.picture.scene.products import (
    AFFINE,
    PRODUCT_LINE,
    Axes,
    ShapeLine,
    edge_digits,
    product_lines,
)
from chainrule.app.picture.scene.space import EAST_PITCH, FAR, FARTHEST, WEST_PITCH, Direction, needed, ports
from chainrule.app.picture.scene.text_width import fit, text_width
from chainrule.core import number_text
from chainrule.core.engine.graph import Graph, Group, Node
from chainrule.core.latex.names import names_of
from chainrule.core.latex.notation import short_name
from chainrule.core.ops import shapes
from chainrule.core.view.evaluated import edges_into
from chainrule.core.view.visible import OUTPUT

RADIUS = 24.0
LABEL_SIZE, NAME_SIZE, SYMBOL_SIZE, NUMBER_SIZE = 15.0, 13.0, 16.0, 14.0
SIGN_SHARE = 0.94
"""How much of a shape's width its sign may take."""
LINE = 18.0
"""Height of one line of text beside or beneath a shape."""
WORD_WIDTH, CAPTION_WIDTH = 220.0, 140.0
"""Width limits of the words at the left and right, and of captions beneath circles."""
LAYER_NAMES = {
    "affine": "Affine",
    "softmax": "Softmax",
    "cross_entropy": "Cross Entropy Error",
    "softmax_with_loss": "Softmax-with-Loss",
    "mse": "Mean Squared Error",
}
"""The names on the boxes of layers, as in the book."""
NOTED_WIDTH = 92.0
"""Width of a number that stands at a node."""
_GROWN = 6.0
"""Room beneath a caption that grows, seen from afar, towards the numbers below it."""
_ONE_LINE = 64.0
"""Longest label of one line, where the picture runs down and the room beside it is scarce."""
_WORD = 4
"""From so many letters in its symbol, a tensor op is a rounded box instead of a circle."""


@dataclass(frozen=True, slots=True)
class SceneNode:
    """A visible node. Offsets are from the top left corner of its box (width × height)."""

    id: str
    kind: str
    """``input``, ``constant``, ``op``, ``closed`` (a layer as one box) or ``output``."""
    core: int
    """Index of the graph's node whose value and gradient it shows."""
    group: int | None
    """Index of the graph's group, for a closed layer."""
    parent: int | None
    """Position in ``Scene.groups`` of the open box around it."""
    op: str | None
    symbol: str
    caption: str
    """Its label or its name: beneath an op, beside an input or the output."""
    name: str
    """The program's name in small letters, if the caption is a label."""
    title: str
    """The full text, for a tooltip."""
    width: float
    height: float
    shape_width: float
    shape_height: float
    west: tuple[float, ...]
    """Heights at which edges arrive, in the order of operands; offsets from the left if the picture runs down."""
    east: tuple[float, ...]
    """Heights at which edges leave, or offsets from the left."""
    fan_out: int
    """Number of outgoing edges with a gradient; at most 1 for a tensor, whose sum is not written out."""
    boxed: bool = False
    """Whether an op is a rounded box, like a layer."""
    products: tuple[ShapeLine, ...] = ()
    """The lines of shapes beneath a product."""
    down: bool = False
    """Whether edges arrive at its top and leave at its bottom."""
    above: str = ""
    """The first of two lines of a long label, in a picture that runs down; ``caption`` is the second."""

    @property
    def centre(self) -> tuple[float, float]:
        """The centre of its shape."""
        return self.width / 2, self.shape_height / 2


class NodeSizes:
    """Measures the nodes of one graph in one language.

    ``folded`` are the constants drawn inside their reader. ``axes`` names the axes of every node if shapes are shown,
    and is empty otherwise.
    """

    def __init__(
        self, graph: Graph, lang: str, folded: set[int], axes: list[Axes], direction: Direction = "right"
    ) -> None:
        self._graph = graph
        self._lang = lang
        self._folded = folded
        self._axes = axes
        self._down = direction == "down"
        self._requires_grad = graph.requires_grad()
        self._numbered = edge_digits(graph) if axes else {}

    def node(
        self,
        core: int,
        closed: int | None,
        parent: int | None,
        west: tuple[float, ...],
        leaving: int,
        fan_out: int,
    ) -> SceneNode:
        """Measure a node, or the closed layer whose result it is.

        ``west`` are the offsets at which operands arrive. ``leaving`` counts the outgoing edges, ``fan_out`` those of
        them with a gradient.
        """
        node = self._graph.nodes[core]
        fan_out = min(fan_out, 1) if node.shape else fan_out
        if closed is not None:
            return self._shape(self._graph.groups[closed], node, parent, west, leaving, fan_out)
        if node.kind == "op":
            return self._shape(None, node, parent, west, leaving, fan_out)
        if node.kind == "constant":
            if node.shape:
                text = shapes.shown(node.shape)
            else:
                text = number_text.text(node.value if node.value is not None else float("nan"))
            width = max(text_width(text, SYMBOL_SIZE) + 10, 22.0)
            width, height = self._roomy(width, 28.0, leaving)
            return SceneNode(
                node.id, "constant", core, None, parent, None, text, "", "", text,
                width, height, width, height, (), self._departures(width, height, leaving), fan_out,
                down=self._down,
            )  # fmt: skip
        above, caption, name = self._lines(node)
        noted = _noted(node, leaving, fan_out)
        lines = 1 + bool(above) + bool(name) + noted
        needed_width = max(_word_width(caption, name, noted), _word_width(above, "", False))
        width, height = self._roomy(needed_width, 6 + LINE * lines, leaving)
        return SceneNode(
            node.id, "input", core, None, parent, None, "", caption, name, _title(node),
            width, height, width, height, (), self._departures(width, height, leaving), fan_out,
            down=self._down, above=above,
        )  # fmt: skip

    def _lines(self, node: Node) -> tuple[str, str, str]:
        """The two lines of a node's caption, the first mostly empty, and its name."""
        caption, name = _words(node)
        above, below = _broken(caption) if self._down and node.label else ("", caption)
        return above, below, name

    def _shape(
        self,
        group: Group | None,
        node: Node,
        parent: int | None,
        west: tuple[float, ...],
        leaving: int,
        fan_out: int,
    ) -> SceneNode:
        """Measure an op's circle, taller for many edges, or a layer's box, with the texts beneath it."""
        boxed = False
        if group is not None:
            symbol = LAYER_NAMES.get(group.name, group.name)
            node_id, kind, op = group.id, "closed", group.name
            shape_width = max(64.0, text_width(symbol, SYMBOL_SIZE) + 28)
            # As far as numbers are read a layer's name stays within its box; on a phone until it is seen from far.
            until = FAR if self._down else FARTHEST
            shape_width = max(shape_width, text_width(symbol, until) / SIGN_SHARE + 1)
            title = symbol
        else:
            node_id, kind, op = node.id, "op", node.op.name if node.op else ""
            symbol = self._symbol(node)
            shape_width = max(2 * RADIUS, text_width(symbol, SYMBOL_SIZE) + 14)
            tensor = node.op is not None and (node.op.tensor is not None or bool(node.shape))
            boxed = tensor and (op == "relu" or (node.op is not None and len(node.op.symbol) >= _WORD))
            if boxed:
                shape_width = max(64.0, text_width(symbol, SYMBOL_SIZE) + 28)
            # From as far as numbers are read, so is a sign, within its box; on a phone a layer's until it is far.
            until = FAR if boxed and self._down else FARTHEST
            shape_width = max(shape_width, text_width(symbol, until) / SIGN_SHARE + 1)
            title = (
                node.op.title.ko if node.op and self._lang == "ko" else node.op.title.en if node.op else ""
            )
            if node.name is None:
                title = f"{title}: {names_of(self._graph).plain(node.index)}"
        # The name of the result is already at the right end.
        own = (
            node.name is not None
            and node.index != self._graph.output
            and (group is None or not node.id.startswith(f"{group.id}."))
        )
        caption = _words(node)[0] if own else ""
        if own:
            title = f"{title} → {_title(node)}"
        span = 2 * max((abs(offset) for offset in west), default=0.0) + WEST_PITCH
        side = max(span if len(west) > 2 else 0.0, needed(leaving) + 8)
        shape_height = 2 * RADIUS if self._down else max(2 * RADIUS, side)
        shape_width = max(shape_width, side) if self._down else shape_width
        caption = fit(caption, NAME_SIZE, CAPTION_WIDTH)
        lines = self._products(group, node)
        noted = _noted(node, leaving, fan_out)
        below = (bool(caption) + noted) * LINE
        width = max(shape_width, text_width(caption, NAME_SIZE) + 4, NOTED_WIDTH if noted else 0.0)
        if self._down and below:
            below += _GROWN
        if lines:
            below += len(lines) * PRODUCT_LINE + 4
            width = max(width, 2 * max(line.half_width for line in lines))
        middle = (width if self._down else shape_height) / 2
        return SceneNode(
            node_id, kind, node.index, group.index if group else None, parent, op, symbol, caption, "", title,
            width, shape_height + below, shape_width, shape_height,
            tuple(middle + offset for offset in west), ports(leaving, middle, EAST_PITCH), fan_out,
            boxed, lines, self._down,
        )  # fmt: skip

    def _roomy(self, width: float, height: float, leaving: int) -> tuple[float, float]:
        """Widen or heighten a word so that its outgoing edges have room on their side."""
        side = needed(leaving)
        return (max(width, side), height) if self._down else (width, max(height, side))

    def _departures(self, width: float, height: float, leaving: int) -> tuple[float, ...]:
        """Where edges leave a word: at its right side, or at its bottom."""
        return ports(leaving, (width if self._down else height) / 2, EAST_PITCH)

    def _products(self, group: Group | None, node: Node) -> tuple[ShapeLine, ...]:
        """Make the lines of shapes beneath a product or a closed affine layer."""
        axes, requires_grad = self._axes, self._requires_grad
        if not axes:
            return ()
        if group is not None:
            affine = group.name == AFFINE
            return product_lines(axes, requires_grad, group.inputs, group.output, True) if affine else ()
        if node.op is None or node.op.name != "matmul":
            return ()
        numbered = any(edge.index in self._numbered for edge in edges_into(self._graph, node.index))
        return product_lines(axes, requires_grad, node.inputs, node.index, numbered)

    def _symbol(self, node: Node) -> str:
        if node.op is None:
            return ""
        if len(node.inputs) > 1 and node.inputs[1] in self._folded:
            exponent = self._graph.nodes[node.inputs[1]].value
            return f"**{number_text.text(exponent if exponent is not None else float('nan'))}"
        if node.op.name == "relu" and node.shape:
            return "ReLU"
        axis = self._graph.parameters.get(node.index, {}).get("axis", ())
        rank = len(self._graph.nodes[node.inputs[0]].shape)
        if isinstance(axis, tuple) and axis and rank:
            axes = tuple(sorted(each % rank for each in axis))
            # A single axis of several is a subscript.
            return node.op.symbol + (shapes.subscript(axes) if len(axes) < rank else "")
        return node.op.symbol

    def terminal(self) -> SceneNode:
        """Measure the word at the right end, which names the result."""
        node = self._graph.nodes[self._graph.output]
        above, caption, name = (
            self._lines(node) if node.name else ("", "결과" if self._lang == "ko" else "result", "")
        )
        height = 6 + LINE * (1 + bool(above) + bool(name))
        width = max(_word_width(caption, name, False), _word_width(above, "", False))
        title = _title(node) or caption
        return SceneNode(
            OUTPUT, "output", node.index, None, None, None, "", caption, name, title,
            width, height, width, height, ((width if self._down else height) / 2,), (), 0, down=self._down,
            above=above,
        )  # fmt: skip


def _words(node: Node) -> tuple[str, str]:
    """The caption of a named node, and its name if the caption is a label; both shortened to fit.

    A name that was assigned again has its number, as in formulas: ``h_2``.
    """
    if node.label:
        return fit(node.label, LABEL_SIZE, WORD_WIDTH), fit(short_name(node.id), NAME_SIZE, WORD_WIDTH)
    return fit(short_name(node.id), LABEL_SIZE, WORD_WIDTH), ""


def _broken(label: str) -> tuple[str, str]:
    """Break a long label at the space that makes its longer line shortest; a short one stays whole."""
    if text_width(label, LABEL_SIZE) <= _ONE_LINE:
        return "", label
    words = label.split(" ")
    lines = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(
        lines, key=lambda both: max(text_width(line, LABEL_SIZE) for line in both), default=("", label)
    )


def _noted(node: Node, leaving: int, fan_out: int) -> bool:
    """Whether a number stands at a node: the sum of several gradients, or a value that no edge shows."""
    return fan_out > 1 or (not leaving and not node.shape)


def _word_width(caption: str, name: str, noted: bool) -> float:
    width = max(text_width(caption, LABEL_SIZE), text_width(name, NAME_SIZE), NOTED_WIDTH if noted else 0.0)
    return width + 8


def _title(node: Node) -> str:
    name = short_name(node.id) if node.name else ""
    if node.label and name:
        return f"{node.label} ({name})"
    return node.label or name
