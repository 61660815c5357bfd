"""Composites at inputs of any size: closed, open and in exports the numbers are those of fifty digits."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from chainrule.core.engine.tape import Tape
from chainrule.core.export import export
from chainrule.core.language.program import parse
from chainrule.core.latex.value_formula import simplified_vjp
from chainrule.core.ops import ARRAY_FUNCTIONS, compile_rule
from chainrule.core.ops.composites import COMPOSITES
from tests.helpers.scripts import output_of

SMALLEST = 2.3e-308
"""Below it float64 has no full precision."""
ALL, FEW = 10_000, 250
"""Points in the long run and in the check."""

mpmath.mp.dps = 50


def points(count: int) -> np.ndarray:
    """Points from −1e4 to 1e4, denser near 0, and some where naive forms break."""
    dense = np.linspace(-1, 1, count // 2)
    odd = [0.0, -0.0, 37.0, -37.0, 40.0, -40.0, 400.0, -400.0, 709.0, -709.0, 710.0, -710.0, 745.0, -745.0]
    return np.concatenate([dense**3 * 1e4, dense * 800, odd])


def _sigmoid(x: float) -> tuple[mpf, mpf]:
    e = mpmath.exp(-abs(mpf(x)))
    return (e if x < 0 else 1) / (1 + e), e / (1 + e) ** 2


def _softplus(x: float) -> tuple[mpf, mpf]:
    return max(mpf(x), mpf(0)) + mpmath.log1p(mpmath.exp(-abs(mpf(x)))), _sigmoid(x)[0]


def _gelu(x: float) -> tuple[mpf, mpf]:
    area = mpmath.erfc(-mpf(x) / mpmath.sqrt(2)) / 2
    return x * area, area + x * mpmath.exp(-(mpf(x) ** 2) / 2) / mpmath.sqrt(2 * mpmath.pi)


REFERENCES = {"sigmoid": _sigmoid, "softplus": _softplus, "gelu": _gelu}


def near(found: Any, wanted: Sequence[mpf], scale: float = 0.0) -> None:
    """Hold numbers to 1e-12 of their references, or of ``scale`` where terms cancel."""
    np.testing.assert_allclose(
        found, np.array([float(each) for each in wanted]), rtol=1e-12, atol=max(SMALLEST, 1e-12 * scale)
    )


def _elementwise(name: str, at: np.ndarray) -> None:
    reference = [REFERENCES[name](x) for x in at.tolist()]
    tape = Tape(parse(f"y = {name}(x)", {"x": at.shape}))
    values = tape.forward({"x": at})
    y, gradient = values[tape.graph.output], tape.backward(values=values).nodes[tape.graph.index("x")]
    near(y, [value for value, _ in reference])
    near(gradient, [slope for _, slope in reference])
    with np.errstate(all="ignore"):
        closed = compile_rule(COMPOSITES[name].partials[0].code, ARRAY_FUNCTIONS)(at, at, y)
    near(closed, [slope for _, slope in reference])
    number = Tape(parse(f"x = 0\ny = {name}(x)"))
    for x, (value, slope) in list(zip(at.tolist(), reference, strict=True))[::7]:
        values = number.forward({"x": x})
        near([values[number.graph.output], number.backward(values=values).nodes[0]], [value, slope])


@pytest.mark.parametrize("name", REFERENCES)
def test_open_and_closed_are_the_reference(name):
    _elementwise(name, points(FEW))


@pytest.mark.soak
@pytest.mark.parametrize("name", REFERENCES)
def test_open_and_closed_are_the_reference_at_ten_thousand_points(name):
    _elementwise(name, points(ALL))


class Case(NamedTuple):
    """A composite of several operands as a function of one number: its program, and x put into the operand ``a``."""

    program: str
    a: Callable[[float], Any]
    reference: Callable[[list[mpf]], tuple[list[mpf], list[mpf]]]
    """The result and the gradient of ``a``, flat, from the elements of ``a``; upstream 1, 2, 3 … by element."""
    scale: Callable[[float], float] = lambda x: 0.0
    """The size of terms that cancel."""


def _probabilities(scores: list[mpf]) -> list[mpf]:
    e = [mpmath.exp(each - max(scores)) for each in scores]
    return [each / mpmath.fsum(e) for each in e]


def _softmax(a: list[mpf]) -> tuple[list[mpf], list[mpf]]:
    p = _probabilities(a)
    # Differences of the upstream gradients, so that 50 digits are enough.
    return p, [p[i] * mpmath.fsum(p[j] * (i - j) for j in range(len(a))) for i in range(len(a))]


def _softmax_loss(t: list[float]) -> Callable[[list[mpf]], tuple[list[mpf], list[mpf]]]:
    def reference(a: list[mpf]) -> tuple[list[mpf], list[mpf]]:
        p, log_sum = _probabilities(a), mpmath.log(mpmath.fsum(mpmath.exp(each - max(a)) for each in a))
        loss = mpmath.fsum(w * (log_sum - (each - max(a))) for w, each in zip(t, a, strict=True))
        others = [
            mpmath.fsum(p[j] * t[i] - p[i] * t[j] for j in range(len(a)) if j != i) for i in range(len(a))
        ]
        return [loss], [-each for each in others]

    return reference


def _affine(a: list[mpf]) -> tuple[list[mpf], list[mpf]]:
    x, y = a
    return [x * mpf(0.5) + 2 * y + 1, -x + mpf(0.25) * y - 3], [mpf(0.5) - 2, mpf(2) + mpf(0.5)]


CASES = {
    "softmax": Case("y = softmax(a)", lambda x: [x, 0.0, 1.0], _softmax),
    "label": Case(
        "y = softmax_with_loss(a, [1, 0, 0])",
        lambda x: [x, 0.0, 1.0],
        _softmax_loss([1, 0, 0]),
        lambda x: 1e-3,
    ),
    "other label": Case(
        "y = softmax_with_loss(a, [0, 1, 0])", lambda x: [x, 0.0, 1.0], _softmax_loss([0, 1, 0])
    ),
    "targets": Case(
        "y = softmax_with_loss(a, [0.25, 0.25, 0.5])",
        lambda x: [x, 0.0, 1.0],
        _softmax_loss([0.25, 0.25, 0.5]),
        abs,
    ),
    "cross entropy": Case(
        "y = cross_entropy(a, [0.25, 0.75])",
        lambda x: [abs(x) + 1e-9, 2.0],
        lambda a: ([-mpmath.log(a[0]) / 4 - mpmath.log(a[1]) * 3 / 4], [-1 / (4 * a[0]), -3 / (4 * a[1])]),
        lambda x: 1.0,
    ),
    "affine": Case("y = affine(a, [[0.5, -1], [2, 0.25]], [1, -3])", lambda x: [x, 2.0], _affine, abs),
    "mse": Case(
        "y = mse(a, [1, 3])",
        lambda x: [x, 2.0],
        lambda a: ([((a[0] - 1) ** 2 + (a[1] - 3) ** 2) / 2], [a[0] - 1, a[1] - 3]),
    ),
    "clip": Case(
        "y = clip(a, -100, 50)",
        lambda x: [x, 0.5],
        lambda a: (
            [min(max(each, mpf(-100)), mpf(50)) for each in a],
            [mpf(k + 1) * (-100 <= each <= 50) for k, each in enumerate(a)],
        ),
    ),
    "where": Case(
        "y = where(a > 0, a, a * 3)",
        lambda x: [x, -0.5],
        lambda a: (
            [each if each > 0 else 3 * each for each in a],
            [mpf(k + 1) * (1 if each > 0 else 3) for k, each in enumerate(a)],
        ),
    ),
}


def _several(case: Case, at: np.ndarray) -> None:
    tape = Tape(parse(case.program, {"a": np.shape(case.a(0.0))}))
    graph = tape.graph
    upstream = np.arange(1.0, np.prod(graph.shapes.get(graph.output, ()), dtype=int) + 1)
    upstream = upstream.reshape(graph.shapes.get(graph.output, ()))
    vjp = simplified_vjp(graph, graph.groups[0], graph.index("a"))
    for x in at.tolist():
        a = np.array(case.a(x))
        value, slope = case.reference([mpf(each) for each in a.tolist()])
        values = tape.forward({"a": a})
        y = values[graph.output]
        near(np.ravel(y), value, case.scale(x))
        near(tape.backward(upstream, values=values).nodes[graph.index("a")], slope)
        if vjp is not None and vjp.vjp is not None:
            with np.errstate(all="ignore"):
                near(
                    vjp.vjp(
                        upstream,
                        a,
                        np.asarray(values[graph.groups[0].inputs[1 % len(graph.groups[0].inputs)]]),
                        y,
                    ),
                    slope,
                )


def test_every_composite_has_a_reference():
    called = " ".join(case.program for case in CASES.values())
    assert all(name in REFERENCES or f"{name}(" in called for name in COMPOSITES)


@pytest.mark.parametrize("name", CASES)
def test_of_several_operands_too(name):
    _several(CASES[name], points(FEW))


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_of_several_operands_too_at_ten_thousand_points(name):
    _several(CASES[name], points(ALL))


def printed(program: str, form: str) -> list[str]:
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    text = export(graph, values, tape.backward(values=values), form, "en").text
    return [line.partition(" = ")[2] for line in output_of(text).splitlines()]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("x", [-1000.0, -400.0, -40.0, 0.0, 40.0, 1000.0])
@pytest.mark.parametrize("form", ["python", "pytorch"])
@pytest.mark.parametrize("tensor", [False, True])
def test_exports_print_these_numbers_too(name, x, form, tensor):
    program = f"x = [{x}, {x}]\ny = {name}(x)" if tensor else f"x = {x}\ny = {name}(x)"
    found = [np.ravel(eval(each))[0] for each in printed(program, form)]
    near(np.array(found), list(REFERENCES[name](x)))


@pytest.mark.parametrize(
    ("program", "loss", "gradients"),
    [
        ("y = [1, 0]\nt = [1, 0]\nL = cross_entropy(y, t)", 0.0, {"y": [-1, 0], "t": [0, 0]}),
        ("a = [1000, 0]\nt = 0\nL = cross_entropy(softmax(a), t)", 0.0, {"a": [0, 0]}),
        ("y = [[1, 0], [0, 1]]\nt = [0, 1]\nL = cross_entropy(y, t)", 0.0, {"y": [[-0.5, 0], [0, -0.5]]}),
        ("a = 0\nb = 0\ny = xlogy(a, b)", 0.0, {"a": 0, "b": 0}),
        ("a = 0\nb = 0.5\ny = xlogy(a, b)", 0.0, {"a": np.log(0.5), "b": 0}),
    ],
)
def test_zero_times_log_zero_counts_as_zero(program, loss, gradients):
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    found = tape.backward(values=values)
    assert values[graph.output] == loss
    for name, wanted in gradients.items():
        np.testing.assert_allclose(found.nodes[graph.index(name)], wanted, rtol=1e-15)
    for form in ("python", "pytorch"):
        first, *others = printed(program, form)
        assert eval(first) == loss
        for each, wanted in zip(others, gradients.values(), strict=True):
            np.testing.assert_allclose(eval(each), wanted, rtol=1e-15)


@pytest.mark.parametrize("b", [3e200, -2e-200, 7e153, 1e-162, -4e-320, 1.0])
@pytest.mark.parametrize("a", [-5e200, 3e-200, 2e154, 1.0])
def test_the_slopes_of_arctan2_need_no_square(a, b):
    tape = Tape(parse("a = 1\nb = 1\ny = arctan2(a, b)"))
    gradients = tape.backward(values=tape.forward({"a": a, "b": b})).nodes
    square = mpf(a) ** 2 + mpf(b) ** 2
    near(np.array(gradients[:2]), [mpf(b) / square, -mpf(a) / square])
