"""The records that explain one node, edge or group; formulas are LaTeX, numbers have their text with them."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from chainrule.core.latex.value_formula import Formula

Kind = Literal["node", "edge", "group", "input"]


class Local(NamedTuple):
    """The local derivative on one way; of a tensor op, which has none, the gradient that comes back on it."""

    edge: str
    source: str
    target: str
    symbols: str
    numbers: str
    value_text: str
    shapes: str = ""
    """Of a matrix product the gradient with the shapes under its factors, in LaTeX."""


class Branch(NamedTuple):
    """One of the gradients that add up to a node's."""

    edge: str
    target: str
    grad: Any
    """A float, or an array."""
    grad_text: str


class ShownPath(NamedTuple):
    """One path to the output. ``factors`` are the local derivatives between the ``nodes``, in their order.

    A factor that is no number is an empty text, and so is the product of a path that tensors go along.
    """

    nodes: tuple[str, ...]
    factors: tuple[str, ...]
    formula: Formula
    product_text: str


@dataclass(frozen=True, slots=True)
class ShownPaths:
    """The chain rule, path by path."""

    items: tuple[ShownPath, ...]
    sum_text: str
    """Of all paths, those not shown too."""
    count: int | float
    """How many there are: exact up to 2^53, else about."""
    note: str | None = None
    """Why there are no products, where there are none."""

    @property
    def shown(self) -> int:
        """How many are listed."""
        return len(self.items)


class ClosedGradient(NamedTuple):
    """What a layer's simplified gradient says of one argument, beside the way through its nodes."""

    source: str
    symbols: str
    """LaTeX: ``∂L/∂a = (y − t)/N``."""
    difference: float
    """The largest absolute difference of an element."""
    difference_text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node, edge or group explained; formulas are LaTeX."""

    id: str
    kind: Kind
    title: str
    aria: str
    value_text: str
    grad_text: str | None
    formula: Formula | None
    """Of a node or group its value, of an edge the gradient it brings back; None for an input and a constant."""
    gradient: Formula | None
    """∂L/∂node: upstream times local, or the sum over the ways out; None where no gradient is asked for."""
    locals: tuple[Local, ...]
    """Of an op or group by each operand; of an input by the nodes that read it; of an edge its own."""
    sum: tuple[Branch, ...]
    paths: ShownPaths | None
    rule: str
    note: str | None
    derivation: tuple[str, ...] = ()
    """How a layer's gradient is simplified, line by line."""
    closed: tuple[ClosedGradient, ...] = ()
    """Of a layer on tensors its simplified gradients, each compared with that of the opened layer."""
