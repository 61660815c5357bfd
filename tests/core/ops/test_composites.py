"""Composites: the simplified gradient is that of the opened group."""

from typing import Any

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.ops import ARRAY_FUNCTIONS, compile_rule
from chainrule.core.ops.composites import COMPOSITES

ARGUMENTS = {
    "sigmoid": [{"x": x} for x in (-3.0, 0.0, 0.7)] + [{"x": [-1.0, 2.0]}],
    "softplus": [{"x": x} for x in (-3.0, 0.0, 0.7)],
    "softmax": [{"a": [0.3, 2.9, 4.0]}, {"a": [[1.0, 2.0], [3.0, -1.0]]}],
    "cross_entropy": [{"y": [[0.2, 0.8], [0.5, 0.5]], "t": [1, 0]}, {"y": [0.2, 0.8], "t": [0, 1]}],
    "softmax_with_loss": [
        {"a": [[0.3, 2.9, 4.0], [1.0, 0.0, 2.0]], "t": [2, 0]},
        {"a": [0.3, 2.9, 4.0], "t": [0, 0, 1]},
        {"a": [[0.3, 2.9]], "t": [[0.5, 0.25]]},
    ],
    "affine": [
        {"x": [[1.0, 2.0], [3.0, 4.0]], "w": [[1.0, 0.5, 2.0], [2.0, 1.0, 0.0]], "b": [1.0, 2.0, 3.0]},
        {"x": [[1.0, 2.0]], "w": [[1.0], [2.0]], "b": [1.0]},
    ],
    "gelu": [{"x": x} for x in (-3.0, 0.0, 0.7)] + [{"x": [-1.0, 2.0]}],
    "clip": [{"x": x, "low": 0.0, "high": 1.0} for x in (-0.5, 0.0, 0.4, 1.0, 3.0)],
    "where": [{"condition": [1.0, 0.0], "x": [2.0, 3.0], "y": [4.0, 5.0]}],
    "mse": [{"y": [[1.0, 2.0], [3.0, 4.0]], "t": [[1.0, 1.0], [1.0, 1.0]]}, {"y": 3.0, "t": 1.0}],
}
"""Arguments for every composite; a new one cannot arrive without."""


@pytest.mark.parametrize(
    ("name", "arguments"), [(name, each) for name in COMPOSITES for each in ARGUMENTS[name]]
)
def test_simplified_gradient_is_that_of_the_open_group(name: str, arguments: dict[str, Any]) -> None:
    composite = COMPOSITES[name]
    given = [np.asarray(value, dtype=float) for value in arguments.values()]
    lines = [f"{key} = {value}" for key, value in arguments.items()]
    tape = Tape(parse("\n".join([*lines, f"out = {name}({', '.join(arguments)})"])))
    graph = tape.graph
    values = tape.forward()
    y, output = values[graph.output], graph.output
    upstream = np.arange(1.0, 1.0 + np.size(y)).reshape(np.shape(y)) if graph.nodes[output].shape else 1.7
    backprop = tape.backward(upstream, values=values).nodes
    a, b = given[0], given[1] if len(given) > 1 else None
    for slot, key in enumerate(arguments):
        if backprop[graph.index(key)] is None:  # class numbers
            continue
        if slot < len(composite.vjps):
            rule = composite.vjps[slot].vjp
            assert rule is not None
            simplified = rule(upstream, a, b, y)
        elif slot < len(composite.partials):
            simplified = upstream * compile_rule(composite.partials[slot].code, ARRAY_FUNCTIONS)(a, b, y)
        else:
            continue
        np.testing.assert_allclose(backprop[graph.index(key)], simplified, rtol=1e-12, atol=1e-12)
