"""Formulas in LaTeX: a node's value, a local derivative, a gradient; in symbols, and with the numbers put in.

Source of the forms: Saito Goki, *Deep Learning from Scratch*, section 5.2 (∂L/∂x = ∂L/∂y · ∂y/∂x).
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.latex.notation import Term, derivative_latex, fill, number_term, parenthesised, product
from chainrule.core.latex.tensor_formula import TensorFormulas, same
from chainrule.core.latex.value_formula import Formula, simplified
from chainrule.core.ops import ARRAY_FUNCTIONS, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.op import Kernel, Partial
from chainrule.core.view.evaluated import Value
from chainrule.core.view.visible import Visible, VisibleEdge

__all__ = ["TERMS", "Formula", "Formulas", "same", "simplified"]

TERMS = 6
"""How many branches a sum writes out, and how many factors a product, before it says ⋯."""
_UNEQUAL = r"\neq"


class Formulas(TensorFormulas):
    """All formulas of one graph and one evaluation."""

    # Local derivatives

    def local(self, edge: Edge) -> Formula:
        """``∂op_1/∂apple = apple_num``, and ``2``."""
        left = derivative_latex(self._lower(edge.target), self._operand(edge))
        symbols = f"{left} = {self._partial(edge, self._short).latex}"
        used = self.evaluated.local(edge)
        node = self.graph.nodes[edge.target]
        shown = self.put_in([*map(self.evaluated.value, (*node.inputs, edge.target)), used])
        put_in = self._partial(edge, lambda index: shown(self.evaluated.value(index))).latex
        number = shown(used).latex
        if put_in == number:
            return Formula(symbols, number)
        return Formula(
            symbols, f"{put_in} {'=' if same(*_alike(self._true_local(edge), used)) else _UNEQUAL} {number}"
        )

    def _true_local(self, edge: Edge) -> Value:
        """The local derivative by the op's own rule, which a broken one may have stood in for."""
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        a, b = node.inputs[0], node.inputs[-1]
        code = node.op.partials[edge.slot].code
        operands = self.evaluated.value(a), self.evaluated.value(b), self.evaluated.value(edge.target)
        if self.graph.shapes.get(edge.target):
            with np.errstate(all="ignore"):
                return _compiled_for_arrays(code)(*operands)
        try:
            return float(_compiled(code)(*operands))
        except (ArithmeticError, ValueError):
            return self.evaluated.local(edge)  # no ordinary number: nothing to compare with

    def closed_local(self, visible: Visible, way: VisibleEdge) -> Formula:
        """The derivative of a closed group by one of its arguments, simplified where the book simplifies it."""
        group = visible.group(visible.parts[way.target])
        assert group is not None
        left = derivative_latex(self._lower(group.output), self._lower(way.node))
        local = visible.local(way)
        partial = simplified(group, way.node)
        if partial is None:
            return Formula(left, number_term(local).latex)
        symbols = f"{left} = {self._group_partial(partial, group, self._short).latex}"
        shown = self.put_in([*map(self.evaluated.value, (*group.inputs, group.output)), local])
        put_in = self._group_partial(partial, group, lambda index: shown(self.evaluated.value(index)))
        return Formula(symbols, self._worked(put_in, shown(local)))

    def way_local(self, visible: Visible, way: VisibleEdge) -> Formula:
        """The local derivative on a way; of a tensor op, which has none, the gradient that comes back."""
        group = visible.group(visible.parts[way.target])
        if group is None:
            op = self.graph.nodes[way.edges[0].target].op
            return self.tensor_local(visible, way) if op and op.tensor else self.local(way.edges[0])
        if simplified(group, way.node) is None and self.tensorial(visible, way):
            return self.tensor_local(visible, way)
        return self.closed_local(visible, way)

    def _group_partial(self, partial: Partial, group: Group, term: Callable[[int], Term]) -> Term:
        places = dict(zip("ab", group.inputs, strict=False), y=group.output)
        return fill(partial.latex, lambda letter: term(places[letter]))

    def _operand(self, edge: Edge) -> str:
        """The operand's name; where one node is both operands, which of its two copies is meant."""
        sources = self.graph.nodes[edge.target].inputs
        name = self._lower(edge.source)
        return f"{{{name}}}^{{({edge.slot + 1})}}" if sources.count(edge.source) > 1 else name

    @staticmethod
    def _worked(put_in: Term, result: Term) -> str:
        return result.latex if put_in.latex == result.latex else f"{put_in.latex} = {result.latex}"

    # Gradients

    def edge_gradient(self, edge: Edge) -> Formula:
        """``∂L/∂op_1 · apple_num``, and ``1.1 × 2 = 2.2``: what one edge brings back."""
        symbols = product([Term(self.by(edge.target)), self._partial(edge, self._short)], r"\cdot")
        gradient = self.evaluated.edge_gradient(edge)
        if gradient is None:
            return Formula(symbols, "")
        return Formula(symbols, self._passed(edge.target, self.evaluated.local(edge), gradient))

    def way_gradient(self, visible: Visible, way: VisibleEdge) -> Formula:
        """The same of a way that may lead into a closed group, or be one of tensors."""
        if self.tensorial(visible, way):
            return self.tensor_way(visible, way)
        group = visible.group(visible.parts[way.target])
        if group is None:
            return self.edge_gradient(way.edges[0])
        partial = simplified(group, way.node)
        inner = (
            self._group_partial(partial, group, self._short)
            if partial
            else Term(derivative_latex(self._lower(group.output), self._lower(way.node)))
        )
        symbols = product([Term(self.by(group.output)), inner], r"\cdot")
        if not visible.asked(way):
            return Formula(symbols, "")
        return Formula(symbols, self._passed(group.output, visible.local(way), visible.gradient(way)))

    def _passed(self, target: int, local: float | None, gradient: float) -> str:
        """Upstream × local = gradient; the local derivative alone if a broken rule forgot the upstream."""
        upstream = self.evaluated.gradient(target)
        assert upstream is not None
        assert local is not None  # of numbers there always is one
        if not same(upstream * local, gradient):
            return number_term(gradient).latex
        factors = product([number_term(upstream), number_term(local)])
        return f"{factors} = {number_term(gradient).latex}"

    def gradient(self, visible: Visible, position: int) -> Formula:
        """``∂L/∂x``: the one way's product, or the sum over all ways out of the part at this position."""
        part = visible.parts[position]
        left = self.by(part.node)
        total = self.evaluated.gradient(part.node)
        if total is None:
            return Formula(left, "")
        number = number_term(total).latex  # where it is large its shape, and then so are its terms
        ways = [way for way in visible.outgoing[position] if visible.asked(way)]
        if part.node == self.graph.output or not ways:
            return Formula(left, number)
        shown = ways if len(ways) <= TERMS else ways[: TERMS - 1]
        dots = r" + \cdots" if len(ways) > TERMS else ""
        formulas = [self.way_gradient(visible, way) for way in shown]
        summands = [
            parenthesised(formula.symbols) if k and formula.symbols.startswith("-") else formula.symbols
            for k, formula in enumerate(formulas)
        ]
        symbols = f"{left} = " + " + ".join(summands) + dots
        if len(ways) == 1:
            return Formula(symbols, formulas[0].numbers)
        gradients = [visible.gradient(way) for way in ways]
        put_in = self.put_in([*gradients, total])
        terms = " + ".join(put_in(g).closed(0, sign=i == 0) for i, g in enumerate(gradients[: len(shown)]))
        relation = "=" if same(_added(gradients, total), total) else _UNEQUAL
        return Formula(symbols, f"{terms}{dots} {relation} {number}")

    def path(
        self,
        visible: Visible,
        ways: tuple[VisibleEdge, ...],
        factors: tuple[float | None, ...],
        product_: float | None,
    ) -> Formula:
        """One path as a product of derivatives, from the output back to the node, as the book writes it.

        Where a tensor is on the path it is the chain of what comes back, in symbols: ``(∂L/∂Y ⊙ [Z > 0])·Wᵀ``.
        """
        if product_ is None:
            return Formula(self._chain(visible, ways), "")
        links = list(zip(ways, factors, strict=True))[::-1]
        symbols = [self._link(visible, way) for way, _ in links]
        numbers = [number_term(factor) for _, factor in links if factor is not None]
        if self.evaluated.seed != 1.0:
            symbols.insert(0, Term(self.by(self.graph.output)))
            numbers.insert(0, number_term(self.evaluated.seed))
        if not symbols:
            return Formula(self.by(self.graph.output), number_term(product_).latex)
        result = number_term(product_).latex
        put_in = _shortened(numbers, r"\times")
        return Formula(_shortened(symbols, r"\cdot"), result if len(numbers) == 1 else f"{put_in} = {result}")

    def _chain(self, visible: Visible, ways: tuple[VisibleEdge, ...]) -> str:
        # A long one begins at a gradient on its way.
        last = ways[: TERMS // 2]
        term = self.upstream(visible.parts[last[-1].target].node)
        for way in reversed(last):
            term = self.back(visible, way, term)
        return term.latex

    def _link(self, visible: Visible, way: VisibleEdge) -> Term:
        part = visible.parts[way.target]
        by = self._lower(way.node) if part.group is not None else self._operand(way.edges[0])
        last = part.node == self.graph.output and self.evaluated.seed == 1.0
        return Term(derivative_latex(self.final if last else self._lower(part.node), by))


@cache
def _compiled(code: str) -> Kernel:
    return compile_rule(code, SCALAR_FUNCTIONS)


@cache
def _compiled_for_arrays(code: str) -> Kernel:
    return compile_rule(code, ARRAY_FUNCTIONS)


def _alike(a: Value, b: Value) -> tuple[Value, Value]:
    """Both in one shape: a derivative that is the same at every element is a number."""
    if not np.ndim(a) and not np.ndim(b):
        return a, b
    first, second = np.broadcast_arrays(a, b)
    return first, second


def _added(gradients: list[Value], total: Value) -> Value:
    """The sum of the gradients, as exact as it can be; infinite ones are not asked to add up."""
    if any(np.ndim(gradient) for gradient in gradients):
        return sum(gradients)
    return math.fsum(gradients) if all(map(math.isfinite, gradients)) else total


def _shortened(factors: list[Term], sign: str) -> str:
    if len(factors) <= TERMS + 2:
        return product(factors, sign)
    first, last = product(factors[: TERMS // 2], sign), product(factors[-TERMS // 2 :], sign)
    return rf"{first} {sign} \cdots {sign} {last}"
