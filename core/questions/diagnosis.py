"""The wrong numbers that known mistakes lead to, computed by making each mistake on purpose.

Mistakes are tried in this order: at the blank's own node or layer, with everything behind it right, as by somebody
who fills in one blank after another; one everywhere, as the tape's ``mistakes`` has it; and two at once at its node.
"""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.engine.views import Group
from chainrule.core.ops import (
    COPIES_AVERAGED,
    COPIES_NOT_SUMMED,
    COPIES_WRONG_AXIS,
    FAN_OUT_NOT_SUMMED,
    UPSTREAM_FORGOTTEN,
    mistakes_of,
)
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Op, Shape
from chainrule.core.ops.rules import BOTH, Rules, rules_with
from chainrule.core.ops.shapes import copied_axes
from chainrule.core.questions.blanks import Blank, Solved
from chainrule.core.view.visible import VisibleEdge

_CHOOSERS = frozenset({"relu", "maximum", "minimum", "abs"})
"""Ops with a derivative of 0 or ±1: on the side that passes, their mistakes change nothing."""
_MOST_EDGES = 4
"""Largest fan-out whose partial sums are tried."""


class WrongAnswer(NamedTuple):
    """The number that known mistakes lead to."""

    mistakes: tuple[str, ...]
    """One mistake, or two made at once."""
    number: float
    harmless: bool
    """Whether it may equal the right number, because the mistake changes nothing here."""


def at_the_node(solved: Solved, blank: Blank) -> list[WrongAnswer]:
    """Return the wrong numbers of a blank if one mistake is made, at its own node or layer only."""
    return list(_at_the_node(solved, blank, pairs=False))


def two_at_the_node(solved: Solved, blank: Blank) -> list[WrongAnswer]:
    """Return the wrong numbers of a blank if two mistakes are made at its own node or layer."""
    return list(_at_the_node(solved, blank, pairs=True))


def everywhere(solved: Solved, blank: Blank) -> Iterator[WrongAnswer]:
    """Yield the wrong numbers of a blank if a mistake is made at every node in sight that allows it."""
    if blank.asks == "shape" or blank.kind == "value":
        return
    for name in _in_sight(solved):
        gradients = solved.tape.backward(solved.upstream, [name], solved.values)
        if blank.kind == "sum":
            wrong = gradients.nodes[solved.graph.index(blank.part)]
        else:
            wrong = sum(gradients.edges[member.index] for member in solved.edges[blank.part].members)
        yield WrongAnswer((name,), _number(wrong, blank), True)


def _in_sight(solved: Solved) -> list[str]:
    """Return the mistakes that can be made at visible nodes; what a closed layer does inside, nobody does by hand."""
    visible, graph = solved.visible, solved.graph
    names: dict[str, None] = {}
    for shown in visible.nodes:
        op = graph.nodes[shown.index].op
        if shown.group is not None or op is None:
            continue
        names |= dict.fromkeys(mistakes_of(op))
        if op.tensor is None and any(
            solved.shape(at) != solved.shape(shown.index) for at in graph.nodes[shown.index].inputs
        ):
            names[COPIES_NOT_SUMMED] = None
    if any(visible.fan_out(shown) > 1 for shown in visible.nodes):
        names[FAN_OUT_NOT_SUMMED] = None
    return list(names)


def wrong_shapes(solved: Solved, blank: Blank) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield wrong shapes of a gradient, each with the mistake that leads to it."""
    if blank.asks != "shape" or blank.kind != "grad":
        return
    edge = solved.edges[blank.part]
    target = solved.graph.nodes[edge.members[-1].target]
    shape, upstream_shape = solved.shape(edge.node), target.shape
    if target.op is not None and target.op.name == "matmul" and len(shape) == 2:
        yield "matmul.wrong_transposed", shape[::-1]
    if target.op is not None and target.op.tensor is None and shape != upstream_shape:
        yield COPIES_NOT_SUMMED, upstream_shape


def _at_the_node(solved: Solved, blank: Blank, pairs: bool) -> Iterator[WrongAnswer]:
    """Yield what one mistake leads to, or two at once."""
    if blank.asks == "shape" or blank.kind == "value":
        return
    if blank.kind == "sum":
        gradients = [solved.gradient(edge) for edge in _edges_out(solved, solved.graph.index(blank.part))]
        for wrong in [] if pairs else _partial_sums(gradients):
            yield WrongAnswer((FAN_OUT_NOT_SUMMED,), _number(wrong, blank), False)
        return
    edge = solved.edges[blank.part]
    group = solved.visible.group(solved.visible.nodes[edge.target])
    if group is not None:
        singles = _of_layer(solved, blank, edge, group)
        yield from _both(singles, _number(solved.gradient(edge), blank)) if pairs else singles
    else:
        yield from _of_edge(solved, blank, edge.members[0], pairs)


def _of_edge(solved: Solved, blank: Blank, edge: Edge, pairs: bool) -> Iterator[WrongAnswer]:
    target = solved.graph.nodes[edge.target]
    op, upstream = target.op, solved.gradients.nodes[edge.target]
    assert op is not None
    right = _number(solved.gradients.edges[edge.index], blank)
    copied = op.tensor is None and solved.shape(edge.source) != target.shape
    partial_sums = _partial_sums([solved.gradient(other) for other in _edges_out(solved, edge.target)])
    # What is divided where it was copied is taken for a mean.
    own = [name for name in mistakes_of(op) if not (copied and name == "add.halved")]
    if not pairs:
        for name in own:
            wrong = _passed_back(solved, edge, upstream, rules_with(frozenset({name})))
            harmless = _harmless(op, name, edge, upstream, right, solved)
            yield WrongAnswer((name,), _number(wrong, blank), harmless)
    # What is summed wrong, by right rules or by one that is wrong too.
    for names in [(name,) for name in own] if pairs else [()]:
        rules = rules_with(frozenset(names))
        harmless = all(_harmless(op, name, edge, upstream, right, solved) for name in names)
        if copied:
            wide = _before_summing(solved, edge, upstream, rules)
            for name, wrong in _copies(wide, solved.shape(edge.source), blank):
                yield WrongAnswer((*names, name), wrong, False)
        if names != (f"{op.name}.{UPSTREAM_FORGOTTEN}",):
            for partial_sum in partial_sums:
                wrong = _passed_back(solved, edge, partial_sum, rules)
                yield WrongAnswer(
                    (FAN_OUT_NOT_SUMMED, *names), _number(wrong, blank), harmless and right == 0
                )


def _of_layer(solved: Solved, blank: Blank, edge: VisibleEdge, group: Group) -> list[WrongAnswer]:
    """Return what the known mistakes of a closed layer lead to."""
    slot = group.inputs.index(edge.node)
    layers = [(group.name, group.inputs, group.output)]
    loss = _loss_behind(solved, edge.target) if group.name == "softmax" else None
    if loss is not None:
        layers.append(("softmax_with_loss", (*group.inputs, *loss.inputs[1:]), loss.output))
    singles = []
    for layer, inputs, output in layers:
        a, b = solved.values[inputs[0]], solved.values[inputs[-1]]
        for name, mistake in COMPOSITES[layer].mistakes.items() if layer in COMPOSITES else ():
            if slot < len(mistake.vjps):
                with np.errstate(all="ignore"):
                    wrong = mistake.vjps[slot](solved.gradients.nodes[output], a, b, solved.values[output])
                singles.append(WrongAnswer((f"{layer}.{name}",), _number(wrong, blank), True))
    return singles


def _both(singles: list[WrongAnswer], right: float) -> Iterator[WrongAnswer]:
    """Yield what two mistakes of a layer lead to at once: at least one only scales, by a sign or a division."""
    if right:
        for one, other in itertools.combinations(singles, 2):
            yield WrongAnswer(one.mistakes + other.mistakes, one.number * other.number / right, True)


def _loss_behind(solved: Solved, position: int) -> Group | None:
    """Return the cross entropy that alone reads a layer's output."""
    readers = solved.visible.outgoing[position]
    loss = solved.visible.group(solved.visible.nodes[readers[0].target]) if len(readers) == 1 else None
    return loss if loss is not None and loss.name == "cross_entropy" else None


def _copies(wide: Any, shape: Shape, blank: Blank) -> Iterator[tuple[str, float]]:
    """Yield what else than the sum may be made of the gradients of an operand's copies."""
    axes = copied_axes(np.shape(wide), shape)
    if blank.index is None or len(axes) != 1 or np.ndim(wide) != len(shape) + 1:
        return
    each = [float(number) for number in np.moveaxis(wide, axes[0], 0)[(slice(None), *blank.index)]]
    yield from ((COPIES_NOT_SUMMED, number) for number in each)
    yield COPIES_AVERAGED, sum(each) / len(each)
    if len(shape) == 1 and blank.index[0] < len(each):
        yield COPIES_WRONG_AXIS, float(np.sum(wide, axis=1 - axes[0])[blank.index])


def _harmless(op: Op, name: str, edge: Edge, upstream: Any, right: float, solved: Solved) -> bool:
    """Say whether a mistake changes nothing on this edge, whatever the numbers."""
    own = name.partition(".")[2]
    if own == UPSTREAM_FORGOTTEN:
        return bool(np.all(np.asarray(upstream) == 1)) or (right == 0 and op.name in _CHOOSERS)
    mistake = op.mistakes[own]
    if op.tensor is None:
        return op.name in _CHOOSERS or mistake.partials[edge.slot] in (op.partials[edge.slot].code, "g")
    shapes = {*solved.shape(edge.source), *solved.shape(edge.target)}
    return op.name == "matmul" and len(shapes) > 1


def _before_summing(solved: Solved, edge: Edge, upstream: Any, rules: Rules) -> Any:
    """Return the gradient on an elementwise edge in the shape of its target: one for each copy of the source."""
    graph, values = solved.graph, solved.values
    vjp = rules.array.vjp[graph.codes[edge.target]][BOTH]
    assert vjp is not None
    a, b = graph.a[edge.target], graph.b[edge.target]
    with np.errstate(all="ignore"):
        sent = vjp(upstream, values[a], values[b], values[edge.target])
    return np.broadcast_to(sent if b < 0 else sent[1 - edge.slot], solved.shape(edge.target))


def _passed_back(solved: Solved, edge: Edge, upstream: Any, rules: Rules) -> Any:
    """Return the gradient on an edge for this upstream gradient of its target, by these rules."""
    graph, values = solved.graph, solved.values
    vjp = solved.loop.vjps(rules)[edge.target]
    assert vjp is not None
    a, b = graph.a[edge.target], graph.b[edge.target]
    with np.errstate(all="ignore"):
        sent = vjp(upstream, values[a], values[b], values[edge.target])
    return sent if b < 0 else sent[1 - edge.slot]


def _edges_out(solved: Solved, node: int) -> list[VisibleEdge]:
    position = solved.visible.position[node]
    return [edge for edge in solved.visible.outgoing[position] if solved.visible.requires_grad(edge)]


def _partial_sums(gradients: list[Any]) -> list[Any]:
    """Return the sums of some, but not all, of the gradients; none for a single one or a large fan-out."""
    if not 1 < len(gradients) <= _MOST_EDGES:
        return []
    counts = range(1, len(gradients))
    return [sum(some) for count in counts for some in itertools.combinations(gradients, count)]


def _number(value: Any, blank: Blank) -> float:
    return float(value if blank.index is None else np.asarray(value)[blank.index])
