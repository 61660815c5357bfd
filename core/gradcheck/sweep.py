"""The output as a function of one input: a curve with its slopes, and differences over ever smaller steps.

Source: Saito Goki, *Deep Learning from Scratch*, section 4.3 (numerical differentiation).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.loop import Loop
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError, did_you_mean
from chainrule.core.gradcheck.nudge import element, with_value
from chainrule.core.ops.rules import RIGHT, rules_with
from chainrule.core.text import Text

Inputs = Mapping[str, Any]


class Curve(NamedTuple):
    """The output and its slope at places of one input."""

    at: list[float]
    values: list[float]
    slopes: list[float]
    """Derivatives by the input, from backpropagation."""


class Differences(NamedTuple):
    """A derivative by backpropagation beside its approximations, one entry per step."""

    backprop: float
    epsilons: list[float]
    forward: list[float]
    """(f(x + ε) − f(x)) / ε."""
    central: list[float]
    """(f(x + ε) − f(x − ε)) / 2ε."""


def curve(
    graph: Graph, inputs: Inputs, name: str, at: Sequence[float], conventions: Collection[str] = ()
) -> Curve:
    """Return the output and its derivative by the input ``name`` at each place of ``at``.

    Raises EvaluationError if there is no such input, or if it or the output is a tensor.
    """
    node = number_input(graph, name)
    tape = Tape(graph)
    values: list[float] = []
    slopes: list[float] = []
    for x in at:
        evaluated = tape.forward({**inputs, name: x})
        slope = tape.backward(1.0, (), evaluated, conventions).nodes[node]
        values.append(float(evaluated[graph.output]))
        slopes.append(0.0 if slope is None else float(slope))
    return Curve([float(x) for x in at], values, slopes)


def curve_over(
    graph: Graph,
    inputs: Inputs,
    node: int,
    at: Sequence[float],
    conventions: Collection[str] = (),
    where: Sequence[int] = (),
) -> Curve:
    """Return the output and its derivative by any node's value, or one element of it, whatever its operands are.

    Raises EvaluationError for a wrong element, and if the output is a tensor.
    """
    place = element(graph, node, where)
    if graph.shapes.get(graph.output):
        raise _is_tensor(graph, graph.output)
    loop = Loop(graph, bytes(graph.requires_grad()))
    rules = rules_with(frozenset(), frozenset(conventions)) if conventions else RIGHT
    base = Tape(graph).forward(inputs)
    values: list[float] = []
    slopes: list[float] = []
    for x in at:
        value: Any = x
        if place:
            value = np.array(base[node], float)
            value[place] = x
        moved = with_value(graph, loop.rules, base, node, value)
        slope = loop.backward(moved, 1.0, rules)[0][node]
        values.append(float(moved[graph.output]))
        slopes.append(0.0 if slope is None else float(np.asarray(slope, float)[place]))
    return Curve([float(x) for x in at], values, slopes)


def differences(
    graph: Graph,
    inputs: Inputs,
    name: str,
    epsilons: Sequence[float],
    conventions: Collection[str] = (),
) -> Differences:
    """Return the derivative of the output by the input ``name``, approximated with each of ``epsilons`` (above 0).

    A large step misses the curve: the error grows with ε for forward differences, with ε² for central ones. A small
    step drowns in rounding: that error grows with 1/ε. Raises EvaluationError as ``curve`` does.
    """
    node = number_input(graph, name)
    tape = Tape(graph)
    base = tape.forward(inputs)
    x, here = float(base[node]), float(base[graph.output])
    slope = tape.backward(1.0, (), base, conventions).nodes[node]

    def output(moved: float) -> float:
        return float(tape.forward({**inputs, name: moved})[graph.output])

    forward: list[float] = []
    central: list[float] = []
    for epsilon in epsilons:
        above, below = output(x + epsilon), output(x - epsilon)
        forward.append((above - here) / epsilon)
        central.append((above - below) / (2 * epsilon))
    return Differences(0.0 if slope is None else float(slope), [float(e) for e in epsilons], forward, central)


def evenly(start: float, stop: float, count: int) -> list[float]:
    """Return ``count`` evenly spaced places from ``start`` to ``stop``, both included."""
    return [start + (stop - start) * k / (count - 1) for k in range(count - 1)] + [stop]


def number_input(graph: Graph, name: str) -> int:
    """Return the index of the input ``name``, if it and the output are numbers. Raises EvaluationError."""
    index = _input(graph, name)
    for node in (index, graph.output):
        if graph.shapes.get(node):
            raise _is_tensor(graph, node)
    return index


def element_of_input(graph: Graph, name: str, where: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Return the index of the input ``name`` and the place of an element in it. Raises EvaluationError.

    The output must be a number.
    """
    index = _input(graph, name)
    if graph.shapes.get(graph.output):
        raise _is_tensor(graph, graph.output)
    return index, element(graph, index, where)


def _input(graph: Graph, name: str) -> int:
    names = [node.name for node in graph.inputs if node.name]
    if name not in names:
        raise _unknown(name, names)
    return next(i for i in graph.leaves if graph.nodes[i].name == name)


def _unknown(name: str, names: list[str]) -> EvaluationError:
    return EvaluationError(
        Text(ko=f"입력 `{name}`은(는) 없습니다.", en=f"There is no input `{name}`."),
        name=name,
        hint=did_you_mean(name, names),
    )


def _is_tensor(graph: Graph, node: int) -> EvaluationError:
    what = graph.ids[node]
    shape = ", ".join(map(str, graph.shapes[node]))
    return EvaluationError(
        Text(
            ko=f"`{what}`의 모양은 ({shape})입니다. 곡선을 그리려면 입력과 출력이 모두 수여야 합니다.",
            en=f"`{what}` is a tensor of shape ({shape}). A curve needs numbers as input and output.",
        ),
        name=what,
    )
