"""The lecture's sentences with the numbers put in: what a node computes, and what it passes back.

In the Korean sentences no particle depends on how a name ends.
"""

import numpy as np

from chainrule.core.engine.graph import Group
from chainrule.core.explain.aria import CONSTANT, INPUT
from chainrule.core.explain.kinks import in_smooth_layer, told
from chainrule.core.latex.formula import Formulas
from chainrule.core.number_text import text
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.shapes import shown as shape_text
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.summary import value_text
from chainrule.core.view.visible import Visible, VisibleNode


class Sentences:
    """Sentences about the nodes of one visible graph."""

    def __init__(self, visible: Visible) -> None:
        self.visible = visible
        self.evaluated: Evaluated = visible.evaluated
        self.formulas = Formulas(visible.evaluated)

    def title(self, shown: VisibleNode) -> Text:
        """Say what a visible node is: ``apple × apple_num · multiplication``."""
        group = self.visible.group(shown)
        if group is not None:
            kind = layer_title(group)
            call = self.formulas.names.call(group)
            return Text(f"{call} · {kind.ko}", f"{call} · {kind.en}")
        node = self.evaluated.node(shown.index)
        if node.kind == "constant":
            number = value_text(self.evaluated.value(shown.index))
            return Text(f"{number} · {CONSTANT.ko}", f"{number} · {CONSTANT.en}")
        title = INPUT if node.op is None else node.op.title
        name = self.formulas.spoken(shown.index)
        return Text(f"{name} · {title.ko}", f"{name} · {title.en}")

    def forward(self, shown: VisibleNode) -> Text:
        """Say what a visible node computes: "두 입력을 더합니다: 200 + 450 = 650"."""
        group = self.visible.group(shown)
        if group is not None:
            numbers = self.formulas.names.in_words(self.formulas.call(group).numbers)
            return Text(
                f"{group.name} 계층을 한 번에 계산합니다: {numbers}",
                f"Computes the {group.name} layer in one step: {numbers}",
            )
        op = self.evaluated.node(shown.index).op
        assert op is not None
        numbers = self.formulas.names.in_words(self.formulas.value(shown.index).numbers)
        return _with(op.forward, numbers, numbers)

    def backward(self, shown: VisibleNode) -> Text:
        """Say what a visible node passes back: "… 반대편 입력을 곱해 흘려보냅니다. apple 쪽: 1.1 × 2 = 2.2"."""
        edges = [edge for edge in self.visible.incoming[shown.position] if self.visible.requires_grad(edge)]
        formulas = self.formulas.within(
            self.evaluated.node(shown.index).group if shown.group is None else None
        )
        sides = [
            (formulas.spoken(edge.node), self.formulas.names.in_words(formula.numbers or formula.symbols))
            for edge in edges
            for formula in [formulas.edge_gradient(self.visible, edge)]
        ]
        rule = self.rule(shown)
        if sides:
            ko = ", ".join(f"{name} 쪽: {numbers}" for name, numbers in sides)
            en = ", to ".join(f"{name}: {numbers}" for name, numbers in sides)
            rule = Text(f"{_ended(rule.ko)} {ko}", f"{_ended(rule.en)} To {en}")
        for sentence in self._kinks(shown, formulas):
            rule = Text(f"{_ended(rule.ko)} {sentence.ko}", f"{_ended(rule.en)} {sentence.en}")
        if self.visible.fan_out(shown) == 1 or shown.index == self.evaluated.graph.output:
            return rule
        summed = self.fan_out(shown)
        return Text(f"{summed.ko}. {rule.ko}", f"{summed.en}. {rule.en}")

    def _kinks(self, shown: VisibleNode, formulas: Formulas) -> list[Text]:
        """Tell each kink of a visible node once, for the first operand that meets it and those alike."""
        group = self.visible.group(shown)
        nodes = [shown.index]
        if group is not None:
            graph = self.evaluated.graph
            nodes = [node for node in group.nodes if not in_smooth_layer(graph, node)]
        found = told(self.evaluated, formulas, nodes)
        return list({each.met.name: each.together for each in reversed(found)}.values())[::-1]

    def rule(self, shown: VisibleNode) -> Text:
        """State the backward rule of an op or a closed group."""
        group = self.visible.group(shown)
        if group is None:
            op = self.evaluated.node(shown.index).op
            assert op is not None
            return op.rule_text
        composite = COMPOSITES.get(group.name)
        if composite is not None:
            return composite.rule_text
        return Text(
            f"{group.name} 계층은 상류의 기울기에, 안쪽 노드들을 거쳐 연쇄법칙으로 구한 미분을 곱해 흘려보냅니다.",
            f"The {group.name} layer passes back the upstream gradient times its derivative, which follows by the "
            "chain rule from the nodes inside.",
        )

    def start(self) -> Text:
        """Say where the backward pass starts, and with which gradient."""
        upstream = self.evaluated.upstream
        shape = self.evaluated.graph.shapes.get(self.evaluated.graph.output)
        derivative = self.formulas.names.in_words(self.formulas.by(self.evaluated.graph.output))
        if shape and np.ndim(self.evaluated.given_upstream):
            return Text(
                f"역전파는 출력에서, 상류에서 들어온 기울기 {derivative}로 시작합니다. 모양은 출력과 같이 "
                f"{shape_text(shape)}입니다.",
                f"The backward pass starts at the output, with the gradient {derivative} that comes from upstream. "
                f"Its shape is the output's, {shape_text(shape)}.",
            )
        if shape:
            return Text(
                f"역전파는 출력에서 시작합니다. 출력이 {shape_text(shape)} 모양의 텐서이므로 상류의 기울기도 "
                f"같은 모양이고 원소는 모두 같습니다: {derivative} = {text(upstream)}",
                f"The backward pass starts at the output. It is a tensor of shape {shape_text(shape)}, so the "
                "upstream gradient has that shape too, with the same number in every element: "
                f"{derivative} = {text(upstream)}",
            )
        if upstream == 1.0:
            return Text(
                f"역전파는 출력에서 시작합니다. 출력을 자기 자신으로 미분하면 1입니다: {derivative} = 1",
                "The backward pass starts at the output. Its derivative with respect to itself is 1: "
                f"{derivative} = 1",
            )
        return Text(
            f"역전파는 출력에서, 상류에서 들어온 기울기로 시작합니다: {derivative} = {text(upstream)}",
            "The backward pass starts at the output, with the gradient that comes from upstream: "
            f"{derivative} = {text(upstream)}",
        )

    def fan_out(self, shown: VisibleNode) -> Text:
        """State the sum of the gradients of a value that is used several times."""
        name, count = self.formulas.spoken(shown.index), self.visible.fan_out(shown)
        numbers = self.formulas.names.in_words(self.formulas.gradient(self.visible, shown.position).numbers)
        return Text(
            f"{name}의 값이 순전파에서 {count}갈래로 나뉘었으므로 되돌아온 기울기를 모두 더합니다: {numbers}",
            f"The value of {name} is used in {count} places, so the gradients that come back are added: {numbers}",
        )


def layer_title(group: Group) -> Text:
    """Name a group in words: "시그모이드 계층"."""
    composite = COMPOSITES.get(group.name)
    title = composite.title if composite else Text(group.name, group.name)
    return Text(f"{title.ko} 계층", f"{title.en} layer")


def _with(rule: Text, ko: str, en: str) -> Text:
    """Append numbers to a rule, behind a colon; a rule of two sentences keeps its full stop."""
    return Text(_joined(rule.ko, ko), _joined(rule.en, en))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."


def _joined(sentence: str, numbers: str) -> str:
    if not numbers:
        return sentence
    return f"{sentence} {numbers}" if ". " in sentence else f"{sentence.removesuffix('.')}: {numbers}"
