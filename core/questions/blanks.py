"""The blanks of a question: which numbers or shapes of a graph are to be filled in, and the right answers."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.loop import Loop
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.number_text import short, text
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text
from chainrule.core.view import batch_axis
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import Visible, VisibleEdge, VisibleNode

Kind = Literal["value", "grad", "sum"]
"""A value, a gradient that comes back on one edge, or the sum of a node's gradients."""
Asks = Literal["number", "shape"]
Index = tuple[int, ...]
Choose = Callable[[list[Index]], list[Index]]
"""Picks the elements of a tensor that become blanks."""


class Solved:
    """A program with all its values and gradients, its layers closed."""

    def __init__(
        self, program: str | Graph, upstream: Any = 1.0, inputs: Mapping[str, Any] | None = None
    ) -> None:
        """Evaluate ``program`` at these inputs; ``upstream`` is the gradient at its output."""
        self.graph = parse(program) if isinstance(program, str) else program
        self.tape = Tape(self.graph)
        self.upstream = upstream
        self.values = self.tape.forward(inputs or {})
        self.gradients = self.tape.backward(upstream)
        self.loop = Loop(self.graph, bytes(self.graph.requires_grad()))
        self.visible = Visible(Evaluated(self.graph, self.values, self.gradients))

    @cached_property
    def edges(self) -> dict[str, VisibleEdge]:
        """The visible edges that carry a gradient, by id."""
        visible = self.visible
        return {edge.id: edge for edges in visible.incoming for edge in edges if visible.requires_grad(edge)}

    def gradient(self, edge: VisibleEdge) -> Any:
        """Return the gradient that comes back on an edge."""
        return self.visible.gradient(edge)

    def shape(self, node: int) -> Shape:
        """Return the shape of a node's value; () for a number."""
        return self.graph.shapes.get(node, ())

    def word(self, shown: VisibleNode) -> str:
        """Return a visible node's name in the program, or else the sign in its circle."""
        node = self.graph.nodes[shown.index]
        return node.name or (node.op.symbol if node.op else text(float(np.ravel(node.value)[0])))


@dataclass(frozen=True, slots=True)
class Blank:
    """A box to be filled in, with its answer."""

    id: str
    """``value:Y``, ``grad:X->XW.0``, ``sum:a``; an element ends in its place: ``grad:X->XW.0[0,1]``."""
    kind: Kind
    part: str
    """Id of the node, or of the edge that carries the gradient."""
    index: Index | None
    """Place of the element in its tensor; None for a number or a shape."""
    asks: Asks
    name: Text
    answer: Any
    """The right answer: a float, or a shape."""
    answer_text: str
    """The right answer as the picture shows it."""


class Blanks:
    """Makes the blanks of one solved program."""

    def __init__(self, solved: Solved) -> None:
        self._solved = solved

    def values(self, names: Sequence[str] | None, choose: Choose) -> Iterator[Blank]:
        """Yield blanks for values in forward order: of the named nodes, or of all that are computed."""
        solved = self._solved
        for node in solved.visible.nodes:
            name = solved.graph.ids[node.index]
            if solved.visible.computes(node) and (names is None or name in names):
                label = Text(f"{solved.word(node)}의 값", f"value of {solved.word(node)}")
                yield from self._elements("value", name, node.index, label, solved.values[node.index], choose)

    def gradients(self, names: Sequence[str] | None, choose: Choose) -> Iterator[list[Blank]]:
        """Yield blanks for gradients in backward order: on edges out of the named nodes, or on all edges.

        One list holds what one node passes back, and the sums that this completes.
        """
        solved, visible = self._solved, self._solved.visible
        for node in reversed(visible.nodes):
            blanks: list[Blank] = []
            sums: list[Blank] = []
            for edge in visible.incoming[node.position]:
                name = solved.graph.ids[edge.node]
                if not visible.requires_grad(edge) or (names is not None and name not in names):
                    continue
                source, target = solved.word(visible.nodes[edge.source]), solved.word(node)
                label = Text(f"기울기 {source} ← {target}", f"gradient {source} ← {target}")
                blanks += self._elements("grad", edge.id, edge.node, label, solved.gradient(edge), choose)
                # Going back, the edge met last completes the sum.
                edges = [other for other in visible.outgoing[edge.source] if visible.requires_grad(other)]
                if len(edges) > 1 and edges[0] == edge and not solved.shape(edge.node):
                    label = Text(f"{source}의 기울기(갈래의 합)", f"gradient of {source}, all branches added")
                    total = solved.gradients.nodes[edge.node]
                    sums += self._elements("sum", name, edge.node, label, total, choose)
            if blanks:
                yield blanks + sums

    def shapes(self, values: Sequence[str], grads: Sequence[str]) -> Iterator[Blank]:
        """Yield blanks for shapes: of the named values forward, then of the named gradients backward."""
        solved, visible = self._solved, self._solved.visible
        axes = batch_axis.names(solved.graph)
        for node in visible.nodes:
            name = solved.graph.ids[node.index]
            if name in values:
                label = Text(f"{name}의 모양", f"shape of {name}")
                yield Blank(
                    f"value:{name}", "value", name, None, "shape", label,
                    solved.shape(node.index), batch_axis.shown(axes[node.index]),
                )  # fmt: skip
        for node in reversed(visible.nodes):
            for edge in visible.incoming[node.position]:
                source = solved.graph.ids[edge.node]
                if source in grads:
                    label = Text(f"∂L/∂{source}의 모양", f"shape of ∂L/∂{source}")
                    yield Blank(
                        f"grad:{edge.id}", "grad", edge.id, None, "shape", label,
                        solved.shape(edge.node), batch_axis.shown(axes[edge.node]),
                    )  # fmt: skip

    def _elements(
        self, kind: Kind, part: str, node: int, label: Text, value: Any, choose: Choose
    ) -> Iterator[Blank]:
        shape = self._solved.shape(node)
        if not shape:
            number = float(value)
            yield Blank(f"{kind}:{part}", kind, part, None, "number", label, number, text(number))
            return
        for index in choose(list(itertools.product(*map(range, shape)))):
            place = ",".join(map(str, index))
            number = float(value[index])
            yield Blank(
                f"{kind}:{part}[{place}]", kind, part, index, "number",
                Text(f"{label.ko} [{place}]", f"{label.en} [{place}]"), number, short(number),
            )  # fmt: skip
