"""The plan is the tape's third way: its values and gradients are the tape's, for nets and for any other program."""

import ast
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.nets import DeepNet
from chainrule.core.ops import ARRAY_FUNCTIONS, OPS, compile_rule
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.rules import times_upstream
from chainrule.core.training.buffered import Scratch, expression_steps
from chainrule.core.training.plan import Plan
from tests.helpers.draws import draws
from tests.helpers.strategies import Program, programs

RNG = np.random.default_rng(0)
X, T = RNG.random((7, 6)), RNG.integers(0, 4, 7)

EXPRESSIONS = sorted(
    {op.value for op in OPS.values() if op.value}
    | {
        times_upstream(partial.code)
        for rule in (*OPS.values(), *COMPOSITES.values())
        for partial in rule.partials
    }
    | {partial.code for op in OPS.values() for partial in op.partials}
)


@pytest.mark.parametrize("code", EXPRESSIONS)
def test_an_expression_written_out_is_what_numpy_makes_of_it(code: str) -> None:
    """At ties, zeros and negative numbers too."""
    numbers = np.array([-2.5, -1.0, 0.0, 1.0, 3.5])
    a, b = (np.ascontiguousarray(grid) for grid in np.meshgrid(numbers, numbers))
    operands = {"a": a, "b": b, "y": a + 0.25, "g": 1.0 + b * b}
    before = {name: array.copy() for name, array in operands.items()}
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    out = np.full((5, 5), 7.0)
    with np.errstate(all="ignore"):
        for _ in range(2):  # buffers hold the last pass's numbers
            for step in expression_steps(code, operands, out, Scratch(np.dtype(float))):
                step()
        expected = compile_rule(code, ARRAY_FUNCTIONS, "a, b, y, g")(*operands.values())
    np.testing.assert_array_equal(out, np.broadcast_to(expected, (5, 5)))
    assert used & operands.keys() or code.lstrip("-") in ("0.0", "1.0")
    for name, array in operands.items():
        np.testing.assert_array_equal(array, before[name])


def agree(program: str, shapes: dict[str, tuple[int, ...]] | None = None, **inputs: object) -> Plan:
    """Run the plan twice in float64; its numbers must be the tape's."""
    graph = parse(program, shapes or {})
    for name in inputs.keys() & set(graph.ids):  # a name that is not read is no node
        graph.values[graph.index(name)] = inputs[name]
    tape = Tape(graph)
    values, requires_grad = tape.forward(), graph.requires_grad()
    gradients = tape.backward(2.0).nodes
    asked = [graph.ids[i] for i in graph.leaves if requires_grad[i]]
    plan = Plan(graph, asked, np.float64)
    with np.errstate(all="ignore"):
        for _ in range(2):
            plan.forward()
            plan.backward(2.0)
    for i in range(len(graph)):
        np.testing.assert_allclose(plan.values[i], values[i], rtol=1e-12, atol=1e-14, err_msg=graph.ids[i])
        if (
            i in plan.visible
            and requires_grad[i]
            and gradients[i] is not None
            and plan.gradients[i] is not None
        ):
            np.testing.assert_allclose(
                plan.gradients[i], gradients[i], rtol=1e-9, atol=1e-12, err_msg=graph.ids[i]
            )
    for leaf in graph.leaves:
        assert (plan.gradients[leaf] is not None) == requires_grad[leaf]
    return plan


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("hidden", [[], [5], [5, 3]])
def test_nets(activation: str, hidden: list[int]) -> None:
    net = DeepNet(6, hidden, 4, activation, "he", rng_seed=1)
    shapes = {"x": X.shape, "t": T.shape, **{name: value.shape for name, value in net.params.items()}}
    agree(net.program(), shapes, x=X, t=T, **net.params)


TENSOR_PROGRAMS = {
    "fan-out": "a = randn(3, 4, seed=1)\nb = a * a + exp(a)\nsum(b * a)",
    "passed on twice": "a = randn(3, seed=1)\nb = a + a\nsum(b + a)",
    "passed on, then multiplied": "a = randn(3, seed=1)\nsum(a + a * 2)",
    "broadcast rows": "a = randn(3, 4, seed=1)\nb = randn(4, seed=2)\nsum(a / b + b)",
    "broadcast columns": "a = randn(3, 4, seed=1)\nb = randn(3, 1, seed=2)\nsum(a * b - b)",
    "broadcast a number": "a = randn(3, 4, seed=1)\nk = 3\nmean(tanh(a * k) ** 2)",
    "vectors": "a = randn(4, seed=1)\nb = randn(4, seed=2)\nc = randn(4, 3, seed=3)\nsum(a @ c) * (a @ b)",
    "axes": "a = randn(3, 4, seed=1)\nsum(sum(a, axis=0) ** 2) + mean(max(a, axis=-1)) + max(max(a, axis=0))",
    "keepdims": "a = randn(3, 4, seed=1)\nsum(a - mean(a, axis=-1, keepdims=True) * sum(a, axis=0, keepdims=True))",
    "shapes": "a = randn(3, 4, seed=1)\nsum(a.T @ a) + sum(reshape(a, 2, 6) ** 2) + a[1, 2] * sum(a[0])",
    "softmax": "a = randn(3, 4, seed=1)\nw = randn(3, 4, seed=2)\nsum(softmax(a) * w)",
    "targets as rows": "a = randn(3, 4)\nt = [[0, 1, 0, 0], [2, 0, 0, 0], [0, 0, 1, 0]]\nsoftmax_with_loss(a, t)",
    "learned targets": "a = randn(3, 4, seed=1)\nt = rand(3, 4, seed=2)\nsoftmax_with_loss(a, softmax(t))",
    "mse": "a = randn(3, 4, seed=1)\nmse(sigmoid(a), softplus(a))",
    "not read": "a = randn(3, seed=1)\nb = a * 2\nsum(a)",
    "a kink": "a = [-1, 0, 2]\nsum(relu(a) + abs(a) + maximum(a, 0) * minimum(a, 2))",
}


@pytest.mark.parametrize("name", TENSOR_PROGRAMS)
def test_programs_of_tensors(name: str) -> None:
    agree(TENSOR_PROGRAMS[name])


@draws(75)
@given(programs(), st.sampled_from([(), (3,), (2, 3)]))
def test_random_programs(program: Program, shape: tuple[int, ...]) -> None:
    """Of numbers, and the same with every input a tensor of near numbers."""
    inputs = {
        name: np.full(shape, value) * (1 + 1e-3 * np.arange(np.prod(shape, dtype=int)).reshape(shape))
        for name, value in program.inputs.items()
    }
    agree("\n".join(program.statements), dict.fromkeys(inputs, shape), **inputs)


def test_buffers_are_made_once() -> None:
    net = DeepNet(6, [5], 4, rng_seed=1)
    plan = Plan(net.graph(X, T), list(net.params))
    before = [id(array) for array in (*plan.values, *plan.gradients)]
    plan.forward()
    plan.backward()
    assert [id(array) for array in (*plan.values, *plan.gradients)] == before
    assert {array.dtype for array in plan.values} == {np.dtype(np.float32)}


def test_the_caller_s_arrays_are_used() -> None:
    W, dW = np.full((2, 2), 3.0, np.float32), np.zeros((2, 2), np.float32)
    graph = parse("sum(x @ W)", {"x": (1, 2), "W": (2, 2)})
    plan = Plan(graph, ["W"], values={"W": W}, gradients={"W": dW})
    plan.value("x")[...] = [[1, 2]]
    plan.forward()
    plan.backward()
    assert plan.values[graph.output] == 18
    np.testing.assert_array_equal(dW, [[1, 1], [2, 2]])
    assert plan.gradients[graph.index("x")] is None
    W[...] = 0
    plan.forward()
    assert plan.values[graph.output] == 0


def test_a_wrong_simplified_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        **COMPOSITES,
        "softmax_with_loss": replace(COMPOSITES["softmax_with_loss"], fused="g / N * (t - s)"),
    }
    monkeypatch.setattr("chainrule.core.training.plan.COMPOSITES", wrong)
    with pytest.raises(AssertionError, match="Not equal"):
        test_nets("relu", [5])
