"""Formulas of gradients where tensors meet: vector-Jacobian products in symbols, with matrices, and with shapes.

Source of the forms: Saito Goki, *Deep Learning from Scratch*, section 5.6 ([1] ∂L/∂X = ∂L/∂Y·Wᵀ, [2] ∂L/∂W = Xᵀ·∂L/∂Y,
[3] the sum over axis 0); a gradient of what was broadcast is summed back, as in section 5.3.
"""

import math
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.latex.notation import (
    Term,
    derivative_latex,
    fill,
    number_term,
    outside_brackets,
    parenthesised,
    partial_template,
    product,
    vjp_template,
)
from chainrule.core.latex.value_formula import Formula, ValueFormulas, simplified, simplified_vjp
from chainrule.core.ops.op import Vjp
from chainrule.core.ops.product import PRODUCT_NAMES
from chainrule.core.ops.shapes import copied_axes, unbroadcast
from chainrule.core.view import batch_axis
from chainrule.core.view.evaluated import Value
from chainrule.core.view.visible import Visible, VisibleEdge, group_derivatives

_TRANSPOSED = re.compile(r"\{\$([ab])\}\^\{\\mathsf\{T\}\}")
_BETWEEN_TENSORS = re.compile(r"(\$[aby]) \\cdot ")
_FRACTION_OF_G = re.compile(r"(\\frac\{\d+\}\{\d+\}) \$g")
_PROBABILITIES = "(y"
"""Where a simplified gradient speaks of the softmax of the scores, which is no argument and no result."""
_SIGNS = {"1": "", "-1": "-"}
"""Local derivatives that are no factor but a sign."""


class TensorFormulas(ValueFormulas):
    """Formulas of what comes back on one edge, of one graph and one evaluation."""

    def tensorial(self, visible: Visible, edge: VisibleEdge) -> bool:
        """Whether what comes back on this edge is no product of two numbers: a tensor is in it, or a tensor's op."""
        target = visible.nodes[edge.target]
        op = self.graph.nodes[target.index].op
        if self.graph.shapes.get(edge.node) or self.graph.shapes.get(target.index):
            return True
        group = visible.group(target)
        if group is not None:
            return simplified_vjp(group, edge.node) is not None or visible.local(edge) is None
        return op is not None and op.tensor is not None

    def back(self, visible: Visible, edge: VisibleEdge, upstream: Term) -> Term:
        """What comes back on an edge, in symbols, of the upstream gradient's term: ``∂L/∂Y·Wᵀ``."""
        group = visible.group(visible.nodes[edge.target])
        if group is None:
            member = edge.members[0]
            op = self.graph.nodes[member.target].op
            if op is not None and op.tensor is not None:
                return self._vjp(op.tensor.vjps[member.slot], member, upstream, self._short)
            partial = self._partial(member, self._short)
            return self._elementwise(partial, upstream, edge.node, member.target)
        vjp = simplified_vjp(group, edge.node)
        if vjp is not None:
            return self.group_vjp(group, vjp, upstream, edge.node)
        known = simplified(group, edge.node)
        if known is not None:
            places = dict(zip("abc", group.inputs, strict=False), y=group.output)
            local = fill(known.latex, lambda letter: self._short(places[letter]))
        else:
            local = Term(derivative_latex(self._lower(group.output), self._lower(edge.node)))
            if (
                visible.local(edge) is None
            ):  # no derivative of an element by an element: the chain rule's own form
                return Term(product([upstream, local], r"\cdot"), 2)
        return self._elementwise(local, upstream, edge.node, group.output)

    def upstream(self, target: int) -> Term:
        """∂L/∂target as a factor; a fraction that is transposed has parentheses."""
        return Term(self.by(self._passed_to(target)), 9)

    def _passed_to(self, index: int) -> int:
        """Whose gradient an unnamed node's is too, if that one has a name: an addition passes it on unchanged.

        So the book writes ∂L/∂Y in all three gradients of X·W + B.
        """
        graph, at = self.graph, index
        while graph.nodes[at].name is None and len(graph.outgoing(at)) == 1:
            after = graph.nodes[graph.outgoing(at)[0].target]
            if after.op is None or after.op.name != "add" or after.shape != graph.nodes[at].shape:
                break
            at = after.index
        return at if graph.nodes[at].name is not None else index

    def tensor_gradient(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """``∂L/∂Y·Wᵀ`` and with the numbers put in; matrices where they are small, else shapes."""
        target = visible.nodes[edge.target].index
        symbols = self.back(visible, edge, self.upstream(target)).latex
        if not visible.requires_grad(edge):
            return Formula(symbols, "")
        gradient = visible.gradient(edge)
        group = visible.group(visible.nodes[edge.target])
        put_in = self._closed_put_in(group, edge) if group is not None else self._put_in(edge.members[0])
        return Formula(symbols, self._equal(put_in, gradient))

    def tensor_local(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """What an edge into a tensor op has in place of a local derivative: the whole gradient, ``∂L/∂X = ∂L/∂Y·Wᵀ``.

        Where more than this edge leads out of the node, it is this edge's share.
        """
        formula = self.tensor_gradient(visible, edge)
        whole = visible.fan_out(visible.nodes[edge.source]) == 1
        left = f"{self.by(edge.node)} =" if whole else rf"{self.name(edge.node).latex} \leftarrow"
        return Formula(f"{left} {formula.symbols}", formula.numbers)

    def shapes_under(self, visible: Visible, edge: VisibleEdge) -> str:
        r"""The gradient of a matrix product's factor, or one summed back, with the shapes below; else empty.

        ``\underset{(N, 2)}{∂L/∂X} = \underset{(N, 3)}{∂L/∂Y} · \underset{(3, 2)}{Wᵀ}``
        """
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
        return f"{_under(self.by(edge.node), self._axes[edge.node])} = {template.replace('$g', upstream)}"

    def _sum_with_shapes(self, visible: Visible, edge: VisibleEdge) -> str:
        """The same of a sum back over what was broadcast: [3] of the book's affine figure."""
        target, node = visible.nodes[edge.target].index, edge.node
        if not visible.requires_grad(edge) or not self.tensorial(visible, edge):
            return ""
        upstream = Term(_under(self.by(target), self._axes[target]))
        latex = self.back(visible, edge, upstream).latex
        copied = copied_axes(self.graph.shapes.get(target, ()), self.graph.shapes.get(node, ()))
        if not latex.startswith(r"\sum_") or not copied:
            return ""
        return f"{_under(self.by(node), self._axes[node])} = {latex}"

    @cached_property
    def _axes(self) -> list[tuple[str | int, ...]]:
        return batch_axis.names(self.graph)

    def _product_of(self, visible: Visible, edge: VisibleEdge) -> tuple[Vjp, tuple[int, ...], int] | None:
        """The rule, the factors and the result where an edge leads into a matrix product."""
        group = visible.group(visible.nodes[edge.target])
        vjp: Vjp | None
        if group is not None:
            vjp, operands, result = simplified_vjp(group, edge.node), group.inputs, group.output
        else:
            node = self.graph.nodes[edge.members[0].target]
            operands, result = node.inputs, node.index
            vjp = node.op.tensor.vjps[edge.members[0].slot] if node.op and node.op.tensor else None
        return (vjp, operands, result) if vjp is not None and _TRANSPOSED.search(vjp.latex) else None

    # Pieces

    def _partial(self, edge: Edge, term: Callable[[int], Term]) -> Term:
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        places = dict(zip("ab", node.inputs, strict=False), y=edge.target)
        template = partial_template(self.graph, edge)
        if node.shape and (not template.startswith("$b") or self.graph.shapes.get(node.inputs[-1])):
            template = _BETWEEN_TENSORS.sub(r"\1 \\odot ", template)
        return fill(template, lambda letter: term(places[letter]))

    def _elementwise(self, local: Term, upstream: Term, node: int, target: int) -> Term:
        """Upstream times a local derivative, element by element, summed back over what was broadcast."""
        shape = self.graph.shapes.get(target, ())
        axes = copied_axes(shape, self.graph.shapes.get(node, ()))
        if local.latex in _SIGNS:
            sign = _SIGNS[local.latex]
            term = Term(f"-{upstream.closed(2, sign=False)}", 3) if sign else upstream
        elif shape:
            # A number times a tensor is one factor: g ⊙ (2 · x).
            whole = r"\cdot" in outside_brackets(local.latex)
            factor = Term(parenthesised(local.latex)) if whole else local
            term = Term(product([upstream, factor], r"\odot"), 2, factor.open_end)
        else:
            term = Term(product([upstream, local], r"\cdot"), 2, local.open_end)
        return self._summed(term, axes)

    @staticmethod
    def _summed(term: Term, axes: tuple[int, ...]) -> Term:
        if not axes:
            return term
        inner = term.latex if term.precedence > 3 else parenthesised(term.latex)
        return Term(rf"\sum_{{{','.join(map(str, axes))}}} {inner}", 2, open_end=True)

    def _vjp(
        self, vjp: Vjp, edge: Edge, upstream: Term, term: Callable[[int], Term], count: str = "n"
    ) -> Term:
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        places = dict(zip("ab", node.inputs, strict=False), y=edge.target)
        template = vjp_template(self.graph, vjp.latex, edge.source, edge.target)
        template = template.replace(r"\frac{1}{n}", rf"\frac{{1}}{{{count}}}").replace(
            r"\sum_{n}", r"\sum_{0}"
        )
        filled = fill(template, lambda letter: upstream if letter == "g" else term(places[letter]))
        if node.op.name not in PRODUCT_NAMES:
            return filled
        # A matrix that stood beside many is summed back over the axes in front.
        own, whole = (self.graph.shapes.get(at, ())[:-2] for at in (edge.source, edge.target))
        return self._summed(Term(f"({filled.latex})"), copied_axes(whole, own)) if own != whole else filled

    def _equal(self, put_in: str | None, gradient: Value) -> str:
        result = number_term(gradient).latex
        if put_in is None or put_in == result:
            return result
        return f"{put_in} = {result}"

    def _put_in(self, edge: Edge) -> str | None:
        """An edge's product with numbers; None where a broken rule did not multiply so, or nothing is to be told."""
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        upstream, gradient = self.evaluated.gradient(edge.target), self.evaluated.edge_gradient(edge)
        if upstream is None or gradient is None:
            return None
        if node.op.tensor is not None:
            return self._vjp_put_in(edge, upstream, gradient)
        local = self.evaluated.local(edge)
        assert local is not None
        return self._product_put_in(upstream, local, gradient, edge.source, edge.target)

    def _product_put_in(
        self, upstream: Value, local: Value, gradient: Value, source: int, target: int
    ) -> str | None:
        shape = self.graph.shapes.get(target, ())
        with np.errstate(all="ignore"):
            made = np.broadcast_to(np.multiply(upstream, local), shape)
        if not same(unbroadcast(made, self.graph.shapes.get(source, ())), gradient):
            return None
        shown = self.put_in([upstream, local, gradient])
        factor = "1" if np.ndim(local) == 0 and float(local) == 1.0 else "-1" if _minus_one(local) else ""
        term = Term(factor, 3) if factor else shown(local)
        return self._elementwise(term, shown(upstream), source, target).latex

    def _vjp_put_in(self, edge: Edge, upstream: Value, gradient: Value) -> str | None:
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        assert node.op.tensor is not None
        vjp = node.op.tensor.vjps[edge.slot]
        if vjp.vjp is None:
            return None
        a, b = (self.evaluated.values[node.inputs[slot]] for slot in (0, -1))
        parameters = self.graph.parameters.get(edge.target, {})
        with np.errstate(all="ignore"):
            made = vjp.vjp(upstream, a, b, self.evaluated.values[edge.target], **parameters)
        if not same(made, gradient):
            return None
        places = dict(zip("ab", node.inputs, strict=False), y=edge.target)
        used = [self.evaluated.value(places[letter]) for letter in "aby" if f"${letter}" in vjp.latex]
        shown = self.put_in([upstream, gradient, *used])
        size = int(np.prod(self.graph.shapes.get(edge.source, ()), dtype=int))
        count = str(size // max(1, int(np.prod(node.shape, dtype=int))))
        return self._vjp(
            vjp, edge, shown(upstream), lambda index: shown(self.evaluated.value(index)), count
        ).latex

    def _closed_put_in(self, group: Group, edge: VisibleEdge) -> str | None:
        """A closed group's simplified gradient with numbers, where it speaks of its arguments and result alone."""
        upstream = self.evaluated.gradient(group.output)
        gradient = sum(self.evaluated.gradients.edges[member.index] for member in edge.members)
        if upstream is None:
            return None
        vjp = simplified_vjp(group, edge.node)
        places = dict(zip("abc", group.inputs, strict=False), y=group.output)
        if vjp is None:
            local = self._derivative(group, edge.node)
            return (
                None
                if local is None
                else self._product_put_in(upstream, local, gradient, edge.node, group.output)
            )
        if vjp.vjp is None:
            return None
        values = [self.evaluated.values[places[letter]] for letter in "ab" if letter in places]
        with np.errstate(all="ignore"):
            made = vjp.vjp(upstream, values[0], values[-1], self.evaluated.values[group.output])
        if not same(made, gradient):
            return None
        terms = {letter: self.evaluated.value(node) for letter, node in places.items()}
        # Class numbers stand in the formula as the one-hot targets that the layer makes of them.
        for node in group.nodes:
            op = self.graph.nodes[node].op
            if op is not None and op.name == "one_hot":
                terms["b"] = self.evaluated.value(node)
        template = vjp_template(self.graph, vjp.latex, edge.node, group.output)
        scores = terms["a"]
        if _PROBABILITIES in template:
            terms["y"] = _softmax(scores)
            template = template.replace(_PROBABILITIES, "($y")
        size, samples = np.size(scores), int(np.prod(np.shape(scores)[:-1], dtype=int))
        template = template.replace(r"\frac{1}{N}", rf"\frac{{1}}{{{samples}}}")
        template = template.replace(r"\frac{2}{n}", rf"\frac{{2}}{{{size}}}")
        # No number stands beside a fraction without a sign between them.
        template = _FRACTION_OF_G.sub(r"\1 \\cdot $g", template)
        shown = self.put_in(
            [upstream, gradient, *(value for letter, value in terms.items() if f"${letter}" in template)]
        )
        return fill(template, lambda letter: shown(upstream) if letter == "g" else shown(terms[letter])).latex

    def _derivative(self, group: Group, node: int) -> Value | None:
        """A closed group's derivative by a node, element by element; None if there is no such thing."""
        found = group_derivatives(self.evaluated, group)
        return None if found is None else found.get(node, 0.0)


def same(a: Any, b: Any) -> bool:
    """Whether two numbers, or two tensors, differ by rounding only."""
    if not np.ndim(a) and not np.ndim(b):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-300) or (math.isnan(a) and math.isnan(b))
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        return False
    finite = np.abs(b[np.isfinite(b)])
    slack = 1e-12 * float(finite.max(initial=0.0))
    return bool(np.allclose(a, b, rtol=1e-9, atol=slack, equal_nan=True))


def _under(latex: str, axes: tuple[str | int, ...]) -> str:
    return rf"\underset{{{batch_axis.shown(axes)}}}{{{latex}}}" if axes else latex


def _minus_one(local: Value) -> bool:
    return np.ndim(local) == 0 and float(local) == -1.0


def _softmax(scores: Any) -> Any:
    """The probabilities that a layer with a softmax inside speaks of as y."""
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
