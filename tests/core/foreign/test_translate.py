"""What is recognized, what becomes of each line, and our own exports pasted back."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.export import FORMATS, Origin, export
from chainrule.core.foreign import translate
from chainrule.core.language.program import parse

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = {
    each["slug"]: each["program"]
    for each in tomllib.loads((ROOT / "app/lecture/examples.toml").read_text(encoding="utf-8"))["example"]
}
TIED = "a = 2\nb = 2  # the same\ny = maximum(a, b) * a\n"


def numbers(origin: Any) -> tuple[Any, dict[str, Any]]:
    """The output and every input's gradient."""
    graph = parse(origin.program)
    tape = Tape(graph)
    values = tape.forward(origin.inputs)
    gradients = tape.backward(origin.upstream, values=values, conventions=origin.conventions)
    return values[graph.output], {node.id: gradients.nodes[node.index] for node in graph.inputs}


def exported(origin: Origin, form: str, lang: str = "en") -> str:
    graph = parse(origin.program)
    tape = Tape(graph)
    values = tape.forward(origin.inputs)
    gradients = tape.backward(origin.upstream, values=values, conventions=origin.conventions)
    return export(graph, values, gradients, form, lang, origin).text


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("slug", ["apples-and-oranges", "softmax-with-loss", "net", "two-layer-net"])
def test_an_export_pasted_back_is_the_same_graph(slug: str, form: str) -> None:
    origin = Origin(EXAMPLES[slug])
    found = translate(exported(origin, form))
    assert found is not None
    assert (found.kind, found.program, found.note) == ("chainrule", origin.program, None)


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_keeps_the_numbers_that_a_person_chose(form: str) -> None:
    origin = Origin(TIED, {"a": -0.1, "b": -0.1}, 1.3, (), ("maximum.tie.first",))
    found = translate(exported(origin, form, "ko"))
    assert found is not None
    assert dict(found.inputs) == origin.inputs
    assert list(found.conventions) == ["maximum.tie.first"]
    assert numbers(found) == numbers(origin)
    value, gradients = numbers(found)
    assert value == pytest.approx(0.01)
    assert gradients == pytest.approx({"a": 1.3 * -0.2, "b": 0.0})


@pytest.mark.parametrize("form", ["python", "pytorch"])
@pytest.mark.parametrize("slug", [slug for slug in EXAMPLES if slug != "two-layer-net"])
def test_an_edited_script_is_read_as_it_stands(slug: str, form: str) -> None:
    origin = Origin(EXAMPLES[slug])
    script = exported(origin, form)
    found = translate(f"# edited\n{script}")
    assert found is not None
    assert found.kind != "chainrule"
    value, gradients = numbers(found)
    expected, slopes = numbers(origin)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    for name, slope in slopes.items():
        if slope is not None and name in gradients and gradients[name] is not None:
            np.testing.assert_allclose(gradients[name], slope, rtol=1e-10, atol=1e-15, err_msg=name)
    assert {name for name, slope in slopes.items() if np.any(slope)} <= gradients.keys()


def test_a_number_changed_in_a_script_counts() -> None:
    script = exported(Origin(EXAMPLES["apples-backward"]), "pytorch").replace(
        "torch.tensor(1.1,", "torch.tensor(1.2,"
    )
    found = translate(script)
    assert found is not None
    assert numbers(found)[0] == pytest.approx(240)


def test_an_edited_drawing_says_that_the_program_is_read() -> None:
    drawing = exported(Origin("x = 3\ny = x * x"), "dot").replace("rankdir=LR", "rankdir=TB")
    found = translate(drawing)
    assert found is not None
    assert found.program == "x = 3\ny = x * x"
    assert found.note is not None
    assert "edited after the export" in found.note.en


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8000/?program=x+%3D+3%0Ay+%3D+x+*+x&inputs=x:4&seed=2&lang=en",
        "curl -s http://127.0.0.1:8000/api/v1/graphs \\\n  -H 'Content-Type: application/json' \\\n"
        """  -d '{"program": "x = 3\\ny = x * x", "inputs": {"x": 4}, "upstream": 2}'""",
        '{"program": "x = 3\\ny = x * x", "inputs": {"x": 4}, "seed": 2, "nodes": []}',
    ],
    ids=["link", "curl", "json"],
)
def test_a_link_and_a_call_are_read(text: str) -> None:
    found = translate(text)
    assert found is not None
    assert found.program == "x = 3\ny = x * x"
    assert numbers(found) == (16.0, {"x": 16.0})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apple = 100\nprice = apple * 2",
        "for",
        "digraph { a -> b }",
        '{"a": 1}',
        '{"program": 3}',
        '{"program": "x = 1", "inputs": {"x": "one"}}',
        '{"program": "x = 1", "inputs": {"x": null}}',
        "curl 'unclosed",
        "https://example.org/?program=",
        "// Chainrule: /?inputs=x:1#0123456789abcdef",
        "\x00",
        "[" * 5000,
    ],
)
def test_what_is_of_no_known_tool_is_left_alone(text: str) -> None:
    found = translate(text)
    assert found is None or found.program == ""


BOOK = """\
import sys, os
sys.path.append(os.pardir)
from layer_naive import *

apple = 100
apple_num = 2
tax = 1.1

# layer
mul_apple_layer = MulLayer()
mul_tax_layer = MulLayer()

# forward
apple_price = mul_apple_layer.forward(apple, apple_num)
price = mul_tax_layer.forward(apple_price, tax)

# backward
dprice = 1
dapple_price, dtax = mul_tax_layer.backward(dprice)
dapple, dapple_num = mul_apple_layer.backward(dapple_price)

print("price:", int(price))
print("dApple:", dapple)
"""


def test_a_script_of_the_book_brings_its_layers_along() -> None:
    found = translate(BOOK)
    assert found is not None
    assert found.kind == "book"
    assert "class MulLayer:" in found.program
    assert "AddLayer" not in found.program
    value, gradients = numbers(found)
    assert value == pytest.approx(220)
    assert gradients == pytest.approx({"apple": 2.2, "apple_num": 110, "tax": 200})


def test_each_statement_says_what_became_of_it() -> None:
    found = translate(
        "import torch\nx = torch.tensor(2.0, requires_grad=True)  # price\ny = x * 3\ny.backward()\nprint(x.grad)\n"
    )
    assert found is not None
    assert found.program == "x = 2.0  # price\ny = x * 3\n"
    told = [(line.number, line.becomes, line.why and line.why.en) for line in found.lines]
    assert told == [
        (1, None, "nothing has to be imported"),
        (2, "x = 2.0  # price", "the same computation by its name here"),
        (3, "y = x * 3", None),
        (4, None, "the page goes backward itself"),
        (5, None, "the page works the gradients out and shows them"),
    ]


def test_what_has_no_counterpart_stays_for_the_parser_to_refuse() -> None:
    found = translate("import torch\nx = torch.tensor([1.0])\ny = torch.fft.fft(x)\n")
    assert found is not None
    assert "torch.fft.fft(x)" in found.program


def test_every_block_of_a_statement_is_kept() -> None:
    found = translate(
        "import torch\nx = torch.tensor(2.0)\n"
        "try:\n    y = torch.exp(x)\nexcept ValueError:\n    y = x\nfinally:\n    z = 1\n"
    )
    assert found is not None
    assert (
        found.program == "x = 2.0\ntry:\n    y = exp(x)\nexcept ValueError:\n    y = x\nfinally:\n    z = 1\n"
    )
