"""A backward pass in an order of one's own as JSON, beside the right gradients."""

from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, number
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.order import Ordered, in_order
from chainrule.core.engine.tape import Gradients, Tape
from chainrule.core.number_text import text
from chainrule.core.ops.shapes import shown


def order_json(evaluation: Evaluation, order: list[str]) -> bytes:
    """Encode what an order leads to as `OrderAnswer` describes it. Raises EvaluationError as `in_order` does."""
    graph = evaluation.graph
    shape = graph.shapes.get(graph.output, ())
    upstream = np.broadcast_to(np.asarray(evaluation.upstream, float), shape)[()]
    found = in_order(graph, evaluation.values, upstream, order)
    # By the right rules, as each turn is, whatever is broken elsewhere.
    right = Tape(graph).backward(evaluation.upstream, (), evaluation.values)
    ids, nodes = graph.ids, [node for node in sorted(found.waiting) if right.nodes[node] is not None]
    return encode(
        {
            "structure": evaluation.compiled.structure,
            "turns": [
                {
                    "id": ids[turn.node],
                    "waiting": turn.waiting,
                    "gradient_text": _text(turn.gradient),
                    "edges": [_edge(graph, found, right, edge) for edge in turn.edges],
                    "late": [graph.edges[edge].id for edge in turn.late],
                }
                for turn in found.turns
            ],
            "left": [ids[node] for node in found.left],
            "ready": [ids[node] for node in found.left if found.waiting[node] == 0],
            "nodes": [_node(graph, found, right, node) for node in nodes],
            "lost": [graph.edges[edge].id for edge in found.lost],
        }
    )


def _node(graph: Graph, found: Ordered, right: Gradients, node: int) -> dict[str, Any]:
    arrived, whole = found.nodes[node], right.nodes[node]
    return {
        "id": graph.ids[node],
        "waiting": found.waiting[node],
        "gradient": None if arrived is None or np.ndim(arrived) else number(float(arrived)),
        "gradient_text": None if arrived is None else _text(arrived),
        "right_text": _text(whole),
        "equal": arrived is not None and bool(np.allclose(arrived, whole, rtol=1e-9, atol=0, equal_nan=True)),
    }


def _edge(graph: Graph, found: Ordered, right: Gradients, edge: int) -> dict[str, Any]:
    return {
        "id": graph.edges[edge].id,
        "contribution_text": _text(found.edges[edge]),
        "right_text": _text(right.edges[edge]),
    }


def _text(value: Any) -> str:
    """A number as a person reads it; of a tensor its shape."""
    return shown(np.shape(value)) if np.ndim(value) else text(float(value))
