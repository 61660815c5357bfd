"""The terms of a product's elements, row × column: what a cell shows to who comes near."""

from typing import Any, NamedTuple

from chainrule.app.picture.scene.space import CELL_WIDTH
from chainrule.app.picture.scene.text_width import text_width
from chainrule.core.engine.graph import Graph
from chainrule.core.view import summary
from chainrule.core.view.evaluated import Numbers

LARGEST, SMALLEST = 2.6, 1.6
"""Sizes of the terms' letters beneath a cell's number; smaller ones could not be read at any scale."""
_FILLED = 0.96


class Terms(NamedTuple):
    """The terms of every element of a product, and the ids of its factors with "column" for a vector at the right."""

    factors: str
    texts: list[list[str]]


def terms(graph: Graph, values: Numbers, index: int) -> Terms | None:
    """Write the terms of a matrix product of two small matrices; None for any other node."""
    node = graph.nodes[index]
    if node.op is None or node.op.name != "matmul":
        return None
    shapes = [graph.shapes.get(at, ()) for at in node.inputs]
    if any(summary.display(shape) != "matrix" or 0 in shape for shape in shapes):
        return None
    rows, columns = (summary.cells(values[at]) for at in node.inputs)
    column = len(shapes[1]) == 1
    right = columns if column else [list(each) for each in zip(*columns, strict=True)]
    texts = [
        [" + ".join(f"{a} × {b}" for a, b in zip(row, other, strict=True)) for other in right] for row in rows
    ]
    if column:  # a vector, written as one row
        texts = [[row[0] for row in texts]]
    ids = " ".join(graph.ids[at] for at in node.inputs)
    return Terms(f"{ids} column" if column else ids, texts)


def size(texts: list[list[str]]) -> float:
    """The size at which the longest fits beneath its cell; 0 if it could not be read."""
    longest = max(text_width(text, 1.0) for row in texts for text in row)
    found = min(LARGEST, _FILLED * CELL_WIDTH / longest)
    return found if found >= SMALLEST else 0.0


def add_terms(tensor: dict[str, Any], found: Terms) -> None:
    """Put the terms beneath the cells of a drawn matrix."""
    letters = size(found.texts)
    if not letters:
        return
    tensor["factors"] = found.factors
    tensor["terms_size"] = round(letters, 2)
    for cell in tensor["cells"]:
        row, column = map(int, cell["at"].split(","))
        cell["terms"] = found.texts[row][column]
