"""How tensors stand in answers: cells, heat maps, nested numbers, summaries."""

import json
import math

import numpy as np
import pytest

from chainrule.app.encoding.encode import encode
from chainrule.app.encoding.tensor_json import WRITTEN_OUT, nested, shown, told


def test_the_shape_alone_decides_how_a_tensor_is_shown():
    assert shown(2.5).display == "number"
    assert shown(2.5).text == "2.5"
    for shape, display in (((5,), "matrix"), ((4, 5), "matrix"), ((6,), "heat"), ((5, 2), "heat")):
        found = shown(np.zeros(shape))
        assert found.display == display
        assert (found.cells is None, found.image is None) == (display == "heat", display == "matrix")
    assert shown(np.zeros((2, 3, 4))).pixels == (3, 4)
    assert shown(np.zeros((2, 3))).text == "(2, 3)"


def test_cells_are_short_texts_row_by_row():
    assert shown(np.array([[1.0, -0.1234], [12345.0, np.nan]])).cells == [["1", "−0.123"], ["1.2e4", "NaN"]]
    assert shown(np.array([1.0, 2.0])).cells == [["1", "2"]]


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3), (0, 784)])
def test_a_tensor_without_elements_has_no_cells(shape):
    found = shown(np.zeros(shape))
    assert (found.display, found.cells, found.image) == ("matrix", [], None)
    assert told(np.zeros(shape)) == np.zeros(shape).tolist()


def test_rows_of_784_are_images_side_by_side():
    assert shown(np.ones(784)).pixels == (28, 28)
    assert shown(np.ones((2, 784))).pixels == (28, 56)
    assert shown(np.ones((3, 784))).pixels == (56, 56)
    assert shown(np.ones((100, 784))).pixels == (56, 56)
    assert shown(np.ones((784, 10))).pixels[1] == 10


def test_small_tensors_are_written_out_and_large_ones_summarised():
    assert told(np.ones(WRITTEN_OUT)) == [1.0] * WRITTEN_OUT
    found = told(np.arange(-1.0, WRITTEN_OUT))
    assert found["shape"] == (WRITTEN_OUT + 1,)
    assert (found["min"], found["max"], found["zeros"], found["nan"]) == (-1, WRITTEN_OUT - 1, 1, 0)
    assert found["norm"] == pytest.approx(math.sqrt(1 + sum(k * k for k in range(WRITTEN_OUT))))
    assert len(found["preview"]) == 8


def test_numbers_that_json_lacks_have_names_at_any_depth():
    odd = np.array([[1.0, np.nan], [np.inf, -np.inf]])
    assert json.loads(encode(nested(odd))) == [[1.0, "NaN"], ["Infinity", "-Infinity"]]
    assert told(np.full(WRITTEN_OUT + 1, np.nan))["mean"] == "NaN"
