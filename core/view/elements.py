"""Single elements of tensors: their names, what they depend on, and by how much."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.ops.op import Op, Shape
from chainrule.core.ops.reductions import put_back
from chainrule.core.view.evaluated import Evaluated

Index = tuple[int, ...]


def element_name(latex: str, index: Index) -> str:
    """Name an element of a tensor in LaTeX: ``Y_{0,2}``, or ``{W_{1}}_{0,2}`` if the name has a subscript."""
    if not index:
        return latex
    places = ",".join(map(str, index))
    return f"{{{latex}}}_{{{places}}}" if "_" in latex or " " in latex else f"{latex}_{{{places}}}"


def broadcast_to(index: Index, shape: Shape) -> Index:
    """Return the place, in an operand of this shape, that was broadcast to ``index``."""
    own = index[len(index) - len(shape) :]
    return tuple(0 if n == 1 else k for k, n in zip(own, shape, strict=True))


def sources_of(
    evaluated: Evaluated, node: int, index: Index, slot: int = 0, all_of_them: bool = False
) -> Iterator[Index]:
    """Yield the elements of a tensor op's operand that element ``index`` of its result depends on.

    Of a maximum these are the largest; with ``all_of_them``, all that it was taken over. Not for products, where both
    operands take part.
    """
    graph = evaluated.graph
    tensor = _op(evaluated, node).tensor
    assert tensor is not None
    vjp = evaluated.rules.vjps_of(_op(evaluated, node))[slot]
    if vjp is None:  # labels: the class number of the row
        yield index[:-1]
        return
    chosen = tensor.chooses and not all_of_them
    # NaN reaches all that the gradient reaches, through factors of 0 too; 1 only the elements chosen.
    upstream = np.zeros(graph.shapes.get(node, ()))
    upstream[index] = 1.0 if chosen else np.nan
    inputs = graph.nodes[node].inputs
    operands = [np.asarray(evaluated.values[i], dtype=float) for i in (inputs[0], inputs[-1], node)]
    parameters = graph.parameters.get(node, {})
    if tensor.flat:  # nothing comes back, so the way is along the axes that were reduced
        sent = put_back(upstream, parameters["axis"], False) + np.zeros(operands[0].shape)
    else:
        if not chosen:  # ones in their place hide nothing, and bring in nothing
            operands = [np.ones_like(operand) for operand in operands]
        with np.errstate(all="ignore"):
            sent = vjp(upstream, *operands, **parameters)
    yield from _places(sent if chosen else np.isnan(sent))


def readers_of(evaluated: Evaluated, edge: Edge, index: Index) -> list[Index]:
    """Return the elements of an edge's target that depend on element ``index`` of its source."""
    graph = evaluated.graph
    node = graph.nodes[edge.target]
    assert node.op is not None
    moved: Any = np.zeros(graph.shapes.get(edge.source, ()), dtype=bool)
    moved[index] = True
    if node.op.tensor is None:
        return list(_places(np.broadcast_to(moved, node.shape)))
    return list(_places(reached(evaluated, edge, moved)))


def reached(evaluated: Evaluated, edge: Edge, mask: Any) -> Any:
    """Return, as a mask, the elements of a tensor op's result that depend on masked operand elements."""
    graph = evaluated.graph
    tensor = _op(evaluated, edge.target).tensor
    assert tensor is not None
    # What becomes NaN with the operand depends on it; ones elsewhere hide nothing.
    operands = [np.ones(graph.shapes.get(i, ())) for i in graph.nodes[edge.target].inputs]
    operands[edge.slot] = np.where(mask, np.nan, operands[edge.slot])
    with np.errstate(all="ignore"):
        return np.isnan(tensor.value(*operands, **graph.parameters.get(edge.target, {})))


def _op(evaluated: Evaluated, node: int) -> Op:
    op = evaluated.graph.nodes[node].op
    assert op is not None
    return op


@np.errstate(all="ignore")
def local_at(evaluated: Evaluated, edge: Edge, at: Index, index: Index) -> float:
    """Return the derivative that the pass used, of the target's element ``at`` by the source's ``index``."""
    graph = evaluated.graph
    node = graph.nodes[edge.target]
    assert node.op is not None
    if node.op.tensor is None:
        local = np.broadcast_to(np.asarray(evaluated.gradients.locals[edge.index], dtype=float), node.shape)
        return float(local[at])
    rule = evaluated.rules.vjps_of(node.op)[edge.slot]
    assert rule is not None
    a, b = (evaluated.values[node.inputs[slot]] for slot in (0, -1))
    upstream = _one_hot(node.shape, at)
    sent = rule(upstream, a, b, evaluated.values[edge.target], **graph.parameters.get(edge.target, {}))
    return float(np.asarray(sent)[index])


def _one_hot(shape: Shape, index: Index) -> Any:
    array = np.zeros(shape)
    array[index] = 1.0
    return array


def _places(array: Any) -> Iterator[Index]:
    for place in np.argwhere(np.asarray(array) != 0).tolist():
        yield tuple(place)
