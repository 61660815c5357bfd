"""A graph made ready for evaluation: forward for values, backward for gradients."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from core.errors import EvaluationError, did_you_mean
from core.graph import Graph
from core.ops import ARRAY_FUNCTIONS, CONSTANT, INPUT, SCALAR_FUNCTIONS, Text
from core.rules import ARRAY, BOTH, SCALAR, mistaken


class Values:
    """What a forward pass found: ``values[i]`` is the value of node i."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __getitem__(self, index: int) -> Any:
        return self.values[index]

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)


class Gradients:
    """What a backward pass found.

    ``nodes[i]`` is the derivative of the output by node i: the sum over the edges that leave it. ``edges[k]`` is
    what edge k brings to that sum, ``locals[k]`` its local derivative: by the chain rule, edges[k] =
    nodes[target] × locals[k]. None where no gradient is asked: constants, and the edges that leave them.
    """

    def __init__(self, nodes: list[Any], edges: list[Any], local: list[Any]) -> None:
        self.nodes, self.edges, self.locals = nodes, edges, local


class Tape:
    """A graph made ready for evaluation; it holds no values, every pass returns its own record."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._needs = graph.needs_gradient()
        self._inputs = {graph.names[i][0]: i for i, code in enumerate(graph.codes) if code == INPUT}
        self._values: Values | None = None

    def forward(self, inputs: Mapping[str, Any] | None = None) -> Values:
        """Evaluate every node; ``inputs`` gives values by name in place of the program's own.

        Values are floats, or arrays where the graph has shapes. They follow IEEE arithmetic: log 0 is −∞, 0/0 is
        NaN. Raises EvaluationError for a name that is no input, and for an input that has no value.
        """
        graph = self.graph
        values: list[Any] = [graph.values.get(i) for i in range(len(graph))]
        for name, value in (inputs or {}).items():
            if name not in self._inputs:
                raise EvaluationError(
                    Text(
                        f"`{name}`은(는) 이 프로그램의 입력이 아닙니다.",
                        f"`{name}` is not an input of this program.",
                    ),
                    name=name,
                    hint=did_you_mean(name, list(self._inputs)),
                )
            values[self._inputs[name]] = value
        for name, i in self._inputs.items():
            if values[i] is None:
                raise EvaluationError(
                    Text(f"입력 `{name}`에 값이 없습니다.", f"The input `{name}` has no value."), name=name
                )
            values[i] = float(values[i])
        for i, (code, a, b) in enumerate(zip(graph.codes, graph.a, graph.b, strict=True)):
            if code > CONSTANT:
                try:
                    values[i] = SCALAR.forward[code](values[a], values[b])
                except (ArithmeticError, ValueError):
                    with np.errstate(all="ignore"):
                        values[i] = float(ARRAY.forward[code](np.float64(values[a]), np.float64(values[b])))
        self._values = Values(values)
        return self._values

    def backward(self, seed: float = 1.0, mistakes: Collection[str] = ()) -> Gradients:
        """Carry the upstream gradient ``seed`` from the output back to every node and edge.

        Of the values found by the last ``forward``. ``mistakes`` breaks rules on purpose: ``mul.not_swapped``,
        ``exp.upstream_forgotten``, ``fan_out.not_summed``; an unknown one raises EvaluationError.
        """
        if self._values is None:
            self.forward()
        assert self._values is not None
        graph, values, needs = self.graph, self._values.values, self._needs
        scalar, forgetful, not_summed = mistaken(SCALAR_FUNCTIONS, mistakes)
        array, _, _ = mistaken(ARRAY_FUNCTIONS, mistakes)
        nodes: list[Any] = [None] * len(graph)
        nodes[graph.output] = seed
        edges: list[Any] = []
        locals_: list[Any] = []
        for i in range(len(graph) - 1, -1, -1):
            code, a, b, upstream = graph.codes[i], graph.a[i], graph.b[i], nodes[i]
            if code <= CONSTANT:
                continue
            asked = needs[a] + 2 * (b >= 0 and needs[b])
            operands = values[a], values[b], values[i]
            local: Any = None
            if asked:
                try:
                    local = scalar.backward[code][asked](*operands)
                except (ArithmeticError, ValueError):
                    with np.errstate(all="ignore"):
                        local = array.backward[code][asked](*map(np.float64, operands))
            pair: Any = local if asked == BOTH else (local, None) if asked == 1 else (None, local)
            for slot, source in ((1, b), (0, a)):
                if source < 0:
                    continue
                if pair[slot] is None:
                    locals_.append(None)
                    edges.append(None)
                    continue
                locals_.append(float(pair[slot]))
                if upstream is None:
                    edges.append(0.0)
                    continue
                edge = float(pair[slot] * (1.0 if code in forgetful else upstream))
                edges.append(edge)
                nodes[source] = edge if nodes[source] is None or not_summed else nodes[source] + edge
        nodes = [None if not need else 0.0 if g is None else g for g, need in zip(nodes, needs, strict=True)]
        return Gradients(nodes, edges[::-1], locals_[::-1])
