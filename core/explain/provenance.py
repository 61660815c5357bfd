"""Where one element of a value or gradient comes from: other elements, and the products that join them.

Forward, ``Y[0, 2]`` of ``X @ W`` comes from row 0 of X and column 2 of W; backward, ``∂L/∂W[1, 2]`` from column 1 of
X and column 2 of ∂L/∂Y. A matrix product's terms are spelled out. Every other tensor op is asked through its own
rules: an element depends on an operand where the vjp of a one-hot upstream gradient is not zero.

Closed groups are looked through: only visible nodes are lit.
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import EvaluationError
from chainrule.core.explain.element_terms import SHOWN, Element, ElementTerms, Found, Index, Of, Product
from chainrule.core.explain.hidden_elements import seen_through
from chainrule.core.latex.notation import Term, number_term, parenthesised, product
from chainrule.core.latex.value_formula import Formula, simplified_vjp
from chainrule.core.number_text import text
from chainrule.core.ops import shapes
from chainrule.core.text import Text
from chainrule.core.view.elements import element_name
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers

_UNEQUAL = r"\neq"


class ElementTerm(NamedTuple):
    """One of the terms that add up to an element: LaTeX, its value, its text."""

    formula: Formula
    value: float
    value_text: str


class Light(NamedTuple):
    """Elements of one node's value or gradient that take part; a number has one cell, ``()``."""

    id: str
    of: Of
    cells: tuple[Index, ...]


class Provenance(NamedTuple):
    """Where one element comes from."""

    id: str
    of: Of
    index: Index  # type: ignore[assignment]  # a field, not tuple.index
    formula: Formula
    """The whole element in symbols, and with the terms' numbers."""
    terms: tuple[ElementTerm, ...]
    """At most ``SHOWN``, in order; empty if the element is no sum."""
    count: int  # type: ignore[assignment]  # a field, not tuple.count
    """How many terms there are."""
    lights: tuple[Light, ...]
    """The element itself first."""


def provenance(
    graph: Graph,
    values: Numbers,
    gradients: GradientColumns,
    part: str,
    of: Of,
    index: Sequence[int],
    open: Collection[str] = (),
) -> Provenance:
    """Trace element ``index`` (() of a number) of a node's, or a group's result's, value or gradient.

    ``of`` chooses value or gradient; ``open`` are the open groups. Raises KeyError for an unknown id, EvaluationError
    for an index outside the shape or a node without a gradient.
    """
    evaluated = Evaluated(graph, values, gradients)
    group = evaluated.group_index.get(part)
    node = group.output if group is not None else graph.index(part)
    place = _checked(graph, part, node, index)
    if of == "grad" and not evaluated.requires_grad[node]:
        raise EvaluationError(
            Text(f"`{part}`의 기울기는 구하지 않습니다.", f"No gradient is asked for at `{part}`."), name=part
        )
    return _Tracer(evaluated, frozenset(open), node).told(part, node, of, place)


def _checked(graph: Graph, part: str, node: int, index: Sequence[int]) -> Index:
    shape = graph.shapes.get(node, ())
    place = tuple(int(k) for k in index)
    if len(place) != len(shape) or any(not 0 <= k < n for k, n in zip(place, shape, strict=False)):
        shown, wanted = list(place), shapes.shown(shape)
        raise EvaluationError(
            Text(
                f"{wanted} 모양인 `{part}`에는 원소 {shown}이(가) 없습니다.",
                f"`{part}` of shape {wanted} has no element {shown}.",
            ),
            name=part,
        )
    return place


class _Tracer(ElementTerms):
    """Traces one element."""

    def told(self, part: str, node: int, of: Of, index: Index) -> Provenance:
        if of == "grad" and not self.evaluated.flows[node]:
            found = Found((), ())  # 0, and made of nothing
        else:
            found = self.value(node, index) if of == "value" else self.gradient(node, index)
        whole = self._closed(node, of, index, found)
        if whole is not None:  # by a broken rule it is something else
            known = of == "value" or not self.evaluated.rules.mistakes
            found = Found((), found.used, whole if known else None)
        number = self.number(node, of, index)
        name = self.name(node, of, index)
        shown = list(found.products)
        if len(shown) > SHOWN:
            largest = np.argsort([-abs(term.value) for term in shown], kind="stable")[:SHOWN]
            shown = [shown[k] for k in sorted(largest.tolist())]
        dots = r" + \cdots" if len(shown) < len(found.products) else ""
        terms = tuple(
            ElementTerm(
                Formula(product(list(term.symbols), r"\cdot"), _worked(term)), term.value, text(term.value)
            )
            for term in shown
        )
        result = number_term(number).latex
        if found.symbols is not None:
            put_in = found.numbers or result
            formula = Formula(
                f"{name} = {found.symbols}", put_in if put_in == result else f"{put_in} = {result}"
            )
        elif not shown:
            formula = Formula(name, result)
        else:
            terms_in_symbols = " + ".join(
                _summand(list(term.symbols), r"\cdot", k) for k, term in enumerate(shown)
            )
            put_in = " + ".join(_summand(list(term.numbers), r"\times", k) for k, term in enumerate(shown))
            adds_up = _adds_up([term.value for term in found.products], number)
            numbers = (
                result if put_in == result else f"{put_in}{dots} {'=' if adds_up else _UNEQUAL} {result}"
            )
            if of == "grad" and self.evaluated.rules.mistakes:  # it may come from something else
                formula = Formula(name, numbers if adds_up else f"{result} {_UNEQUAL} {put_in}{dots}")
            else:
                formula = Formula(f"{name} = {terms_in_symbols}{dots}", numbers)
        return Provenance(
            part, of, index, formula, terms, len(found.products), self._lights(node, of, index, found.used)
        )

    # Closed groups

    def _closed(self, node: int, of: Of, index: Index, found: Found) -> str | None:
        """Write the element of a closed group's result or gradient as a whole, where its inside would show.

        ``softmax(a)_{0,1}``; its simplified gradient, if it has one and nothing else reads the node; else None.
        """
        if not any(
            i in self.hidden and (kind == "value" or self.as_seen(i) in self.hidden)
            for i, kind, _ in found.used
        ):
            return None
        if of == "value":
            group = next(
                (g for g in self.graph.groups if g.output == node and any(i in self.hidden for i in g.nodes)),
                None,
            )
            return element_name(self.formulas.called(group), index) if group else None
        readers = {self._outermost(edge.target) for edge in self.graph.outgoing(node)}
        reader = next(iter(readers)) if len(readers) == 1 else None
        vjp = simplified_vjp(self.graph, self.graph.groups[reader], node) if reader is not None else None
        if reader is None or vjp is None:
            return None
        latex = self.formulas.group_vjp(self.graph.groups[reader], vjp, node).latex
        return element_name(parenthesised(latex), index) if index else latex

    def _outermost(self, node: int) -> int | None:
        """Return the outermost closed group around a node."""
        found, group = None, self.graph.nodes[node].group
        while group is not None:
            if any(i in self.hidden for i in self.graph.groups[group].nodes):
                found = group
            group = self.graph.groups[group].parent
        return found

    def _lights(self, node: int, of: Of, index: Index, used: Sequence[Element]) -> tuple[Light, ...]:
        """Collect the elements by node, those of hidden nodes traced to visible ones."""
        cells: dict[tuple[int, Of], dict[Index, None]] = {(node, of): {index: None}}
        for lit, kind, place in used:
            if lit not in self.hidden:
                cells.setdefault((lit, kind), {})[place] = None
        for (lit, kind), mask in seen_through(self.evaluated, self.hidden, used).items():
            places = map(tuple, np.argwhere(mask).tolist())
            cells.setdefault((lit, kind), {}).update(dict.fromkeys(places))
        return tuple(Light(self.graph.ids[lit], kind, tuple(found)) for (lit, kind), found in cells.items())


def _adds_up(terms: list[float], number: float) -> bool:
    """Tell whether terms come to a number; by a broken rule they need not."""
    total, room = sum(terms), 1e-9 * max(map(abs, terms))
    if math.isnan(total) or math.isnan(number):
        return math.isnan(total) and math.isnan(number)
    return total == number or math.isclose(total, number, rel_tol=1e-9, abs_tol=room)


def _worked(term: Product) -> str:
    put_in, result = product(list(term.numbers)), number_term(term.value).latex
    return result if put_in == result else f"{put_in} = {result}"


def _summand(factors: list[Term], sign: str, place: int) -> str:
    if len(factors) == 1:
        return factors[0].closed(2, sign=place == 0)
    first, *others = factors
    return product([Term(first.closed(2, sign=not place)), *others], sign)
