"""Which known mistake gives a wrong answer: the graph is worked out with the mistake in it, and the numbers compared.

A mistake is looked for in two places. At the blank's own node alone, everything behind it right: that is what somebody
does who fills in one blank after another. And everywhere in the graph, as ``mistakes`` of the tape makes it.
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
"""Ops whose derivative is 0 or ±1: on the side that they pass on, their mistakes change nothing."""
_MOST_WAYS = 4


class WrongAnswer(NamedTuple):
    """What somebody gets who makes a known mistake."""

    mistake: str
    number: float
    alike: bool
    """Whether it may well be the right number, because here the mistake changes nothing."""


def at_the_node(solved: Solved, blank: Blank) -> list[WrongAnswer]:
    """The wrong numbers of a blank when its own node alone is got wrong."""
    if blank.asks == "shape" or blank.kind == "value":
        return []
    if blank.kind == "sum":
        node = solved.graph.index(blank.part)
        ways = [solved.gradient(way) for way in _ways_out(solved, node)]
        return [WrongAnswer(FAN_OUT_NOT_SUMMED, _number(part, blank), False) for part in _partial_sums(ways)]
    way = solved.ways[blank.part]
    if solved.visible.parts[way.target].group is not None:
        return []
    [edge] = way.edges
    return list(_of_edge(solved, blank, edge))


def everywhere(solved: Solved, blank: Blank) -> Iterator[WrongAnswer]:
    """The wrong numbers of a blank when a mistake is made at every node that offers it."""
    if blank.asks == "shape" or blank.kind == "value":
        return
    ops = {node.op.name: node.op for node in solved.graph.nodes if node.op is not None}
    names = [name for op in ops.values() for name in mistakes_of(op)]
    for name in (*names, FAN_OUT_NOT_SUMMED, COPIES_NOT_SUMMED):
        gradients = solved.tape.backward(solved.seed, [name], solved.values)
        if blank.kind == "sum":
            got = gradients.nodes[solved.graph.index(blank.part)]
        else:
            got = sum(gradients.edges[edge.index] for edge in solved.ways[blank.part].edges)
        yield WrongAnswer(name, _number(got, blank), True)


def wrong_shapes(solved: Solved, blank: Blank) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The wrong shapes of a gradient, each with the mistake that leads to it."""
    if blank.asks != "shape" or blank.kind != "grad":
        return
    way: VisibleEdge = solved.ways[blank.part]
    target = solved.graph.nodes[way.edges[-1].target]
    right, behind = solved.shape(way.node), target.shape
    if target.op is not None and target.op.name == "matmul" and len(right) == 2:
        yield "matmul.wrong_transposed", right[::-1]
    if target.op is not None and target.op.tensor is None and right != behind:
        yield COPIES_NOT_SUMMED, behind


def _of_edge(solved: Solved, blank: Blank, edge: Edge) -> Iterator[WrongAnswer]:
    target = solved.graph.nodes[edge.target]
    op, upstream = target.op, solved.gradients.nodes[edge.target]
    assert op is not None
    right = _number(solved.gradients.edges[edge.index], blank)
    for name in mistakes_of(op):
        got = _sent_back(solved, edge, upstream, rules_with(frozenset({name})))
        yield WrongAnswer(
            name, _number(got, blank), _changes_nothing(op, name, edge, upstream, right, solved)
        )
    if op.tensor is None and solved.shape(edge.source) != target.shape:
        got = _sent_back(solved, edge, upstream, rules_with(frozenset({COPIES_NOT_SUMMED})))
        yield WrongAnswer(COPIES_NOT_SUMMED, _number(got, blank), False)
    ways = [solved.gradient(way) for way in _ways_out(solved, edge.target)]
    for part in _partial_sums(ways):
        got = _sent_back(solved, edge, part, RIGHT)
        yield WrongAnswer(FAN_OUT_NOT_SUMMED, _number(got, blank), right == 0)


def _changes_nothing(op: Op, name: str, edge: Edge, upstream: Any, right: float, solved: Solved) -> bool:
    """Whether the mistake is none on this edge, for a reason that no other numbers would change."""
    own = name.partition(".")[2]
    if own == UPSTREAM_FORGOTTEN:
        return bool(np.all(np.asarray(upstream) == 1)) or (right == 0 and op.name in _CHOOSERS)
    mistake = op.mistakes[own]
    if op.tensor is None:
        return op.name in _CHOOSERS or mistake.partials[edge.slot] in (op.partials[edge.slot].code, "g")
    shapes = {*solved.shape(edge.source), *solved.shape(edge.target)}
    return op.name == "matmul" and len(shapes) > 1


def _sent_back(solved: Solved, edge: Edge, upstream: Any, rules: Rules) -> Any:
    """What comes back on an edge when this comes from upstream and its target goes by these rules."""
    graph, values = solved.graph, solved.values
    flow = solved.loop.flows(rules)[edge.target]
    assert flow is not None
    a, b = graph.a[edge.target], graph.b[edge.target]
    with np.errstate(all="ignore"):
        sent = flow(upstream, values[a], values[b], values[edge.target])
    return sent if b < 0 else sent[1 - edge.slot]


def _ways_out(solved: Solved, node: int) -> list[VisibleEdge]:
    position = solved.visible.position[node]
    return [way for way in solved.visible.outgoing[position] if solved.visible.asked(way)]


def _partial_sums(parts: list[Any]) -> list[Any]:
    """The sums that leave at least one way out; none where there is one way only."""
    if not 1 < len(parts) <= _MOST_WAYS:
        return []
    counts = range(1, len(parts))
    return [sum(some) for count in counts for some in itertools.combinations(parts, count)]


def _number(value: Any, blank: Blank) -> float:
    return float(value if blank.index is None else np.asarray(value)[blank.index])
