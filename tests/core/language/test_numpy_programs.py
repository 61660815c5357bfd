"""Random programs in NumPy's idiom: values and gradients are those of PyTorch, to 1e-9."""

import random

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from tests.helpers.numpy_on_torch import Carried
from tests.helpers.numpy_programs import NumpyPrograms


def compare(seed: int) -> None:
    program = NumpyPrograms(seed).draw()
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    inputs = {node.id: node.index for node in graph.inputs}
    carried = Carried(program, inputs, "L")
    expected = carried.gradients()
    # Where terms cancel, digits are lost that are lost to both: the largest gradient is the measure.
    size = max([1.0, *(float(np.max(np.abs(each))) for each in expected.values())])
    np.testing.assert_allclose(
        values[graph.output], carried.output.item(), rtol=1e-9, atol=1e-9, err_msg=f"seed {seed}\n{program}"
    )
    for name, index in inputs.items():
        found = gradients.nodes[index]
        assert found is None or np.shape(found) == expected[name].shape
        np.testing.assert_allclose(
            0.0 if found is None else found,
            expected[name],
            rtol=1e-9,
            atol=1e-9 * size,
            err_msg=f"{name}, seed {seed}\n{program}",
        )


def test_random_programs_have_pytorch_s_values_and_gradients() -> None:
    for seed in range(60):
        compare(seed)


@pytest.mark.soak
def test_many_random_programs_have_pytorch_s_values_and_gradients() -> None:
    first = random.randrange(10**9)
    for seed in range(first, first + 5_000):
        compare(seed)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        # NumPy changes an array in place for all of its names; numbers are not changed in place.
        ("a = np.array([1.0, 2.0])\nx = a * 1\ny = x\ny += 1\nL = np.sum(x)", 5.0),
        ("a = np.array([1.0, 2.0])\nx = a * 1\ny = x\nx *= 3\nL = np.sum(y)", 9.0),
        ("a = np.array([1.0, 2.0])\nx = a * 1\ny = x.copy()\ny += 1\nL = np.sum(x)", 3.0),
        ("a = np.array([1.0, 2.0])\nx = a * 1\ny = x\nx = x + 1\nL = np.sum(y)", 3.0),
        ("a = 1.0\nb = a\nb += 1\nL = a * 3", 3.0),
        ("a = np.array([[1.0, 2.0]])\nx = a * 1\nx[0] = a\nL = np.sum(x)", 3.0),
        ("x = np.array([1.0, 2.0])\nL = np.sum(x[[]]) + 1", 1.0),
        # A mask picks where it is true; its True is no place 1.
        ("x = np.array([1.0, 2.0, 3.0])\nm = np.array([True, False, True])\nL = x[m].sum()", 4.0),
        ("x = np.array([1.0, 2.0, 3.0])\nm = np.array([True, False, True])\nL = (x * m).sum()", 4.0),
        ("x = np.array([1.0, 2.0, 3.0])\nL = x[[False, True, True]].sum()", 5.0),
        ("x = np.array([1.0, 2.0]) * 1\nx[np.array([True, False])] = 0\nL = x.sum()", 2.0),
        ("L = np.sum(np.polyval([1.0, -2.0, 0.5], np.array([2.0, 3.0])))", 4.0),
    ],
)
def test_programs_mean_what_they_mean_to_numpy(program: str, value: float) -> None:
    graph = parse(program)
    assert Tape(graph).forward()[graph.output] == value
    names: dict[str, object] = {"np": np}
    exec(program, names)
    assert names["L"] == value


def test_a_part_that_changes_its_tensor_is_refused_only_where_that_tensor_is_read_again() -> None:
    before = "a = np.array([1.0, 2.0])\nx = a * 1\nh = x[1:]\nh += 1\n"
    assert parse(before + "L = np.sum(h)").output is not None
    with pytest.raises(Exception, match="would change another tensor too"):
        parse(before + "L = np.sum(x)")
