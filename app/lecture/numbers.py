"""Numbers in lessons, computed by the engine: those a text mentions, and the answers of predictions."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.lecture.fields import NUMBER_NAME
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.order import in_order as order_of
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import parse
from chainrule.core.number_text import text
from chainrule.core.ops.op import Shape
from chainrule.core.questions.blanks import Solved
from chainrule.core.questions.judge import wrong_gradients
from chainrule.core.text import Text


def compiled(program: str, inputs: Mapping[str, Any]) -> Compiled:
    """Compile a figure's program. Raises ProgramError."""
    shapes: dict[str, Shape] = {
        name: np.shape(value) if isinstance(value, list) else () for name, value in inputs.items()
    }
    try:
        return Compiled(parse(program))
    except ProgramError:
        return Compiled(parse(program, shapes))


def number(evaluation: Evaluation, name: str) -> Any:
    """The number named `price`, `grad apple`, `local a->b` or `value X[0,1]`; an array for a tensor.

    `x->y` is the first edge between two nodes, `x->y.1` the edge into y's second operand. Raises KeyError for a name
    that the graph does not have.
    """
    match = NUMBER_NAME.match(name)
    if match is None:
        raise KeyError(name)
    value = _named(evaluation, match["what"] or "value", match["name"])
    if value is None:
        raise KeyError(name)
    if match["index"] is not None:
        try:
            value = np.asarray(value)[tuple(int(k) for k in match["index"].split(","))]
        except IndexError:
            raise KeyError(name) from None
    return value if np.ndim(value) else float(value)


def in_order(evaluation: Evaluation, name: str, order: Sequence[str]) -> Any:
    """The number named `grad x` if gradients are passed back in this order. Raises KeyError, EvaluationError."""
    match = NUMBER_NAME.match(name)
    if match is None or match["what"] != "grad" or match["index"] is not None:
        raise KeyError(name)
    graph = evaluation.graph
    found = order_of(graph, evaluation.values, float(evaluation.upstream), order).nodes[
        graph.index(match["name"])
    ]
    return 0.0 if found is None else float(found)


def in_a_right_order(evaluation: Evaluation, name: str, asked: Any) -> list[tuple[float, Text]]:
    """Return the number of a right order, unless that is ``asked``: somebody may give it of a wrong one."""
    told = Text(
        "올바른 순서로 전파했을 때의 값입니다. 늦게 온 기여가 어디까지 전해지는지 다시 보세요.",
        "That is the number of a right order. See again how far what comes late is passed on.",
    )
    right = number(evaluation, name)
    return [] if right == asked else [(right, told)]


def _named(evaluation: Evaluation, what: str, part: str) -> Any:
    """The value, gradient or local derivative of a node or an edge; None if there is none. Raises KeyError."""
    graph, gradients = evaluation.graph, evaluation.gradients
    columns: dict[str, Any]
    if "->" not in part:
        node = graph.index(part)
        columns = {"value": evaluation.values, "grad": gradients.nodes}
    else:
        node = next(
            (edge.index for edge in graph.edges if edge.id.startswith(f"{part}.") or edge.id == part), -1
        )
        columns = {"local": gradients.locals, "grad": gradients.edges}
    if node < 0:
        raise KeyError(part)
    return columns[what][node]


def mistaken(graph: Graph, inputs: Mapping[str, Any], upstream: Any, name: str) -> list[tuple[float, Text]]:
    """List the numbers that known mistakes make of the gradient `grad x` or `grad X[0,1]`; none of a value."""
    match = NUMBER_NAME.match(name)
    if match is None or match["what"] != "grad" or "->" in match["name"]:
        return []
    index = None if match["index"] is None else tuple(int(k) for k in match["index"].split(","))
    solved = Solved(graph, np.asarray(upstream, float)[()], inputs)
    return [each for each in wrong_gradients(solved, match["name"], index) if math.isfinite(each[0])]


def as_read(value: Any) -> Any:
    """Write a number, or each number of a tensor, as a person reads it."""
    if np.ndim(value):
        return [as_read(part) for part in value]
    return text(float(value))
