"""Tensors as a whole: extremes, spread, previews, and how they are shown."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from chainrule.core.view.summary import cells, display, histogram, preview, summary, value_text


def test_a_tensor_in_a_few_numbers() -> None:
    found = summary(np.array([[3.0, -4.0, 0.0], [0.0, math.nan, 1.0]]))
    assert found.shape == (2, 3)
    assert (found.min, found.max, found.mean) == (-4.0, 3.0, 0.0)
    assert found.norm == pytest.approx(math.sqrt(26))
    assert (found.zeros, found.nan) == (2, 1)
    assert found.preview[0] == [3.0, -4.0, 0.0]


def test_without_numbers_there_are_no_extremes() -> None:
    for array in (np.zeros((0, 3)), np.full(3, math.nan)):
        found = summary(array)
        assert all(map(math.isnan, (found.min, found.max, found.mean)))
        assert found.norm == 0.0
        assert histogram(array).counts == []


@given(arrays(float, array_shapes(max_dims=3, max_side=5), elements=st.floats()))
def test_every_element_is_counted_once(array: np.ndarray) -> None:  # type: ignore[type-arg]
    counts = histogram(array)
    assert sum(counts.counts) == np.count_nonzero(np.isfinite(array))
    assert len(counts.edges) == len(counts.counts) + bool(counts.counts)
    assert counts.edges == sorted(counts.edges)
    found = summary(array)
    assert found.nan == np.count_nonzero(np.isnan(array))
    assert found.zeros == np.count_nonzero(array == 0)


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ((), "number"),
        ((5,), "matrix"),
        ((6,), "heat"),
        ((4, 5), "matrix"),
        ((5, 2), "heat"),
        ((1, 1, 1), "heat"),
    ],
)
def test_how_a_shape_is_shown(shape: tuple[int, ...], shown: str) -> None:
    assert display(shape) == shown


def test_texts_cells_and_previews() -> None:
    assert value_text(2.5) == value_text(np.float64(2.5)) == "2.5"
    assert value_text(np.zeros(3)) == "(3,)"
    assert cells(np.array([[-0.12345, 1e-9], [12345.0, math.inf]])) == [["−0.123", "1e-9"], ["1.2e4", "∞"]]
    assert cells(np.array([1.0, 2.0])) == [["1", "2"]]
    assert preview(np.arange(100.0)) == list(range(8))
    large = preview(np.arange(400.0).reshape(20, 20))
    assert (len(large), len(large[0]), large[1][0]) == (8, 8, 20.0)
    assert preview(np.arange(8.0).reshape(2, 2, 2)) == [[0.0, 1.0], [2.0, 3.0]]
