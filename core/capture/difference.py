"""Two captures of one model, tensor by tensor: before and after a step, two seeds, two types of numbers."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from chainrule.core.capture.records import Capture, Output, Summary

Side = Literal["value", "gradient"]
Measure = Callable[[int, int, int, Side], float | None]
"""Node of the first capture, of the second, output, side → ‖a − b‖ of the tensors themselves; None if not kept."""
EdgeMeasure = Callable[[int, int], float | None]
"""The same for the contributions of an edge of the first capture and one of the second."""


class Change(NamedTuple):
    """How far apart two tensors are."""

    relative: float
    """‖a − b‖ by the larger of ‖a‖ and ‖b‖: 0 for equal tensors; NaN where either has NaN or ±∞ and they differ."""
    exact: bool
    """False where only summaries are known: the change is then at least this."""


@dataclass(frozen=True, slots=True)
class NodeDifference:
    """One output of a node that both captures have."""

    first: int
    """Index in the first capture."""
    second: int
    output: int
    value: Change | None
    """None where either is unknown."""
    gradient: Change | None
    """None where neither has one, or either is unknown."""
    gradient_in: Literal["both", "first", "second", "neither"]


class EdgeDifference(NamedTuple):
    """An edge that both captures have."""

    first: int
    """Index in the first capture."""
    second: int
    contribution: Change | None
    """None where either brings nothing back, or it is unknown."""


@dataclass(frozen=True)
class Difference:
    """Two captures beside each other."""

    nodes: tuple[NodeDifference, ...]
    """In order of the first capture."""
    edges: tuple[EdgeDifference, ...]
    """Edges between nodes that both have, in order of the first capture."""
    only_first: tuple[int, ...]
    """Nodes that the other does not have, or has with another op or shape."""
    only_second: tuple[int, ...]
    loss: tuple[float | None, float | None]

    @property
    def largest(self) -> NodeDifference | None:
        """The node whose value changed most; None if none is known to have changed."""
        changed = [node for node in self.nodes if node.value is not None and node.value.relative > 0]
        return max(changed, key=lambda node: node.value.relative if node.value else 0.0, default=None)


def difference(
    first: Capture, second: Capture, measure: Measure | None = None, edge_measure: EdgeMeasure | None = None
) -> Difference:
    """Compare two captures. Nodes are the same by id, op and shape; edges by their ends."""
    pairs = []
    for at, node in enumerate(first.nodes):
        other = second.index.get(node.id, -1)
        if (
            other >= 0
            and _alike(node.outputs, second.nodes[other].outputs)
            and node.op == second.nodes[other].op
        ):
            pairs.append((at, other))
    compared = [
        _compare(first, second, a, b, output, measure)
        for a, b in pairs
        for output in range(len(first.nodes[a].outputs))
    ]
    of_first, of_second = {a for a, _ in pairs}, {b for _, b in pairs}
    return Difference(
        tuple(compared),
        tuple(_compare_edges(first, second, dict(pairs), edge_measure)),
        tuple(at for at in range(len(first.nodes)) if at not in of_first),
        tuple(at for at in range(len(second.nodes)) if at not in of_second),
        (first.loss_value, second.loss_value),
    )


def _compare_edges(
    first: Capture, second: Capture, partner: dict[int, int], measure: EdgeMeasure | None
) -> Iterator[EdgeDifference]:
    there = {(edge.source, edge.output, edge.target): at for at, edge in enumerate(second.edges)}
    for at, edge in enumerate(first.edges):
        ends = partner.get(edge.source, -1), edge.output, partner.get(edge.target, -1)
        other = there.get(ends)
        if other is None:
            continue
        a, b = edge.contribution, second.edges[other].contribution
        change = None
        if a is not None and b is not None:
            change = _change(a, b, None if measure is None else measure(at, other))
        yield EdgeDifference(at, other, change)


def _alike(a: tuple[Output, ...], b: tuple[Output, ...]) -> bool:
    return len(a) == len(b) and all(x.shape == y.shape for x, y in zip(a, b, strict=True))


def _compare(
    first: Capture, second: Capture, a: int, b: int, output: int, measure: Measure | None
) -> NodeDifference:
    one, two = first.nodes[a].outputs[output], second.nodes[b].outputs[output]
    gradients: Literal["both", "first", "second", "neither"] = "neither"
    if one.gradient is not None:
        gradients = "both" if two.gradient is not None else "first"
    elif two.gradient is not None:
        gradients = "second"

    def change(side: Side, x: Summary | None, y: Summary | None) -> Change | None:
        if x is None or y is None:
            return None
        apart = None if measure is None else measure(a, b, output, side)
        return _change(x, y, apart)

    return NodeDifference(
        a,
        b,
        output,
        change("value", one.value, two.value),
        change("gradient", one.gradient, two.gradient),
        gradients,
    )


def _change(x: Summary, y: Summary, apart: float | None) -> Change:
    """Compare by the tensors' distance, else by the tiles if they hold every element, else by the norms."""
    exact = True
    if apart is None:
        if x.tile is not None and y.tile is not None and x.tile.exact and x.tile.values.size == x.count:
            a, b = (tile.values.astype(float) for tile in (x.tile, y.tile))
            if np.array_equal(a, b, equal_nan=True):
                return Change(0.0, True)
            with np.errstate(all="ignore"):
                apart = float(np.linalg.norm(a - b))
        else:
            exact = False
            apart = abs(x.norm - y.norm) if math.isfinite(x.norm) and math.isfinite(y.norm) else math.nan
            same = (x.nan, x.infinite, x.zeros) == (y.nan, y.infinite, y.zeros)
            if math.isnan(apart) and same and (x.norm == y.norm or x.norm != x.norm):
                apart = 0.0
    size = max(x.norm, y.norm)
    if apart == 0:
        return Change(0.0, exact)
    return Change(apart / size if size and math.isfinite(size) else math.nan, exact)
