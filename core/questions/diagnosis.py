"""The wrong numbers that known mistakes lead to, computed by making each mistake on purpose.

A mistake is tried in two places. First at the blank's own node, with everything behind it right, as by somebody who
fills in one blank after another. Then everywhere in the graph, as the tape's ``mistakes`` makes it.
"""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.ops import COPIES_NOT_SUMMED, FAN_OUT_NOT_SUMMED, UPSTREAM_FORGOTTEN, mistakes_of
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import RIGHT, Rules, rules_with
from chainrule.core.questions.blanks import Blank, Solved
from chainrule.core.view.visible import VisibleEdge

_CHOOSERS = frozenset({"relu", "maximum", "minimum", "abs"})
"""Ops with a derivative of 0 or ±1: on the side that passes, their mistakes change nothing."""
_MOST_EDGES = 4
"""Largest fan-out whose partial sums are tried."""


class WrongAnswer(NamedTuple):
    """The number that a known mistake leads to."""

    mistake: str
    number: float
    harmless: bool
    """Whether it may equal the right number, because the mistake changes nothing here."""


def at_the_node(solved: Solved, blank: Blank) -> list[WrongAnswer]:
    """Return the wrong numbers of a blank if only its own node is got wrong."""
    if blank.asks == "shape" or blank.kind == "value":
        return []
    if blank.kind == "sum":
        node = solved.graph.index(blank.part)
        gradients = [solved.gradient(edge) for edge in _edges_out(solved, node)]
        return [
            WrongAnswer(FAN_OUT_NOT_SUMMED, _number(wrong, blank), False)
            for wrong in _partial_sums(gradients)
        ]
    edge = solved.edges[blank.part]
    if solved.visible.nodes[edge.target].group is not None:
        return []
    [member] = edge.members
    return list(_of_edge(solved, blank, member))


def everywhere(solved: Solved, blank: Blank) -> Iterator[WrongAnswer]:
    """Yield the wrong numbers of a blank if a mistake is made at every node that allows it."""
    if blank.asks == "shape" or blank.kind == "value":
        return
    ops = {node.op.name: node.op for node in solved.graph.nodes if node.op is not None}
    names = [name for op in ops.values() for name in mistakes_of(op)]
    for name in (*names, FAN_OUT_NOT_SUMMED, COPIES_NOT_SUMMED):
        gradients = solved.tape.backward(solved.upstream, [name], solved.values)
        if blank.kind == "sum":
            wrong = gradients.nodes[solved.graph.index(blank.part)]
        else:
            wrong = sum(gradients.edges[member.index] for member in solved.edges[blank.part].members)
        yield WrongAnswer(name, _number(wrong, blank), True)


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


def _of_edge(solved: Solved, blank: Blank, edge: Edge) -> Iterator[WrongAnswer]:
    target = solved.graph.nodes[edge.target]
    op, upstream = target.op, solved.gradients.nodes[edge.target]
    assert op is not None
    right = _number(solved.gradients.edges[edge.index], blank)
    for name in mistakes_of(op):
        wrong = _passed_back(solved, edge, upstream, rules_with(frozenset({name})))
        yield WrongAnswer(name, _number(wrong, blank), _harmless(op, name, edge, upstream, right, solved))
    if op.tensor is None and solved.shape(edge.source) != target.shape:
        wrong = _passed_back(solved, edge, upstream, rules_with(frozenset({COPIES_NOT_SUMMED})))
        yield WrongAnswer(COPIES_NOT_SUMMED, _number(wrong, blank), False)
    gradients = [solved.gradient(other) for other in _edges_out(solved, edge.target)]
    for partial_sum in _partial_sums(gradients):
        wrong = _passed_back(solved, edge, partial_sum, RIGHT)
        yield WrongAnswer(FAN_OUT_NOT_SUMMED, _number(wrong, blank), right == 0)


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
