"""Exports at kinks, at NaN and at infinity: what they print is what the tape has."""

import itertools
import math

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.export import export
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS, SCALAR_FUNCTIONS, compile_rule
from tests.helpers.scripts import output_of

POINTS = (0.0, -0.0, 1.0, -2.0, math.nan, math.inf, -math.inf)


def _agrees(program: str, inputs: dict[str, object], form: str) -> None:
    graph = parse(program, {name: np.shape(value) for name, value in inputs.items()})
    tape = Tape(graph)
    values = tape.forward(inputs)
    gradients = tape.backward(values=values)
    with np.errstate(all="ignore"):
        printed = output_of(export(graph, values, gradients, form, "en").text)
    found = [
        eval(line.partition(" = ")[2], {"nan": math.nan, "inf": math.inf}) for line in printed.splitlines()
    ]
    wanted = [values[graph.output], *(gradients.nodes[node.index] for node in graph.inputs)]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, err_msg=f"{inputs} {form}")


def _ordinary(name: str, operands: tuple[float, ...]) -> bool:
    """Tell whether NumPy and C agree: at a power that is no real number they give NaN here and infinity there."""
    defined = OPS[name].defined
    if name != "pow" or defined is None:
        return True
    return bool(compile_rule(defined, SCALAR_FUNCTIONS, "a, b")(*operands))


@pytest.mark.parametrize("form", ["python", "pytorch"])
@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.tensor is None])
def test_an_op_at_every_corner(name, form):
    op = OPS[name]
    for operands in itertools.product(POINTS, repeat=op.arity):
        if _ordinary(name, operands):
            named = dict(zip("ab", operands, strict=False))
            _agrees(f"y = {op.written}", named, form)
    named = {letter: np.array([math.nan, 1.0, math.inf]) for letter in "ab"[: op.arity]}
    _agrees(f"y = {op.written}", named, form)


@pytest.mark.parametrize("form", ["python", "pytorch"])
@pytest.mark.parametrize(
    "key",
    ["::-1", "::-2", "3:0:-1", "3::-2", ":1:-1", "-2:-5:-1", "9:-9:-3", "1:3, ::-1", "::-1, 2", "2, ::-1"],
)
def test_a_negative_step(key, form):
    x = np.arange(20.0).reshape(4, 5)
    _agrees(f"w = x[{key}]\ny = w * w * w", {"x": x}, form)
