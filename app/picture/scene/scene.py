"""The visible parts of a graph: nodes, closed layers, open boxes, and the edges between them."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chainrule.app.picture.scene.nodes import LABEL_SIZE, LAYER_NAMES, NodeSizes, SceneNode
from chainrule.app.picture.scene.products import AFFINE, Axes, edge_digits
from chainrule.app.picture.scene.space import (
    BLANKS_HEIGHT,
    BOX_WIDTH,
    DOWN_WIDTH,
    Direction,
    Labels,
    Room,
    arrivals,
    number_room,
    tensor_room,
)
from chainrule.app.picture.scene.text_width import text_width
from chainrule.core.engine.graph import Graph
from chainrule.core.ops.op import Shape
from chainrule.core.view import batch_axis
from chainrule.core.view.evaluated import Evaluated, Record
from chainrule.core.view.visible import OUTPUT, Visible


@dataclass(frozen=True, slots=True)
class SceneEdge:
    """An edge between two visible nodes; into a closed layer it may stand for several edges of the graph."""

    id: str
    source: int
    target: int
    slot: int
    """Its place among the edges into its target, from the top."""
    value_of: int
    """Index of the graph's node whose value it carries."""
    core: tuple[int, ...]
    """Indices of the graph's edges whose gradients it sums; none for the edge to the result."""
    has_gradient: bool
    labelled: bool
    room: Room
    """The room for its texts, centred on the line."""
    shape: Shape
    """Shape of the value it carries; () for a number."""
    digit: int | None
    """Number of its gradient in the book's figure of Affine: 1 for X, 2 for W, 3 for B."""


@dataclass(frozen=True, slots=True)
class SceneGroup:
    """An open layer: a light box around its nodes."""

    id: str
    core: int
    name: str
    title: str
    """The text on its box."""
    parent: int | None
    title_width: float


class Scene:
    """The visible part of ``graph`` with the groups in ``open`` open; unknown ids are ignored.

    ``nodes`` are in topological order, the terminal of the result last; ``edges`` are ordered by target and slot.
    Positions in the two lists serve as names. Nothing depends on values: the room of edges follows from ``labels``,
    and from ``boxes``, which reserves room for blanks in other label modes than "blanks". An edge has the graph's own
    id, ``{source}->{group}`` into a closed layer, or ``{output}->@output`` to the result.
    """

    open: frozenset[str]
    labels: Labels
    lang: str
    direction: Direction
    wrap: float | None
    """The width of a line, if a long chain is to be broken into lines."""
    quick: bool = False
    """Whether a layout in Python is wanted whatever the size: a person waits for dozens of views at once."""
    runs_on: bool = False
    """Whether a line may end within an open group that is longer than a line, and the group run on in the next."""
    groups: list[SceneGroup]
    edges: list[SceneEdge]
    nodes: list[SceneNode]
    incoming: list[list[SceneEdge]]
    outgoing: list[list[SceneEdge]]

    def __init__(
        self,
        graph: Graph,
        open: Collection[str] = (),
        labels: Labels = "numbers",
        lang: str = "en",
        boxes: bool = False,
        direction: Direction = "right",
        wrap: float | None = None,
    ):
        self._boxes = boxes
        self.direction = direction
        self.wrap = wrap
        self.graph = graph
        self.open = frozenset(open)
        self.labels = labels
        self.lang = lang
        self._core_groups = graph.groups
        self.groups, group_at = self._open_groups(self.open)
        self._folded = _folded_exponents(graph)
        self.axes: list[Axes] = batch_axis.names(graph) if labels == "shapes" else []
        """In the label mode "shapes", the axes of every node of the graph, with the batch axis by name."""

        visible = Visible(Evaluated(graph, (), Record()), open)
        items = [node for node in visible.nodes if node.group is not None or node.index not in self._folded]
        self._place = {node.position: at for at, node in enumerate(items)}
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
            leaf = -1 if at < output_at and graph.nodes[items[at].index].kind == "constant" else 0
            depths.append(max((depths[edge.source] + 1 for edge in arriving), default=leaf))

        # The lines of shapes beneath a product would give blank shapes away.
        sizes = NodeSizes(graph, lang, self._folded, [] if boxes else self.axes, direction)
        self.nodes: list[SceneNode] = []
        for at, (_, _, core, closed) in enumerate(items):
            parent = self._core_groups[closed].parent if closed is not None else graph.nodes[core].group
            west = arrivals([depths[edge.source] for edge in incoming[at]])
            fan_out = sum(edge.has_gradient for edge in outgoing[at])
            self.nodes.append(
                sizes.node(
                    core,
                    closed,
                    group_at[parent] if parent is not None else None,
                    west,
                    len(outgoing[at]),
                    fan_out,
                )
            )
        self.nodes.append(sizes.terminal())

    def __getstate__(self) -> dict[str, Any]:
        """Pickle what a layout needs, in another process: everything but the graph."""
        kept = ("nodes", "edges", "groups", "incoming", "outgoing", "labels", "direction", "wrap")
        keys = {"shape_key": self.shape_key, "unbroken_key": self.unbroken_key}
        return {name: getattr(self, name) for name in kept} | keys

    @cached_property
    def structure(self) -> str:
        """A hash of everything that numbers do not change: ids, words, edges, boxes."""
        nodes = [(node.id, node.symbol, node.title) for node in self.nodes]
        edges = [
            (edge.id, edge.has_gradient, *([edge.shape, edge.digit] if edge.shape else ()))
            for edge in self.edges
        ]
        return _digest([self.shape_key, nodes, edges, [group.id for group in self.groups]])

    @cached_property
    def shape_key(self) -> str:
        """A hash of everything a layout depends on: sizes, edges, boxes; two graphs may share it."""
        return self.unbroken_key if self.wrap is None else _digest([self.unbroken_key, self.wrap])

    @cached_property
    def unbroken_key(self) -> str:
        """A hash of everything that a layout in one line depends on."""
        nodes = [(n.kind, n.width, n.height, n.shape_width, n.west, n.east, n.parent) for n in self.nodes]
        usual = number_room(self.labels)
        edges = [
            (edge.source, edge.target, edge.slot, edge.labelled, *(edge.room if edge.room != usual else ()))
            for edge in self.edges
        ]
        turned = [self.direction] if self.direction != "right" else []
        groups = [(g.parent, g.title_width) for g in self.groups]
        return _digest([self.labels, nodes, edges, groups, *turned])

    def _open_groups(self, open: frozenset[str]) -> tuple[list[SceneGroup], dict[int, int]]:
        groups: list[SceneGroup] = []
        at: dict[int, int] = {}
        for group in self._core_groups:
            if group.nodes and group.id in open and (group.parent is None or group.parent in at):
                at[group.index] = len(groups)
                parent = at[group.parent] if group.parent is not None else None
                title = LAYER_NAMES.get(group.name, group.name)
                width = text_width(title, LABEL_SIZE)
                groups.append(SceneGroup(group.id, group.index, group.name, title, parent, width))
        return groups, at

    def _edges(self, visible: Visible, output_at: int) -> list[SceneEdge]:
        graph, nodes, requires_grad = self.graph, self.graph.nodes, self.graph.requires_grad()
        digits = edge_digits(graph)
        edges: list[SceneEdge] = []
        for node in visible.nodes:
            group = self._core_groups[node.group] if node.group is not None else None
            affine = group.inputs if group is not None and group.name == AFFINE else ()
            arriving = [edge for edge in visible.incoming[node.position] if edge.node not in self._folded]
            for slot, edge in enumerate(arriving):
                if group is None:
                    digit = digits.get(edge.members[0].index) if digits else None
                else:
                    digit = affine.index(edge.node) + 1 if affine.count(edge.node) == 1 else None
                edges.append(
                    self._edge(
                        edge.id,
                        self._place[edge.source],
                        self._place[edge.target],
                        slot,
                        edge.node,
                        tuple(member.index for member in edge.members),
                        requires_grad[edge.node],
                        nodes[edge.node].kind != "constant" or bool(nodes[edge.node].shape),
                        digit if requires_grad[edge.node] else None,
                    )
                )
        output = graph.output
        source = self._place[visible.position[output]]
        edge_id = f"{graph.ids[output]}->{OUTPUT}"
        edges.append(self._edge(edge_id, source, output_at, 0, output, (), requires_grad[output], True, None))
        return edges

    def _edge(
        self,
        edge_id: str,
        source: int,
        target: int,
        slot: int,
        node: int,
        core: tuple[int, ...],
        has_gradient: bool,
        says: bool,
        digit: int | None,
    ) -> SceneEdge:
        shape = self.graph.shapes.get(node, ())
        room = number_room(self.labels)
        if shape:
            room = tensor_room(self.labels, shape, self.shape_text(node), digit is not None)
        elif self.direction == "down" and self.labels == "numbers":
            # Nothing but the next column is beside a line that runs down.
            room = Room(max(room.width, DOWN_WIDTH), room.height)
        if self._boxes:
            room = Room(max(room.width, BOX_WIDTH + 4), max(room.height, BLANKS_HEIGHT))
        labelled = says and self.labels != "none"
        return SceneEdge(
            edge_id, source, target, slot, node, core, has_gradient, labelled, room, shape, digit
        )

    def lid_of(self, group: SceneGroup) -> tuple[int, Shape | None]:
        """The index of the node that an open layer results in, and its shape, None for a number."""
        output = self.graph.groups[group.core].output
        return output, self.graph.shapes.get(output)

    def shape_text(self, node: int) -> str:
        """The shape of the graph's node as the book writes it; the mode "shapes" names the batch axis."""
        return batch_axis.shown(self.axes[node] if self.axes else self.graph.shapes.get(node, ()))


def _folded_exponents(graph: Graph) -> set[int]:
    """The constants that are only an exponent, and so drawn inside their node, as ``**2``."""
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


def _digest(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
