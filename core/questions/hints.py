"""Hints to a blank in three stages: where to look, the formula in symbols, and at last the rule.

The rules are those of the op table, of the layers and of the branching; only the two on shapes stand here.
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
    "In a matrix product the two dimensions that meet must agree; what is left of both is the shape of the result. "
    "A node that works element by element keeps the shape.",
)


class Hint(NamedTuple):
    """One stage of help."""

    stage: int
    said: Text
    latex: str
    """The formula in symbols; empty at the other stages."""


def hint(solved: Solved, blank: Blank, stage: int) -> Hint:
    """The hint of this stage, from 1 to ``STAGES``."""
    if stage == 1:
        return Hint(1, _where(solved, blank), "")
    if stage == 2:
        return Hint(2, Text("기호로 적으면", "In symbols"), _formula(solved, blank))
    return Hint(3, _rule(solved, blank), "")


def _where(solved: Solved, blank: Blank) -> Text:
    """Which node it comes from, and what to look at there."""
    visible = solved.visible
    if blank.kind == "sum":
        part = visible.parts[visible.position[solved.graph.index(blank.part)]]
        count = visible.fan_out(part)
        return Text(
            f"{solved.word(part)}의 값은 {count}갈래로 나뉩니다. 갈래마다 돌아온 기울기를 보세요.",
            f"The value of {solved.word(part)} goes {count} ways. Look at the gradient that comes back on each.",
        )
    if blank.kind == "value":
        part = visible.parts[visible.position[solved.graph.index(blank.part)]]
        sources = [solved.word(visible.parts[way.source]) for way in visible.incoming[part.position]]
        title, listed = _title(solved, part), ", ".join(sources)
        return Text(
            f"순전파에서 구하는 값입니다. {title.ko} 노드로 들어오는 것을 보세요: {listed}.",
            f"It is found going forward. Look at what comes into this node ({title.en}): {listed}.",
        )
    part = visible.parts[solved.ways[blank.part].target]
    title, word = _title(solved, part), solved.word(part)
    return Text(
        f"{word} 노드({title.ko})에서 거꾸로 흘러옵니다. 먼저 {word} 자신의 기울기, 곧 상류의 기울기를 보세요.",
        f"It comes back from {word} ({title.en}). First look at the gradient of {word} itself: that is the upstream "
        "gradient.",
    )


def _formula(solved: Solved, blank: Blank) -> str:
    found = explain(solved.graph, solved.values, solved.gradients, blank.part, "en")
    formula = found.gradient if blank.kind == "sum" else found.formula
    return formula.symbols if formula is not None else ""


def _rule(solved: Solved, blank: Blank) -> Text:
    if blank.asks == "shape":
        return VALUE_SHAPE if blank.kind == "value" else GRADIENT_SHAPE
    if blank.kind == "sum":
        return FAN_OUT
    visible = solved.visible
    if blank.kind == "value":
        part = visible.parts[visible.position[solved.graph.index(blank.part)]]
    else:
        part = visible.parts[solved.ways[blank.part].target]
    group = visible.group(part)
    if group is not None:
        readers = {
            solved.graph.groups[other.group].name for other in visible.parts if other.group is not None
        }
        # The two layers of the loss together have a simpler gradient than each has.
        with_loss = group.name == "softmax" and "cross_entropy" in readers
        return COMPOSITES["softmax_with_loss" if with_loss else group.name].rule
    node = solved.graph.nodes[part.node]
    assert node.op is not None
    if blank.kind == "value":
        return node.op.forward
    rule, copied = node.op.rule, solved.shape(solved.ways[blank.part].node) != node.shape
    if node.op.tensor is not None or not copied:
        return rule
    advice = mistake_told(COPIES_NOT_SUMMED)[1]
    return Text(f"{rule.ko} {advice.ko}", f"{rule.en} {advice.en}")


def _title(solved: Solved, part: VisibleNode) -> Text:
    """What kind of node or layer it is."""
    group = solved.visible.group(part)
    if group is not None:
        return layer_title(group)
    op = solved.graph.nodes[part.node].op
    assert op is not None
    return op.title
