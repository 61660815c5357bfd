"""Scripts of PyTorch and micrograd: the translation has the gradients that the script itself computes."""

import contextlib
import io
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from chainrule.core.engine.tape import Tape
from chainrule.core.foreign import translate
from chainrule.core.language.program import parse

SCRIPTS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("scripts.toml").read_text(encoding="utf-8")
)["script"]
_DRAWN = re.compile(r"(weight|bias)(_\d+)?$")


def one_pass(text: str) -> str:
    """The script with its loop ended behind the first ``backward``: what follows there is the update."""
    return re.sub(r"(?m)^( +)(\w+\.backward\(\))\n(?:\1.*\n)*", r"\1\2\n\1break\n", text)


def carried_out(text: str) -> dict[str, Any]:
    """Run a script by its own library, in float64; return its names."""
    names: dict[str, Any] = {}
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(one_pass(text), names)
    finally:
        torch.set_default_dtype(before)
    return names


def is_leaf(given: Any) -> bool:
    """Whether a script made this a number to take gradients of."""
    return given.is_leaf if isinstance(given, torch.Tensor) else hasattr(given, "grad")


def value_of(given: Any) -> Any:
    return given.detach().numpy() if isinstance(given, torch.Tensor) else given.data


@pytest.mark.parametrize("script", SCRIPTS, ids=[script["name"] for script in SCRIPTS])
def test_a_translated_script_has_its_own_gradients(script: dict[str, Any]) -> None:
    found = translate(script["text"])
    assert found is not None
    assert found.kind == ("micrograd" if "micrograd" in script["text"] else "pytorch")
    graph = parse(found.program)
    names = carried_out(script["text"])
    leaves = {node.id: names[node.id] for node in graph.inputs if is_leaf(names.get(node.id))}
    if script.get("parameters"):  # drawn anew by us: the library's numbers take their place
        drawn = [node.id for node in graph.inputs if _DRAWN.match(node.id)]
        leaves |= dict(zip(drawn, names["model"].parameters(), strict=True))
        assert found.note is not None
    tape = Tape(graph)
    values = tape.forward({name: value_of(leaf) for name, leaf in leaves.items()})
    gradients = tape.backward(found.upstream, values=values)
    output = graph.nodes[graph.output]
    np.testing.assert_allclose(values[output.index], value_of(names[output.name]), rtol=1e-9, atol=1e-12)
    learned = [node for node in graph.inputs if getattr(leaves.get(node.id), "requires_grad", True)]
    learned = [node for node in learned if node.id in leaves]
    assert learned
    for node in learned:
        np.testing.assert_allclose(
            gradients.nodes[node.index], leaves[node.id].grad, rtol=1e-9, atol=1e-12, err_msg=node.id
        )
