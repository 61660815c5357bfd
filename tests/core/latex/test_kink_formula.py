"""Formulas at kinks: none is false, and each says what is passed and where."""

import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.explain.explain import explain
from chainrule.core.explain.explanation import Explanation
from chainrule.core.language.program import parse
from tests.core.explain.test_equations import false_in

AT_KINKS = (
    "a = 1\nb = 1\ny = 3 * maximum(a, b)",
    "a = 1\nb = 1\ny = minimum(a, b)",
    "a = 0\ny = relu(a) + abs(a) + leaky_relu(a)",
    "a = 0\nb = 2\ny = a ** b",
    "a = 0\nb = 0\ny = a ** b",
    "a = 0\nb = 0\ny = arctan2(a, b)",
    "a = 0\nb = 0\ny = xlogy(a, b)",
    "a = [0, 1]\nb = [0, 2]\ny = sum(xlogy(a, b))",
    "a = 0\ny = sqrt(a) + log(a)",
    "a = [1, 3, 3]\ny = 2 * max(a)",
    "a = [1, 1, 3]\ny = min(a) ** 2",
    "a = [1, 2]\nb = [1, 3]\ny = sum(maximum(a, b))",
    "a = [[1, 2], [3, 1]]\nb = [1, 2]\ny = sum(maximum(a, b) ** 2)",
    "a = [0, 2]\np = 2\ny = sum(a ** p)",
    "a = [0, 0]\np = [0, 2]\ny = sum(a ** p)",
    "a = [0, 0, 3]\np = [0, 2, 2]\ny = sum(a ** p)",
    "a = [0, 0]\nb = [0, -1]\ny = sum(arctan2(a, b))",
    "a = [1, 1]\ny = std(a)",
    "a = 1\ny = clip(a, 0, 1)",
    "a = [0, 2]\ny = sum(leaky_relu(a))",
    "a = 0\nb = 0\ny = where(a > b, a, b)",
)


@pytest.mark.parametrize("program", AT_KINKS)
def test_no_equation_at_a_kink_is_false(program: str) -> None:
    assert false_in(program) == []


def explained(program: str, part: str, conventions=()) -> Explanation:
    tape = Tape(parse(program))
    values = tape.forward()
    gradients = tape.backward(values=values, conventions=conventions)
    return explain(tape.graph, values, gradients, part, "en")


@pytest.mark.parametrize(
    ("program", "conventions", "symbols", "numbers"),
    [
        ("a = 1\nb = 1\ny = maximum(a, b)", (), r"0.5 \cdot [a = b]", r"0.5 \cdot [1 = 1] = 0.5"),
        ("a = 1\nb = 1\ny = maximum(a, b)", ("maximum.tie.first",), "[a = b]", "[1 = 1] = 1"),
        ("a = 1\nb = 1\ny = maximum(a, b)", ("maximum.tie.second",), "[a > b]", "[1 > 1] = 0"),
        ("a = 2\nb = 1\ny = maximum(a, b)", (), "[a > b]", "[2 > 1] = 1"),
        ("a = 0\ny = relu(a)", (), "[a > 0]", "[0 > 0] = 0"),
        ("a = 0\ny = relu(a)", ("relu.zero.half",), r"0.5 \cdot [a = 0]", r"0.5 \cdot [0 = 0] = 0.5"),
        ("a = 0\ny = abs(a)", ("abs.zero.minus",), "-[a = 0]", "-[0 = 0] = -1"),
        ("a = 1\ny = clamp_min(a, 1)", ("clamp_min.bound.blocked",), r"0 \cdot [a = 1]", r"0 \cdot [1 = 1] = 0"),
    ],
)  # fmt: skip
def test_the_local_derivative_says_what_is_passed_and_where(program, conventions, symbols, numbers) -> None:
    local = explained(program, "y", conventions).locals[0]
    assert (local.symbols, local.numbers) == (rf"\frac{{\partial y}}{{\partial a}} = {symbols}", numbers)


def test_tensors_that_stand_at_a_kink_in_part_have_both_in_one_formula() -> None:
    local = explained("a = [1, 2]\nb = [1, 3]\ny = sum(maximum(a, b))", "op_1").locals[0]
    assert local.symbols.endswith(r"= [a > b] + 0.5 \cdot [a = b]")


def test_ties_of_elements_share_and_say_so() -> None:
    program = "a = [1, 3, 3]\ny = max(a)"
    assert (
        explained(program, "y")
        .locals[0]
        .symbols.endswith(r"\frac{1}{2} \cdot \frac{\partial y}{\partial y} \odot [a = y]")
    )
    first = explained(program, "y", ["max.tie.first"]).locals[0]
    assert first.symbols.endswith(r"\operatorname{first}[a = y]")
    assert first.numbers == r"\begin{pmatrix} 0 & 1 & 0 \end{pmatrix}"


def test_a_rule_broken_on_purpose_still_shows_what_should_stand_there() -> None:
    tape = Tape(parse("a = 1\nb = 1\ny = maximum(a, b)"))
    gradients = tape.backward(mistakes=["maximum.both_passed"])
    local = explain(tape.graph, tape.forward(), gradients, "y", "en").locals[0]
    assert local.numbers == r"0.5 \cdot [1 = 1] \neq 1"
