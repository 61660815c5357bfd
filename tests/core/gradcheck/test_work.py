"""The estimate of a numerical check's work, beside what the check computes."""

import tracemalloc

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


@pytest.mark.parametrize(
    "program", [*PROGRAMS, "x = rand(6, 7)\ny = max(x)", "x = rand(5, 5)\ny = sum(x * x) + max(x)"]
)
def test_a_move_holds_no_more_than_is_told(program, monkeypatch):
    graph = parse(program)
    values = Tape(graph).forward()
    through, held, most = perturbed.through, {}, 0

    def counted(graph, node, rule, states, base):
        nonlocal most
        state = through(graph, node, rule, states, base)
        held.update({each: np.size(getattr(states[each], "values", ())) for each in states})
        most = max(most, np.size(state.values) + sum(held[each] for each in states))
        return state

    monkeypatch.setattr(perturbed, "through", counted)
    for node in (each.index for each in graph.inputs if graph.requires_grad()[each.index]):
        most = 0
        by_elements(graph, values, node)
        assert most <= 2 * np.size(values[node]) * work.held(graph, node)


def test_moves_that_would_hold_too_much_are_made_in_turns_with_the_same_numbers(monkeypatch):
    graph = parse("x = rand(30, 30)\ny = max(x) + sum(cumsum(x, axis=0) * x)")
    values = Tape(graph).forward()
    at_once = by_elements(graph, values, 0)
    monkeypatch.setattr(perturbed, "MOST_HELD", 20_000)
    counts = []
    through = perturbed.through

    def counted(graph, node, rule, states, base):
        state = through(graph, node, rule, states, base)
        counts.append(len(state.values))
        return state

    monkeypatch.setattr(perturbed, "through", counted)
    np.testing.assert_array_equal(by_elements(graph, values, 0), at_once)
    assert max(counts) * work.held(graph, 0) <= 20_000


def test_the_check_of_a_maximum_holds_little_though_each_move_is_a_whole_tensor():
    graph = parse("x = rand(60, 60)\ny = max(x)")
    values = Tape(graph).forward()
    tracemalloc.start()
    try:
        by_elements(graph, values, 0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Without turns: two moves of 3,600 elements, each 29 kB.
    assert peak < 1.5 * 8 * perturbed.MOST_HELD < 2 * 3_600 * 3_600 * 8
