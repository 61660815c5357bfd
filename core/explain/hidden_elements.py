"""Elements of nodes that are not to be seen, traced to the elements of nodes that are.

All elements of a node at once, as a mask: what a rule of an op sends back for a mask is not zero where an element of
the operand takes part. A product is asked with ones in place of its factors, so that a zero hides nothing.
"""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.explain.element_terms import Element, Of
from chainrule.core.ops import OPS
from chainrule.core.ops.broadcast import unbroadcast
from chainrule.core.view.evaluated import Evaluated

Masks = dict[tuple[int, Of], Any]


def seen_through(evaluated: Evaluated, hidden: Collection[int], elements: Iterable[Element]) -> Masks:
    """By node and kind the elements, of nodes that are to be seen, that the hidden ones among these depend on."""
    masks = _Masks(evaluated)
    for node, of, index in elements:
        if node in hidden:
            one = np.zeros(evaluated.graph.shapes.get(node, ()), dtype=bool)
            one[index] = True
            masks.add(node, of, one)
    # A gradient is made of gradients of later nodes and of values; a value of values of earlier nodes.
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
    """The elements found so far."""

    def __init__(self, evaluated: Evaluated) -> None:
        self.found: Masks = {}
        self._reading, self._graph = evaluated, evaluated.graph

    def add(self, node: int, of: Of, mask: Any) -> None:
        """These elements take part."""
        mask = np.asarray(mask) != 0
        held = self.found.get((node, of))
        self.found[node, of] = mask if held is None else held | mask

    def forward(self, node: int, mask: Any) -> None:
        """What the masked elements of a value are made of."""
        view = self._graph.nodes[node]
        if view.op is None:
            return
        upstream = 1.0 * mask
        if view.op.tensor is None:
            for operand in view.inputs:
                self.add(operand, "value", unbroadcast(upstream, self._graph.shapes.get(operand, ())))
            return
        parameters = self._graph.parameters.get(node, {})
        values = [np.asarray(self._reading.values[i], dtype=float) for i in view.inputs]
        y = self._reading.values[node]
        if view.op.name == "matmul":
            values = [np.ones_like(value) for value in values]
        for slot, operand in enumerate(view.inputs):
            rule = view.op.tensor.vjps[slot].rule
            sent = (
                mask.any(axis=-1) if rule is None else rule(upstream, values[0], values[-1], y, **parameters)
            )
            self.add(operand, "value", sent)

    def backward(self, edge: Edge, mask: Any) -> None:
        """What the masked elements of the source's gradient are made of, as far as this reader gives it."""
        target = self._graph.nodes[edge.target]
        assert target.op is not None
        if self._reading.gradients.nodes[edge.target] is None:
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
        if target.op.name == "matmul":
            other = target.inputs[1 - edge.slot]
            factors = [moved, np.ones(self._graph.shapes[other])][:: 1 if edge.slot == 0 else -1]
            self.add(edge.target, "grad", target.op.tensor.value(*factors, **parameters))
            rule = target.op.tensor.vjps[1 - edge.slot].rule
            assert rule is not None
            self.add(other, "value", rule(np.ones(target.shape), factors[0], factors[1], None, **parameters))
            return
        if target.op.name != "one_hot":
            # A sum over the same axes shows where an element of a maximum or a mean goes; the others only move it.
            tensor = OPS["sum"].tensor if target.op.name in ("max", "mean") else target.op.tensor
            assert tensor is not None
            self.add(edge.target, "grad", tensor.value(moved, **parameters))
