"""Words for screen readers on a node, edge or group: "apple, input, value 100, gradient 2.2"."""

import re

from chainrule.core.engine.graph import Edge, Graph, Group, Node
from chainrule.core.latex.names import names_of
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
"""Largest number of elements read out one by one."""

_PICTOGRAM = re.compile(
    "[\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}\u200d\u2190-\u21ff\u2300-\u2bff\u3030\u303d\u3297\u3299"
    "\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def aria(graph: Graph, values: Numbers, gradients: GradientColumns, part: str, lang: str) -> str:
    """Describe the node, edge or group with the id ``part``. Raises KeyError for an unknown id."""
    evaluated = Evaluated(graph, values, gradients)
    if part in evaluated.group_index:
        words = group_aria(evaluated, evaluated.group_index[part])
    elif "->" in part:
        source, _, target = part.partition("->")
        words = _edge_by_id(evaluated, part, graph.index(source), target)
    elif part == "@output":
        words = terminal_aria(evaluated)
    else:
        words = node_aria(evaluated, graph.nodes[graph.index(part)])
    return words.in_language(lang)


def node_aria(evaluated: Evaluated, node: Node) -> Text:
    """Describe a node: name, kind, value and gradient."""
    words = node_words(evaluated.graph, node)
    numbers = values_heard(evaluated.value(node.index), evaluated.gradient(node.index))
    return Text(f"{words.ko}, {numbers.ko}", f"{words.en}, {numbers.en}")


def node_words(graph: Graph, node: Node) -> Text:
    """Describe a node without its numbers, so the same for every evaluation."""
    if node.kind == "constant":
        return CONSTANT
    title = INPUT if node.op is None else node.op.title
    if node.index == graph.output:
        title = Text(f"{title.ko}, {OUTPUT.ko}", f"{title.en}, {OUTPUT.en}")
    name = names_of(graph).plain(node.index)
    return Text(f"{spoken_label(node) or name}, {title.ko}", f"{name}, {title.en}")


def group_aria(evaluated: Evaluated, group: Group) -> Text:
    """Describe a closed group: name, kind of layer, value and gradient of its result."""
    known = COMPOSITES.get(group.name)
    title = known.title if known else Text(group.name, group.name)
    numbers = values_heard(evaluated.value(group.output), evaluated.gradient(group.output))
    call = names_of(evaluated.graph).call(group)
    return Text(f"{call}, {title.ko} 계층, {numbers.ko}", f"{call}, {title.en} layer, {numbers.en}")


def edge_aria(evaluated: Evaluated, edge: Edge) -> Text:
    """Describe an edge: its ends, the value forward, the gradient backward."""
    return _edge(
        evaluated,
        edge.source,
        names_of(evaluated.graph).plain(edge.target),
        evaluated.edge_gradient(edge),
    )


def closed_edge_aria(evaluated: Evaluated, source: int, group: Group) -> Text:
    """Describe the merged edge from a node into a closed group."""
    members = [edge for edge in evaluated.graph.outgoing(source) if edge.target in group.nodes]
    gradient = (
        sum(evaluated.gradients.edges[edge.index] for edge in members)
        if evaluated.requires_grad[source]
        else None
    )
    return _edge(evaluated, source, names_of(evaluated.graph).call(group), gradient)


def terminal_aria(evaluated: Evaluated) -> Text:
    """Describe the edge from the output to the word at the far right."""
    numbers = values_heard(
        evaluated.value(evaluated.graph.output), evaluated.gradient(evaluated.graph.output)
    )
    node = evaluated.node(evaluated.graph.output)
    name = names_of(evaluated.graph).plain(node.index)
    return Text(
        f"{spoken_label(node) or name}, {OUTPUT.ko}, {numbers.ko}", f"{name}, {OUTPUT.en}, {numbers.en}"
    )


def spoken_label(node: Node) -> str:
    """Return a node's label without pictograms; empty if nothing is left."""
    return " ".join(_PICTOGRAM.sub(" ", node.label or "").split())


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


def _edge(evaluated: Evaluated, source: int, target: str, gradient: Value | None) -> Text:
    numbers = values_heard(evaluated.value(source), gradient)
    node = evaluated.node(source)
    if node.kind == "constant":
        return Text(
            f"{CONSTANT.ko}에서 {target} 쪽으로, {numbers.ko}", f"{CONSTANT.en} to {target}, {numbers.en}"
        )
    name = names_of(evaluated.graph).plain(source)
    return Text(
        f"{spoken_label(node) or name}에서 {target} 쪽으로, {numbers.ko}", f"{name} to {target}, {numbers.en}"
    )


def values_heard(value: Value, gradient: Value | None) -> Text:
    """Describe a value and its gradient: numbers, or tensors of one shape.

    A small tensor is read out; a larger one is described by its shape and its range.
    """
    shape = shape_of(value)
    if not shape:
        return numbers_heard(text(float(value)), None if gradient is None else text(float(gradient)))
    words, spread = _shape_heard(shape), spread_heard(value)
    if gradient is None:
        return Text(f"{words.ko}, 값 {spread.ko}", f"{words.en}, value {spread.en}")
    back = spread_heard(gradient)
    return Text(
        f"{words.ko}, 값 {spread.ko}, 기울기 {back.ko}",
        f"{words.en}, value {spread.en}, gradient {back.en}",
    )


def _shape_heard(shape: Shape) -> Text:
    if len(shape) == 1:
        return Text(f"원소 {shape[0]}개", f"{shape[0]} element{'s' if shape[0] != 1 else ''}")
    if len(shape) == 2:
        return Text(f"{shape[0]}행 {shape[1]}열", f"{shape[0]} by {shape[1]}")
    sizes = list(map(str, shape))
    return Text("×".join(sizes), " by ".join(sizes))


def spread_heard(value: Value) -> Text:
    """Describe a tensor's elements: all of a small one, the range of a larger one."""
    if value.size == 0:
        return Text("없음", "none")
    if value.size <= READ_OUT:
        numbers = ", ".join(text(element) for element in value.ravel().tolist())
        return Text(numbers, numbers)
    known = summary(value)
    low, high = text(known.min), text(known.max)
    nan = Text(f", NaN {known.nan}개", f", {known.nan} NaN") if known.nan else Text("", "")
    return Text(f"{low}에서 {high}까지{nan.ko}", f"from {low} to {high}{nan.en}")


def numbers_heard(value: str, gradient: str | None) -> Text:
    """Describe a value and its gradient, given the texts of two numbers."""
    if gradient is None:
        return Text(f"값 {value}", f"value {value}")
    return Text(f"값 {value}, 기울기 {gradient}", f"value {value}, gradient {gradient}")
