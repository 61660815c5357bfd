"""Formulas of gradients with the shape under every matrix: of a product's factors, and of broadcast operands.

Source of the form: Saito Goki, *Deep Learning from Scratch*, section 5.6.
"""

import re
from functools import cached_property

from chainrule.core.latex.notation import Term
from chainrule.core.latex.tensor_formula import TensorFormulas
from chainrule.core.latex.value_formula import simplified_vjp
from chainrule.core.ops.op import Vjp
from chainrule.core.ops.shapes import copied_axes
from chainrule.core.view import batch_axis
from chainrule.core.view.visible import Visible, VisibleEdge

_TRANSPOSED = re.compile(r"\{\$([ab])\}\^\{\\mathsf\{T\}\}")


class TensorShapes(TensorFormulas):
    """Formulas with shapes, for one evaluated graph."""

    def shapes_under(self, visible: Visible, edge: VisibleEdge) -> str:
        r"""Write the gradient of a product's factor or of a broadcast operand with its shapes; else nothing.

        ``\underset{(N, 2)}{∂L/∂X} = \underset{(N, 3)}{∂L/∂Y} · \underset{(3, 2)}{Wᵀ}``
        """
        if not any(map(self.evaluated.leads, edge.members)):
            return ""
        made = self._product_of(visible, edge)
        if made is None:
            return self._sum_with_shapes(visible, edge)
        vjp, operands, result = made
        ranks = [len(self._axes[i]) for i in operands]
        if ranks[1] != 2 or ranks[0] not in (1, 2):
            return ""

        def transposed(found: re.Match[str]) -> str:
            node = operands["ab".index(found[1])]
            own = self._axes[node]
            turned = own[::-1] if len(own) == 2 else (*own, 1)
            latex = self._short(node).closed(9)
            return _under(rf"{{{latex}}}^{{\mathsf{{T}}}}", turned)

        template = _TRANSPOSED.sub(transposed, vjp.latex)
        whole = self._axes[result]
        # Beside a column that is a vector transposed, a vector is a row.
        row = len(whole) == 1 and edge.node == operands[1]
        upstream = _under(self.by(self._passed_to(result)), (1, *whole) if row else whole)
        return f"{self._left(visible, edge)} {template.replace('$g', upstream)}"

    def _sum_with_shapes(self, visible: Visible, edge: VisibleEdge) -> str:
        """Write a sum over broadcast axes with its shapes: [3] of the book's affine figure."""
        target, node = visible.nodes[edge.target].index, edge.node
        if not visible.requires_grad(edge) or not self.tensorial(visible, edge):
            return ""
        upstream = Term(_under(self.by(target), self._axes[target]))
        latex = self.back(visible, edge, upstream).latex
        copied = copied_axes(self.graph.shapes.get(target, ()), self.graph.shapes.get(node, ()))
        if not latex.startswith(r"\sum_") or not copied:
            return ""
        return f"{self._left(visible, edge)} {latex}"

    def _left(self, visible: Visible, edge: VisibleEdge) -> str:
        """Write what the edge brings: ``∂L/∂X =``, or ``X ←`` if other edges lead out of the node too."""
        axes = self._axes[edge.node]
        if visible.fan_out(visible.nodes[edge.source]) == 1:
            return f"{_under(self.by(edge.node), axes)} ="
        return rf"{_under(self.name(edge.node).latex, axes)} \leftarrow"

    @cached_property
    def _axes(self) -> list[tuple[str | int, ...]]:
        return batch_axis.names(self.graph)

    def _product_of(self, visible: Visible, edge: VisibleEdge) -> tuple[Vjp, tuple[int, ...], int] | None:
        """Find vjp, factors and result where an edge leads into a matrix product; else None."""
        group = visible.group(visible.nodes[edge.target])
        vjp: Vjp | None
        if group is not None:
            vjp, operands, result = simplified_vjp(self.graph, group, edge.node), group.inputs, group.output
        else:
            node = self.graph.nodes[edge.members[0].target]
            operands, result = node.inputs, node.index
            vjp = node.op.tensor.vjps[edge.members[0].slot] if node.op and node.op.tensor else None
        return (vjp, operands, result) if vjp is not None and _TRANSPOSED.search(vjp.latex) else None


def _under(latex: str, axes: tuple[str | int, ...]) -> str:
    return rf"\underset{{{batch_axis.shown(axes)}}}{{{latex}}}" if axes else latex
