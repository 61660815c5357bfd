"""Exports of graphs with tensors: scripts that run alone and agree, shapes where a number has no room."""

import io
import json
import math
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.export import FORMATS, export
from chainrule.core.language.program import parse
from tests.core.language.test_tensor_programs import programs
from tests.helpers.draws import draws
from tests.helpers.scripts import output_of

SCRIPTS = ("python", "pytorch")
NET = """
X = randn(5, 4)  # 이미지
W1 = randn(4, 3, seed=1)
b1 = [1, 2, 3]
W2 = randn(3, 2, seed=2)
b2 = zeros(2)
t = [0, 1, 1, 0, 1]
a1 = affine(X, W1, b1)
z1 = sigmoid(a1)
a2 = affine(z1, W2, b2)
L = softmax_with_loss(a2, t)
"""
LAYERS = {
    "net": NET,
    "one sample": "x = [1, 2]\nW = [[1, 2], [3, 4]]\nb = [0.5, -1]\nt = [0, 1]\n"
    "L = softmax_with_loss(affine(x, W, b), t)",
    "softmax": "a = [[1, 2, 3], [0.5, -1, 2]]\nt = [[0, 0, 1], [0.2, 0.3, 0.1]]\nL = cross_entropy(softmax(a), t)",
    "learned targets": "a = [[1, 2, 3]]\nt = [[0.3, 0.3, 0.9]]\nL = softmax_with_loss(a, t) + sum(t * t)",
    "mse": "y = [[1, 2], [3, 4]]\nt = [[0, 1], [1, 0]]\nL = mse(relu(y - 2), t)",
    "mse broadcast": "y = [[1, 2], [3, 4]]\nt = [0, 1]\nL = mse(y, t)",
    "odd affine": "x = [[1, 2], [3, 4]]\nw = [1, 2]\nb = 3\ny = affine(x, w, b)",
    "weights computed": "x = [[1, 2]]\nw = [[1, 2], [3, 4]]\nb = [1, 1]\ny = affine(x, w * 2, b) * sum(w)",
    "twice": "x = [[1, 2], [3, 4]]\nb = [1, 1]\ny = affine(x, x, b)",
    "own layer": "def f(a, b):\n    return sigmoid(a @ b) * a\nx = [[1, 2], [3, 4]]\ny = f(x, x.T)",
    "numbers": "x = 3\nt = 1\nL = mse(x, t)",
    "unused": "x = [1, 2]\nz = [[1, 2]]\nL = sum(x)",
    "constant": "x = [1, 2]\nL = sum([3, 4]) * 2",
    "large": "x = randn(60, 20)\ny = mean(tanh(x))",
    "names": "np = [1, 2]\nAffine = [[1, 2], [3, 4]]\nsum_to = [1, 1]\n"
    "affine_1 = affine(np, Affine, sum_to)\nL = sum(affine_1)",
    "odd numbers": "x = [0, -1, 1]\ny = log(x)",
    "only a comparison": "x = [1, 2, 3]\nL = sum(x > 2)",
    "only a place": "x = [1, 3, 2]\nL = argmax(x) * 2",
    "only a condition": "x = [1, 0, 2]\nL = sum(where(x, [1, 2, 3], [4, 5, 6]))",
    "a condition beside its value": "x = [1, 0, 2]\nL = sum(where(x > 1, x, x * x))",
}


def evaluated(program: str, seed: float = 1.0) -> tuple[Graph, Values, Gradients]:
    tape = Tape(parse(program))
    values = tape.forward()
    return tape.graph, values, tape.backward(seed, values=values)


def printed(script: str) -> list[Any]:
    """Run a script; return the printed value, then the gradients."""
    return read(output_of(script))


def read(text: str) -> list[Any]:
    named = {"nan": math.nan, "inf": math.inf}
    return [np.array(eval(line.split(" = ", 1)[1], named), dtype=float) for line in text.splitlines()]


def agree(graph: Graph, values: Values, gradients: Gradients, script: str) -> None:
    found = printed(script)
    expected = [values[graph.output]]
    expected += [g for node in graph.inputs if (g := gradients.nodes[node.index]) is not None]
    for ours, theirs in zip(expected, found, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-11)
        assert theirs.shape == np.shape(ours)


@pytest.mark.parametrize("format", SCRIPTS)
@pytest.mark.parametrize("program", LAYERS.values(), ids=LAYERS)
def test_layers_agree(program: str, format: str) -> None:
    found = evaluated(program, 0.7)
    agree(*found, export(*found, format, "ko").text)


def test_the_net_is_written_with_the_books_classes_and_runs_alone(tmp_path: Path) -> None:
    found = evaluated(NET)
    script = export(*found, "python").text
    for line in (
        "affine_1 = Affine(W1, b1)",
        "a1 = affine_1.forward(X)",
        "z1 = sigmoid_1.forward(a1)",
        "da2 = softmax_with_loss_1.backward(dL)",
        "dz1 = affine_2.backward(da2)",
        "dW2 = affine_2.dW",
    ):
        assert line in script.splitlines()
    path = tmp_path / "net.py"
    path.write_text(script, encoding="utf-8")
    run = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    np.testing.assert_allclose(read(run.stdout)[0], found[1][found[0].output])


def test_the_classes_change_no_array_that_they_are_given() -> None:
    script = export(*evaluated(NET), "python").text
    before, _, after = script.partition("# Forward\n")
    namespace: dict[str, Any] = {}
    exec(before, namespace)
    arrays = {name: value for name, value in namespace.items() if isinstance(value, np.ndarray)}
    copies = {name: value.copy() for name, value in arrays.items()}
    with redirect_stdout(io.StringIO()):
        exec(after, namespace)
    assert set(arrays) == {"X", "W1", "b1", "W2", "b2", "t"}
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, copies[name])


@draws(30)
@given(programs())
def test_scripts_of_random_programs_agree(drawn: tuple[str, dict[str, Any]]) -> None:
    program, inputs = drawn
    graph = parse(program, {name: value.shape for name, value in inputs.items()})
    tape = Tape(graph)
    values = tape.forward({node.id: inputs[node.id] for node in graph.inputs})
    gradients = tape.backward(0.7, values=values)
    for format in FORMATS:
        text = export(graph, values, gradients, format).text
        if format in SCRIPTS:
            agree(graph, values, gradients, text)


def test_graphs_show_shapes() -> None:
    found = evaluated(NET)
    dot = export(*found, "dot").text
    assert '<font color="#1f5fa8">(5, 4)</font><br/><font color="#c2570c">(5, 4)</font>' in dot
    assert '"(5, 3) / (5, 3)"' in export(*found, "mermaid").text


def test_json_has_every_element() -> None:
    graph, values, gradients = evaluated("x = [[1, 2], [3, 0]]\ny = log(x)\nL = sum(y)")
    whole = json.loads(export(graph, values, gradients, "json").text)
    x, y, _ = whole["nodes"]
    assert (x["shape"], x["value"]) == ([2, 2], [[1, 2], [3, 0]])
    assert y["value"][1][1] == "-Infinity"
    assert whole["edges"][0]["local"][0] == [1.0, 0.5]
    assert whole["edges"][1]["local"] is None
