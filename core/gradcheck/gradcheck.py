"""Backpropagation beside numerical derivatives, for numbers and for tensors alike.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.7.4.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.agreement import Check, compared, rounding_of
from chainrule.core.gradcheck.element_checks import elements_at
from chainrule.core.gradcheck.numerical import derivatives, has_tensor_ops
from chainrule.core.ops import INPUT


def check(
    graph: Graph,
    inputs: Mapping[str, float] | None = None,
    epsilon: float | None = None,
    mistakes: Collection[str] = (),
    seed: float = 1.0,
) -> list[Check]:
    """Backpropagation beside central differences, for every input; labels, which have no gradient, are left out."""
    requires_grad = graph.requires_grad()
    nodes = [i for i in graph.leaves if graph.codes[i] == INPUT and requires_grad[i]]
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
    if has_tensor_ops(graph):
        return [found.worst() for found in elements_at(tape, nodes, values, epsilon, mistakes, seed)]
    gradients = tape.backward(seed, mistakes, values).nodes
    finite = [abs(value) for value in values if np.isfinite(value)]
    rounding = rounding_of(max(finite, default=0.0), seed)
    found = derivatives(graph, values, nodes, epsilon, "central")
    return [
        compared(graph.ids[node], gradients[node], seed * each.value, each.epsilon, rounding)
        for node, each in zip(nodes, found, strict=True)
    ]
