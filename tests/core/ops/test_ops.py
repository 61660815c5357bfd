"""Every op of the table: its gradient check, PyTorch beside it, and each of its known mistakes."""

import itertools
import math

import pytest

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.gradcheck import check
from chainrule.core.language.program import parse
from chainrule.core.ops import ARRAY_FUNCTIONS, CODES, OPS, SCALAR_FUNCTIONS, compile_rule, mistake_told
from chainrule.core.ops.mistakes import is_flat
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import FAN_OUT_NOT_SUMMED, MISTAKES, UPSTREAM_FORGOTTEN
from tests.helpers import pytorch

NUMBERS = (-2.3, -0.6, 0.4, 1.7, 3.0)
"""Apart from kinks and ties, and with a whole exponent among them."""

KINKS = (-math.inf, -1.0, -0.0, 0.0, 1.0, 2.0, math.inf)


def graph_of(op: Op, operands: tuple[float, ...]) -> Graph:
    graph = Graph()
    leaves = [graph.input(name, operand) for name, operand in zip("ab", operands, strict=False)]
    graph.apply(CODES[op.name], *leaves)
    return graph


def points(op: Op, numbers=NUMBERS) -> list[tuple[float, ...]]:
    """Combinations of the numbers; a condition, which has no gradient, is also 0."""
    conditions = [(0.0, *numbers) if partial.code == "0.0" else numbers for partial in op.partials]
    return list(itertools.product(*conditions))


def smooth_points(op: Op) -> list[tuple[float, ...]]:
    """Those where the op has a value and all its derivatives, and no kink."""
    found = []
    for operands in points(op):
        value, gradients = pytorch.value_and_gradients(op.name, operands)
        if all(map(math.isfinite, (value, *gradients))) and len(set(operands)) == op.arity:
            found.append(operands)
    return found


ELEMENTWISE = {name: op for name, op in OPS.items() if op.tensor is None}
TENSOR_OPS = OPS.keys() - ELEMENTWISE.keys()

ops = pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)


@ops
def test_backprop_is_the_numerical_derivative(op: Op):
    assert len(smooth_points(op)) >= 3
    for operands in smooth_points(op):
        assert all(each.ok for each in check(graph_of(op, operands), upstream=1.3)), operands


@ops
def test_value_and_gradients_are_those_of_torch(op: Op):
    for operands in points(op) + points(op, KINKS):
        tape = Tape(graph_of(op, operands))
        value, gradients = pytorch.value_and_gradients(op.name, operands)
        assert tape.forward()[op.arity] == pytest.approx(value, rel=1e-15, nan_ok=True), operands
        ours = tape.backward().nodes[: op.arity]
        assert ours == pytest.approx(gradients, rel=1e-14, nan_ok=True), operands


@ops
def test_a_number_beside_tensors_is_a_number(op: Op):
    graph = graph_of(op, NUMBERS[2 : 2 + op.arity])
    graph.apply(CODES["sum"], op.arity, parameters={"axis": (), "keepdims": False})
    assert all(isinstance(number, float) for number in Tape(graph).forward())


@ops
def test_nan_goes_through_as_in_torch(op: Op):
    for operands in points(op, (math.nan, 2.0)):
        if any(map(math.isnan, operands)):
            value, _ = pytorch.value_and_gradients(op.name, operands)
            expected = math.isnan(value)
            assert math.isnan(Tape(graph_of(op, operands)).forward()[op.arity]) is expected, operands


@ops
def test_rules_on_floats_and_on_arrays_are_one(op: Op):
    for text in (op.value, *(partial.code for partial in op.partials)):
        scalar, array = compile_rule(text, SCALAR_FUNCTIONS), compile_rule(text, ARRAY_FUNCTIONS)
        for operands in points(op):
            a, b = (*operands, None)[:2]
            try:
                y = compile_rule(op.value, SCALAR_FUNCTIONS)(a, b, None)
                expected = scalar(a, b, y)
            except (ArithmeticError, ValueError):
                continue
            assert float(array(a, b, y)) == pytest.approx(expected, rel=1e-15), (text, operands)


@pytest.mark.parametrize(
    "mistake", [mistake for mistake in MISTAKES if mistake.partition(".")[0] in ELEMENTWISE]
)
def test_a_planted_mistake_fails_the_gradient_check(mistake: str):
    op = OPS[mistake.partition(".")[0]]
    failed = [
        operands
        for operands in smooth_points(op)
        if not all(each.ok for each in check(graph_of(op, operands), mistakes=[mistake], upstream=1.3))
    ]
    assert failed


def test_a_fan_out_that_is_not_summed_fails_the_gradient_check():
    graph = Graph()
    x = graph.input("x", 3.0)
    graph.apply(CODES["mul"], x, x)
    assert check(graph)[0].ok
    [checked] = check(graph, mistakes=[FAN_OUT_NOT_SUMMED])
    assert (checked.backprop, checked.ok) == (3.0, False)


def test_every_op_has_a_mistake_of_its_own_and_the_common_one():
    for op in OPS.values():
        assert op.mistakes or op.tensor
        assert (f"{op.name}.{UPSTREAM_FORGOTTEN}" in MISTAKES) is not is_flat(op)


def test_torch_knows_every_op():
    assert pytorch.OPS.keys() == ELEMENTWISE.keys()


@pytest.mark.parametrize("name", sorted(TENSOR_OPS))
def test_a_tensor_op_passes_the_gradient_check_and_fails_it_without_its_upstream(name: str):
    graph = parse(OPS[name].example)
    assert any(node.op is OPS[name] for node in graph.nodes)
    assert all(each.ok for each in check(graph))
    wrong = [each for each in check(graph, mistakes=[f"{name}.{UPSTREAM_FORGOTTEN}"]) if not each.ok]
    # Labels and places have no gradient that could be wrong.
    assert bool(wrong) is any(vjp.vjp and vjp.text != "0" for vjp in OPS[name].tensor.vjps)


SQUARE = "X = [[1, 2], [3, 5]]\nW = [[2, -1], [4, 3]]\nY = X @ W\nL = sum(Y * [[1, 7], [-2, 3]])"


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if name.startswith("matmul.")])
def test_a_product_with_a_mistake_fails_the_gradient_check(mistake: str):
    graph = parse(SQUARE)
    assert all(each.ok for each in check(graph))
    assert [each.ok for each in check(graph, mistakes=[mistake])] == [False, False]


def test_the_wrong_matrix_is_transposed_where_shapes_allow_it_only():
    gradients = Tape(parse(SQUARE)).backward(mistakes=["matmul.wrong_transposed"]).nodes
    # dYᵀ·W and X·dYᵀ, worked out by hand.
    assert gradients[0].tolist() == [[-6, -7], [26, 2]]
    assert gradients[1].tolist() == [[15, 4], [38, 9]]
    tape = Tape(parse("X = [[1, 2, 3]]\nW = [[1, 2], [3, 4], [5, 6]]\nL = sum(X @ W)"))
    right, broken = (tape.backward(mistakes=names).nodes for names in ((), ("matmul.wrong_transposed",)))
    assert broken[0].tolist() == right[0].tolist()


def test_copies_that_are_not_summed_keep_the_last_one():
    tape = Tape(parse("Y = [[1, 2], [3, 4]]\nB = [10, 20]\nL = sum((Y + B) * [[1, 7], [-2, 3]])"))
    assert tape.backward().nodes[1].tolist() == [-1, 10]
    assert tape.backward(mistakes=["fan_out.copies_not_summed"]).nodes[1].tolist() == [-2, 3]


def test_every_mistake_has_a_name_and_advice_in_both_languages():
    for name in MISTAKES:
        title, advice = mistake_told(name)
        assert all(text.strip() for text in (*title, *advice)), name
        assert advice.en.endswith(".") and advice.ko.endswith("."), name
