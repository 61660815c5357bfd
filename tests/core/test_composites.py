"""Composites: the simplified gradient is that of the opened group."""

import pytest

from core.composites import COMPOSITES
from core.ops import ARRAY_FUNCTIONS, compile_rule
from core.program import parse
from core.tape import Tape


@pytest.mark.parametrize("name", COMPOSITES)
@pytest.mark.parametrize("x", [-3.0, -0.5, 0.0, 0.7, 4.0])
def test_simplified_gradient_is_that_of_the_open_group(name: str, x: float) -> None:
    composite = COMPOSITES[name]
    tape = Tape(parse(f"x = {x}\ny = {name}(x)"))
    y = tape.forward()[tape.graph.output]
    backprop = tape.backward().nodes[0]
    simplified = compile_rule(composite.partials[0].code, ARRAY_FUNCTIONS)(x, None, y)
    assert backprop == pytest.approx(float(simplified), rel=1e-12, abs=1e-15)
