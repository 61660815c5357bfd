"""The estimate of a numerical check's work, beside what the check computes."""

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck import perturbed, work
from chainrule.core.gradcheck.numerical_elements import by_elements
from chainrule.core.language.program import parse

PROGRAMS = [
    "a = randn(4, 5)\nb = randn(5, 3)\ny = a @ b",
    "a = randn(4, 5)\nb = randn(5, 3)\ny = sum(tanh(a @ b))",
    "a = randn(6, 6)\ny = a @ a @ a @ a",
    "a = randn(3, 4)\nb = randn(4, 5)\nc = randn(5, 2)\ny = sum(tanh(a @ b) @ c)",
    "a = randn(2, 3, 4)\nb = randn(2, 4, 3)\ny = sum(a @ b)",
    "a = randn(6)\nW = randn(6, 4)\ny = a @ W + 1",
    "a = 2.0\nb = randn(3, 3)\ny = sum(a * b @ b)",
    "a = randn(4, 5)\ny = sum(softmax(a) ** 2)",
    "a = randn(20)\ny = sum(cumsum(a) ** 2)",
    "x = randn(4, 3)\nW = randn(3, 5)\nb = zeros(5)\nt = zeros(4)\ny = softmax_with_loss(affine(x, W, b), t)",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_estimate_is_the_size_of_what_is_computed(program, monkeypatch):
    graph = parse(program)
    values = Tape(graph).forward()
    computed = 0
    through = perturbed.through

    def counted(graph, node, rule, states, base):
        nonlocal computed
        state = through(graph, node, rule, states, base)
        computed += np.size(state.values)
        return state

    monkeypatch.setattr(perturbed, "through", counted)
    for node in (each.index for each in graph.inputs if graph.requires_grad()[each.index]):
        by_elements(graph, values, node)
        size = np.size(values[node])
        estimated = 2 * size * work._of_move(graph, node)
        # Products count their multiply-adds besides, ops on whole tensors what they read.
        assert computed <= estimated <= 4 * computed + 4 * size * np.size(values[graph.output])
        assert estimated <= work.of(graph, [node])
        computed = 0


def test_many_multiplications_are_much_work_though_there_are_few_elements():
    chain = parse("a = randn(80, 80)\ny = a @ a @ a @ a @ a")
    loss = parse("a = randn(80, 80)\ny = sum(a * a * a * a * a)")
    inputs = [node.index for node in chain.inputs]
    assert work.of(chain, inputs, 1e9) > 1e9
    assert work.of(loss, inputs, 1e9) < 1e9 / 2
