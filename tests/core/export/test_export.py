"""Exports: scripts that run and print the same numbers, files whose form no name or comment can break."""

import ast
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chainrule.app.lecture.examples import examples
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.export import FORMATS, export
from chainrule.core.export.dot import quoted as dot_quoted
from chainrule.core.export.mermaid import quoted as mermaid_quoted
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES, OPS
from chainrule.core.view.evaluated import GradientColumns, Numbers
from tests.helpers.draws import draws
from tests.helpers.scripts import output_of

SCRIPTS = ("python", "pytorch")
NASTY = [
    'say "hi"',
    '"""',
    "'''); import os; os.abort()  #",
    "\\",
    'end\\"',
    "a\\nb \\N \\G",
    "coding: latin-1 -*-",
    "%%{init: {}}%% ---",
    "1. list",
    "+ plus",
    "</font>> <script>",
    "`markdown`",
    "]) --> n0; click n0 call x()",
    "\u202e txt.exe \u2028 line",
    "🍎 사과 가격 👩\u200d🍳",
    "# #34; &quot;",
]


def evaluated(program: str, seed: float = 1.0) -> tuple[Graph, Numbers, GradientColumns]:
    graph = parse(program)
    tape = Tape(graph)
    return graph, tape.forward(), tape.backward(seed)


def printed(script: str) -> list[float]:
    """Run a script in a namespace of its own; return the printed value, then the gradients."""
    return numbers(output_of(script))


def numbers(text: str) -> list[float]:
    """Read the numbers of all lines, a tensor's one after the other."""
    constants = {"nan": math.nan, "inf": math.inf, "None": None}
    read = [eval(line.split(" = ", 1)[1], constants) for line in text.splitlines()]
    return flat(read)


def flat(values: Iterable[Any]) -> list[float]:
    return [float(each) for value in values if value is not None for each in np.ravel(value)]


def expected(graph: Graph, values: Numbers, gradients: GradientColumns) -> list[float]:
    inputs = [node.index for node in graph.inputs]
    return flat([values[graph.output], *(gradients.nodes[index] for index in inputs)])


@pytest.mark.parametrize("format", SCRIPTS)
@pytest.mark.parametrize("slug", examples())
def test_every_example_runs_and_prints_its_numbers(slug: str, format: str) -> None:
    example = examples()[slug]
    graph = parse(example.program, list(example.inputs))
    tape = Tape(graph)
    values = tape.forward(example.inputs)
    gradients = tape.backward(example.upstream)
    script = export(graph, values, gradients, format, "ko").text
    assert printed(script) == pytest.approx(expected(graph, values, gradients), rel=1e-9, abs=1e-12)


def test_the_shopping_script_runs_alone_as_the_book_writes_it(tmp_path: Path) -> None:
    program = examples()["layers-in-code"].program
    script = export(*evaluated(program), "python", "en").text
    assert "dall_price, dtax = mul_price_layer.backward(dprice)" in script
    assert "import core" not in script
    path = tmp_path / "layers.py"
    path.write_text(script, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", str(path)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert run.stderr == ""
    assert run.stdout.splitlines()[0].startswith("price = 715.0")
    assert numbers(run.stdout) == pytest.approx([715, 2.2, 110, 3.3, 165, 650])


LEAF = st.integers(0, 3)
ELEMENTWISE = sorted(name for name, op in OPS.items() if op.tensor is None)
STEP = st.tuples(st.sampled_from(ELEMENTWISE), st.integers(0, 400), st.integers(0, 400))


@draws(75)
@given(
    st.lists(st.floats(-3, 3).map(lambda x: round(x, 3)), min_size=4, max_size=4), st.lists(STEP, max_size=25)
)
def test_scripts_of_random_graphs_agree(leaves: list[float], steps: list[tuple[str, int, int]]) -> None:
    graph = Graph()
    for name, value in zip("xyz", leaves, strict=False):
        graph.input(name, value)
    graph.constant(leaves[3])
    for op, a, b in steps:
        size = len(graph)
        graph.apply(CODES[op], a % size, b % size if OPS[op].arity == 2 else -1)
    tape = Tape(graph)
    values, gradients = tape.forward(), tape.backward(0.7)
    wanted = expected(graph, values, gradients)
    wanted = [0.0 if number is None else number for number in wanted]
    assume(all(math.isfinite(v) and abs(v) < 1e100 for v in values))
    assume(all(g is None or (math.isfinite(g) and abs(g) < 1e100) for g in gradients.edges))
    assert printed(export(graph, values, gradients, "python").text) == pytest.approx(
        wanted, rel=1e-9, abs=1e-12
    )
    if all(op.name != "pow" for op in (OPS[name] for name, _, _ in steps)):
        # PyTorch's own power has other conventions at a base of 0.
        found = printed(export(graph, values, gradients, "pytorch").text)
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_powers_agree_where_the_base_is_not_zero() -> None:
    program = "x = 1.3\nw = -0.7\nv = -2\nx ** w + v ** 3 + x ** 2 + (v ** 2) ** 0.5 + 2 ** w"
    graph, values, gradients = evaluated(program)
    for format in SCRIPTS:
        found = printed(export(graph, values, gradients, format).text)
        assert found == pytest.approx(expected(graph, values, gradients), rel=1e-12)


def test_values_that_are_no_ordinary_numbers_do_not_stop_the_scripts() -> None:
    graph, values, gradients = evaluated("x = 0\ny = 1000\nlog(x) + exp(y) * x + 1 / x")
    wanted = [repr(float(number)) for number in expected(graph, values, gradients)]
    for format in SCRIPTS:
        found = printed(export(graph, values, gradients, format).text)
        assert repr(found[0]) == wanted[0]
        assert len(found) == 3


def test_infinite_inputs_and_the_sign_of_zero_are_kept() -> None:
    graph = parse("x = 1\ny = 2\nz = 3\nw = -1\nx + y + z + 1 / w")
    tape = Tape(graph)
    given = {"x": math.inf, "y": math.nan, "z": 1e300, "w": -0.0}
    values = tape.forward(given)
    text = export(graph, values, tape.backward(), "python").text
    assert 'x = np.float64(float("inf"))' in text
    assert 'y = np.float64(float("nan"))' in text
    assert "z = np.float64(1e+300)" in text
    assert "w = np.float64(-0.0)" in text
    assert len(printed(text)) == 5


NAMES = [
    "np", "torch", "print", "float", "AddLayer", "MulLayer", "ExpLayer", "dx", "ddx", "dx_1", "x_1", "sum",
    "add_y_layer", "mul_op_1_layer", "op_1", "const_1", "dop_1", "sigmoid_1_op_1", "사과", "사과_2", "match", "_",
]  # fmt: skip


@pytest.mark.parametrize("format", SCRIPTS)
def test_no_name_of_a_program_clashes_with_the_script(format: str) -> None:
    graph = Graph()
    for place, name in enumerate(NAMES):
        graph.input(name, place + 1.5)
    total = graph.input("x", 0.25)
    for index in range(len(NAMES)):
        total = graph.apply(CODES["add"], graph.apply(CODES["mul"], total, index), graph.constant(1.0))
        graph.name(total, "y")
    tape = Tape(graph)
    values, gradients = tape.forward(), tape.backward()
    script = export(graph, values, gradients, format).text
    assert printed(script) == pytest.approx(expected(graph, values, gradients), rel=1e-9)


@pytest.mark.parametrize("format", SCRIPTS)
@pytest.mark.parametrize("words", NASTY)
def test_no_comment_of_a_program_becomes_code(words: str, format: str) -> None:
    graph = Graph()
    x = graph.input("x", 2.0)
    y = graph.apply(CODES["mul"], x, x)
    graph.labels = {x: words, y: words}
    tape = Tape(graph)
    values, gradients = tape.forward(), tape.backward()
    script = export(graph, values, gradients, format).text
    bare_graph = Graph()
    bare_graph.apply(CODES["mul"], bare_graph.input("x", 2.0), 0)
    bare = export(bare_graph, values, gradients, format).text
    assert ast.dump(ast.parse(script)) == ast.dump(ast.parse(bare))
    assert printed(script) == [4.0, 4.0]


DOT_TOKEN = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"|<<font.*?>>|[A-Za-z_]\w*|->|[\[\]{};=,])', re.S)


def dot_shape(text: str) -> list[str]:
    """Split a DOT file into tokens, strings by a mark; fail where something is no token."""
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = DOT_TOKEN.match(text, at)
        assert found, text[at : at + 60]
        token = found[0].strip()
        tokens.append("string" if token[0] in '"<' else token)
        at = found.end()
    return tokens


@pytest.mark.parametrize("words", NASTY)
def test_no_label_breaks_out_of_dot_or_mermaid(words: str) -> None:
    graph, values, gradients = evaluated("x = 2\ny = sigmoid(x) * x")
    plain = {format: export(graph, values, gradients, format).text for format in ("dot", "mermaid")}
    graph.labels = {0: words, graph.output: words}
    for node in (0, graph.output):  # views are made once
        graph.nodes[node] = graph.nodes[node]._replace(label=words)
    nasty = {format: export(graph, values, gradients, format).text for format in ("dot", "mermaid")}
    assert dot_shape(nasty["dot"]) == dot_shape(plain["dot"])
    strings = re.compile(r'"[^"\n]*"')
    assert strings.sub("string", nasty["mermaid"]) == strings.sub("string", plain["mermaid"])
    for string in strings.findall(nasty["mermaid"]):
        assert not set(string[1:-1]) & set("\"<>[]{}|\\`%&'*_")
        assert not re.match(r'"\s*(\d+[.)]|[-+*])\s', string)


def test_strings_of_dot_and_mermaid() -> None:
    assert dot_quoted('a "b" \\N', "c") == r'"a \"b\" \\N\nc"'
    assert mermaid_quoted('1.5 "x"') == '"1.5 #34;x#34;"'
    assert mermaid_quoted("1. step") == '"1#46; step"'
    assert mermaid_quoted("+ y") == '"#43; y"'


def test_groups_are_boxes_in_boxes() -> None:
    program = (
        "x = 2\ndef f(a):\n    return sigmoid(a) * a\ndef g(a):\n    return f(a) + f(f(a))\ny = g(x) + x"
    )
    dot = export(*evaluated(program), "dot").text
    mermaid = export(*evaluated(program), "mermaid").text
    depth = deepest = 0
    for line in dot.splitlines():
        depth += line.count("{") - line.count("}")
        deepest = max(deepest, depth)
    assert (depth, deepest) == (0, 4)
    lines = [line.split()[0] for line in mermaid.splitlines()]
    assert lines.count("subgraph") == lines.count("end") == 7


def test_json_is_the_graph() -> None:
    graph, values, gradients = evaluated("x = 0  # 낱말\ny = log(x)\nz = y * 2")
    whole = json.loads(export(graph, values, gradients, "json").text)
    assert whole["output"] == "z"
    assert [node["id"] for node in whole["nodes"]] == graph.ids
    assert whole["nodes"][0]["label"] == "낱말"
    assert whole["nodes"][1]["value"] == "-Infinity"
    assert [edge["id"] for edge in whole["edges"]] == [edge.id for edge in graph.edges]
    assert whole["edges"][2]["grad"] is None


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_takes_every_graph(format: str) -> None:
    for program in ("3", "x = 3", "x = 3\n2 * 3", "x = 3\ny = 2\nx", "2 ** 3"):
        graph, values, gradients = evaluated(program)
        made = export(graph, values, gradients, format, "ko")
        assert made.format == format
        assert made.text.endswith("\n")
        if format in SCRIPTS:
            wanted = [0.0 if number is None else number for number in expected(graph, values, gradients)]
            assert printed(made.text) == pytest.approx(wanted)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        export(*evaluated("x = 3"), "fortran")


def test_a_large_graph_is_written_and_runs() -> None:
    graph, values, gradients = evaluated("x = 1\nfor i in range(1600):\n    x = sin(x) * 1.01")
    for format in FORMATS:
        assert export(graph, values, gradients, format).text
    found = printed(export(graph, values, gradients, "python").text)
    assert found == pytest.approx(expected(graph, values, gradients), rel=1e-9)
