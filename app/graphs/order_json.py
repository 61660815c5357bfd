"""A backward pass in an order of one's own as JSON, beside the right gradients."""

from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, number
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.engine.order import Ordered, in_order
from chainrule.core.number_text import text
from chainrule.core.ops.shapes import shown


def order_json(evaluation: Evaluation, order: list[str]) -> bytes:
    """Encode what an order leads to as `OrderAnswer` describes it. Raises EvaluationError as `in_order` does."""
    graph = evaluation.graph
    shape = graph.shapes.get(graph.output, ())
    upstream = np.broadcast_to(np.asarray(evaluation.upstream, float), shape)[()]
    found = in_order(graph, evaluation.values, upstream, order)
    ids = graph.ids
    return encode(
        {
            "structure": evaluation.compiled.structure,
            "turns": [
                {
                    "id": ids[turn.node],
                    "waiting": turn.waiting,
                    "gradient_text": _text(turn.gradient),
                    "edges": [_edge(evaluation, found, edge) for edge in turn.edges],
                    "late": [graph.edges[edge].id for edge in turn.late],
                }
                for turn in found.turns
            ],
            "left": [ids[node] for node in found.left],
            "ready": [ids[node] for node in found.left if found.waiting[node] == 0],
            "nodes": [_node(evaluation, found, node) for node in sorted(found.waiting)],
            "lost": [graph.edges[edge].id for edge in found.lost],
        }
    )


def _node(evaluation: Evaluation, found: Ordered, node: int) -> dict[str, Any]:
    right, arrived = evaluation.gradients.nodes[node], found.nodes[node]
    return {
        "id": evaluation.graph.ids[node],
        "waiting": found.waiting[node],
        "gradient": None if arrived is None or np.ndim(arrived) else number(float(arrived)),
        "gradient_text": None if arrived is None else _text(arrived),
        "right_text": _text(right),
        "equal": arrived is not None and bool(np.allclose(arrived, right, rtol=1e-9, atol=0, equal_nan=True)),
    }


def _edge(evaluation: Evaluation, found: Ordered, edge: int) -> dict[str, Any]:
    return {
        "id": evaluation.graph.edges[edge].id,
        "contribution_text": _text(found.edges[edge]),
        "right_text": _text(evaluation.gradients.edges[edge]),
    }


def _text(value: Any) -> str:
    """A number as a person reads it; of a tensor its shape."""
    return shown(np.shape(value)) if np.ndim(value) else text(float(value))
