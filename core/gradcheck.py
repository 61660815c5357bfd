"""Numerical derivatives: what backpropagation is checked against.

All nodes in question are moved at once: one forward pass over NumPy columns, two columns for each node and step.

Source: Saito Goki, *Deep Learning from Scratch*, sections 4.3 and 5.7.4.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import loop
from core.errors import EvaluationError
from core.graph import Graph, Shape
from core.ops import CONSTANT, INPUT, Rule, Text
from core.perturbed import Point, outputs
from core.rules import RIGHT
from core.tape import Tape, Values

Scheme = Literal["central", "forward"]

TOLERANCE = 1e-5
"""Largest relative error at which backpropagation and the numerical derivative agree.

What rounding alone can make of the difference is allowed on top: the largest number in the graph, times float64's
precision, divided by the step. At a kink the two differ rightly: relu at 0 passes back 0, and the central
difference is ½. Where a value or a derivative is infinite or NaN they do not agree.
"""

_STEPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
_STEP = 1e-5
"""The step that every element of a tensor is moved by first."""
_NUMBERS_HELD = 2**22
"""So many at once, 32 MB: where nodes and columns are more, columns wait for their turn."""


_MOVES_HELD = 2**19
"""The same for moves of single elements; 4 MB, so that what one op leaves the next finds in the cache."""

_FREED_AT_FIRST = 2**21
"""Numbers, 16 MB: once so much was freed, the C library keeps the memory of smaller arrays for the next ones.

Otherwise each op's result is fetched from the system anew, which takes a third of the time.
"""


class Derivative(NamedTuple):
    """A numerical derivative of the output, and the step it was taken with."""

    value: float
    epsilon: float


class Check(NamedTuple):
    """A gradient by backpropagation beside the numerical one."""

    id: str
    backprop: float
    numerical: float
    absolute: float
    """Their difference."""
    relative: float
    """The difference divided by the larger of the two."""
    ok: bool
    """Whether they agree: see ``TOLERANCE``."""
    epsilon: float
    where: tuple[int, ...] | None = None
    """Of a tensor the element told of: the one that agrees worst."""
    elements: int = 1
    """How many elements were checked: all."""


class Elements(NamedTuple):
    """Both gradients of every element of one node, in arrays of its shape; or of some, in arrays (K,)."""

    id: str
    backprop: NDArray[np.float64]
    numerical: NDArray[np.float64]
    excess: NDArray[np.float64]
    """Their difference over the largest that is allowed: above 1 they do not agree."""
    steps: NDArray[np.float64]
    """What each element was moved by."""
    shape: Shape
    """The node's own."""
    chosen: NDArray[np.intp] | None = None
    """Where only some elements were checked: which, counted row by row, (K,)."""

    def where(self, at: int) -> tuple[int, ...]:
        """The place in the node of entry ``at`` of the arrays, counted row by row."""
        flat = at if self.chosen is None else int(self.chosen[at])
        return tuple(map(int, np.unravel_index(flat, self.shape))) if self.shape else ()

    def worst(self) -> Check:
        """The element that agrees worst."""
        if not self.excess.size:
            return Check(self.id, 0.0, 0.0, 0.0, 0.0, True, _STEP, None, 0)
        at = int(np.argmax(self.excess))
        ours, theirs = float(self.backprop.flat[at]), float(self.numerical.flat[at])
        absolute, larger = abs(ours - theirs), max(abs(ours), abs(theirs))
        return Check(
            self.id,
            ours,
            theirs,
            absolute,
            absolute / larger if larger else 0.0,
            bool(self.excess.flat[at] <= 1),
            float(self.steps.flat[at]),
            self.where(at) if self.shape else None,
            self.excess.size,
        )


def numerical(
    graph: Graph, inputs: Mapping[str, float] | None = None, epsilon: float | None = None
) -> dict[str, float]:
    """The derivative of the output by every input, by central differences."""
    nodes = [i for i in graph.leaves if graph.codes[i] == INPUT]
    found = numerical_at(graph, inputs, nodes, epsilon)
    return {graph.ids[node]: derivative.value for node, derivative in zip(nodes, found, strict=True)}


def numerical_at(
    graph: Graph,
    inputs: Mapping[str, float] | None,
    nodes: Sequence[int],
    epsilon: float | None = None,
    scheme: Scheme = "central",
) -> list[Derivative]:
    """The derivative of the output by each of ``nodes``, whatever an op's own operands say.

    Central: (f(x + ε) − f(x − ε)) / 2ε; forward: (f(x + ε) − f(x)) / ε. Without ``epsilon`` steps from a
    thousandth to a ten-millionth of 1 and of |x| are tried, and of the two neighbours that agree best the smaller is
    taken: a large step misses the curve, a small one drowns in rounding, and where depends on the function.
    The graph must be one of numbers.
    """
    return _derivatives(graph, Tape(graph).forward(inputs), nodes, epsilon, scheme)


def check(
    graph: Graph,
    inputs: Mapping[str, float] | None = None,
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    seed: float = 1.0,
) -> list[Check]:
    """Backpropagation beside central differences, for every input; labels, which have no gradient, are left out."""
    needs = graph.needs_gradient()
    nodes = [i for i in graph.leaves if graph.codes[i] == INPUT and needs[i]]
    return check_at(graph, inputs, nodes, epsilon, mistakes, seed)


def check_at(
    graph: Graph,
    inputs: Mapping[str, float] | None,
    nodes: Sequence[int],
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    seed: float = 1.0,
) -> list[Check]:
    """Backpropagation beside central differences, for each of ``nodes``; each must have a gradient.

    Of a tensor every element is checked and the worst is told. The output, if it is a tensor, counts as the sum of
    its elements times ``seed``.
    """
    tape = Tape(graph)
    values = tape.forward(inputs)
    if _has_tensor_ops(graph):
        return [found.worst() for found in elements_at(tape, nodes, values, epsilon, mistakes, seed)]
    gradients = tape.backward(seed, mistakes, values).nodes
    finite = [abs(value) for value in values if np.isfinite(value)]
    rounding = 8 * float(np.finfo(float).eps) * max(finite, default=0.0) * abs(seed)
    derivatives = _derivatives(graph, values, nodes, epsilon, "central")
    return [
        _compare(graph.ids[node], gradients[node], seed * found.value, found.epsilon, rounding)
        for node, found in zip(nodes, derivatives, strict=True)
    ]


def _compare(node_id: str, backprop: float, numerical: float, epsilon: float, rounding: float) -> Check:
    absolute = abs(backprop - numerical)
    larger = max(abs(backprop), abs(numerical))
    relative = absolute / larger if larger else 0.0
    ok = absolute <= TOLERANCE * larger + rounding / epsilon and larger < float("inf")
    return Check(node_id, backprop, numerical, absolute, relative, ok, epsilon)


def _has_tensor_ops(graph: Graph) -> bool:
    return bool(graph.shapes or graph.parameters)


def elements_at(
    tape: Tape,
    nodes: Sequence[int],
    values: Values | None = None,
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    seed: float = 1.0,
    chosen: Mapping[int, NDArray[np.intp]] | None = None,
) -> list[Elements]:
    """Backpropagation beside central differences for every element of each node; each must have a gradient.

    An output that is a tensor counts as the sum of its elements times ``seed``. Of a node in ``chosen`` only those
    elements are checked, counted row by row.
    """
    _refuse(epsilon)
    graph = tape.graph
    values = values or tape.forward()
    gradients = tape.backward(seed, mistakes, values).nodes
    largest = max((_largest(value) for value in values), default=0.0)
    rounding = 8 * float(np.finfo(float).eps) * largest * abs(seed)
    found = []
    for node in nodes:
        backprop = np.asarray(gradients[node], dtype=float)
        shape, some = backprop.shape, None if chosen is None else chosen.get(node)
        if some is not None:
            backprop = backprop.ravel()[some]
        first = epsilon or _STEP
        steps: Any = np.full(backprop.shape, first)
        numerical = seed * by_elements(graph, values, node, first, some)
        excess = _excess(backprop, numerical, rounding, steps)
        if epsilon is None and excess.size and not (excess <= 1).all():
            # One step for all elements is not right for some: of four, take the one that its neighbour confirms.
            tried = np.stack([seed * by_elements(graph, values, node, step, some) for step in _STEPS])
            changes = np.abs(np.diff(tried, axis=0))
            best = 1 + np.argmin(np.where(np.isfinite(changes), changes, np.inf), axis=0)
            numerical = np.take_along_axis(tried, best[None], axis=0)[0]
            steps = np.asarray(_STEPS)[best]
            excess = _excess(backprop, numerical, rounding, steps)
        found.append(Elements(graph.ids[node], backprop, numerical, excess, steps, shape, some))
    return found


def _largest(value: Any) -> float:
    """The largest finite element by size."""
    array = np.abs(np.asarray(value, dtype=float))
    return float(array[np.isfinite(array)].max(initial=0.0))


def _excess(
    backprop: NDArray[np.float64], numerical: NDArray[np.float64], rounding: float, steps: Any
) -> NDArray[np.float64]:
    """By element the difference over the largest that is allowed: above 1 the two do not agree.

    An element a thousand times smaller than the tensor's largest is measured as if it were that large, because the
    error of a difference does not shrink with it.
    """
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(backprop), np.abs(numerical))
        scale = np.maximum(larger, 1e-3 * _largest(numerical))
        allowed = TOLERANCE * scale + rounding / steps
        excess = np.abs(backprop - numerical) / np.where(allowed > 0, allowed, np.finfo(float).tiny)
        return np.where(np.isfinite(excess) & np.isfinite(larger), excess, np.inf)


def by_elements(
    graph: Graph,
    values: Values,
    leaf: int,
    epsilon: float = 1e-5,
    chosen: NDArray[np.intp] | None = None,
) -> NDArray[np.float64]:
    """The derivative of the output by every element of a node, in its shape, by central differences.

    With ``chosen`` by those elements alone, counted row by row, (K,).

    The node is moved as if it were a leaf, whatever it is computed from. An output that is no number counts
    as the sum of its elements. What a
    move does not change is not computed again (``core.perturbed``).
    """
    base = [np.asarray(value) for value in values]
    shape = base[leaf].shape
    places = np.arange(base[leaf].size) if chosen is None else chosen
    largest = max((base[node].size for node in range(len(graph)) if graph.codes[node] > CONSTANT), default=1)
    at_once = max(1, _MOVES_HELD // (2 * max(largest, 1)))
    rules = Tape(graph).rules
    found = np.empty(len(places))
    np.empty(_FREED_AT_FIRST)
    for first in range(0, len(places), at_once):
        turn = slice(first, first + at_once)
        index = np.unravel_index(places[turn], shape) if shape else ()
        there = base[leaf][index]
        with np.errstate(all="ignore"):
            raised, lowered = there + epsilon, there - epsilon
            moves = Point(
                tuple(np.tile(axis, 2) for axis in index), np.ravel([raised - there, lowered - there])
            )
            up, down = np.split(outputs(graph, rules, base, leaf, moves), 2)
            found[turn] = (up - down) / (raised - lowered)
    return found if chosen is not None else found.reshape(shape)


def _derivatives(
    graph: Graph, values: Values, nodes: Sequence[int], epsilon: float | None, scheme: Scheme
) -> list[Derivative]:
    if _has_tensor_ops(graph):
        raise ValueError("numerical derivatives by columns are taken of graphs of numbers")
    _refuse(epsilon)
    tried = [_steps(values[node]) if epsilon is None else (epsilon,) for node in nodes]
    at_once = max(1, _NUMBERS_HELD // (4 * len(_STEPS) * len(graph)))
    found: list[Derivative] = []
    for first in range(0, len(nodes), at_once):
        turn = slice(first, first + at_once)
        with np.errstate(all="ignore"):
            quotients = _quotients(graph, values, nodes[turn], tried[turn], scheme)
            found += map(_most_certain, quotients, tried[turn])
    return found


def _refuse(epsilon: float | None) -> None:
    if epsilon is not None and not 0.0 < epsilon < float("inf"):
        raise EvaluationError(Text("ε은 0보다 커야 합니다.", "ε must be greater than 0."), name="epsilon")


def _steps(value: float) -> list[float]:
    """The steps to try where a node has this value, each at most a third of the one before.

    Two steps that are nearly equal would agree whether they are right or not.
    """
    scales = (1.0, abs(value)) if 0.0 < abs(value) < float("inf") else (1.0,)
    steps = [float("inf")]
    for step in sorted((scale * share for scale in scales for share in _STEPS), reverse=True):
        if step < steps[-1] / 3:
            steps.append(step)
    return steps[1:]


def _most_certain(quotients: NDArray[np.float64], steps: Sequence[float]) -> Derivative:
    """Of the two neighbours that agree best the one with the smaller step."""
    changes = np.abs(np.diff(quotients))
    best = 1 + int(np.nanargmin(changes)) if np.isfinite(changes).any() else 0
    return Derivative(float(quotients[best]), steps[best])


def _quotients(
    graph: Graph, values: Values, nodes: Sequence[int], tried: Sequence[Sequence[float]], scheme: Scheme
) -> list[NDArray[np.float64]]:
    """Of every node the difference quotient at each of its steps, all from one forward pass.

    Each step of each node has two columns: one where the node alone is raised by the step, one where it alone is
    lowered, or for forward differences left.
    """
    rules = [RIGHT.array.value[code] for code in graph.codes]
    leaves: dict[int, Any] = {i: np.float64(values[i]) for i in graph.leaves}
    ends = np.cumsum([len(steps) for steps in tried])
    distances: list[Any] = []
    for node, steps, end in zip(nodes, tried, ends, strict=True):
        own = slice(end - len(steps), end)
        shift = np.zeros((2, ends[-1]))
        shift[0, own] = steps
        if scheme == "central":
            shift[1, own] = np.negative(steps)
        rule = rules[node]
        if rule is None:
            leaves[node] = leaves[node] + shift
        else:
            rules[node] = _shifted(rule, shift)
        raised, lowered = values[node] + shift[:, own]
        distances.append(raised - lowered)
    output = loop.forward(graph, rules, leaves.values())[graph.output]
    raised, lowered = np.broadcast_to(output, (2, ends[-1]))
    return np.split((raised - lowered) / np.concatenate(distances), ends[:-1])


def _shifted(rule: Rule, shift: NDArray[np.float64]) -> Rule:
    return lambda a, b: rule(a, b) + shift
