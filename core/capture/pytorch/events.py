"""What the recorder notes while a model runs: mutable nodes, edges and groups."""

from dataclasses import dataclass, field
from typing import Any

from chainrule.core.capture.pytorch.summaries import Entry
from chainrule.core.capture.records import GroupKind, Kind, Reason, Source

Place = tuple[int, int]
"""A tensor: the index of the node that made it, and which of its outputs."""


@dataclass(slots=True)
class OutputEvent:
    """One tensor that a node made."""

    shape: tuple[int, ...]
    dtype: str
    device: str
    requires_grad: bool
    value: Entry | None = None
    gradient: Entry | None = None
    inner: bool = False
    """Whether the call did not return it: its gradient is then what comes from other nodes."""


@dataclass(slots=True)
class NodeEvent:
    """A leaf or a call."""

    id: str
    kind: Kind
    op: str
    name: str
    group: int
    outputs: list[OutputEvent]
    arguments: list[tuple[str, Any]] = field(default_factory=list)
    source: Source | None = None
    autograd: list[str] = field(default_factory=list)
    reason: Reason | None = None
    in_place: bool = False
    keep: bool = False


@dataclass(slots=True)
class EdgeEvent:
    """One tensor read by one node."""

    source: int
    output: int
    target: int
    slots: list[int] = field(default_factory=list)
    crossings: int = 0
    """How many autograd edges it stands for."""
    arrived: int = 0
    order: int | None = None
    partial: Any = None
    """What has arrived so far, if more is to come."""
    contribution: Entry | None = None
    hidden: bool = False
    """Whether a closed box reads a parameter inside, so that autograd shows no edge."""


@dataclass(slots=True)
class GroupEvent:
    """One call of a module."""

    kind: GroupKind
    path: str
    module: str
    call: int
    parent: int
    key: int
    """Identity of the module."""
    outputs: list[Place] = field(default_factory=list)
    inputs: list[Place] = field(default_factory=list)
    scripted: bool = False
