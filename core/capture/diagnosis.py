"""What is wrong with a captured model: numbers that are not finite, gradients that vanish, units that are dead."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from chainrule.core.capture.records import Capture, Output, Parameter, Summary

FACTOR = 1000.0
"""How much smaller a gradient must be at the first ops than at the last to vanish; larger, to explode."""

_MASKS = frozenset(
    "masked_fill masked_fill_ where full full_like fill_ tensor zeros_like ones_like triu tril".split()
)
"""Ops that write infinities on purpose."""


class Place(NamedTuple):
    """One tensor: a node's index and the number of its output."""

    node: int
    output: int


class DepthPoint(NamedTuple):
    """The size of one op's value and gradient: root mean squares; NaN if unknown."""

    node: int
    depth: int
    """Ops on the longest way from a leaf."""
    value: float
    gradient: float


class DeadUnits(NamedTuple):
    """Units of a rectifier that are 0 for every row of the batch."""

    node: int
    dead: int
    units: int


class Ratio(NamedTuple):
    """A parameter's gradient beside its value, as norms."""

    parameter: str
    value: float
    gradient: float

    @property
    def ratio(self) -> float:
        """Gradient by value: ∞ if the value is 0, NaN if both are."""
        if self.value == 0:
            return math.inf if self.gradient else math.nan
        return self.gradient / self.value


@dataclass(frozen=True)
class Diagnosis:
    """Findings of one capture; nodes as indices."""

    first_nan: Place | None
    """The first value with NaN, in the order of the forward pass."""
    first_infinite: Place | None
    """The first value with ±∞ of an op whose operands are finite; masks, which write −∞ on purpose, are none."""
    first_bad_gradient: Place | None
    """The first gradient with NaN or ±∞, in the order of the backward pass."""
    depth: tuple[DepthPoint, ...]
    """Every op with a gradient, by depth."""
    trend: Literal["vanishing", "exploding"] | None
    """What becomes of gradients on their way from the loss to the first ops."""
    dead: tuple[DeadUnits, ...]
    without_gradient: tuple[Parameter, ...]
    """Parameters that get none; ``no_gradient`` is the reason."""
    ratios: tuple[Ratio, ...]
    """Parameters with a gradient, the largest ratio first."""


class Firsts(NamedTuple):
    """Where NaN and infinity begin: see ``Diagnosis``."""

    nan: Place | None
    infinite: Place | None
    bad_gradient: Place | None


def firsts(capture: Capture) -> Firsts:
    """Find where NaN and infinity begin, forward and backward."""
    return Firsts(
        _first(capture, lambda at, output: _nan(output.value)),
        _first(capture, lambda at, output: _infinite(output.value) and _made(capture, at)),
        _first_gradient(capture),
    )


def diagnose(capture: Capture) -> Diagnosis:
    """Diagnose a capture by its summaries."""
    points = _depth(capture)
    first = firsts(capture)
    return Diagnosis(
        first_nan=first.nan,
        first_infinite=first.infinite,
        first_bad_gradient=first.bad_gradient,
        depth=points,
        trend=_trend(points),
        dead=tuple(
            DeadUnits(at, output.dead, output.units)
            for at, node in enumerate(capture.nodes)
            for output in node.outputs
            if output.dead and output.units
        ),
        without_gradient=tuple(
            parameter for parameter in capture.parameters if parameter.no_gradient is not None
        ),
        ratios=_ratios(capture),
    )


def _nan(summary: Summary | None) -> bool:
    return summary is not None and summary.nan > 0


def _infinite(summary: Summary | None) -> bool:
    return summary is not None and summary.infinite > 0


def _first(capture: Capture, bad: Callable[[int, Output], bool]) -> Place | None:
    for at, node in enumerate(capture.nodes):
        for number, output in enumerate(node.outputs):
            if bad(at, output):
                return Place(at, number)
    return None


def _made(capture: Capture, at: int) -> bool:
    """Tell whether a node's infinities are its own, and no mask."""
    node = capture.nodes[at]
    if node.op in _MASKS or any(text in ("inf", "-inf") for _, text in node.arguments):
        return False
    edges = [capture.edges[edge] for edge in capture.into[at]]
    return not any(_infinite(capture.nodes[edge.source].outputs[edge.output].value) for edge in edges)


def _first_gradient(capture: Capture) -> Place | None:
    """Return the bad gradient that was complete first: its last contribution arrived before those of the others."""
    found: list[tuple[int, int, Place]] = []
    for at, node in enumerate(capture.nodes):
        for number, output in enumerate(node.outputs):
            if _nan(output.gradient) or _infinite(output.gradient):
                edges = [capture.edges[edge] for edge in capture.out_of[at]]
                orders = [edge.order for edge in edges if edge.output == number and edge.order is not None]
                found.append((max(orders, default=-1), -at, Place(at, number)))
    return min(found)[2] if found else None


def _size(summary: Summary | None) -> float:
    """Return the root mean square of the known elements; NaN if there are none."""
    if summary is None or summary.count == summary.nan:
        return math.nan
    return summary.norm / math.sqrt(summary.count - summary.nan)


def _depth(capture: Capture) -> tuple[DepthPoint, ...]:
    depths = [0] * len(capture.nodes)
    for at in range(len(capture.nodes)):
        depths[at] = max((depths[capture.edges[edge].source] + 1 for edge in capture.into[at]), default=0)
    points = [
        DepthPoint(at, depths[at], _size(node.outputs[0].value), _size(node.outputs[0].gradient))
        for at, node in enumerate(capture.nodes)
        if node.kind in ("op", "box", "loss") and node.outputs[0].gradient is not None
    ]
    return tuple(sorted(points, key=lambda point: (point.depth, point.node)))


def _trend(points: tuple[DepthPoint, ...]) -> Literal["vanishing", "exploding"] | None:
    """Compare the typical gradient of the first quarter of the depth with that of the last."""
    deepest = max((point.depth for point in points), default=0)
    first = [point.gradient for point in points if point.depth <= deepest / 4]
    last = [point.gradient for point in points if point.depth >= deepest * 3 / 4]
    a, b = _middle(first), _middle(last)
    if math.isnan(a) or math.isnan(b):
        return None
    if a * FACTOR < b:
        return "vanishing"
    return "exploding" if a > b * FACTOR and b > 0 else None


def _middle(sizes: list[float]) -> float:
    known = sorted(size for size in sizes if not math.isnan(size))
    return known[len(known) // 2] if known else math.nan


def _ratios(capture: Capture) -> tuple[Ratio, ...]:
    found = []
    for parameter in capture.parameters:
        if parameter.node < 0 or parameter.no_gradient is not None:
            continue
        output = capture.nodes[parameter.node].outputs[0]
        if output.value is not None and output.gradient is not None:
            found.append(Ratio(parameter.name, output.value.norm, output.gradient.norm))
    return tuple(sorted(found, key=lambda each: (math.isnan(each.ratio), -each.ratio)))
