"""The graph as a PyTorch script that prints the same value and gradients."""

import re

import numpy as np

from chainrule.core.engine.graph import Node
from chainrule.core.export.script_names import Names, array_literal, comment, conventions_comment
from chainrule.core.ops import ARRAY_FUNCTIONS
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import chosen_at
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated

_FUNCTIONS = {"power": "pow", "erf": "special.erf", "erfc": "special.erfc"}
"""What PyTorch calls a function of the op table by another name."""
_TAKES_IT = re.compile(r" = torch\.(tensor|full)\(")
_NAME = re.compile(r"\b([a-z][a-z0-9_]*)\b")
_TITLE = Text(
    '"""Chainrule이 계산 그래프에서 만든 PyTorch 스크립트."""',
    '"""A computational graph in PyTorch, written by Chainrule."""',
)

_NOT_FINITE = Text(
    "무한대나 NaN에서는 고른 규약을 PyTorch로 옮길 수 없습니다.",
    "At infinity or NaN the chosen convention has no form in PyTorch.",
)
_FIRST_OF = """\
def first_of(mask, dims):
    \"\"\"The first marked element along these dimensions, in their order.\"\"\"
    last = tuple(range(-len(dims), 0))
    moved = mask.movedim(dims, last)
    rows = moved.reshape(*moved.shape[: moved.dim() - len(dims)], -1)
    first = rows & (rows.cumsum(-1) == 1)
    return first.reshape(moved.shape).movedim(last, dims)
"""


def write(evaluated: Evaluated, lang: str = "en") -> str:
    """Write the script. It prints the output's value and every input's gradient, one a line."""
    graph = evaluated.graph
    tensors = graph.has_tensors
    literals = {
        node.index: array_literal(evaluated.value(node.index), "torch") for node in graph.nodes if not node.op
    }
    names = Names(["torch", "base64", "first_of"] if tensors else ["torch"])
    variable = names.for_nodes(graph)
    lines = [
        _TITLE.ko if lang == "ko" else _TITLE.en,
        "",
        *(["import base64", ""] if any("base64" in literal for literal in literals.values()) else []),
        "import torch",
        "",
        "torch.set_default_dtype(torch.float64)",
        *conventions_comment(evaluated, lang),
        "",
    ]
    head = len(lines)
    for node in graph.nodes:
        name = variable[node.index]
        if node.op is None:
            # The float dtype is explicit: from a whole number torch would make an integer tensor.
            line = f"{name} = {literals[node.index]}"
            if node.kind == "input" and evaluated.requires_grad[node.index]:
                line = (
                    line[:-1] + ", requires_grad=True)"
                    if _TAKES_IT.search(line)
                    else line + ".requires_grad_()"
                )
        elif node.op.tensor is not None:
            operands = [variable[source] for source in node.inputs]
            line = f"{name} = {node.op.tensor.torch(operands, graph.parameters.get(node.index, {}))}"
        else:
            finite = all(np.isfinite(evaluated.value(source)).all() for source in node.inputs)
            line = f"{name} = {_expression(node.op, [variable[source] for source in node.inputs], finite)}"
        lines.append(line + comment(node.label))
        if node.op is not None:
            lines += _at_kinks(evaluated, node, variable, lang)
    if any("first_of(" in line for line in lines[head:]):
        lines[head:head] = [*_FIRST_OF.splitlines(), "", ""]
    output = variable[graph.output]
    lines.append("")
    if _has_grad(evaluated)[graph.output]:
        seed = array_literal(evaluated.gradients.nodes[graph.output], "torch")
        lines += [f"{output}.backward({seed})", ""]
    read = "tolist" if tensors else "item"
    lines.append(f'print("{output} =", {output}.{read}())')
    for node in graph.nodes:
        if node.kind == "input" and tensors:
            if evaluated.requires_grad[node.index]:  # labels have no gradient
                name = variable[node.index]
                found = f"torch.zeros_like({name}) if {name}.grad is None else {name}.grad"
                lines.append(f'print("d{name} =", ({found}).tolist())')
        elif node.kind == "input":
            name = variable[node.index]
            # PyTorch leaves None where the output does not depend on an input; the gradient is 0.
            lines.append(f'print("d{name} =", 0.0 if {name}.grad is None else {name}.grad.item())')
    return "\n".join(lines) + "\n"


def _at_kinks(evaluated: Evaluated, node: Node, variable: list[str], lang: str) -> list[str]:
    """The lines that pass what was chosen at the kinks of a node: a difference of 0 with the chosen slope."""
    op, y = node.op, variable[node.index]
    assert op is not None
    operands = [variable[source] for source in node.inputs]
    lines = []
    for kink, choice in chosen_at(op, evaluated.rules.conventions):
        if not all(np.isfinite(evaluated.value(source)).all() for source in node.inputs):
            lines.append(f"# {_NOT_FINITE.ko if lang == 'ko' else _NOT_FINITE.en}")
        elif choice.torch is not None:
            lines.append(
                f"{y} = {choice.torch(operands[0], y, evaluated.graph.parameters.get(node.index, {}))}"
            )
        else:
            at, *passed = (_put_in(code, operands, True) for code in (kink.at, *choice.passed))
            moved = [
                f" + ({slope}) * ({operand} - {operand}.detach())"
                for slope, operand in zip(passed, operands, strict=True)
                if slope not in ("", "0.0")
            ]
            lines.append(f"{y} = torch.where({at}, {y}.detach(){''.join(moved)}, {y})")
    return lines


def _has_grad(evaluated: Evaluated) -> list[bool]:
    """Tell for every node whether PyTorch has a way back from it: none through a slope of 0 everywhere."""
    found: list[bool] = []
    for node in evaluated.graph.nodes:
        op = node.op
        arrives = (
            any(found[source] and not op.flat(slot) for slot, source in enumerate(node.inputs))
            if op is not None
            else node.kind == "input"
        )
        found.append(evaluated.requires_grad[node.index] and arrives)
    return found


def _expression(op: Op, operands: list[str], finite: bool) -> str:
    own = op.torch if finite or op.torch_not_finite is None else op.torch_not_finite
    if op.infix is not None and own is None:
        return f"{op.infix}{operands[0]}" if op.arity == 1 else f" {op.infix} ".join(operands)
    return _put_in(own or op.value, operands, own is None)


def _put_in(code: str, operands: list[str], of_the_table: bool) -> str:
    """Write code over a and b with the operands' names; of the table's own code its functions are PyTorch's."""
    places = dict(zip("ab", operands, strict=False))

    def put_in(found: re.Match[str]) -> str:
        word = found[1]
        if word in places:
            return places[word]
        known = of_the_table and (word in ARRAY_FUNCTIONS or word == "abs")
        return f"torch.{_FUNCTIONS.get(word, word)}" if known else word

    return _NAME.sub(put_in, code)
