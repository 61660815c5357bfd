"""One tensor of an evaluated graph, and where one of its elements comes from."""

from collections.abc import Sequence
from typing import Any

from chainrule.app.encoding.encode import encode, number
from chainrule.app.encoding.mathml import formula
from chainrule.app.encoding.tensor_json import Pole
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.errors import EvaluationError
from chainrule.core.explain.provenance import Provenance
from chainrule.core.latex.value_formula import Formula
from chainrule.core.text import Text
from chainrule.core.view.visible import OUTPUT

MOST_LIT = 5_000
"""Limit of the cells listed for one node; a sum over a large tensor uses all of it."""


def tensor_of(evaluation: Evaluation, part: str, of: Pole) -> Any:
    """The value or the gradient of a node, of a group's result or of an edge: a number or an array.

    Raises KeyError for an unknown id, EvaluationError for a gradient that is not computed.
    """
    graph = evaluation.graph
    source, arrow, target = part.partition("->")
    if not arrow:
        groups = {group.id: group.output for group in graph.groups}
        node = graph.output if part == OUTPUT else groups[part] if part in groups else graph.index(part)
        value = evaluation.values[node] if of == "value" else evaluation.gradients.nodes[node]
    else:
        value = _on_edge(evaluation, part, graph.index(source), target, of)
    if value is None:
        raise EvaluationError(
            Text(f"`{part}`의 기울기는 구하지 않습니다.", f"No gradient is computed at `{part}`."), name=part
        )
    return value


def _on_edge(evaluation: Evaluation, part: str, source: int, target: str, of: Pole) -> Any:
    graph = evaluation.graph
    if target == OUTPUT and source == graph.output:
        return evaluation.values[source] if of == "value" else evaluation.gradients.nodes[source]
    edges = next((merged.edges for merged in evaluation.compiled.group_edges if merged.id == part), None)
    if edges is None:
        edges = tuple(edge.index for edge in graph.outgoing(source) if edge.id == part)
    if not edges:
        raise KeyError(part)
    if of == "value":
        return evaluation.values[source]
    parts = [evaluation.gradients.edges[index] for index in edges]
    return None if parts[0] is None else sum(parts)


def provenance_json(made: Provenance) -> bytes:
    """Encode the origin of one element as `ProvenanceAnswer` describes it."""
    return encode(
        {
            "id": made.id,
            "of": made.of,
            "index": made.index,
            "formula": _two(made.formula),
            "terms": [
                {"formula": _two(term.formula), "value": number(term.value), "value_text": term.value_text}
                for term in made.terms
            ],
            "count": made.count,
            "lights": [
                {"id": light.id, "of": light.of, "cells": _some(light.cells), "count": len(light.cells)}
                for light in made.lights
            ],
        }
    )


def _some(cells: Sequence[tuple[int, ...]]) -> Sequence[tuple[int, ...]]:
    return cells[:MOST_LIT]


def _two(pair: Formula) -> dict[str, dict[str, str]]:
    return {"symbols": formula(pair.symbols), "numbers": formula(pair.numbers)}
