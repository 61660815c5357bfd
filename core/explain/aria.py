"""What a screen reader says of a part of the graph: "apple, input, value 100, gradient 2.2"."""

import re

from chainrule.core.engine.graph import Edge, Graph, Group, Node
from chainrule.core.number_text import text
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers, Value, edges_into
from chainrule.core.view.summary import shape_of, summary

INPUT = Text("입력", "input")
CONSTANT = Text("상수", "constant")
OUTPUT = Text("출력", "output")

READ_OUT = 6
"""A tensor of at most so many elements is read out number by number."""

_PICTOGRAM = re.compile(
    "[\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}\u200d\u2190-\u21ff\u2300-\u2bff\u3030\u303d\u3297\u3299"
    "\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def aria(graph: Graph, values: Numbers, gradients: GradientColumns, part: str, lang: str) -> str:
    """What is heard at the node, edge or group with this id. Raises KeyError if there is none."""
    evaluated = Evaluated(graph, values, gradients)
    if part in evaluated.group_index:
        said = group_aria(evaluated, evaluated.group_index[part])
    elif "->" in part:
        source, _, target = part.partition("->")
        said = _edge_by_id(evaluated, part, graph.index(source), target)
    elif part == "@output":
        said = terminal_aria(evaluated)
    else:
        said = node_aria(evaluated, graph.nodes[graph.index(part)])
    return said.ko if lang == "ko" else said.en


def node_aria(evaluated: Evaluated, node: Node) -> Text:
    """A node: its name, what it is, its value and its gradient."""
    said = node_words(evaluated.graph, node)
    # A constant's gradient is never asked for.
    numbers = _numbers(evaluated.value(node.index), evaluated.gradient(node.index))
    return Text(f"{said.ko}, {numbers.ko}", f"{said.en}, {numbers.en}")


def node_words(graph: Graph, node: Node) -> Text:
    """What is heard of a node before its numbers, which is the same for every evaluation."""
    if node.kind == "constant":
        return CONSTANT
    title = INPUT if node.op is None else node.op.title
    if node.index == graph.output:
        title = Text(f"{title.ko}, {OUTPUT.ko}", f"{title.en}, {OUTPUT.en}")
    return Text(f"{spoken_name(node)}, {title.ko}", f"{node.id}, {title.en}")


def group_aria(evaluated: Evaluated, group: Group) -> Text:
    """A closed group: its name, that it is a layer, the value and gradient of its result."""
    known = COMPOSITES.get(group.name)
    title = known.title if known else Text(group.name, group.name)
    numbers = _numbers(evaluated.value(group.output), evaluated.gradient(group.output))
    return Text(f"{group.id}, {title.ko} 계층, {numbers.ko}", f"{group.id}, {title.en} layer, {numbers.en}")


def edge_aria(evaluated: Evaluated, edge: Edge) -> Text:
    """An edge: where from, where to, the value forward, the gradient backward."""
    return _way(evaluated, edge.source, evaluated.graph.ids[edge.target], evaluated.edge_gradient(edge))


def closed_edge_aria(evaluated: Evaluated, source: int, group: Group) -> Text:
    """The merged edge from a node into a closed group."""
    members = [edge for edge in evaluated.graph.outgoing(source) if edge.target in group.nodes]
    gradient = (
        sum(evaluated.gradients.edges[edge.index] for edge in members)
        if evaluated.requires_grad[source]
        else None
    )
    return _way(evaluated, source, group.id, gradient)


def terminal_aria(evaluated: Evaluated) -> Text:
    """The edge from the output to the word at the far right."""
    numbers = _numbers(evaluated.value(evaluated.graph.output), evaluated.gradient(evaluated.graph.output))
    node = evaluated.node(evaluated.graph.output)
    return Text(f"{spoken_name(node)}, {OUTPUT.ko}, {numbers.ko}", f"{node.id}, {OUTPUT.en}, {numbers.en}")


def spoken_name(node: Node) -> str:
    """The label as it can be read aloud, without its little pictures; the id if nothing is left."""
    return " ".join(_PICTOGRAM.sub(" ", node.label or "").split()) or node.id


def _edge_by_id(evaluated: Evaluated, part: str, source: int, target: str) -> Text:
    if target == "@output":
        return terminal_aria(evaluated)
    if target in evaluated.group_index:
        return closed_edge_aria(evaluated, source, evaluated.group_index[target])
    index = evaluated.graph.index(target.rpartition(".")[0])
    for edge in edges_into(evaluated.graph, index):
        if edge.id == part:
            return edge_aria(evaluated, edge)
    raise KeyError(part)


def _way(evaluated: Evaluated, source: int, target: str, gradient: Value | None) -> Text:
    numbers = _numbers(evaluated.value(source), gradient)
    node = evaluated.node(source)
    if node.kind == "constant":
        return Text(
            f"{CONSTANT.ko}에서 {target} 쪽으로, {numbers.ko}", f"{CONSTANT.en} to {target}, {numbers.en}"
        )
    return Text(
        f"{spoken_name(node)}에서 {target} 쪽으로, {numbers.ko}", f"{node.id} to {target}, {numbers.en}"
    )


def _numbers(value: Value, gradient: Value | None) -> Text:
    return values_heard(value, gradient)


def values_heard(value: Value, gradient: Value | None) -> Text:
    """What is heard of a value and a gradient: numbers, or tensors of one shape.

    A tensor of few elements is read out; of a larger one the shape is heard and where its elements lie.
    """
    shape = shape_of(value)
    if not shape:
        return numbers_heard(text(float(value)), None if gradient is None else text(float(gradient)))
    said, spread = _shape_heard(shape), spread_heard(value)
    if gradient is None:
        return Text(f"{said.ko}, 값 {spread.ko}", f"{said.en}, value {spread.en}")
    back = spread_heard(gradient)
    return Text(
        f"{said.ko}, 값 {spread.ko}, 기울기 {back.ko}", f"{said.en}, value {spread.en}, gradient {back.en}"
    )


def _shape_heard(shape: Shape) -> Text:
    if len(shape) == 1:
        return Text(f"원소 {shape[0]}개", f"{shape[0]} element{'s' if shape[0] != 1 else ''}")
    if len(shape) == 2:
        return Text(f"{shape[0]}행 {shape[1]}열", f"{shape[0]} by {shape[1]}")
    sizes = list(map(str, shape))
    return Text("×".join(sizes), " by ".join(sizes))


def spread_heard(value: Value) -> Text:
    """What is heard of a tensor's elements: all of a small one, the extremes of a larger one."""
    if value.size == 0:
        return Text("없음", "none")
    if value.size <= READ_OUT:
        numbers = ", ".join(text(element) for element in value.ravel().tolist())
        return Text(numbers, numbers)
    known = summary(value)
    nan = f", NaN {known.nan}" if known.nan else ""
    low, high = text(known.min), text(known.max)
    return Text(f"{low}에서 {high}까지{nan}", f"from {low} to {high}{nan}")


def numbers_heard(value: str, gradient: str | None) -> Text:
    """What is heard of a value and a gradient that are numbers, of their texts."""
    if gradient is None:
        return Text(f"값 {value}", f"value {value}")
    return Text(f"값 {value}, 기울기 {gradient}", f"value {value}, gradient {gradient}")
