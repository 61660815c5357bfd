"""Provenance of elements: the terms add up, and the lights fall on what the element depends on and nothing else."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.errors import EvaluationError
from chainrule.core.explain.provenance import SHOWN, Provenance, provenance
from chainrule.core.language.program import parse
from chainrule.core.latex.plain_text import plain_text
from tests.core.language.test_tensor_programs import programs
from tests.helpers.draws import draws
from tests.helpers.work import lines

AFFINE = """
X = [[1, 2], [3, 4]]
W = [[1, 2, 3], [4, 5, 6]]
B = [1, 2, 3]
Y = affine(X, W, B)
L = sum(Y * Y)
"""


def evaluated(program: str) -> tuple[Graph, Values, Gradients]:
    tape = Tape(parse(program))
    values = tape.forward()
    return tape.graph, values, tape.backward(values=values)


def asked(program: str, part: str, of: Any, *index: int, open: tuple[str, ...] = ()) -> Provenance:
    return provenance(*evaluated(program), part, of, index, open)


def lights(found: Provenance) -> dict[tuple[str, str], set[tuple[int, ...]]]:
    return {(light.id, light.of): set(light.cells) for light in found.lights}


def test_an_element_of_a_closed_affine_is_a_row_times_a_column() -> None:
    found = asked(AFFINE, "Y", "value", 0, 2)
    assert plain_text(found.formula.whole) == (
        "Y[0,2] = X[0,0] · W[0,2] + X[0,1] · W[1,2] + B_2 = 1 × 3 + 2 × 6 + 3 = 18"
    )
    assert [term.value for term in found.terms] == [3, 12, 3]
    assert lights(found) == {
        ("Y", "value"): {(0, 2)},
        ("X", "value"): {(0, 0), (0, 1)},
        ("W", "value"): {(0, 2), (1, 2)},
        ("B", "value"): {(2,)},
    }


def test_open_it_is_the_sum_of_its_operands() -> None:
    found = asked(AFFINE, "Y", "value", 0, 2, open=("affine_1",))
    assert plain_text(found.formula.symbols) == "Y[0,2] = (X · W)[0,2] + B_2"
    assert ("affine_1.op_1", "value") in lights(found)


def test_elements_of_gradients() -> None:
    graph, _, gradients = evaluated(AFFINE)
    weight = asked(AFFINE, "W", "grad", 1, 2)
    assert plain_text(weight.formula.symbols) == "∂L/∂W[1,2] = X[0,1] · ∂L/∂Y[0,2] + X[1,1] · ∂L/∂Y[1,2]"
    assert lights(weight) == {
        ("W", "grad"): {(1, 2)},
        ("X", "value"): {(0, 1), (1, 1)},
        ("Y", "grad"): {(0, 2), (1, 2)},
    }
    assert sum(term.value for term in weight.terms) == gradients.nodes[graph.index("W")][1, 2]
    bias = asked(AFFINE, "B", "grad", 1)
    assert plain_text(bias.formula.symbols) == "∂L/∂B_1 = ∂L/∂Y[0,1] + ∂L/∂Y[1,1]"
    assert lights(bias)["Y", "grad"] == {(0, 1), (1, 1)}


@pytest.mark.parametrize(
    ("line", "index", "cells"),
    [
        ("y = sum(x, axis=1)", (1,), {(1, 0), (1, 1), (1, 2)}),
        ("y = mean(x, axis=0)", (2,), {(0, 2), (1, 2)}),
        ("y = max(x, axis=1)", (1,), {(1, 0)}),
        ("y = x.T", (2, 1), {(1, 2)}),
        ("y = reshape(x, (3, 2))", (1, 1), {(1, 0)}),
        ("y = repeat(x, 4)", (3, 1, 2), {(1, 2)}),
        ("y = x[1, 1:]", (1,), {(1, 2)}),
        ("y = relu(x)", (0, 1), {(0, 1)}),
        ("y = sum(x)", (), {(i, j) for i in range(2) for j in range(3)}),
    ],
)
def test_what_of_an_operand_an_element_depends_on(
    line: str, index: tuple[int, ...], cells: set[tuple[int, ...]]
) -> None:
    program = f"x = [[5, -1, 2], [7, 0, 3]]\n{line}"
    found = asked(program, "y", "value", *index)
    assert lights(found)["x", "value"] == cells


def test_a_closed_layer_is_told_as_a_whole() -> None:
    program = "a = [[1, 2, 3], [4, 5, 6]]\nt = [0, 2]\ny = softmax(a)\nL = cross_entropy(y, t)"
    found = asked(program, "y", "value", 0, 1)
    assert plain_text(found.formula.symbols) == "y[0,1] = softmax(a)[0,1]"
    assert lights(found)["a", "value"] == {(0, 0), (0, 1), (0, 2)}
    back = asked(program, "y", "grad", 0, 1)
    assert "t/y" in plain_text(back.formula.symbols)
    assert not any("cross_entropy_1." in light.id for light in back.lights)


def test_a_long_sum_shows_its_largest_terms() -> None:
    program = "x = arange(100)\nw = ones(100)\ny = x @ w"
    found = asked(program, "y", "value")
    assert (found.count, len(found.terms)) == (100, SHOWN)
    assert [term.value for term in found.terms] == list(range(92, 100))
    assert r"\cdots" in found.formula.whole
    assert found.formula.numbers.endswith("= 4{,}950")


def test_numbers_have_a_provenance_too() -> None:
    found = asked("x = 3\ny = x * 2 + x", "x", "grad")
    assert plain_text(found.formula.whole) == "∂y/∂x = ∂y/∂(x × 2) · 2 + ∂y/∂y = 1 × 2 + 1 = 3"


def test_leaves_and_the_output_end_the_search() -> None:
    assert plain_text(asked(AFFINE, "X", "value", 0, 1).formula.whole) == "X[0,1] = 2"
    assert plain_text(asked(AFFINE, "L", "grad").formula.whole) == "∂L/∂L = 1"


@pytest.mark.parametrize("index", [(0,), (2, 0), (0, 3), (-1, 0), (0, 0, 0)])
def test_an_element_that_is_not_there_is_refused(index: tuple[int, ...]) -> None:
    with pytest.raises(EvaluationError):
        asked(AFFINE, "Y", "value", *index)


def test_what_has_no_gradient_is_refused() -> None:
    program = "a = [[1, 2]]\nt = [0]\nL = softmax_with_loss(a, t)"
    with pytest.raises(EvaluationError):
        asked(program, "t", "grad", 0)
    with pytest.raises(KeyError):
        asked(program, "b", "value", 0)


@draws(30)
@given(programs(), st.randoms(use_true_random=False))
def test_terms_add_up_and_nothing_unlit_matters(drawn: tuple[str, dict[str, Any]], random: Any) -> None:
    program, inputs = drawn
    graph = parse(program, {name: value.shape for name, value in inputs.items()})
    tape = Tape(graph)
    values = tape.forward({node.id: inputs[node.id] for node in graph.inputs})
    gradients = tape.backward(0.7, values=values)
    for node in graph.nodes:
        index = tuple(random.randrange(n) for n in node.shape)
        for of, column in (("value", values), ("grad", gradients.nodes)):
            if column[node.index] is None:
                continue
            found = provenance(graph, values, gradients, node.id, of, index)  # type: ignore[arg-type]
            assert found.lights[0] == (node.id, of, (index,))
            if found.terms and found.count == len(found.terms):
                total = sum(term.value for term in found.terms)
                expected = float(np.asarray(column[node.index])[index])
                assert total == pytest.approx(expected, rel=1e-9, abs=1e-9)
    # An operand's element that is NaN makes the element NaN only if its light is on.
    ops = [node for node in graph.nodes if node.op is not None and node.op.name != "max" and node.inputs]
    node = random.choice(ops)
    every = tuple(group.id for group in graph.groups)
    index = tuple(random.randrange(n) for n in node.shape)
    found = provenance(graph, values, gradients, node.id, "value", index, every)
    lit = lights(found)
    rule = tape.rules[node.index]
    assert rule is not None
    operands = [np.asarray(values[i], dtype=float) for i in node.inputs]
    for slot, operand in enumerate(node.inputs):
        for place in np.ndindex(operands[slot].shape):
            moved = [each.copy() for each in operands]
            moved[slot][place] = np.nan
            with np.errstate(invalid="ignore"):  # NumPy warns of NaN in logaddexp
                after = np.asarray(rule(moved[0], moved[-1]))
            if np.isnan(after[index]) and not np.isnan(np.asarray(values[node.index])[index]):
                assert place in lit[graph.ids[operand], "value"]


def test_a_closed_net_of_the_lectures_size_is_seen_through_fast() -> None:
    program = (
        "x = randn(20, 784)\nW = randn(784, 50, seed=1)\nb = zeros(50)\nV = randn(50, 10, seed=2)\nc = zeros(10)\n"
        "t = zeros(20)\ndef net(x, W, b, V, c):\n    return affine(relu(affine(x, W, b)), V, c)\n"
        "L = softmax_with_loss(net(x, W, b, V, c), t)"
    )
    graph, values, gradients = evaluated(program)
    found, work = lines(lambda: provenance(graph, values, gradients, "net_1", "value", (3, 4)))
    back, more = lines(lambda: provenance(graph, values, gradients, "x", "grad", (3, 100)))
    assert max(work, more) < 784 * 50, "not one line of Python for each weight"
    lit = lights(found)
    assert lit["x", "value"] == {(3, k) for k in range(784)}
    assert lit["V", "value"] == {(k, 4) for k in range(50)}
    assert lit["c", "value"] == {(4,)}
    assert len(lit["W", "value"]) == 784 * 50
    grad = lights(back)
    scores = graph.ids[graph.groups[0].output]
    assert grad[scores, "grad"] == {(3, k) for k in range(10)}
    assert (100, 0) in grad["W", "value"]
    assert (99, 0) in grad["W", "value"]  # through the mask of the closed ReLU
