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

Labels = Literal["numbers", "symbols", "none", "blanks"]
OUTPUT = "@output"
"""Id of the terminal at the far right: the word that names the result."""

RADIUS = 22.0
LABEL_SIZE, NAME_SIZE, SYMBOL_SIZE, NUMBER_SIZE = 15.0, 13.0, 16.0, 14.0
LINE = 18.0
"""Height of one line of text beside or beneath a shape."""
WORD_WIDTH, CAPTION_WIDTH = 190.0, 120.0
"""Widest word at the left or right, widest caption beneath a circle; longer ones end with …"""
LABEL_WIDTH = {"numbers": 80.0, "blanks": 80.0, "symbols": 148.0}
LABEL_HEIGHT = 46.0
"""Room on an edge for the value above its line and the gradient below, whatever the numbers are."""
WEST_PITCH, EAST_PITCH = 20.0, 18.0
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

    def __init__(self, graph: Graph, open: Collection[str] = (), labels: Labels = "numbers", lang: str = "en"):
        self.graph = graph
        self.labels: Labels = labels
        self.lang = lang
        self._core_groups = graph.groups
        self._cover = self._covers(frozenset(open))
        self.groups, group_at = self._open_groups()
        self._folded = _folded_exponents(graph)

        core_nodes = graph.nodes
        items: list[tuple[int, int | None]] = []  # (core node, group if closed)
        at_node: dict[int, int] = {}
        at_group: dict[int, int] = {}
        for node in core_nodes:
            cover = self._covering(node)
            if cover is None:
                if node.index not in self._folded:
                    at_node[node.index] = len(items)
                    items.append((node.index, None))
            elif node.index == self._core_groups[cover].nodes[-1]:
                at_group[cover] = len(items)
                items.append((self._core_groups[cover].output, cover))
        output_at = len(items)

        def place(index: int) -> int:
            cover = self._covering(core_nodes[index])
            return at_node[index] if cover is None else at_group[cover]

        self.edges = self._edges(place, output_at)
        incoming: list[list[SceneEdge]] = [[] for _ in range(output_at + 1)]
        outgoing: list[list[SceneEdge]] = [[] for _ in range(output_at + 1)]
        for edge in self.edges:
            incoming[edge.target].append(edge)
            outgoing[edge.source].append(edge)
        self.incoming, self.outgoing = incoming, outgoing
        depths: list[int] = []
        for arriving in incoming:
            depths.append(1 + max((depths[edge.source] for edge in arriving), default=-1))

        self.nodes: list[SceneNode] = []
        for at, (core, closed) in enumerate(items):
            parent = self._core_groups[closed].parent if closed is not None else core_nodes[core].group
            west = _west([depths[edge.source] for edge in incoming[at]])
            fan_out = sum(edge.has_gradient for edge in outgoing[at])
            self.nodes.append(
                self._node(core, closed, group_at[parent] if parent is not None else None, west, len(outgoing[at]), fan_out)
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
        return (LABEL_WIDTH[self.labels], LABEL_HEIGHT) if self.labels != "none" else (0.0, 0.0)

    # Which groups stand

    def _covers(self, open: frozenset[str]) -> list[int | None]:
        """For each group, the outermost closed group it is in or is: what one sees instead of its nodes."""
        covers: list[int | None] = []
        for group in self._core_groups:
            outer = covers[group.parent] if group.parent is not None else None
            covers.append(outer if outer is not None else None if group.id in open else group.index)
        return covers

    def _covering(self, node: Node) -> int | None:
        return self._cover[node.group] if node.group is not None else None

    def _open_groups(self) -> tuple[list[SceneGroup], dict[int, int]]:
        groups: list[SceneGroup] = []
        at: dict[int, int] = {}
        for group in self._core_groups:
            if self._cover[group.index] is None and group.nodes:
                at[group.index] = len(groups)
                parent = at[group.parent] if group.parent is not None else None
                groups.append(
                    SceneGroup(group.id, group.index, group.name, parent, text_width(group.name, LABEL_SIZE))
                )
        return groups, at

    # Edges

    def _edges(self, place, output_at: int) -> list[SceneEdge]:  # type: ignore[no-untyped-def]
        graph = self.graph
        ids, kinds = graph.ids, [node.kind for node in graph.nodes]
        needs = graph.needs_gradient()
        labels = self.labels != "none"
        merged: dict[tuple[int, int], list[int]] = {}
        plain: list[tuple[int, int, int]] = []
        for edge in graph.edges:
            if edge.source in self._folded:
                continue
            source, target = place(edge.source), place(edge.target)
            if source == target:
                continue
            cover = self._covering(graph.nodes[edge.target])
            if cover is None:
                plain.append((target, edge.slot, edge.index))
            else:
                merged.setdefault((cover, edge.source), []).append(edge.index)

        found: list[tuple[int, int, SceneEdge]] = []
        for target, slot, index in plain:
            core = graph.edges[index]
            found.append(
                (
                    target,
                    slot,
                    SceneEdge(
                        core.id,
                        place(core.source),
                        target,
                        slot,
                        core.source,
                        (index,),
                        needs[core.source],
                        labels and kinds[core.source] != "constant",
                    ),
                )
            )
        for (cover, source), indices in merged.items():
            group = self._core_groups[cover]
            order = group.inputs.index(source) if source in group.inputs else len(group.inputs) + source
            target = place(graph.edges[indices[0]].target)
            found.append(
                (
                    target,
                    order,
                    SceneEdge(
                        f"{ids[source]}->{group.id}",
                        place(source),
                        target,
                        order,
                        source,
                        tuple(indices),
                        needs[source],
                        labels and kinds[source] != "constant",
                    ),
                )
            )
        found.sort(key=lambda entry: entry[:2])
        edges: list[SceneEdge] = []
        slots: dict[int, int] = {}
        for target, _, edge in found:
            slot = slots[target] = slots.get(target, -1) + 1
            edges.append(
                SceneEdge(
                    edge.id, edge.source, target, slot, edge.value_of, edge.core, edge.has_gradient, edge.labelled
                )
            )
        output = graph.output
        edges.append(
            SceneEdge(f"{ids[output]}->{OUTPUT}", place(output), output_at, 0, output, (), needs[output], labels)
        )
        return edges

    # Sizes

    def _node(
        self, core: int, closed: int | None, parent: int | None, west: tuple[float, ...], leaving: int, fan_out: int
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
        self, group: Group | None, node: Node, parent: int | None, west: tuple[float, ...], leaving: int, fan_out: int
    ) -> SceneNode:
        """An op's circle (longer where many edges meet) or a closed layer's box, with what stands beneath it."""
        if group is not None:
            node_id, kind, op, symbol = group.id, "closed", group.name, group.name
            shape_width = max(64.0, text_width(symbol, SYMBOL_SIZE) + 28)
            title = group.name if node.name is None or node.group is not None else f"{group.name} → {_title(node)}"
        else:
            node_id, kind, op = node.id, "op", node.op.name if node.op else ""
            symbol = self._symbol(node)
            shape_width = max(2 * RADIUS, text_width(symbol, SYMBOL_SIZE) + 14)
            title = f"{symbol} {_title(node)}".rstrip()
        own = group is None or node.group is None or node.group == group.parent
        caption, name = (_words(node) if own and node.name is not None else ("", ""))
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
        if first > second + 1 or (first > 0 and second == 0):
            return 0.0, BESIDE
        if second > first + 1 or (second > 0 and first == 0):
            return -BESIDE, 0.0
    return _ports(len(depths), 0.0, WEST_PITCH)


def _ports(count: int, middle: float, pitch: float) -> tuple[float, ...]:
    return tuple(middle + (k - (count - 1) / 2) * pitch for k in range(count))


def _needed(leaving: int) -> float:
    return leaving * EAST_PITCH


def _digest(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
