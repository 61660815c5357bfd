"""The answers of the graph calls as bytes: what never changes is made once, numbers are put in each time."""

from collections.abc import Sequence
from typing import Any

import msgspec

from chainrule.app.encoding.encode import JsonNumber, encode, number, numbers, optional_numbers
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.static_json import StaticParts
from chainrule.app.graphs.tensor_graph_json import (
    TensorNumbers,
    tensor_edges,
    tensor_inputs,
    tensor_nodes,
    tensor_values,
)
from chainrule.core.explain.notes import begins, gradient_note, note
from chainrule.core.number_text import text
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated


class _Numbers:
    """The numbers of one evaluation as JSON has them, and their texts."""

    def __init__(self, compiled: Compiled, evaluation: Evaluation) -> None:
        values, gradients = evaluation.values, evaluation.gradients
        self.evaluated = Evaluated(compiled.graph, values, gradients)
        self.values = numbers(values.values)
        self.grads = optional_numbers(gradients.nodes)
        self._finite = self.values is values.values and self.grads is gradients.nodes
        self.value_texts = list(map(text, values.values))
        self.grad_texts = _texts(gradients.nodes)
        self.edge_grads = optional_numbers(gradients.edges)
        self.edge_locals = optional_numbers(gradients.locals)
        self.edge_grad_texts = _texts(gradients.edges)
        self.edge_local_texts = _texts(gradients.locals)

    @property
    def notes(self) -> dict[int, Text]:
        """By index of the node, why its value or else its gradient is no ordinary number."""
        evaluated = self.evaluated
        found: dict[int, Text] = {}
        if self._finite:
            return found
        for index, (value, grad) in enumerate(zip(self.values, self.grads, strict=True)):
            if isinstance(value, str) or isinstance(grad, str):
                said = note(evaluated.graph, evaluated.values, index) or gradient_note(evaluated, index)
                if said is not None:
                    found[index] = said
        return found


def _texts(values: list[float | None]) -> list[str | None]:
    return [None if value is None else text(value) for value in values]


def values_json(compiled: Compiled, evaluation: Evaluation) -> bytes:
    """The numbers alone, as `ValuesAnswer` describes them."""
    if compiled.tensors:
        return encode(tensor_values(TensorNumbers(compiled, evaluation), evaluation.wrong))
    shown = _Numbers(compiled, evaluation)
    edges, ids = evaluation.gradients.edges, compiled.graph.ids
    groups: dict[str, Any] = {}
    for way in compiled.group_edges:
        parts = [edges[index] for index in way.edges]
        grad = None if parts[0] is None else sum(parts)
        groups[way.id] = {
            "grad": None if grad is None else number(grad),
            "grad_text": None if grad is None else text(grad),
        }
    return encode(
        {
            "structure": compiled.structure,
            "output": ids[compiled.graph.output],
            "values": shown.values,
            "grads": shown.grads,
            "value_texts": shown.value_texts,
            "grad_texts": shown.grad_texts,
            "edge_grads": shown.edge_grads,
            "edge_locals": shown.edge_locals,
            "edge_grad_texts": shown.edge_grad_texts,
            "edge_local_texts": shown.edge_local_texts,
            "groups": groups,
            "notes": {ids[index]: said._asdict() for index, said in shown.notes.items()},
            "failing": [
                ids[index] for index in shown.notes if begins(compiled.graph, shown.evaluated.values, index)
            ],
            "wrong": evaluation.wrong,
        }
    )


def graph_json(
    compiled: Compiled,
    evaluation: Evaluation,
    *,
    error: dict[str, Any] | None = None,
    layout: dict[str, Any] | None = None,
) -> bytes:
    """The whole graph, as `GraphAnswer` describes it."""
    graph, ids = compiled.graph, compiled.graph.ids
    static = compiled.static(evaluation.seed)
    if compiled.tensors:
        tensors = TensorNumbers(compiled, evaluation)
        values = tensor_inputs(tensors)
        nodes, edges = tensor_nodes(tensors, static), tensor_edges(tensors, static)
    else:
        shown = _Numbers(compiled, evaluation)
        values = [
            {"value": shown.values[node.index], "default": None if node.value is None else number(node.value)}
            for node in graph.inputs
        ]
        nodes, edges = _nodes(static, shown), _edges(static, shown)
    inputs = [
        {"id": node.id, "name": node.name, "label": node.label}
        | own
        | {
            "min": slider.min,
            "max": slider.max,
            "step": slider.step,
            "line": node.line,
            "column": node.column,
        }
        for node, own, slider in zip(graph.inputs, values, compiled.ranges, strict=True)
    ]
    answer = {
        "output": ids[graph.output],
        "seed": number(evaluation.seed),
        "structure": compiled.structure,
        "inputs": inputs,
        "nodes": msgspec.Raw(nodes),
        "edges": msgspec.Raw(edges),
        "groups": static.groups,
        "error": error,
    }
    if layout is not None:
        answer["layout"] = layout
    return encode(answer)


# Nodes and edges are put together from pieces: it takes half the time of objects that an encoder then walks through.
# The text of a number has no letter that JSON escapes (tests/test_graphs_api.py holds it).


def _nodes(static: StaticParts, shown: _Numbers) -> bytes:
    notes, pieces = shown.notes, [b"["]
    columns = zip(
        static.nodes,
        static.words,
        _each(shown.values),
        _each(shown.grads),
        _each_text(shown.value_texts),
        _each_text(shown.grad_texts),
        strict=True,
    )
    for index, (head, (ko, en), value, grad, value_text, grad_text) in enumerate(columns):
        pieces += (head, value, b',"grad":', grad, b',"value_text":"', value_text)
        pieces += (b'","grad_text":"', grad_text, b'"') if grad_text else (b'","grad_text":null',)
        pieces.append(
            b',"note":%b,"aria":{"ko":"' % (encode(notes[index]._asdict()) if index in notes else b"null")
        )
        pieces += ko.heard(value_text, grad_text)
        pieces.append(b'","en":"')
        pieces += en.heard(value_text, grad_text)
        pieces.append(b'"}},')
    return _closed(pieces)


def _edges(static: StaticParts, shown: _Numbers) -> bytes:
    pieces = [b"["]
    values, texts = _each(shown.values), _each_text(shown.value_texts)
    columns = zip(
        static.sources,
        static.edges,
        _each(shown.edge_grads),
        _each(shown.edge_locals),
        _each_text(shown.edge_grad_texts),
        _each_text(shown.edge_local_texts),
        strict=True,
    )
    for source, head, grad, local, grad_text, local_text in columns:
        pieces += (
            head,
            values[source],
            b',"grad":',
            grad,
            b',"local":',
            local,
            b',"value_text":"',
            texts[source],
        )
        if grad_text:
            pieces += (b'","grad_text":"', grad_text, b'","local_text":"', local_text, b'"},')
        else:
            pieces.append(b'","grad_text":null,"local_text":null},')
    return _closed(pieces)


def _closed(pieces: list[bytes]) -> bytes:
    """The list whose items each end with a comma."""
    pieces[-1] = pieces[-1].removesuffix(b",")
    pieces.append(b"]")
    return b"".join(pieces)


def _each(column: Sequence[JsonNumber | None]) -> list[bytes]:
    """The JSON of each number; no number's has a comma in it."""
    return encode(column)[1:-1].split(b",") if column else []


def _each_text(texts: Sequence[str | None]) -> list[bytes]:
    """Each text in UTF-8; nothing for None."""
    return "\n".join([said or "" for said in texts]).encode().split(b"\n") if texts else []


def empty_graph_json(seed: float, error: dict[str, Any] | None) -> bytes:
    """The answer for a program of which nothing could be read."""
    empty: dict[str, Any] = {"output": None, "seed": number(seed), "structure": ""}
    return encode(empty | {"inputs": [], "nodes": [], "edges": [], "groups": [], "error": error})
