"""Numbers as a person reads them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.core.number_text import SHORT_WIDTH, WIDTH, latex, short, short_latex, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2.2000000000000002, "2.2"),
        (715.0000000000001, "715"),
        (3.3000000000000003, "3.3"),
        (0.1 + 0.2, "0.3"),
        (4620, "4,620"),
        (-4620.5, "−4,620.5"),
        (1.3e-7, "1.3e-7"),
        (1 / 3, "0.333333"),
        (0.00123456, "0.001235"),
        (0.000999999999, "0.001"),
        (999999.9, "1,000,000"),
        (9999999.4, "9,999,999"),
        (12345678.9, "1.235e7"),
        (-1.23456e-150, "−1.23e-150"),
        (9.99999e99, "1e100"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
    ],
)
def test_text(value: float, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.3e-7, r"1.3 \times 10^{-7}"), (-4620, "-4{,}620"), (math.inf, r"\infty"), (math.nan, r"\text{NaN}")],
)
def test_latex(value: float, expected: str) -> None:
    assert latex(value) == expected


@given(st.floats())
def test_a_text_is_short_and_near_the_number(value: float) -> None:
    shown = text(value)
    assert len(shown) <= WIDTH
    if abs(value) < 1.79e308:  # 1.795e308 reads as 1.8e308, which no float holds
        read = float(shown.replace("−", "-").replace(",", ""))
        assert math.isclose(
            read, value, rel_tol=6e-3 if abs(value) < 1e-98 or abs(value) > 1e98 else 6e-4, abs_tol=1e-320
        )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-0.123456, "−0.123"),
        (0.1 + 0.2, "0.3"),
        (-0.0123, "−0.012"),
        (0.00123, "0.0012"),
        (1.234e-7, "1.2e-7"),
        (-1.234e-7, "−1e-7"),
        (12_300, "1.2e4"),
        (-9_999.4, "−9,999"),
        (9_999.6, "1e4"),
        (255, "255"),
        (1234, "1,234"),
        (-1e150, "−1e150"),
        (-1e-150, "−0"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
    ],
)
def test_short(value: float, expected: str) -> None:
    assert short(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-1.23e-5, r"-1 \times 10^{-5}"), (1234, "1{,}234"), (-math.inf, r"-\infty"), (math.nan, r"\text{NaN}")],
)
def test_short_latex(value: float, expected: str) -> None:
    assert short_latex(value) == expected


@given(st.floats())
def test_a_short_text_fits_its_cell_and_is_near_the_number(value: float) -> None:
    shown = short(value)
    assert len(shown) <= SHORT_WIDTH
    if 1e-98 < abs(value) < 1.49e308:
        read = float(shown.replace("−", "-").replace(",", ""))
        assert math.isclose(read, value, rel_tol=0.5)
        assert math.isclose(read, value, rel_tol=0.051) or value < 0 or abs(value) < 1e-9 or abs(value) > 1e9
