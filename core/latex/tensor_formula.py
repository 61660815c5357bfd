"""Formulas of gradients where tensors meet, in symbols: vector-Jacobian products such as ``∂L/∂Y·Wᵀ``.

Source of the forms: Saito Goki, *Deep Learning from Scratch*, section 5.6 ([1] ∂L/∂X = ∂L/∂Y·Wᵀ, [2] ∂L/∂W = Xᵀ·∂L/∂Y,
[3] the sum over axis 0). The gradient of a broadcast operand is summed back, as in section 5.3.
"""

import re
from collections.abc import Callable

from chainrule.core.engine.graph import Edge
from chainrule.core.latex.kink_formula import partial_at_kink, vjp_at_kink
from chainrule.core.latex.notation import (
    Term,
    axes_in_front,
    derivative_latex,
    fill,
    outside_brackets,
    parenthesised,
    partial_template,
    product,
    vjp_template,
)
from chainrule.core.latex.value_formula import ValueFormulas, simplified, simplified_vjp
from chainrule.core.ops.op import Vjp
from chainrule.core.ops.product import PRODUCT_NAMES, product_forms
from chainrule.core.ops.shapes import copied_axes
from chainrule.core.view.visible import Visible, VisibleEdge

_BETWEEN_TENSORS = re.compile(r"(\$[aby]) \\cdot ")
_SIGNS = {"1": "", "-1": "-"}
"""Local derivatives that are no factor but a sign."""


class TensorFormulas(ValueFormulas):
    """Formulas of the gradient that one edge brings back, for one evaluated graph."""

    def tensorial(self, visible: Visible, edge: VisibleEdge) -> bool:
        """Tell whether the edge's gradient involves a tensor or a tensor op, not only numbers."""
        target = visible.nodes[edge.target]
        op = self.graph.nodes[target.index].op
        if self.graph.shapes.get(edge.node) or self.graph.shapes.get(target.index):
            return True
        group = visible.group(target)
        if group is not None:
            return simplified_vjp(self.graph, group, edge.node) is not None or visible.local(edge) is None
        return op is not None and op.tensor is not None

    def back(self, visible: Visible, edge: VisibleEdge, upstream: Term) -> Term:
        """Write the gradient on an edge in symbols, given the upstream gradient's term: ``∂L/∂Y·Wᵀ``."""
        group = visible.group(visible.nodes[edge.target])
        if group is None:
            member = edge.members[0]
            op = self.graph.nodes[member.target].op
            if op is not None and op.tensor is not None:
                return self._vjp(op.tensor.vjps[member.slot], member, upstream, self._short)
            partial = self._partial(member, self._short)
            return self._elementwise(partial, upstream, edge.node, member.target)
        vjp = simplified_vjp(self.graph, group, edge.node)
        if vjp is not None:
            return self.group_vjp(group, vjp, edge.node, upstream)
        known = simplified(group, edge.node)
        if known is not None:
            places = dict(zip("abc", group.inputs, strict=False), y=group.output)
            local = fill(known.latex, lambda letter: self._short(places[letter]))
        else:
            local = Term(derivative_latex(self.atom(group.output), self.atom(edge.node)))
            if (
                visible.local(edge) is None
            ):  # no derivative of an element by an element: the chain rule's own form
                return Term(product([upstream, local], r"\cdot"), 2)
        return self._elementwise(local, upstream, edge.node, group.output)

    def upstream(self, target: int) -> Term:
        """Write ∂L/∂target as a factor; a transposed fraction gets parentheses."""
        return Term(self.by(self._passed_to(target)), 9)

    def _passed_to(self, index: int) -> int:
        """Find a named node with the same gradient as an unnamed one: additions pass it back unchanged.

        So the book writes ∂L/∂Y in all three gradients of X·W + B. Without such a node, return the index itself.
        """
        graph, at = self.graph, index
        if any(mistake.startswith("add.") for mistake in self.evaluated.rules.mistakes):
            return index
        while graph.nodes[at].name is None and len(graph.outgoing(at)) == 1:
            after = graph.nodes[graph.outgoing(at)[0].target]
            if after.op is None or after.op.name != "add" or after.shape != graph.nodes[at].shape:
                break
            at = after.index
        return at if graph.nodes[at].name is not None else index

    def _partial(self, edge: Edge, term: Callable[[int], Term]) -> Term:
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        places = dict(zip("ab", node.inputs, strict=False), y=edge.target)
        template = partial_template(self.graph, edge)
        at_kink = partial_at_kink(self.evaluated, edge, template)
        if at_kink is not None:
            template = at_kink.latex
        if node.shape and (not template.startswith("$b") or self.graph.shapes.get(node.inputs[-1])):
            template = _BETWEEN_TENSORS.sub(r"\1 \\odot ", template)
        if node.shape:
            template = template.replace(r"] \cdot [", r"] \odot [")
        return fill(template, lambda letter: term(places[letter]))

    def _elementwise(self, local: Term, upstream: Term, node: int, target: int) -> Term:
        """Write upstream times a local derivative, elementwise, summed over the axes that were broadcast."""
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

    def _stands_across(self, edge: Edge) -> bool:
        """Tell whether a reduction's result lacks an axis behind one that it keeps, so that it does not broadcast."""
        operand, result = (self.graph.shapes.get(at, ()) for at in (edge.source, edge.target))
        axes = self.graph.parameters.get(edge.target, {}).get("axis")
        if not isinstance(axes, tuple) or not 0 < len(result) < len(operand):
            return False
        return sorted(axis % len(operand) for axis in axes) != list(range(len(axes)))

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
        at_kink = vjp_at_kink(self.evaluated, edge, vjp.latex) if node.op.kinks else None
        latex = vjp.latex if at_kink is None else at_kink.latex
        if node.op.name in PRODUCT_NAMES:
            latex = product_forms(self.graph.parameters[edge.target]["ranks"])[edge.slot][0]
        template = vjp_template(self.graph, latex, edge.source, edge.target)
        template = template.replace(r"\frac{1}{n}", rf"\frac{{1}}{{{count}}}").replace(
            r"\sum_{n}", r"\sum_{0}"
        )
        terms = {letter: term(at) for letter, at in places.items() if f"${letter}" in template}
        terms["g"] = upstream
        if r"\odot" in template and self._stands_across(edge):
            for letter in ("g", "y"):
                if letter in terms:
                    terms[letter] = Term(rf"\operatorname{{repeat}}({terms[letter].latex})")
        filled = fill(template, terms.__getitem__)
        if node.op.name not in PRODUCT_NAMES:
            return filled
        # A matrix that stood beside many is summed back over the axes in front.
        own, whole = axes_in_front(self.graph, edge)
        return self._summed(Term(f"({filled.latex})"), copied_axes(whole, own)) if own != whole else filled
