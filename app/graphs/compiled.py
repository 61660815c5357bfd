"""A graph compiled for requests: its tape, its cost, and the parts that all its answers share."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from chainrule.app.graphs import cost
from chainrule.app.graphs.input_ranges import Range, ranges
from chainrule.app.graphs.static_json import StaticParts
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.kinks import kinked
from chainrule.core.engine.memory import Need, of_passes
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.explain.advice import broadcast_losses
from chainrule.core.gradcheck.gradcheck import Check, check, check_at
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import OUTPUT

_MOST_GROUP_EDGES = 20_000
"""Limit against programs written to have very many inputs per group."""


T = TypeVar("T")


class GroupEdge(NamedTuple):
    """The edges from one source into one closed group, drawn as a single edge."""

    id: str
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The values and gradients of one graph, and what they were computed from."""

    compiled: "Compiled"
    inputs: Mapping[str, Any]
    upstream: Any
    """The upstream gradient of the output: a number, or nested lists of its shape."""
    mistakes: Collection[str]
    """The backward rules broken on purpose."""
    conventions: Collection[str]
    """What is passed back at kinks."""
    values: Values
    gradients: Gradients
    wrong: tuple[str, ...]
    """Ids of nodes and edges whose gradient differs from the right one."""

    @property
    def graph(self) -> Graph:
        """The graph evaluated."""
        return self.compiled.graph

    @property
    def evaluated(self) -> Evaluated:
        """The same numbers, for the rooms of `core` that read them."""
        return Evaluated(self.compiled.graph, self.values, self.gradients)


class Compiled:
    """One graph with its tape."""

    def __init__(self, graph: Graph, memory: int | None = None) -> None:
        self.graph = graph
        self.memory = memory
        """Most bytes that one request may compute with; None: no limit."""
        self._tape = Tape(graph)
        self._beside: dict[Any, Any] = {}

    def beside(self, kind: Callable[[Graph], T]) -> T:
        """Return what another room keeps of this graph as long as the graph is kept: made once, by ``kind``."""
        found = self._beside.get(kind)
        if found is None:
            found = self._beside.setdefault(kind, kind(self.graph))
        return cast(T, found)

    def evaluate(
        self,
        inputs: Mapping[str, Any],
        upstream: Any = 1.0,
        mistakes: Collection[str] = (),
        conventions: Collection[str] = (),
    ) -> Evaluation:
        """Run both passes, from any thread. Raises EvaluationError for inputs that do not fit."""
        values = self._tape.values_at(inputs)
        gradients = self._tape.backward(upstream, mistakes, values, conventions)
        wrong: list[str] = []
        if mistakes:
            right = self._tape.backward(upstream, (), values, conventions)
            wrong += _differing(self.graph.ids, gradients.nodes, right.nodes)
            wrong += _differing([edge.id for edge in self.graph.edges], gradients.edges, right.edges)
        return Evaluation(self, inputs, upstream, mistakes, conventions, values, gradients, tuple(wrong))

    @cached_property
    def broadcast_losses(self) -> dict[int, Text]:
        """Warnings of losses whose operands broadcast against each other, by index of the node."""
        return broadcast_losses(self.graph)

    def check_part(self, part: str, evaluation: Evaluation) -> Check | None:
        """Compare the gradient of a node, or of a group's output, with the numerical one.

        None where there is no gradient, and where a tensor is too large for a quick answer.
        """
        graph = self.graph
        groups = {group.id: group.output for group in graph.groups}
        node = graph.output if part == OUTPUT else groups.get(part, self._index.get(part, -1))
        if node < 0 or not graph.requires_grad()[node]:
            return None
        if cost.is_long_check(graph, [node], cost.MOST_CHECKED_AT_A_CLICK):
            return None
        return check_at(
            graph,
            evaluation.inputs,
            [node],
            None,
            evaluation.mistakes,
            evaluation.upstream,
            evaluation.conventions,
        )[0]

    def check_inputs(
        self,
        inputs: Mapping[str, Any],
        epsilon: float | None,
        mistakes: Collection[str],
        upstream: Any,
        conventions: Collection[str] = (),
    ) -> list[Check]:
        """Compare every element of every input's gradient with the numerical one.

        Raises ProblemError where that would take too long.
        """
        cost.refuse_endless_check(self.graph)
        return check(self.graph, inputs, epsilon, mistakes, upstream, conventions)

    @property
    def tensors(self) -> bool:
        """Whether the graph has any tensor op, even on numbers alone; values are then NumPy's."""
        return self.graph.has_tensors

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.graph.ids)}

    def known(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The given inputs that this graph has, with a shape that fits."""
        graph = self.graph
        shapes = {node.id: graph.shapes.get(node.index, ()) for node in graph.inputs}
        return {
            name: value
            for name, value in inputs.items()
            if name in shapes and (not isinstance(value, list) or np.shape(value) == shapes[name])
        }

    @cached_property
    def kinked(self) -> list[int]:
        """The nodes whose op has any kink."""
        return kinked(self.graph)

    def refuse_memory(self, passes: int = 1, more: int = 0) -> None:
        """Raise ProblemError if so many passes, and more bytes besides, need more memory than is allowed."""
        if self.memory is not None and self.tensors:
            cost.refuse_memory(self.graph, self._need, self.memory, passes, more)

    @cached_property
    def _need(self) -> Need:
        return of_passes(self.graph)

    @cached_property
    def cost(self) -> float:
        """The time of both passes, in scalar nodes."""
        return cost.of(self.graph)

    @cached_property
    def structure(self) -> str:
        """A hash of ids, ops and edges: equal for programs that differ in numbers and comments only."""
        graph = self.graph
        digest = hashlib.sha256(repr((graph.codes, graph.a, graph.b, graph.output)).encode())
        if graph.shapes:
            digest.update(repr((sorted(graph.shapes.items()), sorted(graph.parameters.items()))).encode())
        digest.update("\n".join(graph.ids).encode())
        return digest.hexdigest()[:16]

    def static(self, upstream: Any) -> StaticParts:
        """The parts of answers without numbers; formulas depend on whether `upstream` is 1."""
        return self._static_of_output if upstream == 1.0 else self._static_of_loss

    @cached_property
    def _static_of_output(self) -> StaticParts:
        return StaticParts(self.graph, 1.0)

    @cached_property
    def _static_of_loss(self) -> StaticParts:
        return StaticParts(self.graph, 0.0)

    @cached_property
    def ranges(self) -> list[Range]:
        """A slider for each input, in order."""
        return ranges(self.graph)

    @cached_property
    def group_edges(self) -> list[GroupEdge]:
        """The edges into every closed group, ordered by group and first edge."""
        graph = self.graph
        around = [group.parent for group in graph.groups]
        first = [group.nodes[0] if group.nodes else len(graph) for group in graph.groups]
        merged: dict[tuple[int, int], list[int]] = {}
        for edge in graph.edges:
            group = graph.group_of.get(edge.target)
            # Nodes of a group are appended in one run: a source before its first node is outside.
            while group is not None and edge.source < first[group]:
                if (group, edge.source) in merged or len(merged) < _MOST_GROUP_EDGES:
                    merged.setdefault((group, edge.source), []).append(edge.index)
                group = around[group]
        ids = graph.ids
        return [
            GroupEdge(f"{ids[source]}->{graph.groups[group].id}", tuple(edges))
            for (group, source), edges in sorted(merged.items())
        ]


def _differing(ids: Sequence[str], broken: Sequence[Any], right: Sequence[Any]) -> list[str]:
    def differs(a: Any, b: Any) -> bool:
        if a is None or b is None:
            return False
        if np.ndim(a):
            largest = np.abs(np.where(np.isfinite(b), b, 0.0)).max(initial=0.0)
            return not np.allclose(a, b, rtol=1e-9, atol=1e-9 * largest, equal_nan=True)
        if a == b or (a != a and b != b):
            return False
        return not abs(a - b) <= 1e-9 * max(abs(a), abs(b))

    return [name for name, a, b in zip(ids, broken, right, strict=True) if differs(a, b)]
