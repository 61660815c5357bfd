"""The numbers a graph starts from: its own, or those given in their place."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import EvaluationError, did_you_mean
from chainrule.core.ops import INPUT
from chainrule.core.text import Text


class Leaves:
    """The values of a graph's inputs and constants, in the order of ``graph.leaves``."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._shapes = [graph.shapes.get(i, ()) for i in graph.leaves] if graph.shapes else None
        self._own: list[Any] = [None] * len(graph.leaves)
        for place, i in enumerate(graph.leaves):
            if i in graph.values:
                self._own[place] = self._number(place, graph.values[i], graph.names.get(i, ("", -1))[0])
        self._without = [place for place, value in enumerate(self._own) if value is None]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Place of each input in ``graph.leaves``, by id: its name, or `x_2` if an earlier node has that name."""
        graph, ids = self._graph, self._graph.ids
        return {ids[i]: place for place, i in enumerate(graph.leaves) if graph.codes[i] == INPUT}

    def given(self, inputs: Mapping[str, Any]) -> list[Any]:
        """Return all leaf values, with ``inputs`` in place by id. Raises EvaluationError for what does not fit."""
        values = self._own[:]
        for name, value in inputs.items():
            place = self._places.get(name)
            if place is None:
                raise EvaluationError(
                    Text(
                        f"`{name}`은(는) 이 프로그램의 입력이 아닙니다.",
                        f"`{name}` is not an input of this program.",
                    ),
                    name=name,
                    hint=did_you_mean(name, list(self._places)),
                )
            values[place] = self._number(place, value, name)
        for place in self._without:
            if values[place] is None:
                name = self._graph.ids[self._graph.leaves[place]]
                raise EvaluationError(
                    Text(f"입력 `{name}`에 값이 없습니다.", f"The input `{name}` has no value."), name=name
                )
        return values

    def _number(self, place: int, value: Any, name: str) -> Any:
        """A float; in a graph with shapes a float64 array or scalar, a number standing for each element."""
        try:
            if self._shapes is None:
                return float(value)
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError, OverflowError):
            raise EvaluationError(
                Text(
                    f"입력 `{name}`의 값이 수가 아닙니다.",
                    f"The value of the input `{name}` is not a number.",
                ),
                name=name,
            ) from None
        shape = self._shapes[place]
        if array.shape not in (shape, ()):
            raise EvaluationError(
                Text(
                    f"입력 `{name}`의 모양은 {array.shape}이(가) 아니라 {shape}입니다.",
                    f"The input `{name}` has the shape {shape}, not {array.shape}.",
                ),
                name=name,
            )
        return np.broadcast_to(array, shape)[()]
