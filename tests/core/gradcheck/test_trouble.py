"""Where a gradient and a difference of outputs do not meet, the check says why; held by mpmath's derivatives."""

from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from chainrule.core.gradcheck.gradcheck import check
from chainrule.core.gradcheck.trouble import SENTENCES
from chainrule.core.language.program import parse

Function = Callable[[Any], Any]


def derivative(function: Function, x: str) -> float:
    """Return the derivative at ``x`` by a central difference of 800 digits."""
    with mpmath.workdps(800):
        at = mpmath.mpf(x)
        step = (abs(at) or 1) * mpmath.mpf(10) ** -300
        return float((function(at + step) - function(at - step)) / (2 * step))


RIGHT: list[tuple[str, str, str | None, Function]] = [
    ("1e-170", "x * x", "underflow", lambda x: x * x),
    ("1e-160", "sqrt(x * x + 1e-320)", "underflow", lambda x: mpmath.sqrt(x * x + mpmath.mpf("1e-320"))),
    ("-740.0", "exp(x)", "underflow", mpmath.exp),
    ("3.0", "1e16 + x", "cancellation", lambda x: mpmath.mpf(10) ** 16 + x),
    ("3.0", "1e20 + x", "cancellation", lambda x: mpmath.mpf(10) ** 20 + x),
    ("1e200", "x * x", "overflow", lambda x: x * x),
    ("1e-150", "x * x", None, lambda x: x * x),
    ("1e-150", "sigmoid(x)", None, lambda x: 1 / (1 + mpmath.exp(-x))),
    ("1e154", "x * x", None, lambda x: x * x),
    ("709.78", "exp(x)", None, mpmath.exp),
]


@pytest.mark.parametrize(("x", "expression", "trouble", "function"), RIGHT)
def test_a_right_gradient_is_confirmed_or_told_why_not(
    x: str, expression: str, trouble: str | None, function: Function
) -> None:
    [found] = check(parse(f"x = {x}\ny = {expression}"))
    truth = derivative(function, x)
    assert found.backprop == pytest.approx(truth, rel=1e-2 if trouble == "underflow" else 1e-9, abs=0)
    assert found.trouble == trouble
    if trouble is None:
        assert found.ok
        assert found.numerical == pytest.approx(truth, rel=1e-5, abs=0)


@pytest.mark.parametrize(
    ("x", "expression", "trouble"),
    [
        ("1e-8", "(1 - cos(x)) / (x * x)", "cancellation"),
        ("1e-200", "1 / x", "overflow"),
        ("1e300", "x * 1e10 / 1e10", "overflow"),
        ("1.0000000000000002", "abs(x - 1)", "kink"),
        ("-1.0", "log(x)", "undefined"),
        ("[1e200, 1.0]", "sum(x * x)", "overflow"),
        ("[1.0000000000000002, 3.0]", "sum(abs(x - 1))", "kink"),
    ],
)
def test_what_cannot_be_compared_is_told_apart(x: str, expression: str, trouble: str) -> None:
    [found] = check(parse(f"x = {x}\ny = {expression}"))
    assert (found.ok, found.trouble) == (False, trouble)


def test_a_broken_rule_is_no_trouble_of_the_check() -> None:
    checks = check(parse("a = 2\nb = 5\ny = a * b"), mistakes=["mul.not_swapped"])
    assert [(each.ok, each.trouble) for each in checks] == [(False, None), (False, None)]


def test_a_given_step_is_kept() -> None:
    [found] = check(parse("x = 1e-150\ny = x * x"), epsilon=1e-3)
    assert (found.epsilon, found.ok, found.trouble) == (1e-3, False, None)


def test_every_trouble_has_its_words() -> None:
    assert all(sentence.ko and sentence.en for sentence in SENTENCES.values())
