"""Sliders have ends and steps that a person would choose."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.app.graphs.input_ranges import ranges, slider, slider_of
from chainrule.core.language.program import parse


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (100, (0, 200, 1)),
        (2, (0, 10, 0.1)),
        (1.1, (0, 2.2, 0.01)),
        (0.37, (0, 0.74, 0.001)),
        (1234, (0, 2470, 1)),
        (650, (0, 1300, 1)),
        (1e-4, (0, 2e-4, 1e-6)),
        (0, (-5, 5, 0.1)),
        (None, (-5, 5, 0.1)),
        (math.nan, (-5, 5, 0.1)),
        (-2, (-10, 10, 0.1)),
        (-0.37, (-0.74, 0.74, 0.001)),
    ],
)
def test_slider(value, expected):
    assert slider(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_slider_has_its_value_between_its_ends_and_steps_that_lead_there(value):
    left, right, step = slider(value)
    assert left <= value <= right
    assert math.isfinite(right)
    assert 0 < step <= (right - left) / 90


@given(st.integers(1, 999), st.integers(-3, 6))
def test_a_number_of_three_digits_lies_on_a_step(digits, exponent):
    value = float(f"{digits}e{exponent}")
    step = slider(value).step
    assert round(value / step) * step == pytest.approx(value, rel=1e-9)


def test_a_tensors_slider_has_room_for_each_element():
    assert slider_of(np.array([[1.0, 100.0], [3.0, np.inf]])) == slider(100)
    assert slider_of(np.array([1.0, -2.0])) == slider(-2)
    assert slider_of(np.array([])) == slider(0)
    assert slider_of(np.array([np.nan])) == slider(0)
    assert slider_of(None) == slider(None)
    assert slider_of(1.1) == slider(1.1)


@pytest.mark.parametrize(
    ("program", "ends"),
    [
        ("x = 2\ny = relu(x)", (-10, 10)),
        ("x = 2\ny = sigmoid(x)", (-10, 10)),
        ("x = 0.5\ny = 3 * x\nz = exp(x) + y", (-1, 1)),
        # A logarithm, a price, and what another formula reads have one sign only.
        ("x = 2\ny = log(x)", (0, 10)),
        ("x = 2\ny = 1 / x", (0, 10)),
        ("apple = 100\nprice = apple * 1.1", (0, 200)),
        ("def cost(a):\n    return 2 * a\nx = 100\ny = cost(x)", (0, 200)),
    ],
)
def test_an_input_of_a_function_of_both_signs_is_moved_across_0(program, ends):
    (found,) = ranges(parse(program))
    assert found[:2] == ends
