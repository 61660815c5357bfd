"""The numbers of a lesson, by the engine: what its text says of a figure, and what a prediction should be."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.lecture.fields import ASKED
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import parse
from chainrule.core.number_text import text
from chainrule.core.ops.op import Shape


def compiled(program: str, inputs: Mapping[str, Any]) -> Compiled:
    """The program made ready. Raises ProgramError."""
    shapes: dict[str, Shape] = {
        name: np.shape(value) if isinstance(value, list) else () for name, value in inputs.items()
    }
    try:
        return Compiled(parse(program))
    except ProgramError:
        return Compiled(parse(program, shapes))


def number(graph: Compiled, numbers: Evaluation, asked: str) -> Any:
    """What `price`, `grad apple`, `local a->b` or `value X[0,1]` names: a number, or an array of a tensor.

    Raises KeyError for what the graph has not.
    """
    match = ASKED.match(asked)
    if match is None:
        raise KeyError(asked)
    what, name = match["what"] or "value", match["name"]
    found: Any
    if "->" in name:
        # `x->y` is the first edge between the two; `x->y.1` the one into y's second place.
        edge = next(
            (edge.index for edge in graph.graph.edges if edge.id.startswith(f"{name}.") or edge.id == name),
            -1,
        )
        if edge < 0 or what == "value":
            raise KeyError(asked)
        found = (numbers.gradients.locals if what == "local" else numbers.gradients.edges)[edge]
    else:
        index = graph.graph.index(name)
        if what == "local":
            raise KeyError(asked)
        found = numbers.values[index] if what == "value" else numbers.gradients.nodes[index]
    if found is None:
        raise KeyError(asked)
    if match["index"] is not None:
        try:
            found = np.asarray(found)[tuple(int(k) for k in match["index"].split(","))]
        except IndexError:
            raise KeyError(asked) from None
    return found if np.ndim(found) else float(found)


def as_read(value: Any) -> Any:
    """A number as a person reads it, or lists of them."""
    if np.ndim(value):
        return [as_read(part) for part in value]
    return text(float(value))
