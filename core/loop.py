"""Node by node: the two passes as plain loops, for a graph of any form and depth, on floats or on arrays."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from core.graph import Graph
from core.ops import Rule


@np.errstate(all="ignore")
def forward(graph: Graph, rules: Sequence[Rule | None], leaves: Iterable[Any], ieee: Rule) -> list[Any]:
    """The value of every node: of a leaf, which has no rule, the next of ``leaves``; of an op what its rule says.

    Where a rule raises, as Python does for 1/0, ``ieee(rule, a, b)`` answers in its place.
    """
    values: list[Any] = []
    put = values.append
    leaf = iter(leaves)
    for rule, a, b in zip(rules, graph.a, graph.b, strict=True):
        if rule is None:
            put(next(leaf))
            continue
        try:
            put(rule(values[a], values[b]))  # the rule of a unary op does not look at b, which is -1
        except (ArithmeticError, ValueError):
            put(ieee(rule, values[a], values[b]))
    return values


@np.errstate(all="ignore")
def backward(
    graph: Graph, flows: Sequence[Rule | None], values: Sequence[Any], seed: Any, ieee: Rule, sums: bool
) -> tuple[list[Any], list[Any]]:
    """The gradient of every node, and of every edge what it brings to it.

    When the loop comes to a node its gradient is whole: what reads the node stands behind it and has been met.
    Nothing flows, and None is left, where the output does not depend on a node and where nobody asks. Without
    ``sums`` each branch overwrites what another has brought.
    """
    nodes: list[Any] = [None] * len(graph)
    nodes[graph.output] = seed
    edges: list[Any] = []
    put = edges.append
    way_back = zip(*map(reversed, (nodes, flows, graph.a, graph.b, values)), strict=True)
    for upstream, flow, a, b, y in way_back:
        if flow is None:
            continue
        if upstream is None:
            edges += (None,) if b < 0 else (None, None)
            continue
        try:
            flowing = flow(upstream, values[a], values[b], y)
        except (ArithmeticError, ValueError):
            flowing = ieee(flow, upstream, values[a], values[b], y)
        if b >= 0:
            gradient, flowing = flowing
            if gradient is not None:
                held = nodes[b]
                nodes[b] = gradient if held is None or not sums else held + gradient
            put(gradient)
        if flowing is not None:
            held = nodes[a]
            nodes[a] = flowing if held is None or not sums else held + flowing
        put(flowing)
    edges.reverse()
    return nodes, edges


@np.errstate(all="ignore")
def local_derivatives(
    graph: Graph, flows: Sequence[Rule | None], values: Sequence[Any], ieee: Rule
) -> list[Any]:
    """Of every edge what one unit of upstream gradient brings; None where nobody asks."""
    found: list[Any] = []
    for flow, a, b, y in zip(flows, graph.a, graph.b, values, strict=True):
        if flow is None:
            continue
        try:
            flowing = flow(1.0, values[a], values[b], y)
        except (ArithmeticError, ValueError):
            flowing = ieee(flow, 1.0, values[a], values[b], y)
        if b < 0:
            found.append(flowing)
        else:
            found += reversed(flowing)
    return found
