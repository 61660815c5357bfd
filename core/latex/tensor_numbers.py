"""Formulas of gradients where tensors meet, with the numbers put in: matrices where they are small, else shapes."""

import math
import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Edge, Group
from chainrule.core.latex.kink_formula import vjp_at_kink
from chainrule.core.latex.notation import Term, fill, number_term, vjp_template
from chainrule.core.latex.tensor_formula import TensorFormulas
from chainrule.core.latex.value_formula import Formula, simplified, simplified_vjp
from chainrule.core.ops import ARRAY_FUNCTIONS, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.op import Kernel, Partial
from chainrule.core.ops.rules import with_conventions
from chainrule.core.ops.shapes import unbroadcast
from chainrule.core.view.evaluated import Value
from chainrule.core.view.visible import Visible, VisibleEdge, group_derivatives

_FRACTION_OF_G = re.compile(r"(\\frac\{\d+\}\{\d+\}) \$g")
_PROBABILITIES = "(y"
"""Where a simplified gradient reads the softmax, which is neither argument nor result."""


NOTHING = Formula("0", "")
"""What comes back if no way leads to the output."""


class _PutIn(NamedTuple):
    """A formula with its numbers, and the sign between it and the result."""

    latex: str
    sign: str


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
        result = number_term(gradient).latex
        nothing = not np.any(gradient) and not any(map(self.evaluated.leads, edge.members))
        if nothing and (put_in is None or put_in.sign != "="):
            return NOTHING
        if put_in is None or put_in.latex == result:
            return Formula(symbols, result)
        return Formula(symbols, f"{put_in.latex} {put_in.sign} {result}")

    def tensor_local(self, visible: Visible, edge: VisibleEdge) -> Formula:
        """Write what a tensor op has in place of a local derivative: the gradient, ``∂L/∂X = ∂L/∂Y·Wᵀ``.

        If other edges lead out of the node too, it is this edge's share.
        """
        formula = self.tensor_gradient(visible, edge)
        whole = visible.fan_out(visible.nodes[edge.source]) == 1
        left = f"{self.by(edge.node)} =" if whole else rf"{self.name(edge.node).latex} \leftarrow"
        return Formula(f"{left} {formula.symbols}", formula.numbers)

    def _put_in(self, edge: Edge) -> _PutIn | None:
        """Write an edge's product with numbers; None if there is none."""
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        upstream, gradient = self.evaluated.gradient(edge.target), self.evaluated.edge_gradient(edge)
        if upstream is None or gradient is None:
            return None
        if node.op.tensor is not None:
            return self._vjp_put_in(edge, upstream, gradient)
        return self._product_put_in(upstream, self._true_local(edge), gradient, edge.source, edge.target)

    def _product_put_in(
        self, upstream: Value, local: Value, gradient: Value, source: int, target: int
    ) -> _PutIn:
        shape = self.graph.shapes.get(target, ())
        with np.errstate(all="ignore"):
            made = np.broadcast_to(np.multiply(upstream, local), shape)
            made = unbroadcast(made, self.graph.shapes.get(source, ()))
        shown = self.put_in([upstream, local, gradient])
        factor = "1" if np.ndim(local) == 0 and float(local) == 1.0 else "-1" if _minus_one(local) else ""
        term = Term(factor, 3) if factor else shown(local)
        latex = self._elementwise(term, shown(upstream), source, target).latex
        return _PutIn(latex, relation(made, gradient))

    def _vjp_put_in(self, edge: Edge, upstream: Value, gradient: Value) -> _PutIn | None:
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
        places = dict(zip("ab", node.inputs, strict=False), y=edge.target)
        used = [self.evaluated.value(places[letter]) for letter in "aby" if f"${letter}" in vjp.latex]
        shown = self.put_in([upstream, gradient, *used])
        size = int(np.prod(self.graph.shapes.get(edge.source, ()), dtype=int))
        count = str(size // max(1, int(np.prod(node.shape, dtype=int))))
        term = self._vjp(vjp, edge, shown(upstream), lambda index: shown(self.evaluated.value(index)), count)
        return _PutIn(term.latex, relation(made, gradient))

    def _closed_put_in(self, group: Group, edge: VisibleEdge) -> _PutIn | None:
        """Write a closed group's simplified gradient with numbers; None if it has none."""
        upstream = self.evaluated.gradient(group.output)
        gradient = sum(self.evaluated.gradients.edges[member.index] for member in edge.members)
        if upstream is None:
            return None
        vjp = simplified_vjp(self.graph, group, edge.node)
        places = dict(zip("abc", group.inputs, strict=False), y=group.output)
        if vjp is None:
            partial = simplified(group, edge.node)
            local = self._closed_value(partial, group) if partial else self._derivative(group, edge.node)
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
        if (corner := self.corner(group)) is not None and corner.vjps:
            return _PutIn(self.put_in([made, gradient])(made).latex, relation(made, gradient))
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
        term = fill(template, lambda letter: shown(upstream) if letter == "g" else shown(terms[letter]))
        return _PutIn(term.latex, relation(made, gradient))

    # Derivatives as they should be

    def _true_local(self, edge: Edge) -> Value:
        """Compute the local derivative by the op's own rule, even if a mistake replaced it."""
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        code = with_conventions(node.op, self.evaluated.rules.conventions)[edge.slot]
        found = self._by_code(code, node.inputs[0], node.inputs[-1], edge.target)
        return self.evaluated.local(edge) if found is None else found  # not finite: nothing to compare with

    def _closed_value(self, partial: Partial, group: Group) -> Value:
        """Compute a closed group's simplified derivative; NaN where it is undefined."""
        found = self._by_code(partial.code, group.inputs[0], group.inputs[-1], group.output)
        return math.nan if found is None else found

    def _by_code(self, code: str, a: int, b: int, y: int) -> Value | None:
        """Evaluate a local derivative's code over the values of nodes; None if Python raises an error."""
        operands = map(self.evaluated.value, (a, b, y))
        if self.graph.shapes.get(y):
            with np.errstate(all="ignore"):
                return _compiled_for_arrays(code)(*(np.asarray(operand)[()] for operand in operands))
        try:
            return float(_compiled(code)(*operands))
        except (ArithmeticError, ValueError):
            return None

    def _derivative(self, group: Group, node: int) -> Value | None:
        """Return a closed group's elementwise derivative by a node; None if it has none."""
        found = group_derivatives(self.evaluated, group)
        return None if found is None else found.get(node, 0.0)


def relation(made: Any, shown: Any) -> str:
    r"""Return the sign between what a formula comes to and what is shown: ``=`` or ``\neq``."""
    return "=" if same(made, shown) else r"\neq"


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


@cache
def _compiled(code: str) -> Kernel:
    return compile_rule(code, SCALAR_FUNCTIONS)


@cache
def _compiled_for_arrays(code: str) -> Kernel:
    return compile_rule(code, ARRAY_FUNCTIONS)


def _minus_one(local: Value) -> bool:
    return np.ndim(local) == 0 and float(local) == -1.0


def _softmax(scores: Any) -> Any:
    """Return softmax over the last axis: what a layer's simplified gradient calls y."""
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
