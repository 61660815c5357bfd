"""What changed between two evaluations of one graph, and why each gradient did.

What an edge brings back is upstream gradient × local derivative, c = u·l. Its change splits exactly into two parts:

    c' − c = (u' − u)·l' + u·(l' − l)

the first from the changed upstream gradient, the second from the changed local derivative. On tensors the middle term
u·l' is the old upstream gradient through the new vector-Jacobian product.
"""

import math
from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.explain.change_sentences import ChangeSentences, EdgeChange
from chainrule.core.explain.change_steps import ChangeSteps
from chainrule.core.ops.rules import A, B
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers, edges_into
from chainrule.core.view.visible import Visible, VisibleEdge, VisibleNode

_ROUNDING = 1e-12
"""Share of a number up to which a difference is taken for rounding."""

Code = Literal["upstream", "local", "both", "sum", "not_finite"]


class Difference(NamedTuple):
    """One number before and after; of a tensor, that of the element that moved most."""

    old: float
    new: float
    difference: float
    """NaN where either is infinite or NaN."""
    where: tuple[int, ...]
    """Which element; empty for a number."""
    elements: int
    """How many elements changed."""
    norms: tuple[float, float] | None = None
    """Of a tensor, the square root of the sum of its squares, before and after."""
    apart: NDArray[np.float64] | None = None
    """Of a tensor, each element's difference."""


class Reason(NamedTuple):
    """Why a gradient changed. At the element ``where``, ``upstream + local`` is the difference."""

    code: Code
    upstream: float
    """The part from the changed upstream gradient."""
    local: float
    """The part from the changed local derivative."""
    causes: tuple[str, ...]
    """Ids of the edges whose values the local derivative is made of, and that changed."""
    sentence: Text


class Changed(NamedTuple):
    """A node, an edge or a closed group with a changed value or gradient."""

    id: str
    kind: Literal["node", "edge"]
    value: Difference | None
    gradient: Difference | None
    reason: Reason | None
    """Of a changed gradient; None at the output, where it is given."""


class Side(NamedTuple):
    """One evaluation: a forward pass and a backward pass."""

    values: Numbers
    gradients: GradientColumns


def changes(
    graph: Graph, before: Side, after: Side, open: Collection[str] = (), about: Collection[str] | None = None
) -> list[Changed]:
    """List what changed in the picture with the groups ``open``: nodes first, then edges.

    Both evaluations have the same rules and shapes. Reasons are given for the ids ``about``; None: for all.
    """
    return _Comparison(graph, before, after, open).all(about)


class _Comparison:
    """Two evaluations of one graph, as one picture shows them."""

    def __init__(self, graph: Graph, before: Side, after: Side, open: Collection[str]) -> None:
        self.old = Visible(Evaluated(graph, *before), open)
        self.new = Visible(Evaluated(graph, *after), open)
        self.graph = graph
        self.moved = {
            i for i in range(len(graph)) if _difference(before.values[i], after.values[i], 0.0) is not None
        }
        self.steps = ChangeSteps(self.old, self.new)
        self.sentences = ChangeSentences(self.steps, self.moved)
        self._gradients: dict[str, Difference | None] = {}

    @np.errstate(all="ignore")
    def all(self, about: Collection[str] | None) -> list[Changed]:
        edges = [self._edge(edge, about) for incoming in self.new.incoming for edge in incoming]
        nodes = [self._node(node, about) for node in self.new.nodes]
        return [each for each in (*nodes, *edges) if each.value is not None or each.gradient is not None]

    def _node(self, node: VisibleNode, about: Collection[str] | None) -> Changed:
        old, new = self.old.evaluated, self.new.evaluated
        value = _difference(old.values[node.index], new.values[node.index])
        gradient = reason = None
        if new.requires_grad[node.index]:
            gradient = _difference(old.gradients.nodes[node.index], new.gradients.nodes[node.index])
        if gradient is not None and (about is None or node.id in about):
            reason = self._sum(node, gradient)
        return Changed(node.id, "node", value, gradient, reason)

    def _sum(self, node: VisibleNode, total: Difference) -> Reason | None:
        """Why a node's gradient changed: as its one changed edge, or by the sum over its edges."""
        ways = [edge for edge in self.new.outgoing[node.position] if self.new.requires_grad(edge)]
        changed = [(way, gradient) for way in ways if (gradient := self._gradients[way.id]) is not None]
        if not changed:
            return None
        if len(changed) == 1:
            return self._reason(*changed[0])
        parts = []
        causes: list[str] = []
        upstream = local = 0.0
        for way, _ in changed:
            one, other = self._parts(way, total.where)
            upstream, local = upstream + one, local + other
            parts.append((way, one + other))
            causes += self._causes(way) if other else ()
        if not np.isfinite(total.difference + upstream + local):
            return Reason("not_finite", np.nan, np.nan, (), self.sentences.not_finite())
        sentence = self.sentences.sum(parts, total.difference)
        return Reason("sum", upstream, local, tuple(dict.fromkeys(causes)), sentence)

    def _edge(self, edge: VisibleEdge, about: Collection[str] | None) -> Changed:
        value = _difference(self.old.evaluated.values[edge.node], self.new.evaluated.values[edge.node])
        gradient = reason = None
        if self.new.requires_grad(edge):
            gradient = _difference(self.old.gradient(edge), self.new.gradient(edge))
        if gradient is not None and (about is None or edge.id in about):
            reason = self._reason(edge, gradient)
        self._gradients[edge.id] = gradient
        return Changed(edge.id, "edge", value, gradient, reason)

    def _reason(self, edge: VisibleEdge, gradient: Difference) -> Reason:
        upstream, local = self._parts(edge, gradient.where)
        if not np.isfinite(gradient.difference + upstream + local):
            return Reason("not_finite", np.nan, np.nan, (), self.sentences.not_finite())
        code: Literal["upstream", "local", "both"] = (
            "local" if upstream == 0 else "upstream" if local == 0 else "both"
        )
        causes = self._causes(edge) if local else ()
        change = EdgeChange(
            edge, code, upstream, local, gradient.difference, gradient.where, gradient.elements
        )
        return Reason(code, upstream, local, tuple(causes), self.sentences.edge(change))

    def _parts(self, edge: VisibleEdge, where: tuple[int, ...]) -> tuple[float, float]:
        """Return the parts of an edge's change, at one element of its source."""
        old, new = (float(np.asarray(side.gradient(edge), float)[where]) for side in (self.old, self.new))
        before, now = (self._upstream(side, edge) for side in (self.old, self.new))
        if _difference(before, now, rounding=0.0) is None:
            return 0.0, new - old
        if not self.steps.read(edge) & self.moved:
            return new - old, 0.0
        if self.steps.multiplies(edge):
            middle = float(before * self.new.local(edge))
        else:
            middle = float(np.asarray(self._middle(edge), float)[where])
        return new - middle, middle - old

    def _upstream(self, side: Visible, edge: VisibleEdge) -> Any:
        return side.evaluated.gradients.nodes[side.nodes[edge.target].index]

    def _causes(self, edge: VisibleEdge) -> list[str]:
        """Return the edges at which the changed values stand that an edge's local derivative is made of."""
        target = self.new.nodes[edge.target]
        read = self.steps.read(edge) & self.moved
        beside = [each.id for each in self.new.incoming[edge.target] if each.node in read]
        if target.index in read and target.group is None:
            beside += [each.id for each in self.new.outgoing[edge.target]][:1]
        return beside

    def _middle(self, edge: VisibleEdge) -> Any:
        """Send the old upstream gradient back over an edge at the new values."""
        target = self.new.nodes[edge.target]
        upstream = self._upstream(self.old, edge)
        evaluated, graph = self.new.evaluated, self.graph
        group = self.new.group(target)
        inside = set(group.nodes) if group else {target.index}
        brought = {target.index: upstream}
        total: Any = 0.0
        members = {member.index for member in edge.members}
        for node in sorted(inside, reverse=True):
            if node not in brought or graph.nodes[node].op is None:
                continue
            for inner, part in zip(
                edges_into(graph, node), self._pulled(evaluated, node, brought[node]), strict=True
            ):
                if part is None:
                    continue
                if inner.index in members:
                    total = total + part
                elif inner.source in inside:
                    brought[inner.source] = brought.get(inner.source, 0.0) + part
        return total

    def _pulled(self, evaluated: Evaluated, node: int, upstream: Any) -> Sequence[Any]:
        """Return what a node passes back to each operand, at the numbers of ``evaluated``."""
        graph, values, required = self.graph, evaluated.values, evaluated.requires_grad
        operands = graph.nodes[node].inputs
        needs = sum(bit for operand, bit in zip(operands, (A, B), strict=False) if required[operand])
        if not needs:
            return [None] * len(operands)
        shapes = [graph.shapes.get(operand, ()) for operand in operands]
        vjp = evaluated.rules.node_vjp(graph.codes[node], needs, graph.parameters.get(node, {}), shapes)
        assert vjp is not None
        a, b = np.asarray(values[operands[0]], float)[()], np.asarray(values[operands[-1]], float)[()]
        passed = vjp(np.asarray(upstream, float)[()], a, b, np.asarray(values[node], float)[()])
        return tuple(reversed(passed)) if len(operands) == 2 else (passed,)


def _difference(old: Any, new: Any, rounding: float = _ROUNDING) -> Difference | None:
    """Compare two numbers, or two tensors of one shape; None if they are the same but for rounding."""
    if old is None or new is None:
        return None
    if not np.ndim(old):
        return _difference_of_numbers(float(old), float(new), rounding)
    before, now = np.asarray(old, float), np.asarray(new, float)
    with np.errstate(all="ignore"):
        apart = (before != now) & ~(np.isnan(before) & np.isnan(now))
        if not apart.any():
            return None
        size = np.where(apart, np.abs(now - before), -1.0)
        apart &= ~(size <= rounding * np.maximum(np.abs(before), np.abs(now))) | ~np.isfinite(size)
        if not apart.any():
            return None
        size = np.where(np.isnan(size), np.inf, size)
        norms = float(np.linalg.norm(before)), float(np.linalg.norm(now))
        where = tuple(int(k) for k in np.unravel_index(int(np.argmax(size)), before.shape))
        one, other = float(before[where]), float(now[where])
        difference = other - one if np.isfinite(one) and np.isfinite(other) else float("nan")
        differences = np.where(apart, now - before, 0.0)
    return Difference(one, other, difference, where, int(apart.sum()), norms, differences)


def _difference_of_numbers(old: float, new: float, rounding: float) -> Difference | None:
    if old == new or (old != old and new != new):
        return None
    difference = new - old if math.isfinite(old) and math.isfinite(new) else math.nan
    if abs(difference) <= rounding * max(abs(old), abs(new)):
        return None
    return Difference(old, new, difference, (), 1)
