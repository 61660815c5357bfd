"""One value pushed by Δ: how every later value really changes, beside slope × Δ.

The true change is a second evaluation. The straight one is the derivative forward (a Jacobian-vector product), made of
the same local derivatives as the gradients: at the output it is gradient × Δ.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.errors import EvaluationError
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import RIGHT, A, B
from chainrule.core.text import Text

MOST_JACOBIAN = 1_000_000
"""Largest Jacobian of one op that is written out, in elements."""


class Push(NamedTuple):
    """How one node changes; of a tensor, at the element that really changes most."""

    node: int
    where: tuple[int, ...]
    before: float
    true: float
    """The change by a second evaluation."""
    straight: float
    """The slope by the pushed value, times Δ."""


class Nudge(NamedTuple):
    """A value pushed by ``delta``, and what follows."""

    node: int
    delta: float
    where: tuple[int, ...]
    pushes: list[Push]
    """The pushed node itself, then every node behind it, in order."""


def nudge(
    graph: Graph,
    values: Values,
    node: int,
    delta: float,
    where: Sequence[int] = (),
    conventions: Collection[str] = (),
) -> Nudge:
    """Push a value, or one element of it, by ``delta``, whatever its operands are.

    Raises EvaluationError where it has no gradient, for a wrong element, and for a Jacobian above ``MOST_JACOBIAN``.
    """
    place = element(graph, node, where)
    if not graph.requires_grad()[node]:
        name = graph.ids[node]
        raise EvaluationError(
            Text(
                f"`{name}`에는 기울기가 없어 밀어 볼 수 없습니다.",
                f"`{name}` has no gradient: it cannot be pushed.",
            ),
            name=name,
        )
    tape = Tape(graph)
    moved = with_value(graph, tape.rules, values, node, shifted(values[node], place, delta))
    step = shifted(np.zeros(graph.shapes.get(node, ())), place, delta)
    tangents = _tangents(graph, values, tape.backward(1.0, (), values, conventions), node, step)
    pushes = []
    for index, tangent in tangents.items():
        old, new = np.asarray(values[index], float), np.asarray(moved[index], float)
        with np.errstate(all="ignore"):
            true = new - old
            size = np.nan_to_num(np.abs(true), nan=np.inf)
        at = tuple(int(k) for k in np.unravel_index(int(np.argmax(size)), old.shape))
        straight = float(np.broadcast_to(tangent, old.shape)[at])
        pushes.append(Push(index, at, float(old[at]), float(true[at]), straight))
    return Nudge(node, delta, place, pushes)


def element(graph: Graph, node: int, where: Sequence[int]) -> tuple[int, ...]:
    """Check the place of an element in a node. Raises EvaluationError if there is none."""
    shape, place = graph.shapes.get(node, ()), tuple(where)
    if len(place) != len(shape) or any(not 0 <= k < size for k, size in zip(place, shape, strict=True)):
        name = graph.ids[node]
        raise EvaluationError(
            Text(
                f"`{name}`의 모양은 {shape}입니다. 그 안의 원소 하나를 골라 주세요.",
                f"`{name}` has the shape {shape}: name one of its elements.",
            ),
            name=name,
        )
    return place


def shifted(value: Any, where: tuple[int, ...], delta: float) -> Any:
    """Return a value with one element moved."""
    if not where:
        return float(value) + delta if not np.shape(value) else value + delta
    moved = np.array(value, float)
    moved[where] += delta
    return moved


@np.errstate(all="ignore")
def with_value(
    graph: Graph, rules: Sequence[Kernel | None], values: Iterable[Any], node: int, value: Any
) -> list[Any]:
    """Return all values with that of one node replaced, and computed anew behind it."""
    moved = list(values)
    moved[node] = np.asarray(value, float)[()] if graph.has_tensors else value
    changed = {node}
    for index in range(node + 1, len(graph)):
        a, b, rule = graph.a[index], graph.b[index], rules[index]
        if rule is None or not (a in changed or b in changed):
            continue
        changed.add(index)
        try:
            moved[index] = rule(moved[a], moved[b])
        except (ArithmeticError, ValueError):
            moved[index] = RIGHT.ieee(rule, moved[a], moved[b])
    return moved


@np.errstate(all="ignore")
def _tangents(graph: Graph, values: Values, gradients: Gradients, node: int, step: Any) -> dict[int, Any]:
    """Return the straight change of the pushed node and of every node behind it."""
    locals_ = iter(gradients.locals)
    tangents: dict[int, Any] = {node: step}
    for index, (a, b) in enumerate(zip(graph.a, graph.b, strict=True)):
        operands = [operand for operand in (a, b) if operand >= 0]
        slopes = [next(locals_) for _ in operands]
        carried = [tangents.get(operand) for operand in operands]
        if index <= node or all(tangent is None for tangent in carried):
            continue
        op = graph.nodes[index].op
        assert op is not None
        if op.tensor is None:
            total: Any = 0.0
            for slope, tangent in zip(slopes, carried, strict=True):
                if slope is not None and tangent is not None:
                    total = total + np.where(np.asarray(tangent) == 0, 0.0, slope * tangent)
            tangents[index] = np.broadcast_to(total, graph.shapes.get(index, ()))
        else:
            tangents[index] = _tensor_tangent(graph, values, gradients, index, carried)
    return tangents


def _tensor_tangent(
    graph: Graph, values: Values, gradients: Gradients, index: int, carried: Sequence[Any]
) -> Any:
    """Return a tensor op's straight change from those of its operands."""
    node = graph.nodes[index]
    parameters = graph.parameters.get(index, {})
    assert node.op is not None
    assert node.op.tensor is not None
    whole = [
        np.zeros(graph.shapes.get(operand, ())) if tangent is None else np.asarray(tangent, float)
        for operand, tangent in zip(node.inputs, carried, strict=True)
    ]
    if node.op.tensor.linear:
        return node.op.tensor.value(*whole, **parameters)
    shape = graph.shapes.get(index, ())
    size = int(np.prod(shape, dtype=int))
    a, b, y = values[node.inputs[0]], values[node.inputs[-1]], values[index]
    total: Any = np.zeros(size)
    shapes = [graph.shapes.get(operand, ()) for operand in node.inputs]
    for slot, (tangent, given) in enumerate(zip(whole, carried, strict=True)):
        if given is None or node.op.flat(slot) or node.op.tensor.vjps[slot].vjp is None:
            continue
        if size * max(1, tangent.size) > MOST_JACOBIAN:
            raise EvaluationError(
                Text("텐서가 너무 커서 밀어 볼 수 없습니다.", "The tensors are too large to push a value."),
                name=graph.ids[index],
            )
        vjp = gradients.rules.node_vjp(graph.codes[index], (A, B)[slot], parameters, shapes)
        assert vjp is not None
        rows = []
        for place in range(size):
            unit = np.zeros(size)
            unit[place] = 1.0
            back = vjp(unit.reshape(shape)[()], a, b, y)
            rows.append(np.sum((back[1 - slot] if isinstance(back, tuple) else back) * tangent))
        total = total + np.array(rows)
    return np.reshape(total, shape)
