"""The blanks of a question: which number or shape of a graph is asked, and what is right there."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

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
"""A value forward, a gradient that comes back on one edge, or the sum of those that come back to a node."""
Asks = Literal["number", "shape"]
Index = tuple[int, ...]
Choose = Callable[[list[Index]], list[Index]]
"""Which elements of a tensor are asked."""


class Solved:
    """A program worked out: its graph as it is seen with closed layers, every value and every gradient."""

    def __init__(self, program: str, seed: float = 1.0) -> None:
        self.graph = parse(program)
        self.tape = Tape(self.graph)
        self.seed = seed
        self.values = self.tape.forward()
        self.gradients = self.tape.backward(seed)
        self.loop = Loop(self.graph, bytes(self.graph.requires_grad()))
        self.visible = Visible(Evaluated(self.graph, self.values, self.gradients))

    @cached_property
    def ways(self) -> dict[str, VisibleEdge]:
        """Every line of the picture that a gradient comes back on, by id."""
        return {way.id: way for ways in self.visible.incoming for way in ways if self.visible.asked(way)}

    def gradient(self, way: VisibleEdge) -> Any:
        """What comes back on a way."""
        return self.visible.gradient(way)

    def shape(self, node: int) -> Shape:
        """The shape of a node's value; () of a number."""
        return self.graph.shapes.get(node, ())

    def word(self, part: VisibleNode) -> str:
        """What a part is called: its name in the program, else the sign in its circle."""
        node = self.graph.nodes[part.node]
        return node.name or (node.op.symbol if node.op else text(float(np.ravel(node.value)[0])))


@dataclass(frozen=True, slots=True)
class Blank:
    """One box to be filled in."""

    id: str
    """``value:Y``, ``grad:X->XW.0``, ``sum:a``; of an element with its place behind: ``grad:X->XW.0[0,1]``."""
    kind: Kind
    part: str
    """Id of the node, or of the edge that the gradient comes back on."""
    index: Index | None
    """Where the element stands, of a tensor."""
    asks: Asks
    name: Text
    right: Any
    """A float, or a shape."""
    shown: str
    """The right answer as the picture would show it."""


class Blanks:
    """Makes the blanks of one worked-out program."""

    def __init__(self, solved: Solved) -> None:
        self._solved = solved

    def values(self, names: Sequence[str] | None, choose: Choose) -> Iterator[Blank]:
        """Of every node that computes something, or of those with these names, in the order of the forward pass."""
        solved = self._solved
        for part in solved.visible.parts:
            node = solved.graph.ids[part.node]
            if solved.visible.computes(part) and (names is None or node in names):
                said = Text(f"{solved.word(part)}의 값", f"value of {solved.word(part)}")
                yield from self._elements("value", node, part.node, said, solved.values[part.node], choose)

    def gradients(self, names: Sequence[str] | None, choose: Choose) -> Iterator[list[Blank]]:
        """On every edge, or those out of the nodes with these names, in the order of the backward pass.

        What is found out at one node comes together: the gradients of its operands, and the sums that are then whole.
        """
        solved, visible = self._solved, self._solved.visible
        for part in reversed(visible.parts):
            found: list[Blank] = []
            sums: list[Blank] = []
            for way in visible.incoming[part.position]:
                name = solved.graph.ids[way.node]
                if not visible.asked(way) or (names is not None and name not in names):
                    continue
                source, target = solved.word(visible.parts[way.source]), solved.word(part)
                said = Text(f"기울기 {source} ← {target}", f"gradient {source} ← {target}")
                found += self._elements("grad", way.id, way.node, said, solved.gradient(way), choose)
                # The way met last, going back, completes the sum.
                ways = [other for other in visible.outgoing[way.source] if visible.asked(other)]
                if len(ways) > 1 and ways[0] == way and not solved.shape(way.node):
                    all_ways = Text(f"{source}의 기울기(갈래의 합)", f"gradient of {source}, all ways added")
                    total = solved.gradients.nodes[way.node]
                    sums += self._elements("sum", name, way.node, all_ways, total, choose)
            if found:
                yield found + sums

    def shapes(self, values: Sequence[str], grads: Sequence[str]) -> Iterator[Blank]:
        """Of values forward, then of gradients backward."""
        solved, visible = self._solved, self._solved.visible
        axes = batch_axis.names(solved.graph)
        for part in visible.parts:
            node = solved.graph.ids[part.node]
            if node in values:
                said = Text(f"{node}의 모양", f"shape of {node}")
                yield Blank(
                    f"value:{node}", "value", node, None, "shape", said,
                    solved.shape(part.node), batch_axis.shown(axes[part.node]),
                )  # fmt: skip
        for part in reversed(visible.parts):
            for way in visible.incoming[part.position]:
                source = solved.graph.ids[way.node]
                if source in grads:
                    said = Text(f"∂L/∂{source}의 모양", f"shape of ∂L/∂{source}")
                    yield Blank(
                        f"grad:{way.id}", "grad", way.id, None, "shape", said,
                        solved.shape(way.node), batch_axis.shown(axes[way.node]),
                    )  # fmt: skip

    def _elements(
        self, kind: Kind, part: str, node: int, said: Text, value: Any, choose: Choose
    ) -> Iterator[Blank]:
        shape = self._solved.shape(node)
        if not shape:
            number = float(value)
            yield Blank(f"{kind}:{part}", kind, part, None, "number", said, number, text(number))
            return
        for index in choose(list(itertools.product(*map(range, shape)))):
            place = ",".join(map(str, index))
            number = float(value[index])
            yield Blank(
                f"{kind}:{part}[{place}]", kind, part, index, "number",
                Text(f"{said.ko} [{place}]", f"{said.en} [{place}]"), number, short(number),
            )  # fmt: skip
