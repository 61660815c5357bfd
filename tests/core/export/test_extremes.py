"""Extremes: at 0, ±∞, NaN and the ends of float64, numbers, tensors and scripts have the same values and gradients."""

import itertools
import math

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.export import export
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS
from tests.app.test_every_op import run

EXTREMES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324]
CALLS = {name: (op.written, op.arity) for name, op in OPS.items() if op.tensor is None} | {
    "sigmoid": ("sigmoid(a)", 1),
    "softplus": ("softplus(a)", 1),
    "gelu": ("gelu(a)", 1),
    "square root": ("a ** 0.5", 1),
    "square": ("a ** 2", 1),
}
OUT_OF_RANGE = {"arctan2": (5e-324, 1e308), "log1p": (5e-324,)}
"""Where PyTorch's own gradient is not exact: squares of these over- or underflow, and log1p takes them as 0."""


def at_extremes(name: str) -> tuple[str, dict[str, np.ndarray]]:
    """A program that calls the op, and every combination of extremes as its inputs."""
    written, arity = CALLS[name]
    rows = np.array(list(itertools.product(EXTREMES, repeat=arity)))
    return f"y = {written}", dict(zip("ab"[:arity], rows.T, strict=True))


def columns(program: str, inputs: dict[str, np.ndarray], form: str = "") -> dict[str, np.ndarray]:
    """The value and the gradients, as the tape has them, or as a script prints them."""
    graph = parse(program, {name: column.shape for name, column in inputs.items()})
    tape = Tape(graph)
    values = tape.forward(inputs)
    gradients = tape.backward(values=values)
    if form:
        printed = run(export(graph, values, gradients, form, "en").text)
        return {name: np.asarray(value, dtype=float) for name, value in printed.items()}
    return {"y": np.asarray(values[graph.output])} | {
        f"d{node.id}": np.asarray(gradients.nodes[node.index]) for node in graph.inputs
    }


@pytest.mark.parametrize("name", CALLS)
def test_scripts_agree(name):
    program, inputs = at_extremes(name)
    expected = columns(program, inputs)
    exact = np.all([~np.isin(np.abs(each), OUT_OF_RANGE.get(name, ())) for each in inputs.values()], axis=0)
    for form in ("python", "pytorch"):
        found = columns(program, inputs, form)
        assert found.keys() == expected.keys()
        rows = exact if form == "pytorch" else slice(None)
        for key, column in expected.items():
            np.testing.assert_allclose(found[key][rows], column[rows], rtol=1e-12, err_msg=f"{form} {key}")


def _numbers_agree(name: str, step: int) -> None:
    program, inputs = at_extremes(name)
    expected = columns(program, inputs)
    lines = "".join(f"{key} = 1\n" for key in inputs)
    tape = Tape(parse(lines + program))
    for row in range(0, len(inputs["a"]), step):
        values = tape.forward({key: float(column[row]) for key, column in inputs.items()})
        gradients = tape.backward(values=values)
        found = {"y": values[tape.graph.output]} | {
            f"d{node.id}": gradients.nodes[node.index] for node in tape.graph.inputs
        }
        for key, column in expected.items():
            np.testing.assert_allclose(found[key], column[row], rtol=1e-12, err_msg=f"{key} at {row}")


@pytest.mark.parametrize("name", CALLS)
def test_numbers_and_tensors_agree(name):
    _numbers_agree(name, 1 if CALLS[name][1] == 1 else 5)


@pytest.mark.soak
@pytest.mark.parametrize("name", CALLS)
def test_numbers_and_tensors_agree_everywhere(name):
    _numbers_agree(name, 1)


@pytest.mark.parametrize(
    "program",
    [
        "a = -1\nb = 0.5\ny = (a * 1e308 * 10) ** b",
        "a = 0\ny = a ** -1",
        "a = 1000\ny = exp(a)",
        "a = -1\ny = log(a) + a ** 0.5",
        "a = 1e200\ny = a ** 2",
        "a = 0\nb = 0\ny = a / b",
        "a = 1e308\ny = softplus(a) + sigmoid(a)",
    ],
)
@pytest.mark.parametrize("form", ["python", "pytorch"])
def test_scripts_of_numbers_run_where_python_would_raise(program, form):
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    found = run(export(graph, values, gradients, form, "en").text)
    np.testing.assert_allclose(found["y"], values[graph.output])
    for node in graph.inputs:
        np.testing.assert_allclose(found[f"d{node.id}"], gradients.nodes[node.index])


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("big", [math.inf, 1e308])
def test_a_place_passes_no_gradient_not_even_infinity(name, big):
    program = f"a = [0, 1]\nb = [1, 2]\nL = sum({name}(a) * b + a * b)"
    inputs = {"a": np.array([3.0, 1.0]), "b": np.array([big, big])}
    expected = columns(program, inputs)
    np.testing.assert_array_equal(expected["da"], [big, big])
    for form in ("python", "pytorch"):
        np.testing.assert_array_equal(columns(program, inputs, form)["da"], [big, big])
