"""The computation graph: which op reads which node. Structure only, no values.

Columns hold the nodes, so that each costs bytes and no object; ``Node``, ``Edge`` and ``Group`` are views, made on
demand. Nodes are in topological order, because an op can only read nodes appended before it.
"""

from copy import copy
from typing import Any, Self

import numpy as np

from chainrule.core.engine.ids import Ids, name_all
from chainrule.core.engine.views import Edge, Group, Node, Views
from chainrule.core.errors import EvaluationError, did_you_mean
from chainrule.core.ops import BY_CODE, CONSTANT, INPUT, STOPS, shapes
from chainrule.core.ops.op import Shape
from chainrule.core.ops.registry import BINARY
from chainrule.core.text import Text

__all__ = ["Edge", "Graph", "Group", "GroupRecord", "Node"]


class Graph:
    """A directed acyclic graph of ops, built by appending, read as columns or as views.

    The columns have one entry a node: ``codes`` (see ``core.ops.CODES``), ``a`` and ``b`` (operand indices, -1 for
    none). Dictionaries by node index hold the rest: ``values`` of inputs and constants, ``names``, ``labels``,
    ``positions`` (line, column), ``shapes`` (scalars have none), ``parameters`` of tensor ops, ``group_of``.
    """

    def __init__(self) -> None:
        self.codes = bytearray()
        self.a: list[int] = []
        self.b: list[int] = []
        self.leaves: list[int] = []
        """Indices of the inputs and constants."""
        self.values: dict[int, Any] = {}
        """Floats, or read-only arrays."""
        self.parameters: dict[int, dict[str, Any]] = {}
        self.names: dict[int, tuple[str, int]] = {}
        """A node's name, and the group that gave it; -1 is the program itself."""
        self.labels: dict[int, str] = {}
        self.positions: dict[int, tuple[int, int]] = {}
        self.shapes: dict[int, Shape] = {}
        self.group_of: dict[int, int] = {}
        self._groups: list[GroupRecord] = []
        self._open: list[int] = []
        self._output = -1
        self._ids: Ids | None = None
        self._views: Views | None = None

    # Building

    def input(self, name: str, value: Any = None, shape: Shape | None = None) -> int:
        """Append an editable leaf and return its index; a value of None must be supplied at evaluation."""
        index = self._leaf(INPUT, value, shape)
        self.names[index] = (name, -1)
        return index

    def constant(self, value: Any) -> int:
        """Append a number or an array written in the program and return its index."""
        return self._leaf(CONSTANT, value, None)

    def apply(self, code: int, a: int, b: int = -1, *, parameters: dict[str, Any] | None = None) -> int:
        """Append the op of this code on nodes ``a`` and ``b`` and return its index.

        ``parameters`` are a tensor op's (``axis`` …), as its entry binds them. Raises IndexError for an operand that
        is not there yet, TypeError for a wrong number of operands, ShapeError for shapes that do not fit.
        """
        index = len(self.codes)
        if a >= index or b >= index or a < 0 or (b < 0) is BINARY[code]:
            raise self._refusal(code, a, b)
        if self.shapes or parameters is not None:
            shape = self._result_shape(code, a, b, parameters or {})
            if shape:
                self.shapes[index] = shape
            if parameters:
                self.parameters[index] = parameters
        if self._open:
            self.group_of[index] = self._open[-1]
        self.codes.append(code)
        self.a.append(a)
        self.b.append(b)
        return index

    def _refusal(self, code: int, a: int, b: int) -> Exception:
        if (b < 0) is BINARY[code]:
            return TypeError(f"op {code} takes {1 + BINARY[code]} operands, not {a} and {b}")
        return IndexError(f"node {len(self)} can only read the nodes that stand before it, not {a} and {b}")

    def open_group(self, name: str, inputs: tuple[int, ...], parameters: tuple[str, ...]) -> int:
        """Begin a group that takes the nodes up to ``close_group``; return its index."""
        group = len(self._groups)
        self._groups.append(
            GroupRecord(name, self._open[-1] if self._open else -1, inputs, parameters, len(self))
        )
        self._open.append(group)
        return group

    def close_group(self, output: int) -> None:
        """End the group opened last; ``output`` is its result."""
        group = self._groups[self._open.pop()]
        group.output, group.stop = output, len(self)

    def drop_group(self) -> None:
        """Undo ``open_group``: the nodes since stand in the group around it, without the names given inside."""
        dropped = self._open.pop()
        around, start = self._groups[dropped].parent, self._groups[dropped].start
        del self._groups[dropped]
        for group in self._groups[dropped:]:
            group.parent = around if group.parent == dropped else group.parent - 1

        def moved(group: int) -> int:
            return group - 1 if group > dropped else around if group == dropped else group

        for node in range(start, len(self)):
            place = moved(self.group_of.pop(node))
            if place >= 0:
                self.group_of[node] = place
            if node in self.names:
                name, named_in = self.names.pop(node)
                if named_in != dropped:
                    self.names[node] = (name, moved(named_in))

    def forget(self, first: int) -> None:
        """Take the node ``first`` and all behind it back out, with the groups begun since."""
        by_node: tuple[dict[int, Any], ...] = (
            self.values,
            self.parameters,
            self.names,
            self.labels,
            self.positions,
            self.shapes,
            self.group_of,
        )
        for node in range(first, len(self)):
            for entries in by_node:
                entries.pop(node, None)
        for column in (self.codes, self.a, self.b):
            del column[first:]
        while self.leaves and self.leaves[-1] >= first:
            self.leaves.pop()
        while self._groups and self._groups[-1].start >= first and len(self._groups) - 1 not in self._open:
            self._groups.pop()

    def left_by(self, index: int) -> list[str]:
        """Name the closed groups that a node stands in without being their result: it is read from outside."""
        left: list[str] = []
        at = self.group_of.get(index, -1)
        while at >= 0:
            group = self._groups[at]
            if group.stop >= 0 and group.output != index:
                left.append(group.name)
            at = group.parent
        return left

    @property
    def depth(self) -> int:
        """Number of open groups."""
        return len(self._open)

    def name(self, index: int, name: str) -> None:
        """Name a node as the program does; the first name stays."""
        self.names.setdefault(index, (name, self._open[-1] if self._open else -1))

    @property
    def output(self) -> int:
        """Index of the program's result: the last node unless set."""
        return self._output if self._output >= 0 else len(self) - 1

    @output.setter
    def output(self, index: int) -> None:
        self._output = index

    def with_output(self, node_id: str) -> Self:
        """The same graph with another node as its output. Raises EvaluationError for one that cannot be it.

        That is a constant, or a node inside a group that is not the group's result.
        """
        index = self._view.index.get(node_id, -1)
        if index < 0 or self.codes[index] == CONSTANT or self.left_by(index):
            raise EvaluationError(
                Text(
                    f"`{node_id}`은(는) 이 프로그램의 출력이 될 수 없습니다.",
                    f"`{node_id}` cannot be the output of this program.",
                ),
                name=node_id,
                hint=did_you_mean(node_id, [name for name in self.ids if "." not in name]),
            )
        other = copy(self)
        other.output, other._views = index, None
        return other

    # Reading

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def has_tensors(self) -> bool:
        """Whether there is any tensor, or a tensor op on numbers alone; values are then NumPy's."""
        return bool(self.shapes or self.parameters)

    @property
    def ids(self) -> list[str]:
        """Every node's id, unique and stable for one program text."""
        return self._named.nodes

    @property
    def nodes(self) -> list[Node]:
        """Every node as a view, in topological order."""
        return self._view.nodes

    @property
    def edges(self) -> list[Edge]:
        """Every edge as a view, in order of (target, slot)."""
        return self._view.edges

    @property
    def groups(self) -> list[Group]:
        """Every group as a view, outer before inner."""
        return self._view.groups

    @property
    def inputs(self) -> list[Node]:
        """The editable leaves, in program order."""
        return [self.nodes[i] for i in self.leaves if self.codes[i] == INPUT]

    def index(self, node_id: str) -> int:
        """The index of the node with this id. Raises KeyError."""
        return self._view.index[node_id]

    def outgoing(self, index: int) -> list[Edge]:
        """The edges that read this node, in order."""
        return self._view.outgoing[index]

    def requires_grad(self) -> list[bool]:
        """Tell for every node whether it has a gradient: it depends on an input, and not only through labels.

        Constants have none, nor have class numbers, which become one-hot.
        """
        if CONSTANT not in self.codes and not self.parameters:
            return [True] * len(self)
        requires_grad: list[bool] = []
        labels: list[int] = []
        for code, a, b in zip(self.codes, self.a, self.b, strict=True):
            if code in STOPS:
                labels.append(a)
                requires_grad.append(False)
                continue
            requires_grad.append(
                code == INPUT or (code > CONSTANT and (requires_grad[a] or (b >= 0 and requires_grad[b])))
            )
        for label in labels:
            read = sum(column.count(label) for column in (self.a, self.b))
            requires_grad[label] = requires_grad[label] and read > labels.count(label)
        return requires_grad

    @property
    def _named(self) -> Ids:
        if self._ids is None or len(self._ids.nodes) != len(self):
            self._ids = name_all(self.codes, self.names, self.group_of, self._groups)
        return self._ids

    @property
    def _view(self) -> Views:
        if self._views is None or len(self._views.nodes) != len(self):
            self._views = Views(self, self._named, self._groups)
        return self._views

    def _result_shape(self, code: int, a: int, b: int, parameters: dict[str, Any]) -> Shape:
        op = BY_CODE[code]
        assert op is not None
        operands = [self.shapes.get(i, ()) for i in (a, b) if i >= 0]
        if op.tensor is not None:
            return op.tensor.shape(*operands, **parameters)
        return shapes.broadcast(op.name, *operands) if len(operands) == 2 else operands[0]

    def _leaf(self, code: int, value: Any, shape: Shape | None) -> int:
        index = len(self.codes)
        self.leaves.append(index)
        if shape is None:
            shape = np.shape(value) if value is not None else ()
        self.codes.append(code)
        self.a.append(-1)
        self.b.append(-1)
        if value is not None:
            self.values[index] = value
        if shape:
            self.shapes[index] = shape
        if self._open:
            self.group_of[index] = self._open[-1]
        return index


class GroupRecord:
    """A group as the graph holds it: its nodes are start..stop, since they are appended in one run."""

    __slots__ = ("inputs", "name", "output", "parameters", "parent", "start", "stop")

    def __init__(
        self, name: str, parent: int, inputs: tuple[int, ...], parameters: tuple[str, ...], start: int
    ):
        self.name, self.parent, self.start = name, parent, start
        self.inputs, self.parameters = inputs, parameters
        self.output = self.stop = -1
