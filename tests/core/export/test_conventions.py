"""Exports carry the conventions chosen at kinks: run, they give the chosen gradients."""

import json
import re

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.export import export
from chainrule.core.language.program import parse
from chainrule.core.ops.rules import CONVENTIONS
from tests.core.ops.test_kinks import AT_KINKS
from tests.helpers.scripts import output_of

ALONG_AXES = (
    ("a = [[1, 3, 3], [2, 2, 1]]\ny = sum(max(a, axis=1) * [2, 3])", "max.tie"),
    ("a = [[1, 3, 1], [3, 2, 1]]\ny = sum(min(a, axis=0, keepdims=True) * [2, 3, 4])", "min.tie"),
    ("a = [[[1, 3], [3, 0]], [[2, 2], [2, 2]]]\ny = sum(max(a, axis=(0, 2)) * [2, 3])", "max.tie"),
    ("x = [[0, 1], [0, -1]]\nw = [2, 3]\ny = sum(relu(x * w) ** 2 + relu(x) * w)", "relu.zero"),
    ("a = [1, 2, 3]\nb = 2\ny = sum(maximum(a, b) * minimum(b, a))", "maximum.tie"),
)


def printed(script: str) -> list[float]:
    lines = output_of(script).splitlines()
    return [
        float(found)
        for line in lines
        for found in re.findall(r"-?\d[\d.e+-]*|inf|nan", line.partition("=")[2])
    ]


def check(program: str, conventions: list[str]) -> None:
    tape = Tape(parse(program))
    values = tape.forward()
    gradients = tape.backward(values=values, conventions=conventions)
    inputs = [gradients.nodes[node.index] for node in tape.graph.inputs]
    expected = np.concatenate([np.ravel(each) for each in (values[tape.graph.output], *inputs)])
    for format in ("python", "pytorch"):
        script = export(tape.graph, values, gradients, format).text
        np.testing.assert_allclose(printed(script), expected, rtol=1e-12, err_msg=script)
        assert all(f"# Conventions at kinks: {', '.join(sorted(conventions))}" in script for _ in conventions)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_scripts_pass_what_was_chosen(convention: str) -> None:
    kink = convention.rpartition(".")[0]
    program = AT_KINKS[kink][0]
    check(program, [convention])
    check(f"{program}\nz = 3 * y + y", [convention])


@pytest.mark.parametrize(("program", "kink"), ALONG_AXES)
def test_scripts_pass_it_along_axes_and_beside_broadcasting(program: str, kink: str) -> None:
    for convention in CONVENTIONS:
        if convention.startswith(f"{kink}."):
            check(program, [convention])


def test_the_default_needs_no_word() -> None:
    check("a = 1\nb = 1\ny = maximum(a, b)", [])


def test_the_graph_as_json_names_them() -> None:
    tape = Tape(parse("a = 0\ny = relu(a)"))
    values = tape.forward()
    for conventions in ([], ["relu.zero.one"]):
        gradients = tape.backward(values=values, conventions=conventions)
        whole = json.loads(export(tape.graph, values, gradients, "json").text)
        assert whole["conventions"] == conventions
        assert whole["nodes"][0]["grad"] == len(conventions)


def test_where_pytorch_has_no_form_a_comment_says_so() -> None:
    tape = Tape(parse("a = 1e999\nb = 1e999\ny = maximum(a, b)"))
    values = tape.forward()
    gradients = tape.backward(values=values, conventions=["maximum.tie.first"])
    assert "# At infinity or NaN the chosen convention has no form in PyTorch." in (
        export(tape.graph, values, gradients, "pytorch").text
    )
