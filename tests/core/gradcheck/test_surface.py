"""The output over two inputs: each point is what the tape gives there."""

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError
from chainrule.core.gradcheck.surface import surface
from chainrule.core.language.program import parse

PROGRAMS = {
    "numbers": "a = 1\nb = 2\nc = 3\ny = log(a * a + 1) * sin(b) + maximum(a, c) / b",
    "one unread": "a = 1\nb = 2\ny = a ** 2",
    "tensors": "a = 1\nb = 2\nX = [[1, 2], [3, 4]]\nv = X @ [0.5, -1] * a + b\nL = sum(softmax(v) * X) + b * mean(X)",
    "a number of a tensor": "a = 1\nb = 2\nX = [1, 2, 3]\nL = max(X * a) * b",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_each_point_is_that_of_the_tape(program):
    graph = parse(program)
    tape = Tape(graph)
    xs, ys = [-1.5, 0.25, 2.0, 3.5], [0.5, 1.0, 4.0]
    found = surface(graph, {}, ("a", "b"), xs, ys)
    plain = [[float(tape.forward({"a": x, "b": y})[graph.output]) for x in xs] for y in ys]
    np.testing.assert_allclose(found, plain, rtol=1e-12)


def test_what_is_no_number_is_refused():
    for names in (("a", "X"), ("a", "z")):
        with pytest.raises(EvaluationError):
            surface(parse(PROGRAMS["tensors"]), {}, names, [1], [1])


@pytest.mark.parametrize("elements", [((0, 1), (1, 0)), ((1, 1), (1, 1, 0))])
def test_elements_of_one_tensor_or_of_two_move_alone(elements):
    program = (
        "W = [[1, 2], [3, 4]]\nV = [[[1, 2], [0.5, -1]], [[2, 1], [1, 3]]]\nL = sum(tanh(W @ V[1] * 0.1) * W)"
    )
    graph = parse(program)
    tape = Tape(graph)
    names = ("W", "W" if len(elements[1]) == 2 else "V")
    base = {name: np.asarray(graph.nodes[graph.index(name)].value, float) for name in ("W", "V")}

    def output(x, y):
        moved = {name: value.copy() for name, value in base.items()}
        moved[names[0]][elements[0]] = x
        moved[names[1]][elements[1]] = y
        return float(tape.forward(moved)[graph.output])

    xs, ys = [-1.0, 0.5, 2.0], [0.0, 3.0]
    found = surface(graph, {}, names, xs, ys, elements)
    np.testing.assert_allclose(found, [[output(x, y) for x in xs] for y in ys], rtol=1e-12)
