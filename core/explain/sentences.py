"""The sentences of the lecture, with the numbers put in: what a node does forward, what it passes back.

Korean sentences are built so that no particle depends on how a name ends.
"""

from chainrule.core.engine.graph import Group
from chainrule.core.explain.aria import CONSTANT, INPUT
from chainrule.core.latex.formula import Formulas
from chainrule.core.latex.plain_text import plain
from chainrule.core.number_text import text
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.shapes import shown
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.summary import value_text
from chainrule.core.view.visible import Visible, VisibleNode


class Sentences:
    """Sentences on the parts of one visible graph."""

    def __init__(self, visible: Visible) -> None:
        self.visible = visible
        self.evaluated: Evaluated = visible.evaluated
        self.formulas = Formulas(visible.evaluated)

    def title(self, part: VisibleNode) -> Text:
        """What a part is: ``op_1 · multiplication``."""
        group = self.visible.group(part)
        if group is not None:
            kind = layer_title(group)
            return Text(f"{part.id} · {kind.ko}", f"{part.id} · {kind.en}")
        node = self.evaluated.node(part.node)
        if node.kind == "constant":
            number = value_text(self.evaluated.value(part.node))
            return Text(f"{number} · {CONSTANT.ko}", f"{number} · {CONSTANT.en}")
        if node.op is None:
            return Text(f"{node.id} · {INPUT.ko}", f"{node.id} · {INPUT.en}")
        return Text(f"{node.id} · {node.op.title.ko}", f"{node.id} · {node.op.title.en}")

    def forward(self, part: VisibleNode) -> Text:
        """What it computes: "두 입력을 더합니다: 200 + 450 = 650"."""
        group = self.visible.group(part)
        if group is not None:
            numbers = plain(self.formulas.call(group).numbers)
            return Text(
                f"{group.name} 계층을 한 번에 계산합니다: {numbers}",
                f"Computes the {group.name} layer in one step: {numbers}",
            )
        node = self.evaluated.node(part.node)
        assert node.op is not None
        numbers = plain(self.formulas.value(part.node).numbers)
        return _with(node.op.forward, numbers, numbers)

    def backward(self, part: VisibleNode) -> Text:
        """What it passes back, and by which rule: "… 반대편 입력을 곱해 흘려보냅니다: apple 쪽 1.1 × 2 = 2.2"."""
        ways = [way for way in self.visible.incoming[part.position] if self.visible.asked(way)]
        formulas = self.formulas.within(self.evaluated.node(part.node).group if part.group is None else None)
        sides = [
            (formulas.spoken(way.node), plain(formulas.way_gradient(self.visible, way).numbers))
            for way in ways
        ]
        rule = _with(
            self.rule(part),
            ", ".join(f"{name} 쪽 {numbers}" for name, numbers in sides),
            ", ".join(f"to {name} {numbers}" for name, numbers in sides),
        )
        if self.visible.fan_out(part) == 1 or part.node == self.evaluated.graph.output:
            return rule
        summed = self.fan_out(part)
        return Text(f"{summed.ko}. {rule.ko}", f"{summed.en}. {rule.en}")

    def rule(self, part: VisibleNode) -> Text:
        """The backward rule of a part that is an op or a closed group."""
        group = self.visible.group(part)
        if group is None:
            op = self.evaluated.node(part.node).op
            assert op is not None
            return op.rule
        composite = COMPOSITES.get(group.name)
        if composite is not None:
            return composite.rule
        return Text(
            f"{group.name} 계층은 상류의 기울기에, 안쪽 노드들의 연쇄법칙으로 구한 미분을 곱해 흘려보냅니다.",
            f"The {group.name} layer passes back the upstream gradient times its derivative, which the chain rule "
            "gives from the nodes inside.",
        )

    def start(self) -> Text:
        """Where the backward pass begins."""
        seed = self.evaluated.seed
        shape = self.evaluated.graph.shapes.get(self.evaluated.graph.output)
        derivative = plain(self.formulas.by(self.evaluated.graph.output))
        if shape:
            given = text(seed)
            return Text(
                f"역전파는 출력에서 시작합니다. 출력이 {shown(shape)} 모양의 텐서이므로 상류의 기울기도 같은 모양이고 "
                f"원소는 모두 같습니다: {derivative} = {given}",
                f"The backward pass starts at the output. It is a tensor of shape {shown(shape)}, so the gradient "
                f"from upstream has that shape too, the same number in every element: {derivative} = {given}",
            )
        if seed == 1.0:
            return Text(
                f"역전파는 출력에서 시작합니다. 출력을 자기 자신으로 미분하면 1입니다: {derivative} = 1",
                f"The backward pass starts at the output. Its derivative by itself is 1: {derivative} = 1",
            )
        return Text(
            f"역전파는 출력에서 시작합니다. 상류에서 들어온 기울기입니다: {derivative} = {text(seed)}",
            "The backward pass starts at the output, with the gradient that comes from upstream: "
            f"{derivative} = {text(seed)}",
        )

    def fan_out(self, part: VisibleNode) -> Text:
        """The sum where a value went several ways."""
        name, count = self.formulas.spoken(part.node), self.visible.fan_out(part)
        numbers = plain(self.formulas.gradient(self.visible, part.position).numbers)
        return Text(
            f"{name}의 값이 순전파에서 {count}갈래로 나뉘었으므로 되돌아온 기울기를 모두 더합니다: {numbers}",
            f"The value of {name} went {count} ways, so the gradients that come back are added: {numbers}",
        )


def layer_title(group: Group) -> Text:
    """A group in words: "시그모이드 계층"."""
    composite = COMPOSITES.get(group.name)
    title = composite.title if composite else Text(group.name, group.name)
    return Text(f"{title.ko} 계층", f"{title.en} layer")


def _with(rule: Text, ko: str, en: str) -> Text:
    """The rule and behind it the numbers; a rule of two sentences keeps its full stop."""
    return Text(_joined(rule.ko, ko), _joined(rule.en, en))


def _joined(sentence: str, numbers: str) -> str:
    if not numbers:
        return sentence
    return f"{sentence} {numbers}" if ". " in sentence else f"{sentence.removesuffix('.')}: {numbers}"
