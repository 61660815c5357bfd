"""One element's part in a changed gradient: upstream gradient and local derivative, before and after."""

import math
from typing import NamedTuple

import numpy as np

from chainrule.core.latex.formula import Formulas
from chainrule.core.latex.value_formula import simplified
from chainrule.core.ops import ARRAY_FUNCTIONS, compile_rule
from chainrule.core.ops.op import Op, Partial
from chainrule.core.ops.rules import op_with
from chainrule.core.view.elements import local_at, readers_of
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import Visible, VisibleEdge


class Step(NamedTuple):
    """A product upstream × local derivative that one element hands back to another, before and after."""

    source: str
    target: str
    at: tuple[int, ...]
    """The place in the target; empty for a number."""
    upstream: tuple[float, float]
    local: tuple[float, float]


class ChangeSteps:
    """What the edges of one visible graph hand back, in two evaluations of it."""

    def __init__(self, old: Visible, new: Visible) -> None:
        self.old, self.new = old, new
        self.evaluated: Evaluated = new.evaluated
        self.graph = new.evaluated.graph
        self.formulas = Formulas(new.evaluated)

    def read(self, edge: VisibleEdge) -> set[int]:
        """Return the nodes whose values the local derivative of an edge depends on; of a group, all it reads."""
        target = self.new.nodes[edge.target]
        if target.group is not None:
            return {each.node for each in self.new.incoming[edge.target]} | {target.index}
        node = self.graph.nodes[target.index]
        assert node.op is not None
        places = dict(zip("ab", node.inputs, strict=False), y=node.index)
        return {places[letter] for letter in self.letters(node.op, edge.members[0].slot) if letter in places}

    def letters(self, op: Op, slot: int) -> frozenset[str]:
        """Return what the slope by an operand reads; a broken rule may read anything."""
        if self.broken(op):
            return frozenset("aby")
        return op_with(op, self.evaluated.rules.conventions).slope_reads(slot)

    def broken(self, op: Op) -> bool:
        """Whether a rule of the op is broken."""
        return any(mistake.startswith(f"{op.name}.") for mistake in self.evaluated.rules.mistakes)

    def op(self, edge: VisibleEdge) -> Op | None:
        """Return the op that an edge leads to; None for a closed layer."""
        target = self.new.nodes[edge.target]
        return None if target.group is not None else self.graph.nodes[target.index].op

    def _tensorial(self, edge: VisibleEdge) -> bool:
        shapes = self.graph.shapes
        return edge.node in shapes or self.new.nodes[edge.target].index in shapes

    def multiplies(self, edge: VisibleEdge) -> bool:
        """Whether numbers come back as upstream times local derivative, before and after: no rule forgets it."""
        if self._tensorial(edge):
            return False
        for side in (self.old, self.new):
            local = side.local(edge)
            if local is None:
                return False
            gradient = float(side.gradient(edge))
            if not math.isclose(self._upstream(side, edge) * local, gradient, rel_tol=1e-9):
                return False
        return True

    def _upstream(self, side: Visible, edge: VisibleEdge) -> float:
        return float(side.evaluated.gradients.nodes[side.nodes[edge.target].index])

    def step(self, edge: VisibleEdge, where: tuple[int, ...]) -> Step | None:
        """Return the one element of the target that an element of the source goes into; None for several."""
        source, target = (
            self.formulas.spoken(edge.node),
            self.formulas.spoken(self.new.nodes[edge.target].index),
        )
        if self.multiplies(edge):
            old, new = self.old.local(edge), self.new.local(edge)
            assert old is not None
            assert new is not None
            upstream = (self._upstream(self.old, edge), self._upstream(self.new, edge))
            return Step(source, target, (), upstream, (float(old), float(new)))
        sides = self.old, self.new
        closed = self.partial(edge)
        if closed is not None:
            at = where
            locals_ = [self._closed_at(side.evaluated, edge, closed, at) for side in sides]
        else:
            readers = self.readers(edge, where)
            if len(readers) != 1:
                return None
            at = readers[0]
            locals_ = [local_at(side.evaluated, edge.members[0], at, where) for side in sides]
        upstreams = [self._upstream_at(side, edge, at) for side in sides]
        for side, local, into in zip(sides, locals_, upstreams, strict=True):
            gradient = float(np.asarray(side.gradient(edge), float)[where])
            if not math.isclose(into * local, gradient, rel_tol=1e-9):
                return None
        name = element_text(target, at)
        return Step(
            element_text(source, where), name, at, (upstreams[0], upstreams[1]), (locals_[0], locals_[1])
        )

    def partial(self, edge: VisibleEdge) -> Partial | None:
        """Return the simplified slope of a closed elementwise layer by its one argument; None for any other target."""
        target = self.new.nodes[edge.target]
        group = self.new.group(target)
        if group is None or len(group.inputs) != 1 or self.evaluated.rules.mistakes:
            return None
        shapes = self.graph.shapes
        return simplified(group, edge.node) if shapes.get(edge.node) == shapes.get(target.index) else None

    def _closed_at(
        self, evaluated: Evaluated, edge: VisibleEdge, partial: Partial, at: tuple[int, ...]
    ) -> float:
        a, y = (evaluated.values[i] for i in (edge.node, self.new.nodes[edge.target].index))
        with np.errstate(all="ignore"):
            slope = compile_rule(partial.code, ARRAY_FUNCTIONS)(
                np.asarray(a, float), None, np.asarray(y, float)
            )
        return float(np.asarray(slope)[at])

    def readers(self, edge: VisibleEdge, where: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Return the elements of the target that an element of the source goes into; none for a closed layer."""
        if self.new.nodes[edge.target].group is not None or len(edge.members) != 1:
            return []
        return readers_of(self.evaluated, edge.members[0], where)

    def _upstream_at(self, side: Visible, edge: VisibleEdge, at: tuple[int, ...]) -> float:
        target = side.nodes[edge.target].index
        upstream = np.asarray(side.evaluated.gradients.nodes[target], float)
        return float(np.broadcast_to(upstream, self.graph.shapes.get(target, ()))[at])


def element_text(name: str, at: tuple[int, ...]) -> str:
    """Name an element as sentences do: ``H[1, 0]``, ``(X · W)[1, 0]``."""
    if not at:
        return name
    return f"{f'({name})' if ' ' in name else name}[{', '.join(map(str, at))}]"
