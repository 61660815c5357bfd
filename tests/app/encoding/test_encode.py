"""JSON as the service gives and takes it."""

import json
import math

import pytest

from chainrule.app.encoding.encode import encode, number, numbers, optional_numbers, read_number, read_tensor


def test_numbers_that_json_lacks_become_their_names():
    assert [number(value) for value in (1.5, math.nan, math.inf, -math.inf)] == [
        1.5,
        "NaN",
        "Infinity",
        "-Infinity",
    ]
    assert optional_numbers([None, math.inf]) == [None, "Infinity"]
    assert numbers([1.0, -math.inf]) == [1.0, "-Infinity"]


def test_finite_numbers_are_handed_on_as_they_are():
    finite = [1.0, 2.0]
    assert numbers(finite) is finite
    # Their sum overflows, they do not.
    assert numbers([1e308, 1e308]) == [1e308, 1e308]


def test_what_is_encoded_is_json():
    assert json.loads(encode({"text": 'a "b" \n 가', "list": [0.1, None]})) == {
        "text": 'a "b" \n 가',
        "list": [0.1, None],
    }


@pytest.mark.parametrize(
    ("given", "read"), [(1, 1.0), (0.5, 0.5), ("Infinity", math.inf), ("-Infinity", -math.inf)]
)
def test_a_number_is_read(given, read):
    assert read_number(given) == read


def test_nan_is_read():
    assert math.isnan(read_number("NaN"))


@pytest.mark.parametrize("given", [True, "1", "inf", "nan", None, [], 10**400])
def test_what_is_no_number_is_refused(given):
    with pytest.raises(ValueError, match="number"):
        read_number(given)


def test_a_tensor_is_read_as_floats_in_lists():
    assert read_tensor([[1, "Infinity"], [0.5, -2]]) == [[1.0, math.inf], [0.5, -2.0]]
    assert read_tensor([]) == []
    assert read_tensor([[], []]) == [[], []]
    assert read_tensor(3) == 3.0


@pytest.mark.parametrize(
    "given", [[1, [2]], [[1], 2], [[1], [2, 3]], [[[1]], [2]], [True], ["1"], [None], {}]
)
def test_what_is_no_tensor_is_refused(given):
    with pytest.raises(ValueError, match=r"number|same length"):
        read_tensor(given)
