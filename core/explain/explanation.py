"""Records that explain one node, edge or group: formulas in LaTeX, numbers with their texts."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from chainrule.core.explain.kinks import KinkTold
from chainrule.core.latex.value_formula import Formula

Kind = Literal["node", "edge", "group", "input"]


class Local(NamedTuple):
    """The local derivative on one edge; into a tensor op, the gradient that comes back on it."""

    edge: str
    source: str
    target: str
    symbols: str
    numbers: str
    value_text: str
    shapes: str = ""
    """LaTeX: the gradient of a matrix product with the shapes under its factors; else empty."""


class Branch(NamedTuple):
    """One summand of a node's gradient: what one edge brings back."""

    edge: str
    target: str
    grad: Any
    """A float or an array."""
    grad_text: str


class ShownPath(NamedTuple):
    """One path to the output, with the local derivatives between its nodes as ``factors``.

    A factor between tensors is an empty text; so is the product of a path through one.
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
    """Text of the sum over all paths, listed or not."""
    count: int | float
    """Number of paths: exact up to 2^53, else rounded."""
    note: str | None = None
    """Why the paths have no products; None if they have."""

    @property
    def shown(self) -> int:
        """Number of listed paths."""
        return len(self.items)


class ClosedGradient(NamedTuple):
    """A layer's simplified gradient by one argument, compared with the one through its nodes."""

    source: str
    symbols: str
    """LaTeX: ``∂L/∂a = (y − t)/N``."""
    difference: float
    """Largest absolute difference of an element."""
    difference_text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one node, edge or group."""

    id: str
    kind: Kind
    title: str
    aria: str
    value_text: str
    grad_text: str | None
    formula: Formula | None
    """Value of a node or group, gradient of an edge; None for an input or a constant."""
    gradient: Formula | None
    """∂L/∂node: upstream times local, or the sum over the edges out; None without a gradient."""
    locals: tuple[Local, ...]
    """By operand for an op or group, by reader for a leaf; an edge's own."""
    sum: tuple[Branch, ...]
    paths: ShownPaths | None
    rule: str
    note: str | None
    derivation: tuple[str, ...] = ()
    """How a layer's gradient is simplified, line by line."""
    closed: tuple[ClosedGradient, ...] = ()
    """Simplified gradients of a layer on tensors, each compared with that of the opened layer."""
    kinks: tuple[KinkTold, ...] = ()
    """Kinks on the edges into a node or group, out of a leaf, or on the edge itself."""
