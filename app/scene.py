"""What of a graph is to be seen: nodes, closed layers, open boxes and edges, with the room each needs."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.text_width import fit, text_width
from core import number_text
from core.graph import Graph, Group, Node
from core.reading import Reading, Record
from core.visible import OUTPUT, Visible

Labels = Literal["numbers", "symbols", "none", "blanks"]
RADIUS = 24.0
LABEL_SIZE, NAME_SIZE, SYMBOL_SIZE, NUMBER_SIZE = 15.0, 13.0, 16.0, 14.0
LINE = 18.0
"""Height of one line of text beside or beneath a shape."""
WORD_WIDTH, CAPTION_WIDTH = 220.0, 140.0
"""Widest word at the left or right, widest caption beneath a circle; longer ones end with …"""
LABEL_WIDTH = {"numbers": 80.0, "blanks": 80.0, "symbols": 184.0}
LABEL_HEIGHT = 48.0
"""Room on an edge for the value above its line and the gradient below, whatever the numbers are."""
BLANKS_HEIGHT = 60.0
"""The same, where boxes to fill in stand in the place of numbers."""
WEST_PITCH, EAST_PITCH = 21.0, 22.0
"""Distance between two edges that arrive at, or leave, the same shape: room for two pairs of arrows."""
BESIDE = 15.0
"""How far from the middle a lone number or name enters, when the other operand comes straight."""


@dataclass(frozen=True, slots=True)
class SceneNode:
    """One thing that edges join. Offsets are from the top left corner of its room (width × height)."""

    id: str
    kind: str
    """``input``, ``constant``, ``op``, ``closed`` (a layer as one box) or ``output``."""
    core: int
    """Index of the core node whose value and gradient it shows."""
    group: int | None
    """Index of the core group, of a closed layer."""
    parent: int | None
    """Position in ``Scene.groups`` of the open box it stands in."""
    op: str | None
    symbol: str
    caption: str
    """What a comment calls it, or its name: beneath an op, beside an input or the output."""
    name: str
    """The program's name, small, where the caption is another word."""
    title: str
    """Everything in full, for a tooltip."""
    width: float
    height: float
    shape_width: float
    shape_height: float
    west: tuple[float, ...]
    """Heights at which edges arrive, by operand."""
    east: tuple[float, ...]
    """Heights at which edges leave."""
    fan_out: int
    """Number of outgoing edges that bring a gradient back."""

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its shape."""
        return self.width / 2, self.shape_height / 2


@dataclass(frozen=True, slots=True)
class SceneEdge:
    """A value's way from one visible thing to another; it may stand for several edges into a closed layer."""

    id: str
    source: int
    target: int
    slot: int
    """Which of the target's arriving edges it is, counted from the top."""
    value_of: int
    """Index of the core node whose value it carries."""
    core: tuple[int, ...]
    """Indices of the core edges whose gradients add up to its own; none for the edge to the result."""
    has_gradient: bool
    labelled: bool


@dataclass(frozen=True, slots=True)
class SceneGroup:
    """A layer that stands open: a light box around its nodes."""

    id: str
    core: int
    name: str
    parent: int | None
    title_width: float


class Scene:
    """The visible part of ``graph`` when the groups named in ``open`` stand open; ids that are none are ignored.

    ``nodes`` stand in topological order, the result's terminal last; ``edges`` in order of (target, slot), so that
    positions in the two lists can serve as names. Nothing here depends on values: only ``labels`` decides how much
    room the edges get. Ids of edges: the core's own; ``{source}->{group}`` into a closed layer, where all edges from
    one source are one; ``{output}->@output`` to the result.
    """

    def __init__(
        self, graph: Graph, open: Collection[str] = (), labels: Labels = "numbers", lang: str = "en"
    ):
        self.graph = graph
        self.open = frozenset(open)
        self.labels: Labels = labels
        self.lang = lang
        self._core_groups = graph.groups
        self.groups, group_at = self._open_groups(self.open)
        self._folded = _folded_exponents(graph)

        visible = Visible(Reading(graph, (), Record()), open)
        items = [part for part in visible.parts if part.group is not None or part.node not in self._folded]
        self._place = {part.position: at for at, part in enumerate(items)}
        self.edges = self._edges(visible, len(items))
        output_at = len(items)

        incoming: list[list[SceneEdge]] = [[] for _ in range(output_at + 1)]
        outgoing: list[list[SceneEdge]] = [[] for _ in range(output_at + 1)]
        for edge in self.edges:
            incoming[edge.target].append(edge)
            outgoing[edge.source].append(edge)
        self.incoming, self.outgoing = incoming, outgoing
        depths: list[int] = []
        for at, arriving in enumerate(incoming):
            leaf = -1 if at < output_at and graph.nodes[items[at].node].kind == "constant" else 0
            depths.append(max((depths[edge.source] + 1 for edge in arriving), default=leaf))

        self.nodes: list[SceneNode] = []
        for at, (_, _, core, closed) in enumerate(items):
            parent = self._core_groups[closed].parent if closed is not None else graph.nodes[core].group
            west = _west([depths[edge.source] for edge in incoming[at]])
            fan_out = sum(edge.has_gradient for edge in outgoing[at])
            self.nodes.append(
                self._node(
                    core,
                    closed,
                    group_at[parent] if parent is not None else None,
                    west,
                    len(outgoing[at]),
                    fan_out,
                )
            )
        self.nodes.append(self._terminal())

    @cached_property
    def structure(self) -> str:
        """A hash of all that stands still while numbers change: ids, words, edges, boxes."""
        nodes = [(node.id, node.symbol, node.title) for node in self.nodes]
        edges = [(edge.id, edge.has_gradient) for edge in self.edges]
        return _digest([self.shape_key, nodes, edges, [group.id for group in self.groups]])

    @cached_property
    def shape_key(self) -> str:
        """A hash of what a layout depends on: sizes, edges, boxes; graphs that differ in names only may share it."""
        nodes = [(n.kind, n.width, n.height, n.shape_width, n.west, n.east, n.parent) for n in self.nodes]
        edges = [(edge.source, edge.target, edge.slot, edge.labelled) for edge in self.edges]
        return _digest([self.labels, nodes, edges, [(g.parent, g.title_width) for g in self.groups]])

    @property
    def label_size(self) -> tuple[float, float]:
        """Width and height of the room for an edge's texts; (0, 0) where edges say nothing."""
        if self.labels == "none":
            return 0.0, 0.0
        return LABEL_WIDTH[self.labels], BLANKS_HEIGHT if self.labels == "blanks" else LABEL_HEIGHT

    # Which groups stand

    def _open_groups(self, open: frozenset[str]) -> tuple[list[SceneGroup], dict[int, int]]:
        groups: list[SceneGroup] = []
        at: dict[int, int] = {}
        for group in self._core_groups:
            if group.nodes and group.id in open and (group.parent is None or group.parent in at):
                at[group.index] = len(groups)
                parent = at[group.parent] if group.parent is not None else None
                width = text_width(group.name, LABEL_SIZE)
                groups.append(SceneGroup(group.id, group.index, group.name, parent, width))
        return groups, at

    def _edges(self, visible: Visible, output_at: int) -> list[SceneEdge]:
        nodes, needs = self.graph.nodes, self.graph.needs_gradient()
        labels = self.labels != "none"
        edges: list[SceneEdge] = []
        for part in visible.parts:
            ways = [way for way in visible.incoming[part.position] if way.node not in self._folded]
            for slot, way in enumerate(ways):
                edges.append(
                    SceneEdge(
                        way.id,
                        self._place[way.source],
                        self._place[way.target],
                        slot,
                        way.node,
                        tuple(edge.index for edge in way.edges),
                        needs[way.node],
                        labels and nodes[way.node].kind != "constant",
                    )
                )
        output = self.graph.output
        source = self._place[visible.position[output]]
        edge_id = f"{self.graph.ids[output]}->{OUTPUT}"
        edges.append(SceneEdge(edge_id, source, output_at, 0, output, (), needs[output], labels))
        return edges

    # Sizes

    def _node(
        self,
        core: int,
        closed: int | None,
        parent: int | None,
        west: tuple[float, ...],
        leaving: int,
        fan_out: int,
    ) -> SceneNode:
        node = self.graph.nodes[core]
        if closed is not None:
            return self._shape(self._core_groups[closed], node, parent, west, leaving, fan_out)
        if node.kind == "op":
            return self._shape(None, node, parent, west, leaving, fan_out)
        if node.kind == "constant":
            text = number_text.text(node.value if node.value is not None else float("nan"))
            width = max(text_width(text, SYMBOL_SIZE) + 10, 22.0)
            height = max(28.0, _needed(leaving))
            return SceneNode(
                node.id, "constant", core, None, parent, None, text, "", "", text,
                width, height, width, height, (), _ports(leaving, height / 2, EAST_PITCH), fan_out,
            )  # fmt: skip
        caption, name = _words(node)
        lines = 1 + bool(name) + (fan_out > 1)
        height = max(6 + LINE * lines, _needed(leaving))
        width = _word_width(caption, name, fan_out)
        return SceneNode(
            node.id, "input", core, None, parent, None, "", caption, name, _title(node),
            width, height, width, height, (), _ports(leaving, height / 2, EAST_PITCH), fan_out,
        )  # fmt: skip

    def _shape(
        self,
        group: Group | None,
        node: Node,
        parent: int | None,
        west: tuple[float, ...],
        leaving: int,
        fan_out: int,
    ) -> SceneNode:
        """An op's circle (longer where many edges meet) or a closed layer's box, with what stands beneath it."""
        if group is not None:
            node_id, kind, op, symbol = group.id, "closed", group.name, group.name
            shape_width = max(64.0, text_width(symbol, SYMBOL_SIZE) + 28)
            title = group.name
        else:
            node_id, kind, op = node.id, "op", node.op.name if node.op else ""
            symbol = self._symbol(node)
            shape_width = max(2 * RADIUS, text_width(symbol, SYMBOL_SIZE) + 14)
            title = node.op.title.ko if node.op and self.lang == "ko" else node.op.title.en if node.op else ""
        # The result's name stands at the right end already.
        own = (
            node.name is not None
            and node.index != self.graph.output
            and (group is None or not node.id.startswith(f"{group.id}."))
        )
        caption = _words(node)[0] if own else ""
        if own:
            title = f"{title} → {_title(node)}"
        span = 2 * max((abs(offset) for offset in west), default=0.0) + WEST_PITCH
        shape_height = max(2 * RADIUS, span if len(west) > 2 else 0.0, _needed(leaving) + 8)
        caption = fit(caption, NAME_SIZE, CAPTION_WIDTH)
        below = (bool(caption) + (fan_out > 1)) * LINE
        width = max(shape_width, text_width(caption, NAME_SIZE) + 4, 92.0 if fan_out > 1 else 0.0)
        middle = shape_height / 2
        return SceneNode(
            node_id, kind, node.index, group.index if group else None, parent, op, symbol, caption, "", title,
            width, shape_height + below, shape_width, shape_height,
            tuple(middle + offset for offset in west), _ports(leaving, middle, EAST_PITCH), fan_out,
        )  # fmt: skip

    def _symbol(self, node: Node) -> str:
        if node.op is None:
            return ""
        if len(node.inputs) > 1 and node.inputs[1] in self._folded:
            exponent = self.graph.nodes[node.inputs[1]].value
            return f"**{number_text.text(exponent if exponent is not None else float('nan'))}"
        return node.op.symbol

    def _terminal(self) -> SceneNode:
        node = self.graph.nodes[self.graph.output]
        caption, name = _words(node) if node.name else (("결과" if self.lang == "ko" else "result"), "")
        height = 6 + LINE * (1 + bool(name))
        width = _word_width(caption, name, 1)
        title = _title(node) or caption
        return SceneNode(
            OUTPUT, "output", node.index, None, None, None, "", caption, name, title,
            width, height, width, height, (height / 2,), (), 0,
        )  # fmt: skip


def _folded_exponents(graph: Graph) -> set[int]:
    """Constants that are an exponent and nothing else: drawn inside their node, as ``**2``."""
    return {
        node.inputs[1]
        for node in graph.nodes
        if node.op is not None
        and node.op.name == "pow"
        and graph.nodes[node.inputs[1]].kind == "constant"
        and node.inputs[0] != node.inputs[1]
        and len(graph.outgoing(node.inputs[1])) == 1
        and graph.output != node.inputs[1]
    }


def _words(node: Node) -> tuple[str, str]:
    """The word for a named node and, if that is a label, its name; each shortened to fit."""
    if node.label:
        return fit(node.label, LABEL_SIZE, WORD_WIDTH), fit(node.name or node.id, NAME_SIZE, WORD_WIDTH)
    return fit(node.name or node.id, LABEL_SIZE, WORD_WIDTH), ""


def _word_width(caption: str, name: str, fan_out: int) -> float:
    width = max(text_width(caption, LABEL_SIZE), text_width(name, NAME_SIZE), 92.0 if fan_out > 1 else 0.0)
    return width + 8


def _title(node: Node) -> str:
    if node.label and node.name:
        return f"{node.label} ({node.name})"
    return node.label or node.name or ""


def _west(depths: list[int]) -> tuple[float, ...]:
    """Offsets from the middle at which operands arrive: the deeper of two comes straight, so that chains are lines."""
    if len(depths) == 2:
        first, second = depths
        if first > second and (second <= 0 or first > second + 1):
            return 0.0, BESIDE
        if second > first and (first <= 0 or second > first + 1):
            return -BESIDE, 0.0
    return _ports(len(depths), 0.0, WEST_PITCH)


def _ports(count: int, middle: float, pitch: float) -> tuple[float, ...]:
    return tuple(middle + (k - (count - 1) / 2) * pitch for k in range(count))


def _needed(leaving: int) -> float:
    return leaving * EAST_PITCH


def _digest(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
