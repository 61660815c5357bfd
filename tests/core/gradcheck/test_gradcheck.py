"""The gradient check: right where there is a derivative, and honest where there is none."""

import math
from importlib import import_module

import pytest
from hypothesis import given

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import EvaluationError
from chainrule.core.gradcheck.gradcheck import TOLERANCE, check, check_at
from chainrule.core.gradcheck.numerical import numerical, numerical_at
from chainrule.core.gradcheck.one_sided import CheckKink
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES
from chainrule.core.ops.rules import MISTAKES
from tests.helpers.draws import draws
from tests.helpers.strategies import Program, programs

SHOPPING = "apple = 100\napple_num = 2\ntax = 1.1\nprice = apple * apple_num * tax"


def test_the_derivatives_of_the_book():
    assert numerical(parse(SHOPPING)) == pytest.approx({"apple": 2.2, "apple_num": 110, "tax": 200})


def test_a_check_tells_both_numbers_and_their_difference():
    [apple, _, _] = check(parse(SHOPPING), epsilon=1e-4)
    assert (apple.id, apple.ok, apple.epsilon) == ("apple", True, 1e-4)
    assert apple.backprop == pytest.approx(2.2)
    assert apple.absolute == abs(apple.backprop - apple.numerical)
    assert apple.relative == apple.absolute / max(apple.backprop, apple.numerical)
    assert apple.relative < 1e-9


def test_inputs_and_seed_are_those_given():
    [apple, _, _] = check(parse(SHOPPING), {"apple_num": 5}, upstream=-2.0)
    assert apple.backprop == pytest.approx(-11)
    assert apple.numerical == pytest.approx(-11)
    assert apple.ok


def test_any_node_can_be_moved_even_one_behind_another():
    graph = parse("x = 0.5\nu = exp(x)\nv = u * u\ny = sin(v) * x")
    nodes = [graph.index(name) for name in ("x", "u", "v", "y")]
    v = math.exp(1.0)
    u_slope = math.cos(v) * 2 * math.exp(0.5) * 0.5
    expected = [u_slope * math.exp(0.5) + math.sin(v), u_slope, math.cos(v) * 0.5, 1.0]
    found = [derivative.value for derivative in numerical_at(graph, None, nodes)]
    assert found == pytest.approx(expected, rel=1e-8)
    assert all(each.ok for each in check_at(graph, None, nodes))


@draws(50)
@given(programs())
def test_every_node_of_a_random_program_passes(program: Program):
    graph = parse(program.text)
    nodes = [node for node, requires_grad in enumerate(graph.requires_grad()) if requires_grad]
    checks = check_at(graph, None, nodes)
    # Where a gradient is large the curve may bend within the smallest step.
    if max(abs(each.backprop) for each in checks) < 1e3:
        assert all(each.ok for each in checks), [each for each in checks if not each.ok]


@pytest.mark.parametrize(
    ("program", "slope"),
    [
        ("x = 0.0001\ny = log(x)", 1e4),
        ("x = 0.00000001\ny = 1 + x", 1.0),
        ("x = 1000000.0\ny = sin(x)", math.cos(1e6)),
        ("x = 0.000000001\ny = relu(x)", 1.0),
        ("x = 650\ny = x * x", 1300.0),
        ("x = 0.0\ny = exp(x)", 1.0),
        ("x = 1e100\ny = x / 3", 1 / 3),
    ],
)
def test_the_step_suits_the_function(program: str, slope: float):
    [checked] = check(parse(program))
    assert checked.numerical == pytest.approx(slope, rel=1e-8)
    assert checked.ok


def test_at_a_kink_the_gradient_is_compared_with_both_slopes():
    [checked] = check(parse("x = 0.0\ny = relu(x)"))
    assert (checked.backprop, checked.numerical, checked.ok) == (0.0, 0.5, True)
    assert checked.kink == CheckKink(0.0, 1.0, ("relu.zero",), True)


KINKS = (
    # program, upstream, conventions: both slopes, whether the gradient lies between
    ("a = 1\nb = 1\ny = 3 * maximum(a, b)", 1.0, [], (0, 3, True)),
    ("a = 1\nb = 1\ny = 3 * maximum(a, b)", 1.0, ["maximum.tie.each"], (0, 3, True)),
    ("x = 0\nu = 2 * x\ny = (relu(u) + 1) ** 2 + 3 * x", 1.0, [], (3, 7, True)),
    ("x = 0\ny = relu(x)", -2.0, [], (0, -2, True)),
    ("x = 0\ny = abs(x) + relu(x)", 1.0, [], (-1, 2, True)),
    ("x = 0\ny = 2 * sqrt(x)", 1.0, [], (None, math.inf, True)),
    ("x = 1\ny = 3 * (x > 1)", 1.0, [], (0, math.inf, True)),
    ("x = [1, 1]\ny = std(x)", 1.0, [], (-0.5, 0.5, True)),
    ("x = [1, 3, 3]\ny = 2 * max(x)", 1.0, ["max.tie.first"], (0, 2, True)),
    # What the chain rule gets wrong: relu(x) − relu(−x) is x, |x| is √(x·x).
    ("x = 0\ny = relu(x) - relu(-x)", 1.0, [], (1, 1, False)),
    ("x = 3\ny = maximum(x, x)", 1.0, ["maximum.tie.each"], (1, 1, False)),
    ("x = 0\ny = sqrt(x * x)", 1.0, [], (-1, 1, False)),
    ("x = 0\ny = log(x)", 1.0, [], (None, None, False)),
)


@pytest.mark.parametrize(("program", "upstream", "conventions", "expected"), KINKS)
def test_a_kink_on_the_way_gives_both_slopes(program, upstream, conventions, expected):
    checked, *_ = check(parse(program), upstream=upstream, conventions=conventions)
    assert checked.kink is not None
    assert (checked.kink.left, checked.kink.right) == pytest.approx(expected[:2], abs=1e-6)
    assert checked.ok is checked.kink.ok is expected[2]


@pytest.mark.parametrize(
    "program",
    ["x = 3\ny = maximum(x, x)", "x = [1, 3, 3]\ny = sum(softmax(x) ** 2)", "x = 0\ny = relu(x) ** 2"],
)
def test_kinks_that_cancel_are_none(program):
    [checked] = check(parse(program))
    assert (checked.ok, checked.kink) == (True, None)


def test_away_from_a_kink_wrong_stays_wrong():
    [checked] = check(parse("x = -1\ny = relu(x)"), mistakes=["relu.mask_dropped"])
    assert (checked.ok, checked.kink) == (False, None)


@pytest.mark.parametrize("program", ["x = 0.0\ny = log(x)", "x = -1.0\ny = log(x)", "x = 0.0\ny = 1 / x"])
def test_what_has_no_derivative_does_not_pass(program: str):
    [checked] = check(parse(program))
    assert not checked.ok


def test_nothing_flows_and_nothing_changes():
    [checked] = check(parse("x = 2.0\ny = relu(-x)"))
    assert checked[:6] == ("x", 0.0, 0.0, 0.0, 0.0, True)


def test_rounding_is_no_mistake():
    """The derivative is 0; both ways find what rounding left of it."""
    [checked] = check(parse("x = 0.3\ny = sin(x) * sin(x) + cos(x) * cos(x)"))
    assert checked.absolute < 1e-9
    assert checked.ok


def test_forward_differences_err_more_than_central_ones():
    graph, x = parse("x = 1.0\ny = sin(x ** 2)"), 0
    slope = 2 * math.cos(1.0)
    for epsilon in (1e-2, 1e-3, 1e-4):
        [forward] = numerical_at(graph, None, [x], epsilon, "forward")
        [central] = numerical_at(graph, None, [x], epsilon, "central")
        assert abs(central.value - slope) < abs(forward.value - slope) / 10
    halved = [abs(numerical_at(graph, None, [x], e, "forward")[0].value - slope) for e in (1e-3, 5e-4)]
    assert halved[0] / halved[1] == pytest.approx(2, rel=1e-2)  # first order
    halved = [abs(numerical_at(graph, None, [x], e)[0].value - slope) for e in (1e-2, 5e-3)]
    assert halved[0] / halved[1] == pytest.approx(4, rel=1e-2)  # second order


def test_many_inputs_take_turns(monkeypatch: pytest.MonkeyPatch):
    graph = Graph()
    total = graph.input("x0", 0.5)
    for k in range(1, 40):
        total = graph.apply(CODES["mul"], total, graph.input(f"x{k}", 1.0 + k / 100))
    at_once = numerical(graph)
    # By its file: in the room's door the name is the function.
    monkeypatch.setattr(import_module("chainrule.core.gradcheck.numerical"), "_NUMBERS_HELD", 5_000)
    assert numerical(graph) == at_once
    assert all(each.ok for each in check(graph))


def test_an_output_that_is_an_input_or_does_not_depend_on_one():
    graph = parse("x = 3.0\nz = 2.0\nx")
    assert [(each.id, each.numerical, each.ok) for each in check(graph)] == [
        ("x", 1.0, True),
        ("z", 0.0, True),
    ]


def test_what_cannot_be_asked():
    graph = parse(SHOPPING)
    for epsilon in (0.0, -1e-4, math.inf, math.nan):
        with pytest.raises(EvaluationError):
            check(graph, epsilon=epsilon)
    with pytest.raises(EvaluationError, match="not an input"):
        check(graph, {"aple": 1})
    with pytest.raises(EvaluationError, match="not a known mistake"):
        check(graph, mistakes=["mul.swapped"])


def test_broken_rules_of_a_whole_program_are_caught():
    graph = parse(
        "a = 1.3\nb = 0.7\nu = a * b + a / b - a\nv = exp(u) * log(a) + maximum(a, b) ** b\ny = tanh(v / 9)"
    )
    used = {node.op.name for node in graph.nodes if node.op}
    for mistake in MISTAKES:
        if mistake.partition(".")[0] in used - {"tanh"} and not mistake.startswith("add.upstream"):
            assert not all(each.ok for each in check(graph, mistakes=[mistake])), mistake
    assert TOLERANCE <= 1e-5
