"""The graph, and its numbers alone, as JSON: fixed parts are encoded once, numbers are joined in each time."""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

import msgspec

from chainrule.app.encoding.encode import encode, nested_numbers
from chainrule.app.encoding.heat_levels import levels
from chainrule.app.graphs.columns import Columns, Piece, ScalarColumns
from chainrule.app.graphs.compiled import Evaluation
from chainrule.app.graphs.kinks_json import met_json
from chainrule.app.graphs.static_json import StaticParts
from chainrule.app.graphs.tensor_columns import TensorColumns


def values_json(evaluation: Evaluation) -> bytes:
    """Encode the numbers alone as `ValuesAnswer` describes them."""
    compiled, gradients = evaluation.compiled, evaluation.gradients
    ids = evaluation.graph.ids
    columns = _columns(evaluation)
    groups = columns.group_gradients()
    grads, grad_texts = columns.numbers([*groups.values()]), columns.texts([*groups.values()])
    return encode(
        {
            "structure": compiled.structure,
            "output": ids[evaluation.graph.output],
            "values": columns.values,
            "grads": columns.grads,
            "value_texts": columns.value_texts,
            "grad_texts": columns.grad_texts,
            "edge_grads": columns.numbers(gradients.edges),
            "edge_locals": columns.numbers(gradients.locals),
            "edge_grad_texts": columns.texts(gradients.edges),
            "edge_local_texts": columns.texts(gradients.locals),
            "groups": {
                id: {"grad": grad, "grad_text": said}
                for id, grad, said in zip(groups, grads, grad_texts, strict=True)
            },
            "notes": {ids[index]: said._asdict() for index, said in columns.notes.items()},
            "failing": [ids[index] for index in columns.failing],
            "wrong": evaluation.wrong,
            "kinks": met_json(evaluation),
            "heat": {
                "values": levels(evaluation.values.values),
                "grads": levels(gradients.nodes),
            },
        }
        | columns.tensors()
    )


def graph_json(
    evaluation: Evaluation,
    *,
    error: dict[str, Any] | None = None,
    layout: dict[str, Any] | None = None,
) -> bytes:
    """Encode the whole graph as `GraphAnswer` describes it."""
    compiled, graph = evaluation.compiled, evaluation.graph
    columns, static = _columns(evaluation), compiled.static(evaluation.upstream)
    inputs = [
        {"id": node.id, "name": node.name, "label": node.label}
        | columns.input(node)
        | {
            "min": slider.min,
            "max": slider.max,
            "step": slider.step,
            "line": node.line,
            "column": node.column,
        }
        for node, slider in zip(graph.inputs, compiled.ranges, strict=True)
    ]
    values, texts = columns.encoded(evaluation.values.values), _quoted(columns.value_texts)
    answer = {
        "output": graph.ids[graph.output],
        "seed": nested_numbers(evaluation.upstream),
        "structure": compiled.structure,
        "inputs": inputs,
        "nodes": msgspec.Raw(_nodes(columns, static, values, texts)),
        "edges": msgspec.Raw(_edges(columns, static, values, texts)),
        "groups": static.groups,
        "kinks": met_json(evaluation),
        "error": error,
    }
    if layout is not None:
        answer["layout"] = layout
    return encode(answer)


def empty_graph_json(upstream: Any, error: dict[str, Any] | None) -> bytes:
    """Encode the answer for a program with an error before its first node."""
    empty: dict[str, Any] = {"output": None, "seed": nested_numbers(upstream), "structure": ""}
    return encode(empty | {"inputs": [], "nodes": [], "edges": [], "groups": [], "kinks": [], "error": error})


def _columns(evaluation: Evaluation) -> Columns:
    return TensorColumns(evaluation) if evaluation.compiled.tensors else ScalarColumns(evaluation)


def _nodes(columns: Columns, static: StaticParts, values: list[bytes], texts: list[bytes]) -> bytes:
    notes = [b',"note":null,"aria":'] * len(values)
    for index, said in columns.notes.items():
        notes[index] = b',"note":%b,"aria":' % encode(said._asdict())
    return _objects(
        len(values),
        static.nodes,
        values,
        b',"grad":',
        columns.encoded(columns.evaluation.gradients.nodes),
        b',"value_text":',
        texts,
        b',"grad_text":',
        _quoted(columns.grad_texts),
        notes,
        *columns.aria(static),
        columns.node_members(),
    )


def _edges(columns: Columns, static: StaticParts, values: list[bytes], texts: list[bytes]) -> bytes:
    gradients = columns.evaluation.gradients
    return _objects(
        len(static.edges),
        static.edges,
        map(values.__getitem__, static.sources),
        b',"grad":',
        columns.encoded(gradients.edges),
        b',"local":',
        columns.encoded(gradients.locals),
        b',"value_text":',
        map(texts.__getitem__, static.sources),
        b',"grad_text":',
        _quoted(columns.texts(gradients.edges)),
        b',"local_text":',
        _quoted(columns.texts(gradients.locals)),
        columns.edge_members(),
    )


def _objects(count: int, *pieces: Piece) -> bytes:
    """Join columns of pieces to a JSON list of objects; a single piece is repeated in each object.

    Takes half the time of building objects for an encoder.
    """
    columns: list[Iterable[bytes]] = [
        repeat(piece, count) if isinstance(piece, bytes) else piece for piece in (*pieces, b"},") if piece
    ]
    joined = [b"[", *chain.from_iterable(zip(*columns, strict=True))]
    joined[-1] = b"}]" if count else b"[]"
    return b"".join(joined)


def _quoted(texts: Sequence[str | None]) -> list[bytes]:
    """Encode each text, None as null. Texts of numbers and shapes contain no quotation mark and no `null`."""
    return (
        encode(texts)[1:-1].replace(b'",', b'"\n').replace(b"null,", b"null\n").split(b"\n") if texts else []
    )
