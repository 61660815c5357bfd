"""One value pushed by Δ: how every later value really changes, beside slope × Δ.

The true change is a second evaluation. The straight one is the derivative forward (a Jacobian-vector product), made of
the same entries as the gradients: at the output it is gradient × Δ.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.forward_mode import jvps_of, tangents
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.errors import EvaluationError
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import RIGHT, rules_with
from chainrule.core.text import Text


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

    Raises EvaluationError where it has no gradient, for a wrong element, and for a Jacobian that is too large.
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
    along = tangents(
        graph, values, {node: step}, jvps_of(graph, rules_with(frozenset(), frozenset(conventions)))
    )
    pushes = []
    for index, tangent in along.items():
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
