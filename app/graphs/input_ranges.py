"""Sliders for inputs, with ends and a step that suit the value in the program."""

import math
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph, Node
from chainrule.core.ops.composites import COMPOSITES


class Range(NamedTuple):
    """The ends and the step of a slider."""

    min: float
    max: float
    step: float


def ranges(graph: Graph) -> list[Range]:
    """Choose a slider for each input of a graph, in order."""
    return [slider_of(node.value, _both_signs(graph, node)) for node in graph.inputs]


def _both_signs(graph: Graph, node: Node) -> bool:
    """Whether a function reads the input that is interesting on both sides of 0: relu, sigmoid, exp, sin …

    Not so for a price, a number of apples or the argument of a logarithm.
    """
    groups = {group.index: group for group in graph.groups}
    for edge in graph.outgoing(node.index):
        group = groups.get(graph.group_of.get(edge.target, -1))
        if group is not None:
            if group.name in COMPOSITES and len(group.inputs) == 1:
                return True
            continue
        op = graph.nodes[edge.target].op
        if op is not None and op.arity == 1 and op.tensor is None and op.undefined_note is None:
            return True
    return False


def slider_of(value: Any, both_signs: bool = False) -> Range:
    """Choose a slider for an input; for a tensor, one that suits every element."""
    if value is None or not np.ndim(value):
        chosen = slider(value)
        return chosen._replace(min=-chosen.max) if both_signs and chosen.min == 0 else chosen
    finite = np.asarray(value, dtype=float)
    finite = finite[np.isfinite(finite)]
    largest = float(np.abs(finite).max(initial=0.0))
    return slider(-largest if finite.min(initial=0.0) < 0 else largest)


def slider(value: float | None) -> Range:
    """Choose a slider for an input whose value in the program is `value`, None if it has none.

    It goes from 0 to about twice a positive value, and is symmetric about 0 otherwise. The step is a power of ten,
    with at least 150 steps from 0 to max. The value is on a step if 10,000 steps suffice.

    >>> slider(100)
    Range(min=0.0, max=200.0, step=1.0)
    >>> slider(1.1)
    Range(min=0.0, max=2.2, step=0.01)
    >>> slider(0)
    Range(min=-5.0, max=5.0, step=0.1)
    """
    if value is None or not math.isfinite(value) or abs(value) < 1e-290:
        return Range(-5.0, 5.0, 0.1)
    size = abs(value)
    if size > 1e290:  # doubling might overflow
        return Range(min(value, 0.0), max(value, 0.0), size / 100)
    # Small whole numbers get 10, to leave room for a count of apples.
    small = size <= 5 and size == int(size)
    end = 10.0 if small else float(f"{2 * size:.3g}")
    return Range(-end if value < 0 else 0.0, end, 0.1 if small else _step(end, size))


def _step(end: float, size: float) -> float:
    coarsest = math.floor(math.log10(end / 150))
    for exponent in (coarsest, coarsest - 1):
        step = float(f"1e{exponent}")
        if abs(round(size / step) * step - size) <= 1e-9 * size:
            return step
    return float(f"1e{coarsest}")
