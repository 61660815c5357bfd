"""Formulas of gradients where tensors meet, with the numbers put in: matrices where they are small, else shapes."""

import math
import re
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.latex.kink_formula import vjp_at_kink
from chainrule.core.latex.notation import Term, fill, number_term, vjp_template
from chainrule.core.latex.tensor_formula import TensorFormulas
from chainrule.core.latex.value_formula import Formula, simplified_vjp
from chainrule.core.ops.shapes import unbroadcast
from chainrule.core.view.evaluated import Value
from chainrule.core.view.visible import Visible, VisibleEdge, group_derivatives

_FRACTION_OF_G = re.compile(r"(\\frac\{\d+\}\{\d+\}) \$g")
_PROBABILITIES = "(y"
"""Where a simplified gradient reads the softmax, which is neither argument nor result."""


class TensorNumbers(TensorFormulas):
    """Formulas with numbers, for one evaluated graph."""

    def tensor_gradient(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """Write ``∂L/∂Y·Wᵀ``, and the same with small matrices written out, larger ones as shapes."""
        target = visible.nodes[edge.target].index
        symbols = self.back(visible, edge, self.upstream(target)).latex
        if not visible.requires_grad(edge):
            return Formula(symbols, "")
        gradient = visible.gradient(edge)
        group = visible.group(visible.nodes[edge.target])
        put_in = self._closed_put_in(group, edge) if group is not None else self._put_in(edge.members[0])
        return Formula(symbols, self._equal(put_in, gradient))

    def tensor_local(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """Write what a tensor op has in place of a local derivative: the gradient, ``∂L/∂X = ∂L/∂Y·Wᵀ``.

        If other edges lead out of the node too, it is this edge's share.
        """
        formula = self.tensor_gradient(visible, edge)
        whole = visible.fan_out(visible.nodes[edge.source]) == 1
        left = f"{self.by(edge.node)} =" if whole else rf"{self.name(edge.node).latex} \leftarrow"
        return Formula(f"{left} {formula.symbols}", formula.numbers)

    def _equal(self, put_in: str | None, gradient: Value) -> str:
        result = number_term(gradient).latex
        if put_in is None or put_in == result:
            return result
        return f"{put_in} = {result}"

    def _put_in(self, edge: Edge) -> str | None:
        """Write an edge's product with numbers; None if a broken rule gave another result."""
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
        rule = self.evaluated.rules.vjps_of(node.op)[edge.slot]
        at_kink = vjp_at_kink(self.evaluated, edge, vjp.latex) if node.op.kinks else None
        if rule is None or (at_kink is not None and not at_kink.takes_numbers):
            return None
        a, b = (self.evaluated.values[node.inputs[slot]] for slot in (0, -1))
        parameters = self.graph.parameters.get(edge.target, {})
        with np.errstate(all="ignore"):
            made = rule(upstream, a, b, self.evaluated.values[edge.target], **parameters)
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
        """Write a closed group's simplified gradient with numbers; None if it has none, or gave another result."""
        upstream = self.evaluated.gradient(group.output)
        gradient = sum(self.evaluated.gradients.edges[member.index] for member in edge.members)
        if upstream is None:
            return None
        vjp = simplified_vjp(self.graph, group, edge.node)
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
        samples = int(np.prod(np.shape(scores)[:-1], dtype=int))
        template = template.replace(r"\frac{1}{N}", rf"\frac{{1}}{{{samples}}}")
        if r"\frac{2}{n}" in template:
            template = template.replace(r"\frac{2}{n}", rf"\frac{{2}}{{{np.broadcast(*values).size}}}")
        # No number stands beside a fraction without a sign between them.
        template = _FRACTION_OF_G.sub(r"\1 \\cdot $g", template)
        shown = self.put_in(
            [upstream, gradient, *(value for letter, value in terms.items() if f"${letter}" in template)]
        )
        return fill(template, lambda letter: shown(upstream) if letter == "g" else shown(terms[letter])).latex

    def _derivative(self, group: Group, node: int) -> Value | None:
        """Return a closed group's elementwise derivative by a node; None if it has none."""
        found = group_derivatives(self.evaluated, group)
        return None if found is None else found.get(node, 0.0)


def same(a: Any, b: Any) -> bool:
    """Tell whether two numbers, or two tensors, differ by rounding only."""
    if not np.ndim(a) and not np.ndim(b):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-300) or (math.isnan(a) and math.isnan(b))
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        return False
    finite = np.abs(b[np.isfinite(b)])
    slack = 1e-12 * float(finite.max(initial=0.0))
    return bool(np.allclose(a, b, rtol=1e-9, atol=slack, equal_nan=True))


def _minus_one(local: Value) -> bool:
    return np.ndim(local) == 0 and float(local) == -1.0


def _softmax(scores: Any) -> Any:
    """Return softmax over the last axis: what a layer's simplified gradient calls y."""
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
