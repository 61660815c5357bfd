"""The graph as a PyTorch script that prints the same value and gradients."""

import re

from core.export.script_names import Names, comment, number
from core.ops import Op, Text
from core.reading import Reading

_FUNCTIONS = {"power": "pow", "abs": "abs"} | {
    name: name for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "maximum", "minimum", "where")
}
_OWN = {"relu": "torch.relu(a)"}
"""Where PyTorch has the op itself; the others are written as the op table has them."""
_NAME = re.compile(r"\b([a-z]+)\b")
_TITLE = Text(
    '"""Chainrule이 계산 그래프에서 만든 PyTorch 스크립트."""',
    '"""A computational graph in PyTorch, written by Chainrule."""',
)


def write(reading: Reading, lang: str = "en") -> str:
    """The script; run, it prints the output's value and the gradient of every input, one a line."""
    graph = reading.graph
    names = Names(["torch"])
    variable = names.for_nodes(graph)
    lines = [
        _TITLE.ko if lang == "ko" else _TITLE.en,
        "",
        "import torch",
        "",
        "torch.set_default_dtype(torch.float64)",
        "",
    ]
    for node in graph.nodes:
        name = variable[node.index]
        if node.op is None:
            value = number(reading.value(node.index))
            asked = ", requires_grad=True" if node.kind == "input" else ""
            # A float dtype at once: from a whole number torch would make an integer tensor.
            line = f"{name} = torch.tensor({value}, dtype=torch.float64{asked})"
        else:
            line = f"{name} = {_expression(node.op, [variable[source] for source in node.inputs])}"
        lines.append(line + comment(node.label))
    output = variable[graph.output]
    lines.append("")
    if reading.needs[graph.output]:
        lines += [f"{output}.backward(torch.tensor({number(reading.seed)}, dtype=torch.float64))", ""]
    lines.append(f'print("{output} =", {output}.item())')
    for node in graph.nodes:
        if node.kind == "input":
            name = variable[node.index]
            # PyTorch leaves None where the output does not depend on an input; the gradient is 0.
            lines.append(f'print("d{name} =", 0.0 if {name}.grad is None else {name}.grad.item())')
    return "\n".join(lines) + "\n"


def _expression(op: Op, operands: list[str]) -> str:
    if op.infix is not None:
        return f"{op.infix}{operands[0]}" if op.arity == 1 else f" {op.infix} ".join(operands)
    places = dict(zip("ab", operands, strict=False))
    written = _OWN.get(op.name, op.value)

    def put_in(found: re.Match[str]) -> str:
        word = found[1]
        if word in places:
            return places[word]
        return f"torch.{_FUNCTIONS[word]}" if word in _FUNCTIONS and op.name not in _OWN else word

    return _NAME.sub(put_in, written)
