"""Numerical derivatives of graphs of numbers: difference quotients of the output.

One forward pass over NumPy columns moves all nodes at once, with two columns for each node and step.

Source: Saito Goki, *Deep Learning from Scratch*, section 4.3.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine import loop
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.errors import EvaluationError
from chainrule.core.ops import INPUT
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import RIGHT
from chainrule.core.text import Text

Scheme = Literal["central", "forward"]

STEPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
"""Steps tried when none is given."""
_NUMBERS_HELD = 2**22
"""Largest number of floats held at once, 32 MB; more columns take turns."""


class Derivative(NamedTuple):
    """A numerical derivative of the output, with its step."""

    value: float
    epsilon: float


def numerical(
    graph: Graph, inputs: Mapping[str, float] | None = None, epsilon: float | None = None
) -> dict[str, float]:
    """Return the derivative of the output by every input, by central differences."""
    nodes = [i for i in graph.leaves if graph.codes[i] == INPUT]
    derivatives = numerical_at(graph, inputs, nodes, epsilon)
    return {graph.ids[node]: each.value for node, each in zip(nodes, derivatives, strict=True)}


def numerical_at(
    graph: Graph,
    inputs: Mapping[str, float] | None,
    nodes: Sequence[int],
    epsilon: float | None = None,
    scheme: Scheme = "central",
) -> list[Derivative]:
    """Return the derivative of the output by each of ``nodes``, moved independently of its operands.

    Central: (f(x + ε) − f(x − ε)) / 2ε; forward: (f(x + ε) − f(x)) / ε. Without ``epsilon``, steps from 1e-3 to
    1e-7, times 1 and times |x|, are tried. A large step misses the curve, a small one drowns in rounding; so of the
    two neighbouring steps that agree best, the smaller is taken. Raises ValueError if the graph has tensors.
    """
    return derivatives(graph, Tape(graph).forward(inputs), nodes, epsilon, scheme)


def derivatives(
    graph: Graph, values: Values, nodes: Sequence[int], epsilon: float | None, scheme: Scheme
) -> list[Derivative]:
    """Do what ``numerical_at`` does, given the values of a forward pass."""
    if graph.has_tensors:
        raise ValueError("numerical derivatives by columns need a graph of numbers")
    refuse_step(epsilon)
    tried = [_steps(values[node]) if epsilon is None else (epsilon,) for node in nodes]
    at_once = max(1, _NUMBERS_HELD // (4 * len(STEPS) * len(graph)))
    results: list[Derivative] = []
    for first in range(0, len(nodes), at_once):
        turn = slice(first, first + at_once)
        with np.errstate(all="ignore"):
            quotients = _quotients(graph, values, nodes[turn], tried[turn], scheme)
            results += map(_most_certain, quotients, tried[turn])
    return results


def one_sided_quotients(
    graph: Graph, values: Values, nodes: Sequence[int], steps: Sequence[float]
) -> list[NDArray[np.float64]]:
    """Return (f(x + s) − f(x)) / s by each node for each step s, which may be below 0."""
    at_once = max(1, _NUMBERS_HELD // (2 * len(steps) * len(graph)))
    results: list[NDArray[np.float64]] = []
    for first in range(0, len(nodes), at_once):
        turn = nodes[first : first + at_once]
        with np.errstate(all="ignore"):
            results += _quotients(graph, values, turn, [steps] * len(turn), "forward")
    return results


def refuse_step(epsilon: float | None) -> None:
    """Raise EvaluationError unless a step is None, or finite and above 0."""
    if epsilon is not None and not 0.0 < epsilon < float("inf"):
        raise EvaluationError(Text("ε은 0보다 커야 합니다.", "ε must be greater than 0."), name="epsilon")


def _steps(value: float) -> list[float]:
    """Return the steps to try at a node's value, each at most a third of the one before.

    Nearly equal steps would agree whether they are right or not.
    """
    scales = (1.0, abs(value)) if 0.0 < abs(value) < float("inf") else (1.0,)
    steps = [float("inf")]
    for step in sorted((scale * share for scale in scales for share in STEPS), reverse=True):
        if step < steps[-1] / 3:
            steps.append(step)
    return steps[1:]


def _most_certain(quotients: NDArray[np.float64], steps: Sequence[float]) -> Derivative:
    """Return the quotient with the smaller step of the two neighbours that agree best."""
    changes = np.abs(np.diff(quotients))
    best = 1 + int(np.nanargmin(changes)) if np.isfinite(changes).any() else 0
    return Derivative(float(quotients[best]), steps[best])


def _quotients(
    graph: Graph, values: Values, nodes: Sequence[int], tried: Sequence[Sequence[float]], scheme: Scheme
) -> list[NDArray[np.float64]]:
    """Return every node's difference quotient at each of its steps, from one forward pass.

    Each step of each node has two columns. One raises the node alone; the other lowers it, or leaves it for forward
    differences.
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


def _shifted(rule: Kernel, shift: NDArray[np.float64]) -> Kernel:
    return lambda a, b: rule(a, b) + shift
