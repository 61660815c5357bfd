"""A pushed value: the true change is a second evaluation, the straight one gradient × Δ; a small Δ closes the gap."""

import math
import tracemalloc

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError
from chainrule.core.gradcheck.nudge import nudge
from chainrule.core.gradcheck.sweep import curve_over
from chainrule.core.language.program import parse
from tests.app.test_every_op import PROGRAMS

SHOPPING = "apple = 100\nnum = 2\ntax = 1.1\nsub = apple * num\nprice = sub * tax"


def pushed(program, name, delta, where=()):
    graph = parse(program)
    found = nudge(graph, Tape(graph).forward(), graph.index(name), delta, where)
    return graph, {graph.ids[push.node]: push for push in found.pushes}


def test_an_inner_value_moves_what_is_behind_it_alone():
    _, found = pushed(SHOPPING, "sub", 10)
    assert list(found) == ["sub", "price"]
    assert found["price"].true == pytest.approx(11)
    assert found["price"].straight == pytest.approx(11)


def test_a_curve_leaves_a_gap_that_shrinks_with_the_square():
    gaps = []
    for delta in (0.5, 0.05, 0.005):
        _, found = pushed("x = 3\ny = x ** 2", "x", delta)
        assert found["y"].straight == pytest.approx(6 * delta)
        gaps.append(found["y"].true - found["y"].straight)
    assert gaps == pytest.approx([0.25, 0.0025, 0.000025])


@pytest.mark.parametrize("name", PROGRAMS)
def test_forward_and_backward_derivatives_meet_at_the_output(name):
    """The straight change of the output is the gradient times Δ, at one element of every input of every op."""
    graph = parse(PROGRAMS[name])
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    for node in graph.inputs:
        if not graph.requires_grad()[node.index]:
            continue
        where = tuple(size - 1 for size in node.shape)
        found = nudge(graph, values, node.index, 1e-6, where).pushes[-1]
        gradient = float(np.asarray(gradients.nodes[node.index], float)[where])
        assert found.node == graph.output or gradient == 0
        if found.node == graph.output:
            assert found.straight == pytest.approx(gradient * 1e-6, rel=1e-9, abs=1e-18)
            if name != "where":  # its condition jumps
                assert found.true == pytest.approx(found.straight, rel=1e-3, abs=1e-9)


def test_what_has_no_gradient_or_is_no_element_is_refused():
    graph = parse("x = 3\ny = x * 2")
    two = next(node.id for node in graph.nodes if node.kind == "constant")
    with pytest.raises(EvaluationError):
        pushed("x = 3\ny = x * 2", two, 1)
    for where in ((), (2,), (0, 0)):
        with pytest.raises(EvaluationError):
            pushed("x = [1, 2]\nL = sum(x * x)", "x", 1, where)


def test_a_curve_is_drawn_over_any_value():
    graph = parse("x = 1\ny = x + 1\nz = y ** 3")
    found = curve_over(graph, {}, graph.index("y"), [-1, 0, 2])
    assert found.values == [-1, 0, 8]
    assert found.slopes == [3, 0, 12]
    tensors = parse("x = [1, 2]\nL = sum(exp(x))")
    element = curve_over(tensors, {}, tensors.index("x"), [0, 1], (), [1])
    assert element.values == pytest.approx([math.e + 1, 2 * math.e])
    assert element.slopes == pytest.approx([1, math.e])
    with pytest.raises(EvaluationError):
        curve_over(parse("x = [1, 2]"), {}, 0, [1], (), [0])


def test_a_jacobian_too_large_is_refused_before_it_takes_memory():
    graph = parse("x = rand(200, 60)\ny = sum(max(x, axis=1))")
    values = Tape(graph).forward()
    tracemalloc.start()
    try:
        with pytest.raises(EvaluationError):
            nudge(graph, values, 0, 1.0, (0, 0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_a_matrix_product_needs_no_jacobian():
    graph = parse("x = rand(200, 50)\nW = rand(50, 60)\ny = sum(x @ W)")
    values = Tape(graph).forward()
    found = nudge(graph, values, 0, 1.0, (3, 7))
    row = np.asarray(values[graph.index("W")])[7]
    assert found.pushes[-1].straight == pytest.approx(row.sum())
