"""The records of a captured model: what each node, edge and group is, and the summaries of its tensors.

Indices refer to the tuples of ``Capture``. Nodes are in topological order: an edge's source stands before its target.
A group's parent stands before the group.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["input", "target", "parameter", "buffer", "constant", "op", "box", "loss"]
"""What a node is.

``constant``: a tensor that no op was seen to make, and that is no parameter, buffer or argument. ``box``: closed, its
inside was not seen; ``Node.reason`` tells why. ``loss``: the op that made the loss (a box or a leaf keeps its kind).
"""

KINDS: tuple[Kind, ...] = ("input", "target", "parameter", "buffer", "constant", "op", "box", "loss")

GroupKind = Literal["model", "module", "loss"]
"""``model``: a call of the captured model itself; ``module``: of one inside; ``loss``: of the loss function."""

GROUP_KINDS: tuple[GroupKind, ...] = ("model", "module", "loss")

Reason = Literal["custom", "scripted", "functorch", "checkpoint", "replayed", "outside", "compiled"]
"""Why a box is closed.

``custom``: a custom autograd Function; ``scripted``: TorchScript; ``functorch``: vmap or another transform;
``checkpoint``: a reentrant checkpoint; ``replayed``: a view that autograd made anew after a change in place;
``outside``: computed before the capture; ``compiled``: code of another language or thread that PyTorch ran.
"""

REASONS: tuple[Reason, ...] = (
    "custom",
    "scripted",
    "functorch",
    "checkpoint",
    "replayed",
    "outside",
    "compiled",
)

NoGradient = Literal["frozen", "unused", "detached", "integer"]
"""Why a parameter gets no gradient.

``frozen``: ``requires_grad`` is False; ``unused``: no op read it; ``detached``: no way on which a gradient comes back
leads from it to the loss; ``integer``: its type has no gradient.
"""

NO_GRADIENTS: tuple[NoGradient, ...] = ("frozen", "unused", "detached", "integer")


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of the finite elements in equal intervals from ``low`` to ``high``; one interval if all are equal.

    Of a tensor over 16,384 elements, those of an evenly spaced sample of at least 8,192.
    """

    low: float
    high: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A small matrix that stands for a tensor's: the matrix of its last two axes, of the first item of the others.

    A vector is one row, a number 1×1. A side longer than ``SIDE`` is reduced to the means of equal blocks.
    """

    rows: int
    """Rows of the tensor's matrix."""
    columns: int
    values: NDArray[np.float32]
    """At most ``SIDE`` × ``SIDE``."""

    @property
    def exact(self) -> bool:
        """Whether each cell is one element."""
        return self.values.shape == (self.rows, self.columns)


SIDE = 28
"""Largest side of a tile."""

BINS = 20
"""Intervals of a histogram."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A tensor in a few numbers; of complex elements, their magnitudes.

    NaN elements count in ``nan`` only. ``min``, ``max``, ``mean`` are NaN if no element is known.
    """

    count: int
    min: float
    max: float
    mean: float
    norm: float
    """Square root of the sum of squares."""
    zeros: int
    nan: int
    infinite: int
    histogram: Histogram | None = None
    tile: Tile | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """One result of a node; most nodes have one."""

    shape: tuple[int, ...]
    dtype: str
    """PyTorch's name without ``torch.``: ``float32``."""
    device: str
    """``cpu``, ``cuda:0`` …"""
    requires_grad: bool
    value: Summary | None
    """None where the value was not seen."""
    gradient: Summary | None
    """None if no gradient came back."""
    dead: int | None = None
    """Units that are 0 for every row of the batch, behind ReLU and its kin; None elsewhere."""
    units: int | None = None
    """Number of units: elements along the last axis, along axis 1 if there are four axes or more."""


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the model's code."""

    file: str
    line: int
    function: str
    text: str = ""
    """The line itself, without indentation; empty if the file could not be read."""


@dataclass(frozen=True, slots=True)
class Node:
    """A leaf or the call of an op."""

    id: str
    """Unique. A parameter's or buffer's name as in ``named_parameters``; an op's ``path.op``, ``path.op#2`` …"""
    kind: Kind
    op: str
    """PyTorch's name: ``linear``, ``add``, ``add_`` (in place); a leaf's kind; a custom Function's class."""
    name: str
    """Short name for a picture: an input's parameter name in ``forward``, a parameter's last part, else the op."""
    path: str
    """Path of the module that the node stands in, empty for the model itself and outside."""
    group: int
    """Index of the group that the node stands in, -1 for none."""
    outputs: tuple[Output, ...]
    arguments: tuple[tuple[str, str], ...] = ()
    """Arguments that are no tensors, by name or position: ``("dim", "-1")``."""
    source: Source | None = None
    autograd: tuple[str, ...] = ()
    """Autograd's names of the op's backward nodes: ``AddmmBackward0``."""
    formula: str | None = None
    """Name of the same op in our own table (``core.ops.OPS``); None for others."""
    relabels: bool = False
    """Whether the op only gives the same elements other places: view, transpose …"""
    in_place: bool = False
    reason: Reason | None = None
    """Why a box is closed; None for all other kinds."""
    aliases: tuple[str, ...] = ()
    """A tied parameter's other names."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One tensor read by one node. A tensor read by two operands of a node is one edge with the sum."""

    source: int
    """Index of the node that made the tensor."""
    output: int
    """Which of its outputs."""
    target: int
    """Index of the node that reads it."""
    slots: tuple[int, ...]
    """Positions among the target's tensor operands, from 0."""
    returns: bool
    """Whether a gradient comes back on this edge."""
    contribution: Summary | None = None
    """What the edge brings to its source's gradient; None if nothing comes back, or a box hides it."""
    order: int | None = None
    """Place in the backward pass, from 0: contributions are added in this order."""


@dataclass(frozen=True, slots=True)
class Group:
    """One call of a module, with all nodes and groups made inside."""

    id: str
    """Unique: the path for the first call, ``path#2`` for the second; the model's is ``/``, a loss's ``/loss``."""
    kind: GroupKind
    path: str
    """Path of the module in the model, empty for the model itself and for a loss."""
    module: str
    """Class of the module, or name of the loss function."""
    call: int
    """1 for the first call of this module, 2 for the second …"""
    parent: int
    """Index of the group around it, -1 for none."""
    calls: int = 1
    """How often the module was called in all: over 1, it is shared or looped."""
    block: int = -1
    """Equal for groups beside each other with the same ops and shapes, so that they can be folded; -1 if alone."""
    aliases: tuple[str, ...] = ()
    """Other paths at which the same module stands."""
    outputs: tuple[tuple[int, int], ...] = ()
    """Nodes and outputs that the call returned."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One entry of ``named_parameters``, tied names and unread parameters included."""

    name: str
    node: int
    """Index of its node, -1 if no op read it."""
    shape: tuple[int, ...]
    dtype: str
    no_gradient: NoGradient | None = None
    """Why it gets no gradient; None if it gets one."""


@dataclass(frozen=True)
class Capture:
    """One forward and backward pass of a model: structure, values, gradients."""

    title: str
    """Class of the model, or name of the function."""
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    """In order of target, then of the first slot."""
    groups: tuple[Group, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    loss: tuple[int, int] | None = None
    """Node and output that the gradients are of."""
    outputs: tuple[tuple[int, int], ...] = ()
    """Nodes and outputs that the model returned."""
    loss_value: float | None = None
    made_by: str = ""
    """Version of PyTorch: ``torch 2.13.0``."""
    notes: tuple[str, ...] = field(default=())
    """What a reader must know of this capture, in English."""

    @cached_property
    def index(self) -> dict[str, int]:
        """Node indices by id, a tied parameter's other names included."""
        found = {alias: at for at, node in enumerate(self.nodes) for alias in node.aliases}
        found.update((node.id, at) for at, node in enumerate(self.nodes))
        return found

    @cached_property
    def into(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the edges into each node."""
        return self._edges_by([edge.target for edge in self.edges])

    @cached_property
    def out_of(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the edges out of each node, in order of their arrival in the backward pass."""
        by_source = self._edges_by([edge.source for edge in self.edges])
        last = len(self.edges)

        def arrival(edge: int) -> int:
            order = self.edges[edge].order
            return last if order is None else order

        return tuple(tuple(sorted(edges, key=arrival)) for edges in by_source)

    def _edges_by(self, ends: list[int]) -> tuple[tuple[int, ...], ...]:
        edges: list[list[int]] = [[] for _ in self.nodes]
        for at, end in enumerate(ends):
            edges[end].append(at)
        return tuple(map(tuple, edges))

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the groups directly inside each group, in order of their calls."""
        inside: list[list[int]] = [[] for _ in self.groups]
        for at, group in enumerate(self.groups):
            if group.parent >= 0:
                inside[group.parent].append(at)
        return tuple(map(tuple, inside))

    @cached_property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the nodes directly inside each group."""
        inside: list[list[int]] = [[] for _ in self.groups]
        for at, node in enumerate(self.nodes):
            if node.group >= 0:
                inside[node.group].append(at)
        return tuple(map(tuple, inside))
