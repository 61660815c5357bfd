"""The output while one input moves."""

import math

import pytest
import torch

from chainrule.core.errors import EvaluationError
from chainrule.core.gradcheck.sweep import curve, differences
from chainrule.core.language.program import parse

COMPOSED = parse("x = 1\ny = 2 * x + 1\nz = y ** 2\nw = sin(z)")


def test_a_curve_has_the_values_and_slopes_that_pytorch_finds():
    at = [-2 + 0.1 * k for k in range(41)]
    found = curve(COMPOSED, {}, "x", at)
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    w = torch.sin((2 * x + 1) ** 2)
    w.sum().backward()
    assert found.at == at
    assert found.values == pytest.approx(w.tolist(), rel=1e-12)
    assert found.slopes == pytest.approx(x.grad.tolist(), rel=1e-9)


def test_the_other_inputs_keep_the_numbers_given():
    graph = parse("x = 1\na = 2\ny = a * x")
    assert curve(graph, {"a": 5}, "x", [0, 2]).values == [0, 10]


def test_an_input_that_the_output_does_not_need_has_slope_0():
    assert curve(parse("x = 1\nb = 3\ny = x * x"), {}, "b", [1, 2]) == ([1, 2], [1, 1], [0, 0])


def test_errors_fall_by_the_order_of_the_scheme_and_rise_again_by_rounding():
    found = differences(COMPOSED, {}, "x", [1e-2, 1e-3, 1e-15])
    exact = math.cos(9) * 2 * 3 * 2
    assert found.backprop == pytest.approx(exact)
    forward = [abs(value - exact) for value in found.forward]
    central = [abs(value - exact) for value in found.central]
    assert forward[0] / forward[1] == pytest.approx(10, rel=0.1)
    assert central[0] / central[1] == pytest.approx(100, rel=0.1)
    assert forward[2] > forward[1] and central[2] > 1000 * central[1]


def test_what_has_no_curve_is_told():
    with pytest.raises(EvaluationError, match="There is no input `z`"):
        curve(parse("x = 1\ny = x * 2"), {}, "z", [1])
    with pytest.raises(EvaluationError, match=r"`x` is a tensor of shape \(2\)"):
        curve(parse("x = [1, 2]\ny = sum(x)"), {}, "x", [1])
    with pytest.raises(EvaluationError, match=r"`y` is a tensor of shape \(2\)"):
        differences(parse("x = 1\nw = [1, 2]\ny = w * x"), {}, "x", [1e-3])
