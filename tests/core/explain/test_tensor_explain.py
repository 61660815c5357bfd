"""Tensors told: formulas in symbols and with matrices, the book's [1] [2] [3], sentences, paths, notes."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from math_core import LatexToMathML

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.explain.aria import aria
from chainrule.core.explain.explain import explain
from chainrule.core.explain.explanation import Explanation
from chainrule.core.explain.steps import Step, step_count, steps, walk
from chainrule.core.language.program import parse
from chainrule.core.latex.edge_text import edge_symbols, group_edge_symbols
from chainrule.core.latex.notation import final_name
from chainrule.core.latex.plain_text import plain_text
from tests.core.language.test_tensor_programs import programs
from tests.helpers.draws import draws
from tests.helpers.work import lines

AFFINE = """
X = [[1, 2], [3, 4]]
W = [[1, 2, 3], [4, 5, 6]]
B = [1, 2, 3]
Y = affine(X, W, B)
"""
LOSS = "a = [[0.3, 2.9, 4.0], [1, 0, 2]]\nt = [2, 0]\nL = softmax_with_loss(a, t)"


def evaluated(
    program: str, seed: float = 1.0, mistakes: tuple[str, ...] = ()
) -> tuple[Graph, Values, Gradients]:
    tape = Tape(parse(program))
    values = tape.forward()
    return tape.graph, values, tape.backward(seed, mistakes, values)


def told(
    program: str, part: str, lang: str = "en", mistakes: tuple[str, ...] = (), **more: Any
) -> Explanation:
    return explain(*evaluated(program, mistakes=mistakes), part, lang, mistakes=mistakes, **more)


def walked(program: str, lang: str = "en", open: tuple[str, ...] = ()) -> list[Step]:
    return steps(*evaluated(program), lang, open)


def test_the_three_gradients_of_an_affine_layer() -> None:
    layer = told(AFFINE, "affine_1")
    assert layer.formula is not None
    assert plain_text(layer.formula.symbols) == "Y = affine(X, W, B) = X · W + B"
    assert [plain_text(local.symbols) for local in layer.locals] == [
        "∂L/∂X = ∂L/∂Y · Wᵀ",
        "∂L/∂W = Xᵀ · ∂L/∂Y",
        "∂L/∂B = Σ₀ ∂L/∂Y",
    ]
    assert plain_text(layer.locals[1].numbers) == (
        "[[1, 2], [3, 4]]ᵀ · [[1, 1, 1], [1, 1, 1]] = [[4, 4, 4], [6, 6, 6]]"
    )
    assert [local.value_text for local in layer.locals] == ["(2, 2)", "(2, 3)", "(3,)"]
    assert [local.shapes for local in layer.locals] == [
        r"\underset{(N, 2)}{\frac{\partial L}{\partial X}} = \underset{(N, 3)}{\frac{\partial L}{\partial Y}} "
        r"\cdot \underset{(3, 2)}{{W}^{\mathsf{T}}}",
        r"\underset{(2, 3)}{\frac{\partial L}{\partial W}} = \underset{(2, N)}{{X}^{\mathsf{T}}} "
        r"\cdot \underset{(N, 3)}{\frac{\partial L}{\partial Y}}",
        r"\underset{(3,)}{\frac{\partial L}{\partial B}} = \sum_{0} \underset{(N, 3)}{\frac{\partial L}{\partial Y}}",
    ]


def test_one_sample_has_nothing_to_sum() -> None:
    layer = told("x = [1, 2]\nW = [[1, 2, 3], [4, 5, 6]]\nB = [1, 2, 3]\nY = affine(x, W, B)", "affine_1")
    assert plain_text(layer.locals[2].symbols) == "∂L/∂B = ∂L/∂Y"
    assert r"\underset{(2, 1)}{{x}^{\mathsf{T}}} \cdot \underset{(1, 3)}" in layer.locals[1].shapes


def test_softmax_with_loss_closed_is_y_minus_t() -> None:
    layer = told(LOSS, "softmax_with_loss_1", "ko")
    (local,) = layer.locals
    assert plain_text(local.symbols) == "∂L/∂a = 1/N ∂L/∂L · (y − t)"
    assert plain_text(local.numbers) == (
        "1/2 · 1 · ([[0.0182, 0.245, 0.737], [0.245, 0.09, 0.665]] − [[0, 0, 1], [1, 0, 0]])"
        " = [[0.0091, 0.123, −0.132], [−0.378, 0.045, 0.333]]"
    )
    (closed,) = layer.closed
    assert (closed.source, closed.symbols) == ("a", local.symbols)
    assert closed.difference <= 1e-15
    assert f"a: {closed.difference_text}" in layer.rule
    assert "차이" in layer.rule


def test_a_mistake_is_a_difference_between_open_and_closed() -> None:
    broken = told(LOSS, "softmax_with_loss_1", mistakes=("sum.upstream_forgotten",))
    assert broken.closed[0].difference > 0.1
    # The simplified form does not give this number, so no equation says that it does.
    assert "=" not in broken.locals[0].numbers


def test_an_elementwise_layer_on_tensors_is_compared_too() -> None:
    layer = told("x = [-1, 0, 2]\ny = sigmoid(x)\nL = sum(y)", "sigmoid_1")
    assert plain_text(layer.locals[0].symbols) == "∂y/∂x = y (1 − y)"
    assert layer.closed[0].difference < 1e-15
    assert "sigmoid layer" in layer.aria


def test_what_was_broadcast_is_summed_back() -> None:
    graph, *_ = found = evaluated("X = [[1, 2], [3, 4]]\nb = [1, 2]\nk = 3\nY = X * b + k")
    assert plain_text(explain(*found, "b", "en").gradient.whole) == (  # type: ignore[union-attr]
        "∂L/∂b = Σ₀ (∂L/∂Y ⊙ X) = Σ₀ ([[1, 1], [1, 1]] ⊙ [[1, 2], [3, 4]]) = [4, 6]"
    )
    assert plain_text(explain(*found, "k", "en").gradient.symbols) == "∂L/∂k = Σ₀₁ ∂L/∂Y"  # type: ignore[union-attr]
    assert edge_symbols(graph, graph.edges[1]) == ("b", "Σ₀ (∂L/∂(X ⊙ b) ⊙ X)")


def test_large_tensors_stand_by_their_shapes() -> None:
    found = told("X = randn(10, 784)\nW = randn(784, 50)\nY = X @ W", "W")
    assert found.gradient is not None
    assert plain_text(found.gradient.whole) == "∂L/∂W = Xᵀ · ∂L/∂Y = (10, 784)ᵀ · (10, 50) = (784, 50)"
    assert (found.value_text, found.grad_text) == ("(784, 50)", "(784, 50)")
    assert "784 by 50, value from" in found.aria


@pytest.mark.parametrize(
    ("line", "symbols", "gradient"),
    [
        ("y = sum(x, axis=0)", "y = Σ₀ x", "repeat(∂L/∂y)"),
        ("y = mean(x, axis=1)", "y = mean₁(x)", "1/n repeat(∂L/∂y)"),
        ("y = max(x, axis=1)", "y = max₁(x)", "repeat(∂L/∂y) ⊙ [x = repeat(y)]"),
        ("y = x.T", "y = xᵀ", "(∂L/∂y)ᵀ"),
        ("y = reshape(x, 4)", "y = reshape(4,)(x)", "reshape(∂L/∂y)"),
        ("y = repeat(x, 3)", "y = repeat_3(x)", "Σ₀ ∂L/∂y"),
        ("y = x[0, 1:]", "y = x[0, 1:]", "put(∂L/∂y)"),
        ("y = relu(x)", "y = relu(x)", "∂L/∂y ⊙ [x > 0]"),
        ("y = -x", "y = −x", "−∂L/∂y"),
        ("y = x * x[0, 0]", "y = x × x[0, 0]", None),
    ],
)
def test_every_op_in_symbols(line: str, symbols: str, gradient: str | None) -> None:
    program = f"x = [[1, 2], [3, 4]]\n{line}"
    output = told(program, "y")
    assert output.formula is not None
    assert plain_text(output.formula.symbols) == symbols
    if gradient is not None:
        x = told(program, "x").gradient
        assert x is not None
        assert plain_text(x.symbols) == f"∂L/∂x = {gradient}"


@pytest.mark.parametrize(
    ("program", "edge", "backward"),
    [
        ("X = randn(2, 2)\nW = randn(2, 3)\nY = X @ W", 0, "∂L/∂Y·Wᵀ"),
        ("X = randn(2, 2)\nW = randn(2, 3)\nY = X @ W", 1, "Xᵀ·∂L/∂Y"),
        ("v = [1, 2]\nw = [3, 4]\ny = v @ w", 0, "w"),
        ("X = randn(2, 2)\nB = [1, 2]\nY = X + B", 1, "Σ₀ ∂L/∂Y"),
        ("X = randn(2, 2)\nc = 2\nY = X * c", 0, "∂L/∂Y · c"),
        ("x = [1, 2]\nL = mean(x)", 0, "repeat(1)/n"),
        ("x = [1, 2]\nY = repeat(x, 3)", 0, "Σ₀ ∂L/∂Y"),
    ],
)
def test_edges_in_symbols(program: str, edge: int, backward: str) -> None:
    graph = parse(program)
    assert edge_symbols(graph, graph.edges[edge])[1] == backward


def test_edges_into_closed_layers_in_symbols() -> None:
    graph = parse(AFFINE)
    (group,) = graph.groups
    assert [group_edge_symbols(graph, group, node)[1] for node in group.inputs] == [
        "∂L/∂Y·Wᵀ",
        "Xᵀ·∂L/∂Y",
        "Σ₀ ∂L/∂Y",
    ]
    loss = parse(LOSS)
    assert group_edge_symbols(loss, loss.groups[0], 0) == ("a", "(y−t)/N")
    assert group_edge_symbols(loss, loss.groups[0], 0, 2.0)[1] == "∂J/∂L·(y−t)/N"
    number = parse("x = 1\ny = sigmoid(x)\nL = y * 2")
    assert group_edge_symbols(number, number.groups[0], 0)[1] == "∂L/∂y · y·(1−y)"


def test_a_tensor_output_is_not_the_end() -> None:
    graph, values, gradients = evaluated(AFFINE)
    assert final_name(graph) == "L"
    last = explain(graph, values, gradients, "@output", "en")
    assert "a tensor of shape (2, 3)" in last.rule
    assert last.grad_text == "(2, 3)"


def test_paths_of_tensors_are_chains_without_a_product() -> None:
    program = f"{AFFINE}Z = relu(Y)\nL = sum(Z * Z)"
    paths = told(program, "X").paths
    assert paths is not None
    assert paths.count == 2
    assert paths.sum_text == "(2, 2)"
    assert paths.note is not None
    assert {path.product_text for path in paths.items} == {""}
    assert plain_text(paths.items[0].formula.symbols) == "(∂L/∂(Z ⊙ Z) ⊙ Z ⊙ [Y > 0]) · Wᵀ"
    numbers = told("v = [1, 2]\nc = 3\nL = sum(v) * c * c", "op_1").paths
    assert numbers is not None
    assert (numbers.note, numbers.sum_text) == (None, "9")


def test_a_path_of_numbers_through_tensor_ops_has_its_product() -> None:
    paths = told("x = 3\nt = 1\nL = mse(x, t) * 2", "x").paths
    assert paths is not None
    assert (paths.note, paths.sum_text) == (None, "8")
    assert paths.items[0].factors == ("4", "2")


def test_labels_say_why_they_have_no_gradient() -> None:
    for lang, words in (("en", "not learned"), ("ko", "학습하지")):
        assert words in told(LOSS, "t", lang).rule
        assert told(LOSS, "t", lang).grad_text is None


def test_a_broken_rule_on_tensors_is_no_equation() -> None:
    found = told("x = [1, -1]\ny = relu(x)\nL = sum(y)", "y", mistakes=("relu.mask_dropped",))
    assert plain_text(found.locals[0].numbers) == "[[1, −1] > 0] ≠ 1"
    forgotten = told(
        "X = [[1, 2]]\nW = [[1], [2]]\nY = X @ W * 3", "W", mistakes=("matmul.upstream_forgotten",)
    )
    assert forgotten.gradient is not None
    assert plain_text(forgotten.gradient.numbers) == "[1, 2]ᵀ · [3] ≠ [[1], [2]]"
    assert forgotten.note is not None


@pytest.mark.parametrize(
    ("program", "part", "words"),
    [
        ("x = [0, -1, 1]\ny = log(x)", "y", ["2 of its 3 elements", "positive numbers only"]),
        ("x = [0, -1, 1]\ny = log(x)\nL = sum(y)", "L", ["inputs", "y"]),
        ("x = [1000, 1]\ny = exp(x)", "y", ["1 of its 2 elements is", "e^1,000"]),
        ("x = [1e200, 1]\ny = x @ x", "y", ["larger than a 64-bit number"]),
        ("x = [0, 4]\ny = sqrt(x)", "x", ["1 of its 2", "local derivative at y"]),
        ("x = [0, 4]\nz = x * 2\ny = sqrt(z)", "x", ["upstream gradient, from z"]),
        ("x = [0, 1]\ny = log(x)\nz = y - y", "z", ["no definite value"]),
    ],
)
def test_strange_elements_are_counted_and_their_reason_told(
    program: str, part: str, words: list[str]
) -> None:
    note = str(told(program, part).note)
    assert all(word in note for word in words), note
    assert told(program, part, "ko").note


def test_steps_of_a_net_say_each_rule() -> None:
    found = walked(f"{AFFINE}Z = relu(Y)\nL = sum(Z)")
    said = {(step.phase, step.node): step.sentence for step in found}
    assert said["forward", "affine_1"].endswith("= [[10, 14, 18], [20, 28, 36]]")
    assert said["backward", "affine_1"].startswith("An affine layer passes back [1] ∂L/∂Y·Wᵀ to X")
    assert "to B: Σ₀ [[1, 1, 1], [1, 1, 1]] = [2, 2, 2]" in said["backward", "affine_1"]
    korean = {(s.phase, s.node): s.sentence for s in walked(f"{AFFINE}Z = relu(Y)\nL = sum(Z)", "ko")}
    assert "B 쪽: Σ₀ [[1, 1, 1], [1, 1, 1]] = [2, 2, 2]" in korean["backward", "affine_1"]


def test_small_tensors_are_read_out_and_large_ones_described() -> None:
    graph, values, gradients = evaluated("v = [1, 2]\nM = randn(2, 4)\nX = zeros(1, 0)\ny = v @ M")
    assert aria(graph, values, gradients, "v", "en").startswith("v, input, 2 elements, value 1, 2, gradient")
    assert re.search(r"2 by 4, value from −?[\d.]+ to", aria(graph, values, gradients, "M", "en"))
    assert "2행 4열, 값 " in aria(graph, values, gradients, "M", "ko")
    assert "1행 0열, 값 없음" in aria(graph, values, gradients, "X", "ko")


@draws(30)
@given(programs())
def test_every_part_of_a_random_program_can_be_told(drawn: tuple[str, dict[str, Any]]) -> None:
    program, inputs = drawn
    graph = parse(program, {name: value.shape for name, value in inputs.items()})
    tape, converter = Tape(graph), LatexToMathML()
    values = tape.forward({node.id: inputs[node.id] for node in graph.inputs})
    gradients = tape.backward(0.7, values=values)
    parts = [*graph.ids, *(edge.id for edge in graph.edges), *(group.id for group in graph.groups), "@output"]

    def read(latex: str) -> None:
        assert "$" not in latex
        assert "<math" in converter.convert_with_local_state(latex, displaystyle=True)

    for part in parts:
        found = explain(graph, values, gradients, part, "en")
        for formula in (found.formula, found.gradient):
            if formula is not None:
                read(formula.whole)
                assert not set("\\{}$") & set(plain_text(formula.whole)), plain_text(formula.whole)
                assert r"\neq" not in formula.numbers
        for local in found.locals:
            for latex in (local.symbols, local.numbers, local.shapes):
                read(latex or "x")
            assert r"\neq" not in local.numbers
        for path in found.paths.items if found.paths else ():
            read(path.formula.whole)
        for closed in found.closed:
            assert closed.difference < 1e-9
        assert explain(graph, values, gradients, part, "ko").aria
    for open in ((), tuple(group.id for group in graph.groups)):
        walked_through = steps(graph, values, gradients, "ko", open)
        assert [(step.phase, step.node) for step in walked_through] == walk(graph, open)
        assert len(walked_through) == step_count(graph, open)
        for step in walked_through:
            read(step.formula)
            assert not re.search(r"[\\{}$]", step.sentence), step.sentence


def test_a_net_of_the_lectures_size_is_told_fast() -> None:
    graph = parse(
        "x = randn(100, 784)\nW = randn(784, 50, seed=1)\nb = zeros(50)\ny = sigmoid(affine(x, W, b))"
    )
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    found, work = lines(lambda: explain(graph, values, gradients, "affine_1", "en"))
    assert work < 784 * 50, "not one line of Python for each weight"
    assert len(found.gradient.whole) < 400  # type: ignore[union-attr]
    assert np.isfinite(found.closed[0].difference)
