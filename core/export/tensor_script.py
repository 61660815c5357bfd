"""A graph with tensors as a script in the book's layer style; closed layers where the book has a class for them.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.5 to 5.7. The script needs NumPy and nothing else.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chainrule.core.engine.graph import Graph, Group
from chainrule.core.export.script_names import Names, array_literal, comment, conventions_comment
from chainrule.core.export.tensor_layers import (
    OF_COMPOSITE,
    ONE_HOT,
    SUM_TO,
    class_name_of,
    class_of,
    class_text,
    imports,
    layer_of,
)
from chainrule.core.ops.rules import op_with
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import Visible, VisibleNode

_HEADINGS = {
    "title": Text(
        '"""Chainrule이 계산 그래프에서 만든, 책의 계층 방식으로 쓴 스크립트."""',
        '"""A computational graph in the book\'s layer style, written by Chainrule."""',
    ),
    "ieee": Text("# 1/0은 inf, log(0)은 -inf가 됩니다.", "# 1/0 is inf and log(0) is -inf, as on the graph."),
    "inputs": Text("# 입력", "# Inputs"),
    "constants": Text("# 상수", "# Constants"),
    "layers": Text("# 계층들", "# Layers"),
    "forward": Text("# 순전파", "# Forward"),
    "backward": Text("# 역전파", "# Backward"),
}


class _Layer(NamedTuple):
    """One object of the script."""

    name: str
    class_name: str
    made_with: tuple[str, ...]
    """Literals for its constructor."""
    made_of: tuple[int, ...]
    """Nodes for its constructor."""
    operands: tuple[int, ...]
    """Nodes for ``forward``."""
    gradients: tuple[tuple[int, str], ...]
    """Of each node that it reads, where its gradient is found: by name, or returned by ``backward``."""
    node: int
    """The node that it computes."""
    of_group: bool
    """Whether it is a layer that the program calls, not a single op."""


def write(evaluated: Evaluated, lang: str = "en") -> str:
    """The script; run, it prints the output's value and the gradient of every input but labels, one a line."""
    graph = evaluated.graph
    visible = Visible(evaluated, {group.id for group in graph.groups if not _has_class(graph, group)})
    computing = [node for node in visible.nodes if visible.computes(node)]
    classes = [_class_of(visible, node) for node in computing]
    names = Names(["np", "base64", "math", "sum_to", "one_hot", *classes])
    variable = names.for_nodes(graph)
    layers = [
        _layer(visible, node, names.new(_object_name(node, class_name, variable)))
        for node, class_name in zip(computing, classes, strict=True)
    ]

    def heading(key: str) -> str:
        return _HEADINGS[key].ko if lang == "ko" else _HEADINGS[key].en

    leaves = [node.index for node in visible.nodes if not visible.computes(node)]
    literals = {node: array_literal(evaluated.value(node), "np") for node in leaves}
    definitions = _definitions(evaluated, layers)
    lines = [heading("title"), "", *imports("\n".join([*definitions, *literals.values()])), ""]
    lines += [f'np.seterr(all="ignore")  {heading("ieee")}', *conventions_comment(evaluated, lang), "", ""]
    for text in definitions:
        lines += [*text.splitlines(), "", ""]
    for kind in ("input", "constant"):
        own = [node for node in leaves if graph.nodes[node].kind == kind]
        if own:
            lines += [heading(f"{kind}s")]
            lines += [f"{variable[node]} = {literals[node]}{comment(graph.labels.get(node))}" for node in own]
            lines.append("")
    early = [layer for layer in layers if all(graph.nodes[node].op is None for node in layer.made_of)]
    if early:
        lines += [heading("layers"), *(_made(layer, variable) for layer in early), ""]
    if layers:
        lines.append(heading("forward"))
    for layer in layers:
        if layer not in early:  # its weights are computed first
            lines.append(_made(layer, variable))
        given = ", ".join(variable[node] for node in layer.operands)
        label = comment(graph.labels.get(layer.node))
        lines.append(f"{variable[layer.node]} = {layer.name}.forward({given}){label}")
    lines += ["", heading("backward"), *_backward(evaluated, names, variable, layers)]
    return "\n".join(lines) + "\n"


def _object_name(node: VisibleNode, class_name: str, variable: Sequence[str]) -> str:
    """``affine_1`` of a layer that the program calls, ``relu_Y`` of an op."""
    return (
        node.id.replace(".", "_")
        if node.group is not None
        else f"{class_name.lower()}_{variable[node.index]}"
    )


def _has_class(graph: Graph, group: Group) -> bool:
    """Whether a call of a composite is one that its class can do."""
    if group.name not in OF_COMPOSITE or group.output not in group.nodes:
        return False
    shapes = [graph.shapes.get(node, ()) for node in group.inputs]
    if group.name == "affine":
        return len(shapes[0]) in (1, 2) and len(shapes[1]) == 2 and shapes[2] == shapes[1][1:]
    if group.name == "mse":
        return shapes[0] == shapes[1]
    return bool(shapes[0]) or group.name == "sigmoid"


def _class_of(visible: Visible, node: VisibleNode) -> str:
    group = visible.group(node)
    if group is not None:
        return OF_COMPOSITE[group.name][0]
    op = visible.evaluated.node(node.index).op
    assert op is not None
    return class_name_of(op_with(op, visible.evaluated.rules.conventions))


def _layer(visible: Visible, node: VisibleNode, name: str) -> _Layer:
    graph, class_name = visible.evaluated.graph, _class_of(visible, node)
    group = visible.group(node)
    if group is not None:
        _, made_of, found = OF_COMPOSITE[group.name]
        own = tuple(group.inputs[slot] for slot in made_of)
        operands = tuple(node for slot, node in enumerate(group.inputs) if slot not in made_of)
        gradients = tuple(zip(group.inputs, found, strict=True))
        return _Layer(name, class_name, (), own, operands, gradients, node.index, True)
    view = graph.nodes[node.index]
    assert view.op is not None
    parameters = graph.parameters.get(node.index, {})
    layer = layer_of(op_with(view.op, visible.evaluated.rules.conventions))
    made_with = tuple(
        repr(parameters[key]) for key in (layer.parameters if layer else ()) if key in parameters
    )
    gradients = tuple((operand, "") for operand in view.inputs)
    return _Layer(name, class_name, made_with, (), view.inputs, gradients, node.index, False)


def _definitions(evaluated: Evaluated, layers: Sequence[_Layer]) -> list[str]:
    """The functions and classes that the layers need, each once."""
    graph = evaluated.graph
    ops = {layer.class_name: graph.nodes[layer.node].op for layer in layers if not layer.of_group}
    used = dict.fromkeys(layer.class_name for layer in layers)
    texts = []
    if any(graph.nodes[layer.node].op and layer.class_name.endswith("Layer") for layer in layers):
        texts.append(SUM_TO)
    if {"CrossEntropy", "SoftmaxWithLoss"} & used.keys():
        texts.append(ONE_HOT)
    for name in used:
        op = ops.get(name)
        chosen = op and op_with(op, evaluated.rules.conventions)
        texts.append(class_text(name) if chosen is None else class_of(chosen))
    return texts


def _made(layer: _Layer, variable: Sequence[str]) -> str:
    arguments = [*layer.made_with, *(variable[node] for node in layer.made_of)]
    return f"{layer.name} = {layer.class_name}({', '.join(arguments)})"


def _backward(
    evaluated: Evaluated, names: Names, variable: Sequence[str], layers: Sequence[_Layer]
) -> list[str]:
    """The lines of the backward pass, and those that print the results."""
    graph, lines = evaluated.graph, []
    gradient = [names.new(f"d{name}") for name in variable]
    output = graph.output
    given = evaluated.gradients.nodes[output]  # None where the output depends on no input
    lines.append(f"{gradient[output]} = {array_literal(1.0 if given is None else given, 'np')}")
    arrived: dict[int, list[str]] = {output: [gradient[output]]}
    expected = _contributions(evaluated, layers)
    by_node = {layer.node: layer for layer in layers}
    for node in range(output, -1, -1):
        parts = arrived.get(node, [])
        if len(parts) > 1:
            lines.append(f"{gradient[node]} = {' + '.join(parts)}")
        layer = by_node.get(node)
        if not parts or layer is None or not any(evaluated.requires_grad[i] for i, _ in layer.gradients):
            continue
        returned, fetched = [], []
        for operand, attribute in layer.gradients:
            if not evaluated.requires_grad[operand]:
                returned += [] if attribute else ["_"]
                continue
            own, met = gradient[operand], arrived.setdefault(operand, [])
            name = own if expected[operand] == 1 else names.new(f"{own}_{len(met) + 1}")
            met.append(name)
            if attribute:
                fetched.append(f"{name} = {layer.name}.{attribute}")
            else:
                returned.append(name)
        lines.append(f"{', '.join(returned)} = {layer.name}.backward({gradient[node]})")
        lines += fetched
    lines += ["", f'print("{variable[output]} =", np.asarray({variable[output]}).tolist())']
    for view in graph.inputs:
        if evaluated.requires_grad[view.index]:
            found = gradient[view.index] if view.index in arrived else f"np.zeros({view.shape!r})"
            lines.append(f'print("{gradient[view.index]} =", np.asarray({found}).tolist())')
    return lines


def _contributions(evaluated: Evaluated, layers: Sequence[_Layer]) -> list[int]:
    """For every node how many gradients come back to it from layers that the output depends on."""
    count = [0] * len(evaluated.graph)
    count[evaluated.graph.output] = 1
    for layer in reversed(layers):
        if count[layer.node]:
            for node, _ in layer.gradients:
                count[node] += 1
    return count
