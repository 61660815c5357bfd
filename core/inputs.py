"""The numbers a graph starts from: its own, or those that a person gives instead."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import EvaluationError, did_you_mean
from core.graph import Graph
from core.ops import INPUT, Text


class Leaves:
    """The values of a graph's inputs and constants, in the order of ``graph.leaves``."""

    def __init__(self, graph: Graph) -> None:
        self._shapes = [graph.shapes.get(i, ()) for i in graph.leaves] if graph.shapes else None
        self._places = {
            graph.names[i][0]: place for place, i in enumerate(graph.leaves) if graph.codes[i] == INPUT
        }
        self._own: list[Any] = [None] * len(graph.leaves)
        for place, i in enumerate(graph.leaves):
            if i in graph.values:
                self._own[place] = self._number(place, graph.values[i], graph.names.get(i, ("", 0))[0])
        self._without = [name for name, place in self._places.items() if self._own[place] is None]

    def given(self, inputs: Mapping[str, Any]) -> list[Any]:
        """The values with ``inputs`` put in by name. Raises EvaluationError for what does not fit."""
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
        for name in self._without:
            if name not in inputs:
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
