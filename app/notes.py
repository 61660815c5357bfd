"""Why a node's value is no ordinary number, said to a person."""

import math

from core.graph import Graph, Node
from core.ops import OPS, Rule, Text, compile_rule
from core.reading import Numbers

_DEFINED: dict[str, Rule] = {
    op.name: compile_rule(op.defined, {}, "a, b") for op in OPS.values() if op.defined is not None
}


def note(graph: Graph, values: Numbers, node: Node) -> Text | None:
    """The reason at this node, or where it came from; None for a finite value."""
    if math.isfinite(values[node.index]):
        return None
    if node.op is None:
        return Text(
            "무한대이거나 수가 아닌 값이 주어졌습니다.", "The number given is infinite or not a number."
        )
    operands = [values[source] for source in node.inputs]
    for source, value in zip(node.inputs, operands, strict=True):
        if not math.isfinite(value):
            name = graph.ids[source]
            return Text(f"`{name}`의 값에서 이어집니다.", f"It comes from the value of `{name}`.")
    defined = _DEFINED.get(node.op.name)
    if (
        defined is not None
        and node.op.undefined_note is not None
        and not defined(*operands, *[0.0][: 2 - len(operands)])
    ):
        return node.op.undefined_note
    return Text(
        "값이 64비트 실수로 나타낼 수 있는 범위를 넘었습니다.",
        "The value is beyond what a 64-bit number can hold.",
    )
