"""The scene of a captured model: the same kind of nodes, edges and boxes as a program's, so that the layouts fit."""

from collections.abc import Collection

from chainrule.app.picture.scene import Direction, Scene, SceneEdge, SceneGroup, SceneNode
from chainrule.app.picture.scene.nodes import LABEL_SIZE, LINE, NAME_SIZE, NOTED_WIDTH, RADIUS, SYMBOL_SIZE
from chainrule.app.picture.scene.space import (
    EAST_PITCH,
    FARTHEST,
    WEST_PITCH,
    Room,
    arrivals,
    needed,
    number_room,
    ports,
    tensor_room,
)
from chainrule.app.picture.scene.text_width import fit, text_width
from chainrule.core.capture import Capture, Group, Node, Output
from chainrule.core.capture.visible import Item, Link, Tensor, Visible
from chainrule.core.ops import OPS, shapes
from chainrule.core.ops.op import Shape
from chainrule.core.view.visible import OUTPUT

_WORD_WIDTH = 200.0
_SYMBOL_WIDTH = 180.0
_CAPTION_WIDTH = 150.0
_SIGNS = {
    "add": "+",
    "add_": "+",
    "sub": "−",
    "mul": "×",
    "mul_": "×",
    "div": "/",
    "neg": "−",
    "matmul": "matmul",
}
_LEAVES = ("input", "target", "parameter", "buffer", "constant")


class CaptureScene(Scene):
    """The visible part of a capture, measured.

    A tensor's index is its place in ``tensors``: ``SceneNode.core`` and ``SceneEdge.value_of`` are such indices;
    ``SceneEdge.core`` are places in ``Visible.links``.
    """

    quick = True
    runs_on = True

    def __init__(
        self,
        capture: Capture,
        open: Collection[str],
        lang: str = "en",
        direction: Direction = "right",
        wrap: float | None = None,
        relabels: bool = True,
    ) -> None:
        self.capture = capture
        self.open = frozenset(open)
        self.lang = lang
        self.labels = "numbers"
        self.direction = direction
        self.wrap = wrap
        self.visible = Visible(capture, open, relabels)
        self.tensors: list[Tensor] = []
        self._tensor_at: dict[Tensor, int] = {}
        self._chains: dict[int, frozenset[int]] = {-1: frozenset()}
        self.groups = []
        self._group_at: dict[int, int] = {}
        for at in self.visible.boxes:
            group = capture.groups[at]
            title = group_title(group, capture.title)
            self._group_at[at] = len(self.groups)
            parent = self._group_at[group.parent] if group.parent >= 0 else None
            self.groups.append(
                SceneGroup(group.id, at, group.module, title, parent, text_width(title, LABEL_SIZE))
            )
        links = self.visible.links
        self.edges = self._drawn(links)
        count = len(self.visible.items) + (capture.loss is not None)
        self.incoming: list[list[SceneEdge]] = [[] for _ in range(count)]
        self.outgoing: list[list[SceneEdge]] = [[] for _ in range(count)]
        for edge in self.edges:
            self.incoming[edge.target].append(edge)
            self.outgoing[edge.source].append(edge)
        depths: list[int] = []
        for arriving in self.incoming:
            known = [depths[edge.source] for edge in arriving if edge.source < len(depths)]
            depths.append(max(known, default=-1) + 1)
        self.nodes = [
            self._node(place, item, [depths[edge.source] for edge in self.incoming[place]])
            for place, item in enumerate(self.visible.items)
        ]
        if capture.loss is not None:
            self.nodes.append(self._terminal(capture.loss))

    def tensor_index(self, tensor: Tensor) -> int:
        """Return the index of a tensor in ``tensors``."""
        at = self._tensor_at.get(tensor)
        if at is None:
            at = self._tensor_at[tensor] = len(self.tensors)
            self.tensors.append(tensor)
        return at

    def output(self, index: int) -> Output:
        """Return the record of a tensor by its index."""
        node, output = self.tensors[index]
        return self.capture.nodes[node].outputs[output]

    def number_room(self) -> Room:
        """The room of the texts beside the line of a number."""
        return number_room("numbers")

    def shape_text(self, node: int) -> str:
        """Write the shape of a tensor, by its index."""
        return shapes.shown(self.output(node).shape)

    def lid_of(self, group: SceneGroup) -> tuple[int, Shape | None]:
        """Return the index of the tensor that leaves an open group, and its shape."""
        inside = [
            link.tensor
            for link in self.visible.links
            if self._inside(link.source, group.core) and not self._inside(link.target, group.core)
        ]
        members = [place for place in range(len(self.visible.items)) if self._inside(place, group.core)]
        tensor = max(inside, default=self.visible.results[members[-1]] if members else (0, 0))
        index = self.tensor_index(tensor)
        return index, self.output(index).shape or None

    def _inside(self, place: int, group: int) -> bool:
        return group in self._around(self.visible.items[place].parent)

    def _around(self, group: int) -> frozenset[int]:
        """A group with all around it, by index; none for -1."""
        found = self._chains.get(group)
        if found is None:
            found = self._chains[group] = self._around(self.capture.groups[group].parent) | {group}
        return found

    def _drawn(self, links: list[Link]) -> list[SceneEdge]:
        made: list[SceneEdge] = []
        slots: dict[int, int] = {}
        for at, link in enumerate(links):
            slot = slots[link.target] = slots.get(link.target, -1) + 1
            source, target = self.visible.items[link.source], self.visible.items[link.target]
            # Several tensors may lead from one closed group to one reader.
            tensor = "" if source.kind == "node" else f"{self.capture.nodes[link.tensor[0]].id}@"
            output = f".{link.tensor[1]}" if link.tensor[1] else ""
            edge_id = f"{source.id}->{tensor}{target.id}{output}"
            made.append(self._link(edge_id, link.source, link.target, slot, link.tensor, (at,), link.returns))
        if self.capture.loss is not None:
            place, terminal = self.visible.place[self.capture.loss[0]], len(self.visible.items)
            edge_id = f"{self.visible.items[place].id}->{OUTPUT}"
            node, output_at = self.capture.loss
            given = self.capture.nodes[node].outputs[output_at].gradient is not None
            made.append(self._link(edge_id, place, terminal, 0, self.capture.loss, (), given))
        return made

    def _link(
        self,
        edge_id: str,
        source: int,
        target: int,
        slot: int,
        tensor: Tensor,
        core: tuple[int, ...],
        returns: bool,
    ) -> SceneEdge:
        index = self.tensor_index(tensor)
        record = self.output(index)
        shape = record.shape
        if not shape:
            room = self.number_room()
        else:
            told = shapes.shown(shape)
            room = tensor_room("numbers" if seen(record) else "shapes", shape, told, False)
        return SceneEdge(edge_id, source, target, slot, index, core, returns, True, room, shape, None)

    def _node(self, place: int, item: Item, depths: list[int]) -> SceneNode:
        leaving = len(self.outgoing[place])
        returning = sum(edge.has_gradient for edge in self.outgoing[place])
        core = self.tensor_index(self.visible.results[place])
        parent = self._group_at[item.parent] if item.parent >= 0 else None
        record = self.output(core)
        fan_out = min(returning, 1) if record.shape else returning
        if item.kind == "node" and self.capture.nodes[item.index].kind in _LEAVES:
            return self._leaf(self.capture.nodes[item.index], core, parent, leaving, fan_out)
        node_id, kind, op, symbol, caption, title = self.words(item)
        west = arrivals(depths)
        boxed = kind == "closed" or len(symbol) > 3
        shape_width = max(
            64.0 if boxed else 2 * RADIUS, text_width(symbol, SYMBOL_SIZE) + (28 if boxed else 14)
        )
        shape_width = max(shape_width, text_width(symbol, FARTHEST) / 0.94 + 1)
        span = 2 * max((abs(offset) for offset in west), default=0.0) + WEST_PITCH
        side = max(span if len(west) > 2 else 0.0, needed(leaving) + 8)
        down = self.direction == "down"
        shape_height = 2 * RADIUS if down else max(2 * RADIUS, side)
        shape_width = max(shape_width, side) if down else shape_width
        noted = fan_out > 1 or (not leaving and not record.shape)
        below = (bool(caption) + noted) * LINE
        width = max(shape_width, text_width(caption, NAME_SIZE) + 4, NOTED_WIDTH if noted else 0.0)
        middle = (width if down else shape_height) / 2
        return SceneNode(
            node_id, kind, core, item.index if kind == "closed" else None, parent, op, symbol, caption, "", title,
            width, shape_height + below, shape_width, shape_height,
            tuple(middle + offset for offset in west), ports(leaving, middle, EAST_PITCH), fan_out,
            boxed, (), down,
        )  # fmt: skip

    def words(self, item: Item) -> tuple[str, str, str, str, str, str]:
        """The id, kind, op, symbol, caption and title of an op, a closed group or a row."""
        if item.kind == "node":
            node = self.capture.nodes[item.index]
            symbol = fit(symbol_of(node), SYMBOL_SIZE, _SYMBOL_WIDTH)
            title = f"{node.op}: {node.id}"
            caption = "in place" if node.in_place and self.lang == "en" else "제자리" if node.in_place else ""
            return node.id, "op", node.op, symbol, caption, title
        group = self.capture.groups[item.index]
        module = fit(group.module, SYMBOL_SIZE, _SYMBOL_WIDTH)
        if item.kind == "row":
            last = self.capture.groups[item.groups[-1]]
            names = f"{group.path} … {last.path.rpartition('.')[2]}"
            symbol = f"{module} × {len(item.groups)}"
            return item.id, "closed", "row", symbol, fit(names, NAME_SIZE, _CAPTION_WIDTH), names
        caption = fit(_short(group), NAME_SIZE, _CAPTION_WIDTH)
        return group.id, "closed", group.module, module, caption, f"{group.module}: {group.path or group.id}"

    def _leaf(self, node: Node, core: int, parent: int | None, leaving: int, fan_out: int) -> SceneNode:
        caption = fit(node.name, LABEL_SIZE, _WORD_WIDTH)
        name = self.under(node, caption)
        record = node.outputs[0]
        noted = fan_out > 1 or (not leaving and not record.shape)
        lines = 1 + bool(name) + noted
        width = (
            max(text_width(caption, LABEL_SIZE), text_width(name, NAME_SIZE), NOTED_WIDTH if noted else 0.0)
            + 8
        )
        height = 6 + LINE * lines
        down = self.direction == "down"
        side = needed(leaving)
        width, height = (max(width, side), height) if down else (width, max(height, side))
        east = ports(leaving, (width if down else height) / 2, EAST_PITCH)
        return SceneNode(
            node.id, "input", core, None, parent, None, "", caption, name, f"{node.kind}: {node.id}",
            width, height, width, height, (), east, fan_out, down=down,
        )  # fmt: skip

    def under(self, node: Node, caption: str) -> str:
        """What stands under the name of a leaf: what it is, unless the name says so."""
        name = "" if node.kind == "parameter" else _KINDS[node.kind][self.lang == "ko"]
        return "" if name == caption else name

    def _terminal(self, loss: Tensor) -> SceneNode:
        caption = "손실" if self.lang == "ko" else "loss"
        width, height = text_width(caption, LABEL_SIZE) + 8, 6 + LINE
        down = self.direction == "down"
        return SceneNode(
            OUTPUT, "output", self.tensor_index(loss), None, None, None, "", caption, "", caption,
            width, height, width, height, ((width if down else height) / 2,), (), 0, down=down,
        )  # fmt: skip


_KINDS = {
    "input": ("input", "입력"),
    "target": ("target", "정답"),
    "buffer": ("buffer", "버퍼"),
    "constant": ("constant", "상수"),
}


def symbol_of(node: Node) -> str:
    """Return the sign of an op that our table has, or PyTorch's name."""
    if node.op in _SIGNS:
        return _SIGNS[node.op]
    if node.op == "pow" and len(node.arguments) == 1:
        return f"**{node.arguments[0][1]}"
    if node.formula is not None and node.formula in OPS and len(OPS[node.formula].symbol) <= 3:
        return OPS[node.formula].symbol
    return node.op


def group_title(group: Group, title: str) -> str:
    """Write the words on an open group: name and class of its module."""
    if group.kind == "model":
        return title or group.module
    name = _short(group)
    return f"{name}: {group.module}" if name != group.module else name


def _short(group: Group) -> str:
    """The last part of a module's path, with the number of a call that is not its first."""
    name = group.path.rpartition(".")[2] or group.id.strip("/") or group.module
    return name if group.call == 1 else f"{name} #{group.call}"


def seen(output: Output) -> bool:
    """Say whether a tensor's elements can be drawn."""
    return output.value is not None and output.value.tile is not None
