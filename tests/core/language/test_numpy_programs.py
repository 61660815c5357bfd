"""Random programs in NumPy's idiom: values and gradients are those of PyTorch, to 1e-9."""

import random
import re

import numpy as np
import pytest

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import parse
from tests.helpers.numpy_on_torch import Carried
from tests.helpers.numpy_programs import NumpyPrograms

_JUMPS = frozenset({"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"})


def rounding_decides(graph: Graph, values: Values) -> bool:
    """Whether a comparison of computed numbers comes out by their last digits, such as those of a sum that is 0."""
    for node in graph.nodes:
        if node.op is not None and node.op.name in _JUMPS:
            a, b = (np.asarray(values[each], dtype=float) for each in node.inputs)
            if np.any(np.abs(a - b) <= 1e-12 * (1 + np.abs(a))):
                return True
    return False


def compare(seed: int) -> bool:
    """Compare a random program with PyTorch; False where they differ because rounding decides on a branch."""
    program = NumpyPrograms(seed).draw()
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    # A buffer that is made anew under its old name is a further input here, and none of PyTorch's run.
    inputs = {node.id: node.index for node in graph.inputs if not re.fullmatch(r"buf_\d+", node.id)}
    carried = Carried(program, inputs, "L")
    expected = carried.gradients()
    value = carried.output.item()
    if rounding_decides(graph, values) and not np.isclose(values[graph.output], value, 1e-9, 1e-9):
        return False
    # Where terms cancel, digits are lost that are lost to both: the largest gradient is the measure.
    size = max([1.0, *(float(np.max(np.abs(each))) for each in expected.values())])
    np.testing.assert_allclose(
        values[graph.output], value, rtol=1e-9, atol=1e-9, err_msg=f"seed {seed}\n{program}"
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
    return True


def test_random_programs_have_pytorch_s_values_and_gradients() -> None:
    assert sum(compare(seed) for seed in range(60)) == 60


@pytest.mark.soak
def test_many_random_programs_have_pytorch_s_values_and_gradients() -> None:
    first = random.randrange(10**9)
    assert sum(compare(seed) for seed in range(first, first + 5_000)) > 4_950


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
    with pytest.raises(ProgramError, match="would change another tensor too"):
        parse(before + "L = np.sum(x)")


@pytest.mark.parametrize(
    ("program", "value"),
    [
        # A function that is given back keeps what it reads.
        ("def make():\n    k = 0.5\n    return lambda v: v * 2 + k\nf = make()\nx = 3.0\nL = f(x)", 6.5),
        # A list of one number, times a count, is a list.
        ("z = [0] * 3\nx = 2.0\nz[1] = x * x\nL = z[0] + z[1] * 2", 8.0),
        ("n = 3\nz = [0.0] * n\nx = 2.0\nz[2] = x * x\nL = z[0] + z[2]", 4.0),
        ("z = [[0] * 2 for _ in range(2)]\nx = 2.0\nz[0][1] = x + 1\nL = z[0][1] * x", 6.0),
        ("C = [[0.0, 1.0], [2.0, 3.0]]\nx = 2.0\nC[1][0] += x\nL = C[1][0] * x", 8.0),
        # Two names of one dictionary.
        ("a = {'x': 1.0}\nb = a\nb['x'] = 4.0\nL = a['x'] * 2", 8.0),
        ("a = {'x': 1.0}\nb = a.copy()\nb['x'] = 4.0\nL = a['x'] * 2 + b['x']", 6.0),
        ("x = 2.0\nL = x * 2 if all([x > 1, x < 3]) else x", 4.0),
        ("x = np.array([1.0, -2.0])\nL = x.sum() if np.all(x > 0) else (x ** 2).sum()", 5.0),
        ("x = np.array([1.0, -2.0])\nL = x.sum() if np.any(x > 0) else (x ** 2).sum()", -1.0),
        ("p = {'b': 2.0, 'a': 3.0}\nL = 0\nfor k, v in sorted(p.items()):\n    L = L * 2 + v", 8.0),
        ("x = np.array([1.5, 2.5])\nL = (x > 2).astype(int).sum() + x.sum()", 5.0),
    ],
)
def test_programs_mean_what_they_mean_to_python(program: str, value: float) -> None:
    graph = parse(program)
    assert Tape(graph).forward()[graph.output] == value
    names: dict[str, object] = {"np": np}
    exec(program, names)
    assert names["L"] == value


@pytest.mark.parametrize(
    "change",
    ["x[0] = 10.0", "x += 1", "x[:2] = 5.0", "x[x < 2] = 0.0"],
)
def test_a_tensor_that_changes_under_a_part_is_refused_only_where_that_part_is_read_again(
    change: str,
) -> None:
    before = f"x = np.array([1.0, 2.0, 3.0]) * 1\ny = x[:2]\n{change}\n"
    assert parse(before + "L = np.sum(x)").output is not None
    with pytest.raises(ProgramError, match="is a part of the tensor that changes here") as caught:
        parse(before + "L = np.sum(y)")
    assert caught.value.hint is not None
    # What the hint says is right: the copy keeps its numbers, as in NumPy.
    program = before.replace(change, f"y = y.copy()\n{change}") + "L = np.sum(y)"
    graph = parse(program)
    assert Tape(graph).forward()[graph.output] == 3.0


def test_what_changes_elsewhere_leaves_a_part_alone() -> None:
    graph = parse("x = np.array([1.0, 2.0, 3.0])\ny = x[:2]\nx[2] = 10.0\nL = np.sum(x) + np.sum(y)")
    assert Tape(graph).forward()[graph.output] == 16.0


def test_a_maker_may_overflow_without_a_warning() -> None:
    tape = Tape(parse("import numpy as np\nx = np.linspace(0, -np.inf, 3)\ny = np.sum(x * 0 + 1)"))
    assert np.isnan(tape.forward()[tape.graph.output])
