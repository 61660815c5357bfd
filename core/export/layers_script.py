"""The graph as a script in the book's layer style: layer objects, forward, then backward in reverse order.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.4 and 5.5. The script needs only NumPy. It
contains the layer classes it uses: ``AddLayer`` and ``MulLayer`` as in the book, others made from the op table in
the same form. For graphs with tensors, ``core.export.tensor_script`` writes it.
"""

import re

from chainrule.core.export import tensor_script
from chainrule.core.export.script_names import Names, comment, conventions_comment, number
from chainrule.core.export.tensor_layers import imports, made_class_name, numpy_code
from chainrule.core.ops import OPS
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import op_with
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated

_BOOK = {
    "add": """class AddLayer:
    def __init__(self):
        pass

    def forward(self, x, y):
        out = x + y
        return out

    def backward(self, dout):
        dx = dout * 1
        dy = dout * 1
        return dx, dy
""",
    "mul": """class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        out = x * y
        return out

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x
        return dx, dy
""",
}
_HEADINGS = {
    "title": Text(
        '"""Chainrule이 계산 그래프에서 만든, 책의 계층 방식으로 쓴 스크립트."""',
        '"""A computational graph in the book\'s layer style, written by Chainrule."""',
    ),
    "ieee": Text("1/0은 inf, log(0)은 -inf가 됩니다.", "1/0 is inf and log(0) is -inf, as on the graph."),
    "inputs": Text("입력", "Inputs"),
    "constants": Text("상수", "Constants"),
    "layers": Text("계층들", "Layers"),
    "forward": Text("순전파", "Forward"),
    "backward": Text("역전파", "Backward"),
    "results": Text("결과", "Results"),
}


def write(evaluated: Evaluated, lang: str = "en") -> str:
    """Write the script. It prints the output's value and every input's gradient, one a line."""
    graph = evaluated.graph
    if graph.has_tensors:
        return tensor_script.write(evaluated, lang)

    def heading(key: str) -> str:
        return f"# {_HEADINGS[key].ko if lang == 'ko' else _HEADINGS[key].en}"

    used = [op for op in OPS.values() if any(node.op is op for node in graph.nodes)]
    names = Names(["np", "math", *(_class_name(op) for op in used)])
    variable = names.for_nodes(graph)
    layer = [
        names.new(f"{node.op.name}_{variable[node.index]}_layer") if node.op else "" for node in graph.nodes
    ]
    inputs = [node for node in graph.nodes if node.kind == "input"]
    constants = [node for node in graph.nodes if node.kind == "constant"]
    ops = [node for node in graph.nodes if node.op is not None]

    title = _HEADINGS["title"].ko if lang == "ko" else _HEADINGS["title"].en
    classes = [_layer_class(op_with(op, evaluated.rules.conventions)) for op in used]
    lines = [
        title,
        "",
        *imports("\n".join(classes)),
        "",
        f'np.seterr(all="ignore")  {heading("ieee")}',
        *conventions_comment(evaluated, lang),
        "",
        "",
    ]
    for text in classes:
        lines += [*text.splitlines(), "", ""]
    lines.append(heading("inputs"))
    for node in inputs:
        value = number(evaluated.value(node.index))
        lines.append(f"{variable[node.index]} = np.float64({value}){comment(node.label)}")
    if constants:
        lines += ["", heading("constants")]
        lines += [f"{variable[node.index]} = np.float64({number(node.value)})" for node in constants]
    if ops:
        lines += ["", heading("layers")]
        lines += [f"{layer[node.index]} = {_class_name(node.op)}()" for node in ops if node.op]
        lines += ["", heading("forward")]
        for node in ops:
            operands = ", ".join(variable[source] for source in node.inputs)
            lines.append(
                f"{variable[node.index]} = {layer[node.index]}.forward({operands}){comment(node.label)}"
            )
    lines += ["", heading("backward"), *_backward(evaluated, names, variable, layer)]
    return "\n".join(lines) + "\n"


def _backward(evaluated: Evaluated, names: Names, variable: list[str], layer: list[str]) -> list[str]:
    """Write the lines of the backward pass, and those that print the results."""
    graph, lines = evaluated.graph, []
    gradient = [names.new(f"d{name}") for name in variable]
    arrived: dict[int, list[str]] = {graph.output: [gradient[graph.output]]}
    expected = _contributions(evaluated)
    lines.append(f"{gradient[graph.output]} = np.float64({number(evaluated.upstream)})")
    for node in reversed(graph.nodes[: graph.output + 1]):
        parts = arrived.get(node.index, [])
        if len(parts) > 1:
            lines.append(f"{gradient[node.index]} = {' + '.join(parts)}")
        if not parts or node.op is None:
            continue
        targets = []
        for source in node.inputs:
            if not evaluated.requires_grad[source]:
                targets.append("_")
                continue
            own = gradient[source]
            name = own if expected[source] == 1 else names.new(f"{own}_{len(arrived.get(source, [])) + 1}")
            arrived.setdefault(source, []).append(name)
            targets.append(name)
        if set(targets) != {"_"}:
            lines.append(f"{', '.join(targets)} = {layer[node.index]}.backward({gradient[node.index]})")
    lines.append("")
    output = variable[graph.output]
    lines.append(f'print("{output} =", {output})')
    for node in graph.nodes:
        if node.kind == "input":
            found = gradient[node.index] if node.index in arrived else "0.0"
            lines.append(f'print("{gradient[node.index]} =", {found})')
    return lines


def _contributions(evaluated: Evaluated) -> list[int]:
    """Count for every node the gradients that come back from nodes the output depends on."""
    graph = evaluated.graph
    count = [0] * len(graph)
    count[graph.output] = 1
    for node in reversed(graph.nodes[: graph.output + 1]):
        if count[node.index]:
            for source in node.inputs:
                count[source] += 1
    return count


def _class_name(op: Op | None) -> str:
    assert op is not None
    return made_class_name(op)


def _layer_class(op: Op) -> str:
    """Write a layer in the book's form from the op's entry."""
    if op.name in _BOOK:
        return _BOOK[op.name]
    operands = ["a", "b"][: op.arity]
    used = [
        letter for letter in (*operands, "y") if any(_reads(partial.code, letter) for partial in op.partials)
    ]
    keep = [f"        self.{letter} = {letter}" for letter in used]
    recall = [f"        {letter} = self.{letter}" for letter in used]
    lines = [
        f"class {_class_name(op)}:",
        "    def __init__(self):",
        *([f"        self.{letter} = None" for letter in used] or ["        pass"]),
        "",
        f"    def forward(self, {', '.join(operands)}):",
        f"        y = {numpy_code(op.value)}",
        *keep,
        "        return y",
        "",
        "    def backward(self, dout):",
        *recall,
        *(
            f"        d{letter} = dout * ({numpy_code(partial.code)})"
            for letter, partial in zip(operands, op.partials, strict=True)
        ),
        f"        return {', '.join(f'd{letter}' for letter in operands)}",
    ]
    return "\n".join(lines) + "\n"


def _reads(code: str, letter: str) -> bool:
    return re.search(rf"\b{letter}\b", code) is not None
