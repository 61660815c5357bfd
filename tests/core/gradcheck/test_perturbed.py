"""Numerical derivatives by every element: the short ways give what the long way gives."""

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.numerical_elements import by_elements, quotients
from chainrule.core.language.program import parse

PROGRAMS = {
    "affine": "X = randn(3, 4)\nW = randn(4, 2, seed=1)\nB = [1, 2]\nL = sum(tanh(X @ W + B))",
    "vectors": "v = randn(4)\nA = randn(3, 4, seed=2)\nu = A @ v\nw = u @ A\nL = tanh(w @ v) + v @ v + sum(A * v)",
    "two layers": "X = randn(3, 4)\nW = randn(4, 5, seed=1)\nV = randn(5, 2, seed=2)\nt = [0, 1, 1]\n"
    "L = softmax_with_loss(relu(X @ W) @ V, t)",
    "fan-out": "X = randn(2, 3)\nY = X * X + exp(X)\nL = sum(Y @ X.T)",
    "broadcast": "X = randn(2, 3)\nc = 2\nr = [1, 2, 3]\nk = [[1], [2]]\nL = sum((X * c + r) * k / (c * c))",
    "layout": "X = randn(2, 3)\nL = sum(repeat(X.T.reshape(6)[1:4], 2) ** 2) + mean(max(X, axis=0) ** 3)",
    "tensor output": "X = randn(2, 3)\nY = X ** 3",
    "softmax": "a = [[1, 2, 3], [0.5, -1, 2]]\nt = [2, 0]\nL = cross_entropy(softmax(a), t)",
    "unused": "X = randn(2, 2)\nz = [1, 2]\nL = sum(X)",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_by_elements_is_the_plain_central_difference(program: str) -> None:
    tape = Tape(parse(program))
    graph, values = tape.graph, tape.forward()
    gradients = tape.backward(values=values).nodes
    for node in graph.inputs:
        if gradients[node.index] is None:  # a label cannot be moved a little: what is no class is refused
            continue
        found = by_elements(graph, values, node.index)
        assert found.shape == node.shape
        plain = np.empty(node.shape)
        for place in np.ndindex(node.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = np.array(values[node.index])
                moved[place] += step
                ends.append(np.sum(tape.forward({node.id: moved})[graph.output]))
            plain[place] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(found, plain, rtol=0, atol=2e-9)
        np.testing.assert_allclose(found, gradients[node.index], rtol=1e-8, atol=1e-8)


def test_no_element_at_all_has_no_quotient() -> None:
    tape = Tape(parse(PROGRAMS["affine"]))
    values = tape.forward()
    none = np.zeros(0, dtype=int)
    assert np.shape(quotients(tape.graph, values, tape.graph.index("X"), [1e-5], none, 1.0))[-1] == 0
