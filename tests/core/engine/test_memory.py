"""The memory of both passes told from shapes, beside what Python's allocator counts."""

import random
import tracemalloc

import pytest

from chainrule.app.lecture.examples import examples
from chainrule.core.engine.memory import of_passes
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS

SMALL = 200_000
"""Bytes of the rest, such as lists and NumPy's buffers."""


def taken(program):
    """Return the estimate and the most bytes that both passes held at once."""
    graph = parse(program)
    tape = Tape(graph)
    tracemalloc.start()
    try:
        values = tape.values_at()
        gradients = tape.backward(1.0, (), values)
        columns = values.values, gradients.nodes, gradients.edges, gradients.locals
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert columns
    return of_passes(graph).bytes, peak


def of_op(op, first, second):
    operands = [f"a = rand({first}, seed=1) + 0.5", f"b = rand({second}, seed=2) + 0.5"]
    return "\n".join([*operands[: op.arity], f"y = {op.written}", "L = sum(y)"])


SHAPED = {"reshape", "one_hot", "put", "getitem", "repeat"}
"""Ops whose example has sizes of its own."""


@pytest.mark.parametrize("name", [name for name in OPS if name not in SHAPED])
def test_every_op_needs_what_is_told_or_a_third_of_it(name):
    told, real = taken(of_op(OPS[name], "150, 150", "150, 150"))
    assert real <= told <= 3 * real + SMALL


@pytest.mark.parametrize("name", ["add", "mul", "pow", "maximum", "logaddexp", "arctan2", "greater"])
def test_operands_that_are_copied_need_the_memory_of_the_result(name):
    told, real = taken(of_op(OPS[name], "200, 1", "1, 200"))
    assert real <= told <= 3 * real + SMALL


@pytest.mark.parametrize(
    "program",
    [
        "a = rand(60, 80)\nb = rand(50, 80, 1)\ny = sum(a @ b)",
        "x = rand(150, 150)\ny = 0.0\nfor i in range(30):\n    y = y + max(x)",
        "x = rand(100, 200)\ny = x\nfor i in range(20):\n    y = sin(y)\nL = sum(y)",
        "x = rand(100, 200)\ny = x\nfor i in range(8):\n    y = softmax(y * x)\nL = sum(y * y)",
        "X = rand(50, 784)\nW = rand(784, 50)\nb = rand(50)\nL = sum(relu(X @ W + b) ** 2)",
        "x = rand(100, 100)\nt = zeros(100)\nL = cross_entropy(x, t)",
        "x = rand(300, 100)\ny = x.reshape(100, 300)\nz = np.repeat(y, 2, axis=0)\nL = sum(z[3:5] ** 2)",
    ],
)
def test_a_program_needs_what_is_told_or_a_third_of_it(program):
    told, real = taken(program)
    assert real <= told <= 3 * real + SMALL


FORMS = (
    "{a} + {b}",
    "{a} * {b}",
    "{a} / ({b} + 2)",
    "sin({a})",
    "maximum({a}, {b})",
    "{a} @ {b}",
    "softmax({a})",
    "cumsum({a}, axis=0)",
    "transpose({a})",
    "{a} + 1",
    "{a} * {a}",
    "{a} - mean({b})",
    "{a} * max({b}, axis=1)",
)


def drawn(seed):
    """Draw a program of square matrices."""
    chosen = random.Random(seed)
    names, lines = ["x", "w"], ["x = rand(64, 64, seed=1)", "w = rand(64, 64, seed=2)"]
    for k in range(chosen.randrange(3, 25)):
        a, b = chosen.choice(names), chosen.choice(names[-3:])
        lines.append(f"v{k} = {chosen.choice(FORMS).format(a=a, b=b)}")
        names.append(f"v{k}")
    return "\n".join([*lines, f"L = sum({names[-1]})"])


@pytest.mark.parametrize("seed", range(6))
def test_a_random_program_needs_what_is_told_or_a_third_of_it(seed):
    told, real = taken(drawn(seed))
    assert real <= told <= 3 * real + SMALL


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6, 150))
def test_many_random_programs_need_what_is_told_or_a_third_of_it(seed):
    told, real = taken(drawn(seed))
    assert real <= told <= 3 * real + SMALL


@pytest.mark.parametrize("slug", list(examples()))
def test_an_example_needs_no_more_than_is_told(slug):
    told, real = taken(examples()[slug].program_in("en"))
    assert real <= told <= 3 * real + SMALL


def test_the_node_whose_readers_take_most_is_named():
    need = of_passes(parse("x = rand(100, 100)\nz = rand(9)\ny = sum(z)" + "\ny = y + max(x)" * 26))
    assert (need.node, need.readers, need.gradients) == (0, 26, 26 * 80_000)
