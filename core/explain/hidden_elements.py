"""Elements of hidden nodes, traced to the visible elements that they are computed from.

A mask stands for all elements of a node at once. Sent back through an op's rule, it is nonzero where an element of
the operand takes part. A product gets ones in place of its factors, so that no zero hides an element.
"""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.explain.element_terms import Element, Of
from chainrule.core.ops.product import PRODUCT_NAMES
from chainrule.core.ops.shapes import unbroadcast
from chainrule.core.view.elements import reached
from chainrule.core.view.evaluated import Evaluated

Masks = dict[tuple[int, Of], Any]


@np.errstate(all="ignore")
def seen_through(evaluated: Evaluated, hidden: Collection[int], elements: Iterable[Element]) -> Masks:
    """Return, by node and kind, the visible elements that the hidden ones among ``elements`` depend on."""
    masks = _Masks(evaluated)
    for node, of, index in elements:
        if node in hidden:
            one = np.zeros(evaluated.graph.shapes.get(node, ()), dtype=bool)
            one[index] = True
            masks.add(node, of, one)
    # A gradient depends on gradients of later nodes and on values; a value on values of earlier nodes.
    for node in sorted(hidden):
        mask = masks.found.get((node, "grad"))
        if mask is not None:
            for edge in evaluated.graph.outgoing(node):
                masks.backward(edge, mask)
    for node in sorted(hidden, reverse=True):
        mask = masks.found.get((node, "value"))
        if mask is not None:
            masks.forward(node, mask)
    return {(node, of): mask for (node, of), mask in masks.found.items() if node not in hidden}


class _Masks:
    """Masks of the elements collected so far."""

    def __init__(self, evaluated: Evaluated) -> None:
        self.found: Masks = {}
        self._evaluated, self._graph = evaluated, evaluated.graph

    def add(self, node: int, of: Of, mask: Any) -> None:
        """Add the elements of a mask."""
        mask = np.asarray(mask) != 0
        held = self.found.get((node, of))
        self.found[node, of] = mask if held is None else held | mask

    def forward(self, node: int, mask: Any) -> None:
        """Add the elements that the masked elements of a value are computed from."""
        view = self._graph.nodes[node]
        if view.op is None:
            return
        upstream = 1.0 * mask
        if view.op.tensor is None:
            for operand in view.inputs:
                self.add(operand, "value", unbroadcast(upstream, self._graph.shapes.get(operand, ())))
            return
        parameters, tensor = self._graph.parameters.get(node, {}), view.op.tensor
        values = [np.asarray(self._evaluated.values[i], dtype=float) for i in view.inputs]
        if not tensor.chooses:
            # NaN goes wherever the gradient goes; ones in place of the values hide nothing.
            upstream = np.where(mask, np.nan, 0.0)
            values = [np.ones_like(value) for value in values]
        y = self._evaluated.values[node] if tensor.chooses else np.ones(np.shape(mask))
        for slot, operand in enumerate(view.inputs):
            vjp = tensor.vjps[slot].vjp
            sent = mask.any(axis=-1) if vjp is None else vjp(upstream, values[0], values[-1], y, **parameters)
            self.add(operand, "value", sent)

    def backward(self, edge: Edge, mask: Any) -> None:
        """Add the elements that the masked elements of the source's gradient take from this edge."""
        target = self._graph.nodes[edge.target]
        assert target.op is not None
        if self._evaluated.gradients.nodes[edge.target] is None:
            return
        parameters = self._graph.parameters.get(edge.target, {})
        moved = 1.0 * mask
        if target.op.tensor is None:
            sent = np.broadcast_to(moved, target.shape)
            self.add(edge.target, "grad", sent)
            for letter, node in [*zip("ab", target.inputs, strict=False), ("y", edge.target)]:
                if f"${letter}" in target.op.partials[edge.slot].latex:
                    self.add(node, "value", unbroadcast(sent, self._graph.shapes.get(node, ())))
            return
        if target.op.name in PRODUCT_NAMES:
            other = target.inputs[1 - edge.slot]
            factors = [moved, np.ones(self._graph.shapes[other])][:: 1 if edge.slot == 0 else -1]
            self.add(edge.target, "grad", target.op.tensor.value(*factors, **parameters))
            vjp = target.op.tensor.vjps[1 - edge.slot].vjp
            assert vjp is not None
            self.add(other, "value", vjp(np.ones(target.shape), factors[0], factors[1], None, **parameters))
            return
        if target.op.tensor.vjps[edge.slot].vjp is not None:
            self.add(edge.target, "grad", reached(self._evaluated, edge, mask))
