"""Nodes, edges and numbers of a graph that has tensors; one of numbers alone goes the quick way of `graph_json`."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from chainrule.app.encoding.encode import encode
from chainrule.app.encoding.tensor_json import WRITTEN_OUT, Shown, nested, scale, shown, told
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.static_json import VALUE, StaticParts
from chainrule.core.explain.aria import node_aria
from chainrule.core.explain.notes import begins, gradient_note, note
from chainrule.core.text import Text
from chainrule.core.view import batch_axis
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.summary import shape_of, value_text


class TensorNumbers:
    """The values and gradients of one evaluation, each brought into every form once."""

    def __init__(self, compiled: Compiled, evaluation: Evaluation) -> None:
        self.compiled = compiled
        self.graph = compiled.graph
        self.values, self.gradients = evaluation.values.values, evaluation.gradients
        self.evaluated = Evaluated(self.graph, evaluation.values, evaluation.gradients)
        self._told: dict[int, Any] = {}
        self._shown: dict[int, Shown] = {}

    @cached_property
    def notes(self) -> dict[int, Text]:
        """By index of the node, why its value or else its gradient is no ordinary number."""
        found: dict[int, Text] = {}
        for index in range(len(self.graph)):
            said = note(self.graph, self.evaluated.values, index) or gradient_note(self.evaluated, index)
            if said is not None:
                found[index] = said
        return found

    def told(self, value: Any) -> Any:
        """A number, nested lists or a summary; null of nothing."""
        return None if value is None else self._once(self._told, value, told)

    def shown(self, value: Any) -> Shown:
        """Cells or heat map of a value or a gradient."""
        return self._once(self._shown, value, shown)  # type: ignore[no-any-return]

    def both(self, index: int) -> tuple[Shown, Shown | None]:
        """A node's value and gradient, as they are shown."""
        grad = self.gradients.nodes[index]
        return self.shown(self.values[index]), None if grad is None else self.shown(grad)

    @staticmethod
    def _once(kept: dict[int, Any], value: Any, work: Callable[[Any], Any]) -> Any:
        # An edge often carries back the very array that is its source's gradient. All live as long as `self`.
        if not shape_of(value):
            return work(value)
        found = kept.get(id(value))
        if found is None:
            found = kept[id(value)] = work(value)
        return found

    def group_gradients(self) -> dict[str, Any]:
        """What comes back on each way into a closed group: a number, an array, or None."""
        edges = self.gradients.edges
        found = {}
        for way in self.compiled.group_edges:
            parts = [edges[index] for index in way.edges]
            found[way.id] = None if parts[0] is None else parts[0] if len(parts) == 1 else sum(parts)
        return found


def tensor_values(numbers: TensorNumbers, wrong: Sequence[str]) -> dict[str, Any]:
    """The numbers alone: tensors are null in the columns, and stand in `tensors` and `edge_tensors`."""
    compiled, graph, gradients = numbers.compiled, numbers.graph, numbers.gradients
    ids = graph.ids
    ways = numbers.group_gradients()
    tensors = {node.id: _sides(*numbers.both(node.index)) for node in graph.nodes if node.shape}
    edge_tensors = {
        edge.id: _back(numbers, gradients.edges[edge.index])
        for edge in graph.edges
        if graph.shapes.get(edge.source)
    }
    edge_tensors |= {way: _back(numbers, grad) for way, grad in ways.items() if shape_of(grad)}
    return {
        "structure": compiled.structure,
        "output": ids[graph.output],
        "values": _column(numbers.values),
        "grads": _column(gradients.nodes),
        "value_texts": list(map(value_text, numbers.values)),
        "grad_texts": _texts(gradients.nodes),
        "edge_grads": _column(gradients.edges),
        "edge_locals": _column(gradients.locals),
        "edge_grad_texts": _texts(gradients.edges),
        "edge_local_texts": _texts(gradients.locals),
        "groups": {way: {"grad": _number(grad), "grad_text": _text(grad)} for way, grad in ways.items()},
        "notes": {ids[index]: said._asdict() for index, said in numbers.notes.items()},
        "failing": [ids[index] for index in numbers.notes if begins(graph, numbers.values, index)],
        "wrong": wrong,
        "tensors": tensors,
        "edge_tensors": edge_tensors,
    }


def tensor_inputs(numbers: TensorNumbers) -> list[dict[str, Any]]:
    """What `InputItem` tells of a tensor and of a number beside it, without what every graph has."""
    return [
        {
            "value": numbers.told(numbers.values[node.index]),
            "default": None if node.value is None else told(node.value),
            "shape": node.shape,
            "editable": editable(node.shape),
        }
        for node in numbers.graph.inputs
    ]


def tensor_nodes(numbers: TensorNumbers, static: StaticParts) -> bytes:
    """The nodes, as `NodeItem` describes them."""
    axes = batch_axis.names(numbers.graph)
    pieces = []
    for node, head in zip(numbers.graph.nodes, static.nodes, strict=True):
        value, grad = numbers.values[node.index], numbers.gradients.nodes[node.index]
        said = numbers.notes.get(node.index)
        pieces.append(
            _joined(
                head,
                {
                    "value": numbers.told(value),
                    "grad": numbers.told(grad),
                    "value_text": value_text(value),
                    "grad_text": _text(grad),
                    "note": None if said is None else said._asdict(),
                    "aria": node_aria(numbers.evaluated, node)._asdict(),
                    "axes": axes[node.index],
                }
                | _cells_or_image(*numbers.both(node.index)),
            )
        )
    return b"[%b]" % b",".join(pieces)


def tensor_edges(numbers: TensorNumbers, static: StaticParts) -> bytes:
    """The edges, as `EdgeItem` describes them."""
    gradients = numbers.gradients
    pieces = []
    for edge, head in zip(numbers.graph.edges, static.edges, strict=True):
        value, grad = numbers.values[edge.source], gradients.edges[edge.index]
        local = gradients.locals[edge.index]
        item = {
            "value": numbers.told(value),
            "grad": numbers.told(grad),
            "local": numbers.told(local),
            "value_text": value_text(value),
            "grad_text": _text(grad),
            "local_text": _text(local),
            "cells": None,
            "image": None,
        }
        if shape_of(grad):
            back = numbers.shown(grad)
            if back.image is None:
                item["cells"] = {"grad": back.cells}
            else:
                item["image"] = {"grad": back.image, "scale": {"grad": scale(back)}, "pixels": back.pixels}
        pieces.append(_joined(head, item))
    return b"[%b]" % b",".join(pieces)


def editable(shape: tuple[int, ...]) -> bool:
    """Whether an input of this shape is given whole, so that a person can change each element."""
    size = 1
    for axis in shape:
        size *= axis
    return size <= WRITTEN_OUT


def _joined(head: bytes, members: dict[str, Any]) -> bytes:
    """The object that `head` begins, as far as its value, with the rest of its members."""
    return head + encode(members)[len(b"{") + len(VALUE) :]


def _cells_or_image(value: Shown, grad: Shown | None) -> dict[str, Any]:
    """How a node is shown: `cells` or `image` of its value and its gradient, the other null."""
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


def _back(numbers: TensorNumbers, grad: Any) -> dict[str, Any]:
    """What an edge brings back, for `edge_tensors`."""
    side = None if grad is None else numbers.shown(grad)
    found: dict[str, Any] = {"grad": _side(side)}
    return found if side is None or side.image is None else found | {"scale": {"grad": scale(side)}}


def _sides(value: Shown, grad: Shown | None) -> dict[str, Any]:
    """A node's value and gradient, for `tensors`: cells, or images and the numbers that have the full colour."""
    found: dict[str, Any] = {"value": _side(value), "grad": _side(grad)}
    if value.image is not None:
        found["scale"] = {"value": scale(value), "grad": None if grad is None else scale(grad)}
    return found


def _side(side: Shown | None) -> Any:
    return None if side is None else side.image if side.image is not None else side.cells


def _column(column: list[Any]) -> list[Any]:
    return [_number(value) for value in column]


def _number(value: Any) -> Any:
    return None if value is None or shape_of(value) else nested(value)


def _texts(column: list[Any]) -> list[str | None]:
    return [_text(value) for value in column]


def _text(value: Any) -> str | None:
    return None if value is None else value_text(value)
