"""Hints for a blank in three stages: where to look, the formula in symbols, and at last the rule.

The rules come from the op table, the layers and the fan-out; only the two about shapes are stated here.
"""

from typing import NamedTuple

from chainrule.core.explain.explain import explain
from chainrule.core.explain.sentences import layer_title
from chainrule.core.ops import COPIES_NOT_SUMMED, FAN_OUT, mistake_told
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.questions.blanks import Blank, Solved
from chainrule.core.text import Text
from chainrule.core.view.visible import VisibleNode

STAGES = 3

GRADIENT_SHAPE = Text(
    "기울기의 모양은 언제나 그 값의 모양과 같습니다. 원소마다 기울기가 하나씩 있기 때문입니다.",
    "A gradient always has the shape of its value: there is one for each element.",
)
VALUE_SHAPE = Text(
    "행렬 곱에서는 맞닿은 두 차원이 같아야 하고, 그 둘이 사라진 나머지가 결과의 모양입니다. "
    "원소마다 계산하는 노드는 모양을 바꾸지 않습니다.",
    "In a matrix product the two inner dimensions must agree; the outer ones are the shape of the result. "
    "An elementwise node keeps the shape.",
)


class Hint(NamedTuple):
    """One stage of help."""

    stage: int
    text: Text
    latex: str
    """The formula in symbols; empty in the other stages."""


def hint(solved: Solved, blank: Blank, stage: int) -> Hint:
    """Return the hint of a stage, from 1 to ``STAGES``."""
    if stage == 1:
        return Hint(1, _where(solved, blank), "")
    if stage == 2:
        return Hint(2, Text("기호로 적으면", "In symbols"), _formula(solved, blank))
    return Hint(3, _rule(solved, blank), "")


def _node_of(solved: Solved, blank: Blank) -> VisibleNode:
    """Return the node of a value or a sum; for a gradient, the node that passes it back."""
    visible = solved.visible
    if blank.kind == "grad":
        return visible.nodes[solved.edges[blank.part].target]
    return visible.nodes[visible.position[solved.graph.index(blank.part)]]


def _where(solved: Solved, blank: Blank) -> Text:
    """Say at which node to look, and at what."""
    visible, node = solved.visible, _node_of(solved, blank)
    word = solved.word(node)
    if blank.kind == "sum":
        count = visible.fan_out(node)
        return Text(
            f"{word}의 값은 {count}갈래로 나뉩니다. 갈래마다 돌아온 기울기를 보세요.",
            f"The value of {word} is used in {count} places. Look at the gradient that comes back from each.",
        )
    title = _title(solved, node)
    if blank.kind == "value":
        sources = ", ".join(
            solved.word(visible.nodes[edge.source]) for edge in visible.incoming[node.position]
        )
        return Text(
            f"순전파에서 구하는 값입니다. {title.ko} 노드로 들어오는 값을 보세요: {sources}.",
            f"This value belongs to the forward pass. Look at what comes into the node ({title.en}): {sources}.",
        )
    return Text(
        f"{word} 노드({title.ko})에서 거꾸로 흘러옵니다. 먼저 {word} 자신의 기울기, 곧 상류의 기울기를 보세요.",
        f"It comes back from {word} ({title.en}). First look at the gradient of {word} itself, the upstream gradient.",
    )


def _formula(solved: Solved, blank: Blank) -> str:
    explanation = explain(solved.graph, solved.values, solved.gradients, blank.part, "en")
    formula = explanation.gradient if blank.kind == "sum" else explanation.formula
    return formula.symbols if formula is not None else ""


def _rule(solved: Solved, blank: Blank) -> Text:
    if blank.asks == "shape":
        return VALUE_SHAPE if blank.kind == "value" else GRADIENT_SHAPE
    if blank.kind == "sum":
        return FAN_OUT
    shown = _node_of(solved, blank)
    group = solved.visible.group(shown)
    if group is not None:
        layers = {
            solved.graph.groups[other.group].name for other in solved.visible.nodes if other.group is not None
        }
        # Softmax and the loss together have a simpler gradient than each has alone.
        with_loss = group.name == "softmax" and "cross_entropy" in layers
        return COMPOSITES["softmax_with_loss" if with_loss else group.name].rule_text
    node = solved.graph.nodes[shown.index]
    assert node.op is not None
    if blank.kind == "value":
        return node.op.forward
    rule, copied = node.op.rule_text, solved.shape(solved.edges[blank.part].node) != node.shape
    if node.op.tensor is not None or not copied:
        return rule
    advice = mistake_told(COPIES_NOT_SUMMED)[1]
    return Text(f"{rule.ko} {advice.ko}", f"{rule.en} {advice.en}")


def _title(solved: Solved, shown: VisibleNode) -> Text:
    """Return what kind of op or layer a node is."""
    group = solved.visible.group(shown)
    if group is not None:
        return layer_title(group)
    op = solved.graph.nodes[shown.index].op
    assert op is not None
    return op.title
