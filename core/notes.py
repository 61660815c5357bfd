"""Why a value or a gradient is no ordinary number, said to a person."""

import math
from functools import cache

from core.graph import Graph
from core.number_text import text
from core.ops import OPS, SCALAR_FUNCTIONS, Rule, Text, compile_rule
from core.reading import Numbers, Reading

_GIVEN = Text("주어진 값이 무한대이거나 수가 아닙니다.", "The value given is infinite or not a number.")
_UNDETERMINED = Text(
    "∞ − ∞, 0 × ∞, ∞ ÷ ∞ 꼴은 값이 정해지지 않으므로 NaN입니다.",
    "∞ − ∞, 0 × ∞ and ∞ ÷ ∞ have no definite value: NaN, not a number.",
)


def note(graph: Graph, values: Numbers, index: int) -> Text | None:
    """What is to be said of the value of the node at this index; None if it is an ordinary number."""
    value = float(values[index])
    if math.isfinite(value):
        return None
    node = graph.nodes[index]
    if node.op is None:
        return _GIVEN
    operands = [float(values[source]) for source in node.inputs]
    broken = [source for source in node.inputs if not math.isfinite(float(values[source]))]
    if not broken and node.op.undefined_note is not None and not _defined(node.op.name)(*_pair(operands)):
        return node.op.undefined_note
    if not broken:
        return _too_large(node.op.name, operands)
    if math.isnan(value) and not any(math.isnan(operand) for operand in operands):
        return _UNDETERMINED
    sources = ", ".join(f"{graph.ids[source]} = {text(float(values[source]))}" for source in broken)
    return Text(
        f"계산에 들어온 값이 유한한 수가 아닙니다: {sources}",
        f"A value that it is computed from is no ordinary number: {sources}",
    )


def gradient_note(reading: Reading, index: int) -> Text | None:
    """What is to be said of ∂L/∂node; None if it is an ordinary number or not asked for."""
    gradient = reading.gradient(index)
    if gradient is None or math.isfinite(gradient):
        return None
    if index == reading.graph.output:
        return _GIVEN
    for edge in reading.graph.outgoing(index):
        upstream, local = reading.gradient(edge.target), reading.local(edge)
        if upstream is None or math.isfinite(reading.edge_gradient(edge) or 0.0):
            continue
        name = reading.graph.ids[edge.target]
        product = f"{text(upstream)} × {text(local)} = {text(upstream * local)}"
        if not math.isfinite(local) or math.isnan(local):
            return Text(
                f"{name} 노드의 국소적 미분이 여기서 유한한 수가 아니므로 기울기도 유한하지 않습니다: {product}",
                f"The local derivative at {name} is no ordinary number here, so neither is the gradient: {product}",
            )
        if not math.isfinite(upstream):
            return Text(
                f"상류의 {name} 노드에서 온 기울기가 이미 유한한 수가 아닙니다: {product}",
                f"The gradient from upstream, at {name}, is no ordinary number already: {product}",
            )
        return Text(
            f"기울기가 64비트 실수로 나타낼 수 있는 범위를 넘었습니다: {product}",
            f"The gradient is larger than a 64-bit number can hold: {product}",
        )
    return Text(
        "여러 갈래의 기울기를 더하면 64비트 실수의 범위를 넘거나 ∞ − ∞ 꼴이 됩니다.",
        "The sum over the branches is larger than a 64-bit number can hold, or of the form ∞ − ∞.",
    )


def _too_large(op: str, operands: list[float]) -> Text:
    if op == "exp":
        what = f"e^{text(operands[0])}"
        return Text(
            f"{what} 값은 너무 커서 64비트 실수(약 1.8e308까지)로 나타낼 수 없으므로 ∞로 적습니다.",
            f"{what} is larger than a 64-bit number can hold (about 1.8e308), so it becomes ∞.",
        )
    return Text(
        "결과가 너무 커서 64비트 실수(약 1.8e308까지)로 나타낼 수 없습니다.",
        "The result is larger than a 64-bit number can hold (about 1.8e308).",
    )


def _pair(operands: list[float]) -> tuple[float, float]:
    return operands[0], operands[-1]


@cache
def _defined(op: str) -> Rule:
    condition = OPS[op].defined
    assert condition is not None
    return compile_rule(condition, SCALAR_FUNCTIONS, "a, b")
