"""Programs as people paste them: each gives the values and gradients that PyTorch gives."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.language.source import Source
from tests.helpers.numpy_on_torch import Carried

_FILE = Path(__file__).with_name("snippets.toml")
SNIPPETS: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["snippet"]


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(SNIPPETS) >= 300
    assert len({snippet["name"] for snippet in SNIPPETS}) == len(SNIPPETS)


def plain_code(program: str) -> str:
    """Strip prompts, fences and wide characters, so that Python can read the program."""
    source = Source(program)
    source.statements(100_000)
    return source.text


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[snippet["name"] for snippet in SNIPPETS])
def test_a_pasted_program_has_pytorch_s_gradients(snippet: dict[str, Any]) -> None:
    program = snippet["program"]
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    inputs = {node.id: node.index for node in graph.inputs}
    output = graph.nodes[graph.output]
    wanted = snippet.get("output")
    if wanted:
        assert output.id == wanted

    by_python = snippet.get("torch", plain_code(program))
    carried = Carried(by_python, inputs, output.name or "_shown")
    np.testing.assert_allclose(values[graph.output], carried.output.detach(), rtol=1e-9, atol=1e-12)
    expected = carried.gradients()
    for name, index in inputs.items():
        found = gradients.nodes[index]
        np.testing.assert_allclose(
            0.0 if found is None else found, expected[name], rtol=1e-9, atol=1e-12, err_msg=str(name)
        )
