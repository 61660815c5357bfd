"""The gradient check: gradients by backpropagation beside numerical derivatives, and whether they agree.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.7.4.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.gradcheck.numerical import STEPS, derivatives, refuse_step
from chainrule.core.gradcheck.numerical_elements import STEP, by_elements
from chainrule.core.gradcheck.one_sided import STEP as STEP_OF_SIDES
from chainrule.core.gradcheck.one_sided import CheckKink, kinks_behind, sides_of_elements, sides_of_numbers
from chainrule.core.gradcheck.trouble import Trouble, verdict
from chainrule.core.ops import INPUT
from chainrule.core.ops.op import Shape

TOLERANCE = 1e-5
"""Largest relative error at which backpropagation and the numerical derivative agree.

Rounding is allowed for on top: the graph's largest number times float64's precision, divided by the step. Infinity and
NaN never agree. At a kink the central difference is the mean of two slopes, and the gradient may be any between them:
it is compared with the one-sided derivatives.
"""


_TRIED_AT_ONCE = 1000
"""Elements that disagree at the first step and are tried with others before it is asked whether that helps."""
_ALL_SIDES = 1000
"""Elements of a tensor up to which all are looked at from both sides; of more, those that do not agree."""


class Check(NamedTuple):
    """A gradient by backpropagation beside the numerical one."""

    id: str
    backprop: float
    numerical: float
    absolute: float
    """Absolute difference."""
    relative: float
    """Difference divided by the larger of the two."""
    ok: bool
    """Whether they agree: see ``TOLERANCE``."""
    epsilon: float
    where: tuple[int, ...] | None = None
    """The element of a tensor that agrees worst; None for a number."""
    elements: int = 1
    """Number of elements checked."""
    kink: CheckKink | None = None
    """Both one-sided derivatives, if a kink makes them differ; ``ok`` then compares with these."""
    trouble: Trouble | None = None
    """What keeps the two from being compared; None: nothing."""


class ElementChecks(NamedTuple):
    """Both gradients of every element of a node, in its shape; or of chosen elements, (K,)."""

    id: str
    backprop: NDArray[np.float64]
    numerical: NDArray[np.float64]
    excess: NDArray[np.float64]
    """Difference divided by the largest allowed one; above 1 they disagree."""
    steps: NDArray[np.float64]
    """The step of each element."""
    shape: Shape
    """Shape of the node."""
    chosen: NDArray[np.intp] | None = None
    """Row-major places of the chosen elements, (K,); None for all."""
    kinks: Mapping[int, CheckKink] = MappingProxyType({})
    """Those at kinks, by row-major entry of the arrays."""

    def where(self, at: int) -> tuple[int, ...]:
        """Return the place in the node of row-major entry ``at`` of the arrays."""
        flat = at if self.chosen is None else int(self.chosen[at])
        return tuple(map(int, np.unravel_index(flat, self.shape))) if self.shape else ()

    def worst(self) -> Check:
        """Return the check of the element that agrees worst."""
        if not self.excess.size:
            return Check(self.id, 0.0, 0.0, 0.0, 0.0, True, STEP, None, 0)
        at = int(np.argmax(self.excess))
        if self.kinks and self.excess.flat[at] <= 1:
            at = next(iter(self.kinks))
        backprop, numerical = float(self.backprop.flat[at]), float(self.numerical.flat[at])
        absolute, larger = abs(backprop - numerical), max(abs(backprop), abs(numerical))
        return Check(
            self.id,
            backprop,
            numerical,
            absolute,
            absolute / larger if larger else 0.0,
            bool(self.excess.flat[at] <= 1),
            float(self.steps.flat[at]),
            self.where(at) if self.shape else None,
            self.excess.size,
            self.kinks.get(at),
        )


def check(
    graph: Graph,
    inputs: Mapping[str, float] | None = None,
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    upstream: Any = 1.0,
    conventions: Collection[str] = (),
) -> list[Check]:
    """Check the gradient of every input but labels, which have none."""
    requires_grad = graph.requires_grad()
    nodes = [i for i in graph.leaves if graph.codes[i] == INPUT and requires_grad[i]]
    return check_at(graph, inputs, nodes, epsilon, mistakes, upstream, conventions)


def check_at(
    graph: Graph,
    inputs: Mapping[str, float] | None,
    nodes: Sequence[int],
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    upstream: Any = 1.0,
    conventions: Collection[str] = (),
) -> list[Check]:
    """Check the gradient of each of ``nodes``, which must have one; of a tensor, return its worst element.

    A tensor output counts as the sum of its elements times ``upstream``: a number, or one for each element. Raises
    EvaluationError if ``epsilon`` is not above 0, or if the inputs do not fit.
    """
    tape = Tape(graph)
    values = tape.forward(inputs)
    if graph.has_tensors:
        elements = check_elements(tape, nodes, values, epsilon, mistakes, upstream, None, conventions)
        worst = [each.worst() for each in elements]
        if mistakes:
            return worst
        return [
            check if check.ok else _explained(graph, values, node, check, epsilon, upstream)
            for node, check in zip(nodes, worst, strict=True)
        ]
    gradients = tape.backward(upstream, mistakes, values, conventions).nodes
    rounding = _rounding(max((abs(value) for value in values if np.isfinite(value)), default=0.0), upstream)
    numerical = derivatives(graph, values, nodes, epsilon, "central")
    checks = [
        _compare(graph.ids[node], gradients[node], upstream * each.value, each.epsilon, rounding)
        for node, each in zip(nodes, numerical, strict=True)
    ]
    behind = kinks_behind(graph, values, nodes)
    sides = sides_of_numbers(graph, values, list(behind), upstream)
    return [
        _at_kink(check, *sides[node], behind[node], rounding)
        if node in behind
        else check
        if mistakes
        else _explained(graph, values, node, check, epsilon, upstream)
        for node, check in zip(nodes, checks, strict=True)
    ]


def check_elements(
    tape: Tape,
    nodes: Sequence[int],
    values: Values | None = None,
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    upstream: Any = 1.0,
    chosen: Mapping[int, NDArray[np.intp]] | None = None,
    conventions: Collection[str] = (),
) -> list[ElementChecks]:
    """Check every element of each of ``nodes``, which must have a gradient, by central differences.

    ``chosen`` holds, by node, the row-major places of the only elements to check. A tensor output counts as the sum
    of its elements times ``upstream``.
    """
    refuse_step(epsilon)
    graph = tape.graph
    values = values or tape.forward()
    gradients = tape.backward(upstream, mistakes, values, conventions).nodes
    behind = kinks_behind(graph, values, nodes)
    rounding = _rounding(max(map(_largest, values), default=0.0), upstream)
    checks: list[ElementChecks] = []
    for node in nodes:
        backprop = np.asarray(gradients[node], dtype=float)
        shape, some = backprop.shape, None if chosen is None else chosen.get(node)
        if some is not None:
            backprop = backprop.ravel()[some]
        first = epsilon or STEP
        steps: Any = np.full(backprop.shape, first)
        numerical = np.array(by_elements(graph, values, node, first, some, upstream))
        excess = _excess(backprop, numerical, rounding, steps)
        if epsilon is None:
            excess = _tried_again(graph, values, node, some, upstream, backprop, numerical, steps, rounding)
        kinks: dict[int, CheckKink] = {}
        if node in behind:
            entries = np.flatnonzero(~(excess <= 1)) if excess.size > _ALL_SIDES else np.arange(excess.size)
            places = entries if some is None else some[entries]
            sides = sides_of_elements(graph, values, node, places, upstream)
            for entry, left, right in zip(entries.tolist(), *sides.tolist(), strict=True):
                agrees = bool(excess.flat[entry] <= 1)
                ok, kink = _between(float(backprop.flat[entry]), left, right, behind[node], rounding, agrees)
                excess.flat[entry] = 0.0 if ok else np.inf
                if kink is not None:
                    kinks[entry] = kink
        checks.append(ElementChecks(graph.ids[node], backprop, numerical, excess, steps, shape, some, kinks))
    return checks


def _tried_again(
    graph: Graph,
    values: Values,
    node: int,
    some: NDArray[np.intp] | None,
    upstream: Any,
    backprop: NDArray[np.float64],
    numerical: NDArray[np.float64],
    steps: Any,
    rounding: float,
) -> NDArray[np.float64]:
    """Try other steps where the first disagrees, the worst first, in place; return the excess of all.

    Where some still disagree the rest is not tried: it counts as no worse than these, and costs nothing.
    """
    excess = _excess(backprop, numerical, rounding, steps)
    again = np.flatnonzero(~(excess <= 1))
    again = again[np.argsort(-excess.flat[again], kind="stable")]
    while again.size:
        turn, again = again[:_TRIED_AT_ONCE], again[_TRIED_AT_ONCE:]
        places = turn if some is None else some[turn]
        numerical.flat[turn], steps.flat[turn] = _most_certain(graph, values, node, places, upstream)
        tried = _excess(backprop, numerical, rounding, steps).flat[turn]
        excess.flat[turn] = tried
        if (tried > 1).any():
            excess.flat[again] = np.minimum(excess.flat[again], tried[tried > 1].min())
            break
    return excess


def _most_certain(
    graph: Graph, values: Values, node: int, places: NDArray[np.intp], upstream: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Try all steps where the first failed; return the derivatives that neighbours confirm best, and steps, (K,)."""
    tried = np.stack([by_elements(graph, values, node, step, places, upstream) for step in STEPS])
    with np.errstate(all="ignore"):
        changes = np.abs(np.diff(tried, axis=0))
    best = 1 + np.argmin(np.where(np.isfinite(changes), changes, np.inf), axis=0)
    return np.take_along_axis(tried, best[None], axis=0)[0], np.asarray(STEPS)[best]


def _compare(node_id: str, backprop: float, numerical: float, epsilon: float, rounding: float) -> Check:
    absolute = abs(backprop - numerical)
    larger = max(abs(backprop), abs(numerical))
    relative = absolute / larger if larger else 0.0
    ok = absolute <= TOLERANCE * larger + rounding / epsilon and larger < float("inf")
    return Check(node_id, backprop, numerical, absolute, relative, ok, epsilon)


def _explained(
    graph: Graph, values: Values, node: int, check: Check, epsilon: float | None, upstream: Any
) -> Check:
    """Look again at two that differ, or agree by rounding alone: take a step that suits, or say why none does."""
    if check.kink or not check.elements or (check.ok and (check.relative <= TOLERANCE or not check.backprop)):
        return check
    told = verdict(graph, values, node, check.where or (), check.backprop, upstream)
    if not told.agrees:
        return check._replace(trouble=told.trouble)
    if epsilon is not None:
        return check
    absolute = abs(check.backprop - told.numerical)
    relative = absolute / max(abs(check.backprop), abs(told.numerical))
    return check._replace(
        numerical=told.numerical, absolute=absolute, relative=relative, ok=True, epsilon=told.epsilon
    )


def _at_kink(check: Check, left: float, right: float, names: tuple[str, ...], rounding: float) -> Check:
    ok, kink = _between(check.backprop, left, right, names, rounding, check.ok)
    return check._replace(kink=kink, ok=ok)


def _between(
    backprop: float, left: float, right: float, names: tuple[str, ...], rounding: float, agrees: bool
) -> tuple[bool, CheckKink | None]:
    """Whether a gradient lies between two one-sided derivatives, and the kink; None where both are it.

    ``agrees`` says whether it is the central difference: then it stands, though a step may have met a near kink.
    """
    finite = [abs(side) for side in (left, right) if math.isfinite(side)]
    allowed = TOLERANCE * max(finite, default=0.0) + rounding / STEP_OF_SIDES
    ends = [side for side in (left, right) if not math.isnan(side)]
    between = bool(ends) and min(ends) - allowed <= backprop <= max(ends) + allowed
    if (between and (left == right or abs(left - right) <= 2 * allowed)) or (agrees and not between):
        return True, None
    sides = [None if math.isnan(side) else side for side in (left, right)]
    return between, CheckKink(sides[0], sides[1], names, between)


def _excess(
    backprop: NDArray[np.float64], numerical: NDArray[np.float64], rounding: float, steps: Any
) -> NDArray[np.float64]:
    """Return each element's difference divided by the largest allowed one; above 1 the two disagree.

    An element below a thousandth of the tensor's largest is measured by that thousandth, because the error of a
    difference does not shrink with the element.
    """
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(backprop), np.abs(numerical))
        scale = np.maximum(larger, 1e-3 * _largest(numerical))
        allowed = TOLERANCE * scale + rounding / steps
        excess = np.abs(backprop - numerical) / np.where(allowed > 0, allowed, np.finfo(float).tiny)
        return np.where(np.isfinite(excess) & np.isfinite(larger), excess, np.inf)


def _rounding(largest: float, upstream: Any) -> float:
    """Bound the rounding error of a difference of outputs; ``largest`` is the graph's largest number."""
    return 8 * float(np.finfo(float).eps) * largest * _largest(upstream)


def _largest(value: Any) -> float:
    """Return the largest finite absolute value of an array's elements; 0 if there is none."""
    array = np.abs(np.asarray(value, dtype=float))
    return float(array[np.isfinite(array)].max(initial=0.0))
