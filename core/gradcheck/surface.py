"""The output over two inputs at once: a grid of evaluations in one forward pass over arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.core.engine import loop
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.perturbed import Full, State, through
from chainrule.core.gradcheck.sweep import Inputs, number_input
from chainrule.core.ops.rules import RIGHT


@np.errstate(all="ignore")
def surface(
    graph: Graph, inputs: Inputs, names: tuple[str, str], at_x: Sequence[float], at_y: Sequence[float]
) -> list[list[float]]:
    """Return the output at every pair of places of two inputs: one row for each of ``at_y``.

    Raises EvaluationError if there is no such input, or if one or the output is a tensor.
    """
    x, y = (number_input(graph, name) for name in names)
    across, up = (grid.ravel() for grid in np.meshgrid(np.asarray(at_x, float), np.asarray(at_y, float)))
    tape = Tape(graph)
    values = tape.forward(inputs)
    if not graph.has_tensors:
        leaves: dict[int, Any] = {leaf: np.float64(values[leaf]) for leaf in graph.leaves}
        leaves |= {x: across, y: up}
        rules = [RIGHT.array.value[code] for code in graph.codes]
        output = loop.forward(graph, rules, leaves.values())[graph.output]
    else:
        states: dict[int, State] = {x: Full(across), y: Full(up)}
        base = [np.asarray(value, float)[()] for value in values]
        for node in range(len(graph)):
            rule = tape.rules[node]
            if rule is not None and (graph.a[node] in states or graph.b[node] in states):
                states[node] = through(graph, node, rule, states, base)
        moved = states.get(graph.output)
        output = moved.values if isinstance(moved, Full) else values[graph.output]
    whole = np.broadcast_to(np.asarray(output, float), across.shape)
    return [list(row) for row in whole.reshape(len(at_y), len(at_x)).tolist()]
