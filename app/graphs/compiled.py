"""Programs made ready for questions, the ones asked last kept: graph, tape, and what never changes in the answers."""

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from chainrule.app.graphs import cost
from chainrule.app.graphs.input_ranges import Range, ranges
from chainrule.app.graphs.static_json import StaticParts
from chainrule.app.web.metrics import Metrics
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.errors import ProgramError
from chainrule.core.gradcheck.gradcheck import Check, check, check_at
from chainrule.core.language.program import Limits, parse
from chainrule.core.ops.op import Shape
from chainrule.core.view.visible import OUTPUT

Given = Mapping[str, Any] | Collection[str]
"""The inputs that come with a program: values by name, or names alone."""
Key = tuple[str, frozenset[tuple[str, Shape]]]
"""What a program is kept under: its text, and the inputs it needs with their shapes."""

NODES_A_PLACE = 500
"""A program takes one place of the cache for each so many nodes, so that large ones cannot fill the memory."""

ELEMENTS_A_PLACE = 100_000
"""The same for elements of the tensors that stand in a program."""

_MOST_GROUP_EDGES = 20_000
"""Closed groups seldom have more than a few inputs; programs made to have more get this many."""


class GroupEdge(NamedTuple):
    """What one closed group and one of its sources have between them: the edges inside, drawn as one."""

    id: str
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The numbers of one graph for one set of inputs."""

    seed: float
    values: Values
    gradients: Gradients
    wrong: tuple[str, ...]
    """Ids of nodes and edges whose gradient is not the right one, because a rule was broken."""


class Compiled:
    """One program's graph and tape."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._tape = Tape(graph)

    def evaluate(
        self, inputs: Mapping[str, Any], seed: float = 1.0, mistakes: Collection[str] = ()
    ) -> Evaluation:
        """Forward and backward, from any thread. Raises EvaluationError for inputs that do not fit."""
        values = self._tape.forward(inputs)
        gradients = self._tape.backward(seed, mistakes, values)
        if not mistakes:
            return Evaluation(seed, values, gradients, ())
        right = self._tape.backward(seed, (), values)
        wrong = _differing(self.graph.ids, gradients.nodes, right.nodes)
        wrong += _differing([edge.id for edge in self.graph.edges], gradients.edges, right.edges)
        return Evaluation(seed, values, gradients, tuple(wrong))

    def check_part(
        self, part: str, inputs: Mapping[str, Any], mistakes: Collection[str], seed: float
    ) -> Check | None:
        """The gradient of a node, or of a group's output, beside the numerical one.

        None for what has none, and for a tensor of so many elements that a person would have to wait.
        """
        graph = self.graph
        groups = {group.id: group.output for group in graph.groups}
        node = graph.output if part == OUTPUT else groups.get(part, self._index.get(part, -1))
        if node < 0 or not graph.requires_grad()[node]:
            return None
        if cost.moved(graph, [node]) > cost.MOST_MOVED_AT_A_CLICK:
            return None
        return check_at(graph, inputs, [node], None, mistakes, seed)[0]

    @property
    def tensors(self) -> bool:
        """Whether an op of tensors is in it, be it on numbers only: values are then NumPy's."""
        return cost.has_tensors(self.graph)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.graph.ids)}

    def known(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the inputs that this graph has."""
        names = {node.name for node in self.graph.inputs}
        return {name: value for name, value in inputs.items() if name in names}

    @cached_property
    def cost(self) -> float:
        """How many nodes that are numbers take as long as this graph does."""
        return cost.of(self.graph)

    def check_inputs(
        self, inputs: Mapping[str, Any], epsilon: float | None, mistakes: Collection[str], seed: float
    ) -> list[Check]:
        """Every element of every input: its gradient beside the numerical one.

        Raises ProblemError where that would take minutes.
        """
        cost.refuse_endless_check(self.graph)
        return check(self.graph, inputs, epsilon, mistakes, seed)

    @cached_property
    def structure(self) -> str:
        """A hash of ids, ops and edges: equal for programs that differ in numbers and comments only."""
        graph = self.graph
        digest = hashlib.sha256(repr((graph.codes, graph.a, graph.b, graph.output)).encode())
        if graph.shapes:
            digest.update(repr((sorted(graph.shapes.items()), sorted(graph.parameters.items()))).encode())
        digest.update("\n".join(graph.ids).encode())
        return digest.hexdigest()[:16]

    def static(self, seed: float) -> StaticParts:
        """What never changes in the answers; formulas differ between a seed of 1 and any other."""
        return self._static_of_output if seed == 1.0 else self._static_of_loss

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
        """For every group, the ways into it when it is closed, in order of group and first edge."""
        graph = self.graph
        around = [group.parent for group in graph.groups]
        first = [group.nodes[0] if group.nodes else len(graph) for group in graph.groups]
        found: dict[tuple[int, int], list[int]] = {}
        for edge in graph.edges:
            group = graph.group_of.get(edge.target)
            # Nodes of a group are appended in one run: a source before its first node is outside.
            while group is not None and edge.source < first[group]:
                if (group, edge.source) in found or len(found) < _MOST_GROUP_EDGES:
                    found.setdefault((group, edge.source), []).append(edge.index)
                group = around[group]
        ids = graph.ids
        return [
            GroupEdge(f"{ids[source]}->{graph.groups[group].id}", tuple(edges))
            for (group, source), edges in sorted(found.items())
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


class CompiledPrograms:
    """The programs asked for last. Safe to use from many threads."""

    def __init__(self, limits: Limits, places: int, metrics: Metrics) -> None:
        self._limits = limits
        self._places = places
        self._metrics = metrics
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Compiled | ProgramError] = OrderedDict()
        self._taken = 0

    def kept(self, source: str, inputs: Given) -> Compiled | ProgramError | None:
        """What is known of this program already."""
        plain, given = _keys(source, inputs)
        with self._lock:
            for key in (plain, given):
                if (entry := self._kept.get(key)) is not None and (
                    isinstance(entry, Compiled) or key == given
                ):
                    self._kept.move_to_end(key)
                    self._metrics.graphs.labels("kept").inc()
                    return entry
        return None

    def read(self, source: str, inputs: Given) -> Compiled | ProgramError:
        """Read the program, which may take a while, and keep what it means, be it an error.

        `inputs` are the names that values come with, or the values by name: their shapes matter to a program that
        assigns no value to some of them.
        """
        self._metrics.graphs.labels("read").inc()
        plain, given = _keys(source, inputs)
        try:
            entry: Compiled | ProgramError = Compiled(parse(source, (), self._limits))
            key = plain
        except ProgramError as error:
            entry, key = error, plain
            if given != plain:
                key = given
                try:
                    entry = Compiled(parse(source, _shapes(inputs), self._limits))
                except ProgramError as second:
                    entry = second
        if isinstance(entry, ProgramError):
            # The traceback holds the whole parser; the partial graph is kept, for it is asked for again.
            entry.__traceback__ = entry.__context__ = entry.__cause__ = None
        self._keep(key, entry)
        return entry

    def _keep(self, key: Key, entry: Compiled | ProgramError) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = entry
            self._taken += _places(entry)
            while self._taken > self._places and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._taken -= _places(dropped)
            self._metrics.kept_graphs.set(len(self._kept))


def _places(entry: Compiled | ProgramError) -> int:
    graph = entry.graph if isinstance(entry, Compiled) else entry.partial
    if graph is None:
        return 1
    kept = sum(math.prod(graph.shapes.get(node, ())) for node in graph.leaves) if graph.shapes else 0
    return 1 + len(graph) // NODES_A_PLACE + kept // ELEMENTS_A_PLACE


def _keys(source: str, inputs: Given) -> tuple[Key, Key]:
    return (source, frozenset()), (source, frozenset(_shapes(inputs).items()))


def _shapes(inputs: Given) -> dict[str, Shape]:
    """The shape of each input given; names alone are those of numbers."""
    if not isinstance(inputs, Mapping):
        return dict.fromkeys(inputs, ())
    return {name: np.shape(value) if isinstance(value, list) else () for name, value in inputs.items()}
