"""Every op goes everywhere: its own example through values, explanations, pictures, checks, exports and the catalogue.

An op is one entry. What this file sends through the whole house it takes from the entry alone, so that a new op cannot
arrive half done; the last test adds one at run time.
"""

import json

import numpy as np
import pytest
import torch

from chainrule.core.engine.tape import Tape
from chainrule.core.explain.explain import explain
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import steps
from chainrule.core.export import FORMATS, export
from chainrule.core.gradcheck.gradcheck import check
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS, register
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Layer, Op, Partial, TensorRule, Vjp
from chainrule.core.text import Text
from tests.core.ops.test_composites import ARGUMENTS
from tests.helpers.scripts import output_of

API = "/api/v1"


def call_of(name: str) -> str:
    arguments = ARGUMENTS[name][0]
    lines = [f"{key} = {value}" for key, value in arguments.items()]
    return "\n".join([*lines, f"y = {name}({', '.join(arguments)})", "L = sum(y)"])


PROGRAMS = {name: op.example for name, op in OPS.items()} | {name: call_of(name) for name in COMPOSITES}


def run(script: str) -> dict[str, object]:
    """Run an exported script; return what it prints, by name."""
    lines = [line.partition(" = ") for line in output_of(script).splitlines()]
    return {name: eval(value, {"nan": np.nan, "inf": np.inf}) for name, _, value in lines}


def everywhere(program: str, client) -> None:
    """Send a program through everything that reads an op's entry."""
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    assert np.isfinite(values[graph.output])
    assert all(each.ok for each in check(graph))
    parts = [*graph.ids, *(edge.id for edge in graph.edges), *(group.id for group in graph.groups)]
    for lang in ("ko", "en"):
        for part in parts:
            assert explain(graph, values, gradients, part, lang).rule
        opened = [group.id for group in graph.groups]
        walked = steps(graph, values, gradients, lang, opened)
        assert len(walked) >= len([node for node in graph.nodes if node.op])
    for node in graph.nodes:
        shape = graph.shapes.get(node.index)
        if shape:
            for of in ("value", "grad"):
                if of == "value" or gradients.nodes[node.index] is not None:
                    provenance(graph, values, gradients, node.id, of, (0,) * len(shape))
    expected = {graph.ids[graph.output]: values[graph.output]} | {
        f"d{node.id}": gradients.nodes[node.index]
        for node in graph.inputs
        if gradients.nodes[node.index] is not None
    }
    for form in FORMATS:
        text = export(graph, values, gradients, form, "en").text
        assert text
        if form in ("python", "pytorch"):
            printed = run(text)
            assert printed.keys() == expected.keys(), form
            for name, value in expected.items():
                np.testing.assert_allclose(
                    printed[name], value, rtol=1e-12, atol=1e-14, err_msg=f"{form} {name}"
                )
    whole = client.post(f"{API}/graphs", json={"program": program, "layout": True})
    assert whole.status_code == 200, whole.text
    for node in whole.json()["nodes"]:
        answer = client.post(f"{API}/graphs/explain", json={"program": program, "id": node["id"]})
        assert answer.status_code == 200, answer.text
    picture = client.get(f"{API}/graphs/picture.svg", params={"program": program})
    assert picture.text.startswith("<svg"), picture.text
    assert client.post(f"{API}/graphs/steps", json={"program": program}).status_code == 200


@pytest.mark.parametrize("name", PROGRAMS)
def test_its_example_goes_everywhere(name, client):
    everywhere(PROGRAMS[name], client)


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.tensor])
def test_a_tensor_op_is_that_of_torch(name):
    """By its own PyTorch form, which the export quotes."""
    graph = parse(OPS[name].example)
    values = Tape(graph).forward()
    variables = [f"v{i}" for i in range(len(graph))]
    known: dict[str, object] = {"torch": torch}
    for node in graph.nodes:
        if node.op is None:
            known[variables[node.index]] = torch.tensor(np.asarray(values[node.index]))
        elif node.op.name == name:
            operands = [variables[i] for i in node.inputs]
            written = node.op.tensor.torch(operands, graph.parameters.get(node.index, {}))
            np.testing.assert_allclose(eval(written, known).numpy(), values[node.index], rtol=1e-13)
            return
    pytest.fail("the example does not call the op")


def test_the_catalogue_has_every_op(client):
    names = {entry["name"] for entry in client.get(f"{API}/ops").json()}
    assert {*OPS, *COMPOSITES} <= names


SOFTSIGN = Op(
    name="softsign",
    symbol="softsign",
    value="a / (1 + abs(a))",
    partials=(
        Partial("1 / ((1 + abs(a)) * (1 + abs(a)))", r"\frac{1}{(1 + \left|$a\right|)^2}", "1/(1+|$a|)²"),
    ),
    latex=r"\operatorname{softsign}($a)",
    title=Text("소프트사인", "softsign"),
    forward=Text("입력을 1+|x|로 나눕니다.", "Divides its input by 1+|x|."),
    rule_text=Text("상류의 기울기를 (1+|x|)²으로 나눕니다.", "Divides the upstream gradient by (1+|x|)²."),
)
MIRROR = Op(
    name="mirror",
    symbol="mirror",
    latex=r"\operatorname{mirror}($a)",
    title=Text("뒤집기", "mirror"),
    forward=Text("원소의 차례를 뒤집습니다.", "Turns the order of the elements round."),
    rule_text=Text("상류의 기울기를 뒤집어 보냅니다.", "Passes back the upstream gradient turned round."),
    tensor=TensorRule(
        value=lambda a: np.flip(a, -1),
        shape=lambda a: a,
        vjps=(Vjp(lambda g, a, b, y: np.flip(g, -1), r"\operatorname{mirror}($g)", "mirror($g)"),),
        written="mirror(a)",
        torch=lambda operands, parameters: f"{operands[0]}.flip(-1)",
        linear=True,
        layer=Layer(
            "Mirror",
            "class Mirror:\n    def forward(self, x):\n        return np.flip(x, -1)\n\n"
            "    def backward(self, dout):\n        return np.flip(dout, -1)\n",
        ),
    ),
)


@pytest.mark.parametrize("op", [SOFTSIGN, MIRROR], ids=lambda op: op.name)
def test_an_op_added_at_run_time_from_one_entry_goes_everywhere(op, client):
    # A program's answer is kept, its refusal too: the texts before and after are others.
    assert client.post(f"{API}/graphs", json={"program": f"{op.example}\n"}).status_code == 422
    with register(op):
        everywhere(op.example, client)
        everywhere(op.example.replace(f"{op.name}(a)", f"a.{op.name}()"), client)
        [entry] = [each for each in client.get(f"{API}/ops").json() if each["name"] == op.name]
        assert json.dumps(entry["title"], ensure_ascii=False) == json.dumps(
            op.title._asdict(), ensure_ascii=False
        )
    assert op.name not in OPS
    assert client.post(f"{API}/graphs", json={"program": f"{op.example}\n\n"}).status_code == 422


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ValueError, match="there is an op add already"), register(OPS["add"]):
        pass
