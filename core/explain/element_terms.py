"""The terms that add up to one element of a value or gradient: products with their numbers and sources.

A matrix product's terms are spelled out. Every other tensor op is asked through its own rules
(``core.view.elements``), so a new op needs nothing here. Nodes inside closed groups are hidden: a sum with a hidden
product in it is written out, and a gradient passed on unchanged is named after the visible node.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.latex.kink_formula import value_at_kink
from chainrule.core.latex.notation import Term, applied, fill, number_term
from chainrule.core.latex.value_formula import ValueFormulas
from chainrule.core.ops.op import Op, TensorRule
from chainrule.core.ops.product import PRODUCT_NAMES
from chainrule.core.view.elements import broadcast_to, element_name, local_at, readers_of, sources_of
from chainrule.core.view.evaluated import Evaluated

Of = Literal["value", "grad"]
Index = tuple[int, ...]
Element = tuple[int, Of, Index]
"""A node, its value or its gradient, and the place in it."""

SHOWN = 8
"""How many terms are written out; if there are more, the largest."""


class Product(NamedTuple):
    """One term: its factors in LaTeX and as numbers, and their product."""

    symbols: tuple[Term, ...]
    numbers: tuple[Term, ...]
    value: float


class Found(NamedTuple):
    """The terms of one element, and the elements they are made of."""

    products: Sequence[Product]
    used: Sequence[Element]
    symbols: str | None = None
    """The element in symbols where it is no sum of products: ``e^{x_{0}}``, ``\\max(…)``."""
    numbers: str | None = None


class ElementTerms:
    """Finds the terms, for one evaluated graph."""

    def __init__(self, evaluated: Evaluated, open: frozenset[str], node: int) -> None:
        self.evaluated, self.graph = evaluated, evaluated.graph
        around, group = set(open), self.graph.nodes[node].group
        # An element asked for must be visible, so the groups around it count as open. A group whose result it is
        # does so only if it is open.
        while group is not None:
            view = self.graph.groups[group]
            if view.output != node:
                around.add(view.id)
            group = view.parent
        self.hidden = self._hidden(around)
        self.formulas = ValueFormulas(evaluated)

    # Forward

    def value(self, node: int, index: Index) -> Found:
        view = self.graph.nodes[node]
        if view.op is None:
            return Found((), ())
        if view.op.name in PRODUCT_NAMES:
            return self._product_of(node, index)
        used: list[Element] = []
        if view.op.tensor is None:
            places = [broadcast_to(index, self.graph.shapes.get(i, ())) for i in view.inputs]
            used = [(i, "value", at) for i, at in zip(view.inputs, places, strict=True)]
            spelled = self._spelled(node, used)
            if spelled is not None:
                return spelled
            names = [self._term(i, "value", at) for i, at in zip(view.inputs, places, strict=True)]
            numbers = [number_term(self.number(i, "value", at)) for i, _, at in used]
            at_kink = value_at_kink(self.evaluated, node, view.op.latex, index)
            if at_kink is not None:
                symbols, put_in = (
                    fill(at_kink, lambda letter, terms=terms: terms["ab".index(letter)]).latex  # type: ignore[misc]
                    for terms in (names, numbers)
                )
                return Found((), used, symbols, put_in)
            return Found((), used, applied(view.op, names).latex, applied(view.op, numbers).latex)
        return self._of_tensor_op(node, view.op, view.op.tensor, index)

    def _of_tensor_op(self, node: int, op: Op, tensor: TensorRule, index: Index) -> Found:
        """Find a tensor op's element: a sum of operand elements, or the op applied to them."""
        inputs = self.graph.nodes[node].inputs
        cells = [
            (slot, source, at)
            for slot, source in enumerate(inputs)
            for at in sources_of(self.evaluated, node, index, slot)
        ]
        used: list[Element] = [(source, "value", at) for _, source, at in cells]
        if tensor.vjps[0].vjp is None:  # labels
            (_, source, at), *_ = cells
            classes = f"[{self.name(source, 'value', at)} = {index[-1]}]"
            given = f"[{number_term(self.number(source, 'value', at)).latex} = {index[-1]}]"
            return Found((), used, classes, given)
        if tensor.linear:
            return Found([self._weighted(node, index, *cell) for cell in cells], used)
        source = inputs[0]
        over = list(sources_of(self.evaluated, node, index, all_of_them=True))
        dots = [r"\cdots"] if len(over) > SHOWN else []
        names = [self.name(source, "value", at) for at in over[:SHOWN]]
        numbers = [number_term(self.number(source, "value", at)).latex for at in over[:SHOWN]]
        head = op.latex if "($a)" in op.latex else op.latex.replace("$a", "($a)")
        # Of several elements: the one at this element's place.
        several = len(over) > 1 and self.graph.shapes.get(node) == self.graph.shapes.get(source)
        place = (over.index(index),) if several else ()
        symbols, put_in = (
            element_name(head.replace("$a", ", ".join([*texts, *dots])), place) for texts in (names, numbers)
        )
        return Found((), used, symbols, put_in)

    def _weighted(self, node: int, index: Index, slot: int, source: int, at: Index) -> Product:
        """Write one term of a linear op: the element, times its factor if that is not 1."""
        term = self._single(source, "value", at)
        edge = next(edge for edge in self.graph.outgoing(source) if edge.target == node and edge.slot == slot)
        factor = local_at(self.evaluated, edge, index, at)
        if factor == 1.0:
            return term
        n = round(1 / factor) if factor else 0
        written = Term(rf"\frac{{1}}{{{n}}}") if n and 1 / n == factor else number_term(factor)
        return Product((written, *term.symbols), (written, *term.numbers), term.value * factor)

    def _spelled(self, node: int, used: list[Element]) -> Found | None:
        """Write out a sum whose operand is hidden in a closed group: Σ x·w + b; else None."""
        op = self.graph.nodes[node].op
        if op is None or op.name != "add" or not any(i in self.hidden for i, _, _ in used):
            return None
        products: list[Product] = []
        lit: list[Element] = []
        for i, _, at in used:
            inner = self.value(i, at) if i in self.hidden else None
            if inner is None or inner.symbols is not None or not inner.products:
                products.append(self._single(i, "value", at))
                lit.append((i, "value", at))
            else:
                products += inner.products
                lit += inner.used
        return Found(products, lit)

    def _product_of(self, node: int, index: Index) -> Found:
        """Find the terms of Y[i, j] = Σ X[i, k]·W[k, j], at one place of the axes in front."""
        a, b = self.graph.nodes[node].inputs
        return self._products(
            (self._cell(a, "value", left), self._cell(b, "value", right))
            for left, right in (self._factors(node, index, k) for k in range(self.graph.shapes[a][-1]))
        )

    def _factors(self, node: int, index: Index, k: int) -> tuple[Index, Index]:
        """Return the places of both factors in the k-th product of a sum."""
        a, b = (self.graph.shapes[i] for i in self.graph.nodes[node].inputs)
        left, right = len(a) > 1, len(b) > 1
        batch = index[: len(index) - left - right]
        row = index[len(batch) : len(batch) + left]
        column = index[len(index) - right :] if right else ()
        return (
            (*broadcast_to(batch, a[:-2]), *row, k),
            (*broadcast_to(batch, b[:-2]), k, *column),
        )

    # Backward

    def gradient(self, node: int, index: Index) -> Found:
        if node == self.graph.output:
            return Found((), ())
        products: list[Product] = []
        used: list[Element] = []
        for edge in self.graph.outgoing(node):
            if self.evaluated.gradients.nodes[edge.target] is None:
                continue
            found = self._edge(edge, index)
            if not self.evaluated.leads(edge) and not all(np.isfinite(term.value) for term in found.products):
                continue  # nothing comes back, even from an infinite derivative
            products += found.products
            used += found.used
        return Found(products, used)

    def _edge(self, edge: Edge, index: Index) -> Found:
        """Find the terms that one reader passes back to this element."""
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        if node.op.name in PRODUCT_NAMES:
            return self._edge_of_product(edge, index)
        products: list[Product] = []
        used: list[Element] = []
        partial = node.op.partials[edge.slot].latex if node.op.partials else ""
        others = [
            (node.inputs["ab".index(letter)] if letter != "y" else edge.target)
            for letter in "aby"
            if f"${letter}" in partial
        ]
        for at in readers_of(self.evaluated, edge, index):
            used.append((edge.target, "grad", at))
            upstream = self._cell(edge.target, "grad", at)
            factor = local_at(self.evaluated, edge, at, index)
            places = [(i, broadcast_to(at, self.graph.shapes.get(i, ()))) for i in others]
            used += [(i, "value", place) for i, place in places]
            if factor == 1.0 and not others:
                products.append(Product((upstream[0],), (upstream[1],), upstream[2]))
                continue
            symbol = number_term(factor)
            if places and node.op.name == "mul":
                i, place = places[0]
                symbol, factor = self._term(i, "value", place), self.number(i, "value", place)
            elif others:
                symbol = Term(self._derivative(edge, at, index))
            products.append(
                Product((upstream[0], symbol), (upstream[1], number_term(factor)), upstream[2] * factor)
            )
        return Found(products, used)

    def _edge_of_product(self, edge: Edge, index: Index) -> Found:
        """Find those of ∂L/∂X[i, k] = Σ ∂L/∂Y[i, j]·W[k, j], or ∂L/∂W[k, j] = Σ X[i, k]·∂L/∂Y[i, j]."""
        y = edge.target
        inputs = self.graph.nodes[y].inputs
        k = index[-1] if edge.slot == 0 or len(self.graph.shapes[inputs[1]]) == 1 else index[-2]
        pairs = []
        for at in self._products_with(edge, index):
            other = self._factors(y, at, k)[1 - edge.slot]
            cells = [self._cell(y, "grad", at), self._cell(inputs[1 - edge.slot], "value", other)]
            pairs.append((cells[edge.slot], cells[1 - edge.slot]))
        return self._products(pairs)

    def _products_with(self, edge: Edge, index: Index) -> list[Index]:
        """Return the elements of a product that read one element of a factor."""
        node = self.graph.nodes[edge.target]
        if node.op is not None and node.op.name == "bmm":
            return readers_of(self.evaluated, edge, index)
        a, b = (self.graph.shapes[i] for i in node.inputs)
        if edge.slot == 0:
            ends: list[Index] = [(j,) for j in range(b[1])] if len(b) == 2 else [()]
            return [(*index[:-1], *end) for end in ends]
        starts: list[Index] = [(i,) for i in range(a[0])] if len(a) == 2 else [()]
        return [(*start, *index[1:]) for start in starts]

    # Pieces

    def _cell(self, node: int, of: Of, index: Index) -> tuple[Term, Term, float, Element]:
        number = self.number(node, of, index)
        return self._term(node, of, index), number_term(number), number, (node, of, index)

    def _single(self, node: int, of: Of, index: Index) -> Product:
        symbol, number, value, _ = self._cell(node, of, index)
        return Product((symbol,), (number,), value)

    @staticmethod
    def _products(pairs: Iterable[tuple[Any, Any]]) -> Found:
        pairs = list(pairs)
        products = [Product((f[0], s[0]), (f[1], s[1]), f[2] * s[2]) for f, s in pairs]
        return Found(products, [cell[3] for pair in pairs for cell in pair])

    def number(self, node: int, of: Of, index: Index) -> float:
        column = self.evaluated.values if of == "value" else self.evaluated.gradients.nodes
        return float(np.asarray(column[node])[index])

    def _term(self, node: int, of: Of, index: Index) -> Term:
        if of == "value" and not index:
            return self.formulas.name(node)
        return Term(self.name(node, of, index))

    def name(self, node: int, of: Of, index: Index) -> str:
        if of == "value":
            return element_name(self.formulas.atom(node), index) if index else self.formulas.name(node).latex
        return self.formulas.by_element(self.as_seen(node), index)

    def _derivative(self, edge: Edge, at: Index, index: Index) -> str:
        of = element_name(self.formulas.atom(edge.target), at)
        by = element_name(self.formulas.atom(edge.source), index)
        return rf"\frac{{\partial {of}}}{{\partial {by}}}"

    def _hidden(self, open: set[str]) -> frozenset[int]:
        """Return the nodes inside closed groups, except the groups' results."""
        hidden: set[int] = set()
        for group in self.graph.groups:
            if group.id not in open:
                hidden.update(node for node in group.nodes if node != group.output)
        shown = {
            group.output
            for group in self.graph.groups
            if group.id not in open and (group.parent is None or group.output not in hidden)
        }
        return frozenset(hidden - shown)

    def as_seen(self, node: int) -> int:
        """Return the node that a hidden node's gradient came from unchanged, or the node itself.

        By a broken rule it may not have come unchanged.
        """
        while node in self.hidden and not self.evaluated.rules.mistakes:
            readers = self.graph.outgoing(node)
            if len(readers) != 1:
                break
            target = self.graph.nodes[readers[0].target]
            unchanged = target.op is not None and target.op.partials and not target.op.tensor
            if not unchanged or target.op is None or target.op.partials[readers[0].slot].code != "1.0":
                break
            if target.shape != self.graph.nodes[node].shape:
                break
            node = target.index
        return node
