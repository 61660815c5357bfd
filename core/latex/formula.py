"""Formulas in LaTeX for local derivatives, gradients and paths: in symbols, and with the numbers put in.

Source of the forms: Saito Goki, *Deep Learning from Scratch*, section 5.2 (∂L/∂x = ∂L/∂y · ∂y/∂x).
"""

import math
from collections.abc import Callable

import numpy as np

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.latex.kink_formula import partial_at_kink
from chainrule.core.latex.notation import (
    Term,
    derivative_latex,
    fill,
    number_term,
    outside_brackets,
    parenthesised,
    partial_template,
    product,
)
from chainrule.core.latex.tensor_numbers import NOTHING, TensorNumbers, relation, same
from chainrule.core.latex.tensor_shapes import TensorShapes
from chainrule.core.latex.value_formula import Formula, simplified
from chainrule.core.ops.op import Partial
from chainrule.core.view.evaluated import Value, plain_number
from chainrule.core.view.visible import Visible, VisibleEdge

__all__ = ["TERMS", "Formula", "Formulas", "same", "simplified"]

TERMS = 6
"""Number of terms or factors written out before ⋯."""


class Formulas(TensorNumbers, TensorShapes):
    """All formulas of one evaluated graph."""

    # Local derivatives

    def local(self, edge: Edge) -> Formula:
        """Write the local derivative on a graph edge: ``∂op_1/∂apple = apple_num``, and ``2``."""
        left = derivative_latex(self.atom(edge.target), self._operand(edge))
        symbols = f"{left} = {self._partial(edge, self._short).latex}"
        node = self.graph.nodes[edge.target]
        template = partial_template(self.graph, edge)
        at_kink = partial_at_kink(self.evaluated, edge, template)
        used, right = self.evaluated.local(edge), self._true_local(edge)
        sign = relation(*_alike(right, used))
        if sign == "=":
            used = self._as_written(edge, at_kink.latex if at_kink else template, used)
        shown = self.put_in([*map(self.evaluated.value, (*node.inputs, edge.target)), used])
        if at_kink is not None and not at_kink.takes_numbers:
            number = shown(used).latex
            return Formula(symbols, number if sign == "=" else f"{shown(right).latex} {sign} {number}")
        put_in = self._partial(edge, lambda index: shown(self.evaluated.value(index))).latex
        number = shown(used).latex
        if put_in == number or (sign == "=" and "$" not in template):
            return Formula(symbols, put_in)
        return Formula(symbols, f"{put_in} {sign} {number}")

    def _as_written(self, edge: Edge, template: str, local: Value) -> Value:
        """Give a derivative that is the same everywhere the shape of its formula: that of a number, or a tensor."""
        places = dict(zip("ab", self.graph.nodes[edge.target].inputs, strict=False), y=edge.target)
        shapes = [
            self.graph.shapes.get(node, ()) for letter, node in places.items() if f"${letter}" in template
        ]
        shape = np.broadcast_shapes(*shapes)
        whole = np.broadcast_to(local, np.broadcast_shapes(np.shape(local), shape))
        if whole.shape == shape or not whole.size:
            return plain_number(whole)
        first = whole[(0,) * (whole.ndim - len(shape))]
        first = first[tuple(slice(n) for n in shape)]
        return plain_number(first) if same(whole, np.broadcast_to(first, whole.shape)) else local

    def closed_local(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """Write the derivative of a closed group by one of its arguments, in the book's simplified form if any."""
        group = visible.group(visible.nodes[edge.target])
        assert group is not None
        left = derivative_latex(self.atom(group.output), self.atom(edge.node))
        local = visible.local(edge)
        partial = simplified(group, edge.node)
        if partial is None:
            return Formula(left, number_term(local).latex)
        symbols = f"{left} = {self._group_partial(partial, group, self._short).latex}"
        shown = self.put_in([*map(self.evaluated.value, (*group.inputs, group.output)), local])
        put_in = self._group_partial(partial, group, lambda index: shown(self.evaluated.value(index))).latex
        number = shown(local).latex
        if put_in == number:
            return Formula(symbols, number)
        sign = relation(*_alike(self._closed_value(partial, group), local))
        return Formula(symbols, f"{put_in} {sign} {number}")

    def edge_local(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """Write the local derivative on a visible edge; for a tensor op, the gradient that comes back."""
        group = visible.group(visible.nodes[edge.target])
        if group is None:
            op = self.graph.nodes[edge.members[0].target].op
            return self.tensor_local(visible, edge) if op and op.tensor else self.local(edge.members[0])
        if simplified(group, edge.node) is None and self.tensorial(visible, edge):
            return self.tensor_local(visible, edge)
        return self.closed_local(visible, edge)

    def _group_partial(self, partial: Partial, group: Group, term: Callable[[int], Term]) -> Term:
        places = dict(zip("ab", group.inputs, strict=False), y=group.output)
        return fill(partial.latex, lambda letter: term(places[letter]))

    def _operand(self, edge: Edge) -> str:
        """Return the operand's name, numbered if both operands are the same node."""
        sources = self.graph.nodes[edge.target].inputs
        name = self.atom(edge.source)
        return f"{{{name}}}^{{({edge.slot + 1})}}" if sources.count(edge.source) > 1 else name

    # Gradients

    def contribution(self, edge: Edge) -> Formula:
        """Write what one graph edge brings back: ``∂L/∂op_1 · apple_num``, and ``1.1 × 2 = 2.2``."""
        symbols = product([Term(self.by(edge.target)), self._partial(edge, self._short)], r"\cdot")
        gradient = self.evaluated.edge_gradient(edge)
        if gradient is None:
            return Formula(symbols, "")
        return self._passed(
            symbols, edge.target, self._true_local(edge), gradient, self.evaluated.leads(edge)
        )

    def edge_gradient(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """Write the gradient on a visible edge, into a node or a closed group, of numbers or of tensors."""
        if self.tensorial(visible, edge):
            return self.tensor_gradient(visible, edge)
        group = visible.group(visible.nodes[edge.target])
        if group is None:
            return self.contribution(edge.members[0])
        partial = simplified(group, edge.node)
        inner = (
            self._group_partial(partial, group, self._short)
            if partial
            else Term(derivative_latex(self.atom(group.output), self.atom(edge.node)))
        )
        symbols = product([Term(self.by(group.output)), inner], r"\cdot")
        if not visible.requires_grad(edge):
            return Formula(symbols, "")
        local = self._closed_value(partial, group) if partial else visible.local(edge)
        leads = any(map(self.evaluated.leads, edge.members))
        return self._passed(symbols, group.output, local, visible.gradient(edge), leads)

    def _passed(
        self, symbols: str, target: int, local: float | None, gradient: float, leads: bool
    ) -> Formula:
        """Write upstream × local = gradient, or ≠ if a broken rule passed something else.

        If no way leads to the output, 0 comes back even from an infinite derivative.
        """
        upstream = self.evaluated.gradient(target)
        assert upstream is not None
        assert local is not None  # of numbers there always is one
        if not leads and not gradient and not same(upstream * local, gradient):
            return NOTHING
        factors = product([number_term(upstream), number_term(local)])
        sign = relation(upstream * local, gradient)
        return Formula(symbols, f"{factors} {sign} {number_term(gradient).latex}")

    def gradient(self, visible: Visible, position: int) -> Formula:
        """Write ``∂L/∂x`` of the node at this position: one product, or the sum over all its edges out."""
        node = visible.nodes[position]
        left = self.by(node.index)
        total = self.evaluated.gradient(node.index)
        if total is None:
            return Formula(left, "")
        number = number_term(total).latex
        edges = [edge for edge in visible.outgoing[position] if visible.requires_grad(edge)]
        if node.index == self.graph.output or not edges:
            return Formula(left, number)
        shown = edges if len(edges) <= TERMS else edges[: TERMS - 1]
        dots = r" + \cdots" if len(edges) > TERMS else ""
        formulas = [self.edge_gradient(visible, edge) for edge in shown]
        summands = [
            parenthesised(formula.symbols) if k and formula.symbols.startswith("-") else formula.symbols
            for k, formula in enumerate(formulas)
        ]
        symbols = f"{left} = " + " + ".join(summands) + dots
        if len(edges) == 1:
            return Formula(symbols, formulas[0].numbers)
        broken = any(r"\neq" in outside_brackets(formula.numbers) for formula in formulas)
        gradients = [visible.gradient(edge) for edge in edges]
        put_in = self.put_in([*gradients, total])
        terms = " + ".join(put_in(g).closed(0, sign=i == 0) for i, g in enumerate(gradients[: len(shown)]))
        sign = relation(_added(gradients, total), total)
        if broken:  # it is the sum of something else, or no sum at all
            return Formula(
                left, f"{terms}{dots} = {number}" if sign == "=" else f"{number} {sign} {terms}{dots}"
            )
        return Formula(symbols, f"{terms}{dots} {sign} {number}")

    def path(
        self,
        visible: Visible,
        edges: tuple[VisibleEdge, ...],
        factors: tuple[float | None, ...],
        product_: float | None,
    ) -> Formula:
        """Write a path as a product of derivatives, from the output back to the node, as the book does.

        A path through a tensor is the chain of what comes back, in symbols: ``(∂L/∂Y ⊙ [Z > 0])·Wᵀ``.
        """
        if product_ is None:
            return Formula(self._chain(visible, edges), "")
        links = list(zip(edges, factors, strict=True))[::-1]
        symbols = [self._link(visible, edge) for edge, _ in links]
        numbers = [number_term(factor) for _, factor in links if factor is not None]
        if self.evaluated.upstream != 1.0:
            symbols.insert(0, Term(self.by(self.graph.output)))
            numbers.insert(0, number_term(self.evaluated.upstream))
        if not symbols:
            return Formula(self.by(self.graph.output), number_term(product_).latex)
        result = number_term(product_).latex
        put_in = _shortened(numbers, r"\times")
        return Formula(_shortened(symbols, r"\cdot"), result if len(numbers) == 1 else f"{put_in} = {result}")

    def _chain(self, visible: Visible, edges: tuple[VisibleEdge, ...]) -> str:
        # A long chain starts at a gradient in its middle.
        last = edges[: TERMS // 2]
        term = self.upstream(visible.nodes[last[-1].target].index)
        for edge in reversed(last):
            term = self.back(visible, edge, term)
        return term.latex

    def _link(self, visible: Visible, edge: VisibleEdge) -> Term:
        node = visible.nodes[edge.target]
        by = self.atom(edge.node) if node.group is not None else self._operand(edge.members[0])
        last = node.index == self.graph.output and self.evaluated.upstream == 1.0
        return Term(derivative_latex(self.final if last else self.atom(node.index), by))


def _alike(a: Value, b: Value) -> tuple[Value, Value]:
    """Broadcast both to one shape; a derivative that is equal at every element is a number."""
    if not np.ndim(a) and not np.ndim(b):
        return a, b
    first, second = np.broadcast_arrays(a, b)
    return first, second


def _added(gradients: list[Value], total: Value) -> Value:
    """Add the gradients as exactly as possible; with infinite ones, trust ``total``."""
    if any(np.ndim(gradient) for gradient in gradients):
        return sum(gradients)
    return math.fsum(gradients) if all(map(math.isfinite, gradients)) else total


def _shortened(factors: list[Term], sign: str) -> str:
    if len(factors) <= TERMS + 2:
        return product(factors, sign)
    first, last = product(factors[: TERMS // 2], sign), product(factors[-TERMS // 2 :], sign)
    return rf"{first} {sign} \cdots {sign} {last}"
