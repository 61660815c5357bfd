"""Derivatives of the output from the left and from the right, for the check of a gradient at a kink."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.kinks import kinks_of
from chainrule.core.engine.tape import Values
from chainrule.core.gradcheck.numerical import one_sided_quotients
from chainrule.core.gradcheck.numerical_elements import quotients

STEP = 2.0**-17
"""Step of the wider of two differences whose limit is taken."""
_STEPS = (-STEP, -STEP / 2, STEP, STEP / 2)


@dataclass(frozen=True, slots=True)
class CheckKink:
    """Both one-sided derivatives of the output by one number, and the kinks on the way; None: there is none."""

    left: float | None
    right: float | None
    kinks: tuple[str, ...]
    ok: bool
    """Whether the gradient lies between the two."""


def kinks_behind(graph: Graph, values: Values, nodes: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of the kinks that each of ``nodes`` reaches, in order; nodes that reach none are left out."""
    standing = list(kinks_of(graph, values))
    if not standing:
        return {}
    behind: list[set[str]] = [set() for _ in range(len(graph))]
    own: dict[int, set[str]] = {}
    for each in standing:
        own.setdefault(each.node, set()).add(each.name)
    for index in range(len(graph) - 1, -1, -1):
        reached = behind[index] | own.get(index, set())
        for operand in {graph.a[index], graph.b[index]}:
            if reached and operand >= 0:
                behind[operand] |= reached
    return {node: tuple(sorted(behind[node])) for node in nodes if behind[node]}


def sides_of_numbers(
    graph: Graph, values: Values, nodes: Sequence[int], upstream: float
) -> Mapping[int, tuple[float, float]]:
    """Return both one-sided derivatives by each node of a graph of numbers; NaN where there is none."""
    rows = one_sided_quotients(graph, values, nodes, _STEPS)
    return {
        node: tuple(float(side) for side in _limits(row[:, None] * upstream)[:, 0])  # type: ignore[misc]
        for node, row in zip(nodes, rows, strict=True)
    }


def sides_of_elements(
    graph: Graph, values: Values, node: int, places: NDArray[np.intp], upstream: Any
) -> NDArray[np.float64]:
    """Return both one-sided derivatives by elements of a node, (2, K); NaN where there is none."""
    return _limits(quotients(graph, values, node, _STEPS, places, upstream))


def _limits(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The limits of pairs of differences, the second of half the step: extrapolated; infinite where they grow."""
    with np.errstate(all="ignore"):
        wide, half = rows[::2], rows[1::2]
        limits = 2 * half - wide
        grows = (np.abs(half) > 1.3 * np.abs(wide)) & (np.abs(half) > 100)
        limits = np.where(grows, np.copysign(np.inf, half), limits)
        return np.where(np.isfinite(wide) & np.isfinite(half), limits, np.nan)
