"""The answers of the graph calls as bytes: what never changes is made once, numbers are put in each time."""

from typing import Any

import msgspec

from app.compiled import Compiled, Evaluation
from app.encode import JsonNumber, encode, number, numbers, optional_numbers
from core.aria import numbers_heard
from core.notes import gradient_note, note
from core.number_text import text
from core.reading import Reading


class _Text(msgspec.Struct):
    """A text in the two languages."""

    ko: str
    en: str


class _Node(msgspec.Struct):
    """A node as `app.schemas.graph.NodeItem` describes it."""

    id: str
    kind: str
    op: str | None
    symbol: str
    name: str | None
    label: str | None
    inputs: list[str]
    group: str | None
    shape: tuple[int, ...]
    value: JsonNumber | None
    grad: JsonNumber | None
    value_text: str
    grad_text: str | None
    note: dict[str, str] | None
    line: int
    column: int
    latex: msgspec.Raw
    aria: _Text


class _Edge(msgspec.Struct):
    """An edge as `app.schemas.graph.EdgeItem` describes it."""

    id: str
    source: str
    target: str
    slot: int
    value: JsonNumber | None
    grad: JsonNumber | None
    local: JsonNumber | None
    value_text: str
    grad_text: str | None
    local_text: str | None
    latex: msgspec.Raw


class _Numbers:
    """The numbers of one evaluation as JSON has them, and their texts."""

    def __init__(self, compiled: Compiled, evaluation: Evaluation) -> None:
        values, gradients = evaluation.values, evaluation.gradients
        self.reading = Reading(compiled.graph, values, gradients)
        self.values = numbers(values.values)
        self.grads = optional_numbers(gradients.nodes)
        self.value_texts = [text(value) for value in values]
        self.grad_texts = _texts(gradients.nodes)
        self.edge_grads = optional_numbers(gradients.edges)
        self.edge_locals = optional_numbers(gradients.locals)
        self.edge_grad_texts = _texts(gradients.edges)
        self.edge_local_texts = _texts(gradients.locals)

    @property
    def notes(self) -> dict[str, dict[str, str]]:
        """By node, why its value or else its gradient is no ordinary number."""
        reading, found = self.reading, {}
        for index, (value, grad) in enumerate(zip(self.values, self.grads, strict=True)):
            if isinstance(value, str) or isinstance(grad, str):
                said = note(reading.graph, reading.values, index) or gradient_note(reading, index)
                if said is not None:
                    found[reading.graph.ids[index]] = said._asdict()
        return found


def _texts(values: list[float | None]) -> list[str | None]:
    return [None if value is None else text(value) for value in values]


def values_json(compiled: Compiled, evaluation: Evaluation) -> bytes:
    """The numbers alone, as `ValuesAnswer` describes them."""
    shown = _Numbers(compiled, evaluation)
    edges = evaluation.gradients.edges
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
            "output": compiled.graph.ids[compiled.graph.output],
            "values": shown.values,
            "grads": shown.grads,
            "value_texts": shown.value_texts,
            "grad_texts": shown.grad_texts,
            "edge_grads": shown.edge_grads,
            "edge_locals": shown.edge_locals,
            "edge_grad_texts": shown.edge_grad_texts,
            "edge_local_texts": shown.edge_local_texts,
            "groups": groups,
            "notes": shown.notes,
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
    shown = _Numbers(compiled, evaluation)
    latex = compiled.latex(evaluation.seed)
    notes, groups = shown.notes, graph.groups
    nodes = [
        _Node(
            node.id,
            node.kind,
            node.op.name if node.op else None,
            node.op.symbol if node.op else "",
            node.name,
            node.label,
            [ids[source] for source in node.inputs],
            None if node.group is None else groups[node.group].id,
            node.shape,
            shown.values[node.index],
            shown.grads[node.index],
            shown.value_texts[node.index],
            shown.grad_texts[node.index],
            notes.get(node.id),
            node.line,
            node.column,
            latex.nodes[node.index],
            aria,
        )
        for node, aria in zip(graph.nodes, _heard(compiled, shown), strict=True)
    ]
    edges = [
        _Edge(
            edge.id,
            ids[edge.source],
            ids[edge.target],
            edge.slot,
            shown.values[edge.source],
            shown.edge_grads[edge.index],
            shown.edge_locals[edge.index],
            shown.value_texts[edge.source],
            shown.edge_grad_texts[edge.index],
            shown.edge_local_texts[edge.index],
            latex.edges[edge.index],
        )
        for edge in graph.edges
    ]
    inputs = [
        {
            "id": node.id,
            "name": node.name,
            "label": node.label,
            "value": shown.values[node.index],
            "default": None if node.value is None else number(node.value),
            "min": slider.min,
            "max": slider.max,
            "step": slider.step,
            "line": node.line,
            "column": node.column,
        }
        for node, slider in zip(graph.inputs, compiled.ranges, strict=True)
    ]
    answer = {
        "output": ids[graph.output],
        "seed": number(evaluation.seed),
        "structure": compiled.structure,
        "inputs": inputs,
        "nodes": nodes,
        "edges": edges,
        "groups": latex.groups,
        "error": error,
    }
    if layout is not None:
        answer["layout"] = layout
    return encode(answer)


def _heard(compiled: Compiled, shown: _Numbers) -> list[_Text]:
    """Each node as a screen reader says it: `core.aria.node_aria`, its words made once for all evaluations."""
    heard = map(numbers_heard, shown.value_texts, shown.grad_texts)
    return [
        _Text(f"{words.ko}, {numbers.ko}", f"{words.en}, {numbers.en}")
        for words, numbers in zip(compiled.words, heard, strict=True)
    ]


def empty_graph_json(seed: float, error: dict[str, Any] | None) -> bytes:
    """The answer for a program of which nothing could be read."""
    empty: dict[str, Any] = {"output": None, "seed": number(seed), "structure": ""}
    return encode(empty | {"inputs": [], "nodes": [], "edges": [], "groups": [], "error": error})
