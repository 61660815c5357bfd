"""Three ways to all slopes of a graph, pass by pass: numerically, in forward mode, in reverse mode; counted.

Numerically every input moves both ways, by the book's step. Forward mode takes one pass for each input, reverse mode
one for each output. The multiplications are counted while the passes run.

Source: Saito Goki, *Deep Learning from Scratch*, section 4.4 (numerical gradient) and chapter 5.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from chainrule.core.engine.counted import CountedLoop
from chainrule.core.engine.forward_mode import tangents
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.inputs import Leaves
from chainrule.core.engine.loop import forward
from chainrule.core.errors import EvaluationError, did_you_mean
from chainrule.core.text import Text

Way = Literal["numerical", "forward", "reverse"]
WAYS: tuple[Way, ...] = ("numerical", "forward", "reverse")

STEP = 1e-4
"""The book's step, each way."""
MOST_TOLD = 100
"""Slopes of one pass that are named."""


class Element(NamedTuple):
    """A number, or one element of a tensor."""

    node: int
    where: tuple[int, ...]


class Slope(NamedTuple):
    """∂output/∂input, of one element of each."""

    input: Element
    output: Element
    value: float


class Pass(NamedTuple):
    """One pass through the graph, and what it costs and finds."""

    kind: Literal["evaluation", "tangent", "backward"]
    about: Element | None
    """The input that moves, or the output from which gradients flow; None for the plain evaluation."""
    sign: int
    """Which way an input moves: 1, −1, or 0 for no step."""
    multiplications: int
    known: int
    """How many slopes are known now and were not before."""
    slopes: list[Slope]
    """The first of them, at most ``MOST_TOLD``."""


class Race:
    """A graph, its inputs' elements and its output's; ``run`` does passes of one way."""

    def __init__(self, graph: Graph, inputs: Mapping[str, Any], moved: Sequence[str] = ()) -> None:
        """Evaluate once, without counting. ``moved`` names the inputs, by default all that have a gradient.

        Raises EvaluationError for an unknown name, and for values that do not fit.
        """
        self._graph = graph
        self._loop = CountedLoop(graph, bytes(graph.requires_grad()))
        # Own copies: elements are moved in place and put back.
        self._leaves = [np.array(leaf, float)[()] for leaf in Leaves(graph).given(inputs)]
        self._values = forward(graph, self._loop.rules, self._leaves)
        self._inputs = list(self._elements(self._moved(moved)))
        self._outputs = list(self._elements([graph.output]))
        self._units: dict[int, Any] = {}
        self._last: tuple[Element | None, Any] = (None, None)
        """The input raised last, and the output then."""

    def passes(self, way: Way) -> int:
        """Tell how many passes this way takes to all slopes."""
        if way == "numerical":
            return 2 * len(self._inputs)
        return 1 + len(self._inputs if way == "forward" else self._outputs)

    @property
    def slopes(self) -> int:
        """The number of slopes: inputs times outputs, element by element."""
        return len(self._inputs) * len(self._outputs)

    def run(self, way: Way, first: int, count: int) -> Iterator[Pass]:
        """Do at most ``count`` passes from number ``first`` on, in order."""
        for number in range(first, min(first + count, self.passes(way))):
            before = self._loop.tally.multiplications
            kind, about, sign, slopes = self._one(way, number)
            known = 0 if not slopes else len(self._inputs if kind == "backward" else self._outputs)
            yield Pass(kind, about, sign, self._loop.tally.multiplications - before, known, slopes)

    def _one(self, way: Way, number: int) -> tuple[Any, Element | None, int, list[Slope]]:
        if way == "numerical":
            moved, sign = self._inputs[number // 2], -1 if number % 2 else 1
            output = self._with(moved, sign * STEP)
            if sign > 0:
                return "evaluation", moved, sign, []
            quotients = self._loop.quotient(self._raised(moved) - output, 2 * STEP)
            return "evaluation", moved, sign, self._column(moved, quotients)
        if number == 0:
            forward(self._graph, self._loop.rules, self._leaves)
            return "evaluation", None, 0, []
        if way == "forward":
            moved = self._inputs[number - 1]
            along = tangents(self._graph, self._values, {moved.node: self._unit(moved)}, self._loop.jvps)
            shape = self._graph.shapes.get(self._graph.output, ())
            return "tangent", moved, 1, self._column(moved, along.get(self._graph.output, np.zeros(shape)))
        output = self._outputs[number - 1]
        gradients, _ = self._loop.backward(self._values, self._unit(output))
        row = [(each, gradients[each.node]) for each in self._inputs[:MOST_TOLD]]
        return (
            "backward",
            output,
            0,
            [
                Slope(each, output, 0.0 if gradient is None else float(np.asarray(gradient)[each.where]))
                for each, gradient in row
            ],
        )

    def _column(self, moved: Element, slopes: Any) -> list[Slope]:
        """The slopes of all outputs by one input."""
        return [
            Slope(moved, each, float(np.asarray(slopes)[each.where])) for each in self._outputs[:MOST_TOLD]
        ]

    def _raised(self, moved: Element) -> Any:
        """The output with an input raised: the pass before has just counted it."""
        before = self._loop.tally.multiplications
        if self._last[0] != moved:
            self._with(moved, STEP)
            self._loop.tally.multiplications = before
        return self._last[1]

    def _with(self, moved: Element, step: float) -> Any:
        """The output with one element of an input moved."""
        place = self._graph.leaves.index(moved.node)
        whole = self._leaves[place]
        if moved.where:
            before = float(whole[moved.where])
            whole[moved.where] = before + step
        else:
            self._leaves[place] = whole + step
        output = forward(self._graph, self._loop.rules, self._leaves)[self._graph.output]
        if moved.where:
            whole[moved.where] = before
        self._leaves[place] = whole
        if step > 0:
            self._last = (moved, output)
        return output

    def _unit(self, element: Element) -> Any:
        """A tensor of zeros with a one at an element; of a number the one."""
        unit = self._units.setdefault(element.node, np.zeros(self._graph.shapes.get(element.node, ())))
        unit.fill(0.0)
        unit[element.where] = 1.0
        return unit[()]

    def _elements(self, nodes: Sequence[int]) -> Iterator[Element]:
        for node in nodes:
            for where in np.ndindex(self._graph.shapes.get(node, ())):
                yield Element(node, where)

    def _moved(self, names: Sequence[str]) -> list[int]:
        requires_grad = self._graph.requires_grad()
        known = {node.id: node.index for node in self._graph.inputs if requires_grad[node.index]}
        for name in names:
            if name not in known:
                raise EvaluationError(
                    Text(
                        f"`{name}`은(는) 기울기가 있는 입력이 아닙니다.",
                        f"`{name}` is no input that has a gradient.",
                    ),
                    name=name,
                    hint=did_you_mean(name, list(known)),
                )
        return [known[name] for name in names] if names else list(known.values())
