"""One tensor whole: as JSON with its statistics, or as the file that NumPy reads."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, number, numbers
from chainrule.app.encoding.mathml import formula
from chainrule.app.encoding.tensor_json import Pole, nested, summary_json
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.errors import EvaluationError
from chainrule.core.explain.provenance import Provenance
from chainrule.core.latex.value_formula import Formula
from chainrule.core.text import Text
from chainrule.core.view.summary import histogram
from chainrule.core.view.visible import OUTPUT

NPY = "application/x-npy"
NPY_FILE = {"content": {NPY: {"schema": {"type": "string", "contentMediaType": NPY}}}}
"""The file as the OpenAPI document describes it."""

MOST_LIT = 5_000
"""So many cells of one node are named at most; a sum over a large tensor lights all of it."""


def tensor_of(evaluation: Evaluation, part: str, of: Pole) -> Any:
    """The value or the gradient of a node, a group's result or an edge: a number or an array.

    Raises KeyError for an id that is none, EvaluationError for a gradient that is not asked for.
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
            Text(f"`{part}`의 기울기는 구하지 않습니다.", f"No gradient is asked for at `{part}`."), name=part
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


def tensor_json(part: str, of: Pole, value: Any) -> bytes:
    """What `TensorAnswer` describes."""
    array = np.asarray(value, dtype=float)
    told = summary_json(array)
    del told["preview"]
    spread = histogram(array)
    edges = {"edges": numbers(spread.edges), "counts": spread.counts}
    return encode({"id": part, "of": of, **told, "values": nested(array[()]), "histogram": edges})


def tensor_file(value: Any) -> bytes:
    """The value in NumPy's format, float64."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.ascontiguousarray(value, dtype=np.float64), allow_pickle=False)
    return file.getvalue()


def file_name(part: str, of: Pole) -> str:
    """A name for the file that every system takes: `W1-grad.npy`."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in part)
    return f"{plain[:80] or 'tensor'}-{of}.npy"


def provenance_json(made: Provenance) -> bytes:
    """What `ProvenanceAnswer` describes."""
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
