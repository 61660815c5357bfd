"""The columns of a graph with tensors: nested lists, summaries, cells and heat maps besides numbers."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from chainrule.app.encoding.encode import JsonNumber, encode
from chainrule.app.encoding.tensor_json import WRITTEN_OUT, Shown, nested, scale, shown, told
from chainrule.app.graphs.columns import Columns, Piece
from chainrule.app.graphs.compiled import Evaluation
from chainrule.app.graphs.static_json import StaticParts
from chainrule.core.engine.graph import Node
from chainrule.core.explain.aria import node_aria
from chainrule.core.view import batch_axis
from chainrule.core.view.summary import shape_of, value_text

T = TypeVar("T")


class TensorColumns(Columns):
    """The columns of a graph with tensors: NumPy arrays, each converted once to every form."""

    may_have_notes = True

    def __init__(self, evaluation: Evaluation) -> None:
        super().__init__(evaluation)
        self._encoded: dict[int, bytes] = {}
        self._shown: dict[int, Shown] = {}

    def numbers(self, column: Sequence[Any]) -> Sequence[JsonNumber | None]:
        return [None if value is None or shape_of(value) else nested(value) for value in column]

    def texts(self, column: Sequence[Any]) -> list[str | None]:
        return [None if value is None else value_text(value) for value in column]

    def encoded(self, column: Sequence[Any]) -> list[bytes]:
        return [b"null" if value is None else _once(self._encoded, value, _encode_told) for value in column]

    def total(self, parts: list[Any]) -> Any:
        # A single part stays the same array, whose forms are cached by identity.
        return parts[0] if len(parts) == 1 else sum(parts)

    def input(self, node: Node) -> dict[str, Any]:
        value = self.evaluation.values[node.index]
        return {
            "value": None if value is None else told(value),
            "default": None if node.value is None else told(node.value),
            "shape": node.shape,
            "editable": editable(node.shape),
        }

    def aria(self, static: StaticParts) -> list[Piece]:
        return [[encode(node_aria(self.evaluated, node)._asdict()) for node in self.graph.nodes]]

    def node_members(self) -> Piece:
        """`axes`, `display`, `cells` and `image`."""
        members = [
            {"axes": axes} | _cells_or_image(*self._value_and_grad(index))
            for index, axes in enumerate(batch_axis.names(self.graph))
        ]
        return [b"," + encode(item)[1:-1] for item in members]

    def edge_members(self) -> Piece:
        """`cells` and `image` of the gradient."""
        return [b"," + encode(self._edge_member(grad))[1:-1] for grad in self.evaluation.gradients.edges]

    def tensors(self) -> dict[str, Any]:
        """`tensors` and `edge_tensors`, for the nulls in the columns of numbers."""
        graph, edges = self.graph, self.evaluation.gradients.edges
        groups = self.group_gradients()
        edge_tensors = {
            edge.id: self._back(edges[edge.index]) for edge in graph.edges if graph.shapes.get(edge.source)
        }
        edge_tensors |= {id: self._back(grad) for id, grad in groups.items() if shape_of(grad)}
        return {
            "tensors": {
                node.id: _sides(*self._value_and_grad(node.index)) for node in graph.nodes if node.shape
            },
            "edge_tensors": edge_tensors,
        }

    def _display(self, value: Any) -> Shown:
        """A value or a gradient as the graph shows it: cells or a heat map."""
        return _once(self._shown, value, shown)

    def _value_and_grad(self, index: int) -> tuple[Shown, Shown | None]:
        """A node's value and gradient as the graph shows them."""
        grad = self.evaluation.gradients.nodes[index]
        return (
            self._display(self.evaluation.values[index]),
            None if grad is None else self._display(grad),
        )

    def _edge_member(self, grad: Any) -> dict[str, Any]:
        if not shape_of(grad):
            return {"cells": None, "image": None}
        back = self._display(grad)
        if back.image is None:
            return {"cells": {"grad": back.cells}, "image": None}
        image = {"grad": back.image, "scale": {"grad": scale(back)}, "pixels": back.pixels}
        return {"cells": None, "image": image}

    def _back(self, grad: Any) -> dict[str, Any]:
        """The entry of `edge_tensors` for a gradient."""
        side = None if grad is None else self._display(grad)
        back: dict[str, Any] = {"grad": _side(side)}
        return back if side is None or side.image is None else back | {"scale": {"grad": scale(side)}}


def editable(shape: tuple[int, ...]) -> bool:
    """Whether an input of this shape is written out, so that each element can be edited."""
    size = 1
    for axis in shape:
        size *= axis
    return size <= WRITTEN_OUT


def _once(kept: dict[int, T], value: Any, make: Callable[[Any], T]) -> T:
    """Convert a value, or take a tensor's form from the cache: edges often share the array of a node."""
    if not shape_of(value):
        return make(value)
    form = kept.get(id(value))
    if form is None:
        form = kept[id(value)] = make(value)
    return form


def _encode_told(value: Any) -> bytes:
    return encode(told(value))


def _cells_or_image(value: Shown, grad: Shown | None) -> dict[str, Any]:
    """`display`, `cells` and `image` of a node; at least one of the last two is null."""
    cells = image = None
    if value.image is not None:
        image = {
            "value": value.image,
            "grad": None if grad is None else grad.image,
            "scale": {"value": scale(value), "grad": None if grad is None else scale(grad)},
            "pixels": value.pixels,
        }
    elif value.cells is not None:
        cells = {"value": value.cells, "grad": None if grad is None else grad.cells}
    return {"display": value.display, "cells": cells, "image": image}


def _sides(value: Shown, grad: Shown | None) -> dict[str, Any]:
    """The entry of `tensors` for a node: cells, or heat maps with their scales."""
    sides: dict[str, Any] = {"value": _side(value), "grad": _side(grad)}
    if value.image is not None:
        sides["scale"] = {"value": scale(value), "grad": None if grad is None else scale(grad)}
    return sides


def _side(side: Shown | None) -> Any:
    return None if side is None else side.image if side.image is not None else side.cells
