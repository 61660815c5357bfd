"""The gradient check by elements: of every input and every inner node, and a planted mistake is found."""

from typing import Any

import pytest
from hypothesis import given

from chainrule.core.errors import EvaluationError
from chainrule.core.gradcheck.gradcheck import check, check_at
from chainrule.core.language.program import parse
from tests.core.language.test_tensor_programs import programs
from tests.helpers.draws import draws

NET = """
X = randn(5, 4)
W = randn(4, 3, seed=1)
B = [1, 2, 3]
t = [0, 1, 2, 0, 1]
Y = relu(affine(X, W, B))
L = softmax_with_loss(Y, t)
"""


def test_every_input_is_checked_whole_and_its_worst_element_told() -> None:
    found = {one.id: one for one in check(parse(NET))}
    assert {name: one.elements for name, one in found.items()} == {"X": 20, "W": 12, "B": 3}
    assert all(one.ok for one in found.values())
    assert all(one.absolute < 1e-9 for one in found.values())
    assert all(
        one.where is not None and len(one.where) == (1 if one.id == "B" else 2) for one in found.values()
    )


def test_inner_nodes_are_moved_as_if_they_were_leaves() -> None:
    graph = parse(NET)
    requires_grad = graph.requires_grad()
    found = check_at(graph, None, [node for node in range(len(graph)) if requires_grad[node]])
    assert len(found) > 12
    assert all(one.ok for one in found), found


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        ("relu.mask_dropped", {"X", "W", "B"}),
        ("fan_out.not_summed", {"X", "W", "B"}),
        ("matmul.upstream_forgotten", {"X", "W"}),
        ("mean.upstream_forgotten", set()),
    ],
)
def test_a_broken_rule_is_found_where_it_matters(mistake: str, wrong: set[str]) -> None:
    assert {one.id for one in check(parse(NET), mistakes=[mistake]) if not one.ok} == wrong


def test_a_tensor_output_is_the_sum_of_its_elements_times_the_seed() -> None:
    (found,) = check(parse("x = [1, 2, 3]\ny = x ** 3"), upstream=2.5)
    assert found.ok
    assert found.backprop == pytest.approx(found.numerical)
    assert found.where is not None
    assert found.backprop == 2.5 * 3 * (found.where[0] + 1) ** 2


def test_numbers_with_a_tensor_op() -> None:
    found = check(parse("x = 3\nt = 1\nL = mse(x, t)"))
    assert [(one.id, one.backprop, one.where, one.ok) for one in found] == [
        ("x", 4.0, None, True),
        ("t", -4.0, None, True),
    ]


def test_one_element_of_many_that_is_wrong_is_told() -> None:
    graph = parse("x = [3, 1, -2]\ny = sum(relu(x))")
    (found,) = check(graph, mistakes=["relu.mask_dropped"])
    assert (found.ok, found.where, found.elements) == (False, (2,), 3)


def test_the_element_at_a_kink_is_told_with_both_slopes() -> None:
    (found,) = check(parse("x = [3, 1, 0]\ny = sum(relu(x) * [1, 1, 2])"))
    assert (found.ok, found.where, found.elements) == (True, (2,), 3)
    assert found.kink is not None
    assert (found.kink.left, found.kink.right) == pytest.approx((0, 2), abs=1e-9)
    assert found.kink.kinks == ("relu.zero",)


def test_of_many_elements_those_at_a_kink_are_still_judged_by_both_slopes() -> None:
    (found,) = check(parse("x = zeros(40, 30)\ny = sum(relu(x))"))
    assert (found.ok, found.elements, found.kink is not None) == (True, 1200, True)


def test_an_empty_tensor_agrees() -> None:
    (found,) = check(parse("x = zeros(0, 3)\ny = sum(x)"))
    assert (found.ok, found.elements) == (True, 0)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("inf")])
def test_an_epsilon_that_is_no_step_is_refused(epsilon: float) -> None:
    with pytest.raises(EvaluationError):
        check(parse(NET), epsilon=epsilon)


@draws(30)
@given(programs())
def test_random_programs_pass(drawn: tuple[str, dict[str, Any]]) -> None:
    program, inputs = drawn
    graph = parse(program, {name: value.shape for name, value in inputs.items()})
    given = {node.id: inputs[node.id] for node in graph.inputs}
    for found in check(graph, given):
        assert found.ok, found


@pytest.mark.parametrize("program", ["x = [1e308, 2]\ny = x * x * x", "x = [0, 1]\ny = sum(1 / x)"])
def test_where_every_difference_is_infinite_nothing_is_confirmed(program: str) -> None:
    for upstream in (1.0, 0.0, 1e308):
        (only,) = check(parse(program), upstream=upstream)
        assert not only.ok


def test_of_many_elements_that_disagree_the_worst_is_one_that_no_step_confirms() -> None:
    graph = parse("x = randn(2000) * 1000\ny = sum(x * x * x)")
    (broken,) = check(graph, mistakes=["mul.not_swapped"])
    (right,) = check(graph)
    assert right.ok
    assert not broken.ok
