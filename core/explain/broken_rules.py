"""Notes on backward rules broken on purpose: which of them the shown gradients went through."""

from collections.abc import Collection, Sequence

from chainrule.core.ops import COPIES, COPIES_NOT_SUMMED, FAN_OUT_NOT_SUMMED, NOT_SUMMED, mistakes_of
from chainrule.core.ops.op import Op
from chainrule.core.text import Text
from chainrule.core.view.visible import Visible, VisibleEdge, VisibleNode


def broken_rules(visible: Visible, edges: Sequence[VisibleEdge], mistakes: Collection[str]) -> list[Text]:
    """Return one note for each of ``mistakes`` that the gradients on these edges went through."""
    ops: dict[str, Op] = {}
    copied = False
    nodes = visible.evaluated.graph.nodes
    for edge in edges:
        for member in edge.members:
            target = nodes[member.target]
            if target.op is not None and visible.requires_grad(edge):
                ops[target.op.name] = target.op
                copied |= target.op.tensor is None and nodes[member.source].shape != target.shape
    notes = [_note(COPIES)] if copied and COPIES_NOT_SUMMED in mistakes else []
    for op in ops.values():
        notes += [
            _note(Text(f"{op.title.ko}: {title.ko}", f"{op.title.en}: {title.en}"))
            for name, title in mistakes_of(op).items()
            if name in mistakes
        ]
    return notes


def broken_sum(visible: Visible, node: VisibleNode, mistakes: Collection[str]) -> list[Text]:
    """Return a note if the gradients that come back to a node were, by mistake, not added."""
    return [_note(NOT_SUMMED)] if FAN_OUT_NOT_SUMMED in mistakes and visible.fan_out(node) > 1 else []


def _note(mistake: Text) -> Text:
    return Text(
        f"역전파 규칙을 일부러 고장 냈습니다({mistake.ko}).",
        f"A backward rule is broken on purpose ({mistake.en}).",
    )
