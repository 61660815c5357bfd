"""Where a forward pass stands at a kink: the nodes, the places in them, and the slopes on both sides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import ARRAY_FUNCTIONS, BY_CODE, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.kinks import Kink
from chainrule.core.ops.op import Kernel

Sides = tuple[Any, Any]
"""The slopes from the left and from the right: numbers or arrays; None where there is none."""


@dataclass(frozen=True, slots=True)
class AtKink:
    """A node that stands at a kink of its op."""

    node: int
    name: str
    """Full name: ``maximum.tie``."""
    kink: Kink
    at: Any
    """Which elements: of the node, or of a tensor op's operand."""
    sides: tuple[Sides | None, ...]
    """By operand; None for one that is smooth there."""


def kinked(graph: Graph) -> list[int]:
    """Return the nodes whose op has any kink."""
    have = {code for code in set(graph.codes) if (op := BY_CODE[code]) is not None and op.kinks}
    return [index for index, code in enumerate(graph.codes) if code in have]


def kinks_of(
    graph: Graph, values: Any, nodes: Iterable[int] | None = None, removable: bool = False
) -> Iterator[AtKink]:
    """Yield the kinks at which ``nodes`` stand, of all if None; where only a formula fails, with ``removable``."""
    arrays = graph.has_tensors
    nodes = kinked(graph) if nodes is None else nodes
    for index in nodes if arrays else _standing(graph, values, nodes, removable):
        yield from _kinks_at(graph, values, index, removable)


@np.errstate(all="ignore")
def _kinks_at(graph: Graph, values: Any, index: int, removable: bool) -> list[AtKink]:
    op = BY_CODE[graph.codes[index]]
    if op is None:
        return []
    arrays = graph.has_tensors
    a, b, y = values[graph.a[index]], values[graph.b[index]], values[index]
    found = []
    for own, kink in op.kinks.items():
        if kink.kind == "removable" and not removable:
            continue
        sides: tuple[Sides | None, ...]
        if kink.places is not None:
            at, left, right = kink.places(a, b, y, **graph.parameters.get(index, {}))
            sides = ((left, right),)
        else:
            at = _compiled(kink.at, arrays)(a, b, y)
        if not np.any(at):
            continue
        if kink.places is None:
            sides = tuple(
                slopes and (_side(slopes.left, arrays, a, b, y), _side(slopes.right, arrays, a, b, y))
                for slopes in kink.slopes
            )
        found.append(AtKink(index, f"{op.name}.{own}", kink, at, sides))
    return found


def _standing(graph: Graph, values: Any, nodes: Iterable[int], removable: bool) -> list[int]:
    """The nodes of a graph of numbers that stand at any kink: one question a node, for nearly none does."""
    nodes = list(nodes)
    codes, first, second = graph.codes, graph.a, graph.b
    asked = {}
    for code in {codes[node] for node in nodes}:
        op = BY_CODE[code]
        kinks = op.kinks.values() if op is not None else ()
        places = [f"({kink.at})" for kink in kinks if removable or kink.kind != "removable"]
        asked[code] = _compiled(" | ".join(places) or "False", False)
    return [i for i in nodes if asked[codes[i]](values[first[i]], values[second[i]], values[i])]


def _side(code: str, arrays: bool, a: Any, b: Any, y: Any) -> Any:
    if not code:
        return None
    try:
        return _compiled(code, arrays)(a, b, y)
    except ArithmeticError:  # where NumPy gives inf or nan, at elements that are not asked
        return _compiled(code, True)(np.float64(a), np.float64(b), np.float64(y))


@cache
def _compiled(code: str, arrays: bool) -> Kernel:
    return compile_rule(code, ARRAY_FUNCTIONS if arrays else SCALAR_FUNCTIONS)
