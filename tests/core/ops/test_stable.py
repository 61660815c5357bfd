"""Composites at inputs of any size: closed, open and in exports the numbers are those of fifty digits."""

import contextlib
import io
from decimal import Decimal, localcontext

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.export import export
from chainrule.core.language.program import parse
from chainrule.core.ops import ARRAY_FUNCTIONS, compile_rule
from chainrule.core.ops.composites import COMPOSITES

SMALLEST = 2.3e-308
"""Below it float64 has no full precision."""


def _points() -> np.ndarray:
    """10,000 points from −1e4 to 1e4, denser near 0."""
    dense = np.linspace(-1, 1, 4997)
    far = dense**3 * 1e4
    return np.concatenate([far, dense * 800, [0.0, -0.0, 40.0, -40.0, 710.0, -710.0]])


POINTS = _points()


def _sigmoid(x: float) -> tuple[Decimal, Decimal]:
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 60, -999999, 999999
        e = (-abs(Decimal(x))).exp()
        y = (e if x < 0 else 1) / (1 + e)
        return y, e / ((1 + e) * (1 + e))


def _softplus(x: float) -> tuple[Decimal, Decimal]:
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 60, -999999, 999999
        e = (-abs(Decimal(x))).exp()
        # ln(1 + e) by its series where 60 digits do not hold 1 + e.
        rest = (1 + e).ln() if e > Decimal("1e-20") else e - e * e / 2 + e * e * e / 3
        return max(Decimal(x), Decimal(0)) + rest, _sigmoid(x)[0]


REFERENCES = {"sigmoid": _sigmoid, "softplus": _softplus}


def near(found: np.ndarray, wanted: list[Decimal]) -> None:
    np.testing.assert_allclose(found, np.array([float(each) for each in wanted]), rtol=1e-12, atol=SMALLEST)


@pytest.mark.parametrize("name", REFERENCES)
def test_ten_thousand_points_open_and_closed(name):
    reference = [REFERENCES[name](float(x)) for x in POINTS]
    tape = Tape(parse(f"y = {name}(x)", {"x": POINTS.shape}))
    values = tape.forward({"x": POINTS})
    y, gradient = values[tape.graph.output], tape.backward(values=values).nodes[tape.graph.index("x")]
    near(y, [value for value, _ in reference])
    near(gradient, [slope for _, slope in reference])
    with np.errstate(all="ignore"):
        closed = compile_rule(COMPOSITES[name].partials[0].code, ARRAY_FUNCTIONS)(POINTS, POINTS, y)
    near(closed, [slope for _, slope in reference])
    number = Tape(parse(f"x = 0\ny = {name}(x)"))
    for x, (value, slope) in list(zip(POINTS.tolist(), reference, strict=True))[::17]:
        values = number.forward({"x": x})
        found = [values[number.graph.output], number.backward(values=values).nodes[0]]
        near(np.array(found), [value, slope])


def printed(program: str, form: str) -> list[str]:
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    text = export(graph, values, tape.backward(values=values), form, "en").text
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "export.py", "exec"), {"__name__": "__main__"})
    return [line.partition(" = ")[2] for line in out.getvalue().splitlines()]


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
