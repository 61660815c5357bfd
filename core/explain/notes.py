"""Notes on why a value or a gradient is infinite or NaN."""

import math
from functools import cache
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.number_text import text
from chainrule.core.ops import OPS, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.op import Kernel
from chainrule.core.text import Text
from chainrule.core.view.elements import broadcast_to
from chainrule.core.view.evaluated import Evaluated, Numbers, Value

_GIVEN = Text("주어진 값이 무한대이거나 수가 아닙니다.", "The given value is infinite or not a number.")
_UNDETERMINED = Text(
    "∞ − ∞, 0 × ∞, ∞ ÷ ∞ 꼴은 값이 정해지지 않으므로 NaN입니다.",
    "∞ − ∞, 0 × ∞ and ∞ ÷ ∞ have no definite value: NaN, not a number.",
)


def begins(graph: Graph, values: Numbers, index: int) -> bool:
    """Say whether infinity or NaN first arises at this node: its value is not finite, its operands are."""
    if values[index] is None or _finite(values[index]):
        return False
    return all(_finite(values[source]) for source in graph.nodes[index].inputs)


def _finite(value: Any) -> bool:
    """Say whether a number, or every element of a tensor, is finite."""
    return math.isfinite(value) if isinstance(value, float) else bool(np.isfinite(value).all())


def note(graph: Graph, values: Numbers, index: int) -> Text | None:
    """Explain why the value of a node is not finite; None if it is."""
    if graph.shapes:
        return _note_of_tensors(graph, values, index)
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
        f"One of its inputs is not a finite number: {sources}",
    )


def _note_of_tensors(graph: Graph, values: Numbers, index: int) -> Text | None:
    """Count a tensor's elements that are not finite, and explain the first of them."""
    value = np.asarray(values[index], dtype=float)
    bad = np.argwhere(~np.isfinite(value))
    if not len(bad):
        return None
    node, place = graph.nodes[index], tuple(bad[0].tolist())
    counted = _counted(len(bad), value.size)
    if node.op is None:
        return _joined(counted, _GIVEN)
    broken = [i for i in node.inputs if not np.isfinite(np.asarray(values[i], dtype=float)).all()]
    if node.op.tensor is None:
        operands = [
            float(np.asarray(values[i])[broadcast_to(place, graph.shapes.get(i, ()))]) for i in node.inputs
        ]
        if all(map(math.isfinite, operands)):
            undefined = node.op.undefined_note
            if undefined is not None and not _defined(node.op.name)(*_pair(operands)):
                return _joined(counted, undefined)
            return _joined(counted, _too_large(node.op.name, operands))
        if math.isnan(float(value[place])) and not any(map(math.isnan, operands)):
            return _joined(counted, _UNDETERMINED)
    if not broken:
        return _joined(counted, _too_large(node.op.name, []))
    names = ", ".join(graph.ids[i] for i in broken)
    return _joined(
        counted,
        Text(
            f"계산에 들어온 값에 유한하지 않은 원소가 있습니다: {names}",
            f"One of its inputs already has such elements: {names}",
        ),
    )


def _counted(bad: int, size: int) -> Text | None:
    """Say how many elements are not finite; None for a single number."""
    if size == 1:
        return None
    return Text(
        f"원소 {size:,}개 가운데 {bad:,}개가 유한한 수가 아닙니다.",
        f"{bad:,} of its {size:,} elements {'is' if bad == 1 else 'are'} not finite.",
    )


def _joined(counted: Text | None, reason: Text) -> Text:
    return reason if counted is None else counted.then(reason)


def gradient_note(evaluated: Evaluated, index: int) -> Text | None:
    """Explain why ∂L/∂node is not finite; None if it is, or if there is none."""
    gradient = evaluated.gradient(index)
    if gradient is None or np.isfinite(gradient).all():
        return None
    if index == evaluated.graph.output:
        return _GIVEN
    if evaluated.graph.shapes:
        return _gradient_note_of_tensors(evaluated, index, gradient)
    for edge in evaluated.graph.outgoing(index):
        upstream, local = evaluated.gradient(edge.target), evaluated.local(edge)
        if upstream is None or local is None or math.isfinite(evaluated.edge_gradient(edge) or 0.0):
            continue
        name = evaluated.graph.ids[edge.target]
        product = f"{text(upstream)} × {text(local)} = {text(upstream * local)}"
        if not math.isfinite(local) or math.isnan(local):
            return Text(
                f"{name} 노드의 국소적 미분이 여기서 유한한 수가 아니므로 기울기도 유한하지 않습니다: {product}",
                f"The local derivative at {name} is not finite here, so neither is the gradient: {product}",
            )
        if not math.isfinite(upstream):
            return Text(
                f"상류의 {name} 노드에서 온 기울기가 이미 유한한 수가 아닙니다: {product}",
                f"The upstream gradient, from {name}, is already not finite: {product}",
            )
        return Text(
            f"기울기가 64비트 실수로 나타낼 수 있는 범위를 넘었습니다: {product}",
            f"The gradient is larger than a 64-bit number can hold: {product}",
        )
    return Text(
        "여러 갈래의 기울기를 더하면 64비트 실수의 범위를 넘거나 ∞ − ∞ 꼴이 됩니다.",
        "The sum over the branches is larger than a 64-bit number can hold, or of the form ∞ − ∞.",
    )


def _gradient_note_of_tensors(evaluated: Evaluated, index: int, gradient: Value) -> Text:
    bad = int(np.count_nonzero(~np.isfinite(gradient)))
    counted = _counted(bad, int(np.size(gradient)))
    for edge in evaluated.graph.outgoing(index):
        sent = evaluated.edge_gradient(edge)
        if sent is None or np.isfinite(sent).all():
            continue
        name = evaluated.graph.ids[edge.target]
        upstream, local = evaluated.gradient(edge.target), evaluated.local(edge)
        if upstream is not None and not np.isfinite(upstream).all():
            return _joined(
                counted,
                Text(
                    f"상류의 {name} 노드에서 온 기울기가 이미 유한한 수가 아닙니다.",
                    f"The upstream gradient, from {name}, is already not finite.",
                ),
            )
        if local is not None and not np.isfinite(local).all():
            return _joined(
                counted,
                Text(
                    f"{name} 노드의 국소적 미분이 여기서 유한한 수가 아니므로 기울기도 유한하지 않습니다.",
                    f"The local derivative at {name} is not finite here, so neither is the gradient.",
                ),
            )
    return _joined(
        counted,
        Text(
            "기울기가 64비트 실수로 나타낼 수 있는 범위를 넘거나 ∞ − ∞ 꼴이 됩니다.",
            "The gradient is larger than a 64-bit number can hold, or of the form ∞ − ∞.",
        ),
    )


def _too_large(op: str, operands: list[float]) -> Text:
    if op == "exp" and operands:
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
def _defined(op: str) -> Kernel:
    condition = OPS[op].defined
    assert condition is not None
    return compile_rule(condition, SCALAR_FUNCTIONS, "a, b")
