"""Tensors in programs: shapes, messages where they do not fit, and edge cases."""

import numpy as np
import pytest

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError, ProgramError
from chainrule.core.language.program import Limits, parse
from tests.helpers.pytorch_programs import Run


def shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {node.id: node.shape for node in graph.nodes}


def evaluated(program: str) -> tuple[Graph, dict[str, object], dict[str, object]]:
    tape = Tape(parse(program))
    values = tape.forward()
    gradients = tape.backward(values=values)
    names = tape.graph.ids
    return tape.graph, dict(zip(names, values, strict=True)), dict(zip(names, gradients.nodes, strict=True))


def test_every_node_has_its_shape() -> None:
    graph = parse("X = [[1, 2], [3, 4]]\nW = randn(2, 3)\nB = [1, 2, 3]\nY = X @ W + B\nL = mean(Y)")
    assert shapes(graph) == {"X": (2, 2), "W": (2, 3), "B": (3,), "op_1": (2, 3), "Y": (2, 3), "L": ()}


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("x = [1, 2, 3]\ny = x[1]", 2.0),
        ("x = [1, 2, 3]\ny = x[-1]", 3.0),
        ("x = [[1, 2], [3, 4]]\ny = x[1, 0]", 3.0),
        ("x = [[1, 2], [3, 4]]\ny = x[:, 1]", [2.0, 4.0]),
        ("x = [[1, 2], [3, 4]]\ny = x.T", [[1.0, 3.0], [2.0, 4.0]]),
        ("x = arange(6)\ny = x.reshape(2, -1)", [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]),
        ("x = arange(6)\ny = reshape(x, (3, 2)).sum(axis=0)", [6.0, 9.0]),
        ("x = [1, 2]\ny = repeat(x, 2)", [[1.0, 2.0], [1.0, 2.0]]),
        ("x = np.array([1, 2])\ny = np.dot(x, x)", 5.0),
        ("x = [1, 5, 2]\ny = max(x)", 5.0),
        ("x = [1, 5, 2]\ny = max(x, 3)", [3.0, 5.0, 3.0]),
        ("x = ones(2, 2, scale=3)\ny = x.mean(axis=1, keepdims=True)", [[3.0], [3.0]]),
        ("x = 3\ny = sum(x)", 3.0),
        ("x = 2\nfor i in range(3):\n    y = [1, 2, 3][i] * x", 6.0),
    ],
)
def test_values(program: str, expected: object) -> None:
    graph, values, _ = evaluated(program)
    np.testing.assert_array_equal(values[graph.ids[graph.output]], expected)  # type: ignore[arg-type]


def test_seeded_makers_repeat_themselves() -> None:
    first, again, other = (parse(f"x = randn(3, seed={seed})").values[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("a = randn(2, 3)\nb = randn(2, 3)\nc = a @ b", ["(2, 3)", "dimension", "3", "2", "must be equal"]),
        ("a = randn(2, 3)\nb = randn(2)\nc = a + b", ["`add`", "(2, 3)", "(2,)"]),
        ("a = [[1, 2], [3]]", ["rows"]),
        ("a = [1, [2]]", ["rows"]),
        ("a = [1, 'x']", ["nothing to draw"]),
        ("a = [1, 2]\nb = a[2]", ["Axis 0 has 2 elements"]),
        ("a = [1, 2]\nb = a[0, 0]", ["cannot be indexed with 2 numbers"]),
        ("a = 3\nb = transpose(a, 1, 0)", ["transpose"]),
        ("a = [1, 2]\nb = sum(a, axis=1)", ["no axis 1"]),
        ("a = [1, 2]\nb = sum(a, dim=1)", ["no argument `dim`"]),
        ("a = [1, 2, 3]\nb = a.reshape(2, 2)", ["3 elements", "(2, 2)"]),
        ("a = [1, 2]\nb = repeat(a, 0)", ["1 or more"]),
        ("a = 2\nb = a @ a", ["vectors and matrices"]),
        ("a = 2\nb = a.sum(axis=0)", ["no axis 0"]),
        ("k = 2\na = [1, 2]\nb = a[k]", ["Axis 0", "no [2]"]),
        ("a = zeros(0, 3)\nb = max(a)", ["no elements"]),
        ("a = [[1, 2, 3]]\nt = [1, 2]\nL = softmax_with_loss(a, t)", ["(2,)", "(1, 3)"]),
        ("a = randn(-1)", ["whole numbers"]),
        ("a = randn(10000, 10000)", ["100,000,000 elements"]),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(program: str, words: list[str]) -> None:
    with pytest.raises(ProgramError) as caught:
        parse(program)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert caught.value.line == len(program.splitlines())
    assert caught.value.message.ko != caught.value.message.en


def test_elements_are_limited_together() -> None:
    limits = Limits(tensor_elements=100, elements=250)
    with pytest.raises(ProgramError, match="at most 250"):
        parse("a = zeros(100)\nb = a + 1\nc = b + 1", limits=limits)


def test_ties_share_the_gradient_of_a_maximum() -> None:
    _, _, gradients = evaluated("x = [3, 1, 3]\ny = max(x)")
    np.testing.assert_array_equal(gradients["x"], [0.5, 0.0, 0.5])  # type: ignore[arg-type]


def test_relu_blocks_at_zero_and_below() -> None:
    _, _, gradients = evaluated("x = [-1, 0, 2]\ny = sum(relu(x))")
    np.testing.assert_array_equal(gradients["x"], [0.0, 0.0, 1.0])  # type: ignore[arg-type]


def test_empty_tensors_sum_to_zero() -> None:
    _, values, gradients = evaluated("x = zeros(0, 3)\ny = sum(x)")
    assert values["y"] == 0.0
    assert np.shape(gradients["x"]) == (0, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1e3, 1e4])
def test_scores_of_any_size_have_a_loss_and_a_gradient(size: float) -> None:
    _, values, gradients = evaluated(f"a = [[{size}, -{size}, 0]]\nt = [1]\nL = softmax_with_loss(a, t)")
    assert values["L"] == 2 * size
    np.testing.assert_array_equal(gradients["a"], [[1.0, -1.0, 0.0]])  # type: ignore[arg-type]


def test_class_numbers_and_one_hot_targets_are_the_same() -> None:
    scores = "a = [[0.3, 2.9, 4.0], [1.0, 0.2, -1.0]]\n"
    numbers = evaluated(scores + "t = [2, 0]\nL = softmax_with_loss(a, t)")
    one_hot = evaluated(scores + "t = [[0, 0, 1], [1, 0, 0]]\nL = softmax_with_loss(a, t)")
    assert numbers[1]["L"] == one_hot[1]["L"]
    np.testing.assert_array_equal(numbers[2]["a"], one_hot[2]["a"])  # type: ignore[arg-type]
    assert numbers[2]["t"] is None


def test_softmax_with_loss_is_softmax_and_cross_entropy() -> None:
    scores = "a = [[0.3, 2.9, 4.0], [1.0, 0.2, -1.0]]\nt = [2, 0]\n"
    _, closed, closed_gradients = evaluated(scores + "L = softmax_with_loss(a, t)")
    _, opened, opened_gradients = evaluated(scores + "L = cross_entropy(softmax(a), t)")
    assert closed["L"] == pytest.approx(opened["L"], rel=1e-14)
    np.testing.assert_allclose(closed_gradients["a"], opened_gradients["a"], rtol=0, atol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize("label", [3.0, -1.0, 1.5, float("nan"), float("inf")])
@pytest.mark.parametrize("loss", ["softmax_with_loss(a, t)", "cross_entropy(softmax(a), t)"])
def test_a_label_out_of_range_is_refused(label: float, loss: str) -> None:
    tape = Tape(parse(f"a = [[1, 2, 3], [4, 5, 6]]\nt = [0, 2]\nL = {loss}"))
    with pytest.raises(EvaluationError, match=r"from 0 to 2\. Labels begin at 0"):
        tape.forward({"t": [0, label]})
    assert np.isfinite(tape.forward({"t": [0, 1]})[tape.graph.output])


@pytest.mark.parametrize(
    "program",
    [
        "x = 0\nh = 1 / x\nL = sum(h)",
        "x = 0\nL = mean(log(x))",
        "x = 0\nL = sum(exp(1000 / (x + 0.0)))",
        "x = 0\ny = 2\nh = y / x\nL = sum(h * y)",
        "x = -1\nL = sum(sqrt(x))",
        "x = 1e200\nL = sum(x * x * x)",
    ],
)
def test_numbers_beside_a_tensor_op_are_infinite_as_ieee_has_it(program: str) -> None:
    tape = Tape(parse(program))
    values = tape.forward()
    gradients = tape.backward(values=values)
    run = Run(program)
    expected = run.backward()
    np.testing.assert_equal(float(values[tape.graph.output]), run.output.item())
    for node in tape.graph.inputs:
        found = gradients.nodes[node.index]
        np.testing.assert_equal(0.0 if found is None else float(found), expected[node.id].item())


def test_a_number_s_gradient_beside_tensors_is_a_number() -> None:
    graph = parse("x = [1, 2]\ny = 0.5\nz = exp(y) * y + tanh(y)\nL = z + sum(x)")
    tape = Tape(graph)
    gradients = tape.backward(values=tape.forward())
    for node in graph.nodes:
        if not node.shape and (found := gradients.nodes[node.index]) is not None:
            assert not isinstance(found, np.ndarray), node.id
