"""The colours of a graph seen from far: one digit a number, by half decades below the largest."""

import math

import numpy as np
import pytest

from chainrule.app.encoding.heat_levels import levels, opacity


def test_levels_are_half_decades_below_the_largest() -> None:
    root = math.sqrt(10)
    sizes = [100.0, 100 / root * 1.01, 100 / root * 0.99, 9.9, -0.99, 1e-9, 0.0]
    assert levels(sizes) == "8876410"


def test_numbers_that_are_missing_or_not_finite_have_levels_of_their_own() -> None:
    assert levels([None, math.inf, -math.inf, math.nan, 2.0]) == "09998"
    assert levels([]) == ""
    assert levels([0.0, None]) == "00"
    assert levels([5e-324, 1e308]) == "18"


def test_a_tensor_counts_by_the_root_of_its_mean_square() -> None:
    tensor = np.array([[3.0, -4.0], [0.0, 0.0]])  # root mean square 2.5
    assert levels([tensor, 2.5, 0.7]) == "887"
    huge = np.full((2, 2), 1e300)
    assert levels([huge, 1e300, np.zeros((0, 3)), np.array([1.0, math.nan])]) == "8809"


@pytest.mark.parametrize("level", "012345678")
def test_a_higher_level_is_fuller(level: str) -> None:
    assert 0 <= opacity(level) < opacity(str(int(level) + 1)) <= 1
