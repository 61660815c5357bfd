"""The output over two inputs, or elements of them, at once: a grid of evaluations in one forward pass over arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.core.engine import loop
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.gradcheck.perturbed import MOST_HELD, Full, State, elements, through
from chainrule.core.gradcheck.sweep import Inputs, element_of_input
from chainrule.core.ops.rules import RIGHT


@np.errstate(all="ignore")
def surface(
    graph: Graph,
    inputs: Inputs,
    names: tuple[str, str],
    at_x: Sequence[float],
    at_y: Sequence[float],
    places: tuple[Sequence[int], Sequence[int]] = ((), ()),
) -> list[list[float]]:
    """Return the output at every pair of places of two inputs: one row for each of ``at_y``.

    Of a tensor the element at ``places`` moves. Raises EvaluationError if there is no such input or element, and if
    the output is a tensor.
    """
    (x, where_x), (y, where_y) = (
        element_of_input(graph, name, where) for name, where in zip(names, places, strict=True)
    )
    tape = Tape(graph)
    values = tape.forward(inputs)
    at_once = max(1, MOST_HELD // (elements(graph) * max(1, len(at_x))))
    rows: list[list[float]] = []
    for first in range(0, len(at_y), at_once):
        turn = at_y[first : first + at_once]
        across, up = (grid.ravel() for grid in np.meshgrid(np.asarray(at_x, float), np.asarray(turn, float)))
        output = _moved(tape, values, [(x, where_x, across), (y, where_y, up)])
        whole = np.broadcast_to(np.asarray(output, float), across.shape)
        rows += whole.reshape(len(turn), len(at_x)).tolist()
    return rows


def _moved(tape: Tape, values: Values, moved: Sequence[tuple[int, tuple[int, ...], Any]]) -> Any:
    """The output at many values of two leaves, or of elements of them, at once."""
    graph = tape.graph
    if not graph.has_tensors:
        leaves: dict[int, Any] = {leaf: np.float64(values[leaf]) for leaf in graph.leaves}
        leaves |= {leaf: array for leaf, _, array in moved}
        rules = [RIGHT.array.value[code] for code in graph.codes]
        return loop.forward(graph, rules, leaves.values())[graph.output]
    base = [np.asarray(value, float)[()] for value in values]
    grids: dict[int, Any] = {}
    for leaf, where, array in moved:
        if leaf not in grids:
            grids[leaf] = np.repeat(np.asarray(base[leaf])[None], len(array), axis=0)
        grids[leaf][(slice(None), *where)] = array
    states: dict[int, State] = {leaf: Full(grid) for leaf, grid in grids.items()}
    for node in range(len(graph)):
        rule = tape.rules[node]
        if rule is not None and (graph.a[node] in states or graph.b[node] in states):
            states[node] = through(graph, node, rule, states, base)
    state = states.get(graph.output)
    return state.values if isinstance(state, Full) else values[graph.output]
